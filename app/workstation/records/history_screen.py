"""The history of one record: who did what and when, what each revision changed, and the way back to any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Footer

from app.errors import BackspanError
from app.records.events import Comment
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import viewpoint, visible
from app.workstation.records.act_screen import ActingScreen
from app.workstation.records.acts import RecordActs, as_texts, comparisons, local, note_of
from app.workstation.records.history_rows import event_rows, replaced_by, text_of, told
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.record.diff import Comparison, RevisionDiff
from widgets.record.events import EventList, EventRow

_LIST_ROWS = 8
"""Rows of the list at most where it stands above the difference."""


class HistoryScreen(ActingScreen[str | None]):
    """Gives back the record's id if something was done to it here, so that whoever shows it reads it anew; else None.

    `journal_changed()` may be called at any time on the interface's thread. In a blind topic only what the person
    may see already is shown.
    """

    HELP_SCOPES = ("history",)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    DEFAULT_CSS = """
    HistoryScreen #history { height: 1fr; layout: horizontal; }
    HistoryScreen EventList { width: 46; height: 1fr; }
    HistoryScreen RevisionDiff { width: 1fr; height: 1fr; margin-left: 1; }
    HistoryScreen.-wide EventList { width: 64; }
    HistoryScreen.-narrow #history { layout: vertical; }
    HistoryScreen.-narrow EventList { width: 1fr; }
    HistoryScreen.-narrow RevisionDiff { margin-left: 0; }
    """
    BINDINGS = [*bindings_for("history")]

    def __init__(self, acts: RecordActs, record: str) -> None:
        super().__init__(acts, record)
        self._state: RecordState | None = None
        self._comments: tuple[Comment, ...] = ()
        self._newest = False
        """Whether revisions are compared with the newest one, not with their parents."""
        self._turn = 0
        """Which of several parents."""
        self._wanted = 0
        """Counts what was asked for, so that an answer that comes late is dropped."""
        self._reading = 0
        self._to_newest = False
        """Whether the mark goes to the newest event once the record is read: it is what the person did."""
        self._shown: tuple[str, str | None] | None = None
        self._changed = False

    def compose(self) -> ComposeResult:
        yield StatusLine(
            buttons=(
                ("Bring back", "bring_back"),
                ("Undo", "undo"),
                ("Redo", "redo"),
                ("Compare", "compare"),
                ("Back", "back"),
            )
        )
        with Container(id="history"):
            yield EventList()
            yield RevisionDiff()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(EventList))
        self.query_one(StatusLine).set_left("reading…")
        self._read()

    def on_resize(self) -> None:
        self._fit()

    # -- reading

    def journal_changed(self) -> None:
        """Read the record again; the mark stays on its event."""
        self._read()

    def _read(self) -> None:
        self._reading += 1
        self._read_in_thread(self._reading)

    @work(thread=True, group="history", exit_on_error=False)
    def _read_in_thread(self, asked: int) -> None:
        try:
            state = self._acts.state(self._record)
            comments = self._acts.comments(self._record)
            viewer = self._acts.viewer()
            if state is not None and viewer is not None:
                comments, state = visible(comments, state, viewer), viewpoint(state, viewer)
            rows = event_rows(state, comments) if state is not None else []
        except BackspanError as error:
            self.app.call_from_thread(self._say, str(error))
            return
        self.app.call_from_thread(self._show, asked, state, comments, rows)

    def _show(
        self,
        asked: int,
        state: RecordState | None,
        comments: tuple[Comment, ...],
        rows: list[EventRow],
    ) -> None:
        if asked != self._reading or not self.is_attached:
            return
        if state is None:
            self.query_one(StatusLine).set_left(f"no record {self._record} in the journal")
            return
        self._state, self._comments = state, comments
        many = f"{len(rows):,} event" + ("s" if len(rows) > 1 else "")
        item = state.revision.item if state.revision is not None else ""
        self.query_one(StatusLine).set_left(f"{item or self._record} · {state.status} · history of {many}")
        self.query_one(EventList).set_events(rows, rows[0].id if self._to_newest else None)
        self._to_newest = False
        self._fit()
        self._compare()

    def _fit(self) -> None:
        """The list takes no more rows than it has events where the difference stands under it."""
        events = self.query_one(EventList)
        rows = len(self._state.events) + len(self._comments) if self._state is not None else 1
        narrow = self.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]
        most = max(min(_LIST_ROWS, self.size.height // 3), 2)
        events.styles.height = min(rows, most) if narrow else "1fr"

    # -- the difference

    @on(LineList.Highlighted)
    def _marked(self) -> None:
        self._turn = 0
        self._compare()

    def _compare(self) -> None:
        chosen, state = self.query_one(EventList).chosen, self._state
        if chosen is None or state is None:
            return
        self._wanted += 1
        self._compare_in_thread(self._wanted, state, self._comments, chosen.id, self._newest, self._turn)

    @work(thread=True, group="history", exit_on_error=False)
    def _compare_in_thread(
        self,
        asked: int,
        state: RecordState,
        comments: tuple[Comment, ...],
        name: str,
        newest: bool,
        parent: int,
    ) -> None:
        if asked != self._wanted:
            return  # the mark has moved on
        try:
            title, about, fields, pair = self._difference(state, comments, name, newest, parent)
        except BackspanError as error:
            self.app.call_from_thread(self._say, str(error))
            return
        self.app.call_from_thread(self._draw, asked, title, about, fields, pair)

    def _difference(
        self, state: RecordState, comments: tuple[Comment, ...], name: str, newest: bool, parent: int
    ) -> tuple[str, str, Sequence[Comparison], tuple[str, str | None]]:
        """Title, second title, fields, and which events were compared. Raises `BackspanError`."""
        event = state.events.get(name) or next(comment for comment in comments if comment.id == name)
        title = told(state, event, comments)
        note = note_of(getattr(event, "note", ""))
        about = text_of(state, name, comments)
        if about is None:
            return title, "its revision is not in this copy of the journal", note, (name, None)
        before = replaced_by(state, about)
        if newest:
            base, said = state.revision, "with the newest"
        elif before:
            base, said = before[parent % len(before)], "with the one before"
        else:
            base, said = None, ""
        new = self._acts.text(about.id)
        if base is None:
            begun = "the first revision" if not about.parents else "what it replaced is not in this copy"
            return title, begun, (*note, *as_texts(new)), (name, None)
        old = new if base.id == new.id else self._acts.text(base.id)
        whose = f"{base.by} · {local(base.at)}"
        if base.id == about.id:
            said = f"this is the newest: {whose}"
        elif len(before) > 1 and not newest:
            said = f"compared with {parent % len(before) + 1} of {len(before)} that it replaced: {whose}"
        else:
            said = f"compared {said}: {whose}"
        return title, said, (*note, *comparisons(old, new)), (name, base.id)

    def _draw(
        self, asked: int, title: str, about: str, fields: Sequence[Comparison], pair: tuple[str, str | None]
    ) -> None:
        if asked != self._wanted or not self.is_attached:
            return
        view = self.query_one(RevisionDiff)
        view.set_title(title, about)
        view.set_fields(fields, keep_place=pair == self._shown)
        self._shown = pair

    # -- what the person does

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        actions: dict[str, Callable[[], None]] = {
            "bring_back": self.action_bring_back,
            "undo": self.action_undo,
            "redo": self.action_redo,
            "compare": self.action_compare,
            "back": self.action_back,
        }
        actions[event.action_id]()

    @on(EventList.Opened)
    def action_bring_back(self) -> None:
        """Make the marked revision the newest again."""
        chosen, state = self.query_one(EventList).chosen, self._state
        if chosen is None or state is None:
            return
        revision = text_of(state, chosen.id, self._comments)
        if revision is None:
            self._say("There is no revision to bring back here.\n  → mark another row")
            return
        name, whose = revision.id, f"{revision.by}, {local(revision.at)}"

        def bring() -> Callable[[], None]:
            self._acts.bring_back(self._record, name)
            return lambda: self._changed_by(f"brought back: {whose}; u takes it back")

        self._act(bring)

    def action_undo(self) -> None:
        """Take back this person's last act on the record."""

        def undo() -> Callable[[], None]:
            what = self._acts.undo(self._record)
            return lambda: self._changed_by(f"undone: {what}; r does it again")

        self._act(undo)

    def action_redo(self) -> None:
        """Do again what this person took back."""

        def redo() -> Callable[[], None]:
            what = self._acts.redo(self._record)
            return lambda: self._changed_by(f"done again: {what}; u takes it back")

        self._act(redo)

    def _changed_by(self, what: str) -> None:
        self._changed = True
        self.notify(what, markup=False)
        self._to_newest = True
        self._read()

    def action_compare(self) -> None:
        """Compare with each parent in turn, then with the newest."""
        chosen, state = self.query_one(EventList).chosen, self._state
        about = (
            text_of(state, chosen.id, self._comments) if chosen is not None and state is not None else None
        )
        parents = len(replaced_by(state, about)) if about is not None and state is not None else 0
        if not self._newest and self._turn + 1 < parents:
            self._turn += 1
        else:
            self._newest, self._turn = not self._newest, 0
        self._compare()

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        self.query_one(RevisionDiff).action_unfold()

    def action_next_change(self) -> None:
        """Scroll to the next change."""
        self.query_one(RevisionDiff).action_next_change()

    def action_previous_change(self) -> None:
        """Scroll to the change before."""
        self.query_one(RevisionDiff).action_previous_change()

    def action_back(self) -> None:
        """Leave, once what was asked for is on disk."""
        if not self.busy:
            self.dismiss(self._record if self._changed else None)
