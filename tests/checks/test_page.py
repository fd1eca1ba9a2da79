"""The page of all checks."""

from __future__ import annotations

import re

from app.checkcodes import CODES, LIMITS
from app.checks.page import checks_page

PAGE = checks_page()


def test_every_check_has_its_row_and_its_section() -> None:
    rows = re.findall(r"^\| \[`(BS\d+)`\]\(#([^)]+)\) \| (?:error|warning|hint) \|", PAGE, re.MULTILINE)
    heads = re.findall(r"^### (BS\d+): (.+)$", PAGE, re.MULTILINE)
    assert sorted(code for code, _ in rows) == sorted(CODES) == sorted(code for code, _ in heads)
    anchors = {re.sub(r"[^\w -]", "", f"{code}: {title}").lower().replace(" ", "-") for code, title in heads}
    assert {anchor for _, anchor in rows} == anchors


def test_every_limit_is_told_with_its_default() -> None:
    for name, limit in LIMITS.items():
        assert f"| `{name}` | {limit.default:,.0f} |" in PAGE


def test_the_page_holds_nothing_that_cannot_be_seen() -> None:
    assert all(line.isprintable() for line in PAGE.split("\n"))


def test_examples_cannot_end_their_own_fence() -> None:
    inside = ""
    for line in PAGE.split("\n"):
        fence = re.match(r"`{3,}", line)
        if not fence:
            continue
        if not inside:
            assert line.endswith("text")
            inside = fence[0]
        elif line == inside:
            inside = ""
    assert not inside
