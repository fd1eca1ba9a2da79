"""What the mouse does in the source self.

A click selects the item under the pointer, a further one on the same place the item around it; with ctrl, or in the
gutter, a click adds. A drag selects whole lines, a double click a token. As the first click of a double click has
already acted, the second takes a widening back.
"""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from app.rust.source import SourceFile
from widgets.source import messages
from widgets.source.finder import SourceFinder

WHEEL_LINES = 3
DRAG_SECONDS = 0.05
"""How often a drag beyond an edge scrolls by one line."""


class Pointer(SourceFinder):
    """The canvas with a mouse; x and y are cells of the self."""

    _pressed: int | None = None
    """Line where the button went down."""
    _dragging = False
    _drag_y = 0
    _drag_timer: Timer | None = None
    _last: tuple[int, int] | None = None
    """Line and byte of the last click, as long as nothing else moved the cursor."""
    _widened = False
    """Whether the last click widened."""

    def show(self, source: SourceFile, *, line: int = 0) -> None:
        self.forget_pointer()
        super().show(source, line=line)

    def forget_pointer(self) -> None:
        """The cursor moved otherwise: the next click is a first one."""
        self._last = None

    def place_at(self, x: int, y: int) -> tuple[int, int, bool]:
        """Line and byte under a cell (the nearest line there is), and whether the cell is in the gutter."""
        drawer = self.drawer()
        line = min(max(self.top + y, 0), self.source.line_count - 1)
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
            self.selection.move(self._pressed)
            self.selection.anchor = self._pressed
            self._drag_timer = self.set_interval(DRAG_SECONDS, self._drag_on)
        if self._dragging:
            self._drag_y = event.y
            self._drag_to(line)

    def _drag_on(self) -> None:
        """Scroll on while the pointer is held beyond an edge."""
        y = self._drag_y
        if y < 0 or y >= self.size.height:
            self.scroll_to(y=self.top + (-1 if y < 0 else 1), animate=False, force=True)
            self._drag_to(self.top if y < 0 else self.top + self.size.height - 1)

    def _drag_to(self, line: int) -> None:
        line = min(max(line, 0), self.source.line_count - 1)
        if line != self.selection.line:
            self.selection.move(line)
            self.moved()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._end_drag()
        if self._dragging:
            self.take_current()

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
        line, byte, in_gutter = self.place_at(event.x, event.y)
        if self.top + event.y >= self.source.line_count:
            return
        if event.ctrl or in_gutter:
            self._select(line, byte if event.ctrl else None, "add")
        elif event.chain == 2:
            self._choose_token(line, byte)
        elif event.chain == 1:
            if self._last == (line, byte) and self.selection.range is not None:
                self._widened = self.selection.widen_item()
                if self._widened:
                    self._take("click")
                else:
                    self.refuse("no item is around this one")
            else:
                self._widened = False
                self._select(line, byte, "click")
                self._last = line, byte

    def _select(self, line: int, byte: int | None, how: messages.How) -> None:
        self.selection.anchor = None
        self.selection.move(line, byte)
        self._last = None
        self._take(how)

    def _take(self, how: messages.How) -> None:
        if (current := self.selection.range) is not None:
            self.take(current, how)
        elif self.source.obstacle:
            self.refuse(f"{self.source.path} {self.source.obstacle}")
        self.moved()

    def _choose_token(self, line: int, byte: int) -> None:
        if self._widened:
            self._widened = False
            self.selection.narrow()
            self._take("click")
        self.selection.offset = byte
        if token := self.selection.token():
            self.look_for(token, go=False)
            self.post_message(messages.TokenChosen(token))

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
        self.scroll_to(y=self.top + WHEEL_LINES * way, animate=False, force=True)

    def _sideways(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_sideways(8 * way)
