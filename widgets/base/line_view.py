"""Scrolling widgets that draw only the rows in sight: a base for texts, and one for lists of any length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from widgets.base.drawing import Looks, Part, zone_at
from widgets.base.line_rows import LineRows
from widgets.base.scroll_bar import LeanBar

WHEEL_ROWS = 3
"""Rows a turn of the wheel scrolls."""


class LineView(ScrollView, can_focus=True):
    """Rows of parts, drawn as they come into sight. Nothing here is animated: over SSH each frame costs."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LineView { overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; }"

    pinned: int = 0
    """Rows at the top that do not scroll."""

    ROWS: ClassVar[type[LineRows]] = LineRows
    """What draws its rows."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._looks = Looks(self)
        self._rows = self.ROWS(self)
        super().__init__(id=id, classes=classes)

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:  # made as Textual makes its own, but for the class
            bar = LeanBar(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self._vertical_scrollbar = bar
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    @property
    def look(self) -> Callable[[str], Style]:
        """A component class's own style, to be laid over a row's."""
        return self._looks.of

    def notify_style_update(self) -> None:
        self._looks.forget()
        super().notify_style_update()

    # -- for subclasses

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        """What the 0-based pinned row shows in `width` cells."""
        return ()

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        """What the 0-based scrolling row shows in `width` cells."""
        raise NotImplementedError

    def row_look(self, row: int) -> Style:
        """The style under a row's parts."""
        return self.rich_style

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        """A click on a 0-based row (-1: a pinned row); `times` is 2 for a double click."""

    # -- rows

    @property
    def cells(self) -> int:
        """Cells of a row that can be seen: the scroll bar's are not among them."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """Scrolling rows in sight; at least 1."""
        return max(self.size.height - self.pinned, 1)

    def set_rows_count(self, count: int) -> None:
        """Say how many rows can be scrolled through."""
        self._rows.count = count
        height = count + self.pinned
        if height != self.virtual_size.height:
            self.set_height(height)

    def set_height(self, rows: int) -> None:
        """Make room for so many rows, pinned ones among them, to scroll in."""
        self.virtual_size = Size(1, rows)

    def repaint_changed(self) -> None:
        """Draw again those rows in sight that would look different."""
        top = self.scroll_offset.y
        for y in self._rows.changed():
            self.refresh_line(top + y)

    def render_line(self, y: int) -> Strip:
        return self._rows.strip(y)

    # -- scrolling and the mouse

    def scroll_to(self, x: float | None = None, y: float | None = None, **how: Any) -> None:
        # `force`: rows just given can be scrolled to before the scrollbar has been laid out.
        super().scroll_to(x, y, **{**how, "animate": False, "force": True})

    @on(events.MouseScrollDown)
    @on(events.MouseScrollUp)
    def _wheel(self, event: events.MouseEvent) -> None:
        event.stop()
        event.prevent_default()
        rows = WHEEL_ROWS if isinstance(event, events.MouseScrollDown) else -WHEEL_ROWS
        self.scroll_to(y=self.scroll_offset.y + rows)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < self.pinned:
            parts = self.pinned_parts(offset.y, self.cells)
            self.zone_clicked(-1, zone_at(parts, offset.x), event.chain)
        elif (row := self._rows.under(offset.y)) is not None:
            self.zone_clicked(row, zone_at(self.row_parts(row, self.cells), offset.x), event.chain)


ROW_KEYS: tuple[Binding, ...] = (
    Binding("up,k", "move(-1)", "Up", show=False),
    Binding("down,j", "move(1)", "Down", show=False),
    Binding("pageup", "turn(-1)", "Page up", show=False),
    Binding("pagedown", "turn(1)", "Page down", show=False),
    Binding("home,g", "edge(-1)", "First", show=False),
    Binding("end,G", "edge(1)", "Last", show=False),
)
"""Keys of a list of which one row is chosen."""


def cursor_css(widget: str, name: str) -> str:
    """How a list's chosen row looks, with the keys and without; `name` is what its component classes begin with."""
    return f"""
    {widget} > .{name}--cursor {{
        color: $block-cursor-blurred-foreground;
        background: $block-cursor-blurred-background;
    }}
    {widget}:focus > .{name}--cursor {{
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: $block-cursor-text-style;
    }}
    """


class LineList(LineView):
    """A list of any length with one chosen row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor"}
    DEFAULT_CSS = cursor_css("LineList", "line-list")
    BINDINGS: ClassVar[list[BindingType]] = [*ROW_KEYS]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The chosen 0-based row; 0 in an empty list."""

    class Highlighted(Message):
        """The chosen row changed."""

        def __init__(self, lines: LineList, row: int) -> None:
            super().__init__()
            self.lines = lines
            """The list it happened in."""
            self.row = row
            """0-based."""

        @property
        def control(self) -> LineList:
            return self.lines

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LineList.Highlighted) and message.lines is self.lines

    def set_rows_count(self, count: int) -> None:
        super().set_rows_count(count)
        self.cursor = min(self.cursor, max(count - 1, 0))
        self.refresh()
        self.show_cursor()

    def validate_cursor(self, row: int) -> int:
        return min(max(row, 0), max(self._rows.count - 1, 0))

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_line(old + self.pinned)
        self.refresh_line(new + self.pinned)
        self.show_cursor()
        self.post_message(self.Highlighted(self, new))

    def row_look(self, row: int) -> Style:
        return self.rich_style + self.look("line-list--cursor") if row == self.cursor else self.rich_style

    def show_cursor(self) -> None:
        """Scroll so far that the chosen row is in sight."""
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor)
        elif self.cursor >= top + self.page:
            self.scroll_to(y=self.cursor - self.page + 1)

    def on_resize(self) -> None:
        self.show_cursor()

    @on(events.Focus)
    @on(events.Blur)
    def _refocused(self) -> None:
        self.refresh_line(self.cursor + self.pinned)

    def action_move(self, rows: int) -> None:
        """Choose the row so many further."""
        self.cursor += rows

    def action_turn(self, pages: int) -> None:
        """Choose the row so many pages further."""
        self.cursor += pages * self.page

    def action_edge(self, way: int) -> None:
        """Choose the first row (-1) or the last (1)."""
        self.cursor = 0 if way < 0 else self._rows.count - 1
