"""What a topic asks for, beside the work: its rules, ticked off where they can be, the guidelines, and examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Collapsible, Static

from app.base.text import one_newline
from app.rust.cells import one_line
from widgets.base.drawing import Painter, plain, strip_of
from widgets.record.facts import STYLES, FactRow, FactSection, laid_out

if TYPE_CHECKING:
    from textual.widgets import Markdown


def safe_lines(text: str) -> str:
    """Somebody else's text with its lines, and with pictures for what a terminal could obey."""
    return "\n".join(one_line(line.expandtabs(4)) for line in one_newline(text).split("\n"))


_EVIDENCE_LINES = 400
"""Lines of a text kept beside the work: more would be slow to lay out, and belongs on a screen of its own."""


class AskedList(Painter):
    """What the topic asks under its headings, each line with its sign; as high as it needs to be."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record-facts--{name}" for name in ("heading", *STYLES)}
    DEFAULT_CSS = """
    AskedList { height: auto; margin-bottom: 1; }
    AskedList > .record-facts--heading { text-style: bold; }
    AskedList > .record-facts--good { color: $text-success; }
    AskedList > .record-facts--asked { color: $text-warning; }
    AskedList > .record-facts--quiet { text-style: dim; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._sections: tuple[FactSection, ...] = ()
        self._laid: list[FactRow] = []
        self._cells = 0
        """Width for which it is laid out; 0 for none."""

    def set_sections(self, sections: Sequence[FactSection]) -> None:
        """Show these; without any the list is hidden. The same ones again cost nothing."""
        if tuple(sections) == self._sections:
            return
        rows = len(self._laid)
        self._sections, self.display = tuple(sections), bool(sections)
        self._lay_out(self._cells)
        self.refresh(layout=len(self._laid) != rows)

    @property
    def told(self) -> str:
        """What is drawn, as plain lines."""
        return "\n".join(plain(row.parts).rstrip() for row in self._laid)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if width != self._cells:
            self._lay_out(width)
        return len(self._laid)

    def render_line(self, y: int) -> Strip:
        parts = self._laid[y].parts if y < len(self._laid) else ()
        return strip_of(parts, self.size.width, self.rich_style, self.look)

    def _lay_out(self, cells: int) -> None:
        self._cells = cells
        self._laid = laid_out(self._sections, cells) if cells else []


class Guide(VerticalScroll):
    """The topic's rules and guidelines. Nothing in them is a link that opens, or markup that is obeyed."""

    DEFAULT_CSS = """
    Guide { padding: 0 1; }
    Guide Markdown { margin: 0; padding: 0; height: auto; }
    Guide #evidence { height: auto; margin-bottom: 1; }
    Guide .guide--examples { height: auto; color: $text-muted; }
    Guide Collapsible { border: none; padding: 0; background: transparent; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Guidelines"
        self._asked = AskedList()
        self._examples = Vertical(classes="guide--examples")
        self._evidence = Static(Content(""), id="evidence")
        self._evidence.display = False
        self._place = Vertical(classes="guide--examples")
        self._markdown: Markdown | None = None
        self._guidelines = ""
        self._lists: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def compose(self) -> ComposeResult:
        yield self._evidence
        yield self._asked
        yield self._place
        yield self._examples

    def set_topic(
        self,
        guidelines: str,
        asked: Sequence[FactSection],
        examples: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> None:
        """Another topic. `guidelines` is Markdown; what is asked, and examples under their headings, are plain text."""
        self._asked.set_sections(asked)
        self._guidelines = guidelines
        self._lists = tuple((title, tuple(texts)) for title, texts in examples)
        if self.is_attached:
            self.call_later(self._show_topic)

    def set_evidence(self, title: str, text: str) -> None:
        """Show somebody else's text above the guidelines, to be read while one writes; an empty one goes away."""
        lines = safe_lines(text).split("\n")
        if len(lines) > _EVIDENCE_LINES:
            lines = [*lines[:_EVIDENCE_LINES], f"… {len(lines) - _EVIDENCE_LINES:,} more lines"]
        self._evidence.update(Content.assemble((one_line(title), "bold"), "\n", "\n".join(lines)))
        self._evidence.display = bool(text)
        self.scroll_home(animate=False)

    def set_asked(self, asked: Sequence[FactSection]) -> None:
        """What is asked, with what is known of the text by now."""
        self._asked.set_sections(asked)

    def on_mount(self) -> None:
        """The long text comes after the first paint: Markdown is slow to import and to lay out."""
        self.call_after_refresh(self._show_topic)

    async def _show_topic(self) -> None:
        if not self.is_attached:
            return
        await self._show_guidelines()
        await self._examples.remove_children()
        await self._examples.mount_all(_collapsed(title, texts) for title, texts in self._lists if any(texts))

    async def _show_guidelines(self) -> None:
        from textual.widgets import Markdown

        text = safe_lines(self._guidelines)
        if self._markdown is None:
            self._markdown = Markdown(text, open_links=False)
            await self._place.mount(self._markdown)
        else:
            await self._markdown.update(text)

    def on_markdown_link_clicked(self, event: Message) -> None:
        """A link in somebody's guidelines opens nothing."""
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """A click gives the pane its keys, for scrolling."""
        self.focus()


def _collapsed(title: str, texts: Sequence[str]) -> Widget:
    examples = [Static(Content(f"• {safe_lines(text)}")) for text in texts]
    return Collapsible(*examples, title=title, collapsed=True)
