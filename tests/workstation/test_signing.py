"""Who signs is asked once where nobody has said so, is seen above the list of topics, and can be changed there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from app.project.project import Project
from app.settings.person import read, settings_path
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.app import Workstation
from app.workstation.topics.topics_screen import TopicsScreen
from tests.workstation.driver import TOPIC, journal, open_topic, press, save_a_record, settle, workstation
from widgets.dialogs.questions import PromptLine


@pytest.fixture
def nobody(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project on a machine where nobody has said who they are."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LOGNAME", "login")
    return project


def title(app: Workstation) -> str:
    """What stands above the list of topics."""
    screen = next(screen for screen in app.screen_stack if isinstance(screen, TopicsScreen))
    return str(screen.query_one("#title", Static).content)


def question(app: Workstation) -> Input:
    """The line of the question on screen."""
    assert isinstance(app.screen, PromptLine)
    return app.screen.query_one(Input)


async def test_a_first_start_asks_before_anything_is_signed_and_no_other_start_does(nobody: Project) -> None:
    app = workstation(nobody)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert question(app).value == "login", "the guess is proposed"
        question(app).value = "  "
        await press(pilot, "enter")
        assert isinstance(app.screen, PromptLine), "nobody is no name"
        question(app).value = "Ada Lovelace"
        await press(pilot, "enter")
        assert "signed by Ada Lovelace" in title(app)
        await save_a_record(pilot)
    assert [event["by"] for event in journal(nobody)] == ["Ada Lovelace"]
    assert read(settings_path())[0].name == "Ada Lovelace"
    again = workstation(nobody)
    async with again.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert isinstance(again.screen, TopicsScreen | AnnotateScreen)


async def test_a_topic_that_was_asked_for_opens_behind_the_question(nobody: Project) -> None:
    app = workstation(nobody, TOPIC)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        question(app).value = "Ada"
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, AnnotateScreen)


async def test_who_does_not_answer_goes_on_with_the_guess_and_is_asked_again(nobody: Project) -> None:
    for _ in range(2):
        app = workstation(nobody)
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            assert question(app).value == "login"
            await press(pilot, "escape")
            assert isinstance(app.screen, TopicsScreen) and "signed by login" in title(app)
    assert not settings_path().exists()


async def test_the_name_is_changed_in_the_list_of_topics(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, TopicsScreen), "git knows who it is: nobody is asked"
        assert "signed by annotator" in title(app)
        await press(pilot, "n")
        assert question(app).value == "annotator"
        question(app).value = "Ada"
        await press(pilot, "enter")
        await settle(pilot)
        assert "signed by Ada" in title(app) and app.settings.name == "Ada"
        await save_a_record(pilot)
    assert [event["by"] for event in journal(project)] == ["Ada"]


async def test_a_name_that_cannot_be_kept_is_told_and_nothing_changes(project: Project) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text("theme = \n")
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        question(app).value = "Ada"
        await press(pilot, "enter")
        await settle(pilot)
        assert "The name is not kept" in [note.title for note in app._notifications]
        assert "signed by annotator" in title(app)
    assert settings_path().read_text() == "theme = \n"


async def test_over_an_open_topic_nobody_else_begins_to_sign(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        app._signing.change()
        await settle(pilot)
        assert isinstance(app.screen, AnnotateScreen)
        assert any("Leave the topic first" in note.message for note in app._notifications)
