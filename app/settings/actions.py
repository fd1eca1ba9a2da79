"""Every action a person can take, told once: footer, palette, help page, keymaps and the docs' key table read this.

Only data: no screen is known here. Presets (`app/settings/keymaps/*.toml`) and a person's settings change keys by id.
An action has several keys wherever terminals, multiplexers or windows are known to keep one for themselves
(F10, F11, shift+F6, ctrl+s, alt with a letter).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Scope = Literal[
    "app",
    "topics",
    "annotate",
    "source",
    "prose",
    "findings",
    "remarks",
    "block",
    "closure",
    "preview",
    "records",
    "table",
    "queue",
    "review",
    "review_edit",
    "history",
    "conflict",
    "origin",
    "search",
    "chart",
    "overview",
]
"""Where an action's keys work. `app` and `annotate` keys work while typing too, so they are never plain letters."""

SCOPES: dict[str, str] = {
    "app": "Everywhere",
    "topics": "The list of topics",
    "annotate": "Annotating, in every pane",
    "source": "The source pane",
    "prose": "The editors of user and think",
    "findings": "The list of findings",
    "remarks": "What others said of the record",
    "block": "The block panel",
    "closure": "What the block's code needs",
    "preview": "The preview",
    "records": "The list of records",
    "table": "Any long list of records",
    "queue": "The queue of records",
    "review": "Reviewing one record after the other",
    "review_edit": "Editing a record while reviewing",
    "history": "The history of a record",
    "conflict": "Settling a conflict",
    "origin": "Where the code came from",
    "search": "Finding in the whole repository",
    "chart": "A plot",
    "overview": "The overview of figures",
}
"""Each scope's heading, for people, in the order of the table."""


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


# fmt: off
ACTIONS: tuple[Action, ...] = (
    # Everywhere.
    Action("app.help", "f1", "Help", "Explain this screen and its keys.", "help", True, True),
    Action("app.palette", "ctrl+p", "Palette", "Find any command by its name.", "command_palette", True, True),
    Action("app.quit", "ctrl+q", "Quit", "Leave; the draft is kept and comes back.", "quit", False, True),
    # The list of topics.
    Action("topics.open", "enter", "Open", "Open the topic under the cursor.", "open", True),
    Action("topics.records", "r", "Records", "List this topic's records.", "records", True),
    Action("topics.review", "v", "Review", "List what is to be reviewed of this topic, and go over it.", "review", True),
    Action("topics.returned", "b", "Came back", "Open the first record that came back to you.", "returned"),
    Action("topics.export", "x", "Export", "Export this topic to a JSONL file.", "export", True),
    Action("topics.export_all", "X", "Export all", "Export all topics but practice to JSONL files.", "export_all"),
    Action("topics.source", "s", "Source", "Clone this topic's repository or point to a checkout.", "source", True),
    Action("topics.overview", "i", "Overview", "Show how far the topics are, who did what, and how good it is.", "overview", True),
    Action("topics.signer", "n", "Who signs", "See and change the name that your records are signed with.", "signer"),
    Action("topics.close", "f", "All recorded", "Say that all code there is of this topic is recorded, and why; or take that back.", "close"),
    Action("topics.check", "c", "Check spec", "Check this topic's claims against its repository.", "check"),
    # Annotating: these work in every pane, also while typing.
    Action("annotate.save", "f2,ctrl+s", "Save", "Validate the record and append it to the topic's journal.", "save", True, True),
    Action("annotate.files", "f3,ctrl+t", "Files", "Find a source file of the repository.", "files", True, True),
    Action("annotate.outline", "f4,ctrl+l", "Outline", "Find an item of this file.", "outline", True, True),
    Action("annotate.records", "f5,alt+r", "Records", "List this topic's records.", "records", True, True),
    Action("annotate.next_pane", "f6,alt+n", "Next pane", "Go to the next pane.", "next_pane", True, True),
    Action("annotate.previous_pane", "shift+f6,f18,alt+p", "Previous pane", "Go to the pane before.", "previous_pane", False, True),
    Action("annotate.editor", "f7,alt+e", "$EDITOR", "Write the focused text in your own editor.", "editor", False, True),
    Action("annotate.view", "f8,alt+v", "View", "Show the line, the conversation, or the difference to the saved record.", "view", True, True),
    Action("annotate.new", "f9,ctrl+n", "New", "Begin a new record; the draft on screen is kept.", "new", False, True),
    Action("annotate.guide", "f10,alt+g", "Guidelines", "Show what the topic asks, and its guidelines, beside the work.", "guide", False, True),
    Action("annotate.prompt", "alt+shift+g,ctrl+f4", "Prompt", "Open the prompt document behind the topic, to be read and searched.", "prompt", False, True),
    Action("annotate.undo_block", "f11,alt+u", "Undo selection", "Undo the last change to the block.", "undo_block", False, True),
    Action("annotate.redo_block", "f12,alt+y", "Redo selection", "Redo the change to the block just undone.", "redo_block", False, True),
    Action("annotate.imports", "ctrl+r,alt+i", "Imports", "Take the imports the selection uses: whole, pruned, all, none.", "imports", False, True),
    Action("annotate.helper", "shift+f11,f23,alt+m", "Next helper", "Take the next helper that the block's code uses into the block.", "helper", False, True),
    Action("annotate.closure", "shift+f12,f24,alt+c", "Needs", "Show all that the block's code needs as a tree to tick: imports, helpers, other files.", "closure", False, True),
    Action("annotate.open_item", "shift+f7,f19,alt+o", "Next open", "Go to the topic's next item that nobody has recorded, drafted or skipped.", "open_item", False, True),
    Action("annotate.open_items", "alt+shift+l,ctrl+f2", "What is left", "List the topic's open items in the order in which they are offered, with the reasons.", "open_items", False, True),
    Action("annotate.offer_order", "alt+shift+r,ctrl+f3", "Offer order", "Offer open items by importance, or in the order of the files.", "offer_order", False, True),
    Action("annotate.history", "shift+f5,f17,alt+j", "History", "Show this record's history: who, when, what; bring an old text back.", "history", False, True),
    Action("annotate.symbols", "shift+f3,f15,alt+d", "Symbols", "Find any item of the whole repository by a few letters.", "symbols", False, True),
    Action("annotate.text", "shift+f8,f20,alt+q", "Text", "Find text or a regular expression in all files of the repository.", "text", False, True),
    Action("annotate.index", "shift+f1,f13,alt+0", "Index", "Stop indexing the repository's symbols, or go on with it.", "index", False, True),
    Action("annotate.back", "shift+f9,f21,alt+left", "Back", "Go back to where you were before the last jump.", "back", False, True),
    Action("annotate.forward", "shift+f10,f22,alt+right", "Forward", "Go forward again.", "forward", False, True),
    Action("annotate.origin", "shift+f4,f16,alt+l", "Origin", "Show the commits that made the selected lines, and when a text first appeared.", "origin", False, True),
    Action("annotate.write_out", "shift+f2,f14,alt+k", "To a file", "Write this record to a file of its own, for when it cannot be saved.", "write_out", False, True),
    Action("annotate.next_finding", "alt+x,ctrl+f5", "Next finding", "Go to the next place that the checks have something to say about.", "next_finding", False, True),
    Action("annotate.previous_finding", "alt+z,ctrl+f6", "Previous finding", "Go to the place of the finding before.", "previous_finding", False, True),
    Action("annotate.explain", "alt+h,ctrl+f7", "Explain", "Explain the marked finding: why it matters, and what to do.", "explain", False, True),
    Action("annotate.waive", "alt+w,ctrl+f8", "Waive", "Let the marked finding stand in this record, with a reason; or no longer.", "waive", False, True),
    Action("annotate.next_remark", "alt+s,ctrl+f9", "Next remark", "Go to the next place that somebody had something to say about.", "next_remark", False, True),
    Action("annotate.previous_remark", "alt+shift+s,ctrl+f10", "Previous remark", "Go to the place of the remark before.", "previous_remark", False, True),
    Action("annotate.answer", "alt+shift+a,ctrl+f11", "Answer", "Answer the marked remark, with words or just as done; or no longer.", "answer", False, True),
    Action("annotate.their_edit", "alt+shift+e,ctrl+f12", "Their edit", "Show what somebody else changed in your text, to accept it or to contest it.", "their_edit", False, True),
    Action("annotate.topics", "escape,alt+t", "Topics", "Go back to the list of topics; the draft is kept.", "topics"),
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
    Action("source.main", "m", "Main too", "Take the item at the cursor as main code beside what is main already; again, as a helper.", "main"),
    Action("source.find", "slash,f", "Find", "Find text in this file.", "find", True),
    Action("source.find_next", "n", "Next match", "Go to the next match.", "find_next"),
    Action("source.find_previous", "N", "Previous match", "Go to the match before.", "find_previous"),
    Action("source.goto", "colon,ctrl+g", "Go to line", "Go to a line by its number.", "goto"),
    Action("source.next_span", "s", "Next span", "Go to the next span of the block in this file.", "next_span"),
    Action("source.helper", "a", "Next helper", "Take the next helper that the block's code uses into the block.", "screen.helper", True),
    Action("source.closure", "c", "Needs", "Show all that the block's code needs as a tree to tick.", "screen.closure"),
    Action("source.open_item", "o", "Next open", "Go to the topic's next open item.", "screen.open_item", True),
    Action("source.open_items", "O", "What is left", "List the topic's open items in the order in which they are offered.", "screen.open_items"),
    Action("source.definition", "d", "Definition", "Go to what defines the name on this line; where several may, choose.", "screen.definition", True),
    Action("source.uses", "D", "Uses", "List where the name on this line is used in the repository.", "screen.uses"),
    Action("source.back", "comma", "Back", "Go back to where you were before the last jump.", "screen.back"),
    Action("source.forward", "full_stop", "Forward", "Go forward again.", "screen.forward"),
    Action("source.skip", "x", "Skip", "Say why the item at the cursor makes no record, or take that back.", "screen.skip"),
    Action("source.undo", "u", "Undo", "Undo the last change to the block.", "undo_block"),
    Action("source.redo", "U", "Redo", "Redo the change to the block just undone.", "redo_block"),
    # The editors of user and think.
    Action("prose.undo", "ctrl+z", "Undo", "Undo the last change to this text.", "undo"),
    Action("prose.redo", "ctrl+y", "Redo", "Redo the change just undone.", "redo"),
    Action("prose.find", "ctrl+f", "Find", "Find in this text.", "find", True),
    Action("prose.cut", "ctrl+x", "Cut", "Cut the selected text, or the line if nothing is selected.", "cut"),
    Action("prose.copy", "ctrl+c", "Copy", "Copy the selected text.", "copy"),
    Action("prose.paste", "ctrl+v", "Paste", "Paste what was last cut or copied here.", "paste"),
    Action("prose.select_all", "ctrl+shift+a,alt+a", "Select all", "Select all of this text.", "select_all"),
    Action("prose.up", "up", "Up", "Move the cursor a row up.", "cursor_up"),
    Action("prose.down", "down", "Down", "Move the cursor a row down.", "cursor_down"),
    Action("prose.left", "left", "Left", "Move the cursor a character to the left.", "cursor_left"),
    Action("prose.right", "right", "Right", "Move the cursor a character to the right.", "cursor_right"),
    Action("prose.word_left", "ctrl+left,alt+b", "Word left", "Move the cursor to the start of the word.", "cursor_word_left"),
    Action("prose.word_right", "ctrl+right,alt+f", "Word right", "Move the cursor to the end of the word.", "cursor_word_right"),
    Action("prose.line_start", "home,ctrl+a", "Line start", "Move the cursor to the start of the line.", "cursor_line_start"),
    Action("prose.line_end", "end,ctrl+e", "Line end", "Move the cursor to the end of the line.", "cursor_line_end"),
    Action("prose.page_up", "pageup", "Page up", "Move the cursor a page up.", "cursor_page_up"),
    Action("prose.page_down", "pagedown", "Page down", "Move the cursor a page down.", "cursor_page_down"),
    Action("prose.delete_left", "backspace", "Delete left", "Delete the character to the left.", "delete_left"),
    Action("prose.delete_right", "delete,ctrl+d", "Delete right", "Delete the character to the right.", "delete_right"),
    Action("prose.delete_word", "ctrl+w,ctrl+backspace,alt+backspace", "Delete word", "Delete from the cursor to the start of the word.", "delete_word_left"),
    Action("prose.delete_to_start", "ctrl+u", "Delete to start", "Delete from the cursor to the start of the line.", "delete_to_start_of_line"),
    Action("prose.delete_to_end", "ctrl+k", "Delete to end", "Delete from the cursor to the end of the line.", "delete_to_end_of_line_or_delete_line"),
    # The list of findings.
    Action("findings.go", "enter", "Go there", "Go to the place the marked finding is about.", "go", True),
    Action("findings.explain", "e,question_mark", "Explain", "Show why the marked finding matters and what to do.", "explain", True),
    Action("findings.waive", "w", "Waive", "Let the marked finding stand in this record, with a reason, or no longer.", "waive", True),
    Action("prose.take_name", "tab", "Take name", "Take the marked name; only while names are offered inside backticks.", "take_name"),
    Action("prose.next_name", "ctrl+down,alt+down", "Next name", "Mark the next name that is offered.", "next_name"),
    Action("prose.previous_name", "ctrl+up,alt+up", "Previous name", "Mark the name before.", "previous_name"),
    # What others said of the record.
    Action("remarks.go", "enter", "Go there", "Go to the place the marked remark is about.", "go", True),
    Action("remarks.answer", "a", "Answered", "Mark the remark as answered, or no longer.", "answer", True),
    Action("remarks.reply", "w", "Reply", "Answer the remark with words.", "reply", True),
    # The block panel.
    Action("block.role", "r", "Role", "Change the role of the chosen span.", "role", True),
    Action("block.main", "m", "Main too", "Make the chosen span main code beside what is main already; again, a helper.", "main"),
    Action("block.drop", "delete,d", "Drop", "Drop the chosen span from the block (undo brings it back).", "drop", True),
    Action("block.bare", "b", "Bare", "With or without the impl's header around the method.", "bare", True),
    Action("block.go", "enter", "Go there", "Show the chosen span in its file.", "go", True),
    Action("block.undo", "u", "Undo", "Undo the last change to the block.", "undo_block"),
    Action("block.redo", "U", "Redo", "Redo the change to the block just undone.", "redo_block"),
    # What the block's code needs.
    Action("closure.tick", "space", "Tick", "Tick the row or untick it; nothing changes before you take it.", "tick", True),
    Action("closure.below", "b", "With all below", "Tick the row and everything that it brings in, or untick them.", "below", True),
    Action("closure.certain", "c", "All certain", "Tick everything of this file that is certain; other files' code is ticked by hand.", "certain", True),
    Action("closure.go", "o", "Go there", "Show the row's code in its file; nothing is taken.", "go_there", True),
    Action("closure.take", "enter,f2", "Take", "Make the block hold what is ticked.", "take", True),
    Action("closure.leave", "escape,q", "Cancel", "Go back; the block stays as it was.", "leave", True),
    # The preview.
    Action("preview.copy", "c", "Copy", "Copy the line to the clipboard.", "copy", True),
    Action("preview.save_as", "w", "To a file", "Write the line to a file.", "save_as", True),
    # The record list.
    Action("records.edit", "enter,e", "Edit", "Open the record; saving it makes a new revision.", "edit", True),
    Action("records.withdraw", "delete,d", "Withdraw", "Withdraw the record; it can be restored.", "withdraw", True),
    Action("records.restore", "u", "Restore", "Restore a withdrawn record.", "restore", True),
    Action("records.accept", "a", "Accept", "Accept the text that is listed.", "accept", True),
    Action("records.history", "h", "History", "Show who did what to the record and when; bring an old text back.", "history", True),
    Action("records.undo", "z,ctrl+z", "Undo", "Take back what you did last in this topic: a save, a withdrawal, a verdict.", "undo", True),
    Action("records.redo", "Z,ctrl+y", "Redo", "Do again what you took back last.", "redo"),
    Action("records.trash", "t", "Trash", "Get a draft back that was put in the trash.", "trash", True),
    Action("records.back", "escape", "Back", "Go back.", "back", True),
    # Any long list of records.
    Action("table.choose", "enter", "Open", "Open the marked record.", "choose", True),
    Action("table.copy", "y", "Copy id", "Copy the marked record's id to the clipboard.", "copy_id"),
    # The queue: sections, filters, verdicts on many.
    Action("queue.section", "tab", "Next section", "Show the next section: to review, returned, conflicts and so on.", "section(1)", True),
    Action("queue.previous_section", "shift+tab,T", "Section before", "Show the section before.", "section(-1)"),
    Action("queue.conflicts", "C", "Conflicts", "Show the records in conflict; enter settles one.", "conflicts"),
    Action("queue.order", "o", "Order", "Order them by age, by risk or by file.", "order", True),
    Action("queue.filter", "slash,f", "Filter", "Type a filter; the list follows each key.", "filter", True),
    Action("queue.save_filter", "f2,ctrl+s", "Save filter", "Save filter, section and order under a name.", "save_filter"),
    Action("queue.saved_filters", "f3,ctrl+o", "Saved", "Choose one of your saved filters, or forget one.", "saved_filters", True),
    Action("queue.bulk", "b", "Judge all", "Give one verdict to exactly the records that are listed, after a question.", "bulk", True),
    Action("queue.undo", "u", "Undo", "Take back what you did last in this topic; a verdict on many as one.", "undo", True),
    Action("queue.redo", "U", "Redo", "Do again what you took back last.", "redo"),
    Action("queue.history", "h", "History", "Show who did what to the marked record and when, as far as you may see.", "history"),
    Action("queue.help", "question_mark", "Help", "Explain this screen and its keys.", "app.help"),
    Action("queue.leave", "escape,q", "Back", "Go back.", "leave", True),
    # Reviewing one record after the other. Nothing types here, so single letters act.
    Action("review.accept", "a", "Accept", "Accept the text on the screen, and go on with the next record.", "accept", True),
    Action("review.return", "r", "Return", "Ask the author for changes, with a note, and go on.", "return_it", True),
    Action("review.reject", "x", "Reject", "Reject the text on the screen, with a reason, and go on.", "reject", True),
    Action("review.skip", "s", "Skip", "Go on with the next open record; this one stays open.", "skip", True),
    Action("review.flag", "f", "Flag", "Flag the record for others to look at, or take your flag off.", "flag"),
    Action("review.edit", "e", "Edit", "Edit request and reasoning on the spot; saving makes a new revision by you.", "edit", True),
    Action("review.comment", "c", "Comment", "Comment on the marked range; without a mark, on the whole field.", "comment", True),
    Action("review.mark", "v", "Mark", "Begin to mark a range in this field at the cursor, or forget it.", "mark"),
    Action("review.next", "n", "Next", "Go to the next record of the pass, judged or not.", "next"),
    Action("review.previous", "p", "Previous", "Go to the record before.", "previous"),
    Action("review.next_finding", "full_stop,N", "Next finding", "Go to the place of the next finding or comment.", "next_finding", True),
    Action("review.previous_finding", "comma,P", "Previous finding", "Go to the place of the finding or comment before.", "previous_finding"),
    Action("review.open", "o", "In its file", "Show the code in its file, with its surroundings.", "open_code"),
    Action("review.undo", "u", "Undo", "Take back what you did last in this pass, and go back to its record.", "undo", True),
    Action("review.redo", "U", "Redo", "Do again what you took back last.", "redo"),
    Action("review.difference", "d", "Difference", "Show what changed since you judged the record, or since the text before.", "difference"),
    Action("review.history", "h", "History", "Show who did what to the record and when.", "history"),
    Action("review.guide", "g", "Guidelines", "Show what the topic asks, with its guidelines and examples.", "guide"),
    Action("review.prompt", "G", "Prompt", "Open the prompt document behind the topic, to be read and searched.", "prompt"),
    Action("review.more", "enter", "More", "Explain the finding that was gone to; of a record in conflict, settle it.", "more"),
    Action("review.next_pane", "tab,f6", "Next pane", "Go to the next pane.", "next_pane"),
    Action("review.previous_pane", "shift+tab,shift+f6", "Previous pane", "Go to the pane before.", "previous_pane"),
    Action("review.texts", "1", "Texts", "Go to request and reasoning.", "pane('texts')"),
    Action("review.code", "2", "Code", "Go to the code.", "pane('code')"),
    Action("review.findings", "3", "Findings", "Go to the findings and comments.", "pane('findings')"),
    Action("review.about", "4", "About", "Go to verdicts, provenance and checklist.", "pane('about')"),
    Action("review.help", "question_mark", "Help", "Explain this screen and its keys.", "app.help"),
    Action("review.leave", "q,escape", "Leave", "Leave the pass; it goes on at this record next time.", "leave", True),
    # Editing a record while reviewing: these work while typing.
    Action("review_edit.save", "f2,ctrl+s", "Save", "Save the texts as a new revision by you.", "save", True, True),
    Action("review_edit.next_pane", "f6,alt+n", "Next pane", "Go to the other text, or to the code.", "next_pane", True, True),
    Action("review_edit.leave", "escape", "Cancel", "Go back to reviewing; what was changed is asked about.", "leave", True),
    # The history of a record.
    Action("history.bring_back", "enter,b", "Bring back", "Make the marked revision the newest again, as a new revision.", "bring_back", True),
    Action("history.undo", "u", "Undo", "Take back what you did last to this record.", "undo", True),
    Action("history.redo", "r,U", "Redo", "Do again what you took back last.", "redo", True),
    Action("history.compare", "c", "Compare", "Compare with the revision before, or with the newest.", "compare", True),
    Action("history.unfold", "z", "Unfold", "Show what is unchanged too, or fold it again.", "unfold", True),
    Action("history.next_change", "n", "Next change", "Scroll to the next change.", "next_change"),
    Action("history.previous_change", "p,N", "Previous change", "Scroll to the change before.", "previous_change"),
    Action("history.back", "escape", "Back", "Go back.", "back", True),
    # Settling a conflict.
    Action("conflict.first", "1", "Take 1", "Settle the conflict with version 1; the other stays in the history.", "take_first", True),
    Action("conflict.second", "2", "Take 2", "Settle the conflict with version 2; the other stays in the history.", "take_second", True),
    Action("conflict.edit", "e", "Edit", "Write the version that settles it, beginning with the marked one.", "edit", True),
    Action("conflict.both", "b", "Keep both", "Keep the versions as records of their own.", "both", True),
    Action("conflict.next_pane", "tab,f6", "Other side", "Mark the other side.", "next_pane", True),
    Action("conflict.other", "o", "Next version", "With more than two versions: show the next on the marked side.", "other"),
    Action("conflict.ancestor", "a", "Ancestor", "Show the text that all versions began from.", "ancestor", True),
    Action("conflict.compare", "c", "Compare", "Compare each version with the ancestor, or with the other one.", "compare", True),
    Action("conflict.unfold", "z", "Unfold", "Show what is unchanged too, or fold it again.", "unfold"),
    Action("conflict.next_change", "n", "Next change", "Scroll the marked side to its next change.", "next_change"),
    Action("conflict.previous_change", "p,N", "Previous change", "Scroll the marked side to the change before.", "previous_change"),
    Action("conflict.back", "escape", "Back", "Go back; nothing is settled.", "back", True),
    # Where the code came from.
    Action("origin.lines", "l,1", "Lines", "Show the commits that touched these lines, newest first.", "lines", True),
    Action("origin.first", "t,2", "First seen", "Ask when a text first appeared anywhere in the history.", "first", True),
    Action("origin.widen", "w", "All files", "Look for the text in every file, or in Rust files only again.", "widen", True),
    Action("origin.keep", "enter,b", "Keep beside", "Go back and keep the marked commit in sight, beside what you write.", "keep", True),
    Action("origin.introduced", "i", "Introduced", "Mark the commit that introduced the item.", "introduced", True),
    Action("origin.fetch", "f", "Fetch", "Fetch the old contents that this clone lacks, then look again.", "fetch"),
    Action("origin.cancel", "x", "Stop", "Stop looking; what was found so far stays.", "cancel", True),
    Action("origin.copy", "c,y", "Copy line", "Copy the marked line to the clipboard.", "copy_line", True),
    Action("origin.next_pane", "tab,f6", "Other side", "Go to the list, or to what the commit says.", "next_pane", True),
    Action("origin.next_change", "n", "Next change", "Mark the next change of the difference.", "next_change"),
    Action("origin.previous_change", "p,N", "Previous change", "Mark the change before.", "previous_change"),
    Action("origin.back", "escape", "Back", "Stop looking and go back.", "back", True),
    # Finding in the whole repository: the cursor is in a text field.
    Action("search.down", "down,ctrl+n", "Down", "Mark the next hit.", "hit_down", False, True),
    Action("search.up", "up", "Up", "Mark the hit before.", "hit_up", False, True),
    Action("search.page_down", "pagedown", "Page down", "Go a page of hits down.", "hits_down", False, True),
    Action("search.page_up", "pageup", "Page up", "Go a page of hits up.", "hits_up", False, True),
    Action("search.regex", "f2,alt+r", "Expression", "Search by a regular expression, or by plain text again.", "regex", True, True),
    Action("search.words", "f3,alt+w", "Words", "Find whole words only, or parts of words too.", "words", True, True),
    Action("search.case", "f4,alt+c", "Case", "Let capitals matter, never or always; at first they do if you type one.", "case", True, True),
    Action("search.everything", "f5,alt+a", "All files", "Search all files, or Rust files only again.", "everything", True, True),
    Action("search.stop", "f6,alt+s", "Stop", "Stop indexing or searching, or go on with it.", "stop", True, True),
    Action("search.leave", "escape", "Cancel", "Go back without choosing.", "leave", True),
    # A plot.
    Action("chart.toggle", "t", "Table", "Show the plot's numbers as a table, or the plot again.", "toggle_table", True),
    Action("chart.pick", "enter", "Records", "Show the records behind the marked place.", "pick", True),
    Action("chart.previous", "left,h", "Left", "Mark the place before.", "previous"),
    Action("chart.next", "right,l", "Right", "Mark the next place.", "next"),
    # The overview of figures.
    Action("overview.open", "enter", "Records", "Show the records behind the marked row.", "open", True),
    Action("overview.next_pane", "tab,f6", "Next pane", "Go to the topics, the figures or the plot.", "next_pane", True),
    Action("overview.previous_pane", "shift+tab,f18", "Previous pane", "Go to the pane before.", "previous_pane"),
    Action("overview.next_section", "right_square_bracket,n", "Next section", "Show the next section of figures.", "next_section", True),
    Action("overview.previous_section", "left_square_bracket,N", "Section before", "Show the section of figures before.", "previous_section"),
    Action("overview.plot", "p", "Other plot", "Show the section's next plot.", "plot", True),
    Action("overview.table", "t", "Table", "Show the plot's numbers as a table, or the plot again.", "table", True),
    Action("overview.again", "r", "Again", "Count everything again, findings and near-duplicates too.", "again", True),
    Action("overview.stop", "x", "Stop", "Stop counting; what is known stays.", "stop"),
    Action("overview.back", "escape", "Back", "Go back.", "back", True),
)
# fmt: on

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def scoped(scope: str) -> Iterable[Action]:
    """The actions of one scope, in the table's order."""
    return (action for action in ACTIONS if action.scope == scope)
