"""What came back: shown at its place, gone through, answered, written anew; and what a reviewer changed."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from app.errors import StoreError
from app.project.project import Project
from app.records.events import Place
from app.records.history.viewpoint import Viewer
from app.review.feedback import waiting
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.app import Workstation
from app.workstation.records.edited import EditedScreen
from tests.acting import Acting
from tests.answers import answered
from tests.desk import Desk
from tests.memory import give
from tests.widgets.drawn import screen_rows
from tests.workstation.driver import (
    THINK,
    TOPIC,
    USER,
    journal,
    left_on_a_record,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from widgets.dialogs.questions import PromptLine
from widgets.panels.remarks_panel import RemarksPanel
from widgets.prose.editor import ProseEditor

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


def cleo(project: Project) -> Acting:
    """A reviewer at another desk."""
    return Desk(Project(project.root), TOPIC, "cleo").judge


def only_record(project: Project) -> str:
    """The id of the topic's only record."""
    return str(journal(project)[0]["record"])


def send_back(project: Project) -> None:
    """Two comments with places and a verdict with a note."""
    judge, record = cleo(project), only_record(project)
    last = USER.index("last")
    judge.comment(record, "note", "Which wait?", Place(field="user", start=last, end=last + 4))
    tokio = THINK.index("tokio")
    judge.comment(record, "note", "What of tokio?", Place(field="think", start=tokio, end=tokio + 5))
    give(judge, record, "return", "Say more about why.")


def said_by(app: Workstation) -> str:
    """What its toasts say."""
    return " ".join(f"{note.title} {note.message}" for note in app._notifications)


def focused(app: Workstation) -> object:
    """What has the keys now."""
    return app.focused


def drawn(app: Workstation) -> str:
    """What the list of remarks shows."""
    panel = app.screen.query_one(RemarksPanel)
    return "\n".join(panel.render_line(y).text for y in range(panel.size.height))


def marked(app: Workstation, field: str) -> list[str]:
    """The words of a text that are marked."""
    editor = app.screen.query_one(f"#{field}", ProseEditor)
    return [editor.text[mark.start : mark.end] for mark in editor.area.marks]


async def opened(pilot: Pilot[Any]) -> None:
    """Until the record is read, with what others say of it, and checked."""
    for _ in range(1500):  # half a minute: others may be at work
        await settle(pilot)
        if pilot.app.screen.query(RemarksPanel) and not parts_of(pilot.app.screen).checks.pending:
            return
        await pilot.pause(0.05)
    raise AssertionError("nothing came back")


@SIZES
async def test_what_came_back_is_told_marked_answered_and_written_anew(
    project: Project, size: tuple[int, int]
) -> None:
    left_on_a_record(project)
    send_back(project)
    before = len(journal(project))
    app = workstation(project)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        assert "This record came back" in said_by(app) and "3 remarks by cleo" in said_by(app)
        user = app.screen.query_one("#user", ProseEditor)
        think = app.screen.query_one("#think", ProseEditor)
        assert (marked(app, "user"), marked(app, "think")) == (["last"], ["tokio"])
        await press(pilot, "alt+s")  # the verdict is about no place
        assert isinstance(focused(app), RemarksPanel)
        assert "Say more about why." in drawn(app)
        await press(pilot, "a")
        await press(pilot, "alt+s")
        assert focused(app) is user.area and user.area.selected_text == "last"
        assert "Which wait?" in drawn(app)
        await press(pilot, "alt+shift+a")
        assert isinstance(app.screen, PromptLine)
        await type_text(pilot, "The longest.")
        await press(pilot, "enter")
        await press(pilot, "alt+s")
        assert focused(app) is think.area and think.area.selected_text == "tokio"
        await press(pilot, "ctrl+end")
        think.area.move_cursor(think.area.document.end)
        await type_text(pilot, " It sleeps.")
        await press(pilot, "f2")
        await settle(pilot)
        assert marked(app, "think") == ["tokio"]  # saved, and not answered yet: it stays to be seen
        assert marked(app, "user") == []
    events = journal(project)[before:]
    verdict = next(event["id"] for event in journal(project) if event["kind"] == "review")
    notes = [event["id"] for event in journal(project) if event["kind"] == "comment"][:2]
    assert [event["kind"] for event in events] == ["comment", "comment", "revision"]
    assert [(one["about"], one["note"], one["answers"]) for one in events[:2]] == [
        ("answer", "", verdict),
        ("answer", "The longest.", notes[0]),
    ]
    assert (events[2]["user"], events[2]["think"]) == (USER, THINK + " It sleeps.")
    state = cleo(project).state(only_record(project))
    assert state.status == "submitted"


async def test_an_answer_is_taken_back_by_the_same_key(project: Project) -> None:
    left_on_a_record(project)
    send_back(project)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "alt+s", "a")
        assert "1 answered" in drawn(app)
        await press(pilot, "a")
        assert "0 answered" in drawn(app)
    judge = cleo(project)
    assert answered(judge.ledger(), only_record(project)) == frozenset()


async def test_words_that_changed_are_quoted_and_what_stays_of_them_is_marked(project: Project) -> None:
    left_on_a_record(project)
    send_back(project)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        user = app.screen.query_one("#user", ProseEditor)
        user.area.focus()
        user.go_to(0, 0)
        await type_text(pilot, "Please. ")
        await opened(pilot)
        assert marked(app, "user") == ["last"]
        at = user.text.index("last")
        user.go_to(at, at + 4)
        await type_text(pilot, "first")
        await opened(pilot)
        assert "(was: “last”)" in drawn(app)


async def test_a_reviewers_edit_is_shown_and_accepted(project: Project) -> None:
    left_on_a_record(project)
    cleo(project).edit(only_record(project), "Stop after the very last wait.", THINK)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "cleo changed your text" in said_by(app)
        await press(pilot, "alt+shift+e")
        assert isinstance(app.screen, EditedScreen)
        await press(pilot, "a")
        await settle(pilot)
        assert "1 answered" in drawn(app)
    events = journal(project)
    assert [event["kind"] for event in events] == ["revision", "revision", "comment"]
    assert (events[2]["about"], events[2]["revision"]) == ("note", events[1]["id"])


async def test_a_contested_edit_brings_the_authors_text_back(project: Project) -> None:
    left_on_a_record(project)
    cleo(project).edit(only_record(project), "Stop after the very last wait.", THINK)
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await press(pilot, "alt+shift+e", "b")
        await press(pilot, "enter")  # nothing said: it asks on
        assert isinstance(app.screen, PromptLine)
        await type_text(pilot, "Not the very last.")
        await press(pilot, "enter")
        await settle(pilot)
        assert app.screen.query_one("#user", ProseEditor).text == USER
    events = journal(project)
    assert [event["kind"] for event in events] == ["revision", "revision", "comment", "revision"]
    assert (events[2]["note"], events[3]["user"], events[3]["parents"]) == (
        "Not the very last.",
        USER,
        [events[1]["id"]],
    )


async def test_where_nobody_said_anything_there_is_no_list(project: Project) -> None:
    left_on_a_record(project)
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "alt+s")
        assert "Nobody has said anything" in said_by(app)
        assert not app.screen.query(RemarksPanel)


async def test_what_is_said_meanwhile_comes_without_taking_the_keys(project: Project) -> None:
    left_on_a_record(project)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        think = app.screen.query_one("#think", ProseEditor)
        think.area.focus()
        send_back(project)
        await pilot.pause(1.1)
        await opened(pilot)
        assert app.focused is think.area
        assert "3 remarks by cleo" in said_by(app)


async def test_the_list_of_topics_tells_what_came_back_and_a_key_goes_there(project: Project) -> None:
    left_on_a_record(project)
    send_back(project)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "alt+t")
        assert "1 record came back to you (practice 1)" in said_by(app)
        title = app.screen.query_one("#title", Static)
        assert "b: 1 record came back to you (practice 1)" in str(title.render())
        await press(pilot, "b")
        assert isinstance(app.screen, AnnotateScreen)
        await opened(pilot)
        assert app.screen.query_one("#user", ProseEditor).text == USER


async def test_nobody_else_is_told(project: Project) -> None:
    left_on_a_record(project)
    send_back(project)
    judge = cleo(project)
    viewers = {by: waiting(judge.ledger(), Viewer(by)).records for by in ("cleo", "dov")}
    assert viewers == {"cleo": (), "dov": ()}


async def test_blind_nobody_but_the_author_is_shown_what_others_said(project: Project) -> None:
    left_on_a_record(project)
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(spec.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    send_back(project)
    app = workstation(project)
    app._signing._by = "dov"
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app._open(TOPIC, only_record(project))
        await settle(pilot)
        assert app.screen.query_one("#user", ProseEditor).text == USER
        assert not app.screen.query(RemarksPanel)
        assert "cleo" not in "\n".join(screen_rows(app))
        assert "cleo" not in said_by(app)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "3 remarks by cleo" in said_by(app)


async def test_an_answer_that_cannot_be_written_is_told_and_its_words_come_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_on_a_record(project)
    send_back(project)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "alt+s", "w")
        await type_text(pilot, "Because.")

        def full(*_: object) -> None:
            raise StoreError("the disk is full", "make room")

        with monkeypatch.context() as broken:
            broken.setattr("app.store.journal.store.JournalStore.append", full)
            await press(pilot, "enter")
        assert "the disk is full" in said_by(app)
        assert isinstance(app.screen, PromptLine)
        await press(pilot, "enter")
        await settle(pilot)
        assert "1 answered" in drawn(app) and "Because." in drawn(app)
    assert [event["note"] for event in journal(project) if event.get("about") == "answer"] == ["Because."]
