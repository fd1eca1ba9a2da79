"""What a walk came to, and what went wrong on it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong."""

    kind: str
    """`fault`, `ended`, `stuck`, `no way out`, `wrong` or `not left`."""
    event: int
    """How many events had been sent."""
    path: Path
    """The file that tells it."""
    told: str
    """What it was, with the last events before it."""


@dataclass
class Walk:
    """What a walk came to."""

    seed: int
    folder: Path
    """Where what went wrong is told, each in a file of its own."""
    events: int = 0
    """Events sent; keys that only lead to a screen are not counted."""
    appended: int = 0
    """Events that the journal has got."""
    runs: int = 0
    """How often the workstation was started."""
    troubles: list[Trouble] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)
    """Kinds of screens, and how many looks found them on top."""
    memory: list[int] = field(default_factory=list)
    """Kilobytes of the process after each run of the workstation."""
    screens: int = 0
    """Screens that were left and are still in memory, after the last run."""
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    """The last events."""

    def note(self, kind: str, what: str) -> None:
        """Note a trouble, with what was done before it."""
        before = "\n  ".join(self.lately)
        told = f"{what}\nlately:\n  {before}\n"
        path = self.folder / f"{len(self.troubles)}-{kind.replace(' ', '-')}.txt"
        path.write_text(told, "utf-8", "backslashreplace")
        self.troubles.append(Trouble(kind, self.events, path, told))
