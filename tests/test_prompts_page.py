"""docs/prompts.md: what it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from app.records.check_codes import CODES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "prompts.md").read_text("utf-8")


def test_every_sentence_is_kept_or_a_persons_and_has_a_test_that_is_there() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 40
    for row in rows:
        sentence, where, tests = (cell.strip("| ") for cell in row)
        assert re.match(r"kept: |yours: |spoken to an agent: ", where), sentence
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, sentence
        for path, name in named:
            tree = ast.parse((ROOT / path).read_text("utf-8"))
            functions = {
                node.name
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            assert name in functions, f"{path}::{name}"


def test_the_checks_it_names_are_there() -> None:
    assert set(re.findall(r"BS\d{3}", PAGE)) <= set(CODES)
