"""What a topic asks, as it is drawn beside the editors and before reviewers: the same lines, with the same signs."""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.asked import AskedSection, Seen, State, state_of
from widgets.record.facts import Fact, FactSection

_LOOKS: dict[State, tuple[str, str]] = {
    "met": ("✓", "good"),
    "open": ("☐", "asked"),
    "waived": ("~", "quiet"),
    "read": ("·", "quiet"),
}
"""Sign and style of a line, by how it stands; told apart without colour."""

NOTHING = Seen(known=False)
"""What is known of a text before the checks have looked at it."""


def asked_sections(topic: Sequence[AskedSection], seen: Seen) -> tuple[FactSection, ...]:
    """What is asked, but for the examples, with what is known of a text. Quick enough for each answer of the checks."""
    return tuple(_section(one, seen) for one in topic if not one.examples)


def examples(topic: Sequence[AskedSection]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The examples of the voice: each heading with its texts."""
    return tuple((one.title, tuple(line.text for line in one.lines)) for one in topic if one.examples)


def _section(one: AskedSection, seen: Seen) -> FactSection:
    states = [state_of(line, seen) for line in one.lines]
    count = f" {states.count('met')}/{len(states)}" if one.counted else ""
    facts = (Fact(line.text, *_LOOKS[state]) for line, state in zip(one.lines, states, strict=True))
    return FactSection(f"{one.title}{count}", tuple(facts))
