"""A row that sends few bytes: within it only what changes from one style to the next is written.

Textual wraps each run of text in a complete style and a reset, about 45 bytes a run in 24-bit colours; over SSH that is
what a page of source costs. Rows here are drawn once, so they are also divided and cropped by the shortest way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor
from textual.strip import Strip
from textual.widget import Widget

RESET = "\x1b[0m"
_ATTRIBUTES = (
    ("bold", "1"),
    ("dim", "2"),
    ("italic", "3"),
    ("underline", "4"),
    ("reverse", "7"),
    ("strike", "9"),
)


class LeanStrip(Strip):
    """One row. The last segment is the blank rest of the row, if there is any."""

    __slots__ = ("_written", "body", "rest")

    def __init__(self, segments: Iterable[Segment], cell_length: int, body: int | None = None) -> None:
        # Textual's seven caches take longer to make than the row, and most rows are written once: see `__getattr__`.
        parts = self._segments = list(segments)
        self._cell_length = cell_length
        self.body = cell_length if body is None else body
        """Cells up to the blank rest; there are none after it."""
        self.rest: Style | None = parts[-1].style if parts and self.body < cell_length else None
        """Style of the blank rest; None if there is no rest."""
        self._written: str | None = None

    def __getattr__(self, name: str) -> Any:
        if name in Strip.__slots__ and name not in ("_segments", "_cell_length"):
            super().__init__(self._segments, self._cell_length)
            return getattr(self, name)
        raise AttributeError(name)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        places = list(cuts)
        return [self] if places == [self._cell_length] else super().divide(places)

    def crop(self, start: int, end: int | None = None) -> Strip:
        width = self.cell_length
        stop = width if end is None else min(end, width)
        if start == 0 and stop == width:
            return self
        if start == 0 and stop >= self.body:
            parts = list(self)
            if self.body < width:
                parts.pop()
            if stop > self.body:
                parts.append(Segment(" " * (stop - self.body), self.rest))
            return LeanStrip(parts, stop, self.body)
        cropped = super().crop(start, end)
        return LeanStrip(cropped, cropped.cell_length)

    def render(self, console: Console) -> str:
        if self._written is None:
            system = COLOR_SYSTEMS.get(console.color_system or "truecolor", ColorSystem.TRUECOLOR)
            before: Style | None = None
            parts: list[str] = []
            for text, style, _ in self:
                if style is not before:
                    parts.append(_change(before, style, system))
                    before = style
                parts.append(text)
            self._written = "".join(parts) + RESET if parts else ""
        return self._written


def painted_width(before: Strip | None, after: LeanStrip) -> int:
    """How many cells of a row have to be written for `after` where `before` stands: all but a common blank rest."""
    if not isinstance(before, LeanStrip) or before.cell_length != after.cell_length:
        return after.cell_length
    if before.rest is None or before.rest is not after.rest:
        return after.cell_length
    return max(before.body, after.body)


def row(segments: list[Segment], width: int, rest: Style) -> LeanStrip:
    """A row of exactly `width` cells: segments cut, or filled up with blanks of style `rest`."""
    body = sum([len(text) if text.isascii() else cell_len(text) for text, _, _ in segments])
    if body < width:
        segments.append(Segment(" " * (width - body), rest))
        return LeanStrip(segments, width, body)
    if body > width:
        cut = Strip(segments, body).crop(0, width)
        return LeanStrip(cut, width)
    return LeanStrip(segments, width)


def filtered(widget: Widget, strips: list[Strip]) -> list[Strip]:
    """The widget's rows as its filters have them, such as one for terminals without colours."""
    # Rows hold no colours of the terminal's own, so the filter that every application has would change nothing.
    for line_filter in widget.get_line_filters():
        if not isinstance(line_filter, ANSIToTruecolor):
            background = widget.background_colors[1]
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
    return strips


@lru_cache(4096)
def _change(before: Style | None, after: Style | None, system: ColorSystem) -> str:
    """The shortest sequence that turns one style into another; a row begins plain."""
    if after is None:
        return RESET if before is not None else ""
    codes: list[str] = []
    if before is not None and _attributes(before) != _attributes(after):
        codes.append("0")
        before = None
    if before is None:
        codes += _attributes(after)
    for fore in (True, False):
        now = after.color if fore else after.bgcolor
        past = None if before is None else before.color if fore else before.bgcolor
        if now is None:
            if past is not None:
                codes.append("39" if fore else "49")
        elif now != past:
            codes += now.downgrade(system).get_ansi_codes(foreground=fore)
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _attributes(style: Style) -> list[str]:
    return [code for name, code in _ATTRIBUTES if getattr(style, name)]
