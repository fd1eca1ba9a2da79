"""Reasoning, continued: what it says of the code, held against it: numbers, names, crates, what came later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.checks.findings import Context, Hit, shown
from app.checks.reading import Quote, Reading, listed, names_of, shared_rows, text_grams
from app.checks.registry import Example, check, limit
from app.checks.rules.structure import MOST, some
from app.checks.word_lists import crate_names, std_names
from app.checks.words.denial import denied
from app.checks.words.numbers import said_numbers, shape, unborne
from app.records.finding import Severity

_PATH = re.compile(r"&?(?:mut )?(?:r#)?\w+(?:::(?:r#)?\w+)*(?:::)?(?:<[^`]*>)?(?:\([^`]*\))?!?\??")
_ISSUE = re.compile(
    r"(?<![\w&#])#\d{2,7}\b|\bGH-\d+\b|\b(?:issue|pull request|PR|ticket|MR)\s+(?:no\.?\s*|number\s+)?#?\d+\b"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:,?\s+20\d\d)?\b"
_LATER = re.compile(
    rf"\b(?-i:(?:[Ll]ast|[Ss]ince|[Ii]n|of|[Uu]ntil)\s+(?:last\s+)?{_MONTH})"
    r"|\b(?:last|this) (?:week|month|quarter|year|sprint)\b"
    r"|\b(?:since|after|before) (?:the )?(?:release|deploy(?:ment|ing)?|roll-?out|merge|merging|launch|incident"
    r"|upgrade|migration)\b"
    r"|\b(?:all|the|every) tests? (?:now )?(?:pass(?:es|ed)?|(?:is|are) green)\b"
    r"|\b(?-i:CI) (?:is|was|pass(?:es|ed)|fail(?:s|ed)|caught|now|turned|agrees)\b"
    r"|\b(?:was|were|has been|have been|got) (?:merged|released|deployed|rolled out|shipped|reverted|reviewed)\b"
    r"|\bwe (?:shipped|merged|released|deployed|reverted|rolled)\b|\bpost-?mortem\b|\bcode review(?:er)?s?\b"
    r"|\b(?:dropped|fell|rose|improved|shrank|grew|went (?:down|up)) (?:by|from) (?:a|an|half|two|\d)\b"
    r"|\bbenchmarks? (?:shows?|showed|confirm(?:s|ed)?)\b",
    re.IGNORECASE,
)
_HINTS = (
    *(
        "release",
        "deploy",
        "roll",
        "merg",
        "launch",
        "incident",
        "upgrade",
        "migration",
        "tests",
        "test ",
        "ci ",
        "shipped",
    ),
    *(
        "revert",
        "review",
        "mortem",
        "dropped",
        "fell",
        "rose",
        "improved",
        "shrank",
        "grew",
        "went ",
        "benchmark",
    ),
    *(
        "week",
        "month",
        "quarter",
        "year",
        "sprint",
        "uary",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "ber",
    ),
)
"""One of these stands in whatever the pattern finds."""
_OWNED = re.compile(r"\bowned\s+`?([A-Z]\w+)")
_RECEIVER = re.compile(r"&mut self|&self")
_RETURNS = re.compile(r"->\s*([^{;]{1,200})")
_DOC = "A wait that grows without a bound puts a message to sleep for days, and nobody notices."


_HOST = "`host` takes `HTTP` off by `strip_prefix`, because nobody needs the rest of it twice; " * 3
_BORROWS = (
    'const HTTP: &str = "http://";\n\nfn host(url: &str) -> Option<&str> {\n    url.strip_prefix(HTTP)\n}'
)


def _claimed(reading: Reading, start: int, end: int) -> bool:
    return not denied(reading.texts.think, start, end)


_NUMBERED = "`MAX_DELAY` bounds the wait of `pause` because `attempt` may be any number; " * 4


@check(
    code="BS510", family="think", severity="warning", title="number nothing bears",
    why="A wrong number in a reasoning is learnt as it stands. Looked for are the numbers of the code, of its files' "
    "constants and of the request, their sums and differences. How many kinds there are is a hint only.",
    remedy="Correct the number, or say where it comes from.",
    good=Example(think=f"{_NUMBERED}After five minutes, which are 300 seconds, no wait grows; not after ten minutes."),
    bad=Example(think=f"{_NUMBERED}After ten minutes no wait grows."),
)  # fmt: skip
def number(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.block.strip():
        return
    said = (one for one in said_numbers(reading.think.plain) if _claimed(reading, one.start, one.end))
    for one in islice(said, MOST):
        grade: Severity | None = "hint" if one.kind in ("kinds", "things") else None
        if one.kind == "kinds" and int(one.value) in shape(reading.code):
            continue
        if unborne(reading.code, reading.texts.user, context.constants, one):
            text = reading.texts.think[one.start : one.end]
            yield Hit(
                "think", f"Neither the code nor the request bears “{shown(text)}”.", one.start, one.end, grade
            )


def _elsewhere(quote: Quote, reading: Reading, context: Context) -> str:
    """The name in a quote that the block has not, though it exists; empty where there is none."""
    if not _PATH.fullmatch(quote.text):
        return ""
    own, around = reading.code.names, context.file_names
    path = names_of(re.sub(r"^&?(?:mut )?", "", quote.text).partition("(")[0].partition("<")[0])
    if len(path) > 1:
        if path[-1] not in own:
            return "" if path[-1].isupper() else path[-1]
        # The type of a method may be left to its impl, but not whose function it is.
        modules = (name for name in path[:-1] if name.islower() and name not in _roots(context))
        return next((name for name in modules if name not in own and name not in around), "")
    alone = path[0] if path else ""
    # One alone is a claim only where it is a type: a method of any kind may be weighed.
    typed = alone[:1].isupper() and not alone.isupper() and alone in std_names() and alone not in _COMMON
    return alone if typed and alone not in own and alone not in around else ""


_ROOTS = frozenset({"std", "core", "alloc", "crate", "self", "super", "Self"})
_COMMON = listed(
    "Self Ok Err Some None Option Result String Box Future Iterator From Into Default Clone Copy Debug Display Send "
    "Sync Error Drop Fn FnMut FnOnce Vec Pin Sized Hash Eq Ord PartialEq PartialOrd"
)
"""Of the language itself: a block has them without naming them."""


def _roots(context: Context) -> frozenset[str]:
    """What a path may begin with that the code need not name."""
    return _ROOTS | {crate.replace("-", "_") for crate in (*context.crates, *(context.crates_used or ()))}


def _exists(quote: Quote, context: Context) -> bool:
    """Whether every name of a quote exists, as far as is known: what exists nowhere is another finding."""
    known = context.known
    names = [name for name in names_of(quote.text) if len(name) > 1]
    return all(
        name in std_names() or name in context.file_names or (known is not None and known(name))
        for name in names
    )


@check(
    code="BS511", family="think", severity="hint", title="name of other code",
    why="What is said of code that stands elsewhere may be said of the wrong one: another error, another lock, another "
    "function.",
    remedy="See whether it is this code's name; what is weighed and not taken may stay.",
    good=Example(think=f"{_NUMBERED}I would not sleep by `timer::sleep_until`.",
                 context={"known": {"MAX_DELAY", "attempt", "pause", "timer", "sleep_until"}.__contains__},
                 note="timer::sleep_until stands in another file"),
    bad=Example(think=f"{_NUMBERED}It sleeps by `timer::sleep_until`.",
                context={"known": {"MAX_DELAY", "attempt", "pause", "timer", "sleep_until"}.__contains__},
                note="timer::sleep_until stands in another file"),
)  # fmt: skip
def other_code(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.block.strip() or (context.known is None and not context.file_names):
        return
    told: set[str] = set()
    for quote in reading.think.quotes:
        name = _elsewhere(quote, reading, context)
        if not name or name in told or len(told) == MOST or not _exists(quote, context):
            continue
        if _claimed(reading, quote.start, quote.end):
            told.add(name)
            where = "elsewhere in its file" if name in context.file_names else "elsewhere"
            said = f"“{shown(quote.text)}” is no part of this code: “{shown(name)}” stands {where}."
            yield Hit("think", said, quote.start, quote.end)


@check(
    code="BS512", family="think", severity="warning", title="signature says otherwise",
    why="What is borrowed and what is owned decides who may keep it: a reasoning that turns it round teaches the "
        "wrong one.",
    remedy="Look at the signature, and correct the reasoning.",
    good=Example(think=f"{_HOST}No owned `String` is made.", block=_BORROWS),
    bad=Example(think=f"{_HOST}It gives an owned `String`.", block=_BORROWS),
)  # fmt: skip
def signature(reading: Reading, context: Context) -> Iterator[Hit]:
    block = reading.texts.block
    given = " ".join(match[1] for match in _RETURNS.finditer(block))
    for match in some(_OWNED, reading.texts.think):
        if (
            given
            and not re.search(rf"\b(?:{re.escape(match[1])}|Self|impl|T)\b", given)
            and _claimed(reading, *match.span())
        ):
            said = f"No function of the code gives a “{shown(match[1])}” away."
            yield Hit("think", said, *match.span())
    receivers = (quote for quote in reading.think.quotes if _RECEIVER.fullmatch(quote.text))
    for quote in receivers if "fn " in block else ():
        if quote.text not in block and _claimed(reading, quote.start, quote.end):
            yield Hit("think", f"No function of the code takes “{quote.text}”.", quote.start, quote.end)


@check(
    code="BS513", family="think", severity="warning", title="crate the project has not",
    why="A reasoning that takes a crate the project does not depend on makes things up.",
    remedy="Name what the code really uses, or say that the crate is not taken and why.",
    good=Example(think=f"{_NUMBERED}No crossbeam channel is needed.", context={"packages": frozenset({"tokio"})},
                 note="the project depends on tokio"),
    bad=Example(think=f"{_NUMBERED}A crossbeam channel tells of it.", context={"packages": frozenset({"tokio"})},
                note="the project depends on tokio"),
)  # fmt: skip
def foreign_crate(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.packages is None:
        return
    named = crate_names()
    told: set[str] = set()
    for match in _CRATE.finditer(reading.texts.think):
        crate = match[0].casefold().replace("_", "-")
        if crate not in named or crate in told or len(told) == MOST or _has(crate, reading, context):
            continue
        if _claimed(reading, *match.span()):
            told.add(crate)
            yield Hit("think", f"The project does not depend on “{shown(match[0])}”.", *match.span())


_CRATE = re.compile(r"(?<![\w-])[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*(?![\w-])", re.IGNORECASE)


def _has(crate: str, reading: Reading, context: Context) -> bool:
    """Whether the project or the code knows a crate, or one of its family: `crossbeam-channel` is of `crossbeam`."""
    have = {
        one.replace("_", "-")
        for one in (*(context.packages or ()), *context.crates, *(context.crates_used or ()))
    }
    name = crate.replace("-", "_")
    return any(
        one == crate or one.startswith(f"{crate}-") or crate.startswith(f"{one}-") for one in have
    ) or (name in context.file_names or name in reading.code.names)


@check(
    code="BS514", family="think", severity="warning", title="what came later",
    why="The reasoning comes before the code: no merge, release or measurement of it can have happened, and a reader "
    "has neither the tracker nor the calendar.",
    remedy="Say the reason itself, without when and where it was found.",
    good=Example(think=f"{_NUMBERED}In production a receiver may be down for months; tests repeat it."),
    bad=Example(think=f"{_NUMBERED}Since the release all tests pass."),
)  # fmt: skip
def later(reading: Reading, context: Context) -> Iterator[Hit]:
    plain = reading.think.plain
    for match in some(_ISSUE, plain):
        yield Hit("think", f"“{shown(match[0])}” cannot be looked up by a reader.", *match.span())
    lowered = plain.lower()  # much quicker than the pattern, and mostly in vain
    for match in some(_LATER, plain) if any(word in lowered for word in _HINTS) else ():
        yield Hit("think", f"“{shown(match[0])}” is of a time when the code was there.", *match.span())


@check(
    code="BS515", family="think", severity="warning", title="documentation copied",
    why="What the repository's comments and README say was written after the code, and stands in the block or beside "
        "it.",
    remedy="Say it in your own words, as a reason.",
    good=Example(context={"documented": (_DOC,)}, note=f"the file says: {_DOC}"),
    bad=Example(think=f"{_NUMBERED}{_DOC}", context={"documented": (_DOC,)}, note=f"the file says: {_DOC}"),
    limits=("documented_run",),
)  # fmt: skip
def copied_documentation(reading: Reading, context: Context) -> Iterator[Hit]:
    length, words = int(limit(context, "documented_run")), reading.think.words
    rows: dict[int, int] = {}
    for text in context.documented:
        rows.update(shared_rows(reading.think.folded, text_grams(text, length), length))
    for first, count in islice(sorted(rows.items()), MOST):
        said = f"{count} words in a row stand in the repository's documentation."
        yield Hit("think", said, words[first].start, words[first + count - 1].end)
