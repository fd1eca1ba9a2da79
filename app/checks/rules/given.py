"""Request, continued: what it gives away of the code's inside, and what of it is told as done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.checks.findings import Context, Hit, shown
from app.checks.reading import BlockCode, Reading
from app.checks.registry import Example, check
from app.checks.rules.structure import MOST, some
from app.checks.words.numbers import code_numbers

_HEAD = re.compile(
    r"^(\s*)(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(impl\b[^{]*\sfor\s|trait\b|struct\b|impl\b|enum\b)"
)
_PRIVATE = re.compile(
    r"^\s*(?:(?:default|const|async|unsafe)\s+)*(?:fn|const|static(?:\s+mut)?|macro_rules!)\s+(?!fn\b)(\w+)"
)
_FIELD = re.compile(r"^\s+(\w+)\s*:\s")
_CALLED = re.compile(
    r"\b(?:call(?:s|ing|ed)?|invok(?:e|es|ing)|in|inside|from)\s+`?(?P<name>[a-z]\w{2,})`?(?=[\s,.;)]|$)"
    r"(?:(?=(?P<call>\s+call\b)))?",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"(?<![\w.:/@-])(?P<of>[a-z]\w*)\.(?P<name>[a-z_]\w+)(?![\w/@]|\.\w)")
_WORD = re.compile(r"(?<![\w.:/@-])_?[a-z]+(?:_\w+)+(?![\w/@])|(?<![\w.:/@-])[A-Z]+(?:_[A-Z0-9]+)+(?!\w)")
_NUMBER = re.compile(
    r"(?<![\w.,:/#-])\d[\d,_]{2,}(?![\w.:/-]\w)(?:[ -](?:milli|micro)?(?:seconds?|minutes?|bytes|ms|s|kB)\b)?"
)
_BRANCHES = re.compile(
    r"\breturn\b[^.;!?]{1,200}\b(?:otherwise|else)\b[^.;!?]{0,80}\breturn\b", re.IGNORECASE
)
_DONE = re.compile(
    r"\b(?:was|were|has been|have been) (?:also )?(?:changed|added|removed|replaced|rewritten|refactored|renamed"
    r"|introduced|implemented|reworked|extended)\b(?: (?:so|to)\b)?"
    r"|\bnow (?:also |correctly |properly |always )?(?:refuses|supports|uses|returns|handles|checks|accepts|rejects"
    r"|waits|retries|sends|keeps|reports|validates|respects|ignores|allows|ensures|prevents|detects|stores|records|stops"
    r"|skips)\b|\bthis (?:change|commit|patch|PR|pull request) \w+s\b"
    r"|\bwe (?:have )?(?:added|replaced|rewrote|introduced|refactored|reworked)\b",
    re.IGNORECASE,
)


class _Given(NamedTuple):
    """Something of the code's inside that the request says."""

    what: str
    """What counts as one, however often it is said."""
    start: int
    end: int


@lru_cache(maxsize=8)
def inner_names(code: BlockCode) -> frozenset[str]:
    """Functions, constants, macros and fields of a block that are not public; of a trait or its impl none is.

    Read by lines, as rustfmt breaks them.
    """
    found: set[str] = set()
    around: list[tuple[str, str]] = []
    """What is open: its indentation and its kind."""
    for line in code.text.split("\n"):
        if around and line.startswith(f"{around[-1][0]}}}"):
            around.pop()
        kind = around[-1][1] if around else ""
        named = _PRIVATE.match(line) if kind not in ("trait", "enum") else None
        named = named or (_FIELD.match(line) if kind == "struct" else None)
        if named:
            found.add(named[1])
        head = _HEAD.match(line)
        if head and line.rstrip().endswith("{"):
            around.append((head[1], "trait" if " for" in head[2] else head[2].strip()))
    return frozenset(name for name in found if len(name) > 2)


def _given(reading: Reading) -> Iterator[_Given]:
    text, names, inner = reading.texts.user, reading.code.names, inner_names(reading.code)
    for quote in reading.user.quotes:
        if quote.text in inner:
            yield _Given(quote.text, quote.start, quote.end)
    plain = reading.user.plain
    for match in _WORD.finditer(plain):
        if match[0] in inner:
            yield _Given(match[0], *match.span())
    for match in _CALLED.finditer(text):
        calls = match[0].casefold().startswith(("call", "invok"))
        # What stands in backticks was named on purpose: an interface that others know.
        known = names if calls and "`" not in match[0] else inner
        if match["name"] in known and (calls or match["call"]):
            yield _Given(match["name"], *match.span("name"))
    for match in _MEMBER.finditer(text):
        if match["of"] in names and match["name"] in names:
            yield _Given(match["name"], *match.span())
    for match in _NUMBER.finditer(plain):
        value = float(re.sub(r"\D", "", match[0].split(" ")[0].split("-")[0]) or 0)
        if value in code_numbers(reading.code):
            yield _Given(str(value), *match.span())


@check(
    code="BS416", family="request", severity="warning", title="inside of the code told",
    why="Who asks has not seen the code: several of its private functions, fields, constants and numbers, or its "
    "branches one after the other, are the answer in other words.",
    remedy="Say what must come of it, and leave the steps to whoever writes the code.",
    good=Example(user="Receivers need time: `pause` must grow with each failure, and never pass five minutes."),
    bad=Example(user="Receivers need time: call checked_pow for it, and use `MAX_DELAY` of 300 seconds, never more."),
)  # fmt: skip
def inside(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.block.strip():
        return
    found = {(one.start, one.end): one for one in _given(reading)}
    if len({one.what for one in found.values()}) >= _SEVERAL:
        for (start, end), _ in islice(sorted(found.items()), MOST):
            said = (
                f"“{shown(reading.texts.user[start:end])}” is one of several things that only the code tells."
            )
            yield Hit("user", said, start, end)
    for match in some(_BRANCHES, reading.user.plain):
        yield Hit("user", "This tells the branches of the code one after the other.", *match.span(), "hint")


_SEVERAL = 2


@check(
    code="BS417", family="request", severity="hint", title="change told as done",
    why="A request comes before the code: what is asked for is not there yet.",
    remedy="Say what is needed, and what happens as long as it is missing.",
    bad=Example(user="The wait now respects the bound: it was changed so that no message sleeps for over five "
                     "minutes."),
)  # fmt: skip
def told_as_done(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_DONE, reading.user.plain):
        yield Hit("user", f"“{shown(match[0])}” tells of a change that is asked for.", *match.span())
