"""The terminal as Textual drives it, made steady: nothing that a terminal or a shell may send ends it or deafens it.

The one place that leans on what Textual keeps to itself (`XTermParser`); the tests of this module tell when a new
release moves it. Its issue 6456 is about bytes that are no UTF-8; what pastes and stops do is reported nowhere yet.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from widgets.terminal.intake import Intake, Pasted

TICK = 0.1
"""Seconds without input after which an escape is a key of its own."""
SILENCE = 10
"""Ticks without input after which nothing is waited for any more."""
_READ = 1 << 16
"""Bytes read at a time."""


class Keys:
    """Textual's parser of escape sequences; one that it stumbles over is left out, and it goes on behind it.

    It takes any number for a character's (`chr` of one beyond Unicode), and any list of numbers for one.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()

    def feed(self, text: str) -> Iterator[Message]:
        """The keys, mouse events and reports in a text."""
        for character in text:  # one by one: what follows a sequence that fails is not lost with it
            yield from self._told(character)

    def tick(self) -> Iterator[Message]:
        """What a pause makes of a sequence that was begun."""
        yield from self._told(None)

    def _told(self, character: str | None) -> list[Message]:
        parser = self._parser
        try:
            found = list(parser.tick() if character is None else parser.feed(character))
        except Exception:  # noqa: BLE001 - whatever it is, the next key is read
            self._parser = XTermParser()
            for name in ("mouse_pixels", "terminal_size", "terminal_pixel_size", "last_x", "last_y"):
                setattr(self._parser, name, getattr(parser, name))
            return []
        return [
            message for message in found if not isinstance(message, events.Paste)
        ]  # those are the intake's


class SteadyDriver(LinuxDriver):
    """Textual's driver, with a reading of its own, and stops that wait for their turn."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._turns = asyncio.get_running_loop()
        self._restarts = True
        """Whether this driver takes the terminal again by itself, once a stopped process goes on."""
        self._place = "here"
        """Whose the terminal is: ours ("here"), wanted back ("asked"), or given back ("away")."""
        signal.signal(signal.SIGTSTP, self._told_to_stop)
        signal.signal(signal.SIGCONT, self._told_to_go_on)

    # Reading, in a thread.

    def run_input_thread(self) -> None:
        """Reads until told to end."""
        intake, keys, silent = Intake(), Keys(), 0
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK):
                    data = self._read()
                    if not data:
                        os.kill(os.getpid(), signal.SIGHUP)  # the terminal is gone, whoever forgot to say so
                        return
                    silent = 0
                    self._pass_on(intake.feed(data), keys)
                    continue
                silent += 1
                if silent == SILENCE:
                    self._pass_on(intake.silence(), keys)
                if not intake.within:
                    intake.pause()
                    for message in keys.tick():
                        self.process_message(message)

    def _read(self) -> bytes:
        """What came; nothing if nothing can come any more."""
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            return b""

    def _pass_on(self, found: Iterator[str | Pasted], keys: Keys) -> None:
        for part in found:
            if isinstance(part, Pasted):
                self.process_message(events.Paste(part.text))
            else:
                for message in keys.feed(part):
                    self.process_message(message)

    # Stopping and going on, as a shell asks for it.

    def _told_to_stop(self, *_: object) -> None:
        """Ctrl+z of a shell. A handler runs in the middle of anything, also of a write whose lock it would wait for.

        So the loop gives the terminal back at its next turn. While another program has the terminal the loop waits
        for that one; there is nothing to give back, and the whole job is to stop at once.
        """
        if not self._restarts:
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self._place == "here":
            self._place = "asked"
            self._turns.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        """Gives the terminal back, stops, and takes it again."""
        if self._place != "asked":
            return
        self._place = "away"
        self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)
        while self._place == "away":
            time.sleep(0.01)  # the stop comes a moment later; nothing may be drawn before it
        self._take_again()

    def _told_to_go_on(self, *_: object) -> None:
        """The process goes on. If it did not give the terminal back before (SIGSTOP asks nobody), it takes it anew.

        Textual would begin a second reading beside the first here: keys then went to either, and at the next stop
        one of them was waited for in vain.
        """
        if not self._restarts:
            return
        if self._place == "here":
            self._turns.call_soon_threadsafe(self._anew)
        self._place = "here"

    def _anew(self) -> None:
        if self._place == "here":
            self.suspend_application_mode()
            self._take_again()

    def _take_again(self) -> None:
        self.resume_application_mode()
        self.process_message(self.SignalResume())

    @contextmanager
    def no_automatic_restart(self) -> Iterator[None]:
        """While another program has the terminal."""
        before, self._restarts = self._restarts, False
        try:
            with super().no_automatic_restart():
                yield
        finally:
            self._restarts = before
