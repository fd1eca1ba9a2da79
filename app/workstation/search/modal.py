"""Finding in a whole repository while one types: the line, the list below it, and how far the index is.

Searching happens in threads; hits come in batches, and what an older query found is dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from app.errors import BackspanError
from app.repository.index.background import BackgroundIndex, State
from app.repository.search.trail import LinePlace
from widgets.base.drawing import Part, safe
from widgets.base.key_bindings import adopt, bindings_for
from widgets.base.ordered_keys import LineInput
from widgets.base.steady import SteadyModal
from widgets.pick.hits import HitLine, HitList, Switches

TICK = 0.1
"""Seconds between two looks at how far the index is."""


class SearchBatch(NamedTuple):
    """A batch of what a search found."""

    hits: Sequence[HitLine]
    places: Sequence[LinePlace]


class HitSource:
    """Where a finder's hits come from, with the finder's own words, switches and actions."""

    title: ClassVar[str] = ""
    """What the empty line says."""
    labels: ClassVar[int] = 0
    """Cells of the column of labels."""
    first = ""
    """What the line holds at first."""
    index: BackgroundIndex | None = None
    """What the source searches in, if that has to be made first. It goes on when the finder is left."""

    def __init__(self) -> None:
        self.again: Callable[[], None] = lambda: None
        """Searches anew; set by the finder."""

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[SearchBatch]:
        """What a query finds, in batches; runs in a thread. May raise `BackspanError`."""
        raise NotImplementedError

    def switches(self) -> Sequence[Part]:
        """The words of the row below the line to type in."""
        return ()

    def state(self, query: str, count: int, said: Sequence[Part]) -> Sequence[Part]:
        """What the bottom row says before the way out; `said`: what it says of `count` hits by itself."""
        return said


class SearchModal(SteadyModal[LinePlace | None]):
    """A line to type in, what it finds, and how far that is. Gives back the place chosen, or None."""

    HELP_SCOPES = ("search",)
    AUTO_FOCUS = "LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("search")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]
    DEFAULT_CSS = """
    SearchModal { align: center top; }
    SearchModal > Vertical {
        width: 94%; max-width: 150; height: 84%; margin-top: 1;
        background: $surface; border: round $primary; padding: 0 1;
    }
    SearchModal.-short > Vertical { width: 100%; max-width: 100%; height: 100%; margin: 0; border: none; padding: 0; }
    SearchModal Input { height: 1; border: none; }
    SearchModal HitList { height: 1fr; }
    """

    class _Arrived(Message):
        """A worker has found something, or is done."""

        def __init__(self, asked: int, found: SearchBatch | None, problem: str = "") -> None:
            super().__init__()
            self.asked = asked
            self.found = found
            """None: that was all."""
            self.problem = problem

    def __init__(self, source: HitSource) -> None:
        """A source's index need not have been started."""
        super().__init__()
        self.source = source
        source.again = self._ask
        adopt(self, source)
        self._query = source.first
        self._places: list[LinePlace] = []
        self._asked = 0
        """Counts searches, so that what comes late is dropped."""
        self._stop = threading.Event()
        """Ends the search under way; each has its own."""
        self._busy = False
        self._fresh = True
        """Whether the hits on screen are still another query's."""
        self._choose_when_shown = False
        self._problem = ""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LineInput(self.source.first, placeholder=safe(self.source.title), compact=True)
            yield Switches(id="switches")
            yield HitList(self.source.labels)
            yield Switches(id="state")

    def on_mount(self) -> None:
        if self.source.index is not None:
            self._grow(self.source.index)
        self._ask()

    def on_unmount(self) -> None:
        self._stop.set()

    # -- the index: while it grows the bottom row says how far it is

    def _grow(self, index: BackgroundIndex) -> None:
        index.start()
        was_ready = index.state.ready is not None

        def watch() -> None:
            nonlocal was_ready
            if not was_ready and index.state.ready is not None:
                was_ready = True
                self._ask()
            self._tell()

        self.set_interval(TICK, watch)

    # -- searching

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.value != self._query:
            self._query = event.value
            self._ask()

    def _ask(self) -> None:
        """Begin the search for what stands in the line; one under way ends."""
        self._stop.set()
        self._stop = threading.Event()
        self._asked += 1
        self._busy = self._fresh = True
        self._choose_when_shown = False
        self._problem = ""
        self._look(self._asked, self._query, self._stop)
        self._tell()

    @work(thread=True, group="search", exit_on_error=False)
    def _look(self, asked: int, query: str, stop: threading.Event) -> None:
        problem = ""
        try:
            for found in self.source.find(query, stop.is_set):
                if stop.is_set():
                    return
                self.post_message(self._Arrived(asked, found))
        except BackspanError as error:
            problem = error.what
        self.post_message(self._Arrived(asked, None, problem))

    @on(_Arrived)
    def _take(self, event: _Arrived) -> None:
        event.stop()
        if event.asked != self._asked or not self.is_attached:
            return
        hits = self.query_one(HitList)
        if event.found is None:
            self._busy = False
            self._problem = event.problem
        if self._fresh:
            self._places = []
            hits.show(())
            self._fresh = False
        if event.found is not None:
            self._places += event.found.places
            hits.add(event.found.hits)
        self._tell()
        if self._choose_when_shown and (self._places or not self._busy):
            self._choose()

    def _tell(self) -> None:
        if not self.is_mounted:
            return
        self.query_one("#switches", Switches).show(self.source.switches())
        way_out = Part("✕ close", "switches--zone", "leave")
        self.query_one("#state", Switches).show([Part(" "), *self._state(), Part(" · "), way_out])

    def _state(self) -> Sequence[Part]:
        """What the bottom row says before the way out."""
        count = len(self._places)
        said = self._problem or f"{count:,} hit{'' if count == 1 else 's'}" + (" …" if self._busy else "")
        parts = [Part(said, "switches--on" if self._problem else "")]
        index = self.source.index
        return self.source.state(
            self._query, count, (index_state(index.state) if index is not None else ()) or parts
        )

    # -- keys and clicks

    @on(Input.Submitted)
    @on(HitList.Picked)
    def _choose(self) -> None:
        if self._fresh:
            self._choose_when_shown = True  # what is on screen answers an older query: wait for this one's
            return
        chosen = self.query_one(HitList).chosen
        if chosen is not None:
            self.dismiss(self._places[chosen])

    @on(Switches.Pressed)
    async def _pressed(self, event: Switches.Pressed) -> None:
        await self.run_action(event.zone)

    def action_hit_down(self) -> None:
        """Mark the next hit."""
        self.query_one(HitList).action_move(1)

    def action_hit_up(self) -> None:
        """Mark the hit before."""
        self.query_one(HitList).action_move(-1)

    def action_hits_down(self) -> None:
        """Go a page down."""
        self.query_one(HitList).action_turn(1)

    def action_hits_up(self) -> None:
        """Go a page up."""
        self.query_one(HitList).action_turn(-1)

    def action_stop(self) -> None:
        """Stop the search; what was found stays. Or stop indexing, or go on with it."""
        index = self.source.index
        if index is not None:
            if index.state.running:
                index.cancel()
            elif index.state.ready is None:
                index.start()
        else:
            self._stop.set()
            self._busy = False
            self._tell()

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def index_state(index: State) -> Sequence[Part]:
    """What to say of an index that is not ready; nothing of one that is."""
    if index.problem is not None:
        return [
            Part(index.problem.what, "switches--on"),
            Part(" · "),
            Part("try again", "switches--zone", "stop"),
        ]
    if index.cancelled:
        return [Part("indexing stopped · "), Part("go on", "switches--zone", "stop")]
    if index.ready is None:
        share = index.done / index.total if index.total else 0.0
        bar = "━" * round(share * 20) + "─" * (20 - round(share * 20))
        said = f"indexing {bar} {index.done:,} of {index.total:,} files · "
        return [Part(said), Part("■ stop", "switches--zone", "stop")]
    return ()
