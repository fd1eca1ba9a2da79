"""The ways to settle a conflict: with one version, with a draft, or as several records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from app.records.history.ancestry import common_ancestor
from app.records.history.ledger import RecordState
from app.workstation.act_runner import ActRunner
from app.workstation.records.acts import RecordActs
from app.workstation.records.conflict_panes import ConflictPanes
from app.workstation.records.history_rows import text_of
from app.workstation.screen import WorkScreen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConflictResult:
    """How the screen was left."""

    outcome: Literal["settled", "both", "edit", "elsewhere"]
    """One version was taken; each became a record; a draft is to be opened; somebody else was quicker."""
    record: str
    text: str | None = None
    """Of `edit`: id of the revision whose texts the draft begins with."""
    parents: tuple[str, ...] = ()
    """Of `edit`: the ids of all heads, which the draft's revision replaces."""
    records: tuple[str, ...] = ()
    """Of `both`: the ids of the new records."""


class Settling:
    """Settles the conflict that is shown; the screen is left once that is on disk."""

    def __init__(
        self,
        screen: WorkScreen[ConflictResult | None],
        runner: ActRunner,
        acts: RecordActs,
        panes: ConflictPanes,
    ) -> None:
        self._screen = screen
        self._runner = runner
        self._acts = acts
        self._panes = panes
        self._record = panes.record

    def action_take_first(self) -> None:
        """Settle with the version on the left."""
        self._take(0)

    def action_take_second(self) -> None:
        """Settle with the version on the right."""
        self._take(1)

    def _take(self, side: int) -> None:
        state = self._open()
        if state is None:
            return
        head, seen = self._panes.head(state, side), state.parents
        said = f"settled with version {side + 1}, of {head.by}; the history has the other, and undoes this"
        self._act(
            lambda: self._acts.settle(self._record, head.id, seen),
            lambda _: (said, ConflictResult("settled", self._record)),
        )

    def action_both(self) -> None:
        """Make each version a record."""
        state = self._open()
        if state is None:
            return
        seen = state.parents

        def kept(made: tuple[str, ...]) -> tuple[str, ConflictResult]:
            said = f"kept as {len(made) + 1} records; undoing it in the history makes them one again"
            return said, ConflictResult("both", self._record, records=made)

        self._act(lambda: self._acts.keep_both(self._record, seen), kept)

    def action_edit(self) -> None:
        """Leave for the draft of a version that settles it."""
        state = self._open()
        if state is None or not self._runner.free():
            return
        side, head = self._panes.side, self._panes.head
        text = text_of(state, head(state, min(side, 1)).id)
        if side == 2:
            shared = common_ancestor(state.events, *(head(state, each).id for each in (0, 1)))
            text = text_of(state, shared) if shared is not None else None
        if text is None:
            self._screen.alarm(
                "The marked version's text is not in this copy of the journal.\n  → mark the other one"
            )
            return
        self._screen.dismiss(ConflictResult("edit", self._record, text.id, state.parents))

    def action_back(self) -> None:
        """Leave, once what was asked for is on disk."""
        if self._runner.free():
            self._screen.dismiss(ConflictResult("elsewhere", self._record) if self._panes.over else None)

    def _open(self) -> RecordState | None:
        """The conflict as it is shown; says why if there is none to settle."""
        if self._panes.known is None:
            self._screen.warn(self._panes.over or "Still reading; in a moment.", timeout=None)
        return self._panes.known

    def _act(self, do: Callable[[], T], done: Callable[[T], tuple[str, ConflictResult]]) -> None:
        """Settle it; `done` gives what is said of that, and what the screen leaves."""
        if not self._runner.free():
            return

        def settled(result: T) -> None:
            said, left = done(result)
            self._screen.say(said)
            self._screen.dismiss(left)

        def failed(why: str) -> None:
            self._screen.alarm(why)
            self._panes.read()

        self._runner.run(do, settled, failed)
