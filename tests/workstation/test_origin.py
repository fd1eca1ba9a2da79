"""The screen that says where code came from: asked in the background, stopped at will, nothing copied by itself."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.repository.appearances import Search
from app.repository.history import History
from app.repository.repository import Cancelled, Snapshot, open_repository
from app.workstation import origin
from app.workstation.origin import OriginQuestion, OriginScreen
from tests.gitfixtures import make_repo
from tests.repository.test_history import FILE, blobless, step
from tests.workstation.host import Host, until
from widgets.bars.status import StatusLine
from widgets.panels.commits import CommitPanel

CODE = b"use tokio::time;\n\nfn wait() {\n    time::sleep(2)\n}\n"
MANIFEST = b'[package]\nname = "mine"\nversion = "0.1.0"\nlicense = "MIT"\n[dependencies]\ntokio = "1"\n'


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of two commits: `wait` is written, then waits longer."""
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    path = tmp_path / "repo"
    make_repo(path, {"Cargo.toml": MANIFEST}, bare=True)
    step(path, {FILE: CODE, "Cargo.toml": MANIFEST}, b"Begin to wait (#4)\n", 1_600_000_000)
    step(path, {FILE: CODE.replace(b"2", b"3"), "Cargo.toml": MANIFEST}, b"Wait [red]longer\x1b[2J\n")
    return path


def shot(path: Path) -> Snapshot:
    with open_repository(path) as repository:
        return repository.snapshot()


def chosen(path: Path) -> OriginQuestion:
    data = shot(path).read(FILE).data
    return OriginQuestion(FILE, data.index(b"fn wait"), len(data) - 1, "wait")


def status(app: Host) -> str:
    return app.screen.query(StatusLine).first().left


async def answered(pilot: Pilot[Any], app: Host, words: str) -> None:
    """Wait until the status says these words."""
    await until(pilot, lambda: isinstance(app.screen, OriginScreen) and words in status(app))


async def test_the_lines_are_asked_about_at_once_and_the_crate_is_told(repo: Path) -> None:
    app = Host(OriginScreen(shot(repo), chosen(repo)))
    async with app.run_test(size=(140, 34)) as pilot:
        await answered(pilot, app, "2 commits")
        panel = app.screen.query_one(CommitPanel)
        assert panel.chosen is not None
        assert panel.chosen.subject == "Wait [red]longer\x1b[2J"
        assert status(app) == "wait · 2 commits · src/lib.rs:3-5"
        facts = app.screen.query_one("#facts", StatusLine)
        await until(pilot, lambda: bool(facts.left))
        assert facts.left == "crate mine 0.1.0 · licence MIT (Cargo.toml) · uses tokio 1"
        await pilot.press("i")
        assert panel.chosen.number == 4
        assert panel.chosen.mark == "★ introduced wait"
        assert app.clipboard == ""
        await pilot.press("c")
        await until(pilot, lambda: bool(app.clipboard))
        assert app.clipboard == "Begin to wait (#4)"
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_a_text_is_asked_for_and_the_items_name_is_offered(repo: Path) -> None:
    app = Host(OriginScreen(shot(repo), chosen(repo)))
    async with app.run_test(size=(140, 34)) as pilot:
        await answered(pilot, app, "2 commits")
        await until(pilot, lambda: bool(app.screen.query_one("#facts", StatusLine).left))
        await pilot.press("t")
        await until(pilot, lambda: bool(app.screen.query(Input)))
        entry = app.screen.query_one(Input)
        assert entry.value == "wait"
        entry.value = "sleep(2)"
        await pilot.press("enter")
        await answered(pilot, app, "2 commits · “sleep(2)” in Rust files")
        first = app.screen.query_one(CommitPanel).chosen
        assert first is not None
        assert (first.number, first.mark) == (4, "★ the text first appeared here")
        await pilot.press("l")
        await answered(pilot, app, "src/lib.rs:3-5")


async def test_a_text_that_is_nowhere_says_where_else_to_look(repo: Path) -> None:
    app = Host(OriginScreen(shot(repo), chosen(repo), text="license ="))
    async with app.run_test(size=(200, 34)) as pilot:
        await answered(pilot, app, "a Rust file; w looks in all files")
        await pilot.press("w")
        await answered(pilot, app, "1 commit · “license =” in all files")


async def test_a_search_can_be_stopped_and_tells_how_far_it_was(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def endless(*_: object, **how: Any) -> History:
        how["progress"](Search(50, 200, None))
        while not how["cancelled"]():
            threading.Event().wait(0.01)
        ended.set()
        raise Cancelled("The search was cancelled")

    monkeypatch.setattr(origin, "first_appearance", endless)
    app = Host(OriginScreen(shot(repo), chosen(repo), text="x"))
    async with app.run_test(size=(140, 34)) as pilot:
        await answered(pilot, app, "looking… 25 % of 200 commits")
        await pilot.press("x")
        await answered(pilot, app, "stopped")
        assert ended.is_set()
        ended.clear()
        await pilot.press("w")
        await answered(pilot, app, "looking… 25 %")
        await pilot.press("escape")
        await until(pilot, ended.is_set)


async def test_a_plain_folder_says_that_it_has_no_history(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_bytes(CODE)
    app = Host(OriginScreen(open_repository(tmp_path).snapshot(), OriginQuestion("a.rs", 0, 9)))
    async with app.run_test(size=(140, 34)) as pilot:
        await answered(pilot, app, "is a plain folder without git")
        assert "point the topic to a git clone" in app.said


async def test_a_clone_without_old_contents_offers_to_fetch_them(repo: Path, tmp_path: Path) -> None:
    clone = blobless(repo, tmp_path)
    app = Host(OriginScreen(shot(clone), chosen(clone), text="sleep(3)"))
    async with app.run_test(size=(200, 34)) as pilot:
        await answered(pilot, app, "f fetches them")
        await pilot.press("f")
        await answered(pilot, app, "1 commit · “sleep(3)”")


async def test_the_help_page_knows_the_screen() -> None:
    assert OriginScreen.HELP_SCOPES == ("origin",)


async def test_a_commit_can_be_kept_beside_and_goes_into_no_editor(repo: Path) -> None:
    app = Host(OriginScreen(shot(repo), chosen(repo)))
    async with app.run_test(size=(140, 34)) as pilot:
        await answered(pilot, app, "2 commits")
        await pilot.press("i", "enter")
        await pilot.pause()
        (kept,) = app.results
        assert kept.subject.startswith("Begin to wait")
        assert kept.number == 4
