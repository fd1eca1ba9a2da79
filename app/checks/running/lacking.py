"""Helpers that a block needs, that nothing else uses, and that it lacks: with them the code could be understood.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.errors import BackspanError
from app.records.block_needs import own_code
from app.records.blocks import Piece
from app.rust.needs.closure import Helper, helpers
from app.rust.needs.crate_files import CrateFiles
from app.rust.needs.error_types import returned_errors
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup

_PUBLIC = re.compile(rb"pub\b(?!\((?:self|in self)\))")
_KINDS = frozenset({"function", "method", "constant", "static", "macro"})
"""Of types, traits and impls a block that only names them can be understood."""


def own_helpers(pieces: Sequence[Piece], files: CrateFiles) -> tuple[str, ...]:
    """Item paths, in file order, of private helpers that the main code certainly needs and nothing but the block names.

    What a helper needs is left to whoever chose the helper.
    """
    found: list[str] = []
    main = own_code([piece for piece in pieces if piece.role == "main"])
    try:
        for path, spans in own_code(pieces).items():
            lookup = files.lookup(path)
            own = _needed(lookup, spans)
            asked = {one.index for one in _needed(lookup, main.get(path, []))}
            lacking = [one for one in own if one.index in asked and _alone(one, lookup.file, spans)]
            found += [one.item.path for one in sorted(lacking, key=lambda one: one.item.start)]
    except BackspanError:
        return ()  # the file is no Rust that can be read: said where it is opened
    return tuple(dict.fromkeys(found))


def error_types(pieces: Sequence[Piece], files: CrateFiles) -> tuple[str, ...]:
    """Item paths, in file order, of error types of the block's own files that its code returns and that it lacks."""
    found: list[str] = []
    try:
        for path, spans in own_code(pieces).items():
            items = files.lookup(path).file.items
            errors = (items[index] for index in sorted(returned_errors(files.lookup(path).file, spans)))
            found += [
                item.path
                for item in errors
                if not item.test and not any(s < item.end and item.start < e for s, e in spans)
            ]
    except BackspanError:
        return ()  # as above
    return tuple(dict.fromkeys(found))


def _needed(lookup: Lookup, spans: Sequence[tuple[int, int]]) -> list[Helper]:
    return [one for one in helpers(lookup, spans) if _counts(one, lookup.file)]


def _counts(helper: Helper, file: RustFile) -> bool:
    certain = helper.tier == 1 and helper.certainty == "certain" and not helper.item.test
    start = helper.item.name_start
    return certain and helper.kind in _KINDS and not _PUBLIC.match(file.data, start)


def _alone(helper: Helper, file: RustFile, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the helper's name stands nowhere else in the file, tests excluded."""
    name = file.item_name(helper.index)
    if not name:
        return False
    own = [(helper.item.start, helper.item.end), *spans]
    own += [(item.start, item.end) for item in file.items if item.test]
    places = re.finditer(rb"(?<!\w)" + re.escape(name) + rb"(?!\w)", file.data)
    code = (place.start() for place in places if not _commented(file.data, place.start()))
    return all(any(start <= at < end for start, end in own) for at in code)


def _commented(data: bytes, at: int) -> bool:
    """Whether a place stands in a line's comment."""
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    return b"//" in line
