"""Asks for a note: a few lines, given with enter. What was typed comes back if it could not be kept."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from app.records.prose import pasted
from widgets.base.drawing import safe, safe_lines
from widgets.base.steady import SteadyModal
from widgets.base.steady_area import SteadyArea

NEWLINES = ("ctrl+j", "shift+enter", "alt+enter")
"""Keys that begin a new line; terminals differ in which of them they send."""


class NoteArea(SteadyArea):
    """A plain text whose enter gives the answer."""

    class Given(Message):
        """Enter was pressed."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Given())
        elif event.key in NEWLINES:
            event.stop()
            event.prevent_default()
            self.insert("\n")
        else:
            await super()._on_key(event)


class NoteDialog(SteadyModal[str | None]):
    """Gives the note without blanks around it; None on escape. An empty note is given only where it may be empty."""

    DEFAULT_CSS = """
    NoteDialog { align: center middle; }
    NoteDialog > Vertical {
        width: 80%; max-width: 100; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    NoteDialog #question { text-style: bold; height: auto; max-height: 3; }
    NoteDialog NoteArea { height: 6; border: none; padding: 0; }
    NoteDialog #wrong { color: $text-error; height: auto; max-height: 3; }
    NoteDialog #hint { color: $text-muted; height: 1; }
    NoteDialog Horizontal { height: 1; align-horizontal: right; }
    NoteDialog Button { margin: 0 0 0 1; min-width: 6; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(
        self, question: str, value: str = "", *, required: bool = True, most: int = 10_000, wrong: str = ""
    ) -> None:
        """`most`: characters of the longest note; `wrong`: what is to be said of the note that comes back."""
        super().__init__()
        self._question = question
        self._value = value
        self._required = required
        self._most = most
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._question)), id="question")
            yield NoteArea(self._value, id="note", soft_wrap=True, tab_behavior="focus")
            yield Static(Content(safe_lines(self._wrong)), id="wrong")
            yield Static(
                "enter gives it · ctrl+j begins a line · escape does nothing", id="hint", markup=False
            )
            with Horizontal():
                yield Button(Content("OK"), id="ok", compact=True, variant="primary")
                yield Button(Content("Cancel"), id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one("#wrong").display = bool(self._wrong)
        area = self.query_one(NoteArea)
        area.move_cursor(area.document.end)
        area.focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._answer()
        else:
            self.dismiss(None)

    @on(NoteArea.Given)
    def _answer(self) -> None:
        note = pasted(self.query_one(NoteArea).text)[0].strip()  # nothing that a terminal acts on
        why = ""
        if self._required and not note:
            why = "Say why: the author reads it."
        elif len(note) > self._most:
            why = f"Say it in {self._most:,} characters; these are {len(note):,}."
        if not why:
            self.dismiss(note)
            return
        said = self.query_one("#wrong", Static)
        said.update(Content(why))
        said.display = True

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)
