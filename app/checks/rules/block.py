"""Block: exact and complete code, nothing that must not leave the repository, and no more than it needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from app.base.globs import fits
from app.checks.findings import Context, Hit, SpanFact, Strange, shown
from app.checks.reading import BlockCode, Reading, names_of
from app.checks.registry import Example, check, limit
from app.checks.relations import last_name, related
from app.checks.secrets import secrets

_WHOLE = SpanFact("main", "pause", "src/retry.rs", 0, 60)
_STRANGE = Strange("pause", "src/retry.rs", 12, 0, 5)
_PIECE = SpanFact("main", "lines 3-9", "src/retry.rs", 0, 60, whole=False)


@check(
    code="BS130", family="block", severity="error", title="test code in the block",
    why="Every topic leaves test code out, unless its spec says otherwise.",
    remedy="Drop the span, or let the topic's spec allow test code.",
    good=Example(context={"test_items": ("tests::it_waits",), "allow_tests": True}, note="the spec allows tests"),
    bad=Example(context={"test_items": ("tests::it_waits",)}, note="a span lies in tests::it_waits"),
)  # fmt: skip
def test_code(reading: Reading, context: Context) -> Iterator[Hit]:
    if not context.allow_tests:
        for item in context.test_items:
            yield Hit("block", f"“{shown(item)}” is test code.")


@check(
    code="BS202", family="block", severity="error", title="not the source's bytes",
    why="Every byte of code must be real: a block that differs from its commit proves nothing.",
    remedy="Choose the span again from the file as it is.",
    bad=Example(context={"altered": ("src/retry.rs pause",)}, note="one span differs from its commit"),
)  # fmt: skip
def altered(reading: Reading, context: Context) -> Iterator[Hit]:
    for name in context.altered:
        yield Hit("block", f"“{shown(name, 80)}” does not hold the source's bytes.")


@check(
    code="BS203", family="block", severity="error", title="excluded item",
    why="The spec leaves it to another topic, or to nobody.",
    remedy="Drop the span, or give the reason why it belongs here.",
    good=Example(context={"exclude_items": ("Retry::*",), "spans": (_WHOLE,)}, note="excluded: Retry::*"),
    bad=Example(context={"exclude_items": ("pau*",), "spans": (_WHOLE,)}, note="excluded: pau*"),
)  # fmt: skip
def excluded(reading: Reading, context: Context) -> Iterator[Hit]:
    for span in context.spans or ():
        pattern = next((p for p in context.exclude_items if fits(span.item, p)), None)
        if span.role in ("main", "helper") and pattern is not None:
            said = f"“{shown(span.item)}” is left out by the spec (“{shown(pattern)}”)."
            yield Hit("block", said, *_place(reading, span))


@check(
    code="BS204", family="block", severity="warning", title="missing attributes or comments",
    why="The prompts ask for the exact code with every attribute and comment that belongs to it.",
    remedy="Take the item with its lead.",
    bad=Example(context={"bare_items": ("pause",)}, note="pause was taken without its doc comment"),
)  # fmt: skip
def bare(reading: Reading, context: Context) -> Iterator[Hit]:
    for item in context.bare_items:
        yield Hit("block", f"“{shown(item)}” lacks the attributes or comments that belong to it.")


@check(
    code="BS205", family="block", severity="warning", title="missing import",
    why="The prompts ask for the imports that the code needs, and some for every import of the file as context.",
    remedy="Take it: `ctrl+r` takes imports, `c` in the source pane shows them to be ticked.",
    bad=Example(context={"missing_imports": ("use std::time::Duration;",)}, note="Duration is used, not imported"),
)  # fmt: skip
def missing_import(reading: Reading, context: Context) -> Iterator[Hit]:
    for text in context.missing_imports:
        yield Hit("block", f"The code needs “{shown(text, 80)}”, which is not in the block.")
    for text, method in context.likely_imports:
        said = f"Only “{shown(text, 80)}” explains the method “{shown(method)}”, and it is not in the block."
        yield Hit("block", said, severity="hint")
    if count := context.asked_imports:
        lacks = f"{count:,}" if count > 1 else "one"
        said = f"The topic asks for every import of the file; the block lacks {lacks} that its code does not name."
        yield Hit("block", said, severity="hint")


@check(
    code="BS206", family="block", severity="warning", title="unused import",
    why="An import that nothing uses teaches to import at random.",
    remedy="Drop it, unless a trait's methods come through it.",
    bad=Example(
        block="use std::fmt::Debug;\n\nfn pause() {\n    wait()\n}",
        context={"unused_imports": ("use std::fmt::Debug;",)},
    ),
)  # fmt: skip
def unused_import(reading: Reading, context: Context) -> Iterator[Hit]:
    for text in context.unused_imports:
        at = reading.texts.block.find(text) if text else -1
        place = (at, at + len(text)) if at >= 0 else (None, None)
        yield Hit("block", f"Nothing in the block uses “{shown(text, 80)}”.", *place)


@check(
    code="BS207", family="block", severity="warning", title="code is long",
    why="Past this length the end of the line is cut by most trainers' defaults, and no request asks for it all.",
    remedy="Make two records of it, or drop helpers.",
    good=Example(context={"limits": {"code_lines_max": 7}}, note="at most 7 lines"),
    bad=Example(context={"limits": {"code_lines_max": 4}}, note="at most 4 lines"),
    limits=("code_lines_max",),
)  # fmt: skip
def long_code(reading: Reading, context: Context) -> Iterator[Hit]:
    lines, most = reading.texts.block.count("\n") + 1, limit(context, "code_lines_max")
    if lines > most:
        yield Hit("block", f"The block has {lines:,} lines; at most {most:,.0f} are asked for.")


@check(
    code="BS208", family="block", severity="warning", title="code is short",
    why="A line or two needs no reasoning. Comments do not count.",
    remedy="Take the whole definition, or what it belongs to.",
    bad=Example(block="/// No wait is longer.\n///\n/// Not even the last.\nconst MAX_DELAY: u64 = 300;",
                think="`MAX_DELAY` bounds it because " * 12),
    limits=("code_lines_min",),
)  # fmt: skip
def short_code(reading: Reading, context: Context) -> Iterator[Hit]:
    lines, least = reading.code.code_lines, limit(context, "code_lines_min")
    if reading.texts.block.strip() and lines < least:
        yield Hit("block", f"The block has {lines:,} lines of code; at least {least:,.0f} are asked for.")


@check(
    code="BS209", family="block", severity="error", title="secret in the code",
    why="What is trained on is public for ever: a key in it must be taken for stolen.",
    remedy="Leave this item out, and tell the repository's owner; waive it if it is no secret.",
    good=Example(block='fn key(env: &Env) -> String {\n    env.var("API_KEY")\n}'),
    bad=Example(block='fn key() -> &\'static str {\n    "AKIA' + 'Q3EGSIXLMBH4TT5C"\n}'),
)  # fmt: skip
def secret(reading: Reading, context: Context) -> Iterator[Hit]:
    for name, start, end in secrets(reading.texts.block):
        yield Hit("block", f"This looks like a secret ({name}).", start, end)


@check(
    code="BS210", family="block", severity="warning", title="no licence",
    why="Code without a licence may not be passed on.",
    remedy="Ask the repository's owner; name the licence in Cargo.toml or in a LICENSE file.",
    good=Example(context={"licence": "MIT"}, note="licence: MIT"),
    bad=Example(context={"licence": ""}, note="no header, no Cargo.toml field, no LICENSE"),
)  # fmt: skip
def no_licence(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.licence == "":
        yield Hit("block", "No licence is known for this code.")


@check(
    code="BS211", family="block", severity="error", title="blank edge",
    why="Chat templates that trim would change the code.",
    remedy="Choose the span again: a block begins and ends with a byte that is not blank.",
    bad=Example(block="    fn pause() {\n        wait()\n    }\n"),
)  # fmt: skip
def blank_edge(reading: Reading, context: Context) -> Iterator[Hit]:
    text = reading.texts.block
    if text.strip() and text != text.strip(" \t\r\n\f\v"):
        yield Hit("block", "The block begins or ends with white space.")


@check(
    code="BS212", family="block", severity="warning", title="piece of an item",
    why="The prompts ask for complete definitions.",
    remedy="Take the whole item.",
    good=Example(context={"spans": (_WHOLE,)}, note="a whole function"),
    bad=Example(context={"spans": (_PIECE,)}, note="the main span is lines 3-9"),
)  # fmt: skip
def piece(reading: Reading, context: Context) -> Iterator[Hit]:
    for span in context.spans or ():
        if span.role == "main" and not span.whole:
            said = f"The main code “{shown(span.item)}” is a piece of an item."
            yield Hit("block", said, *_place(reading, span))


@check(
    code="BS213", family="block", severity="warning", title="unclosed brackets",
    why="Code whose brackets do not close is not complete.",
    remedy="Take the whole item, with its last brace.",
    bad=Example(block="fn pause() {\n    if wait() {\n        sleep();\n    }"),
)  # fmt: skip
def brackets(reading: Reading, context: Context) -> Iterator[Hit]:
    open_at: list[tuple[str, int]] = []
    for token in reading.code.tokens:
        if token.kind != "mark":
            continue
        if token.text in _CLOSES.values():
            open_at.append((token.text, token.start))
        elif token.text in _CLOSES and (not open_at or open_at.pop()[0] != _CLOSES[token.text]):
            yield Hit("block", f"This “{token.text}” closes nothing.", token.start, token.end)
            return
    if open_at:
        mark, at = open_at[-1]
        yield Hit("block", f"This “{mark}” is never closed.", at, at + 1)


_CLOSES = {")": "(", "]": "[", "}": "{"}


@check(
    code="BS214", family="block", severity="warning", title="unused helper",
    why="A helper that the code does not name is in the way of what the record teaches.",
    remedy="Drop it, give it the role “context”, or make it main too (`m`) if it is a part of the same idea.",
    good=Example(
        block="fn pause() {\n    wait()\n}\nfn wait() {}",
        context={"spans": (SpanFact("main", "pause", "a.rs", 0, 25), SpanFact("helper", "wait", "a.rs", 26, 38))},
        note="helper: wait",
    ),
    bad=Example(
        block="fn pause() {\n    wait()\n}\nfn done() {}",
        context={"spans": (SpanFact("main", "pause", "a.rs", 0, 25), SpanFact("helper", "done", "a.rs", 26, 38))},
        note="helper: done",
    ),
)  # fmt: skip
def unused_helper(reading: Reading, context: Context) -> Iterator[Hit]:
    helpers = [span for span in context.spans or () if span.role == "helper" and span.whole]
    mains = [span for span in context.spans or () if span.role == "main"]
    places = _places(reading.code) if helpers else {}
    for span in helpers:
        own = last_name(span.item)
        unnamed = own and all(span.start <= at < span.end for at in places.get(own, ()))
        if unnamed and not any(related(reading.code, span, main) for main in mains):
            said = f"Nothing else in the block names “{shown(own)}”."
            yield Hit("block", said, *_place(reading, span))


@check(
    code="BS215", family="block", severity="hint", title="helper of its own left out",
    why="What only this code uses says what it does; without it a reader sees calls into nothing.",
    remedy="Take it (`a` in the source pane takes the next helper), unless the block says enough.",
    good=Example(context={"own_helpers": ()}, note="every private helper that only it uses is there"),
    bad=Example(context={"own_helpers": ("Worker::settle",)}, note="only this code calls Worker::settle"),
)  # fmt: skip
def own_helper(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.own_helpers:
        names = ", ".join(f"“{shown(item)}”" for item in context.own_helpers[:_NAMED])
        more = f" and {len(context.own_helpers) - _NAMED} more" if len(context.own_helpers) > _NAMED else ""
        it = "it" if len(context.own_helpers) == 1 else "them"
        yield Hit("block", f"Only this code uses {names}{more}, and the block lacks {it}.")


_NAMED = 4
"""Helpers that a message names."""


@check(
    code="BS216", family="block", severity="hint", title="error type left out",
    why="The prompts ask for error types that are specific to the module: without them a reader guesses what can fail.",
    remedy="Take it (`a` in the source pane takes it first), unless it is not specific to this code.",
    good=Example(context={"error_types": ()}, note="the error type that it returns is in the block"),
    bad=Example(context={"error_types": ("enum RetryError",)}, note="the code returns Result<_, RetryError>"),
)  # fmt: skip
def error_type(reading: Reading, context: Context) -> Iterator[Hit]:
    for item in context.error_types:
        yield Hit(
            "block", f"The code returns “{shown(item)}”, an error type of its file that the block lacks."
        )


@check(
    code="BS220", family="block", severity="warning", title="syntax not understood",
    why="Where the parser gives up nobody can tell where items end: it may be new syntax, or no Rust at all.",
    remedy="Look whether the code is whole and is Rust; leave it out, or waive this with the reason.",
    bad=Example(context={"strange": (_STRANGE,)}, note="the parser gives up in pause, line 12 of its file"),
)  # fmt: skip
def not_understood(reading: Reading, context: Context) -> Iterator[Hit]:
    for item, path, line, start, end in context.strange:
        where = f"line {line} of {shown(path)}"
        said = f"“{shown(item)}” holds or touches what is not understood ({where})."
        low, high = max(0, start), min(end, len(reading.texts.block))
        yield Hit("block", said, *((low, high) if low < high else (None, None)))


@lru_cache(maxsize=8)
def _places(code: BlockCode) -> dict[str, list[int]]:
    """Where each name of the code is named: the places of the tokens, strings included, that hold it."""
    found: dict[str, list[int]] = {}
    for token in code.tokens:
        if token.kind == "name":
            found.setdefault(token.text.removeprefix("r#"), []).append(token.start)
        elif token.kind == "string":
            for name in names_of(token.text):
                found.setdefault(name, []).append(token.start)
    return found


def _place(reading: Reading, span: SpanFact) -> tuple[int, int] | tuple[None, None]:
    start, end = max(0, span.start), min(span.end, len(reading.texts.block))
    return (start, end) if start < end else (None, None)
