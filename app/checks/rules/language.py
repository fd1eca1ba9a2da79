"""Language: slips of the pen, stock phrases, and what was left to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.checks.findings import Context, Hit, shown
from app.checks.reading import Prose, Reading
from app.checks.registry import Example, check
from app.checks.rules.structure import MOST, some
from app.checks.spelling import bases, is_word, meant
from app.checks.word_lists import listed_lines, phrases
from app.checks.words.tongues import foreign
from app.records.finding import Field, Severity

_TWICE = re.compile(r"(?<![\w/-])([^\W\d_]{2,}|a)[ \t]*[ \t\n][ \t]*\1(?![\w/-])", re.IGNORECASE)
_BOTH_RIGHT = frozenset(
    {"that", "had", "is", "very", "bye", "blah", "so", "ha", "no", "round", "again", "over", "on"}
)
_BLANK = re.compile(
    r"^[ \t]*(?-i:TODO|FIXME|XXX|TBD)\b|\b(?-i:TODO|FIXME|XXX|TBD)[ \t]*(?::|$)|\blorem ipsum\b|\[(?:insert"
    r"|your|imagined|expert|the real)\b[^\]\n]{0,60}\]"
    r"|<(?:insert|your|placeholder)\b[^>\n]{0,60}>|\{\{[^}\n]{0,60}\}\}",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKS = re.compile(
    r"\b(?:as an ai\w*|as a(?:n? large)? language model|i(?:['’]m| am) (?:happy|glad) to help|i hope (?:this"
    r"|that) helps"
    r"|let me know if|feel free to (?:ask|reach)|happy to help)\b",
    re.IGNORECASE,
)
_SPELT = re.compile(r"(?<![\w.:@/#'’-])[^\W\d_]+(?:['’][a-z]{1,2})?(?![\w@/]|[.:'’-]\w)")


_ADDRESS = re.compile(r"\b[a-z]+://[^\s<>]+")
_FILLED = 3
"""Phrases that suit everything, from which on a text says little else."""
_CALLED: dict[Field, str] = {"user": "request", "think": "reasoning"}


def _prose(reading: Reading) -> tuple[tuple[Field, Prose], ...]:
    return (("user", reading.user), ("think", reading.think))


@check(
    code="BS701", family="language", severity="warning", title="spelling",
    why="A slip of the pen is trained on like everything else.",
    remedy="Correct it; what is a name goes in backticks.",
    good=Example(user="Receivers need a jittered wait after each failure: it must grow, and never pass five "
                      "minutes."),
    bad=Example(user="Receivers need a seperate wait after each failure: it must grow, and never pass five "
                     "minutes."),
)  # fmt: skip
def spelling(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        found = 0
        for match in _SPELT.finditer(prose.plain):
            word = match[0]
            if found == MOST or len(word) < 6 or not word[1:].islower() or _named(word, reading, context):
                continue
            if (right := meant(word.casefold())) and (word.islower() or _begins(prose.plain, match.start())):
                found += 1
                said = f"“{shown(word)}” looks like a slip of the pen; “{right}” may be meant."
                yield Hit(field, said, match.start(), match.end())


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins there: elsewhere a capital is a name's."""
    return text[:at].rstrip()[-1:] in ("", ".", "!", "?", ":")


def _named(word: str, reading: Reading, context: Context) -> bool:
    own, names = reading.code.all_words, context.file_names
    if word in own or word in names:
        return True
    # Of a name people make forms (`nacked`); those of an English word are told by its list.
    if any((base in own or base in names) and not is_word(base) for base in bases(word.casefold())[1:]):
        return True
    return any(word in crate for crate in (*context.crates, *(context.crates_used or ())))


@check(
    code="BS702", family="language", severity="warning", title="stock phrase",
    why="Phrases that suit everything say nothing, and a model picks them up first.",
    remedy="Say what it means here, or leave it out.",
    bad=Example(user="We need a robust and scalable wait after each failure: it must grow, and never pass 5 "
                     "minutes."),
)  # fmt: skip
def stock(reading: Reading, context: Context) -> Iterator[Hit]:
    for listed in (phrases(listed_lines("stock_phrases")), phrases(context.stock_phrases)):
        for field, prose in _prose(reading):
            for match in islice(listed.at(prose.plain, prose.words), MOST):
                yield Hit(field, f"“{shown(match[0])}” is a stock phrase.", match.start(), match.end())
    for field, prose in _prose(reading):
        filler = tuple(islice(phrases(listed_lines("filler")).at(prose.plain, prose.words), MOST))
        for match in filler:
            grade: Severity = "warning" if len(filler) >= _FILLED else "hint"
            yield Hit(
                field, f"“{shown(match[0])}” suits every {_CALLED[field]}.", match.start(), match.end(), grade
            )


@check(
    code="BS703", family="language", severity="error", title="an assistant speaks",
    why="These are words of a chat assistant: the record is to be written by hand, in a maintainer's voice.",
    remedy="Delete it.",
    bad=Example(think="As an AI language model I would bound the wait by `MAX_DELAY`, because `attempt` may "
                      "be any number and "
                "`checked_pow` overflows. I hope this helps! Let me know if the bound should be longer than "
                "it is now."),
)  # fmt: skip
def assistant(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        for match in some(_SPEAKS, prose.plain):
            yield Hit(field, f"“{shown(match[0])}” is what an assistant says.", match.start(), match.end())


@check(
    code="BS704", family="language", severity="warning", title="word written twice",
    why="A slip of the pen is trained on like everything else.",
    remedy="Delete one.",
    good=Example(user="Receivers know that that wait must grow after each failure, and that it never passes 5 "
                      "minutes."),
    bad=Example(user="Receivers need time: the the wait must grow after each failure, and it never passes 5 "
                     "minutes."),
)  # fmt: skip
def twice(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        for match in some(_TWICE, prose.plain):
            if match[1].casefold() not in _BOTH_RIGHT:
                yield Hit(field, f"“{shown(match[1])}” stands here twice.", match.start(), match.end())


@check(
    code="BS705", family="language", severity="warning", title="odd backtick",
    why="What is a name and what is prose cannot be told apart.",
    remedy="Close the backtick.",
    bad=Example(user="Receivers need time: `MAX_DELAY must bound the wait after each failure, and it never "
                     "grows past it."),
)  # fmt: skip
def odd_backtick(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        at = prose.plain.find("`")
        if prose.plain.count("`") % 2:
            yield Hit(field, "This backtick has no partner in its line.", at, at + 1)


@check(
    code="BS706", family="language", severity="error", title="left to be filled in",
    why="It was meant to be replaced before anyone reads it.",
    remedy="Write what belongs there.",
    bad=Example(user="[IMAGINED USER REQUEST] for a wait that must grow after each failure, and never pass "
                     "five minutes."),
)  # fmt: skip
def placeholder(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        for match in some(_BLANK, prose.plain):
            yield Hit(field, f"“{shown(match[0])}” was to be replaced.", match.start(), match.end())


@check(
    code="BS709", family="language", severity="warning", title="another language",
    why="A topic speaks one language, that of its examples; a model that is asked in two answers in either.",
    remedy="Say it in the topic's language; what is a name goes in backticks.",
    good=Example(user="Receivers need time: une `file` or a Zeitgeist must wait, ad hoc, and never for over 5 min."),
    bad=Example(user="Receivers need time. Die Pause muss mit jedem Versuch wachsen und nie über fünf Minuten sein."),
)  # fmt: skip
def other_language(reading: Reading, context: Context) -> Iterator[Hit]:
    spoken = {
        one.language
        for text in (*context.request_examples, *context.reasoning_examples)
        for one in foreign(text)
    }
    for field, prose in _prose(reading):
        for one in islice(foreign(_ADDRESS.sub(lambda match: "\ufffc" * len(match[0]), prose.plain)), MOST):
            if one.language not in spoken:
                said = f"This is in {one.language}, and not in the language of the topic."
                yield Hit(field, said, one.start, one.end)


@check(
    code="BS710", family="language", severity="warning", title="words of the prompt",
    why="The record speaks of being a record: a maintainer knows nothing of training data.",
    remedy="Say what is needed, or what was thought, and nothing of the data that comes of it.",
    bad=Example(user="Write the training example for a wait that must grow after each failure, and never pass five "
                     "minutes."),
)  # fmt: skip
def prompt_words(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, prose in _prose(reading):
        for match in islice(phrases(listed_lines("prompt_words")).at(prose.plain, prose.words), MOST):
            said = f"“{shown(match[0])}” is what the prompts speak of, not a maintainer."
            yield Hit(field, said, match.start(), match.end())
