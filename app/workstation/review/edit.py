"""A reviewer's edit on the spot: request and reasoning in editors, the code beside them; what is typed is a draft."""

from __future__ import annotations

import threading
import time

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.timer import Timer
from textual.widgets import Footer
from textual.worker import Worker, WorkerState

from app.base.text import many
from app.errors import BackspanError
from app.records.chatml import normalise_prose
from app.records.draft import Draft, draft_from_payload, draft_of
from app.review import IDLE, Acted, Reviewing, Sheet
from app.settings.person import Settings
from app.store.drafts.drafts import DraftKey
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.steady import SteadyScreen
from widgets.dialogs.questions import Confirm
from widgets.prose.area import ProseArea
from widgets.prose.editor import ProseEditor
from widgets.prose.find_bar import FindBar
from widgets.record.view import RecordView

DELAY = 0.6
"""Seconds from a change to its writing: under a second with the write itself."""


class _Editor(ProseEditor):
    """An editor whose escape asks to leave once there is nothing else for it to close."""

    @on(ProseArea.Escaped)
    def _leave(self) -> None:
        if not self.query_one(FindBar).is_open:
            self.post_message(self.LeaveWanted(self))


class EditScreen(SteadyScreen[Acted | None]):
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
        assert sheet.revision is not None
        self._going = going
        self._sheet = sheet
        self._settings = settings
        self._base = draft_of(going.topic, going.by, sheet.revision, sheet.state.parents)
        self._draft = self._base
        self._key = DraftKey(going.topic, sheet.record, going.by)
        self._counts = going.project.file[0].authorship
        self._kept = self._base
        self._timer: Timer | None = None
        self._writing = threading.Lock()
        self._last_key = 0.0
        self._active = 0.0
        self._busy = False
        self._filled = False
        """Whether the editors hold the draft by now."""
        self._over = False
        """Whether the draft is done with, so that no late write brings its file back."""

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Save", "save"), ("Cancel", "leave")))
        with Container(id="editing"):
            with Vertical():
                yield _Editor("user", vim=self._settings.vim, id="user")
                yield _Editor("think", vim=self._settings.vim, id="think")
            yield RecordView("block", words=False, gutter=True, id="block")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        title = self._sheet.row.title or self._sheet.record
        self.query_one(StatusLine).set_left(f"editing {title} · saving makes a new text by you")
        self.query_one("#block", RecordView).set_text(self._sheet.texts[2], self._sheet.colours)
        self._fill()
        self._take_up()

    def _editor(self, name: str) -> ProseEditor:
        return self.query_one(f"#{name}", ProseEditor)

    def _fill(self) -> None:
        self._editor("user").load(self._draft.user)
        self._editor("think").load(self._draft.think)
        self._editor("think").focus()
        self._filled = True

    # -- the draft

    @work(thread=True, group="keep", exit_on_error=False)
    def _take_up(self) -> None:
        """Go on with what a crash, or an earlier edit, left of this record."""
        try:
            found = self._going.project.drafts.load(self._key)
            draft = draft_from_payload(found.payload) if found is not None else None
        except BackspanError as error:
            self.app.call_from_thread(self._cannot, str(error))
            return
        if draft is not None:
            self.app.call_from_thread(self._taken_up, draft)

    def _taken_up(self, draft: Draft) -> None:
        if draft.selection.pieces != self._base.selection.pieces:
            self._cannot("You have a draft of this record with other code.\n  → finish it where you annotate")
            return
        if (draft.user, draft.think) == (self._base.user, self._base.think) or self._changed:
            return
        self._draft = self._base.write("user", draft.user).write("think", draft.think)
        for name in ("user", "think"):
            self._editor(name).replace_all(getattr(draft, name))
        self.notify(
            "Your draft of this record is taken up; ctrl+z goes back to the saved text.", markup=False
        )

    def _cannot(self, why: str) -> None:
        self.app.notify(why, severity="error", markup=False, timeout=15)
        self._over = True
        self.dismiss(None)

    @property
    def _changed(self) -> bool:
        now, before = self._draft, self._base
        return any(
            normalise_prose(a) != normalise_prose(b)
            for a, b in ((now.user, before.user), (now.think, before.think))
        )

    @on(ProseEditor.Changed)
    def _typed(self, event: ProseEditor.Changed) -> None:
        known = self._draft.user if event.field == "user" else self._draft.think
        if event.stale or (known == event.text and not event.typed and not event.pasted):
            return
        now = time.monotonic()
        if now - self._last_key < IDLE:
            self._active += now - self._last_key
        self._last_key = now
        counted = (event.typed, event.pasted) if self._counts else (0, 0)
        self._draft = self._draft.write(event.field, event.text, *counted)
        self.query_one(StatusLine).set_state("draft")
        if self._timer is None:
            self._timer = self.set_timer(DELAY, self._keep)

    def _keep(self) -> None:
        self._timer = None
        self.run_worker(self._write, group="keep", thread=True, exit_on_error=False)

    def _write(self) -> None:
        try:
            self._put()
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))

    def _put(self) -> None:
        """Write the newest draft. Raises `StoreError`."""
        with self._writing:
            draft = self._draft
            if draft is not self._kept and not self._over:
                self._going.project.drafts.save(self._key, draft.payload())
                self._kept = draft

    def _take_texts(self) -> None:
        """Take over what stands in the editors now: their messages may still be on the way."""
        if not self._filled:
            return
        for name in ("user", "think"):
            text = self._editor(name).text
            if text != getattr(self._draft, name):
                self._draft = self._draft.write(name, text)

    def on_screen_suspend(self) -> None:
        """Something else comes over it: what stands here is written at once."""
        self._take_texts()
        if self._changed:
            self._keep()

    @property
    def waiting(self) -> int:
        """How many records were edited and are not saved yet."""
        return int(self._changed and not self._over)

    def leave(self) -> bool:
        """Keep what is typed, for the end of the program; whether it is safe."""
        self._take_texts()
        if not self._changed or self._over:
            return True
        try:
            self._put()
        except BackspanError as error:
            self._warn(str(error))
            return False
        return True

    def keep_draft(self) -> bool:
        """Write what is typed to disk, now; whether it is there once this returns."""
        return self.leave()

    # -- saving and leaving

    def action_save(self) -> None:
        """Save the texts as a new revision."""
        if self._busy:
            return
        self._take_texts()
        if not self._changed:
            self.notify("Nothing was changed.", markup=False)
            return
        self._busy = True
        self.query_one(StatusLine).set_state("saving")
        draft = self._draft.spend(int(self._active)) if self._counts else self._draft
        self._save(draft)

    @work(thread=True, group="save", exit_on_error=False)
    def _save(self, draft: Draft) -> None:
        going, sheet = self._going, self._sheet
        try:
            wrong = going.problems(sheet, draft.user, draft.think)
            if wrong:
                said = "; ".join(f"{found.field}: {found.message}" for found in wrong[:3])
                self.app.call_from_thread(self._failed, f"{many(len(wrong), 'error')}: {said}")
                return
            act = going.edit(sheet, draft.user, draft.think, draft.effort)
        except BackspanError as error:
            self.app.call_from_thread(self._failed, str(error))
            return
        self._forget()
        self.app.call_from_thread(self.dismiss, act)

    def _forget(self) -> None:
        """The draft is in the journal, or not wanted: its file goes to the trash. Worker threads only."""
        with self._writing:
            self._over = True
            try:
                self._going.project.drafts.delete(self._key)
            except BackspanError as error:
                self.app.call_from_thread(self.app.notify, str(error), severity="error", markup=False)

    def _failed(self, why: str) -> None:
        self._busy = False
        self.query_one(StatusLine).set_state("unsaved", "kept as a draft")
        if why:  # else it was told already
            self._warn(why)
        self._keep()

    def _warn(self, why: str) -> None:
        self.notify(why, severity="error", markup=False, timeout=15)

    def action_leave(self) -> None:
        """Go back; what was changed is asked about."""
        if self._busy:
            return
        self._take_texts()
        if not self._changed:
            self._over = True
            self.dismiss(None)
            return
        question = "Throw your changes away? They go to the trash of drafts, where they stay for a while."
        self.app.push_screen(Confirm(question, "Throw away", "Go on editing"), self._asked)

    def _asked(self, yes: bool | None) -> None:
        if yes:
            self._throw_away()

    @work(thread=True, group="save", exit_on_error=False)
    def _throw_away(self) -> None:
        self._write()  # what was typed in the last second is in the trash too
        self._forget()
        self.app.call_from_thread(self.dismiss, None)

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

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right, the text stays; the fence tells of it."""
        if event.state is WorkerState.ERROR:
            self._failed("")
