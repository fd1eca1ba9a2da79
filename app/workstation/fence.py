"""An app that outlives its faults: what raises ends there, is told and noted, and the person works on.

Textual ends an app at the first exception that nobody caught, and where it does not, the widget that raised takes no
message any more. Here an exception in a handler, a callback, a timer, a watcher, a worker or a drawing, ours or
Textual's, ends that act alone. What makes the app's state untrustworthy still ends it, as Textual does: an app that
cannot begin, memory that is gone, and faults without end that no key asked for.

The methods of Textual 8.2.8 that are wrapped here are named in docs/dependencies.md: look at them before its pin moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual._callback import invoke
from textual._context import NoActiveAppError, active_message_pump
from textual.app import App, ScreenStackError
from textual.css.query import QueryError
from textual.dom import DOMNode, NoScreen
from textual.errors import NoWidget
from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import MountError, Widget
from textual.worker import NoActiveWorker, Worker, WorkerFailed, WorkerState, get_current_worker
from textual.worker_manager import WorkerManager

from app.base.fault_log import FaultLog, Place, place_of
from app.base.folders import state_dir
from app.workstation.roles import DraftHolder
from widgets.base.drawing import safe

Result = TypeVar("Result")

STORM = 30
"""Faults with no key, click or paste between them that end the app, if they come within `STORM_SECONDS`."""
STORM_SECONDS = 10.0
_MADE = 2.0
"""Seconds in which a screen is made at the most; keys wait no longer for it."""
_TOLD = 20.0
"""Seconds for which a fault's message stands."""
_LOST = (QueryError, NoScreen, NoWidget, ScreenStackError, NoActiveAppError, MountError)
"""What is raised where something is looked for that is not there."""


class _Workers(WorkerManager):
    """Tells of workers that failed, also of those whose owner does not look or is gone."""

    def __init__(self, app: FencedApp[Any]) -> None:
        super().__init__(app)
        self._fenced = app

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        if worker.state is WorkerState.ERROR and isinstance(worker.error, Exception):
            self._fenced.fault(worker.error, worker.node)


class FencedApp(App[Result]):
    """An app in which a fault ends one act, and not the app."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        super().__init__()
        self._clock = clock
        self._workers = _Workers(self)
        self._begun = False
        """Whether messages are taken: what raises before is the app itself that cannot be made."""
        self._faults = FaultLog(state_dir())
        self._recent: deque[float] = deque(maxlen=STORM)
        """When the faults since the last thing the person did came."""
        self._told: set[Place] = set()
        """Where those came from: each is told once."""

    # -- what raised

    def fault(self, error: Exception, node: MessagePump | None = None) -> None:
        """Take an exception that nobody caught; `node` is whose work it ended. The interface's thread only."""
        if _moot(error, node):
            return
        if not self._begun or isinstance(error, MemoryError) or self._is_storm():
            self._end(error)
            return
        path = self._faults.note(error, _where(node))
        self._keep_drafts()
        if place_of(error) not in self._told:
            self._told.add(place_of(error))
            self._tell(type(error).__name__, path)
        if self._exception is None:
            self._exception = error  # `run_test` raises it at its end: no test passes over a fault

    def _handle_exception(self, error: Exception) -> None:
        """What Textual itself caught: of timers, layouts and compositions."""
        if isinstance(error, WorkerFailed) and self._begun:
            return  # told when the worker is put away, and then of its owner
        try:
            node: MessagePump | None = active_message_pump.get()
        except LookupError:
            node = None
        if self._begun:
            self.fault(error, node)
            if isinstance(node, Screen) and not node.is_mounted:
                self._take_down(node, error)
        else:
            self._end(error)

    def _tell(self, kind: str, path: Path | None) -> None:
        where = f"Details are in {path}." if path else "No file took the details."
        self.notify(
            safe(
                f"Something went wrong inside ({kind}): what was being done has ended, you can go on. {where}"
            ),
            title="A fault of backspan's own; your draft is kept",
            severity="error",
            markup=False,
            timeout=_TOLD,
        )

    def _is_storm(self) -> bool:
        now = self._clock()
        self._recent.append(now)
        return len(self._recent) == STORM and now - self._recent[0] <= STORM_SECONDS

    def _calm(self) -> None:
        """The person did something: what raises from now on is another act's."""
        self._recent.clear()
        self._told.clear()

    def _end(self, error: Exception) -> None:
        self._keep_drafts()
        try:
            raise error  # Textual tells of the exception at hand
        except Exception as again:  # noqa: BLE001 - to be told by the page that ends the app
            super()._handle_exception(again)
        self._exception_event.set()  # an earlier fault may be the first: whoever waits for the app waits no more

    def _keep_drafts(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DraftHolder):
                try:
                    screen.keep_draft()
                except Exception as error:  # noqa: BLE001 - already on the way out of a fault: the next screen's turn
                    self._faults.note(error, f"keeping the draft of {_where(screen)}")

    def _take_down(self, screen: Screen[Any], error: Exception) -> None:
        """A screen that could not be made is no place to be in: back to the one before."""
        self.call_later(self._remove_half_made, screen, error)

    async def _remove_half_made(self, screen: Screen[Any], error: Exception) -> None:
        stack = self._screen_stack
        if screen not in stack:
            return
        if stack.index(screen) < 2:  # Textual's own, and the first of ours: there is nowhere to go back to
            self._end(error)
            return
        stack.remove(screen)
        screen._pop_result_callback()
        self.screen.post_message(events.ScreenResume())
        await screen.remove()

    # -- round everything that has messages

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        self._fence(child)
        super()._register_child(parent, child, before, after)

    def _start_widget(self, parent: Widget, widget: Widget) -> None:
        self._fence(widget)
        super()._start_widget(parent, widget)

    def _fence(self, widget: Widget) -> None:
        """Put the fence round one widget: its messages, what it does between them, and its drawing."""
        own = vars(widget)
        if "_dispatch_message" in own:
            return
        own["_dispatch_message"] = partial(self._dispatch, widget, widget._dispatch_message)
        own["_flush_next_callbacks"] = partial(self._run_waiting, widget)
        own["render_lines"] = partial(self._draw, widget, widget.render_lines)
        own["get_content_width"] = partial(self._measure, widget, widget.get_content_width)
        own["get_content_height"] = partial(self._measure, widget, widget.get_content_height)

    async def _dispatch(
        self, pump: MessagePump, dispatch: Callable[[Message], Awaitable[None]], message: Message
    ) -> None:
        try:
            await dispatch(message)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something the handler waited for was called off: to Textual that is the end of the widget's own task.
            fault = RuntimeError(f"what {type(message).__name__} waited for was called off")
            fault.__cause__ = error
            self.fault(fault, pump)
        except Exception as error:  # noqa: BLE001 - the fence itself
            self.fault(error, pump)
            if isinstance(message, (events.Compose, events.Mount)) and isinstance(pump, Screen):
                self._take_down(pump, error)

    async def _run_waiting(self, pump: MessagePump) -> None:
        """Run what waits for the end of a message; one that raises does not take the others with it."""
        waiting = pump._next_callbacks.copy()
        pump._next_callbacks.clear()
        for one in waiting:
            try:
                with pump.prevent(*one._prevent):
                    await invoke(one.callback)
            except Exception as error:  # noqa: BLE001 - the fence itself
                self.fault(error, pump)

    def _draw(self, widget: Widget, draw: Callable[[Region], list[Strip]], crop: Region) -> list[Strip]:
        try:
            return draw(crop)
        except Exception as error:  # noqa: BLE001 - the fence itself
            self.fault(error, widget)
            return [Strip.blank(crop.width) for _ in range(crop.height)]

    def _measure(self, widget: Widget, measure: Callable[..., int], *sizes: Any, **named: Any) -> int:
        """How many cells or lines a widget needs; one that cannot say has one."""
        try:
            return measure(*sizes, **named)
        except Exception as error:  # noqa: BLE001 - the fence itself
            self.fault(error, widget)
            return 1

    # -- the app's own messages

    async def on_event(self, event: events.Event) -> None:
        """Take an event; what hands do waits for the screen that it is meant for to be made."""
        hands = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        if hands and self._screen_stack and not self.screen.is_mounted:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.screen._mounted_event.wait(), _MADE)
        await super().on_event(event)

    async def _dispatch_message(self, message: Message) -> None:
        if isinstance(message, (events.InputEvent, events.Paste)):
            self._calm()
        if self._begun:
            await self._dispatch(self, super()._dispatch_message, message)
        else:
            await super()._dispatch_message(message)

    async def _flush_next_callbacks(self) -> None:
        await self._run_waiting(self)

    async def _process_messages_loop(self) -> None:
        loop = asyncio.get_running_loop()
        usual = loop.get_exception_handler()
        loop.set_exception_handler(self._nobody_waited)
        self._begun = True
        try:
            await super()._process_messages_loop()
        finally:
            self._begun = False
            loop.set_exception_handler(usual)

    def _nobody_waited(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A task or a callback of the loop raised, and nobody waited for it."""
        error = context.get("exception")
        if isinstance(error, Exception) and self._begun:
            self.fault(error)
        else:
            loop.default_exception_handler(context)

    def call_from_thread(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run something on the interface's thread, and wait for it.

        What a worker tells a screen that was left meanwhile, and that finds nothing there any more, is no fault.
        """
        try:
            node: DOMNode | None = get_current_worker().node
        except NoActiveWorker:
            node = None

        async def run() -> Any:
            try:
                return await invoke(partial(callback, *args, **kwargs))
            except _LOST as error:
                if not _moot(error, node):
                    raise
                return None

        return super().call_from_thread(run)


def _moot(error: Exception, node: MessagePump | None) -> bool:
    """Whether something was looked for on a screen that is gone: nobody can see what was to be done there."""
    if not isinstance(error, _LOST):
        return False
    return any(one is not None and _is_gone(one) for one in (node, _looked_on(error)))


def _looked_on(error: Exception) -> MessagePump | None:
    """What was searched: timers and callbacks may run for another than whom they look at."""
    trace = error.__traceback__
    found = None
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        found = owner if isinstance(owner, MessagePump) else found
        trace = trace.tb_next
    return found


def _is_gone(node: MessagePump) -> bool:
    if isinstance(node, App):
        return node._exit
    if not isinstance(node, Widget) or node._closing or node._closed or not node.is_attached:
        return True
    screen = next((one for one in node.ancestors_with_self if isinstance(one, Screen)), None)
    return (
        screen is None
        or screen._pruning
        or not any(screen in stack for stack in node.app._screen_stacks.values())
    )


def _where(node: MessagePump | None) -> str:
    """In what, for the log: the kinds of the widget and its screen."""
    if not isinstance(node, Widget):
        return "in the app"
    screen = next((one for one in node.ancestors_with_self if isinstance(one, Screen)), None)
    kind = type(node).__name__
    return f"in {kind}" if screen in (None, node) else f"in {kind} of {type(screen).__name__}"
