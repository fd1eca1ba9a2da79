"""What became of every word of a prompt document: read into the spec, known to be no part of one, or not read.

Each word has one owner, by construction: a claim takes only what is still free, and what is free in the end is unread.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["read", "known", "unread"]
"""Read into the spec; known to be no part of one; not read, so that a person decides."""

HEADING = "a heading"
"""Why a heading's own words are in no field: it says what stands under it."""

_WORD = re.compile(r"[^\W_]")
_RANK: dict[Kind, int] = {"known": 0, "read": 1, "unread": 2}


@dataclass(frozen=True)
class Note:
    """A stretch of a document, and what became of it."""

    line: int
    """1-based."""
    text: str
    """As written; not safe to print as it is."""
    why: str
    """The field it was read into, or the reason why it was not."""
    kind: Kind = "unread"
    last: int = 0
    """The 1-based line on which it ends, if that is another one; else 0."""

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"lines {self.line}-{self.last}" if self.last > self.line else f"line {self.line}"


@dataclass(eq=False)
class Ownership:
    """What was said of a stretch of a passage. May change its mind, because a spec may refuse what was read."""

    kind: Kind
    why: str


class Passage:
    """A heading, a bullet, a paragraph, an example line: some lines of a document, and who owns their words.

    Offsets are characters of `text`, 0-based, end exclusive.
    """

    def __init__(self, lines: Sequence[tuple[int, str]], marker: str = "", indent: int = 0) -> None:
        """`lines` are 1-based numbers and texts, `marker` is the bullet's, `indent` its column."""
        self.marker = marker
        self.indent = indent
        self.glue = " "
        """What stands for a line's end in `text`."""
        self.loose = False
        """Whether it follows a list without a marker of its own, so that nobody knows whether it belongs to it."""
        self.fenced = False
        """Whether it stood between lines of backticks."""
        self.text = ""
        self._starts: list[int] = []
        self._numbers: list[int] = []
        self._owners: list[Ownership | None] = []
        for number, text in lines:
            self.extend(number, text)

    @property
    def line(self) -> int:
        """The 1-based line on which it begins."""
        return self._numbers[0]

    @property
    def last(self) -> int:
        """The 1-based line on which it ends."""
        return self._numbers[-1]

    @property
    def wrapped(self) -> bool:
        """Whether it takes more than one line."""
        return len(self._numbers) > 1

    def extend(self, number: int, text: str) -> None:
        """Add a line that goes on with it."""
        if self._starts:
            self.text += self.glue
        self._starts.append(len(self.text))
        self._numbers.append(number)
        self.text += text
        self._owners += [None] * (len(self.text) - len(self._owners))

    def line_at(self, offset: int) -> int:
        """The 1-based line of a character."""
        return self._numbers[bisect_right(self._starts, offset) - 1]

    def claim(self, kind: Kind, why: str, start: int = 0, end: int | None = None) -> Ownership:
        """Take what is free of a stretch (all of it by default)."""
        made = Ownership(kind, why)
        for at in range(start, len(self.text) if end is None else end):
            if self._owners[at] is None:
                self._owners[at] = made
        return made

    @property
    def is_owned(self) -> bool:
        """Whether every word has an owner."""
        return all(
            owner or not _WORD.match(char) for owner, char in zip(self._owners, self.text, strict=True)
        )

    def told(self) -> str:
        """The text without what is known to be no part of a spec."""
        kept = [
            char
            for char, owner in zip(self.text, self._owners, strict=True)
            if not owner or owner.kind != "known"
        ]
        return "".join(kept).strip()

    def settle(self, why: str) -> None:
        """Give what nobody took to those that are not read. Called once, when everybody had their turn."""
        if not self.is_owned:
            self.claim("unread", why)

    def stretches(self) -> Iterator[tuple[int, int, Ownership]]:
        """The stretches of one owner that hold a word, in order."""
        start = 0
        for at in range(1, len(self.text) + 1):
            if at == len(self.text) or self._owners[at] is not self._owners[start]:
                owner = self._owners[start]
                if owner is not None and _WORD.search(self.text, start, at):
                    yield start, at, owner
                start = at


def notes_of(passages: Iterable[Passage]) -> tuple[Note, ...]:
    """What became of each stretch, by line. A claim that others interrupt is told once, without what is theirs."""
    found: list[Note] = []
    for passage in sorted(passages, key=lambda one: one.line):
        parts: dict[Ownership, list[tuple[int, int]]] = {}
        for start, end, claim in passage.stretches():
            parts.setdefault(claim, []).append((start, end))
        found += [_note(passage, claim, spans) for claim, spans in parts.items()]
    return tuple(sorted(found, key=lambda note: note.line))


def _note(passage: Passage, claim: Ownership, spans: Sequence[tuple[int, int]]) -> Note:
    text = " … ".join(passage.text[start:end].strip() for start, end in spans)
    words = [
        *_WORD.finditer(passage.text, spans[0][0], spans[0][1]),
        *_WORD.finditer(passage.text, *spans[-1]),
    ]
    first, last = passage.line_at(words[0].start()), passage.line_at(words[-1].start())
    return Note(first, text, claim.why, claim.kind, last if last > first else 0)


def lines_of(passages: Iterable[Passage]) -> dict[int, Kind]:
    """What became of each line that has words: unread if any of it is, else read if any of it is, else known."""
    found: dict[int, Kind] = {}
    for passage in passages:
        for start, end, claim in passage.stretches():
            for word in _WORD.finditer(passage.text, start, end):
                line = passage.line_at(word.start())
                found[line] = max(found.get(line, claim.kind), claim.kind, key=_RANK.__getitem__)
    return found
