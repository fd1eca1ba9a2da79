"""The terminal as Textual drives it, made steady: nothing that a terminal or a shell may send ends it or deafens it.

The one place that leans on what Textual keeps to itself (`XTermParser`); the tests of this module tell when a new
release moves it. Its issue 6456 is about bytes that are no UTF-8; what pastes and stops do is reported nowhere yet.
"""

from __future__ import annotations

import os
import selectors
import signal
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from widgets.intake import Intake, Pasted

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
    """Textual's driver, with a reading of its own."""

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
