"""Every action a person can take, told once: footer, palette, help page, keymaps and the docs' key table read this.

Only data: no screen is known here. Presets (`app/keymaps/*.toml`) and a person's settings change keys by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Scope = Literal["app", "topics", "annotate", "source", "prose", "block", "preview", "records"]
"""Where an action's keys work. `app` and `annotate` keys work while typing too, so they are never plain letters."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do."""

    id: str
    """`scope.name`: what keymaps and settings call it."""
    keys: str
    """Default keys, in Textual's names, separated by commas; the first is shown."""
    label: str
    """At most three words: the footer's."""
    help: str
    """One sentence: the help page's and the palette's."""
    method: str
    """The Textual action on the widget, screen or app of the scope, such as `save` for `action_save`."""
    footer: bool = False
    """Whether the footer shows it."""
    priority: bool = False
    """Whether it is looked at before the focused widget's own keys."""

    @property
    def scope(self) -> str:
        return self.id.split(".", 1)[0]


ACTIONS: tuple[Action, ...] = (
    # Everywhere.
    Action("app.help", "f1", "Help", "Explain this screen and its keys.", "help", True, True),
    Action("app.palette", "ctrl+p", "Palette", "Find any command by its name.", "command_palette", True, True),
    Action("app.quit", "ctrl+q", "Quit", "Leave; the draft is kept and comes back.", "quit", False, True),
    # The list of topics.
    Action("topics.open", "enter", "Open", "Open the topic under the cursor.", "open", True),
    Action("topics.records", "r", "Records", "List this topic's records.", "records", True),
    Action("topics.export", "x", "Export", "Export topics to JSONL files.", "export", True),
    Action("topics.source", "s", "Source", "Clone this topic's repository or point to a checkout.", "source", True),
    Action("topics.check", "c", "Check spec", "Check this topic's claims against its repository.", "check"),
    # Annotating: these work in every pane, also while typing.
    Action("annotate.save", "f2,ctrl+s", "Save", "Validate the record and append it to the topic's journal.", "save", True, True),
    Action("annotate.files", "f3,ctrl+t", "Files", "Find a source file of the repository.", "files", True, True),
    Action("annotate.outline", "f4", "Outline", "Find an item of this file.", "outline", True, True),
    Action("annotate.records", "f5", "Records", "List this topic's records.", "records", True, True),
    Action("annotate.next_pane", "f6", "Next pane", "Go to the next pane.", "next_pane", True, True),
    Action("annotate.previous_pane", "shift+f6", "Previous pane", "Go to the pane before.", "previous_pane", False, True),
    Action("annotate.editor", "f7", "$EDITOR", "Write the focused text in your own editor.", "editor", False, True),
    Action("annotate.view", "f8", "View", "Show the line, the conversation, or the difference to the saved record.", "view", True, True),
    Action("annotate.new", "f9,ctrl+n", "New", "Begin a new record; the draft on screen is kept.", "new", False, True),
    Action("annotate.guide", "f10", "Guidelines", "Show the topic's guidelines beside the work.", "guide", False, True),
    Action("annotate.undo_block", "f11", "Undo selection", "Undo the last change to the block.", "undo_block", False, True),
    Action("annotate.redo_block", "f12", "Redo selection", "Redo the change to the block just undone.", "redo_block", False, True),
    Action("annotate.imports", "ctrl+r", "Imports", "Take the imports the selection uses: whole, pruned, all, none.", "imports", False, True),
    Action("annotate.topics", "escape", "Topics", "Go back to the list of topics; the draft is kept.", "topics"),
    # The source pane.
    Action("source.up", "up,k", "Up", "Move the cursor a line up.", "cursor_up"),
    Action("source.down", "down,j", "Down", "Move the cursor a line down.", "cursor_down"),
    Action("source.left", "left,h", "Left", "Scroll left.", "cursor_left"),
    Action("source.right", "right,l", "Right", "Scroll right.", "cursor_right"),
    Action("source.page_up", "pageup,ctrl+u", "Page up", "Move a page up.", "page_up"),
    Action("source.page_down", "pagedown,ctrl+d", "Page down", "Move a page down.", "page_down"),
    Action("source.top", "home,g", "Top", "Go to the first line.", "top"),
    Action("source.bottom", "end,G", "End", "Go to the last line.", "bottom"),
    Action("source.next_item", "right_square_bracket,J", "Next item", "Go to the next item.", "next_item", True),
    Action("source.previous_item", "left_square_bracket,K", "Previous item", "Go to the item before.", "previous_item"),
    Action("source.toggle", "space,enter", "Take", "Take the item at the cursor into the block, or drop it.", "toggle", True),
    Action("source.widen", "w,plus", "Widen", "Widen the selection to the next larger piece of syntax.", "widen", True),
    Action("source.narrow", "W,minus", "Narrow", "Go back to the selection before the last widening.", "narrow"),
    Action("source.lines", "v", "Lines", "Begin or end a selection of whole lines.", "lines"),
    Action("source.bare", "b", "Bare", "Take the method at the cursor with or without its impl's header.", "bare"),
    Action("source.role", "r", "Role", "Change the role of the span at the cursor.", "role"),
    Action("source.find", "slash,f", "Find", "Find text in this file.", "find", True),
    Action("source.find_next", "n", "Next match", "Go to the next match.", "find_next"),
    Action("source.find_previous", "N", "Previous match", "Go to the match before.", "find_previous"),
    Action("source.goto", "colon,ctrl+g", "Go to line", "Go to a line by its number.", "goto"),
    Action("source.next_span", "s", "Next span", "Go to the next span of the block in this file.", "next_span"),
    Action("source.undo", "u", "Undo", "Undo the last change to the block.", "undo_block"),
    Action("source.redo", "U", "Redo", "Redo the change to the block just undone.", "redo_block"),
    # The editors of user and think.
    Action("prose.undo", "ctrl+z", "Undo", "Undo the last change to this text.", "undo"),
    Action("prose.redo", "ctrl+y", "Redo", "Redo the change just undone.", "redo"),
    Action("prose.find", "ctrl+f", "Find", "Find in this text.", "find", True),
    # The block panel.
    Action("block.role", "r", "Role", "Change the role of the chosen span.", "role", True),
    Action("block.drop", "delete,d", "Drop", "Drop the chosen span from the block (undo brings it back).", "drop", True),
    Action("block.bare", "b", "Bare", "With or without the impl's header around the method.", "bare", True),
    Action("block.go", "enter", "Go there", "Show the chosen span in its file.", "go", True),
    Action("block.undo", "u", "Undo", "Undo the last change to the block.", "undo_block"),
    Action("block.redo", "U", "Redo", "Redo the change to the block just undone.", "redo_block"),
    # The preview.
    Action("preview.copy", "c", "Copy", "Copy the line to the clipboard.", "copy", True),
    Action("preview.save_as", "w", "To a file", "Write the line to a file.", "save_as", True),
    # The record list.
    Action("records.edit", "enter,e", "Edit", "Open the record; saving it makes a new revision.", "edit", True),
    Action("records.withdraw", "delete,d", "Withdraw", "Withdraw the record; it can be restored.", "withdraw", True),
    Action("records.restore", "u", "Restore", "Restore a withdrawn record.", "restore", True),
    Action("records.accept", "a", "Accept", "Accept the record's newest revision.", "accept", True),
    Action("records.back", "escape", "Back", "Go back.", "back", True),
)

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def scoped(scope: Scope) -> Iterable[Action]:
    """The actions of one scope, in the table's order."""
    return (action for action in ACTIONS if action.scope == scope)
