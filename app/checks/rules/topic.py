"""Spec: what a topic's spec asks of a record: crates to name, traits to treat, files, focus, examples not to copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from app.base.globs import starred
from app.checks.findings import Context, Hit, SpanFact, shown
from app.checks.reading import Prose, Reading, grams, listed, shared_rows, words_of
from app.checks.registry import Example, check, limit
from app.records.finding import Field

SAMPLE_TOKIO = (
    "`tokio` sleeps for us, so `pause` only computes; because `attempt` may be any number it is bounded by "
    "`MAX_DELAY`. A timer of our own would be one more thing that can drift, and the runtime keeps one wheel of "
    "timers for all tasks anyway."
)
_SPAN = SpanFact("main", "pause", "src/retry.rs", 0, 60)
_EXAMPLE = ("We need to bound the delay between two attempts of a webhook",)


NO_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def crates_met(think: str, crates: Iterable[str]) -> dict[str, bool]:
    """For each required crate whether `think` names it: as a word, in any case, `-` and `_` being one."""
    return {crate: bool(_crate(crate).search(think)) for crate in crates}


def traits_met(
    think: str, traits: Iterable[str], words: Mapping[str, tuple[str, ...]] = NO_WORDS
) -> dict[str, bool]:
    """For each trait whether `think` seems to treat it: any of the spec's words for it occurs (`words`, by trait).

    Of a trait without such words half of its own telling words must occur, by their stems. A tick beside the
    editor, no verdict: it cannot tell treating from mentioning.
    """
    said = _stems(think)
    met: dict[str, bool] = {}
    for trait in traits:
        if listed := words.get(trait):
            met[trait] = bool(_any_of(listed).search(think))
            continue
        asked = _trait(trait)
        met[trait] = bool(asked) and 2 * len(asked & said) >= len(asked)
    return met


@check(
    code="BS201", family="spec", severity="warning", title="required crate not named",
    why="The prompts ask not to be generic: the reasoning names the crates it decides about.",
    remedy="Name the crate where it decides something.",
    good=Example(
        think=SAMPLE_TOKIO,
        context={"crates": ("tokio",)},
        note="required: tokio",
    ),
    bad=Example(context={"crates": ("tokio",)}, note="required: tokio"),
)  # fmt: skip
def crate_named(reading: Reading, context: Context) -> Iterator[Hit]:
    if reading.texts.think.strip():
        for crate, met in crates_met(reading.texts.think, context.crates).items():
            if not met:
                yield Hit("think", f"The reasoning does not name the crate “{shown(crate)}”.")


@check(
    code="BS302", family="spec", severity="warning", title="required crate not used",
    why="A reasoning that names a crate the code does not use teaches to make things up.",
    remedy="Choose code that uses the crate, or waive this where the topic has no such code.",
    good=Example(
        think=SAMPLE_TOKIO,
        context={"crates": ("tokio",), "crates_used": frozenset({"tokio", "rand"})},
        note="required: tokio; the file uses tokio and rand",
    ),
    bad=Example(
        think=SAMPLE_TOKIO,
        context={"crates": ("tokio",), "crates_used": frozenset({"rand"})},
        note="required: tokio; the file uses rand",
    ),
)  # fmt: skip
def crate_used(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.crates_used is None or not reading.texts.block.strip():
        return
    used = {_folded(crate) for crate in context.crates_used}
    for crate in context.crates:
        if _folded(crate) not in used:
            yield Hit("block", f"Neither the block nor its file uses the crate “{shown(crate)}”.")


@check(
    code="BS303", family="spec", severity="hint", title="trait not treated",
    why="The prompt asks for it where the code bears it; only a person can say whether it does.",
    remedy="Treat it if the code bears it.",
    good=Example(context={"traits": ("Bounded delays that grow",)}, note="trait: bounded delays that grow",
                 think="Every delay grows and is bounded, because `attempt` may be any number: `MAX_DELAY` and "
                 "`checked_pow` see to it. A fixed wait would keep the herd together, so that a receiver which has "
                 "just come back falls over again under the first second of load."),
    bad=Example(context={"traits": ("Database transactions",)}, note="trait: database transactions"),
)  # fmt: skip
def trait_treated(reading: Reading, context: Context) -> Iterator[Hit]:
    if reading.texts.think.strip():
        for trait, met in traits_met(reading.texts.think, context.traits, context.trait_words).items():
            if not met:
                yield Hit("think", f"The reasoning does not seem to treat “{shown(trait, 80)}”.")


@check(
    code="BS304", family="spec", severity="warning", title="file of another topic",
    why="The topic is about certain files; code from others belongs to other topics.",
    remedy="Choose code of the topic's own files, or let the spec name this one.",
    good=Example(context={"files": frozenset({"src/retry.rs"}), "spans": (_SPAN,)}, note="topic: src/retry.rs"),
    bad=Example(context={"files": frozenset({"src/queue.rs"}), "spans": (_SPAN,)}, note="topic: src/queue.rs"),
)  # fmt: skip
def file_of_topic(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.files is None:
        return
    paths = dict.fromkeys(span.path for span in context.spans or () if span.role == "main")
    for path in paths:
        if path not in context.files:
            yield Hit("block", f"“{shown(path, 80)}” is none of the topic's files.")


@check(
    code="BS305", family="spec", severity="hint", title="outside the focus",
    why="Neither the texts nor the code hold a word of the topic's focus.",
    remedy="See whether the record belongs to this topic.",
    good=Example(context={"focus_words": ("delay", "backoff")}, note="focus: delay, backoff"),
    bad=Example(context={"focus_words": ("transaction", "Mutex")}, note="focus: transaction, Mutex"),
)  # fmt: skip
def in_focus(reading: Reading, context: Context) -> Iterator[Hit]:
    if not context.focus_words or not reading.texts.block.strip():
        return
    texts = (reading.texts.user, reading.texts.think, reading.texts.block)
    if not any(_focus(word).search(text) for text in texts for word in context.focus_words):
        words = ", ".join(shown(word, 24) for word in context.focus_words[:6])
        yield Hit("record", f"Nothing in the record speaks of the topic's focus ({words}).")


@check(
    code="BS306", family="spec", severity="error", title="copied example request",
    why="The spec's examples show the voice; a copy of one teaches the same sentence many times.",
    remedy="Say it in your own words, with this code's own constraints.",
    good=Example(context={"request_examples": _EXAMPLE}, note="example: " + _EXAMPLE[0]),
    bad=Example(user="We need to bound the delay between two attempts of a webhook, for at most an hour and "
                     "no longer.",
                context={"request_examples": _EXAMPLE}, note="example: " + _EXAMPLE[0]),
    limits=("example_run",),
)  # fmt: skip
def copied_request(reading: Reading, context: Context) -> Iterator[Hit]:
    run = int(limit(context, "example_run"))
    return _copied("user", reading.user, context.request_examples, run)


@check(
    code="BS307", family="spec", severity="error", title="copied example reasoning",
    why="The spec's examples show the voice; a copy of one teaches the same sentence many times.",
    remedy="Say it in your own words, with this code's own reasons.",
    good=Example(context={"reasoning_examples": _EXAMPLE}, note="example: " + _EXAMPLE[0]),
    bad=Example(think="We need to bound the delay between two attempts of a webhook. " + SAMPLE_TOKIO,
                context={"reasoning_examples": _EXAMPLE}, note="example: " + _EXAMPLE[0]),
    limits=("example_run",),
)  # fmt: skip
def copied_reasoning(reading: Reading, context: Context) -> Iterator[Hit]:
    run = int(limit(context, "example_run"))
    return _copied("think", reading.think, context.reasoning_examples, run)


def _copied(field: Field, prose: Prose, examples: tuple[str, ...], run: int) -> Iterator[Hit]:
    for example in examples:
        words = _folded_words(example)
        # A shorter example is copied when all of it is.
        length = min(run, len(words))
        if length < 4:
            continue
        for first, count in shared_rows(prose.folded, grams(words, length), length):
            start, end = prose.words[first].start, prose.words[first + count - 1].end
            said = f"{count} words in a row are those of the spec's example “{shown(example, 60)}”."
            yield Hit(field, said, start, end)


@lru_cache(maxsize=256)
def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in words_of(text))


def _folded(crate: str) -> str:
    return crate.replace("-", "_").casefold()


@lru_cache(maxsize=256)
def _focus(word: str) -> re.Pattern[str]:
    """A word in small letters also at the start of a name's part; one with a capital only as it stands."""
    if word != word.lower():
        return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return re.compile(rf"(?:(?<![^\W_])|(?<=[a-z])(?=[A-Z])){re.escape(word)}", re.IGNORECASE)


_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = listed(
    """
    and are but can for from has have into its logic not our per such that the their them then this
    use used uses using via was when where which while with consideration considerations pattern
    patterns problem problems specific
    """
)
"""Words that tell nothing about what a trait is."""
_ENDINGS = ("izations", "ization", "ations", "ation", "ments", "ment", "ables", "able", "ings", "ing", "ies")
_SHORT_ENDINGS = ("ed", "es", "er", "ly", "s", "e", "y")


@lru_cache(maxsize=64)
def _crate(name: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in re.split(r"[-_]", name))
    return re.compile(r"(?<![\w-])" + "[-_]".join(parts) + r"(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, where a word or a part of a name begins; `*` is the rest of one, a blank also a hyphen."""
    whole = (starred(word, r"[^\W_]", r"[\s_-]+") for word in words)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(whole)})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=64)
def _trait(trait: str) -> frozenset[str]:
    return _stems(trait)


def _stems(text: str) -> frozenset[str]:
    words = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(_stem(word) for word in words - _COMMON)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """What is left of a word without its ending, at least four letters; a doubled last letter counts once."""
    for ending in (*_ENDINGS, *_SHORT_ENDINGS):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
