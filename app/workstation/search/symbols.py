"""Any item of the repository by a few letters, while one types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.repository.index.background import BackgroundIndex
from app.repository.index.columns import KINDS
from app.repository.index.symbol_search import KIND_WORDS, Wanted
from app.repository.index.symbols import Symbol
from app.repository.search.trail import LinePlace
from app.workstation.search.modal import HitSource, SearchBatch
from widgets.base.drawing import Part
from widgets.pick.fuzzy import match
from widgets.pick.hits import HitLine

_SHORT = {kind: word for word, kinds in KIND_WORDS.items() for kind in kinds}
_LABEL = max(len(_SHORT.get(kind, "")) for kind in KINDS)


class SymbolFinder(HitSource):
    """Any item of the repository, by a few letters of its name or path."""

    title = "Symbols: letters of a name, Type::method, fn name, name file.rs"
    labels = _LABEL

    def __init__(self, index: BackgroundIndex) -> None:
        super().__init__()
        self.index: BackgroundIndex = index

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[SearchBatch]:
        ready = self.index.state.ready
        symbols = ready.search.search(query, cancelled=stopped) if ready is not None else None
        if symbols:
            terms = " ".join(Wanted.of(query).terms)
            yield SearchBatch(
                [_symbol_hit(terms, each) for each in symbols], [_symbol_place(each) for each in symbols]
            )

    def state(self, query: str, count: int, said: Sequence[Part]) -> Sequence[Part]:
        ready = self.index.state.ready
        if ready is None:
            return said
        return [*said, Part(f" of {len(ready.symbols):,} items")]


def _symbol_hit(terms: str, symbol: Symbol) -> HitLine:
    text = symbol.path
    if symbol.kind not in ("function_item", "function_signature_item", "impl_item"):
        text = text.split(" ", 1)[-1]  # the label says what it is
    found = match(terms, text)
    marked = tuple((at, at + 1) for at in found.positions) if found is not None else ()
    where = f"{symbol.file}:{symbol.line + 1}"
    return HitLine(text, where, _SHORT.get(symbol.kind, ""), marked, symbol.test)


def _symbol_place(symbol: Symbol) -> LinePlace:
    return LinePlace(symbol.file, symbol.line)
