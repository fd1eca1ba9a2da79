"""Structure: nothing empty, nothing that breaks the line or its readers, and lengths within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from app.checks.findings import Context, Hit, Texts, shown
from app.checks.reading import Reading
from app.checks.registry import Example, check, limit
from app.checks.words.control_tokens import ControlToken, code_tokens, control_tokens
from app.records.finding import Field, Severity

_NAMES: dict[Field, str] = {"user": "the request", "think": "the reasoning", "block": "the code"}
_TAG = re.compile(r"</?think>")
_END = re.compile(r"</think>")
_BEGIN = re.compile(r"<think>")
_NEARLY = re.compile(r"<[ \t]*/?[ \t]*think[ \t]*/?[ \t]*>", re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_SEPARATOR = re.compile("[\x85\u2028\u2029]")
_UNSEEN = re.compile("[\u200b\u2060-\u2064\ufeff\ufffd\ufff9-\ufffb\u00ad]")
MOST = 20
"""Hits of one kind in one field; more would only hide the others."""


def _fields(texts: Texts) -> tuple[tuple[Field, str], ...]:
    return (("user", texts.user), ("think", texts.think), ("block", texts.block))


def _prose(texts: Texts) -> tuple[tuple[Field, str], ...]:
    return _fields(texts)[:2]


def _code(texts: Texts) -> tuple[tuple[Field, str], ...]:
    return _fields(texts)[2:]


def some(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Where a pattern stands, at most `MOST` times."""
    for count, match in enumerate(pattern.finditer(text)):
        if count == MOST:
            return
        yield match


def _odd(pattern: re.Pattern[str], texts: tuple[tuple[Field, str], ...], name: str) -> Iterator[Hit]:
    for field, text in texts:
        for match in some(pattern, text):
            said = f"{name} (U+{ord(match[0]):04X}) stands in {_NAMES[field]}."
            yield Hit(field, said, match.start(), match.end())


def _quoted(
    pattern: re.Pattern[str], texts: tuple[tuple[Field, str], ...], tail: str = "stands in {}."
) -> Iterator[Hit]:
    for field, text in texts:
        for match in some(pattern, text):
            said = f"“{match[0]}” {tail.format(_NAMES[field])}"
            yield Hit(field, said, match.start(), match.end())


@check(
    code="BS101", family="structure", severity="error", title="request is empty",
    why="A record without a request trains on nothing.",
    remedy="Write the request that could have led to this code.",
    bad=Example(user=" \n"),
)  # fmt: skip
def empty_request(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.user.strip():
        yield Hit("user", "The request is empty.")


@check(
    code="BS102", family="structure", severity="error", title="reasoning is empty",
    why="The reasoning is half of what the record teaches.",
    remedy="Write the reasoning that came before the code.",
    bad=Example(think=""),
)  # fmt: skip
def empty_reasoning(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.think.strip():
        yield Hit("think", "The reasoning is empty.")


@check(
    code="BS103", family="structure", severity="error", title="no code is selected",
    why="The answer is the code.",
    remedy="Select at least one item in the source.",
    bad=Example(block=""),
)  # fmt: skip
def empty_code(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.block.strip():
        yield Hit("block", "No code is selected.")


@check(
    code="BS104", family="structure", severity="error", title="no main code",
    why="Imports and helpers alone answer no request.",
    remedy="Give at least one span the role “main”.",
    good=Example(context={"roles": ("import", "main")}, note="spans: import, main"),
    bad=Example(context={"roles": ("import", "helper")}, note="spans: import, helper"),
)  # fmt: skip
def no_main(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.roles and "main" not in context.roles:
        yield Hit("block", "No span of the block has the role “main”.")


@check(
    code="BS105", family="structure", severity="warning", title="reasoning is short",
    why="A reasoning of a sentence or two says what was done and not why.",
    remedy="Say which choices there were, and why this one.",
    bad=Example(think="It doubles the wait up to `MAX_DELAY` because `attempt` may be large, by `checked_pow`."),
    limits=("think_words_min",),
)  # fmt: skip
def short_reasoning(reading: Reading, context: Context) -> Iterator[Hit]:
    count, least = len(reading.think.words), limit(context, "think_words_min")
    if 0 < count < least:
        yield Hit("think", f"The reasoning has {count:,} words; at least {least:,.0f} are asked for.")


@check(
    code="BS106", family="structure", severity="warning", title="reasoning is long",
    why="What is too long is cut by trainers, and what they cut is the end: the code.",
    remedy="Leave out what decides nothing.",
    good=Example(context={"limits": {"think_words_max": 100}}, note="at most 100 words"),
    bad=Example(context={"limits": {"think_words_max": 30}}, note="at most 30 words"),
    limits=("think_words_max",),
)  # fmt: skip
def long_reasoning(reading: Reading, context: Context) -> Iterator[Hit]:
    words, most = reading.think.words, limit(context, "think_words_max")
    if len(words) > most:
        said = f"The reasoning has {len(words):,} words; at most {most:,.0f} are asked for."
        yield Hit("think", said, words[int(most)].start, words[-1].end)


@check(
    code="BS107", family="structure", severity="warning", title="too many tokens",
    why="Trainers cut what is longer than their window (1,024 tokens in some, unless told otherwise), and what they "
    "cut is the end: the code.",
    remedy="Take less code, or shorten the reasoning.",
    good=Example(context={"tokens": 1000, "vocabulary": "qwen", "limits": {"tokens_max": 1024}},
                 note="1,000 tokens; at most 1,024"),
    bad=Example(context={"tokens": 1300, "vocabulary": "qwen", "limits": {"tokens_max": 1024}},
                note="1,300 tokens; at most 1,024"),
    limits=("tokens_max",),
)  # fmt: skip
def many_tokens(reading: Reading, context: Context) -> Iterator[Hit]:
    most = limit(context, "tokens_max")
    if most and context.tokens is not None and context.tokens > most:
        whose = f" ({shown(context.vocabulary)})" if context.vocabulary else ""
        yield Hit(
            "record", f"The line has {context.tokens:,} tokens{whose}; at most {most:,.0f} are asked for."
        )


@check(
    code="BS110", family="structure", severity="error", title="think tag in a text",
    why="Readers of the line end the reasoning there: the record is destroyed.",
    remedy="Say it in other words: readers of the line split it at this tag.",
    good=Example(user="Bound the wait between two attempts, and think of clients that retry <always>; never "
                      "over 5 s."),
    bad=Example(user="Bound the wait between two attempts <think> and never let it pass five minutes."),
)  # fmt: skip
def tag_in_text(reading: Reading, context: Context) -> Iterator[Hit]:
    return _quoted(_TAG, _prose(reading.texts))


@check(
    code="BS111", family="structure", severity="error", title="think tag in the code",
    why="Readers of the line end the reasoning there: the record is destroyed. An opening tag alone is BS113.",
    remedy="Leave this item out: the line cannot hold it.",
    good=Example(block='fn end<Think>() -> Vec<Think> {\n    open("< think >")\n}'),
    bad=Example(block='fn end() -> &\'static str {\n    "</think>"\n}'),
)  # fmt: skip
def tag_in_code(reading: Reading, context: Context) -> Iterator[Hit]:
    return _quoted(_END, _code(reading.texts))


_MEANT = "in {} is a special token of some models"


def _tokens(found: Iterable[ControlToken], field: Field) -> Iterator[Hit]:
    for token in islice(found, MOST):
        models = f" ({token.family})" if token.family else ""
        grade: Severity | None = "warning" if token.spoken else None
        said = f"“{shown(token.text)}” {_MEANT.format(_NAMES[field])}{models}."
        yield Hit(field, said, token.start, token.end, grade)


@check(
    code="BS112", family="structure", severity="error", title="special token in a text",
    why="Some tokenizers read it as the end of a message, or as the beginning of a tool's answer. What people write "
    "with another meaning too (`[ARGS]`) is a warning; what is nearly a think tag (`<THINK>`) is odd, and a hint.",
    remedy="Say it in other words: tokenizers give it a meaning.",
    good=Example(user="Bound the wait of a `Vec<T>` between two [attempts], <always>; it must never pass 5 min."),
    bad=Example(user="Bound the wait between two attempts [INST] and never let it pass five minutes."),
)  # fmt: skip
def token_in_text(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, text in _prose(reading.texts):
        yield from _tokens(control_tokens(text), field)
        for match in some(_NEARLY, text):
            if not _TAG.fullmatch(match[0]):
                said = f"“{shown(match[0])}” in {_NAMES[field]} is nearly a think tag."
                yield Hit(field, said, match.start(), match.end(), "hint")


@check(
    code="BS113", family="structure", severity="warning", title="special token in the code",
    why="Some tokenizers read it as the end of a message.",
    remedy="See whether the record can do without this item.",
    good=Example(block="fn sum<S>(a: S, b: S) -> bool {\n    a::<S>(b) | b\n}"),
    bad=Example(block='fn end() -> &\'static str {\n    "<|im_end|>"\n}'),
)  # fmt: skip
def token_in_code(reading: Reading, context: Context) -> Iterator[Hit]:
    yield from _tokens(code_tokens(reading.code), "block")
    yield from _quoted(_BEGIN, _code(reading.texts), f"{_MEANT}.")


@check(
    code="BS120", family="structure", severity="error", title="NUL character",
    why="Databases and many readers cannot hold it.",
    remedy="Delete it.",
    bad=Example(user="Bound the wait\0between two attempts; it must never pass five minutes, however many fail."),
)  # fmt: skip
def nul(reading: Reading, context: Context) -> Iterator[Hit]:
    return _odd(re.compile("\0"), _fields(reading.texts), "A NUL character")


@check(
    code="BS121", family="structure", severity="error", title="half a character",
    why="It is half of a pair that stands for one character, and no UTF-8 file can hold it.",
    remedy="Delete it: it is half of a pair and no file can hold it.",
    bad=Example(user="Bound the wait 🦀\ud83e between two attempts; it must never pass five minutes."),
    good=Example(user="Bound the wait 🦀 between two attempts; it must never pass five minutes, without a jump."),
)  # fmt: skip
def half(reading: Reading, context: Context) -> Iterator[Hit]:
    return _odd(_HALF, _fields(reading.texts), "Half of a surrogate pair")


@check(
    code="BS122", family="structure", severity="warning", title="control character",
    why="No one can see it, and some terminals act on it.",
    remedy="Delete it, unless it must be there.",
    good=Example(block="fn pause() {\r\n\twait()\r\n}\x0cfn done() {}"),
    bad=Example(block='fn red() -> &\'static str {\n    "\x1b[31m"\n}'),
)  # fmt: skip
def control(reading: Reading, context: Context) -> Iterator[Hit]:
    for hit in _odd(_CONTROL, _fields(reading.texts), "A control character"):
        # Line ends and page breaks of source are ordinary.
        if hit.field != "block" or reading.texts.block[hit.start : hit.end] not in ("\r", "\f"):
            yield hit


@check(
    code="BS123", family="structure", severity="warning", title="invisible direction mark",
    why="Text is shown in another order than it is read by a compiler or a model.",
    remedy="Delete it: it changes the order in which text is shown.",
    bad=Example(block="// \u202e abc\nfn pause() {\n    wait()\n}"),
)  # fmt: skip
def direction(reading: Reading, context: Context) -> Iterator[Hit]:
    return _odd(_DIRECTION, _fields(reading.texts), "A mark of writing direction")


@check(
    code="BS124", family="structure", severity="warning", title="foreign line end",
    why="Some readers of JSONL end a line there (U+2028, U+2029, U+0085).",
    remedy="Use an ordinary line end.",
    bad=Example(user="Bound the wait between two attempts.\u2028It must never pass five minutes, whatever fails."),
)  # fmt: skip
def separator(reading: Reading, context: Context) -> Iterator[Hit]:
    return _odd(_SEPARATOR, _fields(reading.texts), "A line or paragraph separator")


@check(
    code="BS125", family="structure", severity="warning", title="mixed line ends",
    why="The block has two kinds of line end, so that it teaches both.",
    remedy="See whether the file is meant to be so; the code itself is never changed.",
    good=Example(block="fn pause() {\r\n    wait()\r\n}\r\nfn done() {}"),
    bad=Example(block="fn pause() {\r\n    wait()\n}\nfn done() {}"),
)  # fmt: skip
def mixed_newlines(reading: Reading, context: Context) -> Iterator[Hit]:
    text = reading.texts.block
    pairs = text.count("\r\n")
    feeds = text.count("\n") - pairs
    if pairs and feeds:
        rarer = re.search("\r\n" if pairs < feeds else "(?<!\r)\n", text)
        place = rarer.span() if rarer else (None, None)
        yield Hit("block", f"{pairs:,} lines end with CR LF and {feeds:,} with LF.", *place)


@check(
    code="BS126", family="structure", severity="warning", title="unseen character",
    why="Zero-width spaces, soft hyphens and replacement marks come from pasting, and no one means them.",
    remedy="Delete it.",
    bad=Example(user="Bound the wait\u200b between two attempts; it must never pass five minutes, whatever fails."),
)  # fmt: skip
def unseen(reading: Reading, context: Context) -> Iterator[Hit]:
    return _odd(_UNSEEN, _prose(reading.texts), "An unseen or replacement character")


@check(
    code="BS140", family="structure", severity="warning", title="large paste",
    why="The texts are to be written by hand; what was pasted may have been written elsewhere. This is evidence, "
    "and no verdict.",
    remedy="Give the reason if the text is your own.",
    good=Example(context={"typed": 500, "pasted": 40}, note="40 characters pasted"),
    bad=Example(context={"typed": 20, "pasted": 480}, note="480 characters pasted"),
    limits=("paste_characters", "paste_share"),
)  # fmt: skip
def large_paste(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.pasted is None:
        return
    pasted, rapid, typed = context.pasted, context.rapid, context.typed or 0
    length = max(1, len(reading.texts.user) + len(reading.texts.think))
    share = min(100, 100 * (pasted + rapid) // length)
    if pasted + rapid < limit(context, "paste_characters") or share <= limit(context, "paste_share"):
        return
    if rapid:
        came = f"{pasted:,} characters were pasted, {rapid:,} came faster than hands type, and {typed:,} were typed"
        yield Hit("record", f"{came}; the texts have {length:,} ({share} % not typed by hand).")
    else:
        came = f"{pasted:,} characters were pasted and {typed:,} typed"
        yield Hit("record", f"{came}; the texts have {length:,} ({share} % pasted).")
