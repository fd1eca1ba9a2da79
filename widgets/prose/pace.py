"""Whether keys come at a speed that hands have. A clock goes in; nothing here reads one."""

from __future__ import annotations

HANDS = 20.0
"""Characters a second that no hand types for long.

Of 168,000 people, who wrote 52 words a minute on average, the fastest wrote about 120 (Dhakal et al., *Observations
on Typing from 136 Million Keystrokes*, CHI 2018): 10 characters a second, a word being five. The records are 150
words a minute for 50 minutes (Barbara Blackburn) and 216 for one (Stella Pajunas): 12.5 and 18. Sprints of a few
seconds are faster; `AHEAD` is what they may gain.
"""
AHEAD = 120
"""Characters that may come at once: six seconds of the fastest hands over a line that stood still, a commit of an
input method, a sentence of dictation."""


class Pace:
    """Follows the keys of one text: what comes ahead of `HANDS` is owed, and time pays it back.

    Once more than `AHEAD` is owed, all that was typed since nothing was owed came too fast, and so does what follows
    until the keys rest for a second. A key that repeats itself owes nothing: it is being held down.
    """

    def __init__(self) -> None:
        self._owed = 0.0
        self._at = 0.0
        self._run = 0
        """Characters since nothing was owed that count as typed so far."""
        self._over = False
        self._last = ""

    def begin(self) -> None:
        """Another text: nothing that was typed before is of it."""
        self._run, self._over = 0, False

    def key(self, character: str, at: float) -> tuple[int, int]:
        """What a character makes typed, and too fast, more than before; typed may be less than before.

        `at`: when its key came, in seconds of a clock that never goes back.
        """
        self._owed = max(0.0, self._owed - max(0.0, at - self._at) * HANDS)
        self._at = max(self._at, at)
        if self._owed <= (AHEAD - HANDS if self._over else 0):
            self.begin()
        repeated, self._last = character == self._last, character
        if not repeated:
            self._owed = min(self._owed + 1, AHEAD + 1)
        if self._over:
            return 0, 1
        if self._owed <= AHEAD:
            self._run += 1
            return 1, 0
        before, self._run, self._over = self._run, 0, True
        return -before, before + 1
