"""Finding in the whole repository, on screen."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.repository.index.background import BackgroundIndex
from app.repository.search.text_search import TextQuery
from app.repository.search.trail import LinePlace
from app.workstation.search.modal import HitSource, SearchModal
from app.workstation.search.symbols import SymbolFinder
from app.workstation.search.text import ReferenceFinder, TextFinder
from tests.repository.index.code import RETRY_RS, in_folder, in_git
from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, screen_rows, settle
from widgets.pick.hits import HitList, Switches

Answers = list[LinePlace | None]


async def opened(app: Bench, source: HitSource) -> Answers:
    answers: Answers = []
    await app.push_screen(SearchModal(source), answers.append)
    return answers


def shown(app: Bench) -> list[str]:
    return [" ".join(row.split()) for row in rows(app.screen.query_one(HitList)) if row.strip()]


def below(app: Bench) -> str:
    return rows(app.screen.query_one("#state", Switches))[0]


async def when(pilot: Pilot[Any], app: Bench, text: str) -> None:
    """Wait until the bottom row says so."""
    await settle(pilot, lambda: text in below(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 34), (24, 6)])
async def test_a_symbol_by_keyboard(tmp_path: Path, size: tuple[int, int]) -> None:
    index = BackgroundIndex(in_git(tmp_path), lambda: None).start()
    index.wait(30)
    app = Bench()
    async with app.open(size) as pilot:
        answers = await opened(app, SymbolFinder(index))
        await pilot.press(*"crd")
        await settle(pilot, lambda: len(shown(app)) == 1)
        check_clean(screen_rows(app), size[0])
        assert shown(app)[0].startswith("fn calculate_r")
        await pilot.press("down", "up", "pagedown", "pageup", "enter")
        assert answers == [LinePlace(RETRY_RS, 22)]


async def test_enter_waits_for_the_answer_to_what_was_typed(tmp_path: Path) -> None:
    index = BackgroundIndex(in_git(tmp_path), lambda: None).start()
    index.wait(30)
    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, SymbolFinder(index))
        await pilot.press(*"delay", "enter")
        await settle(pilot, lambda: bool(answers))
        assert answers == [LinePlace(RETRY_RS, 17)]


async def test_the_index_tells_how_far_it_is_stops_and_goes_on(tmp_path: Path) -> None:
    go_on = threading.Event()

    def no_cache() -> None:
        go_on.wait(30)

    index = BackgroundIndex(in_git(tmp_path), no_cache)
    app = Bench()
    async with app.open() as pilot:
        await opened(app, SymbolFinder(index))
        await when(pilot, app, "0 of 0 files")
        await pilot.press(*"run")
        await pilot.press("f6")
        go_on.set()
        await when(pilot, app, "indexing stopped")
        cell = below(app).index("go on")
        await pilot.click("#state", offset=(cell, 0))
        await settle(pilot, lambda: len(shown(app)) == 3)
        assert "items" in below(app) and shown(app)[0].startswith("fn Retry::run")


async def test_leaving_does_not_stop_the_index(tmp_path: Path) -> None:
    index = BackgroundIndex(in_git(tmp_path), lambda: None)
    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, SymbolFinder(index))
        await pilot.press("escape")
        assert answers == [None]
        assert index.wait(30).ready is not None


async def test_a_problem_of_the_index_is_told_and_tried_again(tmp_path: Path) -> None:
    code = in_folder(tmp_path / "code")
    (tmp_path / "code").rename(tmp_path / "moved")
    app = Bench()
    async with app.open((160, 24)) as pilot:
        await opened(app, SymbolFinder(BackgroundIndex(code, lambda: None)))
        await when(pilot, app, "cannot be read")
        (tmp_path / "moved").rename(tmp_path / "code")
        await pilot.press("f6")
        await when(pilot, app, "items")


@pytest.mark.parametrize("size", [(80, 24), (24, 6)])
async def test_text_by_keyboard_and_mouse(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        answers = await opened(app, TextFinder(in_git(tmp_path)))
        assert "type 2 letters" in below(app)
        await pilot.press(*"retry {")
        await when(pilot, app, "4 hits ·")
        check_clean(screen_rows(app), size[0])
        await pilot.press("down", "down", "enter")
        assert answers == [LinePlace(RETRY_RS, 33)]
        answers = await opened(app, TextFinder(in_git(tmp_path / "again"), "struct"))
        await when(pilot, app, "1 hit ·")
        await pilot.click(HitList, offset=(3, 0))
        assert answers == [LinePlace(RETRY_RS, 6)]


async def test_the_switches_turn_by_key_and_by_mouse(tmp_path: Path) -> None:
    app = Bench()
    async with app.open((120, 24)) as pilot:
        await opened(app, TextFinder(in_git(tmp_path), "retr[y]"))
        await when(pilot, app, "0 hits ·")
        await pilot.press("f2")
        await when(pilot, app, "10 hits ·")
        await pilot.press("f4")
        await when(pilot, app, "6 hits ·")
        await pilot.press("f3")
        await when(pilot, app, "2 hits ·")
        row = rows(app.screen.query_one("#switches", Switches))[0]
        assert row.count("☒") == 3
        await pilot.click("#switches", offset=(row.index("all files"), 0))
        await settle(pilot, lambda: rows(app.screen.query_one("#switches", Switches))[0].count("☒") == 4)


async def test_a_wrong_expression_is_told_where_one_types(tmp_path: Path) -> None:
    app = Bench()
    async with app.open((120, 24)) as pilot:
        await opened(app, TextFinder(in_git(tmp_path), TextQuery("(x", regex=True)))
        await when(pilot, app, "the expression cannot be used")
        await pilot.press("end", ")")
        await when(pilot, app, "hits ·")


async def test_hostile_lines_and_names_are_drawn_safely(tmp_path: Path) -> None:
    name = HOSTILE.replace("\0", "").replace("/", "")
    line = f"let here = {HOSTILE}".replace("\0", "")
    app = Bench()
    async with app.open((70, 24)) as pilot:
        await opened(app, TextFinder(in_folder(tmp_path, {f"{name}.rs": line.encode()}), "here"))
        await when(pilot, app, "1 hit ·")
        check_clean(screen_rows(app), 70)
        parts = app.screen.query_one(HitList).row_parts(0, 66)
        assert [part.text for part in parts if part.style == "hit-list--match"] == ["here"]


async def test_a_match_far_to_the_right_is_in_sight(tmp_path: Path) -> None:
    app = Bench()
    async with app.open((60, 24)) as pilot:
        text = b"x" * 5_000 + b" here " + b"y" * 5_000
        await opened(app, TextFinder(in_folder(tmp_path, {"a.rs": text}), "here"))
        await when(pilot, app, "1 hit ·")
        assert "here" in shown(app)[0]


async def test_uses_of_a_name_can_be_narrowed_down(tmp_path: Path) -> None:
    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, ReferenceFinder(in_git(tmp_path), "run", RETRY_RS))
        await when(pilot, app, "4 hits ·")
        assert "uses of run" in rows(app.screen.query_one("#switches", Switches))[0]
        await pilot.press(*"main")
        await when(pilot, app, "1 hit ·")
        await pilot.press("enter")
        assert answers == [LinePlace("tool/src/main.rs", 4)]


async def test_stopping_a_search_keeps_what_was_found(tmp_path: Path) -> None:
    app = Bench()
    async with app.open() as pilot:
        await opened(app, TextFinder(in_git(tmp_path), "run"))
        await when(pilot, app, "hits ·")
        before = shown(app)
        await pilot.press("f6")
        await settle(pilot)
        assert shown(app) == before


async def test_the_mouse_finds_the_way_out(tmp_path: Path) -> None:
    app = Bench()
    async with app.open() as pilot:
        answers = await opened(app, TextFinder(in_git(tmp_path)))
        await settle(pilot)
        await pilot.click("#state", offset=(below(app).index("✕") + 1, 0))
        await settle(pilot)
        assert answers == [None]
