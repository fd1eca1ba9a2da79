"""The panes of the annotate screen: where they stand, which is seen on a narrow screen, the way between them."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from app.settings.person import Layout
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.panels.block_panel import BlockPanel
from widgets.panels.findings_panel import FindingsPanel
from widgets.panels.guide import Guide
from widgets.panels.preview import Preview
from widgets.panels.remarks_panel import RemarksPanel
from widgets.prose.editor import ProseEditor
from widgets.prose.own_text import OwnText
from widgets.source.pane import SourcePane
from widgets.source.view import SourceView

PANES = ("source", "write", "block", "preview", "guide")
BUTTONS = (
    ("Save", "save"),
    ("New", "new"),
    ("Files", "files"),
    ("Records", "records"),
    ("Topics", "topics"),
)
"""Of the status line: label, action."""


class AnnotatePanes:
    """Makes the panes and moves between them; knows nothing of drafts."""

    def __init__(self, screen: Screen[Any], *, vim: bool, layout: Layout) -> None:
        """`vim`: the text fields have vim's modes."""
        self._screen = screen
        self._vim = vim
        self._layout = layout

    def compose(self) -> ComposeResult:
        """The screen's widgets."""
        yield StatusLine(BUTTONS)
        yield PaneBar(PANES)
        own = OwnText()
        with Container(id="work"):
            yield SourceView(id="pane-source")
            with Vertical(id="pane-write"):
                yield ProseEditor("user", vim=self._vim, own=own, id="user")
                yield ProseEditor("think", vim=self._vim, own=own, id="think")
                yield FindingsPanel(id="findings")
            yield Guide(id="pane-guide")
            yield Preview(id="pane-preview")
            yield BlockPanel(id="pane-block")
        yield Footer(show_command_palette=False)

    # -- the widgets; there once the screen is mounted

    @property
    def there(self) -> bool:
        """Whether they are made: a screen may be told to end before."""
        return bool(self._screen.query(SourcePane))

    @property
    def status(self) -> StatusLine:
        """The line at the top."""
        return self._screen.query_one(StatusLine)

    @property
    def source(self) -> SourcePane:
        """The file being read."""
        return self._screen.query_one(SourcePane)

    @property
    def block(self) -> BlockPanel:
        """What the block is made of."""
        return self._screen.query_one(BlockPanel)

    @property
    def preview(self) -> Preview:
        """The line that will be trained on."""
        return self._screen.query_one(Preview)

    @property
    def guide(self) -> Guide:
        """What the topic asks for."""
        return self._screen.query_one(Guide)

    @property
    def findings(self) -> FindingsPanel:
        """What the checks say."""
        return self._screen.query_one(FindingsPanel)

    @property
    def remarks(self) -> RemarksPanel | None:
        """What others said; None until there was something to show."""
        return next(iter(self._screen.query(RemarksPanel)), None)

    def editor(self, name: str) -> ProseEditor:
        """The editor of `user` or of `think`."""
        return self._screen.query_one(f"#{name}", ProseEditor)

    @property
    def editors(self) -> tuple[ProseEditor, ProseEditor]:
        """Those of `user` and `think`."""
        return self.editor("user"), self.editor("think")

    # -- where they stand

    @property
    def narrow(self) -> bool:
        """Whether one pane is seen at a time."""
        return self._screen.has_class("-narrow")

    def divide(self) -> None:
        """Divide the screen as the person's settings say; a narrow one is not divided."""
        screen = self._screen
        source, preview = self._layout.source_width, self._layout.preview_lines + 3
        grid = screen.query_one("#work").styles
        if screen.size.width < 100:
            return
        if screen.size.width < 160 or screen.has_class("-guide"):
            grid.grid_size_columns = 2
            grid.grid_columns = f"{source}fr {100 - source}fr"
        else:
            grid.grid_size_columns = 3
            grid.grid_columns = f"{source}fr {100 - source}fr 46"
        guided = screen.has_class("-guide") and screen.size.width < 160
        grid.grid_rows = f"1fr {max(preview, 18) if guided else preview}"

    def mount_before_findings(self, widget: Widget) -> None:
        """Put something over the findings."""
        self._screen.query_one("#pane-write").mount(widget, before="#findings")

    # -- the way between them

    def show(self, name: str) -> None:
        """On a narrow screen one pane is seen at a time: this one."""
        for pane in PANES:
            self._screen.query_one(f"#pane-{pane}").set_class(pane == name, "-active")
        self._screen.query_one(PaneBar).active = name

    def focus(self, widget: Widget) -> None:
        """Let the next key go to this widget, in a pane that is seen."""
        self._screen.set_focus(widget)

    def choose(self, pane: str) -> None:
        """Show and focus a pane that was chosen by its name."""
        self.show(pane)
        self.focus_stop("user" if pane == "write" else pane)

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step(-1)

    def action_view(self) -> None:
        """Show the next view of the preview."""
        self.show("preview" if self.narrow else self._focused_pane())
        self.preview.action_next_view()

    def action_guide(self) -> None:
        """Show or hide the guidelines."""
        if self.narrow:
            self.show("guide")
            self.focus(self.guide)
        else:
            self._screen.toggle_class("-guide")
            self.divide()

    def show_guide(self) -> bool:
        """Have the guide in sight where there is room beside the work; whether there is."""
        if self.narrow:
            return False
        if self._screen.has_class("-wide") == self._screen.has_class("-guide"):
            self.action_guide()
        return True

    @property
    def focused_stop(self) -> str:
        """Which of the stops has the focus, as text that `focus_stop` understands."""
        editor = self.focused_editor
        return editor.field if editor is not None else self._focused_pane()

    def focus_stop(self, name: str) -> None:
        """Show and focus a stop by its name; anything else means the source."""
        stops: dict[str, Widget] = {
            "user": self.editor("user").area,
            "think": self.editor("think").area,
            "block": self.block,
            "preview": self.preview,
            "guide": self.guide,
        }
        stop = stops.get(name, self.source)
        self.show(self._pane_of(stop))
        self.focus(stop)

    @property
    def focused_editor(self) -> ProseEditor | None:
        """The editor that is typed into; None for another pane."""
        focused = self._screen.focused
        if focused is None:
            return None
        return next((n for n in focused.ancestors_with_self if isinstance(n, ProseEditor)), None)

    def _step(self, step: int) -> None:
        stops = self._stops()
        focused = self._screen.focused
        at = next((i for i, stop in enumerate(stops) if stop is focused), -1 if step > 0 else 0)
        target = stops[(at + step) % len(stops)]
        self.show(self._pane_of(target))
        self.focus(target)

    def _stops(self) -> list[Widget]:
        user, think = self.editors
        return [self.source, user.area, think.area, self.block, self.preview]

    def _pane_of(self, widget: Widget) -> str:
        for name in PANES:
            if any(node.id == f"pane-{name}" for node in widget.ancestors_with_self):
                return name
        return "source"

    def _focused_pane(self) -> str:
        focused = self._screen.focused
        return self._pane_of(focused) if focused is not None else "source"
