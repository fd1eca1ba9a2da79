"""The help that F1 shows: what each action does and which keys it has now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from app.settings.actions import SCOPES, Action, scoped
from app.settings.keys import Keymap, defaults, shown
from widgets.base.steady import SteadyModal


class HelpScreen(SteadyModal[None]):
    """Every action of some scopes with its present keys; a field narrows the list. Escape or F1 closes it."""

    BINDINGS = [
        Binding("escape,f1", "close", "Close", priority=True),
        Binding("down", "scroll('down')", "Down", show=False, priority=True),
        Binding("up", "scroll('up')", "Up", show=False, priority=True),
        Binding("pagedown", "scroll('page_down')", "Page down", show=False, priority=True),
        Binding("pageup", "scroll('page_up')", "Page up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical {
        width: 90%; max-width: 100; height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    HelpScreen Input { margin-bottom: 1; }
    HelpScreen VerticalScroll Static { height: auto; }
    """

    def __init__(self, scopes: Sequence[str], keymap: Keymap | None = None, about: str = "") -> None:
        super().__init__()
        self._scopes = [scope for scope in SCOPES if scope in set(scopes)]
        self._keymap = {**defaults(), **(keymap or {})}
        self._about = about

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = "Help"
            frame.border_subtitle = "esc closes"
            yield Input(placeholder="type to narrow: a key, an action, a word", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(self._content(""), id="help")

    def on_mount(self) -> None:
        """Ready to narrow at once."""
        self.query_one(Input).focus()

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def action_scroll(self, way: str) -> None:
        """Moves the list, whatever has the keys."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#help", Static).update(self._content(event.value))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _content(self, wanted: str) -> Content:
        parts: list[Content | tuple[str, str]] = []
        if self._about and not wanted:
            parts.append(Content(f"{self._about}\n\n"))
        for scope in self._scopes:
            rows = list(_rows(scope, self._keymap, wanted))
            if rows:
                parts += [(f"{SCOPES[scope]}\n", "bold $text-primary"), *rows, Content("\n")]
        return Content.assemble(*parts) if parts else Content("nothing of that name")


def _rows(scope: str, keymap: Mapping[str, tuple[str, ...]], wanted: str) -> Iterable[Content]:
    for action in scoped(scope):
        keys = ", ".join(shown(key) for key in keymap[action.id])
        if _fits(action, keys, wanted):
            yield Content.assemble(
                (f"{keys:<24} ", "$text-accent"), (f"{action.label:<16} ", "bold"), f"{action.help}\n"
            )


def _fits(action: Action, keys: str, wanted: str) -> bool:
    """Whether every word of `wanted` stands somewhere in what is shown of an action."""
    text = f"{keys} {action.label} {action.help} {action.id}".casefold()
    return all(word in text for word in wanted.casefold().split())
