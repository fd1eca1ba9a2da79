"""What a topic asks for, beside the work: what `think` should treat, ticked off, the guidelines, and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Collapsible, Static

from app.base.text import one_newline
from app.rust.cells import one_line

if TYPE_CHECKING:
    from textual.widgets import Markdown


def safe_lines(text: str) -> str:
    """Somebody else's text with its lines, and with pictures for what a terminal could obey."""
    return "\n".join(one_line(line.expandtabs(4)) for line in one_newline(text).split("\n"))


_EVIDENCE_LINES = 400
"""Lines of a text kept beside the work: more would be slow to lay out, and belongs on a screen of its own."""


class Ticks(Static):
    """A list of names, each met or not."""

    DEFAULT_CSS = """
    Ticks { height: auto; margin-bottom: 1; }
    """

    def __init__(self, heading: str) -> None:
        super().__init__(Content(""))
        self.display = False
        self._heading = heading
        self._names: tuple[str, ...] = ()
        self._met: dict[str, bool] = {}

    def set_names(self, names: Sequence[str]) -> None:
        """What the list holds; nothing is met yet. Without names the list is hidden."""
        self._names, self._met = tuple(names), {}
        self.display = bool(names)
        self._show()

    def set_met(self, met: Mapping[str, bool]) -> None:
        """Which are met; names that are not in the list are ignored."""
        now = {name: bool(met.get(name)) for name in self._names}
        if now != {name: self._met.get(name, False) for name in self._names}:
            self._met = now
            self._show()

    def _show(self) -> None:
        done = sum(self._met.values())
        parts: list[Content | tuple[str, str]] = [(f"{self._heading} {done}/{len(self._names)}", "bold")]
        for name in self._names:
            met = self._met.get(name, False)
            parts.append(("\n ✓ " if met else "\n ☐ ", "$text-success" if met else "$text-warning"))
            parts.append(Content(one_line(name)))
        self.update(Content.assemble(*parts))


class Guide(VerticalScroll):
    """The topic's guidelines and tick lists. Nothing in them is a link that opens, or markup that is obeyed."""

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
        self._crates = Ticks("Crates to name in think")
        self._traits = Ticks("To treat in think")
        self._examples = Vertical(classes="guide--examples")
        self._evidence = Static(Content(""), id="evidence")
        self._evidence.display = False
        self._place = Vertical(classes="guide--examples")
        self._markdown: Markdown | None = None
        self._guidelines = ""
        self._lists: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def compose(self) -> ComposeResult:
        yield self._evidence
        yield self._crates
        yield self._traits
        yield self._place
        yield self._examples

    def set_topic(
        self,
        guidelines: str,
        crates: Sequence[str],
        traits: Sequence[str],
        request_examples: Sequence[str] = (),
        reasoning_examples: Sequence[str] = (),
    ) -> None:
        """Another topic: all its lists, unticked. `guidelines` is Markdown, the examples are plain text."""
        self._crates.set_names(crates)
        self._traits.set_names(traits)
        self._guidelines = guidelines
        self._lists = (
            ("Examples of style: requests", tuple(request_examples)),
            ("Examples of style: reasoning", tuple(reasoning_examples)),
        )
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

    def set_ticks(self, crates: Mapping[str, bool], traits: Mapping[str, bool]) -> None:
        """Which of the crates and traits the text treats by now."""
        self._crates.set_met(crates)
        self._traits.set_met(traits)

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
