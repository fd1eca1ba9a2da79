"""Pastes and the clipboard in the whole workstation: what is not text stays out of every field, and that is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from app.project.project import Project
from app.workstation.app import Workstation
from tests.workstation.driver import TOPIC, open_topic, press, settle, workstation
from widgets.dialogs.note import NoteArea, NoteDialog
from widgets.prose.editor import ProseEditor

COLOURED = "a \x1b[31mred\x1b[0m\x00\u202e \x9bword"
PLAIN = "a [31mred[0m word"
NOTICE = "5 characters that are not text stayed out of the paste."


def said(pilot: Pilot[None]) -> list[str]:
    """Every notice there was about a paste."""
    return [note.message for note in pilot.app._notifications if "stayed out" in note.message]


@pytest.fixture
def app(project: Project) -> Iterator[Workstation]:
    """The workstation on a project."""
    yield workstation(project)


async def paste(pilot: Pilot[None], text: str) -> None:
    """As the driver hands a paste over."""
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


async def test_an_editor_takes_the_text_and_counts_it_as_pasted(project: Project, app: Workstation) -> None:
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f6")
        await paste(pilot, COLOURED)
        editor = screen.query_one("#user", ProseEditor)
        assert editor.text == PLAIN and said(pilot) == [NOTICE]
        screen.leave()
        (draft,) = project.drafts.all(TOPIC).drafts
        assert {"typed": 0, "pasted": len(PLAIN)}.items() <= dict(draft.payload["effort"]).items()


async def test_a_line_to_type_in_takes_the_text(app: Workstation) -> None:
    async with app.run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await press(pilot, "f4")
        await paste(pilot, COLOURED)
        assert app.screen.query_one(Input).value == PLAIN and said(pilot) == [NOTICE]


async def test_a_note_takes_the_text(app: Workstation) -> None:
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        app.push_screen(NoteDialog("Why?"))
        await settle(pilot)
        await paste(pilot, COLOURED)
        assert app.screen.query_one(NoteArea).text == PLAIN and said(pilot) == [NOTICE]


async def test_a_paste_where_nothing_is_typed_says_and_does_nothing(app: Workstation) -> None:
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await paste(pilot, COLOURED)
        await paste(pilot, "\x00")
        assert said(pilot) == []


async def test_a_paste_of_nothing_but_controls_changes_nothing(app: Workstation) -> None:
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        app.push_screen(NoteDialog("Why?", "because"))
        await settle(pilot)
        app.screen.query_one(NoteArea).select_all()
        await paste(pilot, "\x1b\x00")
        assert app.screen.query_one(NoteArea).text == "because"
        assert said(pilot) == ["2 characters that are not text stayed out of the paste."]


async def test_what_was_copied_from_code_is_fit_for_a_field(app: Workstation) -> None:
    """Text from a repository may hold escapes: Textual's own fields draw what they are given."""
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        app.copy_to_clipboard(COLOURED)
        await press(pilot, "f4", "ctrl+v")
        assert app.screen.query_one(Input).value == PLAIN
        await press(pilot, "escape")
        app.push_screen(NoteDialog("Why?"))
        await settle(pilot)
        await press(pilot, "ctrl+v")
        assert app.screen.query_one(NoteArea).text == PLAIN
        await press(pilot, "escape")
        screen.query_one("#user", ProseEditor).area.focus()
        await press(pilot, "ctrl+v")
        assert screen.query_one("#user", ProseEditor).text == PLAIN and said(pilot) == [NOTICE]
