"""The queue on the screen: what keys show, and that the journal holds exactly what they said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.project.project import Project
from app.review.queue import SavedFilters, Wish
from app.settings.person import Settings
from app.workstation.queue.queue_screen import QueueScreen
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.review.review_screen import ReviewScreen
from app.workstation.topics.topics_screen import TopicsScreen
from tests.store.events import record_id, review, revision
from tests.workstation.driver import TOPIC, answer, journal, press, settle, type_text, workstation
from widgets.bars.filter import FilterBar
from widgets.bars.sections import SectionBar
from widgets.bars.status import StatusLine
from widgets.dialogs.choose import Choose
from widgets.pick.finder import Finder
from widgets.record.table import RecordTable

SIZES = [(120, 40), (80, 24)]


def fill(project: Project) -> None:
    """Six records by ada, one by bob, one in conflict."""
    project.store.append(
        TOPIC, [revision(number, number, user=f"Request {number}.") for number in range(1, 7)]
    )
    project.store.append(TOPIC, [revision(7, 7, by="bob", user="Bob’s own.")])
    fork = revision(8, 8)
    both = [revision(8, at, (fork,), by=by, user=f"{by} says.") for at, by in ((9, "ada"), (10, "cleo"))]
    project.store.append(TOPIC, [fork, *both])


async def open_queue(pilot: Pilot[None], project: Project, by: str = "bob", filter: str = "") -> QueueScreen:
    await settle(pilot)
    screen = QueueScreen(project, Settings(), by, TOPIC, filter=filter)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


def listed(screen: QueueScreen) -> list[str]:
    table = screen.query_one(RecordTable)
    return [table._all[at].record for at in range(table.count)]


def marked(screen: QueueScreen) -> str:
    row = screen.query_one(RecordTable).marked
    return row.record if row is not None else ""


def drawn(screen: QueueScreen) -> str:
    """What stands on the screen."""
    strips = screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def ids(*numbers: int) -> list[str]:
    return [record_id(number) for number in numbers]


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_list_of_topics_one_key_shows_what_is_to_review(
    project: Project, size: tuple[int, int]
) -> None:
    fill(project)
    app = workstation(project)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, TopicsScreen)
        app.screen.highlight(TOPIC)
        await press(pilot, "v")
        await settle(pilot)
        assert isinstance(app.screen, QueueScreen)
        assert set(ids(1, 2, 3, 4, 5, 6)) <= set(listed(app.screen))
        assert "▸To review" in drawn(app.screen)
        assert "Conflicts 1" in drawn(app.screen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TopicsScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_tab_goes_through_the_sections_and_a_capital_c_to_the_conflicts(
    project: Project, size: tuple[int, int]
) -> None:
    fill(project)
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_queue(pilot, project)
        bar, seen = screen.query_one(SectionBar), []
        for _ in range(7):
            seen.append((bar.active, len(listed(screen))))
            assert f"▸{dict(bar._sections)[bar.active]} {len(listed(screen))}" in drawn(screen)
            await press(pilot, "tab")
        assert seen == [
            ("review", 6),
            ("returned", 0),
            ("conflicts", 1),
            ("disputed", 0),
            ("stale", 0),
            ("findings", 8),
            ("all", 8),
        ]
        assert bar.active == "review"
        await press(pilot, "shift+tab")
        assert bar.active == "all"
        await press(pilot, "C", "enter")
        assert isinstance(pilot.app.screen, ConflictScreen)


async def test_each_key_of_a_filter_is_followed(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "slash")
        await type_text(pilot, "reques")
        assert listed(screen) == ids(1, 2, 3, 4, 5, 6)
        await type_text(pilot, "t 3")
        assert listed(screen) == ids(3)
        assert screen.query_one(RecordTable).pinned_parts(0, 80)[0].text == "1 of 6 records"
        await press(pilot, "enter")
        assert isinstance(screen.focused, RecordTable)
        assert listed(screen) == ids(3)


@pytest.mark.parametrize("size", SIZES)
async def test_a_wrong_filter_shows_its_place_and_remedy_and_leaves_the_list(
    project: Project, size: tuple[int, int]
) -> None:
    fill(project)
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "slash")
        await type_text(pilot, "ab ")
        await type_text(pilot, "statuz:x")
        lines = drawn(screen).splitlines()
        at = next(y for y, line in enumerate(lines) if "▲" in line)
        assert lines[at].index("▲") == lines[at - 1].index("statuz")
        assert "did you mean status:?" in screen.query_one(FilterBar).told
        assert "→" in screen.query_one(FilterBar).told
        assert listed(screen) == []  # of "ab", the last filter that could be meant
        await press(pilot, "escape", "b")
        assert not isinstance(pilot.app.screen, Choose)  # what is listed is not what the filter says
        await press(pilot, "slash", "ctrl+u")
        assert screen.query_one(FilterBar).told == ""
        assert len(listed(screen)) == 6


async def test_nothing_is_asked_of_all_that_are_listed_while_the_filter_says_something_else(
    project: Project,
) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "slash")
        await type_text(pilot, "request )")
        assert listed(screen) == ids(1, 2, 3, 4, 5, 6)  # of "request", the last filter that could be meant
        await press(pilot, "escape", "b")
        assert pilot.app.screen is screen
        assert any("mend the filter first" in toast.message for toast in pilot.app._notifications)
        await press(pilot, "slash", "backspace", "escape", "b")
        assert isinstance(pilot.app.screen, Choose)


async def test_a_filter_given_by_another_screen_is_held_against_all_records(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project, filter="author:bob")
        assert listed(screen) == ids(7)
        assert screen.query_one(SectionBar).active == "all"
        assert screen.query_one(Input).value == "author:bob"


@pytest.mark.parametrize("size", SIZES)
async def test_a_verdict_on_many_is_on_exactly_those_listed_and_undone_as_one(
    project: Project, size: tuple[int, int]
) -> None:
    fill(project)
    before = journal(project)
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_queue(pilot, project, filter="-item:nothing")
        await press(pilot, "b")
        question = pilot.app.screen
        assert isinstance(question, Choose)
        assert question._title_text == "One verdict on 6 records of 8 listed?"
        assert "filter: -item:nothing" in question._text
        assert "1 in conflict; 1 your own" in question._text
        assert "Request 1." in question._text
        await answer(pilot, "2")
        await press(pilot, "enter")  # a note is needed
        assert journal(project) == before
        await type_text(pilot, "Say why")
        await press(pilot, "enter")
        await settle(pilot)
        given = journal(project)[len(before) :]
        assert [(event["record"], event["verdict"], event["note"]) for event in given] == [
            (record, "return", "Say why") for record in ids(1, 2, 3, 4, 5, 6)
        ]
        assert {event["by"] for event in given} == {"bob"}
        assert "returned" in drawn(screen)
        await press(pilot, "u")
        await settle(pilot)
        undone = journal(project)[len(before) + 6 :]
        assert sorted((event["record"], event["verdict"]) for event in undone) == [
            (record, "clear") for record in ids(1, 2, 3, 4, 5, 6)
        ]
        await press(pilot, "shift+tab", "tab", "tab")
        assert listed(screen) == ids(1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("4",), ("3", "escape")])
async def test_a_question_that_is_not_answered_judges_nothing(
    project: Project, keys: tuple[str, ...]
) -> None:
    fill(project)
    before = journal(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "b", *keys)
        assert pilot.app.screen is screen
        assert journal(project) == before


async def test_a_record_that_changes_behind_the_question_stops_them_all(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await open_queue(pilot, project)
        await press(pilot, "b")
        first = revision(2, 2, user="Request 2.")
        project.store.append(TOPIC, [revision(2, 60, (first,), user="Quite another request.")])
        before = journal(project)
        await answer(pilot, "1")
        await settle(pilot)
        assert journal(project) == before
        assert any("does not say that any more" in toast.message for toast in pilot.app._notifications)


async def test_enter_reviews_the_record_and_the_mark_is_there_on_the_way_back(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "down", "down", "down", "enter")
        await settle(pilot)
        over: object = pilot.app.screen
        assert isinstance(over, ReviewScreen)
        await press(pilot, "a")
        await settle(pilot)
        await press(pilot, "q")
        await settle(pilot)
        assert pilot.app.screen is screen
        assert [(event["record"], event["verdict"]) for event in journal(project)[10:]] == [
            (ids(4)[0], "accept")
        ]
        assert listed(screen) == ids(1, 2, 3, 5, 6)
        assert marked(screen) == ids(5)[0]


async def from_topics(pilot: Pilot[None]) -> QueueScreen:
    """The queue as the key in the list of topics opens it."""
    await settle(pilot)
    assert isinstance(pilot.app.screen, TopicsScreen)
    pilot.app.screen.highlight(TOPIC)
    await press(pilot, "v")
    await settle(pilot)
    assert isinstance(pilot.app.screen, QueueScreen)
    return pilot.app.screen


async def test_next_time_the_mark_is_where_the_pass_was_left(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await from_topics(pilot)
        await press(pilot, "down", "enter", "a", "n")  # the second is accepted, the third passed over
        assert isinstance(pilot.app.screen, ReviewScreen)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await from_topics(pilot)
        assert marked(screen) == ids(4)[0]
    project.store.append(TOPIC, [review(revision(4, 4, user="Request 4."), "accept", 11, by="cleo")])
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await from_topics(pilot)
        assert ids(4)[0] not in listed(screen)
        assert marked(screen) == ids(5)[0]  # the next one, for that one was judged meanwhile


async def test_next_time_the_list_is_the_one_that_was_left_until_nothing_is_in_it(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await from_topics(pilot)
        await press(pilot, "o", "o", "slash")
        await type_text(pilot, '"Request 3"')
        await press(pilot, "enter", "enter")
        assert isinstance(pilot.app.screen, ReviewScreen)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await from_topics(pilot)
        assert screen.query_one(FilterBar).value == '"Request 3"'
        assert (screen.queue.wish.order, listed(screen)) == ("file", ids(3))
        await press(pilot, "enter", "a", "q")
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await from_topics(pilot)
        assert screen.query_one(FilterBar).value == ""
        assert screen.queue.wish.section == "review" and ids(3)[0] not in listed(screen)
        assert len(listed(screen)) >= 5


async def test_what_a_second_person_does_is_seen_and_the_mark_stays(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "down", "down", "down")
        assert marked(screen) == ids(4)[0]
        project.store.append(TOPIC, [review(revision(1, 1, user="Request 1."), "accept", 70, by="cleo")])
        project.store.append(TOPIC, [revision(9, 80)])
        screen.journal_changed()
        await settle(pilot)
        assert listed(screen) == ids(2, 3, 4, 5, 6, 9)
        assert marked(screen) == ids(4)[0]
        await press(pilot, "slash")
        project.store.append(TOPIC, [revision(10, 90)])
        screen.journal_changed()
        await settle(pilot)
        assert isinstance(screen.focused, Input)
        assert listed(screen) == ids(2, 3, 4, 5, 6, 9, 10)


async def test_news_is_listed_although_another_look_begins_before_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        assert screen.queue.listing is not None
        take = screen.queue.listing.take

        def interrupted(cancelled: Callable[[], bool]) -> bool:
            found = take(cancelled)
            if found:
                screen.app.call_from_thread(screen.queue.look_again)
            return found

        monkeypatch.setattr(screen.queue.listing, "take", interrupted)
        project.store.append(TOPIC, [revision(20, 20)])
        screen.journal_changed()
        await settle(pilot)
        assert ids(20)[0] in listed(screen)


async def test_blind_screens_are_the_same_whatever_others_said(project: Project) -> None:
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(spec.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "shift+tab")
        before = drawn(screen)
        assert "submitted" in before
        said = review(revision(1, 1, user="Request 1."), "reject", 70, by="cleo")
        project.store.append(TOPIC, [said])
        screen.journal_changed()
        await settle(pilot)
        assert drawn(screen) == before
        await press(pilot, "home", "h")
        await settle(pilot)
        assert pilot.app.screen is not screen
        strips = pilot.app.screen._compositor.render_strips()
        assert "cleo" not in "".join(segment.text for strip in strips for segment in strip)


async def test_filters_are_saved_under_names_and_come_back(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project, filter="author:bob")
        await press(pilot, "o", "f2")
        await type_text(pilot, "bobs")
        await press(pilot, "enter")
        await settle(pilot)
        assert SavedFilters().load().filters == {"bobs": Wish("all", "riskiest", "author:bob")}
        await press(pilot, "slash", "ctrl+u", "escape", "tab")
        assert len(listed(screen)) == 6
        await press(pilot, "ctrl+o")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Finder)
        await press(pilot, "enter")
        await settle(pilot)
        assert listed(screen) == ids(7)
        assert screen.query_one(SectionBar).active == "all"
        await press(pilot, "f3")
        await type_text(pilot, "forget")
        await press(pilot, "enter")
        await press(pilot, "enter")
        await settle(pilot)
        assert SavedFilters().load().filters == {}


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_topic_says_what_to_do_next(project: Project, size: tuple[int, int]) -> None:
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_queue(pilot, project)
        assert "There are no records yet." in drawn(screen)
        await press(pilot, "enter", "b", "u", "h")
        assert pilot.app.screen is screen
        assert journal(project) == []


async def test_sections_that_are_empty_name_those_that_are_not(project: Project) -> None:
    fill(project)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "tab")
        assert "Nothing came back to you." in drawn(screen)
        assert "Conflicts has 1" in drawn(screen)


@pytest.mark.parametrize("size", SIZES)
async def test_wide_and_hostile_texts_stay_in_their_row(project: Project, size: tuple[int, int]) -> None:
    project.store.append(TOPIC, [revision(1, 1, user="広い依頼 [bold]x[/] \x1b[2J 🦀 " * 9, by="[red]eve")])
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_queue(pilot, project)
        await press(pilot, "slash")
        await type_text(pilot, "x")
        await press(pilot, "enter", "b")
        shown = drawn(screen)
        assert "\x1b" not in shown
        assert "[bold]" in shown
        strips = pilot.app.screen._compositor.render_strips()
        assert {sum(segment.cell_length for segment in strip) for strip in strips} == {size[0]}


async def test_a_journal_that_cannot_be_read_is_told(project: Project) -> None:
    (project.datasets_dir / f"{TOPIC}.jsonl").mkdir()
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        screen = await open_queue(pilot, project)
        assert "cannot be listed" in screen.query_one(StatusLine).left
        await press(pilot, "enter", "b", "tab", "u", "escape")
        assert isinstance(pilot.app.screen, TopicsScreen)
