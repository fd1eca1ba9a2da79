"""A finding explained, and the question why it may stand: what they say, what they answer, at three sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from app.checks import REGISTRY
from app.records.finding import Finding
from app.workstation.explain import AROUND, ExplainScreen, excerpt, explained, refused, waive_dialog
from tests.widgets.drawn import HOSTILE, Bench, check_clean, screen_rows, settle

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
TEXT = "First line.\nThe wait 漢字 must grow with `attempt`, [b]and[/b] never past.\nLast."
START = TEXT.index("must")
LEAK = Finding("BS403", "warning", "user", START, START + 9, "five words are shared", "Say it otherwise.")
EMPTY = Finding("BS101", "error", "user", None, None, "the request is empty", "Write the request.")


def told(finding: Finding, text: str = "", **limits: float) -> str:
    return "".join(piece for piece, _ in explained(finding, REGISTRY[finding.code], text, limits))


async def ask(app: Bench, pilot: Pilot[Any], screen: ModalScreen[Any], act: Callable[[], Any]) -> list[Any]:
    """Show a screen, check its picture, act; its answer, in a list."""
    answers: list[Any] = []
    await app.push_screen(screen, answers.append)
    await settle(pilot)
    check_clean(screen_rows(app), app.size.width)
    await act()
    await settle(pilot)
    return answers


def explain(finding: Finding, text: str = "") -> ExplainScreen:
    return ExplainScreen(finding, REGISTRY[finding.code], text=text)


def test_everything_there_is_to_say() -> None:
    rule = REGISTRY["BS403"]
    said = told(LEAK, TEXT)
    for part in ("warning · request", LEAK.message, LEAK.remedy, rule.why, "user, line 2, character 13"):
        assert part in said
    assert "The wait 漢字 must grow with `attempt`, [b]and[/b] never past." in said
    assert "leak_warning = 5\n" in said and "w waives every BS403" in said
    assert (rule.bad.user or "")[:60] in said


def test_what_the_spec_sets_is_told_beside_what_is_usual() -> None:
    said = told(replace(LEAK, severity="error"), leak_warning=7, leak_error=6.5)
    assert "leak_warning = 7 by this topic's spec; else 5\n" in said
    assert "leak_error = 6.5 by this topic's spec; else 6\n" in said
    assert "error · request · usually a warning" in said


def test_what_can_never_be_waived_and_what_was() -> None:
    assert "No reason lets BS101 stand" in told(EMPTY) and "w waives" not in told(EMPTY)
    waived = told(replace(LEAK, waived="the docs\x1b[2J say so"))
    assert "Waived for this record: the docs␛[2J say so" in waived and "w takes that back" in waived


def test_a_place_is_told_though_the_text_is_not_known() -> None:
    assert f"user, from character {START + 1}" in told(LEAK)
    assert "all of user" in told(EMPTY)
    assert "the whole record" in told(replace(LEAK, field="record", start=None, end=None))


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_every_rule_can_be_told(code: str) -> None:
    rule = REGISTRY[code]
    said = told(Finding(code, rule.severity, "think", 0, 3, "what is wrong", "", waived=""), HOSTILE)
    assert rule.remedy in said and "Found in" in said and all(name in said for name in rule.limits)
    assert not [char for char in said if char != "\n" and (ord(char) < 32 or char in "\u2028\u202e\x9b\x7f")]


def test_an_excerpt_has_forty_characters_on_either_side_and_says_where_it_was_cut() -> None:
    line = "漢" * 50 + "here" + "b" * 50
    found = excerpt(f"above\n{line}\nbelow", 56, 60)
    assert found == ("…" + "漢" * AROUND, "here", "b" * AROUND + "…", 2, 51)
    assert excerpt(f"{'a' * AROUND}here{'b' * AROUND}\n", AROUND, AROUND + 4)[:3] == (
        "a" * AROUND,
        "here",
        "b" * AROUND,
    )
    assert excerpt("one\ntwo\nthree", 1, 6)[:3] == ("o", "ne…", "")
    assert excerpt("one", 1, 1)[:3] == ("o", "▏", "ne")


@given(st.text(alphabet="ab 漢\u0301\n", max_size=300), st.integers(-5, 320), st.integers(-5, 320))
def test_an_excerpt_is_a_piece_of_one_line_of_the_text(text: str, start: int, end: int) -> None:
    found = excerpt(text, start, end)
    line = text.split("\n")[found.line - 1]
    at = found.column - 1
    before, after = found.before.removeprefix("…"), found.after.removesuffix("…")
    assert len(before) <= AROUND and len(after) <= AROUND
    assert line[:at].endswith(before)
    if found.marked != "▏":
        marked = found.marked.removesuffix("…")
        assert line[at:].startswith(marked + after)
        assert marked == text[max(start, 0) : max(end, 0)] or found.marked.endswith("…") or start > len(text)


@SIZES
async def test_keys_and_buttons_answer(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        for keys, answer in (("escape", None), ("q", None), ("w", "waive"), ("enter", "go")):
            assert await ask(app, pilot, explain(LEAK, TEXT), partial(pilot.press, keys)) == [answer]
        for button, answer in (("#close", None), ("#waive", "waive"), ("#go", "go")):
            assert await ask(app, pilot, explain(LEAK, TEXT), partial(pilot.click, button)) == [answer]


async def test_what_can_never_be_waived_answers_no_w() -> None:
    app = Bench()
    async with app.open() as pilot:
        assert await ask(app, pilot, explain(EMPTY), partial(pilot.press, "w")) == []
        assert not app.screen.query("#waive")


@SIZES
async def test_all_of_it_can_be_scrolled_to(size: tuple[int, int]) -> None:
    app = Bench()
    bad = replace(LEAK, message=HOSTILE, remedy=HOSTILE, waived=f"because {HOSTILE}")
    async with app.open(size) as pilot:

        async def read() -> None:
            assert any("BS403" in row for row in screen_rows(app))
            seen: list[str] = []
            for _ in range(30):
                seen += screen_rows(app)
                await pilot.press("pagedown")
                await settle(pilot, lambda: True)
                check_clean(screen_rows(app), size[0])
            assert any("Why it matters" in row for row in seen)
            assert any("takes that back" in row for row in screen_rows(app))
            assert any("Close" in row for row in screen_rows(app))

        assert await ask(app, pilot, explain(bad, HOSTILE * 5), read) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Say why"),
        ("   \t", "Say why"),
        ("\u200b" * 20, "Say why"),
        ("ok fine", "7 of at least 8"),
        ("漢" * 7, "7 of at least 8"),
        ("x" * 1001, "this one has 1,001"),
        ("x" * 1000, ""),
        ("quoted 1", ""),
    ],
)
def test_a_reason_that_says_nothing_is_refused_with_a_word_on_why(typed: str, why: str) -> None:
    assert (why in refused(typed)) if why else refused(typed) == ""


@SIZES
async def test_a_reason_is_asked_for_and_given(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:

        async def short_then_long() -> None:
            assert any("every BS403" in row for row in screen_rows(app))
            await pilot.press(*"a quote", "enter")
            await settle(pilot)
            assert any("Too short to" in row for row in screen_rows(app))
            await pilot.press(*" 漢字 ", "enter")

        assert await ask(app, pilot, waive_dialog(LEAK), short_then_long) == ["a quote 漢字"]
        assert await ask(app, pilot, waive_dialog(LEAK), partial(pilot.press, "escape")) == [None]
        assert await ask(app, pilot, waive_dialog(LEAK), partial(pilot.click, "#cancel")) == [None]
        hostile = replace(LEAK, message=HOSTILE * 20)
        assert await ask(app, pilot, waive_dialog(hostile), partial(pilot.click, "#ok")) == []


async def test_nothing_typed_is_lost_when_the_terminal_changes_its_size() -> None:
    app = Bench()
    async with app.open((120, 40)) as pilot:

        async def type_and_resize() -> None:
            await pilot.press(*"the word stands")
            for size in ((40, 12), (20, 5), (80, 24)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                check_clean(screen_rows(app), size[0])
            assert app.screen.query_one(Input).value == "the word stands"
            await pilot.press(*" in the source", "enter")

        assert await ask(app, pilot, waive_dialog(LEAK), type_and_resize) == ["the word stands in the source"]
