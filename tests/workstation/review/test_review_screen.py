"""The review screen: what each key leaves in the journal, what is in sight, and what blind people do not see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from app.errors import StoreError
from app.project.project import Project
from app.records.events import Retraction, Review, Revision, make_comment
from app.review.passes import Plan
from app.settings.person import Settings
from app.store.drafts.drafts import DraftKey
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.review.edit import EditScreen
from app.workstation.review.modals import CodeInFile, Difference, Guidelines
from app.workstation.review.review_screen import ReviewScreen
from tests.quiet import quieten
from tests.store.events import moment, record_id, review, revision
from tests.widgets.drawn import HOSTILE, check_clean, screen_rows
from tests.workstation.driver import TOPIC, journal, press, settle, type_text
from tests.workstation.host import Host, project_with
from widgets.bars.status import StatusLine
from widgets.dialogs.note import NoteArea, NoteDialog
from widgets.dialogs.questions import Confirm
from widgets.prose.editor import ProseEditor
from widgets.record.view import RecordView

ONE = revision(record=1, second=0, user="Write a pause.")
TWO = revision(record=2, second=1, user="Write a longer pause.")
THREE = revision(record=3, second=2, user="Write a third pause.")
Happened = Revision | Review | Retraction


class Clock:
    """A time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    yield


def made(root: Path, *events: Happened, rules: str = "") -> Project:
    """A project with quiet checks, these events, and a review table of these lines."""
    project = project_with(root, *events)
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(f"{spec.read_text('utf-8')}\n[review]\n{rules}\n", "utf-8")
    quieten(project.root)
    return project


def screen_on(project: Project, by: str = "eve", **more: Any) -> Host:
    return Host(ReviewScreen(project, TOPIC, Settings(), by, **more))


def desk(app: Host) -> ReviewScreen:
    found = app.screen
    assert isinstance(found, ReviewScreen), found
    return found


def told(app: Host) -> str:
    """What the status line says."""
    line = app.screen.query_one(StatusLine)
    return f"{line.left} | {line.state_text}"


def shown(app: Host) -> str:
    return "\n".join(screen_rows(app))


def said(project: Project) -> list[tuple[str, str, str]]:
    """What this person's keys left: (record, kind or verdict, note) of every event by eve."""
    return [
        (event["record"], event.get("verdict") or event.get("about") or event["kind"], event.get("note", ""))
        for event in journal(project)
        if event["by"] == "eve"
    ]


async def note(pilot: Pilot[Any], text: str) -> None:
    """Answer the question for a note."""
    assert isinstance(pilot.app.screen, NoteDialog), pilot.app.screen
    await type_text(pilot, text)
    await press(pilot, "enter")


R1, R2, R3 = record_id(1), record_id(2), record_id(3)


async def test_each_verdict_is_one_event_and_the_next_record_comes(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        assert "Write a pause." in shown(app) and "3 open" in told(app)
        await press(pilot, "a")
        assert said(project) == [(R1, "accept", "")]
        assert "Write a longer pause." in shown(app) and "2 open" in told(app) and "accepted" in told(app)
        await press(pilot, "r")
        await note(pilot, "too long")
        assert said(project)[1:] == [(R2, "return", "too long")]
        await press(pilot, "x")
        await note(pilot, "no need")
        assert said(project)[2:] == [(R3, "reject", "no need")]
        assert "nothing left" in told(app)
        await press(pilot, "q")
    assert app.results == [None]
    assert {event.get("revision") for event in journal(project) if event["by"] == "eve"} == {
        ONE.id,
        TWO.id,
        THREE.id,
    }


async def test_a_note_is_required_and_may_have_several_lines(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "enter")
        assert isinstance(app.screen, NoteDialog) and said(project) == []
        await press(pilot, "a", "ctrl+j", "b", "escape")
        assert said(project) == [] and isinstance(app.screen, ReviewScreen)
        await press(pilot, "r", "a", "ctrl+j", "b", "enter")
        assert said(project) == [(R1, "return", "a\nb")]


async def test_skip_next_and_previous_leave_nothing_in_the_journal(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        assert "2/3" in told(app) and "3 open" in told(app)
        await press(pilot, "n", "n")
        assert "3/3" in told(app) and "last one" in app.said
        await press(pilot, "p", "p", "p")
        assert "1/3" in told(app) and "first one" in app.said
        await press(pilot, "a", "p")
        assert "1/3" in told(app) and "you judged it" in told(app)
        assert said(project) == [(R1, "accept", "")]


async def test_undo_goes_back_one_after_the_other_and_redo_does_it_again(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "a", "a")
        assert "0 open" in told(app)
        await press(pilot, "u")
        assert "Write a longer pause." in shown(app) and "1 open" in told(app)
        await press(pilot, "u")
        assert "Write a pause." in shown(app) and "2 open" in told(app)
        assert [what for _, what, _ in said(project)] == ["accept", "accept", "clear", "clear"]
        await press(pilot, "u")
        assert "nothing of this pass" in app.said and len(said(project)) == 4
        await press(pilot, "U")
        assert said(project)[4:] == [(R1, "accept", "")] and "1 open" in told(app)


async def test_comment_on_a_marked_range_on_a_field_and_a_flag_that_comes_off(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "right", "right", "v", "right", "right", "right", "right", "c")
        await note(pilot, "which")
        await press(pilot, "2", "c")
        await note(pilot, "short")
        await press(pilot, "f")
        comments = [event for event in journal(project) if event["kind"] == "comment"]
        assert [event["place"] for event in comments] == [
            {"field": "think", "start": 2, "end": 7},
            {"field": "block", "start": 0, "end": len(ONE.block.text)},
            None,
        ]
        assert all(event["revision"] == ONE.id and event["record"] == R1 for event in comments)
        assert [what for _, what, _ in said(project)] == ["note", "note", "flag"]
        assert "eve on think: which" in shown(app) and "⚑ eve" in told(app)
        await press(pilot, "f")
        assert journal(project)[-1]["withdrawn"] and "⚑" not in told(app)
        await press(pilot, "u", "u", "u")
        assert "eve on think: which" in shown(app) and "eve on block" not in shown(app)


async def test_a_note_goes_with_the_marked_range(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "v", "right", "r")
        await note(pilot, "why")
        assert journal(project)[-1]["place"] == {"field": "think", "start": 0, "end": 2}


async def test_a_drag_marks_a_range(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        view = app.screen.query_one("#user", RecordView)
        await pilot.mouse_down(view, offset=(1, 1))
        await pilot.hover(view, offset=(5, 1))
        await pilot.mouse_up(view, offset=(5, 1))
        assert view.selected == (0, 5)
        await press(pilot, "escape")
        assert view.selected is None and isinstance(app.screen, ReviewScreen)


async def test_a_failed_append_stays_on_the_record_and_gives_the_note_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made(tmp_path / "p", ONE, TWO)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)

        def full(*_: object) -> None:
            raise StoreError("the disk is full", "make room")

        with monkeypatch.context() as broken:
            broken.setattr(project.store, "append", full)
            await press(pilot, "a")
            assert "1/2" in told(app) and "NOT SAVED" in told(app) and "disk is full" in app.said
            await press(pilot, "r")
            await note(pilot, "keep this")
            assert isinstance(app.screen, NoteDialog)
            assert app.screen.query_one(NoteArea).text == "keep this" and "disk is full" in shown(app)
        await press(pilot, "enter")
        assert said(project) == [(R1, "return", "keep this")] and "2/2" in told(app)


def act(screen: ReviewScreen, name: str) -> None:
    """Do what a key does, at once."""
    getattr(screen, f"action_{name}")()


async def test_a_key_while_a_verdict_is_written_does_nothing_and_says_so(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = desk(app)
        act(screen, "accept")
        act(screen, "accept")
        act(screen, "skip")
        await settle(pilot)
        assert said(project) == [(R1, "accept", "")] and "did nothing" in app.said and "2/3" in told(app)


async def test_no_verdict_on_a_record_that_was_not_painted(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = desk(app)
        assert screen.reader.session is not None
        screen.reader.show(screen.reader.read(screen.reader.session, R2))
        act(screen, "accept")
        await settle(pilot)
        assert said(project) == [] and "only just come" in app.said
        await pilot.pause(1.0)
        act(screen, "accept")
        await settle(pilot)
        assert said(project) == [(R2, "accept", "")]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_words_for_a_note_that_was_refused_are_no_commands(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        screen = desk(app)
        before = screen.focused
        screen.reader.seen = False  # as while the record is still being painted
        await pilot.press("r")
        screen.reader.seen = True
        await pilot.press(*"Name a unit, p", "enter", *"fax")
        await settle(pilot)
        assert desk(app).focused is before and "1/3" in told(app)
        assert said(project) == [] and "only just come" in app.said
        await pilot.pause(1.0)
        await press(pilot, "r", *"Name it", "enter")
        assert said(project) == [(R1, "return", "Name it")]


async def test_a_key_held_down_goes_on_from_record_to_record(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = desk(app)
        screen.runner.busy = True  # as while a record is being read
        await pilot.press("n", "n")
        screen.runner.busy = False
        await press(pilot, "n", "n")
        assert "3/3" in told(app) and "did nothing" not in app.said


async def test_a_text_that_changed_meanwhile_is_not_judged_unread(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    newer = revision(record=1, second=60, parents=(ONE,), user="Write a pause that ends.")
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        project.store.append(TOPIC, [newer])
        await press(pilot, "a")
        assert said(project) == []
        assert "Write a pause that ends." in shown(app) and "does not say that any more" in app.said
        await press(pilot, "a")
        assert journal(project)[-1]["revision"] == newer.id


async def test_a_change_by_others_is_seen_and_told(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        newer = revision(record=1, second=60, parents=(ONE,), by="bob", user="Write a pause that ends.")
        project.store.append(TOPIC, [newer])
        desk(app).journal_changed()
        await settle(pilot)
        assert "Write a pause that ends." in shown(app) and "bob has saved a new text" in app.said
        project.store.append(TOPIC, [review(newer, "accept", second=90, by="zed")])
        desk(app).journal_changed()
        await settle(pilot)
        assert "zed" in shown(app) and "accepted" in told(app)


async def test_reading_time_is_kept_and_too_little_is_pointed_out(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, rules="minimum_seconds = 10")
    clock = Clock()
    app = screen_on(project, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.now += 12
        await press(pilot, "down")
        clock.now += 100  # of a long silence only its beginning is reading
        await press(pilot, "a")
        assert "of reading" not in app.said
        clock.now += 3
        await press(pilot, "a")
        assert "Accepted after 3 s of reading; u takes it back." in app.said
    assert [event["reading_seconds"] for event in journal(project)[2:]] == [42, 3]


async def test_nobody_judges_their_own_unless_the_project_lets_them(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project, "ada", plan=Plan("all"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        assert len(journal(project)) == 1 and "nobody judges their own" in app.said
    project = made(tmp_path / "q", ONE, rules="own = true")
    app = screen_on(project, "ada")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        assert journal(project)[-1]["verdict"] == "accept"


async def test_a_long_paste_into_an_edit_on_the_spot_or_a_note_is_undone(tmp_path: Path) -> None:
    """Textual's issue 6686: the program ended when undo made the scroll bar go."""
    app = screen_on(made(tmp_path / "p", ONE))
    lines = "\n".join("one more line" for _ in range(60))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        assert isinstance(app.screen, EditScreen)
        editor = app.screen.query_one("#think", ProseEditor)
        before = editor.text
        app.post_message(Paste(lines))
        await settle(pilot)
        assert editor.text == lines + before and editor.area.show_vertical_scrollbar
        await press(pilot, "ctrl+z")
        assert editor.text == before and not editor.area.show_vertical_scrollbar
        app.screen.dismiss(None)
        await press(pilot, "r")
        app.post_message(Paste(lines))
        await settle(pilot)
        area = app.screen.query_one(NoteArea)
        assert area.text == lines
        await press(pilot, "ctrl+z")
        assert area.text == ""


async def test_an_edit_on_the_spot_is_a_revision_and_undone_like_any_act(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        assert isinstance(app.screen, EditScreen)
        await type_text(pilot, "So. ")
        await press(pilot, "f2")
        made_ = journal(project)[-1]
        assert (made_["kind"], made_["by"], made_["parents"]) == ("revision", "eve", [ONE.id])
        assert made_["think"].startswith("So. A pause") and made_["block"] == journal(project)[0]["block"]
        assert "So. A pause" in shown(app) and project.drafts.all(TOPIC).drafts == ()
        await press(pilot, "d")
        assert isinstance(app.screen, Difference) and "ada" in shown(app)
        await press(pilot, "escape", "u")
        assert "So. A pause" not in shown(app) and len(said(project)) == 2


async def test_an_edit_that_is_left_is_asked_about_and_a_crash_loses_none(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "escape")
        assert isinstance(app.screen, ReviewScreen)
        await press(pilot, "e")
        await type_text(pilot, "So. ")
        assert isinstance(app.screen, EditScreen) and app.screen.leave()
    kept = project.drafts.load(DraftKey(TOPIC, R1, "eve"))
    assert kept is not None and str(kept.payload["think"]).startswith("So. ")
    app = screen_on(Project(project.root))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        assert "draft of this record is taken up" in app.said
        await press(pilot, "escape")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "n", "f2")
    assert journal(project)[-1]["think"].startswith("So. ")


async def test_a_pass_goes_on_where_it_was_left(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", "s")
        assert "3/3" in told(app)
    app = screen_on(Project(project.root))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        assert "Write a third pause." in shown(app)


async def test_only_the_records_of_a_filter(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE)
    app = screen_on(project, only=[R2], filtered="text:longer")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "1/1" in told(app) and "text:longer" in told(app)
        await press(pilot, "a")
        assert "nothing left" in told(app)


async def test_a_conflict_leads_to_its_screen_and_cannot_be_judged(tmp_path: Path) -> None:
    left = revision(record=1, second=60, parents=(ONE,), user="Left.")
    right = revision(record=1, second=61, parents=(ONE,), by="bob", user="Right.")
    project = made(tmp_path / "p", ONE, left, right)
    app = screen_on(project, plan=Plan("conflicts"))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        assert "2 texts stand beside each other" in shown(app)
        await press(pilot, "a")
        assert said(project) == [] and "settle the conflict first" in app.said
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictScreen)
        await press(pilot, "1")
        assert isinstance(app.screen, ReviewScreen) and "0 open" in told(app)


async def test_what_is_shown_over_the_record(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "h")
        assert isinstance(app.screen, HistoryScreen)
        await press(pilot, "escape", "g")
        assert isinstance(app.screen, Guidelines)
        await press(pilot, "escape", "d")
        assert "first text" in app.said
        await press(pilot, "o")
        assert isinstance(app.screen, ReviewScreen) and "not on this machine" in app.said
        assert said(project) == []


async def test_findings_are_gone_to_one_after_the_other_and_explained(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "full_stop")
        first = desk(app).reader.current
        await press(pilot, "N")
        assert first == "finding 0" and desk(app).reader.current == "finding 1"
        await press(pilot, "comma", "enter")
        assert type(app.screen).__name__ == "ExplainScreen"


async def test_the_code_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.project.project import init_project

    project = init_project(tmp_path / "p", samples=True)[0]
    app = screen_on(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        assert isinstance(app.screen, CodeInFile) and "src/worker.rs" in shown(app)
        assert "pub struct Worker" in shown(app) or "impl<Q, T, C>" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReviewScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_nothing_of_a_strangers_text_is_obeyed(tmp_path: Path, size: tuple[int, int]) -> None:
    hostile = revision(record=1, by=HOSTILE, user=HOSTILE, think=f"[bold]{HOSTILE}")
    shouted = make_comment(
        record=R1,
        by=HOSTILE,
        comment=record_id(9),
        revision=hostile.id,
        about="note",
        note=HOSTILE,
        at=moment(9),
    )
    project = made(tmp_path / "p", hostile)
    project.store.append(TOPIC, [shouted])
    app = screen_on(project)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("1", "2", "3", "4"):
            await press(pilot, key)
            check_clean(screen_rows(app), size[0])
        await press(pilot, "1")
        assert "[bold]" in shown(app)


# -- blind

OTHERS: tuple[Happened, ...] = (
    review(ONE, "reject", second=100, by="bob"),
    review(TWO, "return", second=101, by="cleo"),
    review(THREE, "accept", second=102, by="bob"),
)


def _others_say(project: Project) -> None:
    comment = make_comment(
        record=R1,
        by="bob",
        comment=record_id(8),
        revision=ONE.id,
        about="note",
        note="no good at all",
        at=moment(103),
    )
    flag = make_comment(
        record=R2, by="cleo", comment=record_id(7), revision=TWO.id, about="flag", at=moment(104)
    )
    project.store.append(TOPIC, [*OTHERS, comment, flag])


async def _walked(project: Project, *keys: str) -> list[str]:
    """What is drawn on the way through a pass, step by step, and said."""
    app = screen_on(project)
    drawn = []
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        for key in (*keys, "p"):
            drawn.append(shown(app))
            await press(pilot, key)
        drawn += [shown(app), app.said]
    return drawn


async def test_blind_nothing_of_others_is_drawn_before_ones_own_verdict(tmp_path: Path) -> None:
    quiet = made(tmp_path / "a", ONE, TWO, THREE, rules="blind = true")
    loud = made(tmp_path / "b", ONE, TWO, THREE, rules="blind = true")
    _others_say(loud)
    keys = ("full_stop", "s", "h", "s", "n")
    assert await _walked(quiet, *keys) == await _walked(loud, *keys)
    open_ = made(tmp_path / "c", ONE, TWO, THREE)
    _others_say(open_)
    assert await _walked(open_, *keys) != await _walked(quiet, *keys)  # or the test would prove nothing


async def test_blind_others_that_come_while_one_reads_change_nothing_on_the_screen(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE, TWO, THREE, rules="blind = true")
    app = screen_on(project)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        before = shown(app)
        _others_say(project)
        desk(app).journal_changed()
        await settle(pilot)
        assert shown(app) == before and app.said == ""
        await press(pilot, "a", "p")
        assert "no good at all" in shown(app) and "rejected" in told(app)


# -- the whole of it


async def test_a_long_mixed_pass_leaves_just_what_the_keys_said(tmp_path: Path) -> None:
    texts = [revision(record=number, second=number, user=f"Write pause {number}.") for number in range(1, 13)]
    project = made(tmp_path / "p", *texts)
    app = screen_on(project)
    wanted = []
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for number in range(1, 13, 4):
            await press(pilot, "a", "r")
            await note(pilot, "more")
            await press(pilot, "f", "x")
            await note(pilot, "no")
            await press(pilot, "c")
            await note(pilot, "hm")
            await press(pilot, "u", "a")
            wanted += [
                (record_id(number), "accept", ""),
                (record_id(number + 1), "return", "more"),
                (record_id(number + 2), "flag", ""),
                (record_id(number + 2), "reject", "no"),
                (record_id(number + 3), "note", "hm"),
                (record_id(number + 3), "note", "hm"),
                (record_id(number + 3), "accept", ""),
            ]
        assert "0 open" in told(app)
    assert said(project) == wanted
    assert all(journal(project)[12 + at].get("withdrawn") for at in (5, 12, 19))


async def test_leaving_while_others_are_learnt_holds_nothing_up(tmp_path: Path) -> None:
    project = made(tmp_path / "p", ONE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        going = desk(app).reader.session
        assert going is not None
        with going._desk._guard:  # a study that takes long
            await pilot.press("q")
            await pilot.pause()
            assert app.results == [None]


async def test_the_header_says_when_nothing_is_to_be_reviewed(tmp_path: Path) -> None:
    project = made(tmp_path / "p", review(ONE, "accept", second=9, by="eve"), ONE)
    app = screen_on(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", "n", "full_stop", "d", "h", "o", "e", "c", "enter")
        assert "0 open" in told(app) and isinstance(app.screen, ReviewScreen)
        assert len(journal(project)) == 2


async def test_a_late_word_on_a_slow_disk_says_nothing_of_what_comes_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.workstation.review.review_screen._SLOW", 0.3)
    async with screen_on(made(tmp_path, ONE, TWO)).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ReviewScreen)
        await press(pilot, "a")
        line = screen.query_one(StatusLine)
        assert line._state == "saved"
        screen.runner.busy = True  # as while the next record is read
        await pilot.pause(0.4)
        assert line._state == "saved"
        screen.runner.busy = False
