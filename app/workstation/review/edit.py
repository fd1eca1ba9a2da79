"""A reviewer's edit on the spot: request and reasoning in editors, the code beside them; what is typed is a draft."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Footer

from app.base.active_time import ActiveTime
from app.base.text import many
from app.errors import BackspanError, UsageError
from app.records.draft import Draft
from app.review import Acted, Reviewing, Sheet
from app.review.spot_edit import TEXTS, SpotEdit
from app.settings.person import Settings
from app.workstation.act_runner import ActRunner
from app.workstation.autosave import Autosave
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.dialogs.questions import Confirm
from widgets.prose.area import ProseArea
from widgets.prose.editor import ProseEditor
from widgets.prose.find_bar import FindBar
from widgets.prose.own_text import OwnText
from widgets.record.view import RecordView


class _Editor(ProseEditor):
    """An editor whose escape asks to leave once there is nothing else for it to close."""

    @on(ProseArea.Escaped)
    def _leave(self) -> None:
        if not self.query_one(FindBar).is_open:
            self.post_message(self.LeaveWanted(self))


class EditScreen(WorkScreen[Acted | None]):
    """Gives back what was saved, or None. It stays until that is on disk, and tells why where it cannot be."""

    HELP_SCOPES = ("review_edit", "prose")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal")]
    DEFAULT_CSS = """
    EditScreen #editing { height: 1fr; layout: horizontal; }
    EditScreen Vertical { width: 1fr; }
    EditScreen #user { height: 3fr; }
    EditScreen #think { height: 8fr; }
    EditScreen #block { width: 1fr; height: 1fr; border-left: tall $panel; }
    EditScreen.-narrow #block { display: none; }
    EditScreen.-narrow.-code #block { display: block; border: none; }
    EditScreen.-narrow.-code Vertical { display: none; }
    """
    BINDINGS = [*bindings_for("review_edit")]

    def __init__(self, going: Reviewing, sheet: Sheet, settings: Settings) -> None:
        super().__init__()
        self._going = going
        self._sheet = sheet
        self._settings = settings
        self._edit = SpotEdit(going, sheet)
        self._autosave = Autosave(self, self._edit, self._not_kept)
        self._active = ActiveTime()
        self._runner = ActRunner(self, nothing="kept as a draft")
        self._filled = False
        """Whether the editors hold the draft by now."""

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Save", "save"), ("Cancel", "leave")))
        own = OwnText()
        with Container(id="editing"):
            with Vertical():
                yield _Editor("user", vim=self._settings.vim, own=own, id="user")
                yield _Editor("think", vim=self._settings.vim, own=own, id="think")
            yield RecordView("block", words=False, gutter=True, id="block")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        title = self._sheet.row.title or self._sheet.record
        self.query_one(StatusLine).set_left(f"editing {title} · saving makes a new text by you")
        self.query_one("#block", RecordView).set_text(self._sheet.texts[2], self._sheet.colours)
        self._fill()
        self.run("draft", lambda _: self._edit.found(), self._found, self._cannot)

    def _editor(self, name: str) -> ProseEditor:
        return self.query_one(f"#{name}", ProseEditor)

    def _fill(self) -> None:
        for name in TEXTS:
            self._editor(name).load(getattr(self._edit.draft, name))
        self._editor("think").focus()
        self._filled = True

    # -- the draft

    def _found(self, draft: Draft | None) -> None:
        """Go on with what a crash, or an earlier edit, left of this record."""
        if draft is None or not self._edit.take_up(draft):
            return
        for name in TEXTS:
            self._editor(name).replace_all(getattr(draft, name))
        self.say("Your draft of this record is taken up; ctrl+z goes back to the saved text.")

    def _cannot(self, error: BackspanError) -> None:
        self.app.notify(str(error), severity="error", markup=False, timeout=15)
        self._edit.over = True
        self.dismiss(None)

    @on(ProseEditor.Changed)
    def _typed(self, event: ProseEditor.Changed) -> None:
        if event.stale:
            return
        known, took = getattr(self._edit.draft, event.field), event.editor.take_effort()
        if known == event.text and not any(took):
            return
        self._active.key()
        self._edit.write(event.field, event.text, took, self._active.take())
        self.query_one(StatusLine).set_state("draft")
        self._autosave.changed()

    def _not_kept(self, error: BackspanError) -> None:
        self.app.notify(str(error), severity="error", markup=False, timeout=15)

    def _take_texts(self) -> None:
        """Take over what stands in the editors now: their messages may still be on the way."""
        if not self._filled:
            return
        for name in TEXTS:
            text, took = self._editor(name).text, self._editor(name).take_effort()
            if any(took) or text != getattr(self._edit.draft, name):
                self._edit.write(name, text, took)

    def on_screen_suspend(self) -> None:
        """Something else comes over it: what stands here is written at once."""
        self._take_texts()
        if self._edit.changed:
            self._autosave.soon()

    @property
    def waiting(self) -> int:
        """How many records were edited and are not saved yet."""
        return int(self._edit.changed and not self._edit.over)

    def leave(self) -> bool:
        """Keep what is typed, for the end of the program; whether it is safe."""
        self._take_texts()
        if not self._edit.changed or self._edit.over:
            return True
        try:
            self._autosave.now()
        except BackspanError as error:
            self._not_kept(error)
            return False
        return True

    def keep_draft(self) -> bool:
        """Write what is typed to disk, now; whether it is there once this returns."""
        return self.leave()

    # -- saving and leaving

    def action_save(self) -> None:
        """Save the texts as a new revision."""
        if self._runner.busy:
            return
        self._take_texts()
        if not self._edit.changed:
            self.say("Nothing was changed.")
            return
        draft = self._edit.draft
        self._runner.run(lambda: self._save(draft), self._saved, self._failed)

    def _save(self, draft: Draft) -> Acted:
        going, sheet = self._going, self._sheet
        wrong = going.problems(sheet, draft.user, draft.think)
        if wrong:
            said = "; ".join(f"{found.field}: {found.message}" for found in wrong[:3])
            raise UsageError(f"{many(len(wrong), 'error')}: {said}")
        act = going.edit(sheet, draft.user, draft.think, draft.effort)
        self._autosave.drop()
        return act

    def _saved(self, act: Acted) -> None:
        self.dismiss(act)

    def _failed(self, why: str) -> None:
        self.alarm(why)
        self._autosave.soon()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended; the text stays."""
        self._runner.mistaken()
        self._autosave.soon()

    def action_leave(self) -> None:
        """Go back; what was changed is asked about."""
        if self._runner.busy:
            return
        self._take_texts()
        if not self._edit.changed:
            self._edit.over = True
            self.dismiss(None)
            return
        question = "Throw your changes away? They go to the trash of drafts, where they stay for a while."
        self.push(Confirm(question, "Throw away", "Go on editing"), self._asked)

    def _asked(self, yes: bool | None) -> None:
        if yes:  # what was typed in the last second is in the trash too
            self.run("save", lambda _: self._autosave.drop(unkept=True), self._thrown_away)

    def _thrown_away(self, _: None) -> None:
        self.dismiss(None)

    def action_next_pane(self) -> None:
        """Go to the other text, or to the code."""
        stops = ("user", "think", "block")
        inside = next((n for n in stops if self.query_one(f"#{n}").has_focus_within), "block")
        to = stops[(stops.index(inside) + 1) % len(stops)]
        self.set_class(to == "block", "-code")
        self.query_one(f"#{to}").focus()

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        if event.action_id == "save":
            self.action_save()
        else:
            self.action_leave()

    @on(ProseEditor.SaveWanted)
    def _save_wanted(self) -> None:
        self.action_save()

    @on(ProseEditor.LeaveWanted)
    def _leave_wanted(self) -> None:
        self.action_leave()
