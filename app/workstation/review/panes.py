"""Going about on the review screen: from pane to pane, and from finding to finding."""

from __future__ import annotations

from typing import Literal

from app.workstation.review.reader import ReviewReader
from app.workstation.review.record_panes import RecordPanes
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar

PANES = ("texts", "code", "findings", "about")
"""The panes, in the order of their keys."""
NAMES = {f"{at} {pane}": pane for at, pane in enumerate(PANES, 1)}
"""What the bar of panes shows for each."""
_FOCUS = {"texts": "think", "code": "block", "findings": "findings", "about": "about"}
"""What has the keys first in each pane."""
_STOPS = ("user", "think", "block", "findings", "about", "asked")


class ReviewPanes:
    """Moves the focus and the current finding; changes nothing else."""

    def __init__(self, screen: WorkScreen[None], reader: ReviewReader) -> None:
        self._screen = screen
        self._reader = reader
        self._pane = "texts"

    def show(self, pane: str, stop: str = "") -> None:
        """Show a pane, and give the keys to one of its parts: its first one unless named."""
        self._pane = pane
        for name in PANES:
            self._screen.set_class(name == pane, f"-{name}")
        self._screen.query_one(PaneBar).active = next(shown for shown, name in NAMES.items() if name == pane)
        self._screen.set_focus(self._screen.query_one(f"#{stop or _FOCUS[pane]}"))

    @property
    def _focused(self) -> str:
        focused = self._screen.focused
        return (focused.id or "") if focused is not None else ""

    def action_pane(self, pane: str) -> None:
        """Go to a pane; again: to its next part."""
        self._reader.touch()
        stop = _FOCUS[pane]
        if pane == self._pane and self._focused == stop:
            stop = {"think": "user", "about": "asked"}.get(stop, stop)
        self.show(pane, stop)

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._turn(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._turn(-1)

    def _turn(self, step: Literal[1, -1]) -> None:
        self._reader.touch()
        at = self._focused
        stop = _STOPS[((_STOPS.index(at) if at in _STOPS else 0) + step) % len(_STOPS)]
        pane = {"user": "texts", "think": "texts", "block": "code", "asked": "about"}.get(stop, stop)
        self.show(pane, stop)

    def action_next_finding(self) -> None:
        """Go to the next finding or comment."""
        self._step(1)

    def action_previous_finding(self) -> None:
        """Go to the finding or comment before."""
        self._step(-1)

    def _step(self, step: Literal[1, -1]) -> None:
        self._reader.touch()
        told = self._reader.told
        if told is None:
            return
        found = told.steps
        if not found:
            said = "The checks have nothing to say." if told.studied is not None else "Still checking."
            self._screen.say(f"{said} There is no comment in this text.")
            return
        zones = [zone for zone, *_ in found]
        current = self._reader.current
        at = zones.index(current) + step if current in zones else (0 if step > 0 else -1)
        self._go_to(*found[at % len(found)])

    def go_to_zone(self, zone: str) -> None:
        """Go to a finding or comment by its zone in the list."""
        for one in self._reader.told.steps if self._reader.told is not None else ():
            if one[0] == zone:
                self._go_to(*one)

    def _go_to(self, zone: str, field: str, start: int, end: int) -> None:
        self._reader.current = zone
        panes = self._screen.query_one(RecordPanes)
        if self._reader.told is not None:
            panes.mark(self._reader.told, zone)
        panes.findings.set_current(zone)
        if field:
            panes.view(field).go_to(start)
            self.show("code" if field == "block" else "texts", field)
        elif self._screen.has_class("-narrow"):
            self.show("findings")
