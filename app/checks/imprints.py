"""What a record leaves in an index of many: its folded words, its code's digest, and fingerprints of all three.

Fingerprints are hashes of rows of words, thinned out so that two texts that share a long enough row share one
(winnowing; Schleimer, Wilkerson and Aiken, 2003), and of a block's rows the 64 smallest (bottom-k sketch; Broder,
1997). They are the same in every process, so that they may be kept and two runs agree.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

from msgspec import Struct

_USER = (3, 3)
"""Words a row and rows a window: whatever shares 5 words in a row with another request meets it."""
_THINK = (5, 5)
"""Whatever shares 9 words in a row with another reasoning meets it."""
_BLOCK = 8
"""Words a row of code."""
STEM = 6
"""Letters of a word by which texts in other words are met; shorter words say little of what a text is about."""
SKETCH = 64
"""Fingerprints of a block, at most."""

Marks: TypeAlias = "array[int]"
"""Fingerprints, ascending; four bytes each."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
# As `app.checks.reading` takes code apart, without the marks, which are no words: half of all tokens.
_CODE = re.compile(
    r"""
      //[^\n]* | /\*(?:[^*]|\*(?!/))*(?:\*/|\Z)
    | (?P<string> b?c?"(?:[^"\\]|\\.)*(?:"|\Z) | [bc]?r(?P<hash>\#{0,8})"(?:(?!"(?P=hash)).)*(?:"(?P=hash)|\Z) )
    | b?'(?:[^'\\\n]|\\[^\n]{1,12}?)'
    | '\w+
    | (?P<word> \d\w* | (?:r\#)?\w+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class Imprint(Struct, frozen=True, gc=False):
    """A record's texts as an index needs them. Words are joined by blanks: a tenth of the memory of tuples."""

    user: str
    think: str
    digest: bytes
    """Of the block's bytes; empty where it has no words."""
    user_marks: Marks
    think_marks: Marks
    sketch: Marks
    user_stems: Marks
    """Of the beginnings of the request's longer words."""
    think_stems: Marks

    def marks(self, field: str) -> Marks:
        """The fingerprints of a field; of `user~` and `think~` those of its words' beginnings."""
        marks: Marks = getattr(self, _HELD_IN[field])
        return marks


_HELD_IN = {
    "user": "user_marks",
    "think": "think_marks",
    "block": "sketch",
    "user~": "user_stems",
    "think~": "think_stems",
}


def imprint(user: str, think: str, block: str) -> Imprint:
    """What a record with these texts leaves. The texts of which one changed at a time are looked at once."""
    user_words, user_marks, user_stems = _of_prose(user, *_USER)
    think_words, think_marks, think_stems = _of_prose(think, *_THINK)
    digest, sketch = _of_block(block)
    return Imprint(user_words, think_words, digest, user_marks, think_marks, sketch, user_stems, think_stems)


def folded_code(text: str) -> list[str]:
    """The words of code, in order, without comments, as `app.checks.reading.Code.folded` has them."""
    found: list[str] = []
    for match in _CODE.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            found.append(match[0])
        elif kind == "string":
            found += _WORD.findall(match[0])
    return _folded(found)


@lru_cache(maxsize=16)
def _of_prose(text: str, length: int, window: int) -> tuple[str, Marks, Marks]:
    words = _folded(_WORD.findall(text))
    stems = array("I", sorted(set(_hashes(sorted({word[:STEM] for word in words if len(word) >= STEM}), 1))))
    return " ".join(words), _winnowed(_hashes(words, length), window), stems


@lru_cache(maxsize=8)
def _of_block(text: str) -> tuple[bytes, Marks]:
    words = folded_code(text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] if words else b""
    return digest, array("I", sorted(set(_hashes(words, _BLOCK)))[:SKETCH])


def _folded(words: list[str]) -> list[str]:
    """The words without regard to capitals, in one step: no word holds a line feed, and none comes about."""
    return "\n".join(words).casefold().split("\n") if words else []


def _winnowed(marks: list[int], window: int) -> Marks:
    """Of each window the smallest."""
    if len(marks) <= window:
        return array("I", sorted({min(marks)} if marks else ()))
    return array("I", sorted(set(map(min, *(marks[at:] for at in range(window))))))


def _hashes(words: list[str], length: int) -> list[int]:
    """One number a row of words; of a shorter text one for all of it."""
    if not words:
        return []
    coded = [word.encode("utf-8", "surrogatepass") for word in words]
    data, starts = b" ".join(coded), [0, *accumulate(len(word) + 1 for word in coded)]
    ends = starts[length:] or starts[-1:]
    # CRC alone keeps like rows near each other; the product parts them.
    crc = zlib.crc32
    return [
        crc(data[start : end - 1]) * 2_654_435_761 & 0xFFFF_FFFF
        for start, end in zip(starts, ends, strict=False)
    ]
