"""The page on filters tells every field, section and order there is."""

from __future__ import annotations

from pathlib import Path

import app
from app.records.filters.fields import FIELDS, OTHER_NAMES, STATUSES
from app.records.filters.language import parse
from app.review.passes import ORDERS, SECTIONS

PAGE = (Path(app.__file__).parents[1] / "docs" / "filters.md").read_text("utf-8")


def test_every_field_is_on_the_page_with_its_example() -> None:
    missing = [
        name
        for name, field in FIELDS.items()
        if f"| `{name}`" not in PAGE or f"`{field.example}`" not in PAGE
    ]
    assert missing == []
    assert all(f"(`{name}`)" in PAGE for name in OTHER_NAMES) and all(
        f"`{status}`" in PAGE for status in STATUSES
    )


def test_the_pages_first_example_is_a_filter() -> None:
    line = PAGE.split("```\n")[1].strip()
    assert str(parse(line)) == line


def test_every_section_and_order_is_on_the_page() -> None:
    assert [title for title in SECTIONS.values() if f"| {title} |" not in PAGE] == []
    assert [title for title in ORDERS.values() if title.casefold() not in PAGE.casefold()] == []
