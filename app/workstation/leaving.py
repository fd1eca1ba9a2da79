"""Leaving the program: every screen keeps what it holds, whoever asks for the end, the person or a signal."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from textual.app import App

from app.workstation.roles import OpenTopic

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Leaving:
    """Ends the app once no draft would be lost by that, or a second wish says that it may be."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._warned = False
        """Whether the person knows that a draft is on screen only."""
        self.parting = ""
        """What is to be said once the screen is gone."""

    def heed_signals(self) -> None:
        """From now on a signal ends the program cleanly. The main thread's loop only."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, self._told_to_end, number)
            except (NotImplementedError, RuntimeError, ValueError):
                break  # not the main thread (tests, a browser server): the draft is written as it is typed

    def _told_to_end(self, number: int) -> None:
        """A signal: the draft first, then a clean end."""
        self._keep_all()
        self._app.exit(return_code=128 + number)

    def quit(self) -> None:
        """Leave as the person wishes."""
        waiting = sum(screen.waiting for screen in self._topics())
        if self._keep_all() or self._warned:
            # Said on the terminal that is left: on the screen nobody would read it any more.
            what = "1 record is" if waiting == 1 else f"{waiting} records are"
            if waiting:
                self.parting = f"{what} not saved yet: kept as a draft, which comes back at the next start."
            self._app.exit()
        else:
            self._warned = True
            text = "The draft is on screen only. Copy it, or press the key again to leave without it."
            self._app.notify(text, severity="error", markup=False, timeout=20)

    def _keep_all(self) -> bool:
        """Let every screen keep what it holds; whether all of them could."""
        kept = [topic.leave() for topic in self._topics()]  # every one, also after one that could not
        return all(kept)

    def _topics(self) -> list[OpenTopic]:
        return [screen for screen in self._app.screen_stack if isinstance(screen, OpenTopic)]
