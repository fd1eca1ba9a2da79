"""`docs/file-formats.md` says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from app.checks.registry import RULES
from app.records.events import (
    EVENTS,
    Block,
    Comment,
    Effort,
    Retraction,
    Review,
    Revision,
    Skip,
    Span,
    event_line,
)

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "file-formats.md").read_text(encoding="utf-8")


def test_the_example_is_a_journal() -> None:
    example = re.search(r"### An example\n\n```json\n(.*?)```", TEXT, re.DOTALL)
    assert example
    lines = example[1].splitlines()
    events = [EVENTS.validate_json(line) for line in lines]
    assert [event.kind for event in events] == ["revision", "review", "comment", "retract"]
    assert [event_line(event).decode().rstrip("\n") for event in events] == lines


def test_every_field_is_explained() -> None:
    for model in (Revision, Review, Retraction, Skip, Comment, Block, Span, Effort):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in TEXT, f"{model.__name__}.{name}"


def test_every_code_is_listed_with_its_severity() -> None:
    rows = dict(re.findall(r"^\| `(BS\d+)` \| (\w+) \|", TEXT, re.MULTILINE))
    assert rows == {code: rule.severity for code, rule in RULES.items()}
