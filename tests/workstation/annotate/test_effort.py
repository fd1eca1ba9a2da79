"""How a text came about, counted whole: keys that come in a burst before a save, and what is typed behind one."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.pilot import Pilot

from app.project.project import Project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from tests.workstation.driver import (
    AN_ITEM,
    THINK,
    USER,
    journal,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from widgets.prose.editor import ProseEditor


def burst(app: App[None], text: str, *keys: str, apart: float = 0.1) -> None:
    """What a busy program finds in its queue: keys that came one after the other while it was at something else."""
    at = 1_000.0
    for char in text:
        key = events.Key({" ": "space", "\n": "enter"}.get(char, char), char)
        key.time = at = at + apart
        app.post_message(key)
    for name in keys:
        app.post_message(events.Key(name, None))


async def begun(pilot: Pilot[None]) -> AnnotateScreen:
    """A record with its code and its request, and the cursor in its reasoning."""
    screen = await open_topic(pilot)
    await press(pilot, *AN_ITEM, "f6")
    await type_text(pilot, USER)
    await press(pilot, "f6")
    return screen


async def test_keys_that_wait_before_a_save_are_all_counted(project: Project) -> None:
    """935 of 1,490 were: a save took over the text, and not what was told of it in messages still on their way."""
    app = workstation(project)
    think = THINK + " A pause grows, and is capped at last." * 30
    async with app.run_test(size=(120, 34)) as pilot:
        await begun(pilot)
        burst(app, think, "f2")
        await settle(pilot)
        if not journal(project):
            await press(pilot, "f2")
    (event,) = journal(project)
    assert event["think"] == think
    assert (event["effort"]["typed"], event["effort"].get("rapid", 0)) == (len(USER) + len(think), 0)


async def test_keys_that_wait_before_a_record_is_left_are_all_counted_for_it(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await begun(pilot)
        area = screen.query_one("#think", ProseEditor).area
        for char in THINK:
            area.insert(char)
        assert parts_of(screen).editing.kept(), "while the messages about the keys are still on their way"
        (draft,) = [one.payload for one in project.drafts.all("practice").drafts]
        assert draft["think"] == THINK
        assert draft["effort"]["typed"] == len(USER) + len(THINK)


async def test_what_no_hand_types_is_told_apart(project: Project) -> None:
    app = workstation(project)
    think = THINK + " A pause grows, and is capped at last." * 30
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await begun(pilot)
        burst(app, think, apart=8 / 1_434)
        await settle(pilot)
        parts_of(screen).editing.take_texts()
        effort = parts_of(screen).session.draft.effort
    assert (effort.typed, effort.rapid) == (len(USER), len(think))


async def test_what_is_cut_and_put_into_the_other_field_is_moved(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await begun(pilot)
        user, think = (screen.query_one(f"#{name}", ProseEditor) for name in ("user", "think"))
        user.focus()
        user.area.select_all()
        await press(pilot, "ctrl+x")
        think.focus()
        app.post_message(events.Paste(USER.replace(" ", "\n", 1)))
        await settle(pilot)
        app.post_message(events.Paste("Of somebody else."))
        await settle(pilot)
        effort = parts_of(screen).session.draft.effort
    assert (effort.typed, effort.moved, effort.pasted) == (len(USER), len(USER), len("Of somebody else."))
