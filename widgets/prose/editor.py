"""The editor of `user` or `think`: a title with its counts, the text, and a find bar.

The text is the person's alone: nothing here drafts, completes or corrects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from app.base.text import many
from app.records.prose import Characters, left_out, words
from app.rust.cells import one_line
from widgets.prose.area import ProseArea
from widgets.prose.find_bar import FindBar
from widgets.prose.marks import Mark, Severity, told
from widgets.prose.own_text import OwnText

Field = Literal["user", "think"]
COUNT_AT_ONCE = 16_000
"""Characters up to which words are counted at every key; beyond, when the keys rest."""
_REST = 0.3
_STYLES: dict[Severity, str] = {
    "error": "bold $text-error",
    "warning": "$text-warning",
    "hint": "$text-primary",
}


class ProseEditor(Vertical):
    """One field of the record; out of it come `Changed` messages.

    Data in: `load`, `replace_all`, `set_marks`, `set_findings`, `set_names`.
    """

    DEFAULT_CSS = """
    ProseEditor { height: 1fr; min-height: 3; }
    ProseEditor > .prose-editor--title { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    ProseEditor:focus-within > .prose-editor--title { background: $primary-muted; color: $text; }
    """

    @dataclass
    class Changed(Message):
        """The text changed by the person's hand, their editor, undo or redo; not by `load`."""

        editor: ProseEditor
        field: Field
        text: str
        loads: int
        """How many texts had been loaded by then."""

        @property
        def stale(self) -> bool:
            """Whether another text was loaded since: this is about the one before it."""
            return self.loads != self.editor.loads

        @property
        def control(self) -> ProseEditor:
            """The editor it comes from."""
            return self.editor

    @dataclass
    class SaveWanted(Message):
        """vim's `:w` or `:wq`."""

        editor: ProseEditor

    @dataclass
    class LeaveWanted(Message):
        """vim's `:q` or `:wq`."""

        editor: ProseEditor

    def __init__(
        self, field: Field, vim: bool = False, own: OwnText | None = None, *, id: str | None = None
    ) -> None:
        """`own`: the words of the record, which its fields share."""
        super().__init__(id=id)
        self.field: Field = field
        """Which field this is."""
        self.area: ProseArea = _area(vim, own)
        """The text area itself."""
        self._bar = FindBar()
        self._title = Static(Content(field), classes="prose-editor--title")
        self._marks: dict[str, bool] = {}
        self._counts = (0, 0, 0)
        self._mode = "NORMAL" if vim else ""
        self.loads = 0
        """How many texts were loaded: tells late messages about an earlier one from those about this."""
        self._words = 0
        self._characters = 0
        self._count_due = False

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.area
        yield self._bar

    def on_mount(self) -> None:
        """Shows the counts of what was loaded before."""
        self._show_title()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Gives the keys to the text."""
        self.area.focus(scroll_visible)
        return self

    @property
    def text(self) -> str:
        """The text, with line feeds between its lines."""
        return self.area.text

    @property
    def cursor(self) -> int:
        """Where the cursor is, in characters from the start, 0-based; setting it scrolls there."""
        return self.area.cursor

    @cursor.setter
    def cursor(self, offset: int) -> None:
        self.area.cursor = offset

    def load(self, text: str) -> None:
        """Another record's text: undo starts afresh, and no `Changed` is posted."""
        self.area.load(text)
        self.loads += 1
        self._counts = (0, 0, 0)
        self._count(self.area.text)

    def replace_all(self, text: str) -> None:
        """The same record's text, changed elsewhere: can be undone, and is posted as `Changed`."""
        self.area.replace_all(text)

    def set_marks(self, marks: Mapping[str, bool]) -> None:
        """What the field should have, each met or not, shown in the title: `✓ tokio ✗ serde`."""
        if self._marks != marks:
            self._marks = dict(marks)
            self._show_title()

    def set_findings(self, marks: Sequence[Mark], counts: tuple[int, int, int] = (0, 0, 0)) -> None:
        """What the checks found: the places to mark in the text, and how many errors, warnings and hints.

        Marks move along with what is written until this is called again, and never cover new characters.
        `load` takes them away.
        """
        self.area.set_marks(marks)
        if self._counts != counts:
            self._counts = counts
            self._show_title()

    def go_to(self, start: int, end: int) -> None:
        """Selects characters `start`-`end`, with the cursor at `start`, scrolled into view; focuses nothing."""
        self.area.show_range(start, end)

    def set_names(self, block: Collection[str], file: Collection[str]) -> None:
        """The names that may be offered inside backticks: the block's come before its file's. Never prose."""
        self.area.names.know(block, file)

    def take_effort(self) -> Characters:
        """How the characters came that were put in since this was last asked, told of already or not.

        It is asked for rather than sent along: what is on its way in a message when a draft is saved would be lost.
        """
        return self.area.take_effort()

    # The title.

    def _count(self, text: str) -> None:
        self._characters = len(text)
        self._words = words(text)
        self._show_title()

    def _count_when_resting(self) -> None:
        self._count_due = False
        self._count(self.text)

    def _show_title(self) -> None:
        if not self.is_mounted:
            return
        parts: list[Content | tuple[str, str]] = [(self.field, "bold")]
        if self._mode:
            parts.append((f"  {one_line(self._mode)}", "$text-accent"))
        parts.append(Content(f"  {many(self._words, 'word')}  {many(self._characters, 'character')}"))
        for number, (text, severity) in enumerate(told(self._counts)):
            parts.append((f"{' · ' if number else '  '}{text}", _STYLES[severity]))
        for name, met in self._marks.items():
            style = "$text-success" if met else "$text-warning"
            parts.append((f"  {'✓' if met else '✗'} {one_line(name)}", style))
        self._title.update(Content.assemble(*parts), layout=False)

    # What the text area says.

    @on(TextArea.Changed)
    def _text_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        text = self.area.text
        if len(text) <= COUNT_AT_ONCE:
            self._count(text)
        elif not self._count_due:
            self._count_due = True
            self.set_timer(_REST, self._count_when_resting)
        self.post_message(self.Changed(self, self.field, text, self.loads))

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()

    @on(ProseArea.LeftOut)
    def _left_out(self, event: ProseArea.LeftOut) -> None:
        event.stop()
        self.notify(left_out(event.count), severity="warning", markup=False)

    def on_vim_text_area_status_changed(self, event: Message) -> None:
        """vim's mode, what is pending, or its command line."""
        event.stop()
        self._show_mode(str(getattr(event, "status", "")))

    def on_vim_text_area_mode_changed(self, event: Message) -> None:
        """Another mode."""
        event.stop()
        self._show_mode(str(getattr(self.area, "status_text", "")))

    def on_vim_text_area_save_requested(self, event: Message) -> None:
        """`:w`."""
        event.stop()
        self.post_message(self.SaveWanted(self))

    def on_vim_text_area_quit_requested(self, event: Message) -> None:
        """`:q`."""
        event.stop()
        self.post_message(self.LeaveWanted(self))

    def on_vim_text_area_command_entered(self, event: Message) -> None:
        """A command line that means nothing here."""
        event.stop()
        command = one_line(str(getattr(event, "command", "")))[:60]
        self.notify(f"There is no :{command} here; there are :w, :q, :wq and :LINE.", markup=False)

    def _show_mode(self, mode: str) -> None:
        if mode != self._mode:
            self._mode = mode
            self._show_title()

    # Finding.

    @on(ProseArea.FindWanted)
    def _find_wanted(self, event: ProseArea.FindWanted) -> None:
        event.stop()
        if event.step and self._bar.text:
            self._show_match(self._bar.text, event.step)
        else:
            self._bar.open()

    @on(FindBar.Wanted)
    def _match_wanted(self, event: FindBar.Wanted) -> None:
        event.stop()
        self._show_match(event.text, event.step)

    def _show_match(self, wanted: str, step: int) -> None:
        self._bar.show_count(*self.area.find_match(wanted, step))

    @on(ProseArea.Escaped)
    def _escaped(self, event: ProseArea.Escaped) -> None:
        event.stop()
        if self._bar.is_open:
            self._bar.action_close()

    @on(FindBar.Closed)
    def _bar_closed(self, event: FindBar.Closed) -> None:
        event.stop()
        self.area.focus()

    def on_click(self, event: events.Click) -> None:
        """A click on the title goes to the text."""
        if event.widget is self._title:
            self.area.focus()


def _area(vim: bool, own: OwnText | None) -> ProseArea:
    if not vim:
        return ProseArea(own, id="text")
    from widgets.prose.vim import VimProseArea

    area: ProseArea = VimProseArea(own, id="text")
    return area
