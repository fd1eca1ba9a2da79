"""What the mouse does in the source pane.

A click selects the item under the pointer, a further one on the same place the item around it; with ctrl, or in the
gutter, a click adds. A drag selects whole lines, a double click a token. As the first click of a double click has
already acted, the second takes a widening back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer
from textual.widget import Widget

from widgets import source_messages as messages

if TYPE_CHECKING:
    from widgets.source_pane import SourcePane

WHEEL_LINES = 3
DRAG_SECONDS = 0.05
"""How often a drag beyond an edge scrolls by one line."""


class Pointer(Widget):
    """Mix-in of `SourcePane`; x and y are cells of the pane."""

    _pressed: int | None = None
    """Line where the button went down."""
    _dragging = False
    _drag_y = 0
    _drag_timer: Timer | None = None
    _last: tuple[int, int] | None = None
    """Line and byte of the last click, as long as nothing else moved the cursor."""
    _widened = False
    """Whether the last click widened."""

    def forget_pointer(self) -> None:
        """The cursor moved otherwise: the next click is a first one."""
        self._last = None

    def _pane(self) -> SourcePane:
        from widgets.source_pane import SourcePane

        assert isinstance(self, SourcePane)
        return self

    def place_at(self, x: int, y: int) -> tuple[int, int, bool]:
        """Line and byte under a cell (the nearest line there is), and whether the cell is in the gutter."""
        pane = self._pane()
        drawer = pane._ready_drawer()
        line = min(max(pane.top + y, 0), pane.source.line_count - 1)
        cell = max(0, x - drawer.gutter) + drawer.left
        return line, drawer.line(line).byte_of(cell), x < drawer.gutter

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1:
            self._pressed = self.place_at(event.x, event.y)[0]
            self._dragging = False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None:
            return
        line = self.place_at(event.x, event.y)[0]
        if line != self._pressed and not self._dragging:
            self._dragging = True
            pane = self._pane()
            pane.selection.move(self._pressed)
            pane.selection.anchor = self._pressed
            self._drag_timer = self.set_interval(DRAG_SECONDS, self._drag_on)
        if self._dragging:
            self._drag_y = event.y
            self._drag_to(line)

    def _drag_on(self) -> None:
        """Scroll on while the pointer is held beyond an edge."""
        pane, y = self._pane(), self._drag_y
        if y < 0 or y >= pane.size.height:
            pane.scroll_to(y=pane.top + (-1 if y < 0 else 1), animate=False, force=True)
            self._drag_to(pane.top if y < 0 else pane.top + pane.size.height - 1)

    def _drag_to(self, line: int) -> None:
        pane = self._pane()
        line = min(max(line, 0), pane.source.line_count - 1)
        if line != pane.selection.line:
            pane.selection.move(line)
            pane._moved()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._end_drag()
        if self._dragging:
            self._pane().take_current()

    def on_mouse_release(self, event: events.MouseRelease) -> None:
        self._end_drag()

    def _end_drag(self) -> None:
        if self._pressed is not None:
            self._pressed = None
            self.release_mouse()
        if self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self._dragging:  # the click that Textual sends after a drag
            self._dragging = False
            return
        pane = self._pane()
        line, byte, in_gutter = self.place_at(event.x, event.y)
        if pane.top + event.y >= pane.source.line_count:
            return
        if event.ctrl or in_gutter:
            self._select(line, byte if event.ctrl else None, "add")
        elif event.chain == 2:
            self._choose_token(line, byte)
        elif event.chain == 1:
            if self._last == (line, byte) and pane.selection.range is not None:
                self._widened = pane.selection.widen_item()
                if self._widened:
                    self._take("click")
                else:
                    pane._refuse("no item is around this one")
            else:
                self._widened = False
                self._select(line, byte, "click")
                self._last = line, byte

    def _select(self, line: int, byte: int | None, how: messages.How) -> None:
        pane = self._pane()
        pane.selection.anchor = None
        pane.selection.move(line, byte)
        self._last = None
        self._take(how)

    def _take(self, how: messages.How) -> None:
        pane = self._pane()
        if (current := pane.selection.range) is not None:
            pane.take(current, how)
        elif pane.source.obstacle:
            pane._refuse(f"{pane.source.path} {pane.source.obstacle}")
        pane._moved()

    def _choose_token(self, line: int, byte: int) -> None:
        pane = self._pane()
        if self._widened:
            self._widened = False
            pane.selection.narrow()
            self._take("click")
        pane.selection.offset = byte
        if token := pane.selection.token():
            pane.look_for(token, go=False)
            pane.post_message(messages.TokenChosen(token))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self._sideways(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self._sideways(event, 1)

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        if event.shift or event.ctrl:
            self._sideways(event, way)
            return
        event.stop()
        event.prevent_default()
        pane = self._pane()
        pane.scroll_to(y=pane.top + WHEEL_LINES * way, animate=False, force=True)

    def _sideways(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        event.prevent_default()
        self._pane().scroll_sideways(8 * way)
