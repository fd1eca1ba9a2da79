"""What a block needs, as rows that a person ticks, and what ticking them makes of the draft. No screen here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from app.annotate.composer import Composer, Composition
from app.records.block_needs import HelperOffer, ImportOffer
from app.records.blocks import Piece
from app.records.draft import Draft

_GROUPS = {
    1: "Helpers in the same file",
    3: "Impls of traits whose methods are called",
    2: "Of other files of the crate",
}
"""Headings by tier, in the order they are shown in."""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One row. Lines are 1-based."""

    label: str
    """Item path, or the heading of a group."""
    kind: str = ""
    """What it is, in a word; empty for a heading."""
    path: str = ""
    start: int = 0
    """First byte of the item itself, behind its lead."""
    end: int = 0
    """One past the item's last byte."""
    line: int = 0
    reason: str = ""
    certain: bool = True
    depth: int = 0
    """0: needed by what was chosen."""
    nbytes: int = 0
    held: bool = False
    """Whether the block holds it now."""
    offer: ImportOffer | HelperOffer | None = None
    """None for a heading."""
    names_only: bool = False
    """Whether it stands for the likely names of an import whose certain ones have a row of their own."""

    @property
    def heading(self) -> bool:
        return self.offer is None


def needs(composer: Composer, draft: Draft, composition: Composition) -> tuple[NeedRow, ...]:
    """The rows for a draft and its block: imports, then helpers by tier. May read files. Raises `SourceError`."""
    rows: list[NeedRow] = list(_imports(composer, draft, composition))
    if rows:
        rows.insert(0, NeedRow(_imports_heading(draft)))
    tree = composer.helper_tree(draft)
    for tier, heading in _GROUPS.items():
        tops = [top for top in tree if top.helper.tier == tier]
        if tops:
            rows.append(NeedRow(heading))
            rows += [row for top in tops for row in _helpers(composer, draft, top)]
    return tuple(rows)


def _imports_heading(draft: Draft) -> str:
    mode = draft.selection.imports
    return (
        "Imports" if mode == "none" else f"Imports, taken {mode if mode != 'all' else 'with all there are'}"
    )


def _imports(composer: Composer, draft: Draft, composition: Composition) -> Iterator[NeedRow]:
    held = {(piece.path, piece.start) for piece in composition.pieces}
    for offer in composition.offers:
        proposal, source = offer.proposal, composer.files.open(offer.path).source
        item = proposal.item
        certain = [name for name in proposal.names if name.certainty == "certain"]
        likely = [name for name in proposal.names if name.certainty == "likely"]
        sure = [reason for name in certain for reason in name.reasons] or list(proposal.reasons)
        row = NeedRow(
            label=item.path,
            kind="import",
            path=offer.path,
            start=item.name_start,
            end=item.end,
            line=source.line_at(item.name_start) + 1,
            reason="; ".join(dict.fromkeys(sure)),
            certain=proposal.certainty == "certain",
            nbytes=item.end - item.start,
            held=(offer.path, item.start) in held,
            offer=offer,
        )
        yield row
        if certain and likely and draft.selection.imports == "pruned":
            yield NeedRow(
                label=f"with {', '.join(name.name for name in likely)}",
                kind="names",
                path=offer.path,
                start=item.name_start,
                end=item.end,
                line=row.line,
                reason="; ".join(dict.fromkeys(reason for name in likely for reason in name.reasons)),
                certain=False,
                depth=1,
                held=offer.name in draft.selection.likely,
                offer=offer,
                names_only=True,
            )


def _helpers(composer: Composer, draft: Draft, top: HelperOffer) -> Iterator[NeedRow]:
    for depth, offer in top.walk():
        piece, helper = offer.piece, offer.helper
        source = composer.files.open(piece.path).source
        yield NeedRow(
            label=piece.item,
            kind=helper.kind,
            path=piece.path,
            start=helper.item.name_start,
            end=helper.item.end,
            line=source.line_at(helper.item.name_start) + 1,
            reason=helper.reason,
            certain=helper.certainty == "certain",
            depth=depth,
            nbytes=piece.end - piece.start,
            held=_holds(draft, piece),
            offer=offer,
        )


def _holds(draft: Draft, piece: Piece) -> bool:
    return any(
        p.path == piece.path and p.start <= piece.start and piece.end <= p.end for p in draft.selection.pieces
    )


def ticked_draft(draft: Draft, rows: Sequence[NeedRow], ticked: Collection[int]) -> Draft:
    """The draft whose block holds what is ticked, by 0-based row; one step of undo. Only what changed is touched."""
    chosen = draft.selection
    take: list[Piece] = []
    drop: list[Piece] = []
    likely, unwanted = set(chosen.likely), set(chosen.unwanted)
    changed = [
        (row, at in ticked) for at, row in enumerate(rows) if not row.heading and (at in ticked) != row.held
    ]
    for row, now in changed:
        if isinstance(row.offer, HelperOffer):
            take += [row.offer.piece] * now
            drop += [] if now else _at(draft, row.path, row.offer.piece.start)
        elif row.offer is not None and row.names_only:
            (likely.add if now else likely.discard)(row.offer.name)
        elif row.offer is not None and now:
            unwanted.discard(row.offer.name)
            if not row.certain:
                likely.add(row.offer.name)
        elif row.offer is not None:
            drop += _at(draft, row.path, row.offer.proposal.item.start)
            unwanted.add(row.offer.name)
            likely.discard(row.offer.name)
    mode = chosen.imports
    if mode == "none":
        if any(isinstance(row.offer, ImportOffer) and now for row, now in changed):
            mode = "whole"
            unwanted |= {
                r.offer.name
                for i, r in enumerate(rows)
                if isinstance(r.offer, ImportOffer) and i not in ticked
            }
        else:
            likely, unwanted = set(chosen.likely), set(chosen.unwanted)
    return draft.take_needs(take, drop, mode, frozenset(unwanted), frozenset(likely))


def _at(draft: Draft, path: str, start: int) -> list[Piece]:
    """The chosen pieces that hold a byte."""
    return [p for p in draft.selection.pieces if p.path == path and p.start <= start < p.end]
