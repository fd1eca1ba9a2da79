"""A helper that nothing names is no stranger where it calls the main code, or speaks of a type of it."""

from __future__ import annotations

import pytest

from app.checks import check_record
from app.checks.findings import Context, SpanFact, Texts

THINK = "It waits because others wait. " * 12


def block(main: tuple[str, str], helper: tuple[str, str]) -> tuple[str, Context]:
    text = f"{main[1]}\n\n{helper[1]}"
    at = len(main[1]) + 2
    spans = (
        SpanFact("main", main[0], "a.rs", 0, len(main[1])),
        SpanFact("helper", helper[0], "a.rs", at, len(text)),
    )
    return text, Context(spans=spans)


RETRY = ("struct Retry", "pub struct Retry {\n    left: u32,\n}")
RUN = ("run", "fn run(retry: &mut Retry) -> u32 {\n    retry.left\n}")


@pytest.mark.parametrize(
    ("main", "helper"),
    [
        pytest.param(RETRY, ("Retry::new", "fn new() -> Self {\n    Self { left: 3 }\n}"), id="its new"),
        pytest.param(RUN, ("start", "fn start() {\n    run(&mut retry());\n}"), id="calls it"),
        pytest.param(RUN, ("spent", "fn spent(of: &Retry) -> bool {\n    of.left == 0\n}"), id="one type"),
        pytest.param(
            ("WAITS", "const WAITS: [Wait; 1] = [Wait(1)];"),
            ("longest", "fn longest() -> Wait {}"),
            id="const",
        ),
    ],
)
def test_what_belongs_to_the_main_code_is_no_unused_helper(
    main: tuple[str, str], helper: tuple[str, str]
) -> None:
    text, context = block(main, helper)
    assert not [f for f in check_record(Texts("", THINK, text), context) if f.code == "BS214"]


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param(("done", "fn done() -> Option<Duration> {\n    None\n}"), id="only std"),
        pytest.param(
            ("struct Log", "#[derive(Debug, Serialize)]\nstruct Log {\n    at: u64,\n}"), id="derive"
        ),
        pytest.param(("order", "fn order() -> u8 {\n    Kind::Retry as u8\n}"), id="a variant of that name"),
    ],
)
def test_what_shares_nothing_of_its_own_is_one(helper: tuple[str, str]) -> None:
    main = ("struct Retry", "#[derive(Debug, Serialize)]\npub struct Retry {\n    left: Option<Duration>,\n}")
    text, context = block(main, helper)
    (found,) = (f for f in check_record(Texts("", THINK, text), context) if f.code == "BS214")
    assert found.start == len(main[1]) + 2
