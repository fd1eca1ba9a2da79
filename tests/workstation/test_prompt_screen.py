"""The prompt beside the work: what is asked, ticked while one writes and reviews, and the document whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from app.checks.asked import BY_HAND
from app.project.project import Project, init_project
from app.settings.person import Settings
from app.workstation.prompt_screen import PromptScreen, places
from app.workstation.review.review_screen import ReviewScreen
from tests.store.events import revision
from tests.widgets.drawn import HOSTILE, check_clean, screen_rows
from tests.workstation.driver import TOPIC, open_topic, press, settle, type_text, workstation
from tests.workstation.host import Host, project_with
from widgets.dialogs.questions import Notice
from widgets.panels.guide import AskedList
from widgets.prose.editor import ProseEditor
from widgets.record.view import RecordView

PLACE = "prompts/practice.txt"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))


def with_prompt(project: Project, text: str | None, place: str = PLACE) -> Project:
    """The project, whose practice topic names a document; None: one that is not there."""
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(f"prompt = {place!r}\n{spec.read_text('utf-8')}", "utf-8")
    if text is not None:
        (project.root / "prompts").mkdir()
        (project.root / PLACE).write_text(text, "utf-8")
    return project


def made(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")[0]


async def test_the_document_opens_from_the_annotate_screen_while_one_types(tmp_path: Path) -> None:
    app = workstation(with_prompt(made(tmp_path), "Role: [b]you[/b]\n\nWrite by hand.\n"))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_topic(pilot)
        screen.panes.focus_stop("user")
        await press(pilot, "a", "alt+shift+g")
        assert isinstance(app.screen, PromptScreen)
        shown = "\n".join(screen_rows(app))
        assert PLACE in shown and "Role: [b]you[/b]" in shown
        await press(pilot, "b", "escape")
        assert not isinstance(app.screen, PromptScreen)
        assert screen.query_one("#user", ProseEditor).text == "a"


async def test_without_a_document_it_says_how_to_add_one(tmp_path: Path) -> None:
    app = workstation(made(tmp_path))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_topic(pilot)
        await press(pilot, "alt+shift+g")
        assert isinstance(app.screen, Notice)
        shown = "\n".join(screen_rows(app))
        assert 'prompt = "prompts/practice.txt"' in shown and "--from-prompt" in shown


@pytest.mark.parametrize(
    ("text", "place", "why"), [(None, PLACE, "is not there"), ("a", "prompts", "is not a file")]
)
async def test_one_that_cannot_be_shown_says_why(
    tmp_path: Path, text: str | None, place: str, why: str
) -> None:
    app = workstation(with_prompt(made(tmp_path), text, place))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_topic(pilot)
        await press(pilot, "alt+shift+g")
        assert isinstance(app.screen, Notice)
        assert why in "\n".join(screen_rows(app))


async def test_a_reviewer_reads_what_the_author_had_and_opens_the_document(tmp_path: Path) -> None:
    project = with_prompt(project_with(tmp_path, revision(user="Write a pause.")), "Role: you\n")
    app = Host(ReviewScreen(project, TOPIC, Settings(), "eve"))
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        assert BY_HAND.split(":")[0] in "\n".join(screen_rows(app))
        await press(pilot, "g")
        asked = app.screen.query_one(AskedList).told
        assert "✓ The examples show the voice; none is copied." in asked
        assert "· Claim nothing that the block does not bear." in asked
        await press(pilot, "escape", "G")
        assert isinstance(app.screen, PromptScreen)
        await press(pilot, "q")
        assert isinstance(app.screen, ReviewScreen)


async def test_lines_are_ticked_while_one_writes(tmp_path: Path) -> None:
    app = workstation(made(tmp_path))
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await open_topic(pilot)
        told = screen.query_one(AskedList)
        assert "☐ Keep all comments and documentation." in told.told
        await press(pilot, "right_square_bracket", "right_square_bracket", "right_square_bracket", "space")
        screen.query_one("#think", ProseEditor).replace_all("With `tokio`.")
        parts = screen.parts
        assert parts is not None
        for _ in range(400):
            await settle(pilot)
            if not parts.checks.pending:
                break
            await pilot.pause(0.05)
        assert "✓ Keep all comments and documentation." in told.told
        assert "✓ tokio" in told.told and "☐ tracing" in told.told
        assert BY_HAND.split(":")[0] in "\n".join(screen_rows(app))


async def test_a_hostile_document_is_only_shown() -> None:
    app = Host(PromptScreen("prompts/\x1b[31mred", f"{HOSTILE}\r\nnext {HOSTILE * 20}"))
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        check_clean(screen_rows(app), 60)
        await press(pilot, "end", "slash")
        await type_text(pilot, "next")
        check_clean(screen_rows(app), 60)


async def test_words_are_found_from_one_place_to_the_next() -> None:
    text = "\n".join(f"line {number} says jitter and Jitter" for number in range(50))
    app = Host(PromptScreen(PLACE, text))
    async with app.run_test(size=(80, 20)) as pilot:
        await settle(pilot)
        view = app.screen.query_one(RecordView)

        def hint() -> str:
            return "\n".join(screen_rows(app))

        await press(pilot, "slash")
        await type_text(pilot, "Jitter")
        assert "1 of 50 places" in hint(), "capitals matter where some were typed"
        await press(pilot, "enter", "n")
        assert text[view.cursor :].startswith("Jitter") and "line 1 " in text[: view.cursor].splitlines()[-1]
        await press(pilot, "N", "N")
        assert "50 of 50 places" in hint()
        assert "line 49 " in text[: view.cursor].splitlines()[-1]
        await press(pilot, "slash")
        app.screen.query_one(Input).value = "nowhere"
        await settle(pilot)
        assert "not found" in hint()
        await press(pilot, "escape")
        assert isinstance(app.screen, PromptScreen), "escape leaves the search first"
        await press(pilot, "escape")
        assert not isinstance(app.screen, PromptScreen)


def test_places_are_those_of_the_words() -> None:
    assert places("a jitter\n  b", "jitter b") == [(2, 12)]
    assert places("Jitter", "jitter") == [(0, 6)] and places("jitter", "Jitter") == []
    assert places("a.b", ".") == [(1, 2)]
    assert places("anything", "") == places("anything", "  ") == []
    assert len(places("e" * 10_000, "e")) == 2_000
