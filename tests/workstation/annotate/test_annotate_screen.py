"""The main job on the screen: by keyboard alone, by mouse alone, at every size; and what it left on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Button

from app.annotate.session import AnnotateSession
from app.errors import SourceError, StoreError
from app.project.project import Project
from app.records.events import Revision
from app.repository.repository import Cancelled
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.origin import OriginScreen
from app.workstation.records.records_screen import RecordsScreen
from app.workstation.search.modal import SearchModal
from app.workstation.search.symbols import SymbolFinder
from app.workstation.topics.topics_screen import TopicsScreen
from tests.workstation.driver import (
    AN_ITEM,
    SIZES,
    THINK,
    TOPIC,
    USER,
    answer,
    expected,
    journal,
    open_topic,
    press,
    press_despite_errors,
    settle,
    type_text,
    workstation,
)
from widgets.bars.status import StatusLine
from widgets.dialogs.questions import Notice
from widgets.panels.block_panel import BlockPanel
from widgets.panels.preview import Preview
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_record_by_keyboard_alone(project: Project, size: tuple[int, int]) -> None:
    app = workstation(project)
    async with app.run_test(size=size) as pilot:
        await open_topic(pilot)
        await press(pilot, "f4")
        await type_text(pilot, "struct Retry")
        await press(pilot, "enter", "space", "f6")
        await type_text(pilot, USER)
        await press(pilot, "f6")
        await type_text(pilot, THINK)
        await press(pilot, "f2")
    (event,) = journal(project)
    assert (event["kind"], event["user"], event["think"]) == ("revision", USER, THINK)
    assert "main" in [span["role"] for span in event["block"]["spans"]]
    assert event["effort"]["typed"] == len(USER) + len(THINK)


async def test_a_record_by_mouse_alone_but_for_the_words(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, TopicsScreen)
        screen.highlight("practice")
        await pilot.click("#wish-open")
        await settle(pilot)
        pane = app.screen.query_one(SourcePane)
        item = next(i for i in pane.items if i.kind == "enum_item")
        line = pane.source.line_at(item.name_start)
        await pilot.click(SourcePane, offset=(20, line - pane.top))
        await settle(pilot)
        await pilot.click("#user")
        app.screen.query_one("#user", ProseEditor).area.insert_pasted(USER)
        app.screen.query_one("#think", ProseEditor).area.insert_pasted(THINK)
        await settle(pilot)
        status = app.screen.query_one(StatusLine)
        row = status.render_line(0).text
        await pilot.click(StatusLine, offset=(row.index("Save"), 0))
        await settle(pilot)
    (event,) = journal(project)
    assert item.path in [span["item"] for span in event["block"]["spans"] if span["role"] == "main"]
    assert event["effort"] == {"active_seconds": event["effort"]["active_seconds"], "typed": 0, "pasted": 59}


def _write(screen: AnnotateScreen, user: str = USER, think: str = THINK) -> None:
    screen.query_one("#user", ProseEditor).replace_all(user)
    screen.query_one("#think", ProseEditor).replace_all(think)


async def _filled(pilot: Pilot[None], think: str = THINK) -> AnnotateScreen:
    """From the topic list to all that a record needs but its saving, at one go."""
    screen = await open_topic(pilot)
    await press(pilot, *AN_ITEM)
    _write(screen, think=think)
    return screen


async def test_saved_reopened_edited_and_saved_again(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await _filled(pilot)
        await settle(pilot)
        await press(pilot, "f2", "ctrl+q")
    again = workstation(project)
    async with again.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert isinstance(again.screen, AnnotateScreen), "quitting and starting again goes on where one was"
        assert again.screen.query_one("#user", ProseEditor).text == USER
        await press(pilot, "f6")
        await type_text(pilot, " Now")
        await press(pilot, "f2")
    first, second = journal(project)
    assert second["parents"] == [first["id"]]
    assert second["user"] == f"{USER} Now"
    assert second["block"] == first["block"]


async def test_an_unsaved_draft_is_on_disk_within_a_second_and_comes_back(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        _write(screen, user="half a though")
        await settle(pilot)
        await pilot.pause(1.0)
        await settle(pilot)
        (file,) = (project.work_dir / "drafts" / "practice").glob("*.json")
        assert "half a though" in file.read_text("utf-8")
        # No clean end: the app is simply gone.
    again = workstation(project, "practice")
    async with again.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await answer(pilot, "enter")
        assert again.screen.query_one("#user", ProseEditor).text == "half a though"
    assert journal(project) == []


async def test_what_cannot_be_saved_stays_with_the_reason(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot, think="one </think> two")
        await press(pilot, "f2")
        assert screen.query_one("#think", ProseEditor).text == "one </think> two"
        assert journal(project) == []
        aside = project.datasets_dir.rename(project.root / "aside")
        project.datasets_dir.write_text("in the way", "utf-8")
        _write(screen)
        await press(pilot, "f2")
        assert screen.query_one("#user", ProseEditor).text == USER
        project.datasets_dir.unlink()
        aside.rename(project.datasets_dir)
        await press(pilot, "f2")
    assert len(journal(project)) == 1


async def test_undo_survives_saving(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, *AN_ITEM, "f6")
        await type_text(pilot, "one")
        screen.query_one("#think", ProseEditor).replace_all(THINK)
        await settle(pilot)
        await press(pilot, "f2", "ctrl+z")
        assert screen.query_one("#user", ProseEditor).text != "one"
    assert journal(project)[0]["user"] == "one"


async def test_withdrawn_and_restored_from_the_record_list(project: Project) -> None:
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(f"{spec.read_text('utf-8')}\n[review]\nown = true\n", "utf-8")
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot)
        await press(pilot, "f2", "f5")
        listed = app.screen
        assert isinstance(listed, RecordsScreen)
        await press(pilot, "d", "u", "a", "enter")
        assert screen.is_current
    assert [event["kind"] for event in journal(project)] == ["revision", "retract", "revision", "review"]


async def test_selections_in_test_code_are_refused(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "G", "space")
        assert screen.query_one(BlockPanel).cursor == 0
        assert any("test code" in str(note.message) for note in app._notifications)


async def test_block_changes_can_be_undone_and_dropped_pieces_come_back(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, *AN_ITEM)
        preview = screen.query_one(Preview)
        taken = preview.line_text
        screen.query_one(BlockPanel).focus()
        await press(pilot, "d")
        dropped = preview.line_text
        await press(pilot, "f11")
        assert (preview.line_text, dropped != taken) == (taken, True)


async def test_saving_offers_the_next_open_item_and_f9_begins_it(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot)
        await press(pilot, "f2")
        assert any("Next open item" in str(note.message) for note in app._notifications)
        await press(pilot, "f9")
        assert screen.query_one("#user", ProseEditor).text == ""


async def test_every_size_a_terminal_can_have(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        _write(screen)
        for width, height in ((20, 5), (1, 1), (80, 24), (200, 60), (20, 5), (120, 34)):
            await pilot.resize_terminal(width, height)
            await settle(pilot)
        assert screen.query_one("#user", ProseEditor).text == USER


async def test_a_missing_repository_says_how_to_get_it_and_goes_back(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, TopicsScreen)
        screen.highlight("task_processing")
        await press(pilot, "enter")
        assert isinstance(app.screen, Notice)
        await press(pilot, "escape")
        assert isinstance(app.screen, TopicsScreen)


async def test_a_broken_spec_and_broken_settings_do_not_stop_the_start(
    project: Project, tmp_path: Path
) -> None:
    (project.specs_dir / "broken.toml").write_text("title = ", "utf-8")
    (tmp_path / "home" / "config").mkdir(parents=True)
    (tmp_path / "home" / "config" / "settings.toml").write_text("theem = 1", "utf-8")
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)


async def test_help_and_palette_open_on_every_screen(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f1", "escape")
        await open_topic(pilot)
        await press(pilot, "f1", "escape", "ctrl+p", "escape")
        assert isinstance(app.screen, AnnotateScreen)


async def test_the_pane_names_of_a_narrow_screen_can_be_clicked(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_topic(pilot)
        await pilot.click("PaneBar", offset=(12, 0))
        await settle(pilot)
        assert screen.query_one("#pane-write").display
        assert not screen.query_one("#pane-source").display


async def test_buttons_of_the_topic_list(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert {str(b.label) for b in app.screen.query(Button)} >= {"Open", "Records", "Export", "Source"}


async def test_escape_leaves_the_record_list_and_the_filter(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f5", "escape")
        assert screen.is_current
        await press(pilot, "f5", "tab", "x", "escape")
        assert screen.is_current


async def test_beginning_another_record_keeps_the_unsaved_one(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f6")
        await pilot.press(*"first", "f9")
        await settle(pilot)
        assert screen.query_one("#user", ProseEditor).text == ""
        await type_text(pilot, "x")
        await press(pilot, "f5")
    texts = [file.read_text("utf-8") for file in (project.work_dir / "drafts" / "practice").glob("*.json")]
    assert any('"first"' in text for text in texts)


async def test_nothing_is_left_while_the_draft_cannot_be_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f6")

        def full(*_: object) -> None:
            raise StoreError("no room on the disk", "make some")

        monkeypatch.setattr(project.drafts.__class__, "save", full)
        await type_text(pilot, "precious")
        for key in ("f9", "f5", "ctrl+q"):
            await press(pilot, key)
            assert screen.is_current
            assert screen.query_one("#user", ProseEditor).text == "precious"


async def test_a_mistake_of_ours_while_saving_is_told_and_the_text_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot)

        def wrong(*_: object) -> None:
            raise RuntimeError("inner")

        with monkeypatch.context() as patched:
            patched.setattr(project.store.__class__, "append", wrong)
            await press_despite_errors(pilot, "f2")
        assert str(expected(app)) == "inner"
        assert "NOT SAVED" in screen.query_one(StatusLine).state_text
        await press(pilot, "f2")
    assert len(journal(project)) == 1


async def test_letters_typed_right_behind_f6_land_in_the_next_pane(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        # Found in tmux: a focus that is set a moment later lets what is already typed go to the old pane.
        for key in ("f6", "a", "f6", "b"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        texts = [screen.query_one(f"#{name}", ProseEditor).text for name in ("user", "think")]
    assert texts == ["a", "b"]


@pytest.mark.parametrize("key", ["f2", "f9", "f5", "ctrl+q"])
async def test_letters_typed_right_before_a_command_are_taken_along(project: Project, key: str) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await press(pilot, *AN_ITEM, "f6", "f6")
        # Found in tmux: a command's key overtook the letters that still waited for the text area.
        for name in (*"tokio and tracing".replace(" ", "_"), key):
            app.post_message(Key(name, name if len(name) == 1 else None))
        await settle(pilot)
    (draft,) = (project.work_dir / "drafts" / "practice").glob("*.json")
    assert '"think": "tokio_and_tracing"' in draft.read_text("utf-8")


async def test_after_a_crash_the_draft_being_written_comes_back_and_not_the_record_before_it(
    project: Project,
) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await _filled(pilot)
        await press(pilot, "f2", "ctrl+q")
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "f9", "f6")
        await type_text(pilot, "newer")
        await pilot.pause(0.8)
        await settle(pilot)
    again = workstation(project)
    async with again.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await answer(pilot, "escape")
        assert again.screen.query_one("#user", ProseEditor).text == "newer"


async def test_escape_leaves_a_topic_that_was_named_at_the_start(project: Project) -> None:
    app = workstation(project, "practice")
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, AnnotateScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TopicsScreen)


async def test_where_code_came_from_is_one_key_away(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "right_square_bracket", "right_square_bracket", "alt+l")
        assert isinstance(app.screen, OriginScreen)
        await press(pilot, "escape")
        assert app.screen_stack[-1] is screen


async def test_a_symbol_of_another_file_is_found_and_the_way_back_too(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        pane = screen.query_one(SourcePane)
        await press(pilot, "alt+d")
        assert isinstance(app.screen, SearchModal) and isinstance(app.screen.source, SymbolFinder)
        await type_text(pilot, "struct Backoff")
        await press(pilot, "enter")
        for _ in range(100):  # the index is made meanwhile, and enter waits for it
            if app.screen_stack[-1] is screen:
                break
            await pilot.pause(0.05)
        await settle(pilot)
        assert pane.source is not None
        assert pane.source.path == "src/backoff.rs"
        await press(pilot, "alt+left")
        assert pane.source.path == "src/retry.rs"
        await press(pilot, "alt+right")
        assert pane.source.path == "src/backoff.rs"


async def test_leaving_keeps_where_review_passes_were_left(project: Project) -> None:
    project.save_session({"reviews": {TOPIC: {"record": "01J00000000000000000000001"}}})
    async with workstation(project).run_test() as pilot:
        screen = await open_topic(pilot)
        screen.leave()
    session = project.session()
    assert session["topic"] == TOPIC
    assert session["reviews"] == {TOPIC: {"record": "01J00000000000000000000001"}}


async def test_a_save_keeps_the_code_as_well_and_is_not_held_up_where_that_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is on disk first; what goes wrong with its code is told once, by whichever thread it was tried."""
    held: list[tuple[int, bool]] = []
    told: list[str] = []
    notify = AnnotateScreen.notify

    def heard(screen: AnnotateScreen, message: str, **how: Any) -> None:
        if how.get("title") == "The code is not kept":
            told.append(message)
        notify(screen, message, **how)

    def failing(desk: AnnotateSession, revision: Revision, cancelled: Callable[[], bool]) -> None:
        saved = revision.id in [event["id"] for event in journal(project)]
        held.append(
            (len(journal(project)), saved and threading.current_thread() is not threading.main_thread())
        )
        raise SourceError("the clone cannot be written", "see to it")

    monkeypatch.setattr(AnnotateSession, "hold", failing)
    monkeypatch.setattr(AnnotateScreen, "notify", heard)
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot)
        await press(pilot, "f2")
        _write(screen, user=f"{USER} Now")
        await press(pilot, "f2")
        assert "saved" in screen.query_one(StatusLine).state_text.lower()
    assert held == [(1, True), (2, True)]
    why = "The record is saved. Its code may be lost if its branch is rewritten: the clone cannot be written"
    assert told == [f"{why}\n  → see to it"]


async def test_leaving_does_not_wait_for_code_that_is_still_being_fetched(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(desk: AnnotateSession, revision: Revision, cancelled: Callable[[], bool]) -> None:
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        ended.set()
        raise Cancelled("it was left")

    monkeypatch.setattr(AnnotateSession, "hold", slow)
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await _filled(pilot)
        screen.action_save()
        while not begun.is_set():
            await pilot.pause()
    assert ended.wait(60)  # leaving told it to end, and did not wait until it had
    assert len(journal(project)) == 1
