"""What a topic asks of a record, line by line, and which lines a machine can tick: for who writes and for who reviews.

A tick says no more than a check's silence does; what no check can see is there to be read. Nothing here looks at a
text: it goes by what the checks have said of it anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from app.checks.tracing import TRACED
from app.project.topics.spec import Spec
from app.records.finding import Field, Finding

BY_HAND = "A person writes it: no script, no generator and no model has a word in it."
"""The rule that stands above all others."""
NO_COPY = "The examples show the voice; none is copied."

State = Literal["met", "open", "waived", "read"]
"""Of a line: kept, as far as a check sees; not kept, or not yet; let stand by a person; or there to be read."""

_EMPTY: Mapping[Field, str] = {"user": "BS101", "think": "BS102", "block": "BS103"}
"""The check that speaks where a field holds nothing."""
_NOT_THE_CODE = "BS202"
"""Where it speaks, nothing else is known of the block's code."""
_MORE = re.compile(r"\b(except|unless|but|only|without|however|instead)\b", re.IGNORECASE)
"""Says that a line asks for more than its beginning, or for less: no silence tells whether that is kept."""


class AskedLine(NamedTuple):
    """One thing that is asked."""

    text: str
    """As the spec has it; not safe to draw as it is."""
    by: Literal["", "crate", "trait", "checks"] = ""
    """What can tick it: naming a crate, treating a trait, the silence of checks; empty: nothing."""
    codes: tuple[str, ...] = ()
    """Those checks."""
    field: Field = "block"
    """What they look at: while that is empty their silence says nothing."""


class AskedSection(NamedTuple):
    """What is asked under one heading."""

    title: str
    lines: tuple[AskedLine, ...]
    examples: bool = False
    """Whether they are examples of the voice, which ask for nothing."""

    @property
    def counted(self) -> bool:
        """Whether every line can be ticked, so that a count of them says something."""
        return all(line.by in ("crate", "trait") for line in self.lines)


class Seen(NamedTuple):
    """What is known of a text."""

    findings: Sequence[Finding] = ()
    crates: Mapping[str, bool] = {}
    traits: Mapping[str, bool] = {}
    code: bool = True
    """Whether the repository of its block could be read: else checks that need it were silent."""
    known: bool = True
    """Whether the checks have looked at all."""


def asked(spec: Spec) -> tuple[AskedSection, ...]:
    """All that a spec asks of each record, in the order in which one needs it; headings without lines are left out."""
    request, reasoning = spec.request_examples, spec.reasoning_examples
    sections = (
        AskedSection("By hand", (AskedLine(BY_HAND),)),
        AskedSection("Crates to name in think", tuple(AskedLine(one, "crate") for one in spec.crates)),
        AskedSection("To treat in think", tuple(AskedLine(one, "trait") for one in spec.traits)),
        AskedSection(
            "Request", (*_rules(spec, "request_rules", "user"), *_no_copy(spec, "request_examples", "user"))
        ),
        AskedSection(
            "Reasoning",
            (*_rules(spec, "reasoning_rules", "think"), *_no_copy(spec, "reasoning_examples", "think")),
        ),
        AskedSection("Code", _rules(spec, "code_rules")),
        AskedSection("Which code to take", _rules(spec, "extraction")),
        AskedSection("Left out", _rules(spec, "exclude")),
        AskedSection("Focus", tuple(map(AskedLine, spec.focus))),
        AskedSection("Who writes", (AskedLine(spec.role.strip()),) if spec.role.strip() else ()),
        AskedSection("Examples of style: requests", tuple(map(AskedLine, request)), examples=True),
        AskedSection("Examples of style: reasoning", tuple(map(AskedLine, reasoning)), examples=True),
    )
    return tuple(section for section in sections if section.lines)


def _rules(spec: Spec, key: str, field: Field = "block") -> tuple[AskedLine, ...]:
    return tuple(_rule(spec, key, line, field) for line in getattr(spec, key))


def _rule(spec: Spec, key: str, text: str, field: Field) -> AskedLine:
    for row in TRACED if not _MORE.search(text) else ():
        asks = row.part == key and bool(row.ticks) and bool(re.search(row.pattern, text, re.IGNORECASE))
        if asks and row.mode in ("", spec.imports) and _are_on(spec, row.ticks):
            return AskedLine(text, "checks", row.ticks, field)
    return AskedLine(text)


def _no_copy(spec: Spec, key: str, field: Field) -> tuple[AskedLine, ...]:
    if not getattr(spec, key):
        return ()
    codes = next(row.ticks for row in TRACED if row.part == key)
    return (AskedLine(NO_COPY, "checks", codes, field) if _are_on(spec, codes) else AskedLine(NO_COPY),)


def _are_on(spec: Spec, codes: Iterable[str]) -> bool:
    """Whether the spec has these checks speak: the silence of one that is off says nothing."""
    return all(spec.checks.severities.get(code) != "off" for code in codes)


def state_of(line: AskedLine, seen: Seen) -> State:
    """How a line stands in a text."""
    if not line.by:
        return "read"
    if line.by != "checks":
        met = seen.crates if line.by == "crate" else seen.traits
        return "met" if met.get(line.text) else "open"
    if not seen.known:
        return "open"
    said = [one for one in seen.findings if one.code in _speaking(line)]
    if any(not one.waived for one in said):
        return "open"
    if said:
        return "waived"
    return "read" if line.field == "block" and not seen.code else "met"


def _speaking(line: AskedLine) -> tuple[str, ...]:
    """Codes of which none may speak where a line is ticked."""
    unknown = (_NOT_THE_CODE,) if line.field == "block" else ()
    return (*line.codes, _EMPTY[line.field], *unknown)
