"""What changed between two texts, word by word: what went, what came, what stayed.

Words, runs of blanks and line feeds are the tokens. Take the chunks that are `same` or `gone`, in order, and the old
text remains; take those that are `same` or `new`, and the new one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

Kind = Literal["same", "gone", "new"]

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST = 16_000_000
"""Old tokens times new tokens that are compared at once: 2 MB of work space, and some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text that stayed, went or came; never empty."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> tuple[Chunk, ...]:
    """The chunks from one text to the other, in order; of two changes at one place, what went comes first.

    Texts too long for that (some 4,000 words each) are compared line by line first, then by words within what
    changed; what is too long even so counts as gone and new as a whole. So the time is bounded.
    """
    pieces = _compare(_TOKEN.findall(old), _TOKEN.findall(new))
    if pieces is None:
        pieces = _by_lines(old, new)
    return tuple(_joined(_without_confetti(list(_joined(pieces)))))


def _by_lines(old: str, new: str) -> list[Chunk]:
    lines = _compare(_LINE.findall(old), _LINE.findall(new))
    if lines is None:
        return _replaced(old, new)
    found: list[Chunk] = []
    gone: list[str] = []
    came: list[str] = []

    def close() -> None:
        before, after = "".join(gone), "".join(came)
        within = _compare(_TOKEN.findall(before), _TOKEN.findall(after))
        found.extend(_replaced(before, after) if within is None else within)
        gone.clear()
        came.clear()

    for chunk in lines:
        if chunk.kind == "same":
            close()
            found.append(chunk)
        else:
            (gone if chunk.kind == "gone" else came).append(chunk.text)
    close()
    return found


def _replaced(old: str, new: str) -> list[Chunk]:
    pairs: tuple[tuple[Kind, str], ...] = (("gone", old), ("new", new))
    return [Chunk(kind, text) for kind, text in pairs if text]


def _compare(old: Sequence[str], new: Sequence[str]) -> list[Chunk] | None:
    """The changes from tokens to tokens; None where that would take too long."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    gone, came = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(gone) * len(came) > _MOST:
        return None
    # Numbers instead of strings: equal hashes of different words must not count as the same word.
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(token, len(numbers)) for token in gone]
    right = [numbers.setdefault(token, len(numbers)) for token in came]
    found = [Chunk("same", token) for token in old[:head]]
    for code in Indel.opcodes(left, right):
        if code.tag == "equal":
            found.extend(Chunk("same", token) for token in gone[code.src_start : code.src_end])
        found.extend(Chunk("gone", t) for t in gone[code.src_start : code.src_end] if code.tag != "equal")
        found.extend(Chunk("new", t) for t in came[code.dest_start : code.dest_end] if code.tag != "equal")
    found.extend(Chunk("same", token) for token in old[len(old) - tail :])
    return found


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    """How many tokens both begin with."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _without_confetti(chunks: list[Chunk]) -> Iterator[Chunk]:
    """The chunks, a lone blank between two changes being part of them: it is no common ground."""
    for index, chunk in enumerate(chunks):
        inside = 0 < index < len(chunks) - 1
        if chunk.kind == "same" and inside and chunk.text.isspace() and "\n" not in chunk.text:
            yield Chunk("gone", chunk.text)
            yield Chunk("new", chunk.text)
        else:
            yield chunk


def _joined(chunks: Sequence[Chunk] | Iterator[Chunk]) -> Iterator[Chunk]:
    """Neighbours of one kind made one, what went before what came."""
    texts: dict[Kind, list[str]] = {"gone": [], "new": [], "same": []}

    def flush(*kinds: Kind) -> Iterator[Chunk]:
        for kind in kinds:
            if texts[kind]:
                yield Chunk(kind, "".join(texts[kind]))
                texts[kind].clear()

    for chunk in chunks:
        yield from flush("gone", "new") if chunk.kind == "same" else flush("same")
        texts[chunk.kind].append(chunk.text)
    yield from flush("same", "gone", "new")
