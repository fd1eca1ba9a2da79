"""The fuzzy finder, and the laws of its matching."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, screen_rows, settle
from widgets.pick import finder as finder_module
from widgets.pick.finder import AT_ONCE, Choice, Finder, Results
from widgets.pick.fuzzy import fold, match, rank

PATHS = st.text("abAB_/:. é漢İ", max_size=30)
QUERIES = st.text("abA_/é ", max_size=4)


class TestFuzzy:
    @given(QUERIES, PATHS)
    def test_a_match_is_the_query_in_order(self, query: str, text: str) -> None:
        found = match(query, text)
        if found is None:
            return
        assert list(found.positions) == sorted(set(found.positions))
        assert all(0 <= place < len(text) for place in found.positions)
        terms = query.split()
        if len(terms) == 1:
            assert [fold(text[place]) for place in found.positions] == [fold(char) for char in terms[0]]

    @given(PATHS, st.data())
    def test_what_is_a_subsequence_matches(self, text: str, data: st.DataObject) -> None:
        places = sorted(data.draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=4))) if text else []
        query = "".join(text[place] for place in places)
        assert match(query, text) is not None

    @given(QUERIES, st.lists(PATHS, max_size=8))
    def test_ranking_keeps_exactly_the_matches_best_first(self, query: str, texts: list[str]) -> None:
        order = rank(query, texts)
        assert order is not None
        assert sorted(order) == [i for i, text in enumerate(texts) if match(query, text) is not None]
        if query.split():
            scores = [found.score for i in order if (found := match(query, texts[i]))]
            assert scores == sorted(scores, reverse=True)

    @given(QUERIES, PATHS)
    def test_typing_on_never_finds_more(self, query: str, text: str) -> None:
        if match(query + "b", text) is not None:
            assert match(query, text) is not None

    @pytest.mark.parametrize(
        ("query", "better", "worse"),
        [
            ("worker", "server/src/worker.rs", "src/woodwork/error.rs"),
            ("retry", "core/retry.rs", "retry/core/mod.rs"),
            ("pqt", "process_queue_task", "opaque_port"),
            ("RP", "RetryPolicy", "grip"),
            ("run", "Retry::run", "Return::spawn"),
            ("mod", "src/mod.rs", "src/module_with_a_long_name.rs"),
        ],
    )
    def test_beginnings_of_words_and_file_names_win(self, query: str, better: str, worse: str) -> None:
        assert rank(query, [worse, better])[:1] == [1]  # type: ignore[index]

    def test_groups_break_ties(self) -> None:
        assert rank("a", ["xa", "xa", "xa"], [2, 0, 1]) == [1, 2, 0]

    def test_an_empty_query_keeps_the_order(self) -> None:
        assert rank(" ", ["b", "a"], [1, 0]) == [0, 1]

    def test_a_repetitive_text_takes_no_longer_than_its_length_asks(self) -> None:
        found = match("a" * 30, "a" * 2_000)
        assert found is not None and found.positions == tuple(range(30))

    def test_it_can_be_called_off(self) -> None:
        assert rank("a", ["a"] * 1_000, cancelled=lambda: True) is None


FILES = [
    Choice("src/worker.rs", "W", group="sources"),
    Choice("src/core/retry.rs", "R", group="related"),
    Choice("src/lib.rs", "L", detail="12 items"),
]


async def opened(app: Bench, finder: Finder[str]) -> list[str | None]:
    """Push the finder; the list holds its answer once it is given."""
    answers: list[str | None] = []
    await app.push_screen(finder, answers.append)
    return answers


@pytest.mark.parametrize("size", [(80, 24), (20, 5)])
async def test_by_keyboard(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        answers = await opened(app, Finder(FILES, title="Files"))
        await settle(pilot)
        check_clean(screen_rows(app), size[0])
        await pilot.press("r", "t")
        await settle(pilot)
        assert app.screen.query_one(Results).chosen == 1
        await pilot.press("backspace", "backspace", "down", "pagedown", "up", "enter")
        await settle(pilot)
        assert answers == ["R"]


@pytest.mark.parametrize("size", [(80, 24), (20, 5)])
async def test_by_mouse(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        answers = await opened(app, Finder(FILES))
        await settle(pilot)
        await pilot.click(Results, offset=(3, 1))
        await settle(pilot)
        assert answers == ["R"]
        answers = await opened(app, Finder(FILES))
        await settle(pilot)
        await pilot.click("_Close", offset=(2, 0))
        await settle(pilot)
        assert answers == [None]


async def test_escape_leaves_and_enter_without_a_match_stays() -> None:
    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, Finder(FILES))
        await settle(pilot)
        await pilot.press("z", "z", "enter")
        await settle(pilot)
        assert answers == []
        await pilot.press("escape")
        await settle(pilot)
        assert answers == [None]


async def test_groups_details_and_hostile_names_are_shown_as_they_are() -> None:
    app = Bench()
    async with app.open((70, 24)) as pilot:
        choices = [*FILES, Choice(f"src/{HOSTILE}/" + "漢" * 60, "H", group="rest [b]"), Choice("v[i]", "I")]
        await opened(app, Finder(choices))
        await settle(pilot)
        await pilot.press("i")
        await settle(pilot)
        check_clean(screen_rows(app), 70)
        shown = rows(app.screen.query_one(Results))
        assert any("v[i]" in row for row in shown)
        await pilot.press("backspace")
        await settle(pilot)
        shown = rows(app.screen.query_one(Results))
        assert shown[0].rstrip().endswith("sources") and "12 items" in shown[2] and "rest [b]" in shown[3]


async def test_matched_characters_stand_out_also_in_a_shortened_path() -> None:
    app = Bench()
    async with app.open((40, 24)) as pilot:
        await opened(app, Finder([Choice("a/very/long/path/that/does/not/fit/worker.rs", "W")]))
        await settle(pilot)
        await pilot.press("w", "o", "r", "k")
        await settle(pilot)
        results = app.screen.query_one(Results)
        parts = results.row_parts(0, results.size.width)
        assert [part.text for part in parts if part.style == "results--match"] == ["work"]


async def test_ten_thousand_choices_are_ranked_in_a_worker_and_enter_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, go_on = threading.Event(), threading.Event()
    main = threading.get_ident()
    ranked_by: set[int] = set()

    def slow_rank(query: str, texts: list[str], groups: list[int], cancelled: object) -> list[int] | None:
        ranked_by.add(threading.get_ident())
        started.set()
        go_on.wait(10)
        return rank(query, texts, groups)

    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, Finder([Choice(f"f{number}", str(number)) for number in range(10_000)]))
        await settle(pilot)
        monkeypatch.setattr(finder_module, "rank", slow_rank)
        await pilot.press("9")
        await asyncio.to_thread(started.wait, 10)
        await pilot.press("enter")
        assert answers == []  # what is on screen is not what was asked for
        go_on.set()
        await settle(pilot)
        assert answers == ["9"]
        assert main not in ranked_by and len(FILES) <= AT_ONCE
