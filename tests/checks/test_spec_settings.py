"""How a spec sets what the checks go by, and what it is told when it cannot be meant so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.checks import check_record
from app.checks.registry import SAMPLE
from app.checks.running.context import spec_context
from app.errors import SpecError
from app.project.bundled import specs_dir
from app.project.topics.spec import load_spec, load_specs

SPEC = """\
title = "Retries"
repository.url = "https://example.org/larkspur.git"
sources = ["src/retry.rs"]
system = "You retry."
output = "retry.jsonl"
target = { min = 1, max = 2 }
"""


def spec_file(folder: Path, checks: str) -> Path:
    path = folder / "retry.toml"
    path.write_text(SPEC + checks, encoding="utf-8")
    return path


def test_a_spec_sets_severities_limits_and_phrases(tmp_path: Path) -> None:
    path = spec_file(
        tmp_path,
        '[checks]\nstock_phrases = ["the herd"]\nlimits.request_words_min = 100\n'
        'severities = { BS401 = "error", BS702 = "hint" }\n',
    )
    found = check_record(SAMPLE, spec_context(load_spec(path), None))
    assert [(finding.code, finding.severity) for finding in found] == [("BS401", "error"), ("BS702", "hint")]


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ('severities.BS4011 = "hint"', "did you mean BS401?"),
        ('severities.bs401 = "hint"', "did you mean BS401?"),
        ('severities.BS110 = "hint"', "cannot be set"),
        ('severities.BS401 = "fatal"', "must be one of error, warning, hint, off"),
        ("limits.request_word_min = 3", "did you mean request_words_min?"),
        ("limits.think_run = 2", "must be between 9 and 100"),
        ("limits.think_run = true", "whole number"),
        ("limit.think_run = 12", "did you mean limits?"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_nearest(tmp_path: Path, checks: str, said: str) -> None:
    with pytest.raises(SpecError) as raised:
        load_spec(spec_file(tmp_path, f"[checks]\n{checks}\n"))
    assert said in raised.value.what
    assert "retry.toml:" in raised.value.what


def test_the_specs_that_come_along_say_what_the_checks_can_read() -> None:
    for spec in load_specs(specs_dir())[0].values():
        codes = {finding.code for finding in check_record(SAMPLE, spec_context(spec, None))}
        assert codes <= {"BS201", "BS303", "BS305"}, (
            "the sample is of no topic, and nothing else is wrong with it"
        )


def test_examples_of_a_spec_are_found_out_when_they_are_copied() -> None:
    for spec in load_specs(specs_dir())[0].values():
        for example in spec.request_examples:
            copied = replace(SAMPLE, user=f"{example}, and soon.")
            assert "BS306" in [finding.code for finding in check_record(copied, spec_context(spec, None))], (
                example
            )
        for example in spec.reasoning_examples:
            copied = replace(SAMPLE, think=f"{SAMPLE.think} {example}.")
            assert "BS307" in [finding.code for finding in check_record(copied, spec_context(spec, None))], (
                example
            )
