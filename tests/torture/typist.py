"""Who types and remembers: every state the two texts went through, when each was seen on the screen, and each save.

The two texts together are one history, since keys arrive in the order they were sent. So what is on disk must be
one of these states, and none older than the last one that was seen long enough ago.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.processes.terminal import KEYS, Terminal
from tests.torture.plan import SLIP

Pane = Literal["user", "think"]
Texts = tuple[str, str]
"""`user` and `think`."""
Counts = tuple[int, int]
"""Characters of both."""

PROBE = "z"
"""No key of any pane that is no text."""
BACK_A_PANE = "\x1b[17;2~"
"""What a terminal sends for shift+f6."""

_SAVED = re.compile(r" saved \d\d:\d\d $")
_WORD = re.compile(r"[\w#,.]+")
_COUNT = re.compile(r"\b(user|think)  [\d,]+ words?  ([\d,]+) characters?")


@dataclass(slots=True)
class State:
    """What both texts said once a key had been sent."""

    texts: Texts
    sign: Counts | None
    """What the editors' titles say when the screen has come so far; None if they said so before."""
    sent: float
    """When the key was sent; `time.monotonic()`."""
    seen: float | None = None
    """When this or a later state was first seen on the screen."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An acknowledged save: the journal holds a state from `first` to `last`."""

    first: int
    """The state when the key was pressed."""
    last: int
    """The state when the acknowledgement was seen."""


@dataclass(slots=True)
class Typist:
    """One person at one terminal, from a topic that is open to the end of its process."""

    terminal: Terminal
    states: list[State] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    pane: Pane = "user"
    """Where the keys go."""
    _wanted: Texts | None = None
    """What the texts said when a save was last asked for."""
    _asked: int | None = None
    """The state at the first save asked for and not acknowledged yet."""
    _quiet: bool = True
    """Whether the screen has said nothing but an earlier `saved` since."""
    _signs: set[Counts] = field(default_factory=set)
    _looked: int = -1
    """How many bytes had come at the last look."""
    _shown: tuple[int, str] = (-1, "")
    """The screen, and how many bytes had come when it looked like this: drawing it as text is slow."""

    @property
    def screen(self) -> str:
        """What stands on the screen now, row by row."""
        if self._shown[0] != len(self.terminal.sent):
            self._shown = (len(self.terminal.sent), self.terminal.text)
        return self._shown[1]

    def begin(self, texts: Texts) -> None:
        """What stands in the editors now."""
        now = time.monotonic()
        self.states = [State(texts, None, now, now)]
        self._signs = {(len(texts[0]), len(texts[1]))}

    # -- acting

    def type(self, keys: str) -> None:
        """Send keys at the end of the text in hand: letters, a new line (`\\r`), or one letter back (`\\x7f`)."""
        for key in keys:
            self._note(key)
        self.terminal.write(keys)

    def _note(self, key: str) -> None:
        user, think = self.states[-1].texts
        text = user if self.pane == "user" else think
        text = text[:-1] if key == "\x7f" else text + key.replace("\r", "\n")
        texts = (text, think) if self.pane == "user" else (user, text)
        sign = (len(texts[0]), len(texts[1]))
        self.states.append(State(texts, None if sign in self._signs else sign, time.monotonic()))
        self._signs.add(sign)

    def save(self) -> bool:
        """Send the key that saves, if there is anything new; whether it was sent."""
        now = self.states[-1].texts
        if now == self._wanted:
            return False
        self._wanted = now
        if self._asked is None:
            self._asked, self._quiet = len(self.states) - 1, self._shows_saved()
        self.terminal.press("f2")
        return True

    def slip(self) -> None:
        """Type a wrong letter, see it, and take it back."""
        user, think = self.states[-1].texts
        wrong = re.split(r"\s", user if self.pane == "user" else think)[-1] + SLIP
        for keys, there in ((SLIP, True), ("\x7f", False)):
            self.type(keys)
            self.watch(time.monotonic() + 0.5, lambda: (wrong in self._words()) == there)  # noqa: B023

    def go_to(self, pane: Pane) -> None:
        """Put the cursor at the end of a text, and type a letter there to be sure of it."""
        for _ in range(12):
            here = self._try() if "^f Find" in self.screen else None
            if here == pane:
                return
            keys = self.screen.splitlines()[-1]
            self.terminal.write(BACK_A_PANE if (pane, here) == ("user", "think") else KEYS["f6"])
            self.watch(
                time.monotonic() + (0.2 if here else 1.0),
                lambda: self.screen.splitlines()[-1] != keys,  # noqa: B023
            )
        raise AssertionError(f"no way to {pane}:\n{self.screen}")

    def _try(self) -> Pane | None:
        """Type a letter that means nothing elsewhere; gives the text it came to, which is the one in hand from now."""
        self.arrived()
        user, think = self.states[-1].texts
        came: dict[Counts | None, Pane] = {
            (len(user) + 1, len(think)): "user",
            (len(user), len(think) + 1): "think",
        }
        self.terminal.write(PROBE)
        self.watch(time.monotonic() + 5.0, lambda: self.counts() in came)
        here = came.get(self.counts())
        if here is not None:
            self.pane = here
            self._note(PROBE)
            self._looked = -1
            self.look()
        return here

    # -- looking

    def watch(self, until: float, done: Callable[[], bool] = lambda: False) -> None:
        """Look at the screen until a moment (`time.monotonic()`), until `done`, or until the process ends."""

        def over() -> bool:
            self.look()
            return done() or time.monotonic() >= until or self.terminal.process.poll() is not None

        self.terminal.wait_for(over, "the time")

    def look(self) -> None:
        """Note what the screen says by now."""
        if len(self.terminal.sent) == self._looked:
            return
        self._looked = len(self.terminal.sent)
        now = time.monotonic()
        self._note_echo(now)
        if self._asked is None:
            return
        if not self._shows_saved():
            self._quiet = False
        elif not self._quiet:
            self.saved.append(Saved(self._asked, len(self.states) - 1))
            self._asked = None

    def _note_echo(self, now: float) -> None:
        unseen = [i for i, state in enumerate(self.states) if state.seen is None]
        if not unseen:
            return
        counts = self.counts()
        last = next((i for i in unseen if self.states[i].sign == counts), -1)
        for i in unseen:
            if i <= last:
                self.states[i].seen = now

    def counts(self) -> Counts | None:
        """How many characters both texts have, as the editors' titles say."""
        found = {name: int(number.replace(",", "")) for name, number in _COUNT.findall(self.screen)}
        return (found["user"], found["think"]) if len(found) == 2 else None

    def arrived(self) -> None:
        """See that all keys came where they were meant to go. Fails with the screen."""
        user, think = self.states[-1].texts
        self.watch(time.monotonic() + 5.0, lambda: self.counts() == (len(user), len(think)))
        if self.terminal.process.poll() is None and self.counts() != (len(user), len(think)):
            raise AssertionError(f"{(user, think)} was typed, and there stands:\n{self.screen}")

    def _words(self) -> set[str]:
        return set(_WORD.findall(self.screen))

    def _shows_saved(self) -> bool:
        return _SAVED.search(self.screen.splitlines()[0]) is not None

    def seen_before(self, moment: float) -> int:
        """The newest state that had been on the screen by then."""
        return max(
            i for i, state in enumerate(self.states) if state.seen is not None and state.seen <= moment
        )
