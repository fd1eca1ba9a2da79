"""The history of one record: who did what and when, what each revision changed, and the way back to any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Footer

from app.records.events import Comment
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import viewpoint, visible
from app.workstation.act_runner import ActRunner
from app.workstation.records.acts import RecordActs, as_texts, comparisons, local, note_of
from app.workstation.records.history_rows import event_rows, replaced_by, text_of, told
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.record.diff import Comparison, RevisionDiff
from widgets.record.events import EventList, EventRow

_LIST_ROWS = 8
"""Rows of the list at most where it stands above the difference."""


_Compared = tuple[str, str, Sequence[Comparison], tuple[str, str | None]]
"""Title, second title, fields, and which events were compared."""


class _Read(NamedTuple):
    """What the journal holds of the record, as the person may see it."""

    state: RecordState | None
    comments: tuple[Comment, ...]
    rows: list[EventRow]


class HistoryScreen(WorkScreen[str | None]):
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
        super().__init__()
        self._acts = acts
        self._record = record
        self._runner = ActRunner(self)
        self._state: RecordState | None = None
        self._comments: tuple[Comment, ...] = ()
        self._newest = False
        """Whether revisions are compared with the newest one, not with their parents."""
        self._turn = 0
        """Which of several parents."""
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
        self.run("history", lambda _: self._read_events(), self._show, self.alarm_of)

    def _read_events(self) -> _Read:
        state = self._acts.state(self._record)
        comments = self._acts.comments(self._record)
        viewer = self._acts.viewer()
        if state is not None and viewer is not None:
            comments, state = visible(comments, state, viewer), viewpoint(state, viewer)
        return _Read(state, comments, event_rows(state, comments) if state is not None else [])

    def _show(self, found: _Read) -> None:
        state, comments, rows = found
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
        seen, newest, turn = self._comments, self._newest, self._turn

        def job(_: Callable[[], bool]) -> _Compared:
            return self._difference(state, seen, chosen.id, newest, turn)

        self.run("difference", job, self._draw, self.alarm_of)

    def _difference(
        self, state: RecordState, comments: tuple[Comment, ...], name: str, newest: bool, parent: int
    ) -> _Compared:
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

    def _draw(self, found: _Compared) -> None:
        title, about, fields, pair = found
        view = self.query_one(RevisionDiff)
        view.set_title(title, about)
        view.set_fields(fields, keep_place=pair == self._shown)
        self._shown = pair

    # -- what the person does

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        getattr(self, f"action_{event.action_id}")()

    @on(EventList.Opened)
    def action_bring_back(self) -> None:
        """Make the marked revision the newest again."""
        chosen, state = self.query_one(EventList).chosen, self._state
        if chosen is None or state is None:
            return
        revision = text_of(state, chosen.id, self._comments)
        if revision is None:
            self.alarm("There is no revision to bring back here.\n  → mark another row")
            return
        name, whose = revision.id, f"{revision.by}, {local(revision.at)}"

        def bring() -> str:
            self._acts.bring_back(self._record, name)
            return f"brought back: {whose}; u takes it back"

        self._act(bring)

    def action_undo(self) -> None:
        """Take back this person's last act on the record."""
        self._act(lambda: f"undone: {self._acts.undo(self._record)}; r does it again")

    def action_redo(self) -> None:
        """Do again what this person took back."""
        self._act(lambda: f"done again: {self._acts.redo(self._record)}; u takes it back")

    def _act(self, do: Callable[[], str]) -> None:
        """Change the record; `do` gives what is said of that."""
        if self._runner.free():
            self._runner.run(do, self._changed_by, self._unchanged)

    def _changed_by(self, what: str) -> str:
        self._changed = True
        self.say(what)
        self._to_newest = True
        self._read()
        return f"{datetime.now():%H:%M}"

    def _unchanged(self, why: str) -> None:
        self.alarm(why)
        self._read()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        if group == ActRunner.GROUP:
            self._runner.mistaken()
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
        if self._runner.free():
            self.dismiss(self._record if self._changed else None)
