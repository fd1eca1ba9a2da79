"""One walk of the monkey: bursts on the real workstation, and a look at everything that must be so after each."""

from __future__ import annotations

import asyncio
import gc
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from textual.pilot import Pilot, WaitForScreenTimeout
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import WorkerCancelled, WorkerFailed

from app.workstation.app import Workstation
from app.workstation.topics.topics_screen import TopicsScreen
from tests.monkey.cage import Cage, WrongError, cage
from tests.monkey.hands import do, do_one
from tests.monkey.plan import Burst, Press, bursts
from tests.monkey.trouble import Walk
from widgets.dialogs.choose import GRACE, Choose
from widgets.dialogs.help import HelpScreen
from widgets.dialogs.questions import Confirm

PATIENCE = 120.0
"""Seconds in which everything under way must come to an end. A quiet machine needs none of them."""
SHIFT = 1500
"""Events in one run of the workstation: then it is left, and started again on what it left."""
WAYS_OUT = 60
"""Keys within which any screen must be left for the list of topics."""


class _EndedError(Exception):
    """This run of the workstation is over."""


async def walk(seed: int, most: int, folder: Path, told: Callable[[str], None] = lambda _: None) -> Walk:
    """Walk so many events; every trouble is noted, and the walk goes on with a new workstation."""
    done = Walk(seed, folder)
    plan = bursts(seed)
    with cage(folder) as here:
        while done.events < most:
            await _Run(done, here, plan).play(min(most, done.events + SHIFT))
            done.runs += 1
            done.memory.append(_kilobytes())
            told(
                f"seed {seed}: {done.events} events, {len(done.troubles)} troubles, {done.memory[-1] >> 10} MB"
            )
        done.visited = dict(here.visited)
    gc.collect()
    done.screens = sum(isinstance(one, Screen) for one in gc.get_objects())
    return done


def walk_alone(seed: int, most: int, folder: Path) -> Walk:
    """A walk in a process of its own, which says how far it is."""
    folder.mkdir()
    return asyncio.run(walk(seed, most, folder, lambda text: print(text, flush=True)))


class _Run:
    """One run of the workstation."""

    def __init__(self, done: Walk, here: Cage, plan: Iterator[Burst]) -> None:
        self._done = done
        self._cage = here
        self._plan = plan
        self._app = Workstation(here.project.root)

    async def play(self, until: int) -> None:
        app = self._app
        try:
            async with app.run_test(size=(120, 34), tooltips=True, notifications=True) as pilot:
                try:
                    await self._settle(pilot)
                    while self._done.events < until:
                        await self._burst(pilot, next(self._plan))
                    await self._leave(pilot)
                except _EndedError:
                    pass
                app._exception = None
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            self._done.note("ended", traceback.format_exc())

    async def _burst(self, pilot: Pilot[None], burst: Burst) -> None:
        if burst.route is not None:
            await self._go(pilot, burst.route)
        if burst.calm:
            await self._settle(pilot)
            self._look(False)
        self._cage.typed += sum(isinstance(one, Press) for one in burst.events)
        for one in burst.events:
            self._done.lately.append(repr(one)[:120])
        await do(self._app, burst)
        self._done.events += len(burst.events)
        await self._settle(pilot)
        self._look(burst.calm)
        kind = type(self._app.screen).__name__
        self._cage.visited[kind] = self._cage.visited.get(kind, 0) + 1

    async def _go(self, pilot: Pilot[None], route: tuple[str, ...]) -> None:
        """Out of wherever this is, and to somewhere else."""
        await self._out(pilot)
        if (self._done.events // 7) % 5 == 0:
            await self._press(pilot, "f1")
            if not isinstance(self._app.screen, HelpScreen):
                self._done.note("stuck", f"no key is taken: F1 gives {self._app.screen}")
                raise _EndedError
            await self._press(pilot, "escape")
        for key in route:
            await self._press(pilot, key)

    async def _out(self, pilot: Pilot[None]) -> None:
        app = self._app
        for number in range(WAYS_OUT):
            if type(app.screen) is TopicsScreen:
                return
            if isinstance(app.screen, Choose) and not app.screen.listening:
                await asyncio.sleep(GRACE)  # it hears no key yet, and sixty can be sent sooner
            asked = isinstance(app.screen, Confirm) and number > 8
            # While one writes, escape leaves no text: there is a key of its own.
            await self._press(pilot, "y" if asked else "alt+t" if number % 4 == 3 else "escape")
        said = [note.message for note in app._notifications]
        self._done.note(
            "no way out", f"of {app.screen_stack[-1]}: {_state(app.focused)}, told {said}\n{_tasks()}"
        )
        raise _EndedError

    async def _press(self, pilot: Pilot[None], key: str) -> None:
        if not self._done.lately or self._done.lately[-1] != key:
            self._done.lately.append(key)
        self._cage.typed += 1
        do_one(self._app, Press(key))
        await self._settle(pilot)
        self._look(False)

    async def _leave(self, pilot: Pilot[None]) -> None:
        """The workstation ends when it is told to."""
        await self._out(pilot)
        for _ in range(2):  # a draft that cannot be kept is asked about once
            await self._press(pilot, "ctrl+q")
        self._done.note("not left", "ctrl+q twice did not end it")

    async def _settle(self, pilot: Pilot[None]) -> None:
        """Wait until nothing is under way. Raises `_EndedError` if the workstation has ended."""
        began = time.monotonic()
        try:
            for _ in range(2):
                await asyncio.wait_for(_at_rest(pilot), PATIENCE)
        except (TimeoutError, WaitForScreenTimeout):
            if self._app._exit or not self._app.is_running:
                self._ended()
            self._done.note("stuck", f"after {time.monotonic() - began:.0f} s: {_tasks()}")
            raise _EndedError from None
        if self._app._exit or not self._app.is_running:
            self._ended()
        if self._app._exception is not None:
            error, self._app._exception = self._app._exception, None
            self._done.note("fault", "".join(traceback.format_exception(error)))

    def _ended(self) -> None:
        """It ended: by a key or a click on Quit, or by itself."""
        if self._app.return_code:
            error = self._app._exception
            self._done.note("ended", "".join(traceback.format_exception(error)) if error else "no exception")
        self._app._exception = None
        raise _EndedError

    def _look(self, calm: bool) -> None:
        try:
            self._done.appended += self._cage.look(calm)
        except WrongError as error:
            self._done.note("wrong", str(error))
            self._cage.known = self._cage.journal.read_bytes()


async def _at_rest(pilot: Pilot[Any]) -> None:
    app = pilot.app
    while not app._exit:
        try:
            await app.workers.wait_for_complete()
        except WorkerCancelled:
            await pilot.pause(0)
            continue
        except WorkerFailed:
            pass  # the fence has it
        break
    if not app._exit:
        await pilot._wait_for_screen(PATIENCE)
    for _ in range(3):
        await asyncio.sleep(0)


def _state(widget: Widget | None) -> str:
    """The widget with the keys, and whether it takes any."""
    if widget is None:
        return "nothing has the keys"
    chain = " < ".join(type(node).__name__ for node in widget.ancestors_with_self)
    state = f"running {widget._running}, closing {widget._closing}, {widget.message_queue_size} messages wait"
    return f"{chain} has the keys ({state})"


def _tasks() -> str:
    """What every task waits for: where it is stuck is among them."""
    found = []
    for task in asyncio.all_tasks():
        frames = task.get_stack(limit=3)
        if frames:
            found.append(
                f"{task.get_name()}: " + " < ".join(f"{f.f_code.co_qualname}:{f.f_lineno}" for f in frames)
            )
    return "\n".join(sorted(found)[:80])


def _kilobytes() -> int:
    """The memory that this process has now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
