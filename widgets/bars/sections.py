"""One row of sections with their counts; one of them is shown below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from widgets.base.drawing import Painter, Part, parts_width, strip_of, zone_at

_LEFT, _RIGHT = "‹", "›"
"""Stand where more sections are, to that side."""


class SectionBar(Painter):
    """Names and counts. On a narrow screen those around the shown one are drawn."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"section-bar--active", "section-bar--none"}
    DEFAULT_CSS = """
    SectionBar { height: 1; width: 1fr; background: $panel; }
    SectionBar > .section-bar--active { color: $text; background: $primary-muted; text-style: bold; }
    SectionBar > .section-bar--none { color: $text-muted; }
    """

    class Chosen(Message):
        """A section was clicked."""

        def __init__(self, section: str) -> None:
            super().__init__()
            self.section = section
            """Its id."""

    def __init__(self, sections: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        """`sections`: (id, heading), from left to right."""
        super().__init__(id=id)
        self._sections = tuple(sections)
        self._counts: dict[str, int | None] = dict.fromkeys((name for name, _ in sections), None)
        self._active = self._sections[0][0]

    def set_sections(self, active: str, counts: dict[str, int | None]) -> None:
        """Say which one is shown, and how many records each has; None where that is not known yet."""
        if (active, counts) != (self._active, self._counts):
            self._active, self._counts = active, counts
            self.refresh()

    @property
    def active(self) -> str:
        """The id of the section that is shown."""
        return self._active

    def _part(self, name: str, heading: str) -> Part:
        count = self._counts.get(name)
        style = "section-bar--active" if name == self._active else "" if count else "section-bar--none"
        said = "…" if count is None else f"{count:,}"
        mark = "▸" if name == self._active else " "  # not by colour alone
        return Part(f"{mark}{heading} {said} ", style, name)

    def row(self) -> list[Part]:
        """What is drawn: as many sections as there is room for, the shown one among them."""
        parts = [self._part(name, heading) for name, heading in self._sections]
        at = next((at for at, part in enumerate(parts) if part.zone == self._active), 0)
        room, first, last = self.size.width - 2, at, at + 1
        while True:  # first to the right, so that what tab leads to is seen
            if last < len(parts) and parts_width(parts[first : last + 1]) <= room:
                last += 1
            elif first > 0 and parts_width(parts[first - 1 : last]) <= room:
                first -= 1
            else:
                break
        left = Part(_LEFT, "section-bar--none", parts[first - 1].zone) if first else Part(" ")
        right = [Part(_RIGHT, "section-bar--none", parts[last].zone)] if last < len(parts) else []
        return [left, *parts[first:last], *right]

    def render_line(self, y: int) -> Strip:
        return strip_of(self.row() if y == 0 else (), self.size.width, self.rich_style, self.look)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (section := zone_at(self.row(), offset.x)):
            event.stop()
            self.post_message(self.Chosen(section))
