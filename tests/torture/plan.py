"""What happens in one round, all of it drawn from its seed: what is typed, how fast, and when which end comes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

End = Literal["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "closed"]
"""How the workstation is ended: a signal, or its terminal taken away."""
ENDS: tuple[End, ...] = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "closed")

Instant = Literal["start-up", "typing", "draft", "save sent", "save written", "saved"]
"""When: while it starts, amid letters, while a draft is being written, right after the key that saves, as soon as the
journal has grown, or after the acknowledgement."""
INSTANTS: tuple[Instant, ...] = ("start-up", "typing", "draft", "save sent", "save written", "saved")

SLIP = "#"
"""A wrong letter, which is to be taken back."""

_OFTEN = {"SIGKILL": 4, "SIGTERM": 2, "SIGHUP": 2, "SIGINT": 2, "closed": 2}
_WHEN = {"start-up": 1, "typing": 3, "draft": 4, "save sent": 3, "save written": 3, "saved": 3}
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiouéü"


@dataclass(frozen=True, slots=True)
class Plan:
    """One round, as far as it can be decided beforehand; the machine's own timing does the rest."""

    seed: int
    end: End
    instant: Instant
    seconds: float
    """How long is typed before the instant is sought; of a round at start-up, when that start is ended."""
    delay: float
    """Seconds after the instant at which the end comes: mostly 0."""
    fresh: bool
    """Whether a new record is begun, where the last round's draft could be gone on with."""

    @property
    def dice(self) -> random.Random:
        """Chance for what is typed: the same for each call."""
        return random.Random(self.seed)


def plan_of(seed: int, longest: float) -> Plan:
    """The plan of a seed; `longest` is how many seconds are typed at most."""
    dice = random.Random(f"plan {seed}")
    instant = dice.choices(list(_WHEN), list(_WHEN.values()))[0]
    seconds = dice.uniform(0.02, 1.6) if instant == "start-up" else dice.uniform(0.2, longest)
    return Plan(
        seed=seed,
        end=dice.choices(list(_OFTEN), list(_OFTEN.values()))[0],  # type: ignore[arg-type]
        instant=instant,  # type: ignore[arg-type]
        seconds=seconds,
        delay=dice.choice([0.0, 0.0, dice.uniform(0, 0.05), dice.uniform(0, 0.9)]),
        fresh=dice.random() < 0.5,
    )


def keystrokes(dice: random.Random) -> Iterator[tuple[str, float]]:
    """Endless typing: what is sent in one go, and the seconds until the next.

    A person's speed, faster, and in bursts, in turn; with slips that are taken back (once they are seen, for which
    `SLIP` stands, or blindly), and new lines. Letters come in words that do not repeat.
    """
    while True:
        pace = dice.choice(["person", "person", "fast", "burst"])
        for word in (_word(dice) for _ in range(dice.randint(2, 6))):
            if pace == "burst":
                yield word + " ", dice.uniform(0.0, 0.2)
                continue
            for letter in word:
                if dice.random() < 0.04:
                    yield dice.choice([SLIP, SLIP + "\x7f"]), _pause(dice, pace)
                yield letter, _pause(dice, pace)
            yield dice.choices([" ", ", ", "\r"], [12, 3, 1])[0], _pause(dice, pace)


def _pause(dice: random.Random, pace: str) -> float:
    return dice.uniform(0.06, 0.18) if pace == "person" else dice.uniform(0.0, 0.02)


def _word(dice: random.Random) -> str:
    """A word of eight or ten letters: so many there are that two alike do not come up."""
    return "".join(dice.choice(_CONSONANTS) + dice.choice(_VOWELS) for _ in range(dice.choice([4, 5])))
