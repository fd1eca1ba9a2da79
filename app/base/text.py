"""Text as it may be shown, and as people count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from app.base.letters import joins, spelt_out

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_NEWLINES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def printable(text: str, limit: int = 200) -> str:
    """The text with control, bidirectional and invisible characters spelled out, cut after `limit`.

    Joiners between letters stay.
    """
    cut = text[: limit + 1]
    safe = _UNSAFE.sub(
        lambda found: found[0] if joins(cut, found.start()) else ascii(found[0])[1:-1],
        cut,
    )
    return safe if len(safe) <= limit else safe[:limit] + "…"


def shown(text: str, limit: int = 300) -> str:
    """Untrusted text made safe to print on one line, cut at `limit` characters.

    Control, direction and lone surrogate characters are spelled out.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return spelt_out(text, _printable)


def _printable(char: str) -> bool:
    # Cc control, Cf format (direction overrides among them), Cs surrogate, Zl/Zp line separators.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def many(count: int, noun: str, several: str = "") -> str:
    """`1 word`, `2,000 words`: a count with its noun, for people. `several` where an `s` does not make it many."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def nearest(name: str, names: Sequence[str]) -> str:
    """The one most like `name`, of equals the one that begins most like it; an empty text if none is like it."""
    from difflib import SequenceMatcher, get_close_matches  # here, for a quick start

    def likeness(one: str) -> tuple[float, int]:
        begins = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, one, strict=False)))
        return SequenceMatcher(None, one, name).ratio(), begins

    return max(get_close_matches(name, names, n=8, cutoff=0.5), key=likeness, default="")


def did_you_mean(near: str | Sequence[str], otherwise: str = "", lead: str = "") -> str:
    """`did you mean a or b?` behind `lead`, of what is near to an unknown name; where nothing is, `otherwise`."""
    names = [near] if isinstance(near, str) else near
    return f"{lead}did you mean {' or '.join(names)}?" if any(names) else otherwise


def bounds(least: int, most: int) -> str:
    """`15-25`, or `15` where both are: how many are asked for, for people."""
    return str(least) if least == most else f"{least}-{most}"


def one_newline(text: str) -> str:
    """The text with every kind of line end as a line feed: all that Python's `splitlines` takes for one."""
    return _NEWLINES.sub("\n", text)
