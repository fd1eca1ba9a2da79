"""What the widgets of a record share: a base style that is asked for once, not once a row."""

from __future__ import annotations

from rich.style import Style

from widgets.line_view import LineView


class BaseKept(LineView):
    """Keeps the style under its rows until styles change: working it out goes through all the widgets around it."""

    _base: Style | None = None

    @property
    def rich_style(self) -> Style:
        if self._base is None:
            self._base = super().rich_style
        return self._base

    def notify_style_update(self) -> None:
        self._base = None
        super().notify_style_update()
