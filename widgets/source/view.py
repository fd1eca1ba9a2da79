"""The source pane in its frame: a header that names the enclosing items, a scroll bar, and a line to type into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from widgets.base.drawing import cut, cut_left, head, safe, width
from widgets.base.lean_strip import LeanStrip, painted_width, row
from widgets.source import messages
from widgets.source.pane import SourcePane

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from app.rust.items import Item
    from widgets.source.prompt import SourcePrompt

ARROW = " › "
_WIDE = 60
"""Cells from which on the header says in words what is not understood."""
_PATH_CELLS = 14
"""Cells that the path keeps where the items around the cursor need the room."""


class SourceHeader(Widget):
    """One row: the file, the items around what is seen, and where the cursor is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"source-header--file", "source-header--notice"}
    DEFAULT_CSS = """
    SourceHeader {
        height: 1; background: $panel; color: $foreground;
        & > .source-header--file { color: $foreground 60%; }
        & > .source-header--notice { color: $text-error; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, pane: SourcePane) -> None:
        super().__init__()
        self._pane = pane
        self._painted: LeanStrip | None = None

    def follow(self) -> None:
        """Say where the pane is now; repaints only if that reads differently."""
        if not self.size.width or not self.is_attached:
            return
        strip = self._draw()
        if strip != self._painted:
            self.refresh(Region(0, 0, painted_width(self._painted, strip), 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        strip = self._painted = self._draw()
        return [strip.crop(crop.x, crop.right)] * crop.height

    def _draw(self) -> LeanStrip:
        pane, cells = self._pane, self.size.width
        source = pane.source
        plain = self.visual_style.rich_style
        where = f" {pane.cursor_line + 1}/{source.line_count} " if source.path else ""
        strange = f" {head(self._strange(), cells // 2)} " if pane.file.strange else ""
        if pane.mark is not None and pane.mark.told:
            where = f" {cut(safe(pane.mark.told), cells // 2)}{where}"
        room = max(0, cells - width(where) - width(strange))
        quiet = self.get_component_rich_style("source-header--file")
        notice = self.get_component_rich_style("source-header--notice")
        if source.obstacle:
            parts = [(f" {safe(source.path)}", quiet), (f"  read only, {source.obstacle}", notice)]
        else:
            chain = self._chain()
            # Where one is in the file says more than the folders it lies in.
            path = cut_left(safe(source.path), max(room - width(chain) - 1, _PATH_CELLS))
            parts = [(f" {path}", quiet), (chain, plain)]
        segments: list[Segment] = []
        for text, style in parts:
            text = head(text, room)
            segments.append(Segment(text, style))
            room -= width(text)
        segments += [Segment(" " * room, plain), Segment(strange, notice), Segment(head(where, cells), quiet)]
        return row([part for part in segments if part.text], cells, plain)

    def _strange(self) -> str:
        """What is to be said of code that is not understood; shorter where the row is narrow."""
        from app.rust.gaps.unknowns import said

        pane = self._pane
        lines = [pane.source.line_at(low) for low, _ in pane.file.strange]
        if self.size.width >= _WIDE:
            return said(lines)
        return f"? line {lines[0] + 1}" + (f" +{len(lines) - 1}" if len(lines) > 1 else "")

    def _chain(self) -> str:
        """The items around the cursor; around the first line in sight if the cursor is not."""
        pane, items = self._pane, self._pane.items
        if not items:
            return ""
        from app.rust.items import scope_at

        seen = pane.top <= pane.cursor_line < pane.top + max(1, pane.size.height)
        at = (
            pane.selection.offset
            if seen
            else pane.source.line_start(min(pane.top, pane.source.line_count - 1))
        )
        chain = scope_at(items, at)
        return "".join(ARROW + safe(_short(items, at)) for at in chain)


def _short(items: Sequence[Item], index: int) -> str:
    """An item's own part of its path, its container's left out."""
    item = items[index]
    if item.parent is None:
        return item.path
    if item.kind == "function_item":
        return item.path.rpartition("::")[2]
    return item.path.removeprefix(items[item.parent].path).removeprefix("::") or item.path


class SourceBar(Widget):
    """One column that shows how far down the pane is, and takes it elsewhere by mouse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"source-bar--thumb"}
    DEFAULT_CSS = """
    SourceBar {
        width: 1; dock: right; background: $scrollbar-background;
        & > .source-bar--thumb { background: $scrollbar; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, pane: SourcePane) -> None:
        super().__init__()
        self._pane = pane
        self._painted = (0, 0)
        self._held = False
        self._strips: tuple[Strip, ...] | None = None

    def _thumb(self) -> tuple[int, int]:
        height, lines = self.size.height, self._pane.source.line_count
        seen = self._pane.size.height
        if lines <= seen or not height:
            return 0, 0
        length = max(1, height * seen // lines)
        first = (height - length) * self._pane.top // max(1, lines - seen)
        return first, min(height, first + length)

    def follow(self) -> None:
        """Show where the pane is now; repaints only cells that change."""
        before, now = self._painted, self._thumb()
        if before != now:
            self._painted = now
            changed = set(range(*before)) ^ set(range(*now))
            self.refresh(*(Region(0, y, 1, 1) for y in changed))

    def render_lines(self, crop: Region) -> list[Strip]:
        first, end = self._painted = self._thumb()
        if self._strips is None:
            styles = self.visual_style.rich_style, self.get_component_rich_style("source-bar--thumb")
            self._strips = tuple(LeanStrip([Segment(" ", style)], 1) for style in styles)
        return [self._strips[first <= y < end] for y in crop.line_range]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips = None

    def on_resize(self) -> None:
        self._painted = self._thumb()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._held = True
        self.capture_mouse()
        self._go(event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            self._go(event.y)

    def on_mouse_up(self) -> None:
        self._held = False
        self.release_mouse()

    def _go(self, y: int) -> None:
        share = min(max(y, 0), self.size.height - 1) / max(1, self.size.height - 1)
        last = max(0, self._pane.source.line_count - self._pane.size.height)
        self._pane.scroll_to(y=round(share * last), animate=False, force=True)


class SourceView(Vertical):
    """Header, pane and scroll bar; the pane is `view.pane`."""

    DEFAULT_CSS = "SourceView > SourcePane { height: 1fr; }"
    BLANK = True  # the frame itself shows nothing; this spares its rendering

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.pane = SourcePane(id="source")
        """The source pane itself."""
        self.header = SourceHeader(self.pane)
        self.bar = SourceBar(self.pane)
        self._prompt: SourcePrompt | None = None

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.bar
        yield self.pane

    def on_mount(self) -> None:
        self.watch(self.pane, "place", self._follow, init=False)

    def _follow(self) -> None:
        self.header.follow()
        self.bar.follow()

    @on(SourcePane.Asked)
    async def _ask(self, message: messages.Asked) -> None:
        message.stop()
        if self._prompt is None:  # most readings never ask, so the first screen need not hold it
            from widgets.source.prompt import SourcePrompt

            self._prompt = SourcePrompt(self.pane)
            await self.mount(self._prompt)
        self._prompt.open(message.kind)
