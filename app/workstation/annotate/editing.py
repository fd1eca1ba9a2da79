"""The draft in hand, as it is changed on the screen: composed, shown as the line it makes, and kept."""

from __future__ import annotations

from collections.abc import Callable

from app.annotate.composer import Composition
from app.annotate.session import AnnotateSession, Opening
from app.annotate.session_events import BlockComposed, DraftChanged, DraftOpened, FileShown
from app.base.active_time import ActiveTime
from app.errors import BackspanError
from app.records import chatml
from app.records.draft import Draft
from app.records.prose import NONE
from app.workstation.annotate.block_rows import block_rows
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.autosave import Autosave
from widgets.panels.block_panel import BlockRow
from widgets.prose.editor import ProseEditor
from widgets.source.messages import PaneSpan


class Editing:
    """Every change of the draft on screen comes through here. State flows down through the panes' setters."""

    problems: Callable[[], list[str]] = staticmethod(list)
    """Why the line is not valid, as far as it is known."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        browsing: Browsing,
        autosave: Autosave,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self._autosave = autosave
        self._active = ActiveTime()

    def listen(self) -> None:
        """Show the block's spans in every file."""
        self._session.announcer.on(FileShown, lambda _: self.show_spans())

    # -- another draft

    def take_up(self, opening: Opening) -> None:
        """Put a draft in hand and show all of it. What it changed of the saved texts can be undone."""
        draft, revision = opening.draft, opening.revision
        self._session.take_up(draft, revision, opening.settles)
        for editor in self._panes.editors:
            text: str = getattr(draft, editor.field)
            saved: str = getattr(revision, editor.field) if revision is not None else ""
            editor.load(saved or text)
            editor.replace_all(text)
            editor.cursor = len(text)
        saved_texts = (revision.user, revision.think, revision.block.text) if revision is not None else None
        self._panes.preview.set_saved(saved_texts)
        self._session.announcer.tell(DraftOpened(opening))
        self._compose()

    # -- the draft changes

    def change(self, draft: Draft) -> None:
        """Have another draft in hand, of the same record."""
        before = self._session.draft
        if draft is before:
            return
        self._session.draft = draft
        change = DraftChanged(before, draft)
        self._autosave.changed()
        if change.block:
            self._compose()
        else:
            self.show_line()
        self._session.announcer.tell(change)

    def wrote(self, event: ProseEditor.Changed) -> None:
        """Somebody typed, pasted, or changed a text in another way."""
        if event.stale:
            return
        self._active.key()
        draft = self._session.draft
        known = draft.user if event.field == "user" else draft.think
        took = event.editor.take_effort()
        if known == event.text and not any(took):
            return
        if not self._session.records_effort:
            self.change(draft.write(event.field, event.text))
            return
        draft = draft.write(event.field, event.text, took)
        whole = self._active.take()
        self.change(draft.spend(whole) if whole else draft)

    def take_texts(self) -> None:
        """Take over what stands in the editors now: their messages may still be on the way."""
        draft = self._session.draft
        for editor in self._panes.editors:
            took = editor.take_effort()
            if not self._session.records_effort:
                took = NONE
            if any(took) or editor.text != getattr(draft, editor.field):
                draft = draft.write(editor.field, editor.text, took)
        self.change(draft)

    # -- keeping it: a moment after each change, and whenever the person turns elsewhere

    def keep(self) -> None:
        """Write the draft's file soon, in a thread."""
        self._autosave.soon()

    def stopped(self) -> None:
        """Write it now: the process is stopped (ctrl+z of a shell, an editor) and may never be continued."""
        try:
            self._autosave.now(patience=0.5)
        except BackspanError as error:
            self.not_kept(error)

    def kept(self) -> bool:
        """Whether all that stands in the editors is on disk now; if not, the person is told and stays."""
        self.take_texts()
        try:
            self._autosave.now()
        except BackspanError as error:
            self.not_kept(error)
            return False
        return True

    def not_kept(self, error: BackspanError) -> None:
        """Tell why the draft is on screen only."""
        self._host.alarm(str(error), title="The draft could not be kept")

    # -- the block

    def _compose(self) -> None:
        draft = self._session.draft
        self._host.run(
            "compose", lambda _: self._composition(draft), lambda made: self._composed(draft, *made)
        )

    def _composition(self, draft: Draft) -> tuple[Composition, tuple[BlockRow, ...]]:
        composition = self._session.composer.compose(draft)
        return composition, block_rows(self._session.files, composition, draft)

    def _composed(self, draft: Draft, composition: Composition, rows: tuple[BlockRow, ...]) -> None:
        now = self._session.draft
        if draft.selection != now.selection or draft.record != now.record:
            return
        self._session.composition = composition
        self._show_rows(composition, rows)
        self.show_spans()
        self.show_line()
        self._session.announcer.tell(BlockComposed(composition))
        if composition.problem:
            self._host.warn(composition.problem)

    # -- what is shown

    def _show_rows(self, composition: Composition, rows: tuple[BlockRow, ...]) -> None:
        text = composition.text
        lines = text.count("\n") + 1 if text else 0
        mode, likely = self._session.draft.selection.imports, composition.left_likely
        by_hand = mode == "none" and any(piece.role == "import" for piece in composition.pieces)
        imports: str = "by hand" if by_hand else mode
        if likely and mode != "none":
            imports += f", {likely} likely left"
        self._panes.block.set_rows(rows, len(text.encode("utf-8")), lines, imports)

    def show_spans(self) -> None:
        """Mark in the file shown what of it is in the block."""
        spans = self._session.composition.spans
        here = [PaneSpan(s.start, s.end, s.role) for s in spans if s.path == self._browsing.path]
        self._panes.source.set_spans(here)

    def show_line(self) -> None:
        """Show the line that the draft makes, and why it is not valid yet."""
        draft, composition = self._session.draft, self._session.composition
        user, think = chatml.normalise_prose(draft.user), chatml.normalise_prose(draft.think)
        system = self._session.files.spec.system
        segments = chatml.segments(system, user, think, composition.text)
        problems = self.problems()
        if composition.problem:
            others = (problem for problem in problems if not problem.startswith("block:"))
            problems = [f"block: {composition.problem}", *others]
        preview = self._panes.preview
        preview.set_line(segments, chatml.line_bytes("".join(s.text for s in segments)) + 1, problems)
        preview.set_conversation(system, user, think, composition.text)
