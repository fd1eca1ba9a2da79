"""What a check says, what it is told, and the table of all codes there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "hint"]
"""An error blocks saving; a warning asks for a second look; a hint may be left alone."""
Field = Literal["user", "think", "block", "record"]


class Rule(NamedTuple):
    """What a code stands for, wherever it is shown or documented."""

    severity: Severity
    title: str
    """Three or four words."""
    remedy: str
    """What the person can do next."""


RULES: dict[str, Rule] = {
    "BS101": Rule("error", "request is empty", "Write the request that could have led to this code."),
    "BS102": Rule("error", "reasoning is empty", "Write the reasoning that came before the code."),
    "BS103": Rule("error", "no code is selected", "Select at least one item in the source."),
    "BS104": Rule("error", "no main code", "Give at least one span the role “main”."),
    "BS110": Rule(
        "error", "think tag in a text", "Say it in other words: readers of the line split it at this tag."
    ),
    "BS111": Rule("error", "think tag in the code", "Leave this item out: the line cannot hold it."),
    "BS112": Rule("error", "special token in a text", "Say it in other words: tokenizers give it a meaning."),
    "BS113": Rule("warning", "special token in the code", "See whether the record can do without this item."),
    "BS120": Rule("error", "NUL character", "Delete it."),
    "BS121": Rule("error", "half a character", "Delete it: it is half of a pair and no file can hold it."),
    "BS122": Rule("warning", "control character", "Delete it, unless it must be there."),
    "BS123": Rule(
        "warning", "invisible direction mark", "Delete it: it changes the order in which text is shown."
    ),
    "BS130": Rule(
        "error", "test code in the block", "Drop the span, or let the topic's spec allow test code."
    ),
    "BS201": Rule("warning", "required crate not named", "Name the crate where it decides something."),
}
"""Every code there is. A code never changes its meaning: notes of reviewers and scripts refer to it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check has to say."""

    code: str
    severity: Severity
    field: Field
    start: int | None
    """First character of the field it is about, 0-based; None for all of it."""
    end: int | None
    """One past the last character; None with `start`."""
    message: str
    """What is wrong, one sentence, in which nothing is to be interpreted as markup."""
    remedy: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What a check reads of a draft, a revision, or anything like them."""

    user: str
    think: str
    block: str
    """The composed code; empty where nothing is selected."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check is told besides the texts."""

    crates: tuple[str, ...] = ()
    """The topic's required crates."""
    test_items: tuple[str, ...] = ()
    """Item paths in the block that are inside test code."""
    allow_tests: bool = False
    """The topic's spec allows test code."""
    roles: tuple[str, ...] | None = None
    """Roles of the block's spans; None where they are not known."""


Check = Callable[[Texts, Context], Iterable[Finding]]


def finding(
    code: str, field: Field, message: str, start: int | None = None, end: int | None = None
) -> Finding:
    """A finding with its code's severity and remedy."""
    rule = RULES[code]
    return Finding(code, rule.severity, field, start, end, message, rule.remedy)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that block saving."""
    return tuple(found for found in findings if found.severity == "error")


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among them; None where there is nothing to say."""
    found = {finding.severity for finding in findings}
    grades: tuple[Severity, ...] = ("error", "warning", "hint")
    return next((grade for grade in grades if grade in found), None)
