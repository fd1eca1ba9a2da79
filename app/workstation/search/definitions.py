"""Going to a definition: the one place there is, or a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.repository.index.background import BackgroundIndex, Ready
from app.repository.search.definitions import Candidate, Definitions
from app.repository.search.occurrences import ParsedFile
from app.repository.search.pointing import defined_in
from app.repository.search.trail import LinePlace
from app.workstation.search.modal import HitSource, SearchBatch
from widgets.base.drawing import Part
from widgets.pick.hits import HitLine

LABEL = 24
"""Cells of the column of names."""


class Pointed(NamedTuple):
    """A piece of a file, in bytes."""

    file: ParsedFile
    start: int
    end: int


def look_up(ready: Ready, at: Pointed, cancelled: Callable[[], bool]) -> list[Definitions]:
    """What may define the names there. Not for the interface's thread."""
    return defined_in(at.file, at.start, at.end, ready.symbols, ready.modules, cancelled)


def only_place(found: Sequence[Definitions]) -> LinePlace | None:
    """The place to go to at once: that of the only name with a definition, if it has one and no more."""
    known = [each for each in found if each.candidates]
    only = known[0].only if len(known) == 1 else None
    return None if only is None else LinePlace(only.file, only.line)


class DefinitionFinder(HitSource):
    """What may define the names of a line, each with how it was found; typing narrows it down."""

    title = "Definitions: narrow down"
    labels = LABEL

    def __init__(self, index: BackgroundIndex, at: Pointed) -> None:
        super().__init__()
        self.index: BackgroundIndex = index
        self._at = at
        self._none: tuple[str, ...] = ()

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[SearchBatch]:
        ready = self.index.state.ready
        if ready is None:
            return
        found = look_up(ready, self._at, stopped)
        self._none = tuple(each.name for each in found if not each.candidates)
        part = query.lower()
        rows = [(each, one) for each in found for one in each.candidates]
        kept = [row for row in rows if part in f"{row[0].name} {row[1].label} {row[1].file}".lower()]
        if kept:
            yield SearchBatch(
                [_hit(each, one) for each, one in kept], [LinePlace(one.file, one.line) for _, one in kept]
            )

    def switches(self) -> Sequence[Part]:
        none = f" · none in this repository: {', '.join(self._none)}" if self._none else ""
        return [Part(f" definitions, by syntax{none}")]


def _hit(found: Definitions, candidate: Candidate) -> HitLine:
    count = 1 if found.only is not None else len(found.candidates)
    label = f"{found.name[: LABEL - 4]} ({count})"
    text = f"{candidate.label}, {candidate.why}"
    quiet = found.only is not None and candidate is not found.only
    return HitLine(text, f"{candidate.file}:{candidate.line + 1}", label, quiet=quiet)


def nothing_found(found: Sequence[Definitions]) -> str:
    """Why there is nowhere to go, in words for people."""
    if not found:
        return "no name of code stands here: put the cursor on a line with one"
    names = ", ".join(each.name for each in found[:6])
    return f"nothing else in this repository defines {names}"
