"""What the mouse does in the source pane.

A click selects the item under the pointer, a further one on the same place the item around it; with ctrl, or in the
gutter, a click adds. A drag selects whole lines, a double click a token. As the first click of a double click has
already acted, the second takes a widening back.
"""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from widgets.source import messages
from widgets.source.matches import Matches
from widgets.source.painting import RowPainter
from widgets.source.selection import SourceSelection
from widgets.source.source_host import SourceHost
from widgets.source.taking import Taker

WHEEL_LINES = 3
SIDESTEP = 8
"""Cells that a key or a turn of the wheel scrolls sideways."""
DRAG_SECONDS = 0.05
"""How often a drag beyond an edge scrolls by one line."""


class Pointer:
    """A mouse over the pane; x and y are the pane's cells."""

    def __init__(self, host: SourceHost, painter: RowPainter, taker: Taker, matches: Matches) -> None:
        self._host, self._painter, self._taker, self._matches = host, painter, taker, matches
        self._pressed: int | None = None
        """Line where the button went down."""
        self._dragging = False
        self._drag_y = 0
        self._drag_timer: Timer | None = None
        self._last: tuple[int, int] | None = None
        """Line and byte of the last click, as long as no key moved the cursor."""
        self._widened = False
        """Whether the last click widened."""

    def forget(self) -> None:
        """The cursor moved otherwise: the next click is a first one."""
        self._last = None

    def down(self, event: events.MouseDown) -> None:
        """A button goes down: maybe a drag begins."""
        if event.button == 1:
            self._pressed = self._painter.place_at(event.x, event.y)[0]
            self._dragging = False
            self._host.capture_mouse()

    def move(self, event: events.MouseMove) -> None:
        """With the button down, beyond the line where it went down: a drag."""
        if self._pressed is None:
            return
        line = self._painter.place_at(event.x, event.y)[0]
        if line != self._pressed and not self._dragging:
            self._dragging = True
            self._selection.move(self._pressed)
            self._selection.anchor = self._pressed
            self._drag_timer = self._host.set_interval(DRAG_SECONDS, self._drag_on)
        if self._dragging:
            self._drag_y = event.y
            self._drag_to(line)

    def _drag_on(self) -> None:
        """Scroll on while the pointer is held beyond an edge."""
        y, height = self._drag_y, self._host.size.height
        if y < 0 or y >= height:
            self._host.scroll_to_line(self._host.top + (-1 if y < 0 else 1))
            self._drag_to(self._host.top if y < 0 else self._host.top + height - 1)

    def _drag_to(self, line: int) -> None:
        line = min(max(line, 0), self._host.file.source.line_count - 1)
        if line != self._selection.line:
            self._selection.move(line)
            self._host.moved()

    def up(self) -> None:
        """The button goes up: what was dragged over is taken."""
        self.let_go()
        if self._dragging:
            self._taker.take_current()

    def let_go(self) -> None:
        """The mouse is the pane's no more."""
        if self._pressed is not None:
            self._pressed = None
            self._host.release_mouse()
        if self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None

    def click(self, event: events.Click) -> None:
        """Select the item, the one around it, or the token; with ctrl or in the gutter, add."""
        if self._dragging:  # the click that Textual sends after a drag
            self._dragging = False
            return
        line, byte, in_gutter = self._painter.place_at(event.x, event.y)
        if self._host.top + event.y >= self._host.file.source.line_count:
            return
        if event.ctrl or in_gutter:
            self._select(line, byte if event.ctrl else None, "add")
        elif event.chain == 2:
            self._choose_token(line, byte)
        elif event.chain == 1:
            self._click_once(line, byte)

    def _click_once(self, line: int, byte: int) -> None:
        if self._last != (line, byte) or self._selection.range is None:
            self._widened = False
            self._select(line, byte, "click")
            self._last = line, byte
            return
        self._widened = self._selection.widen_item()
        if self._widened:
            self._take("click")
        else:
            self._host.refuse("no item is around this one")

    @property
    def _selection(self) -> SourceSelection:
        return self._host.file.selection

    def _select(self, line: int, byte: int | None, how: messages.How) -> None:
        self._selection.anchor = None
        self._selection.move(line, byte)
        self._last = None
        self._take(how)

    def _take(self, how: messages.How) -> None:
        source = self._host.file.source
        if (current := self._selection.range) is not None:
            self._taker.take(current, how)
        elif source.obstacle:
            self._host.refuse(f"{source.path} {source.obstacle}")
        self._host.moved()

    def _choose_token(self, line: int, byte: int) -> None:
        if self._widened:
            self._widened = False
            self._selection.narrow()
            self._take("click")
        self._selection.offset = byte
        if token := self._selection.token():
            self._matches.look_for(token, go=False)
            self._host.post_message(messages.TokenChosen(token))

    def wheel(self, event: events.MouseEvent) -> None:
        """Scroll; sideways with shift or ctrl, and by a wheel that turns sideways."""
        sideways = isinstance(event, events.MouseScrollLeft | events.MouseScrollRight)
        way = 1 if isinstance(event, events.MouseScrollDown | events.MouseScrollRight) else -1
        if sideways or event.shift or event.ctrl:
            self._painter.scroll_sideways(SIDESTEP * way)
        else:
            self._host.scroll_to_line(self._host.top + WHEEL_LINES * way)
