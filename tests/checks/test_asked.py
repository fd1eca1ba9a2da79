"""What a topic asks, line by line, and what ticks a line: no more than the checks' silence shows."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.checks.asked import BY_HAND, NO_COPY, AskedLine, AskedSection, Seen, State, asked, state_of
from app.checks.tracing import TRACED
from app.project.bundled import specs_dir
from app.project.topics.spec import Spec, load_specs
from app.records.finding import Field, Finding

SPECS = load_specs(specs_dir())[0]
BACKOFF = SPECS["backoff_jitter"]
ALL = "Preserve all imports from the file as context"
COMMENTS = "Preserve all comments and documentation"


def found(code: str, field: Field = "block", waived: str = "") -> Finding:
    return Finding(code, "warning", field, None, None, "", "", waived)


def lines(spec: Spec) -> dict[str, AskedLine]:
    return {line.text: line for section in asked(spec) for line in section.lines}


def states(spec: Spec, *findings: Finding, **more: bool) -> Mapping[str, State]:
    seen = Seen(findings, **more)  # type: ignore[arg-type]
    return {text: state_of(line, seen) for text, line in lines(spec).items()}


def changed(spec: Spec, **fields: object) -> Spec:
    return Spec.model_validate({**spec.model_dump(exclude_unset=True), **fields})


@pytest.mark.parametrize("topic", SPECS)
def test_every_rule_of_a_spec_stands_there_with_the_reminder_first(topic: str) -> None:
    spec = SPECS[topic]
    told = asked(spec)
    assert told[0] == AskedSection("By hand", (AskedLine(BY_HAND),))
    rules = (
        *(*spec.crates, *spec.traits, *spec.request_rules, *spec.reasoning_rules, *spec.code_rules),
        *(*spec.extraction, *spec.exclude, *spec.focus, *spec.request_examples, *spec.reasoning_examples),
    )
    assert set(rules) | ({spec.role} - {""}) <= set(lines(spec))
    assert all(section.lines for section in told)


def test_what_a_machine_can_see_in_the_four_prompts_is_ticked_and_nothing_else() -> None:
    ticked = {text for text, line in lines(BACKOFF).items() if line.by == "checks"}
    assert ticked == {
        NO_COPY,
        "Use the exact code of the source. Do not simplify it.",
        "Include necessary imports for retry operations",
        COMMENTS,
        "Include error type definitions if they're specific to this module",
        "Extract complete backoff and jitter function definitions",
        "Include function-level attributes and documentation",
        ALL,
        "test modules",
    }


def test_a_tick_is_the_silence_of_its_checks() -> None:
    assert states(BACKOFF)[COMMENTS] == "met"
    assert states(BACKOFF, found("BS204"))[COMMENTS] == "open"
    assert states(BACKOFF, found("BS204", waived="a banner"))[COMMENTS] == "waived"
    assert states(BACKOFF, found("BS204", waived="a banner"), found("BS204"))[COMMENTS] == "open"
    assert states(BACKOFF, found("BS501", "think"))[COMMENTS] == "met"
    assert states(BACKOFF)["Do not be generic."] == "read"


def test_nothing_is_ticked_before_there_is_something_to_look_at() -> None:
    assert states(BACKOFF, known=False)[COMMENTS] == "open"
    assert states(BACKOFF, found("BS103"))[COMMENTS] == "open", "there is no code"
    requests, reasons = (line for section in asked(BACKOFF) for line in section.lines if line.text == NO_COPY)
    for empty, line in (("BS101", requests), ("BS102", reasons)):
        assert state_of(line, Seen((found(empty, line.field),))) == "open"
        assert state_of(line, Seen()) == "met"


def test_where_the_code_cannot_be_read_nothing_of_it_is_ticked() -> None:
    assert states(BACKOFF, code=False)[COMMENTS] == "read"
    assert states(BACKOFF, code=False)[NO_COPY] == "met", "the texts are here"
    assert states(BACKOFF, found("BS202"))[ALL] == "open", "of other bytes nothing else is known"


def test_silence_that_says_nothing_ticks_nothing() -> None:
    assert states(changed(BACKOFF, imports="whole"))[ALL] == "read", "whole leaves imports out, unheard"
    off = changed(BACKOFF, checks={"severities": {"BS204": "off"}})
    assert states(off)[COMMENTS] == "read"
    more = f"{COMMENTS}, except licences"
    assert states(changed(BACKOFF, code_rules=(more,)))[more] == "read"


def test_crates_and_traits_are_ticked_by_what_the_text_treats() -> None:
    seen = Seen((), {"tokio": True, "chrono": False}, {"Network reliability patterns": True})
    told = {text: state_of(line, seen) for text, line in lines(BACKOFF).items()}
    assert (told["tokio"], told["chrono"], told["Network reliability patterns"]) == ("met", "open", "met")
    assert [section.title for section in asked(BACKOFF) if section.counted] == [
        "Crates to name in think",
        "To treat in think",
    ]


def test_a_check_that_ticks_is_one_that_looks() -> None:
    for row in TRACED:
        assert set(row.ticks) <= set(row.codes), row.asked
