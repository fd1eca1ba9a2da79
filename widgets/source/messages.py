"""What the source pane tells the screen around it. Offsets are bytes of the file shown; lines are 0-based."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from textual.message import Message

from app.rust.source import SourceFile

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.items import Item

How = Literal["toggle", "click", "add", "lines", "main"]
"""The gesture behind a taking: the key, a click, a click that adds, whole lines, or the key for main code too."""


class PaneSpan(NamedTuple):
    """A range of this file that is in the block."""

    start: int
    """First byte."""
    end: int
    """One past the last byte."""
    role: str
    """`main`, `import`, `helper` or `context`; decides the tint."""


class PaneMark(NamedTuple):
    """What is known of a range of this file: whether it is done, by whom, or left out. Marks do not overlap."""

    start: int
    """First byte."""
    end: int
    """One past the last byte."""
    state: str
    """One of `SIGNS`."""
    told: str = ""
    """The same in words, with the reason; made safe where it is drawn."""


SIGNS = {
    "strange": "?",
    "overlap": "!",
    "recorded": "✓",
    "partly": "~",
    "draft": "•",
    "claimed": "@",
    "skipped": "-",
    "other": "◇",
    "excluded": "×",
}
"""State → its sign in the gutter, one cell; of several on one line the first is shown.

`strange` is code whose syntax is not understood: that the pane knows by itself.
"""


@dataclass
class Parsed(Message, namespace="source_pane"):
    """The file shown has its syntax tree and items now."""

    source: SourceFile
    tree: Tree
    items: Sequence[Item]


@dataclass
class Take(Message, namespace="source_pane"):
    """The person wants these bytes in the block, or out of it; the screen decides what that means."""

    path: str
    """Of the file that they saw: by now another may be shown."""
    start: int
    """First byte."""
    end: int
    """One past the last byte."""
    item_index: int | None
    """Index in `SourcePane.items` if the range is exactly that item with its lead."""
    how: How


@dataclass
class Refused(Message, namespace="source_pane"):
    """Something asked for cannot be done; the reason is a sentence without its full stop."""

    reason: str


@dataclass
class CursorMoved(Message, namespace="source_pane"):
    """The cursor stands elsewhere, or the selection at it changed."""

    line: int
    """0-based."""
    offset: int
    """Byte the cursor stands on: the line's first that is not blank, or the one clicked."""
    item_index: int | None
    """Innermost item at the cursor, if the items are known."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CursorMoved)


@dataclass
class TokenChosen(Message, namespace="source_pane"):
    """A token was double-clicked; it is what find looks for now."""

    text: str


@dataclass
class Asked(Message, namespace="source_pane"):
    """A line of text is wanted: what to find, or which line to go to."""

    kind: Literal["find", "goto"]


@dataclass
class RoleRequested(Message, namespace="source_pane"):
    """Another role is wanted for the span at this range."""

    path: str
    """Of the file that they saw."""
    start: int
    end: int


@dataclass
class BareRequested(Message, namespace="source_pane"):
    """The method at this range is wanted with, or without, its impl's header."""

    path: str
    """Of the file that they saw."""
    start: int
    end: int
    item_index: int | None


@dataclass
class UndoRequested(Message, namespace="source_pane"):
    """The last change to the block is to be undone."""


@dataclass
class RedoRequested(Message, namespace="source_pane"):
    """The change to the block just undone is wanted again."""
