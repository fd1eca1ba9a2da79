"""The block panel's rows, made from a composition."""

from __future__ import annotations

from app.annotate.composer import Composition
from app.errors import BackspanError
from app.project.topic_files import TopicFiles
from app.records.draft import Draft
from widgets.panels.block_panel import BlockRow


def block_rows(files: TopicFiles, composition: Composition, draft: Draft) -> tuple[BlockRow, ...]:
    """A row for each piece of the block, in the block's order; chosen pieces also where no block can be made."""
    order = {(s.path, s.start): at for at, s in reversed(list(enumerate(composition.spans)))}
    pieces = composition.pieces or draft.selection.pieces
    rows: list[tuple[int, BlockRow]] = []
    for piece in pieces:
        try:
            source = files.open(piece.path).source
            lines = (source.line_at(piece.start) + 1, source.line_at(max(piece.start, piece.end - 1)) + 1)
            note = ""
        except BackspanError as error:
            lines, note = (0, 0), error.what
        cut = sum(end - start for start, end in piece.cuts)
        row = BlockRow(
            path=piece.path,
            lines=lines,
            role=piece.role,
            item=piece.item,
            start=piece.start,
            nbytes=piece.end - piece.start - cut,
            cuts=len(piece.cuts),
            wrapped=piece.wrap is not None,
            automatic=(piece.path, piece.start) in composition.automatic,
            note=note,
            reason=composition.reasons.get((piece.path, piece.start), ""),
        )
        rows.append((order.get((piece.path, piece.start), len(order)), row))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
