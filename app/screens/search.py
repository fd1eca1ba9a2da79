"""Finding in a whole repository while one types: symbols by a few letters, text, and places where a name is used.

Searching happens in threads; hits come in batches, and what an older query found is dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Literal, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from app.errors import BackspanError
from app.index.background import BackgroundIndex, State
from app.index.codebase import Codebase
from app.index.columns import KINDS
from app.index.greplines import TextHit
from app.index.places import Place
from app.index.references import LIMIT as REFERENCES
from app.index.references import references
from app.index.search import KIND_WORDS, Wanted
from app.index.symbols import Symbol
from app.index.text import LIMIT, TextQuery, search_text
from app.index.wordsearch import search_words
from widgets.at_once import LineInput
from widgets.bindings import bindings_for
from widgets.drawing import Part, safe
from widgets.fuzzy import match
from widgets.hit_list import Hit, HitList, Switches

LEAST = 2
"""Letters of a text before it is searched for."""
TICK = 0.1
"""Seconds between two looks at how far the index is."""

_SHORT = {kind: word for word, kinds in KIND_WORDS.items() for kind in kinds}
_LABEL = max(len(_SHORT.get(kind, "")) for kind in KINDS)
Switch = Literal["regex", "words", "case", "everything"]


class Found(NamedTuple):
    """A batch of what a search found."""

    hits: Sequence[Hit]
    places: Sequence[Place]


class SearchModal(ModalScreen[Place | None]):
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
    TITLE_TEXT: ClassVar[str] = ""
    LABELS: ClassVar[int] = 0

    class _Arrived(Message):
        """A worker has found something, or is done."""

        def __init__(self, asked: int, found: Found | None, problem: str = "") -> None:
            super().__init__()
            self.asked = asked
            self.found = found
            """None: that was all."""
            self.problem = problem

    def __init__(self, query: str = "") -> None:
        """`query`: what the line holds at first."""
        super().__init__()
        self._first = query
        self._query = query
        self._places: list[Place] = []
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
            yield LineInput(self._first, placeholder=safe(self.TITLE_TEXT), compact=True)
            yield Switches(id="switches")
            yield HitList(self.LABELS)
            yield Switches(id="state")

    def on_mount(self) -> None:
        self._ask()

    def on_unmount(self) -> None:
        self._stop.set()

    # -- for subclasses

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[Found]:
        """What a query finds, in batches; runs in a thread. May raise `BackspanError`."""
        raise NotImplementedError

    def switches(self) -> Sequence[Part]:
        """The words of the row below the line to type in."""
        return ()

    def state(self) -> Sequence[Part]:
        """What the bottom row says before the way out."""
        count = len(self._places)
        said = self._problem or f"{count:,} hit{'' if count == 1 else 's'}" + (" …" if self._busy else "")
        return [Part(said, "switches--on" if self._problem else "")]

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
            for found in self.find(query, stop.is_set):
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
        self.query_one("#switches", Switches).show(self.switches())
        way_out = Part("✕ close", "switches--zone", "leave")
        self.query_one("#state", Switches).show([Part(" "), *self.state(), Part(" · "), way_out])

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
        self.query_one(HitList).action_cursor_down()

    def action_hit_up(self) -> None:
        """Mark the hit before."""
        self.query_one(HitList).action_cursor_up()

    def action_hits_down(self) -> None:
        """Go a page down."""
        self.query_one(HitList).action_cursor_page_down()

    def action_hits_up(self) -> None:
        """Go a page up."""
        self.query_one(HitList).action_cursor_page_up()

    def action_stop(self) -> None:
        """Stop the search; what was found stays."""
        self._stop.set()
        self._busy = False
        self._tell()

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


class IndexedModal(SearchModal):
    """A search that needs the index: while it grows the bottom row says how far it is."""

    def __init__(self, index: BackgroundIndex, query: str = "") -> None:
        """`index` need not have been started; it goes on when the search is left."""
        super().__init__(query)
        self._index = index

    def on_mount(self) -> None:
        self._index.start()
        self._was_ready = self._index.state.ready is not None
        self.set_interval(TICK, self._watch)

    def _watch(self) -> None:
        ready = self._index.state.ready is not None
        if ready and not self._was_ready:
            self._was_ready = True
            self._ask()
        self._tell()

    def state(self) -> Sequence[Part]:
        return index_state(self._index.state) or super().state()

    def action_stop(self) -> None:
        """Stop indexing, or go on."""
        if self._index.state.running:
            self._index.cancel()
        elif self._index.state.ready is None:
            self._index.start()


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


class SymbolFinder(IndexedModal):
    """Any item of the repository, by a few letters of its name or path."""

    TITLE_TEXT = "Symbols: letters of a name, Type::method, fn name, name file.rs"
    LABELS = _LABEL

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[Found]:
        ready = self._index.state.ready
        symbols = ready.search.search(query, cancelled=stopped) if ready is not None else None
        if symbols:
            terms = " ".join(Wanted.of(query).terms)
            yield Found(
                [_symbol_hit(terms, each) for each in symbols], [_symbol_place(each) for each in symbols]
            )

    def state(self) -> Sequence[Part]:
        ready = self._index.state.ready
        if ready is None:
            return super().state()
        return [*super().state(), Part(f" of {len(ready.symbols):,} items")]


class TextFinder(SearchModal):
    """Text or a regular expression in all Rust files, or in all files."""

    TITLE_TEXT = "Text in all Rust files"
    _NAMES: ClassVar[dict[Switch, str]] = {
        "regex": "expression",
        "words": "whole words",
        "case": "capitals",
        "everything": "all files",
    }

    def __init__(self, code: Codebase, query: TextQuery | str = "") -> None:
        self._wanted = query if isinstance(query, TextQuery) else TextQuery(query)
        super().__init__(self._wanted.pattern)
        self._code = code
        self._loosely = False
        """Whether what was found has only some of the words."""

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[Found]:
        wanted = replace(self._wanted, pattern=query)
        if len(query) < LEAST:
            return
        self._loosely = False
        length = 0 if wanted.regex else len(query)
        some = False
        for hits in search_text(self._code, wanted, stopped):
            some = True
            yield _line_hits(hits, length)
        if not (some or wanted.regex or stopped()):
            hits = search_words(self._code, wanted, stopped)
            self._loosely = bool(hits)
            yield _line_hits(hits, 0)

    def switches(self) -> Sequence[Part]:
        parts: list[Part] = [Part(" ")]
        for switch, name in self._NAMES.items():
            value = getattr(self._wanted, switch)
            box = {True: "☒", False: "☐", None: "☐"}[value]
            told = " if typed" if switch == "case" and value is None else ""
            style = "switches--on" if value else ""
            parts += [Part(f"{box} {name}{told}", style, switch), Part("  ")]
        return parts

    def state(self) -> Sequence[Part]:
        if len(self._query) < LEAST:
            return [Part(f"type {LEAST} letters or more")]
        more = [Part(", and there are more")] if len(self._places) >= LIMIT else []
        loosely = [Part(" with some of these words: none has them so")] if self._loosely else []
        return [*super().state(), *more, *loosely]

    def action_regex(self) -> None:
        """By expression, or by plain text again."""
        self._search_as(replace(self._wanted, regex=not self._wanted.regex))

    def action_words(self) -> None:
        """Whole words only, or parts too."""
        self._search_as(replace(self._wanted, words=not self._wanted.words))

    def action_case(self) -> None:
        """Capitals matter if one is typed, always, never."""
        after = {None: True, True: False, False: None}[self._wanted.case]
        self._search_as(replace(self._wanted, case=after))

    def action_everything(self) -> None:
        """All files, or Rust files only again."""
        self._search_as(replace(self._wanted, everything=not self._wanted.everything))

    def _search_as(self, wanted: TextQuery) -> None:
        self._wanted = wanted
        self._ask()


class ReferenceFinder(SearchModal):
    """Where a name is used in code, file by file; typing shows only lines and paths that hold what is typed."""

    TITLE_TEXT = "Narrow down"

    def __init__(self, code: Codebase, name: str, first: str = "") -> None:
        """`first`: the file whose uses come first."""
        super().__init__()
        self._code = code
        self._sought = name
        self._own = first

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[Found]:
        part = query.lower()
        for batch in references(self._code, self._sought, stopped, self._own):
            kept = [each for each in batch if part in each.text.lower() or part in each.path.lower()]
            if kept:
                length = len(self._sought)
                yield Found(
                    [_line_hit(each.text, each.at, length, each.path, each.line) for each in kept],
                    [Place(each.path, each.line) for each in kept],
                )

    def switches(self) -> Sequence[Part]:
        return [Part(f" uses of {self._sought}, by name")]

    def state(self) -> Sequence[Part]:
        more = [Part(", and there are more")] if len(self._places) >= REFERENCES else []
        return [*super().state(), *more]


def _symbol_hit(terms: str, symbol: Symbol) -> Hit:
    text = symbol.path
    if symbol.kind not in ("function_item", "function_signature_item", "impl_item"):
        text = text.split(" ", 1)[-1]  # the label says what it is
    found = match(terms, text)
    marked = tuple((at, at + 1) for at in found.positions) if found is not None else ()
    where = f"{symbol.file}:{symbol.line + 1}"
    return Hit(text, where, _SHORT.get(symbol.kind, ""), marked, symbol.test)


def _symbol_place(symbol: Symbol) -> Place:
    return Place(symbol.file, symbol.line)


def _line_hits(hits: Sequence[TextHit], length: int) -> Found:
    return Found(
        [_line_hit(hit.text, hit.at, length, hit.path, hit.line) for hit in hits],
        [Place(hit.path, hit.line) for hit in hits],
    )


def _line_hit(text: str, at: int, length: int, path: str, line: int) -> Hit:
    cut = len(text) - len(text.lstrip())
    start = max(at - cut, 0)
    marked = ((start, start + length),) if length else ()
    return Hit(text[cut:], f"{path}:{line + 1}", marked=marked)
