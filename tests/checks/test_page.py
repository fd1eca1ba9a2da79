"""The page of all checks."""

from __future__ import annotations

import re
from pathlib import Path

from app.checks.page import checks_page
from app.checks.tracing import TRACED
from app.project.bundled import specs_dir
from app.project.topics.spec import load_specs
from app.records.check_codes import CODES, LIMITS

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


def test_every_rule_of_the_prompt_documents_is_traced_to_a_check() -> None:
    for spec in load_specs(specs_dir())[0].values():
        if not spec.practice:
            rules = (
                *spec.extraction,
                *spec.request_rules,
                *spec.reasoning_rules,
                *spec.code_rules,
                *spec.exclude,
            )
            patterns = [row.pattern for row in TRACED if row.pattern]
            traced = [rule for rule in rules if any(re.search(one, rule, re.IGNORECASE) for one in patterns)]
            assert traced == list(rules)
    assert {code for row in TRACED for code in row.codes} <= set(CODES)


def test_the_page_in_the_docs_is_the_one_the_checks_tell() -> None:
    docs = Path(__file__).parents[2] / "docs" / "checks.md"
    assert docs.read_text(encoding="utf-8") == PAGE, "make docs"
