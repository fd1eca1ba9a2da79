"""The panes of a conflict: two versions and their ancestor, what each is compared with, and which is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.records.events import Retraction
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.workstation.act_runner import ActRunner
from app.workstation.records.acts import RecordActs, local
from app.workstation.records.versions import ConflictSide, next_pair, sides_of
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.record.diff import RevisionDiff

NARROW = 100
"""Below this many cells one side is seen at a time."""
PANES = ("version 1", "version 2", "ancestor")
IDS = ("first", "second", "ancestor")


class ConflictPanes:
    """Reads the conflict and shows it; nothing is changed here."""

    def __init__(self, screen: WorkScreen[Any], runner: ActRunner, acts: RecordActs, record: str) -> None:
        self._screen = screen
        self._runner = runner
        self._acts = acts
        self.record = record
        self.known: RecordState | None = None
        """The conflict as it is shown; None before it is read and once it is settled."""
        self.over = ""
        """Why nothing can be settled here any more."""
        self.side = 0
        """The marked pane: 0, 1, or 2 for the ancestor."""
        self._pair = (0, 1)
        """Which heads are shown, left and right."""
        self._each_other = False
        """Whether the versions are compared with each other, not with the ancestor."""
        self._drawn: object = None

    def head(self, state: RecordState, side: int) -> Summary | Retraction:
        """The head that is shown on a side: 0 left, 1 right."""
        return state.heads[self._pair[side] % len(state.heads)]

    # -- reading

    def read(self) -> None:
        """Read the record again: somebody may have settled it, or added a version."""
        pair, each_other = self._pair, self._each_other

        def job(_: Callable[[], bool]) -> tuple[RecordState | None, Sequence[ConflictSide]]:
            state = self._acts.state(self.record)
            there = state is not None and state.status == "conflict"
            return state, sides_of(self._acts, state, pair, each_other) if state and there else ()

        self._screen.run("conflict", job, self._show, self._screen.alarm_of)

    def _show(self, found: tuple[RecordState | None, Sequence[ConflictSide]]) -> None:
        state, sides = found
        if self._runner.busy:  # what changed may be our own act; if it fails, all is read again
            return
        if state is None or state.status != "conflict":
            self._settled_elsewhere(state)
            return
        before = self.known
        if before is not None and set(before.parents) != set(state.parents):
            self._screen.warn("The versions in conflict have changed meanwhile: look again.", timeout=10)
        self.known = state
        many, item = len(state.heads), state.revision.item if state.revision else ""
        more = " · o shows the next" if many > 2 else ""
        self._screen.query_one(StatusLine).set_left(
            f"{item or self.record} · conflict of {many} versions{more}"
        )
        shown = (state.parents, self._pair, self._each_other)
        for name, side in zip(IDS, sides, strict=True):
            view = self._screen.query_one(f"#{name}", RevisionDiff)
            view.set_title(side.title, side.about)
            view.set_fields(side.fields, keep_place=shown == self._drawn)
        self._drawn = shown

    def _settled_elsewhere(self, state: RecordState | None) -> None:
        last = state.heads[-1] if state is not None and state.heads else None
        if last is None:
            self.over = f"There is no record {self.record} in the journal."
        elif self.known is None:
            self.over = "This record is not in conflict."
        else:
            self.over = f"{last.by} has settled this conflict ({local(last.at)})."
        self.known = None
        self._screen.query_one(StatusLine).set_left(self.over)
        self._screen.warn(f"{self.over} Escape goes back.", timeout=15)

    # -- the panes

    @property
    def _marked(self) -> RevisionDiff:
        return self._screen.query_one(f"#{IDS[self.side]}", RevisionDiff)

    def mark(self, side: int) -> None:
        """Mark a pane: the others give way to it where there is room for one."""
        self.side = side
        for at, name in enumerate(IDS):
            self._screen.query_one(f"#{name}").set_class(at == side, "-marked")
        self._screen.query_one(PaneBar).active = PANES[side]
        self._screen.set_focus(self._marked)

    def focused(self) -> None:
        """A click marks the side it falls on."""
        focused = self._screen.focused
        if isinstance(focused, RevisionDiff) and focused.id in IDS:
            side = IDS.index(focused.id)
            if side != self.side:
                self.mark(side)

    def chosen(self, pane: str) -> None:
        """A pane was chosen in the bar."""
        side = PANES.index(pane)
        self._screen.set_class(self._screen.has_class("-ancestor") or side == 2, "-ancestor")
        self.mark(side)

    def action_next_pane(self) -> None:
        """Mark the side after the marked one."""
        self.mark((self.side + 1) % (3 if self._screen.has_class("-ancestor") else 2))

    def action_ancestor(self) -> None:
        """Show the ancestor, or hide it again."""
        hide = self._screen.has_class("-ancestor")
        self._screen.set_class(not hide, "-ancestor")
        if not hide and self._screen.size.width < NARROW:
            self.mark(2)
        elif hide and self.side == 2:
            self.mark(0)

    def action_compare(self) -> None:
        """Compare with the ancestor, or with each other."""
        self._each_other = not self._each_other
        self.read()

    def action_other(self) -> None:
        """Show the next version on the marked side."""
        many = len(self.known.heads) if self.known is not None else 0
        if many < 3 or self.side > 1:
            return
        self._pair = next_pair(self._pair, self.side, many)
        self.read()

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        for view in self._screen.query(RevisionDiff):
            view.action_unfold()

    def action_next_change(self) -> None:
        """Scroll the marked side to its next change."""
        self._marked.action_next_change()

    def action_previous_change(self) -> None:
        """Scroll the marked side to the change before."""
        self._marked.action_previous_change()
