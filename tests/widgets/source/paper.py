"""A source pane made of paper: what the parts of the real one ask for, and no terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.timer import Timer

from app.rust.items import outline
from app.rust.source import SourceFile
from app.rust.syntax import parse
from widgets.source import messages
from widgets.source.palette import SourcePalette
from widgets.source.shown_file import ShownFile

RUST = """\
use std::fmt;

struct Point {
    x: u32,
}

impl Point {
    fn place(&self) -> u32 {
        let wide = "日本"; self.x
    }

    fn other(&self) {}
}

const LIMIT: u32 = 3;
"""


def line_of(text: str) -> int:
    """0-based line of `RUST` on which a text first stands."""
    return RUST[: RUST.index(text)].count("\n")


class FlatPalette:
    """Styles that all look alike."""

    def __init__(self, colours: str = "day") -> None:
        self.colours = (colours,)

    def style(self, name: str, layer: str = "", dim: bool = False) -> Style:
        return Style(meta={"name": name, "layer": layer, "dim": dim})


class PaperTimer:
    """A timer that never rings by itself."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.ring = callback
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class PaperPane:
    """A pane of `width` × `height` cells that notes what is asked of it."""

    def __init__(self, text: str = RUST, size: tuple[int, int] = (40, 10), *, parsed: bool = True) -> None:
        self.tab_size = 4
        self.size = Size(*size)
        self.top = 0
        self.is_attached = True
        self.file = ShownFile(SourceFile.of("src/point.rs", text.encode()))
        if parsed:
            tree = parse(self.file.source.data)
            assert tree is not None
            self.file.selection.tree = tree
            self.file.selection.items = outline(self.file.source.data, tree)
            self.file.outlined = True
        self.painted: list[Region] = []
        self.posted: list[Message] = []
        self.refused: list[str] = []
        self.gone_to: list[tuple[int, int | None]] = []
        self.jobs: list[tuple[str, Callable[[], None]]] = []
        self.timers: list[PaperTimer] = []
        self.captured = False
        self.moves = 0

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Text and gesture of every taking."""
        data = self.file.source.data
        return [
            (data[take.start : take.end].decode(), take.how)
            for take in self.posted
            if isinstance(take, messages.Take)
        ]

    def palette(self) -> SourcePalette:
        return cast(SourcePalette, FlatPalette())

    def refresh(self, *regions: Region) -> None:
        self.painted += regions

    def scroll_to_line(self, top: int) -> None:
        self.top = min(max(top, 0), max(self.file.source.line_count - self.size.height, 0))

    def go_to(self, line: int, offset: int | None = None) -> None:
        self.gone_to.append((line, offset))
        self.file.selection.move(line, offset)

    def moved(self, top_before: int | None = None) -> None:
        self.moves += 1

    def refuse(self, reason: str) -> None:
        self.refused.append(reason)

    def post_message(self, message: Message) -> bool:
        self.posted.append(message)
        return True

    def in_thread(self, group: str, job: Callable[[], None]) -> None:
        self.jobs.append((group, job))

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(PaperTimer(callback))
        return cast(Timer, self.timers[-1])

    def capture_mouse(self) -> None:
        self.captured = True

    def release_mouse(self) -> None:
        self.captured = False
