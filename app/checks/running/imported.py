"""What the checks are told of a block's imports: by its own mode, and by what its topic asks for.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.checks.findings import Context, LikelyImport
from app.checks.running.code import Code
from app.errors import BackspanError
from app.project.topics.spec import Imports
from app.records.block_needs import ImportOffer, import_offers, imports_taken
from app.records.blocks import Piece, pieces_of
from app.records.events import Span
from app.rust.items import Item

_USE = re.compile(rb"(?:pub(?:\([^)]*\))?\s+)?\b(?:use|extern\s+crate)\b[^;]*;?")


def with_imports(context: Context, asked: Imports, spans: Sequence[Span], code: Code) -> Context:
    """The context, and what there is to say of the block's imports; `asked` is what the topic's blocks start with.

    A block without any import in a topic that asks for none lacks none. A block with every import of its files, and
    any block of a topic that asks for them, holds them as context: that its code does not use some is no fault.
    """
    pieces = pieces_of(spans)
    taken = [piece for piece in pieces if piece.role == "import"]
    try:
        offers = import_offers(pieces, code.files)
        others = imports_taken(pieces, "all", frozenset(), frozenset(), code.files, offers)
    except BackspanError:
        return context  # the file is no Rust that can be read: said where it is opened
    every = asked == "all" or not (others or any(piece.cuts for piece in taken))
    unused = [] if every else [_piece_text(code, piece) for piece in taken if not _used(piece, offers)]
    if asked == "none" and not taken:
        return context
    lacking = [offer for offer in offers if _lacks(spans, offer)]
    missing = [_written(code, offer.path, offer.proposal.item) for offer in lacking]
    named = {offer.name for offer in lacking} | {offer.name for offer in offers if _alone(spans, offer)}
    return replace(
        context,
        missing_imports=tuple(dict.fromkeys(missing)),
        likely_imports=tuple(
            LikelyImport(_written(code, offer.path, offer.proposal.item), only)
            for offer in offers
            if (only := _alone(spans, offer))
        ),
        asked_imports=sum((p.path, p.item) not in named for p in others) if asked == "all" else 0,
        unused_imports=tuple(dict.fromkeys(unused)),
    )


def _lacks(spans: Sequence[Span], offer: ImportOffer) -> bool:
    return any(
        name.certainty == "certain" and not _holds(spans, offer.path, name.start)
        for name in offer.proposal.names
    )


def _alone(spans: Sequence[Span], offer: ImportOffer) -> str:
    """The first method that a declaration which the block lacks wholly is the only explanation of; else empty."""
    names = offer.proposal.names
    if offer.proposal.certainty == "certain" or any(_holds(spans, offer.path, n.start) for n in names):
        return ""  # what is certain is named for that
    return next((name.only for name in names if name.only), "")


def _holds(spans: Sequence[Span], path: str, at: int) -> bool:
    return any(span.path == path and span.start <= at < span.end for span in spans)


def _used(piece: Piece, offers: Sequence[ImportOffer]) -> bool:
    return any(
        offer.path == piece.path
        and piece.start < offer.proposal.item.end
        and offer.proposal.item.start < piece.end
        for offer in offers
    )


def _written(code: Code, path: str, item: Item) -> str:
    return _import_text((code.data(path) or b"")[item.start : item.end])


def _piece_text(code: Code, piece: Piece) -> str:
    data, at, kept = code.data(piece.path) or b"", piece.start, bytearray()
    for low, high in (*piece.cuts, (piece.end, piece.end)):
        kept += data[at:low]
        at = high
    return _import_text(bytes(kept))


def _import_text(raw: bytes) -> str:
    found = _USE.search(raw)
    # One line, however it is broken in the source: it is named in a message.
    return " ".join((found[0] if found else raw).decode("utf-8", "replace").split())
