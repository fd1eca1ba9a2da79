"""The panes of the annotate screen: where they stand, which is seen on a narrow screen, the way between them."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import Footer

from app.settings.person import Layout
from widgets.bars.panes import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.bindings import bindings_for
from widgets.base.steady import SteadyScreen
from widgets.panels.block import BlockPanel
from widgets.panels.findings import FindingsPanel
from widgets.panels.guide import Guide
from widgets.panels.preview import Preview
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane
from widgets.source.view import SourceView


class PanedScreen(SteadyScreen[None]):
    """Composes the panes and moves between them; knows nothing of drafts."""

    HELP_SCOPES = ("annotate", "source", "prose", "findings", "remarks", "block", "preview")
    BINDINGS = [*bindings_for("annotate")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]
    PANES = ("source", "write", "block", "preview", "guide")
    BUTTONS = (
        ("Save", "save"),
        ("New", "new"),
        ("Files", "files"),
        ("Records", "records"),
        ("Topics", "topics"),
    )
    """Of the status line: label, action."""

    def __init__(self, *, vim: bool, layout: Layout) -> None:
        """`vim`: the text fields have vim's modes."""
        super().__init__()
        self._vim = vim
        self._layout = layout

    def compose(self) -> ComposeResult:
        yield StatusLine(self.BUTTONS)
        yield PaneBar(self.PANES)
        with Container(id="work"):
            yield SourceView(id="pane-source")
            with Vertical(id="pane-write"):
                yield ProseEditor("user", vim=self._vim, id="user")
                yield ProseEditor("think", vim=self._vim, id="think")
                yield FindingsPanel(id="findings")
            yield Guide(id="pane-guide")
            yield Preview(id="pane-preview")
            yield BlockPanel(id="pane-block")
        yield Footer(show_command_palette=False)

    def on_resize(self) -> None:
        """Divide the screen as the person's settings say; a narrow one is not divided."""
        source, preview = self._layout.source_width, self._layout.preview_lines + 3
        grid = self.query_one("#work").styles
        if self.size.width < 100:
            return
        if self.size.width < 160 or self.has_class("-guide"):
            grid.grid_size_columns = 2
            grid.grid_columns = f"{source}fr {100 - source}fr"
        else:
            grid.grid_size_columns = 3
            grid.grid_columns = f"{source}fr {100 - source}fr 46"
        guided = self.has_class("-guide") and self.size.width < 160
        grid.grid_rows = f"1fr {max(preview, 18) if guided else preview}"

    def after_typing(self, act: Callable[[], object]) -> None:
        """Do this once every key pressed so far has reached its text.

        A binding that works while typing is looked at before the letters that still wait in the text area's queue.
        """
        (self.focused or self).call_later(act)

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step_pane(-1)

    def _stops(self) -> list[Widget]:
        stops: list[Widget] = [
            self.query_one(SourcePane),
            self.query_one("#user", ProseEditor).area,
            self.query_one("#think", ProseEditor).area,
            self.query_one(BlockPanel),
            self.query_one(Preview),
        ]
        return stops

    def _step_pane(self, step: int) -> None:
        stops = self._stops()
        focused = self.focused
        at = next((i for i, stop in enumerate(stops) if stop is focused), -1 if step > 0 else 0)
        target = stops[(at + step) % len(stops)]
        self._show_pane(self._pane_of(target))
        self.set_focus(target)

    def _pane_of(self, widget: Widget) -> str:
        for name in self.PANES:
            if any(node.id == f"pane-{name}" for node in widget.ancestors_with_self):
                return name
        return "source"

    def _focused_stop(self) -> str:
        """Which of the stops has the focus, as text that `_focus_stop` understands."""
        editor = self._focused_editor()
        return editor.field if editor is not None else self._focused_pane()

    def _focus_stop(self, name: str) -> None:
        """Show and focus a stop by its name; anything else means the source."""
        stops: dict[str, Widget] = {
            "user": self.query_one("#user", ProseEditor).area,
            "think": self.query_one("#think", ProseEditor).area,
            "block": self.query_one(BlockPanel),
            "preview": self.query_one(Preview),
            "guide": self.query_one(Guide),
        }
        stop = stops.get(name, self.query_one(SourcePane))
        self._show_pane(self._pane_of(stop))
        self.set_focus(stop)

    def _focused_pane(self) -> str:
        return self._pane_of(self.focused) if self.focused is not None else "source"

    def _focused_editor(self) -> ProseEditor | None:
        focused = self.focused
        if focused is None:
            return None
        return next((n for n in focused.ancestors_with_self if isinstance(n, ProseEditor)), None)

    def _show_pane(self, name: str) -> None:
        """On a narrow screen one pane is seen at a time."""
        for pane in self.PANES:
            self.query_one(f"#pane-{pane}").set_class(pane == name, "-active")
        self.query_one(PaneBar).active = name

    @on(PaneBar.Chosen)
    def _pane_chosen(self, event: PaneBar.Chosen) -> None:
        self._show_pane(event.pane)
        self._focus_stop("user" if event.pane == "write" else event.pane)

    def action_view(self) -> None:
        """Show the next view of the preview."""
        preview = self.query_one(Preview)
        self._show_pane("preview" if self.has_class("-narrow") else self._focused_pane())
        preview.action_next_view()

    def action_guide(self) -> None:
        """Show or hide the guidelines."""
        if self.has_class("-narrow"):
            self._show_pane("guide")
            self.set_focus(self.query_one(Guide))
        else:
            self.toggle_class("-guide")
            self.on_resize()
