"""Textual's command palette, steady under quick hands: a second click or enter in it answers nothing."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.command import CommandInput, CommandList, CommandPalette, SearchIcon
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, LoadingIndicator

from widgets.base.steady import Steady, SteadyRows


class PaletteList(SteadyRows, CommandList, can_focus=False):
    """The palette's commands."""


class Palette(Steady, CommandPalette):
    """The command palette."""

    def compose(self) -> ComposeResult:
        """As Textual's, but for the kind of its list."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield CommandInput(placeholder=self._placeholder, select_on_focus=False)
                if not self.run_on_select:
                    yield Button("\u25b6")
            with Vertical(id="--results"):
                yield PaletteList()
                yield LoadingIndicator()

    @on(Input.Submitted)
    @on(Button.Pressed)
    def _only_once(self, event: Input.Submitted | Button.Pressed) -> None:
        """What was chosen already is not run a second time."""
        if self.answered:
            event.stop()
            event.prevent_default()

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        """The same, for a choice by click or by key from the list."""
        if not self.answered:
            super()._select_or_command(event)
