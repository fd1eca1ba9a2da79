"""What a person does to the block, from the source pane or the block panel."""

from __future__ import annotations

from app.annotate.session import AnnotateSession
from app.records.blocks import Piece
from app.records.draft import Draft, ImportMode
from app.rust.items import Wrap, item_at
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.host import Host
from widgets.panels.block_panel import BlockPanel
from widgets.source.pane import SourcePane

_NEXT_MODE: dict[ImportMode, ImportMode] = {
    "none": "whole",
    "whole": "pruned",
    "pruned": "all",
    "all": "none",
}


class BlockPicks:
    """Turns the messages of source pane and block panel into changes of the draft."""

    def __init__(self, host: Host, session: AnnotateSession, browsing: Browsing, editing: Editing) -> None:
        self._host = host
        self._session = session
        self._browsing = browsing
        self._editing = editing

    @property
    def _draft(self) -> Draft:
        return self._session.draft

    # -- from the source pane

    def take(self, event: SourcePane.Take) -> None:
        """Bytes of a file are wanted in the block, or out of it."""
        how = event.how
        self._host.run(
            "pick",
            lambda _: self._session.composer.piece(event.path, event.start, event.end, event.item_index),
            lambda piece: self._editing.change(self._draft.pick(piece, how)),
            exclusive=False,
        )

    def refused(self, event: SourcePane.Refused) -> None:
        """The pane cannot do what was asked of it."""
        self._host.warn(event.reason)

    def role_in_source(self, event: SourcePane.RoleRequested) -> None:
        """Another role is wanted for a span of a file."""
        self._editing.change(self._draft.set_role(event.path, event.start))

    def bare_in_source(self, event: SourcePane.BareRequested) -> None:
        """A method of a file is wanted with, or without, its impl's header."""
        self._toggle_bare(event.path, event.start)

    # -- from the block panel

    def bare(self, event: BlockPanel.BareRequested) -> None:
        """A method is wanted with, or without, its impl's header."""
        self._toggle_bare(event.path, event.start)

    def role(self, event: BlockPanel.RoleRequested) -> None:
        """Another role is wanted."""
        self._editing.change(self._draft.set_role(event.path, event.start))

    def main(self, event: BlockPanel.MainRequested) -> None:
        """A piece is wanted as main code too, or as a helper again."""
        self._editing.change(self._draft.toggle_main(event.path, event.start))

    def drop(self, event: BlockPanel.DropRequested) -> None:
        """A piece is not wanted any more."""
        self._editing.change(self._draft.drop(event.path, event.start, event.item))

    def go(self, event: BlockPanel.GoRequested) -> None:
        """A piece is to be looked at in its file."""
        self._browsing.visit_byte(event.path, event.start)

    # -- by key

    def action_imports(self) -> None:
        """Take the next of the import modes."""
        self._editing.change(self._draft.take_imports(_NEXT_MODE[self._draft.selection.imports]))

    def action_undo_block(self) -> None:
        """Undo the last change to the block."""
        self._editing.change(self._draft.undo())

    def action_redo_block(self) -> None:
        """Redo it."""
        self._editing.change(self._draft.redo())

    def _toggle_bare(self, path: str, start: int) -> None:
        self._host.run("pick", lambda _: self._wrap(path, start), self._wrapped, exclusive=False)

    def _wrap(self, path: str, start: int) -> tuple[Piece | None, Wrap | None, str]:
        """The piece at a byte, the wrap it gets (None for none), and why it gets none if it should."""
        pieces = self._draft.selection.pieces
        piece = next((p for p in pieces if p.path == path and p.start <= start < p.end), None)
        if piece is None:
            return None, None, "take the method first, then choose with or without its header"
        if piece.wrap is not None:
            return piece, None, ""
        items = self._session.files.parsed(path).items
        index = item_at(items, piece.start)
        wrap = items[index].wrap if index is not None else None
        return piece, wrap, "" if wrap is not None else f"{piece.item} has no impl header around it"

    def _wrapped(self, found: tuple[Piece | None, Wrap | None, str]) -> None:
        piece, wrap, why = found
        if why:
            self._host.warn(why)
        elif piece is not None:
            self._editing.change(self._draft.set_wrap(piece.path, piece.start, wrap))
