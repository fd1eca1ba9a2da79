"""Text in all files of the repository, and the places where a name is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from app.repository.index.codebase import Codebase
from app.repository.search.grep_lines import TextHit
from app.repository.search.references import LIMIT as REFERENCES
from app.repository.search.references import references
from app.repository.search.text_search import LIMIT, TextQuery, search_text
from app.repository.search.trail import LinePlace
from app.repository.search.word_search import search_words
from app.workstation.search.modal import HitSource, SearchBatch
from widgets.base.drawing import Part
from widgets.pick.hits import HitLine

LEAST = 2
"""Letters of a text before it is searched for."""
Switch = Literal["regex", "words", "case", "everything"]


class TextFinder(HitSource):
    """Text or a regular expression in all Rust files, or in all files."""

    title = "Text in all Rust files"
    _NAMES: ClassVar[dict[Switch, str]] = {
        "regex": "expression",
        "words": "whole words",
        "case": "capitals",
        "everything": "all files",
    }

    def __init__(self, code: Codebase, query: TextQuery | str = "") -> None:
        super().__init__()
        self._wanted = query if isinstance(query, TextQuery) else TextQuery(query)
        self.first = self._wanted.pattern
        self._code = code
        self._loosely = False
        """Whether what was found has only some of the words."""

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[SearchBatch]:
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

    def state(self, query: str, count: int, said: Sequence[Part]) -> Sequence[Part]:
        if len(query) < LEAST:
            return [Part(f"type {LEAST} letters or more")]
        more = [Part(", and there are more")] if count >= LIMIT else []
        loosely = [Part(" with some of these words: none has them so")] if self._loosely else []
        return [*said, *more, *loosely]

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
        self.again()


class ReferenceFinder(HitSource):
    """Where a name is used in code, file by file; typing shows only lines and paths that hold what is typed."""

    title = "Narrow down"

    def __init__(self, code: Codebase, name: str, first: str = "") -> None:
        """`first`: the file whose uses come first."""
        super().__init__()
        self._code = code
        self._sought = name
        self._own = first

    def find(self, query: str, stopped: Callable[[], bool]) -> Iterator[SearchBatch]:
        part = query.lower()
        for batch in references(self._code, self._sought, stopped, self._own):
            kept = [each for each in batch if part in each.text.lower() or part in each.path.lower()]
            if kept:
                length = len(self._sought)
                yield SearchBatch(
                    [_line_hit(each.text, each.at, length, each.path, each.line) for each in kept],
                    [LinePlace(each.path, each.line) for each in kept],
                )

    def switches(self) -> Sequence[Part]:
        return [Part(f" uses of {self._sought}, by name")]

    def state(self, query: str, count: int, said: Sequence[Part]) -> Sequence[Part]:
        more = [Part(", and there are more")] if count >= REFERENCES else []
        return [*said, *more]


def _line_hits(hits: Sequence[TextHit], length: int) -> SearchBatch:
    return SearchBatch(
        [_line_hit(hit.text, hit.at, length, hit.path, hit.line) for hit in hits],
        [LinePlace(hit.path, hit.line) for hit in hits],
    )


def _line_hit(text: str, at: int, length: int, path: str, line: int) -> HitLine:
    cut = len(text) - len(text.lstrip())
    start = max(at - cut, 0)
    marked = ((start, start + length),) if length else ()
    return HitLine(text[cut:], f"{path}:{line + 1}", marked=marked)
