"""Whatever raises ends there: the program goes on, the draft is kept, the fault is noted, the next key works."""

from __future__ import annotations

import asyncio
import re
import stat
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import WorkerFailed

from app.base import fault_log as faultlog
from app.base.fault_log import FaultLog
from app.project.project import Project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.app import Workstation
from app.workstation.fence import STORM
from app.workstation.topics.topics_screen import TopicsScreen
from tests.workstation.driver import TOPIC, expected, open_topic, press, settle, type_text, workstation
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane

Injection = Callable[[Pilot[None], AnnotateScreen, pytest.MonkeyPatch], Awaitable[None]]


def boom(*_: object, **__: object) -> Any:
    """The mistake of ours."""
    raise RuntimeError("boom")


async def boom_later(*_: object) -> None:
    boom()


class Watched(Static):
    """Its watcher raises, by way of a message of its own."""

    level: reactive[int] = reactive(0, init=False)

    def watch_level(self) -> None:
        boom()

    def on_show(self) -> None:
        self.level += 1


class Spoilt(Screen[None]):
    """A screen that cannot be made."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        if self._where == "compose":
            boom()
        yield Static("half made")

    def on_mount(self) -> None:
        if self._where == "mount":
            boom()


async def _key(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(screen, "action_files", boom)
    await pilot.press("f3")


async def _key_of_a_widget(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as patched:
        patched.setattr(type(screen.focused), "_on_key", boom, raising=False)
        await pilot.press("home")


async def _mouse(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as patched:
        patched.setattr(SourcePane, "on_mouse_down", boom, raising=False)
        await pilot.click(SourcePane, offset=(9, 3))
    screen.query_one("#user", ProseEditor).area.focus()


async def _timer(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    screen.set_timer(0.001, boom)
    await pilot.pause(0.05)


async def _interval(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        boom()

    timer = screen.set_interval(0.001, tick)
    while len(ticks) < 3:  # a timer that raised is no reason for it to stop
        await pilot.pause(0.01)
    timer.stop()


async def _thread(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    await _worked(pilot, screen.run_worker(boom, thread=True, exit_on_error=False))


async def _thread_that_may_end_it(
    pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch
) -> None:
    await _worked(pilot, screen.run_worker(boom, thread=True))


async def _coroutine(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    await _worked(pilot, screen.run_worker(boom_later()))


async def _thread_of_a_widget(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    """Nobody there looks at how its workers end."""
    await _worked(pilot, screen.query_one("#user").run_worker(boom, thread=True, exit_on_error=False))


async def _worked(pilot: Pilot[None], worker: Any) -> None:
    with pytest.raises(WorkerFailed):
        await worker.wait()
    await pilot.pause()


async def _later(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    screen.call_later(boom)


async def _later_of_the_app(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    pilot.app.call_later(boom)


async def _after_refresh(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    screen.call_after_refresh(boom)


async def _next(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    screen.call_next(boom)
    screen.call_next(done.append, 1)
    await pilot.pause()
    assert done == [1]  # what waited behind it was run


async def _from_a_thread(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    work = lambda: pilot.app.call_from_thread(boom)  # noqa: E731
    await _worked(pilot, screen.run_worker(work, thread=True, exit_on_error=False))


async def _line(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    class Drawn(Widget):
        def render_line(self, y: int) -> Strip:
            boom()
            return Strip([])

    await _shown(pilot, screen, Drawn())


async def _picture(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    class Drawn(Widget):
        def render(self) -> str:
            boom()
            return ""

    await _shown(pilot, screen, Drawn())


async def _measure(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    class Measured(Static):
        def get_content_height(self, *_: object) -> int:
            boom()
            return 0

    await _shown(pilot, screen, Measured("of no known height"))


async def _shown(pilot: Pilot[None], screen: AnnotateScreen, widget: Widget) -> None:
    await screen.mount(widget)
    await pilot.pause()
    await widget.remove()


async def _mount(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    await pilot.app.push_screen(Spoilt("mount"))


async def _compose(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    await pilot.app.push_screen(Spoilt("compose"))


async def _mount_of_a_widget(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    class Made(Static):
        def on_mount(self) -> None:
            boom()

    widget = Made("half made")
    await screen.mount(widget)
    await widget.remove()


async def _watcher(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    await _shown(pilot, screen, Watched("watched"))


async def _called_off(pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch) -> None:
    async def waits_in_vain() -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        asyncio.get_running_loop().call_soon(task.cancel, "boom")
        await task

    screen.call_later(waits_in_vain)


async def _callback_of_the_loop(
    pilot: Pilot[None], screen: AnnotateScreen, patch: pytest.MonkeyPatch
) -> None:
    asyncio.get_running_loop().call_soon(boom)


HANDS = (_key, _key_of_a_widget, _mouse)
WORK = (
    _timer,
    _interval,
    _thread,
    _thread_that_may_end_it,
    _thread_of_a_widget,
    _coroutine,
    _from_a_thread,
    _later,
    _later_of_the_app,
    _after_refresh,
    _next,
    _called_off,
    _callback_of_the_loop,
)
DRAWING = (_line, _picture, _measure, _mount, _compose, _mount_of_a_widget, _watcher)


def noted(home: Path) -> str:
    """What the log of faults says; empty where there is none."""
    path = home / "state" / faultlog.NAME
    return path.read_text("utf-8") if path.exists() else ""


def said(app: Workstation) -> list[str]:
    return [note.message for note in app._notifications if note.severity == "error"]


@pytest.mark.parametrize("injections", [HANDS, WORK, DRAWING], ids=["hands", "work", "drawing"])
async def test_a_fault_ends_one_act_alone(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, injections: Sequence[Injection]
) -> None:
    """Each of these ended the program, or left a widget that took no key any more."""
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f6")
        for inject in injections:
            name = inject.__name__
            await pilot.press(*"kept")  # not settled: nothing has written it yet
            with monkeypatch.context() as patch:
                await inject(pilot, screen, patch)
                await pilot.pause()
            assert _reason(expected(app)) == "boom", name
            (message,) = said(app)
            assert str(tmp_path / "home" / "state" / faultlog.NAME) in message, name
            assert "Traceback" in noted(tmp_path / "home") and "boom" in noted(tmp_path / "home"), name
            (draft,) = project.drafts.all(TOPIC).drafts
            assert draft.payload["user"] == "kept", name
            assert app.screen is screen, name
            editor = screen.query_one("#user", ProseEditor)
            await type_text(pilot, " on")
            assert editor.text == "kept on", name
            await press(pilot, "f6")
            assert screen.focused is screen.query_one("#think", ProseEditor).area, name
            # As it was, for the next
            screen.set_focus(editor.area)
            editor.area.text = ""
            await settle(pilot)
            app._notifications.clear()
            (tmp_path / "home" / "state" / faultlog.NAME).unlink()
            app._faults = FaultLog(tmp_path / "home" / "state")


def _reason(error: BaseException) -> str:
    return str(error.__cause__ or error)


async def test_no_test_passes_over_a_fault(project: Project) -> None:
    """What a fence keeps from a person it must not keep from a test."""
    app = workstation(project)
    with pytest.raises(RuntimeError, match="boom"):
        async with app.run_test() as pilot:
            await settle(pilot)
            app.screen.call_later(boom)
            await pilot.pause()


async def test_a_place_is_told_once_for_an_act_and_again_for_the_next(
    project: Project, tmp_path: Path
) -> None:
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        for _ in range(3):
            app.screen.call_later(boom)
        await pilot.pause()
        assert len(said(app)) == 1
        await press(pilot, "down")
        app.screen.call_later(boom)
        await pilot.pause()
        assert len(said(app)) == 2
        assert noted(tmp_path / "home").count("Traceback") == 1
        assert noted(tmp_path / "home").count("once more") == 3
        expected(app)


# -- what ends it


async def test_a_storm_of_faults_ends_it_with_the_draft_kept(project: Project) -> None:
    app = workstation(project)
    with pytest.raises(RuntimeError, match="boom"):
        async with app.run_test(size=(120, 34)) as pilot:
            screen = await open_topic(pilot)
            await press(pilot, "f6")
            await pilot.press(*"kept")
            for _ in range(STORM):
                screen.call_later(boom)
            await pilot.pause()
    assert app.return_code == 1
    (draft,) = project.drafts.all(TOPIC).drafts
    assert draft.payload["user"] == "kept"


async def test_faults_of_many_acts_are_no_storm(project: Project) -> None:
    """Somebody who holds a key that does not work loses no program by it."""
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        for _ in range(STORM):
            app.screen.call_later(boom)
            await pilot.press("down")
        await pilot.pause()
        expected(app)
        assert isinstance(app.screen, TopicsScreen) and app.return_code is None


async def test_slow_faults_are_no_storm(project: Project) -> None:
    now = [0.0]
    app = workstation(project)
    app._clock = lambda: now[0]
    async with app.run_test() as pilot:
        await settle(pilot)
        for _ in range(STORM * 2):
            now[0] += 1
            app.screen.call_later(boom)
            await pilot.pause()
        expected(app)
        assert app.return_code is None


async def test_memory_that_is_gone_ends_it(project: Project) -> None:
    def out() -> None:
        raise MemoryError

    app = workstation(project)
    with pytest.raises(MemoryError):
        async with app.run_test() as pilot:
            await settle(pilot)
            app.screen.call_later(out)
            await pilot.pause()
    assert app.return_code == 1


@pytest.mark.parametrize("owner", [Workstation, TopicsScreen])
async def test_an_app_that_cannot_begin_ends(
    project: Project, monkeypatch: pytest.MonkeyPatch, owner: type[Any]
) -> None:
    monkeypatch.setattr(owner, "on_mount", boom, raising=False)
    app = workstation(project)
    with pytest.raises(RuntimeError, match="boom"):
        async with app.run_test() as pilot:
            await pilot.pause()
    assert app.return_code == 1


# -- what is no fault


class Asking(Screen[None]):
    """Looks for what is on it, by a worker that has to wait."""

    def __init__(self, host: Workstation) -> None:
        super().__init__()
        self.host = host
        self.go = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.begun = False
        self.asked = False

    def compose(self) -> ComposeResult:
        yield Static("here", id="here")

    def look(self) -> None:
        self.asked = True
        self.query_one("#here")

    def work(self) -> None:
        self.begun = True
        asyncio.run_coroutine_threadsafe(self.go.wait(), self.loop).result()
        self.host.call_from_thread(self.look)


async def test_what_a_worker_tells_a_screen_that_is_gone_is_no_fault(project: Project) -> None:
    """The finder, the marks of coverage and the overview's next pane ended the program by this."""
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        screen = Asking(app)
        await app.push_screen(screen)
        worker = screen.run_worker(screen.work, thread=True, exit_on_error=False)
        while not screen.begun:
            await pilot.pause(0.01)
        await app.pop_screen()
        screen.go.set()
        while not screen.asked:
            await pilot.pause(0.01)
        await pilot.pause()
        assert worker.is_finished
        assert not said(app)


async def test_a_timer_of_another_that_looks_at_a_screen_that_is_gone_is_no_fault(project: Project) -> None:
    """The monkey found it: a screen's clock that was set while the app ran for a worker."""
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        screen = Asking(app)
        await app.push_screen(screen)
        timer = app.set_interval(0.001, screen.look)
        await app.pop_screen()
        screen.asked = False
        while not screen.asked:
            await pilot.pause(0.01)
        timer.stop()
        await pilot.pause()
        assert not said(app)


async def test_looking_in_vain_on_a_screen_that_is_there_is_a_fault(project: Project) -> None:
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        app.screen.call_later(lambda: app.screen.query_one("#nowhere"))
        await pilot.pause()
        assert "nowhere" in str(expected(app))
        assert said(app)


async def test_a_screen_left_before_it_was_made_is_no_fault(project: Project) -> None:
    """Help and the finder look for their fields when they are mounted: a second key may have ended them by then."""
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        for _ in range(5):
            app.action_help()
            app.screen.dismiss()
            app.action_command_palette()
            app.screen.dismiss()
        await pilot.pause()
        assert app.screen is screen and not said(app)


# -- the log


def _raised() -> RuntimeError:
    try:
        boom()
    except RuntimeError as error:
        return error
    raise AssertionError


def test_the_log_is_private_and_says_when_where_and_what(tmp_path: Path) -> None:
    log = FaultLog(tmp_path / "state", lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    path = log.note(_raised(), "in a test")
    assert path == tmp_path / "state" / faultlog.NAME
    text = path.read_text("utf-8")
    assert text.startswith("2026-01-02T03:04:05Z in a test: RuntimeError\nbackspan ")
    assert re.search(r"Textual \d", text) and 'raise RuntimeError("boom")' in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_log_is_bounded(tmp_path: Path) -> None:
    log = FaultLog(tmp_path)
    for number in range(40):
        try:
            raise ValueError(f"{number} " + "x" * 100_000) if number % 2 else KeyError("y" * 100_000)
        except (ValueError, KeyError) as error:
            log.note(error, "in a test")
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2 and max(sizes) <= faultlog.MOST
    assert "39 xxx" in (tmp_path / faultlog.NAME).read_text("utf-8")


def test_a_link_in_the_logs_place_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / faultlog.NAME).symlink_to(other)
    FaultLog(tmp_path / "state").note(_raised(), "in a test")
    assert other.read_text() == "mine"


def test_a_folder_that_takes_nothing_gives_way_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "file").write_text("")
    log = FaultLog(tmp_path / "file" / "state")
    path = log.note(_raised(), "in a test")
    assert path is not None and path.parent.parent == tmp_path
    assert log.note(_raised(), "in a test") == path
