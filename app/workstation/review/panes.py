"""Going about on the review screen: from pane to pane, and from finding to finding."""

from __future__ import annotations

from typing import Literal

from textual import on

from app.workstation.review.record_view import FOCUS, NAMES, ReviewDesk
from widgets.bars.panes import PaneBar
from widgets.record.facts import RecordFacts

_STOPS = ("user", "think", "block", "findings", "about", "asked")


class ReviewPanes(ReviewDesk):
    """Moves the focus and the current finding; changes nothing else."""

    def on_pane_bar_chosen(self, event: PaneBar.Chosen) -> None:
        self._show_pane(NAMES[event.pane])

    def action_pane(self, pane: str) -> None:
        """Go to a pane; again: to its next part."""
        self._touch()
        stop = FOCUS[pane]
        focused = self.focused.id if self.focused is not None else ""
        if pane == self._pane and focused == stop:
            stop = {"think": "user", "about": "asked"}.get(stop, stop)
        self._show_pane(pane, stop)

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._turn(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._turn(-1)

    def _turn(self, step: Literal[1, -1]) -> None:
        self._touch()
        at = self.focused.id if self.focused is not None else None
        stop = _STOPS[((_STOPS.index(at) if at in _STOPS else 0) + step) % len(_STOPS)]
        pane = {"user": "texts", "think": "texts", "block": "code", "asked": "about"}.get(stop, stop)
        self._show_pane(pane, stop)

    def action_next_finding(self) -> None:
        """Go to the next finding or comment."""
        self._step_finding(1)

    def action_previous_finding(self) -> None:
        """Go to the finding or comment before."""
        self._step_finding(-1)

    def _step_finding(self, step: Literal[1, -1]) -> None:
        self._touch()
        told = self._told
        if told is None:
            return
        found = told.steps
        if not found:
            said = "The checks have nothing to say." if told.studied is not None else "Still checking."
            self.notify(f"{said} There is no comment in this text.", markup=False)
            return
        zones = [zone for zone, *_ in found]
        at = zones.index(self._current) + step if self._current in zones else (0 if step > 0 else -1)
        self._go_to(*found[at % len(found)])

    @on(RecordFacts.Chosen)
    def _fact_chosen(self, event: RecordFacts.Chosen) -> None:
        self._touch()
        self._go_to_zone(event.zone)

    def _go_to_zone(self, zone: str) -> None:
        for one in self._told.steps if self._told is not None else ():
            if one[0] == zone:
                self._go_to(*one)

    def _go_to(self, zone: str, field: str, start: int, end: int) -> None:
        self._current = zone
        self._mark()
        self.query_one("#findings", RecordFacts).set_current(zone)
        if field:
            self._view(field).go_to(start)
            self._show_pane("code" if field == "block" else "texts", field)
        elif self.has_class("-narrow"):
            self._show_pane("findings")
