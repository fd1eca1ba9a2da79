"""What a person does to the block, from the source pane or the block panel."""

from __future__ import annotations

from textual import on, work

from app.errors import BackspanError
from app.records.draft import ImportMode
from app.rust.items import item_at
from app.workstation.annotate.coverage import CoveringScreen
from widgets.panels.block import BlockPanel
from widgets.source.pane import SourcePane

_NEXT_MODE: dict[ImportMode, ImportMode] = {
    "none": "whole",
    "whole": "pruned",
    "pruned": "all",
    "all": "none",
}


class BlockScreen(CoveringScreen):
    """Turns the messages of source pane and block panel into changes of the draft."""

    @on(SourcePane.Take)
    def _take(self, event: SourcePane.Take) -> None:
        self._pick(event.start, event.end, event.item_index, event.how)

    @work(thread=True, group="pick", exit_on_error=False)
    def _pick(self, start: int, end: int, item: int | None, how: str) -> None:
        desk = self._desk
        if desk is None:
            return
        try:
            piece = desk.composer.piece(self._path, start, end, item)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(lambda: self._change(desk.draft.pick(piece, how)))  # type: ignore[arg-type]

    @on(SourcePane.Refused)
    def _refused(self, event: SourcePane.Refused) -> None:
        self._warn(event.reason)

    @on(SourcePane.RoleRequested)
    def _source_role(self, event: SourcePane.RoleRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.set_role(self._path, event.start))

    @on(SourcePane.BareRequested)
    def _source_bare(self, event: SourcePane.BareRequested) -> None:
        self._toggle_bare(self._path, event.start)

    @on(BlockPanel.BareRequested)
    def _block_bare(self, event: BlockPanel.BareRequested) -> None:
        self._toggle_bare(event.path, event.start)

    @work(thread=True, group="pick", exit_on_error=False)
    def _toggle_bare(self, path: str, start: int) -> None:
        desk = self._desk
        if desk is None:
            return
        piece = next(
            (p for p in desk.draft.selection.pieces if p.path == path and p.start <= start < p.end), None
        )
        if piece is None:
            self.app.call_from_thread(
                self._warn, "take the method first, then choose with or without its header"
            )
            return
        wrap = None
        if piece.wrap is None:
            items = desk.files.parsed(path).items
            index = item_at(items, piece.start)
            wrap = items[index].wrap if index is not None else None
            if wrap is None:
                self.app.call_from_thread(self._warn, f"{piece.item} has no impl header around it")
                return
        self.app.call_from_thread(lambda: self._change(desk.draft.set_wrap(path, piece.start, wrap)))

    @on(BlockPanel.RoleRequested)
    def _block_role(self, event: BlockPanel.RoleRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.set_role(event.path, event.start))

    @on(BlockPanel.DropRequested)
    def _block_drop(self, event: BlockPanel.DropRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.drop(event.path, event.start, event.item))

    @on(BlockPanel.GoRequested)
    def _block_go(self, event: BlockPanel.GoRequested) -> None:
        desk = self._desk
        if desk is None:
            return
        line = desk.files.open(event.path).source.line_at(event.start)
        self._show_pane("source")
        if event.path == self._path:
            self.query_one(SourcePane).go_to(line)
        else:
            self._show_file(event.path, line)
        self.set_focus(self.query_one(SourcePane))

    @on(BlockPanel.ImportsRequested)
    def action_imports(self) -> None:
        """Take the next of the import modes."""
        if self._desk is not None:
            mode = self._desk.draft.selection.imports
            self._change(self._desk.draft.take_imports(_NEXT_MODE[mode]))

    @on(SourcePane.UndoRequested)
    @on(BlockPanel.UndoRequested)
    def action_undo_block(self) -> None:
        """Undo the last change to the block."""
        if self._desk is not None:
            self._change(self._desk.draft.undo())

    @on(SourcePane.RedoRequested)
    @on(BlockPanel.RedoRequested)
    def action_redo_block(self) -> None:
        """Redo it."""
        if self._desk is not None:
            self._change(self._desk.draft.redo())
