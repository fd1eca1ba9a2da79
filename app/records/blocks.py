"""From pieces of source to a block and back. Nothing else composes blocks.

**The law**: take the joints away from a block's text and the recorded ranges of the files remain, byte for byte.

Which ranges:

- Files come in the order of their first piece; within a file ranges come in source order.
- A piece begins at its first and ends at its last byte that is not blank (ASCII white space); a byte order mark
  counts as blank. A piece of blanks alone is refused.
- A piece that lies inside another is dropped: the outer one wins. Pieces that overlap in part become one piece over
  both, with the role and the item path of the one that begins first, and without cuts.
- A piece with a wrap gets the container's head (up to its `{`) before and its tail (`}`) behind it, once for all
  pieces of that container. Head and tail are ranges like any other, with part `head` and `tail` and role `context`.
- A piece with cuts becomes fragments: what the cuts leave of it.

Which joint stands before a range (none before the first):

- between fragments of one piece: nothing;
- in one file, if only white space lies between the two ranges: that white space itself, however much it is;
- in one file, if something is left out: a line end and the range's indentation, if it follows a head, precedes a
  tail, or if both are imports (`use`, `extern crate`); else two line ends and the indentation;
- between files: two line ends.

The indentation is the white space before the range on its own line, if nothing else stands there. The line end is
that of the range's file: `\\r\\n` if its first line ends so, else `\\n`.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.errors import InvalidRecordError
from app.records.events import JOINT_BYTES, Part, Role, Span
from app.rust.item_paths import is_import
from app.rust.items import Item, Wrap
from app.rust.needs.imports import ImportPick

BOM = b"\xef\xbb\xbf"
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody chose of one file."""

    path: str
    """From the repository's root, with forward slashes."""
    start: int
    end: int
    role: Role
    item: str
    """Item path, or empty for plain lines."""
    wrap: Wrap | None = None
    """The container whose head and tail go around it."""
    cuts: tuple[_Range, ...] = ()
    """Ranges to leave out, in order, inside the piece."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A block's text and the spans it is made of."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """One range of a file before joints: a piece, a head or a tail."""

    start: int
    end: int
    role: Role
    item: str
    part: Part = "whole"
    cuts: tuple[_Range, ...] = ()
    wrap: Wrap | None = None

    def ranges(self) -> Iterator[_Range]:
        at = self.start
        for low, high in self.cuts:
            yield at, low
            at = high
        yield at, self.end


def compose(
    pieces: Sequence[Piece], sources: Mapping[str, bytes], blobs: Mapping[str, str | None] | None = None
) -> Composed:
    """The block made of the pieces, by the rules at the top of this module.

    `sources` holds the bytes of each path, `blobs` the git blob ids where there are any. Raises InvalidRecordError
    for no pieces, a piece that is blank or outside its file, and ranges that are not UTF-8.
    """
    if not pieces:
        raise InvalidRecordError("The block is empty.", "Select at least one item.")
    by_path: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_path.setdefault(piece.path, []).append(piece)
    text: list[bytes] = []
    spans: list[Span] = []
    for path, chosen in by_path.items():
        data = sources.get(path)
        if data is None:
            raise InvalidRecordError(f"The block needs {path}, which could not be read.", "Drop its spans.")
        before: _Atom | None = None
        for atom in _atoms(path, chosen, data):
            joint = _joint(data, before, atom) if before else _newline(data) * 2 if spans else b""
            for start, end in atom.ranges():
                raw = data[start:end]
                _check_text(path, start, raw)
                text += (joint, raw)
                spans.append(_span(path, (start, end), atom, raw, joint, (blobs or {}).get(path)))
                joint = b""
            before = atom
    return Composed(b"".join(text).decode("utf-8"), tuple(spans))


def _span(path: str, place: _Range, atom: _Atom, raw: bytes, joint: bytes, blob: str | None) -> Span:
    return Span(
        path=path,
        start=place[0],
        end=place[1],
        role=atom.role,
        item=atom.item,
        sha256=hashlib.sha256(raw).hexdigest(),
        part="fragment" if atom.cuts else atom.part,
        joint=joint.decode("ascii"),
        blob=blob,
    )


def _check_text(path: str, start: int, raw: bytes) -> None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRecordError(
            f"{path} is not UTF-8 at byte {start + error.start}, or a span ends inside a character there.",
            "Select whole characters; a file in another encoding cannot be annotated.",
        ) from error


def _atoms(path: str, pieces: Sequence[Piece], data: bytes) -> list[_Atom]:
    """The ranges that the pieces of one file amount to: disjoint, in source order."""
    chosen = _merged(_trimmed(path, piece, data) for piece in pieces)
    wraps = dict.fromkeys(atom.wrap for atom in chosen if atom.wrap)
    pairs = [
        (_end_of_wrap(path, wrap, "head", data), _end_of_wrap(path, wrap, "tail", data)) for wrap in wraps
    ]
    atoms = _merged([*chosen, *(end for pair in pairs for end in pair)])
    # A head whose tail was swallowed by another piece (or the other way round) is just a range.
    paired = {end for pair in pairs if pair[0] in atoms and pair[1] in atoms for end in pair}
    return [atom if atom.part == "whole" or atom in paired else replace(atom, part="whole") for atom in atoms]


def _end_of_wrap(path: str, wrap: Wrap, part: Literal["head", "tail"], data: bytes) -> _Atom:
    start, end = wrap.head if part == "head" else wrap.tail
    return replace(_trimmed(path, Piece(path, start, end, "context", wrap.item), data), part=part)


def _merged(atoms: Iterable[_Atom]) -> list[_Atom]:
    """In source order; what lies inside another is dropped, what overlaps in part is united."""
    merged: list[_Atom] = []
    for atom in sorted(atoms, key=lambda each: (each.start, -each.end)):
        last = merged[-1] if merged else None
        if last is None or atom.start >= last.end:
            merged.append(atom)
        elif atom.end > last.end:
            merged[-1] = replace(last, end=atom.end, part="whole", cuts=(), wrap=last.wrap or atom.wrap)
    return merged


def _trimmed(path: str, piece: Piece, data: bytes) -> _Atom:
    start, end = piece.start, piece.end
    if not 0 <= start < end <= len(data):
        raise InvalidRecordError(
            f"Bytes {start}-{end} are not a range of {path}, which has {len(data)}.", "Select them again."
        )
    if start < len(BOM) and data.startswith(BOM):
        start = len(BOM)
    cuts = _tidy_cuts(piece.cuts)
    while True:
        start, end = _trim(data, start, end)
        if start >= end:
            raise InvalidRecordError(
                f"Bytes {piece.start}-{piece.end} of {path} hold nothing but white space.",
                "Select some code.",
            )
        cuts = [(low, high) for low, high in cuts if low < end and high > start]
        if cuts and cuts[0][0] <= start:
            start = cuts.pop(0)[1]
        elif cuts and cuts[-1][1] >= end:
            end = cuts.pop()[0]
        else:
            break
    return _Atom(start, end, piece.role, piece.item, "whole", tuple(cuts), piece.wrap)


def _trim(data: bytes, start: int, end: int) -> _Range:
    while start < end and data[start] in JOINT_BYTES:
        start += 1
    while end > start and data[end - 1] in JOINT_BYTES:
        end -= 1
    return start, end


def _tidy_cuts(cuts: Iterable[_Range]) -> list[_Range]:
    """In order, without empty ones; cuts that touch become one."""
    tidy: list[_Range] = []
    for low, high in sorted(cut for cut in cuts if cut[0] < cut[1]):
        if tidy and low <= tidy[-1][1]:
            tidy[-1] = (tidy[-1][0], max(tidy[-1][1], high))
        else:
            tidy.append((low, high))
    return tidy


def _joint(data: bytes, before: _Atom, atom: _Atom) -> bytes:
    """What stands between two ranges of one file."""
    gap = data[before.end : atom.start]
    if not gap.strip(JOINT_BYTES):
        return gap
    imports = is_import(before.item) and is_import(atom.item)
    close = before.part == "head" or atom.part == "tail" or imports
    return _newline(data) * (1 if close else 2) + _indentation(data, atom.start)


def _newline(data: bytes) -> bytes:
    first = data.find(b"\n")
    return b"\r\n" if first > 0 and data[first - 1 : first] == b"\r" else b"\n"


def _indentation(data: bytes, start: int) -> bytes:
    lead = data[data.rfind(b"\n", 0, start) + 1 : start].removeprefix(BOM)
    return b"" if lead.strip(JOINT_BYTES) else lead


def pieces_of(spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The pieces that compose to these spans again: how a record is reopened."""
    pieces: list[Piece] = []
    wrap: Wrap | None = None
    before: Span | None = None
    for index, span in enumerate(spans):
        if wrap is not None and span.part == "tail" and (span.start, span.end) == wrap.tail:
            wrap = None
        elif span.part == "head" and (found := _wrap_from(spans, index)) is not None:
            wrap = found
        elif before is not None and _continues(before, span):
            cut = (before.end, span.start)
            pieces[-1] = replace(pieces[-1], end=span.end, cuts=(*pieces[-1].cuts, cut))
        else:
            pieces.append(Piece(span.path, span.start, span.end, span.role, span.item, wrap))
        before = span
    return tuple(pieces)


def _wrap_from(spans: Sequence[Span], index: int) -> Wrap | None:
    """The wrap whose head is at `index`, if its tail follows in the same file."""
    head = spans[index]
    for span in spans[index + 1 :]:
        if span.path != head.path:
            break
        if span.part == "tail" and span.item == head.item:
            return Wrap(head.item, (head.start, head.end), (span.start, span.end))
    return None


def _continues(before: Span, span: Span) -> bool:
    """Whether the two are fragments of one piece: those never touch, and those of two pieces have a joint or touch."""
    same = (before.path, before.item, before.role) == (span.path, span.item, span.role)
    return same and before.part == span.part == "fragment" and not span.joint and span.start > before.end


def piece_for(items: Sequence[Item], index: int, path: str, role: Role, bare: bool = False) -> Piece:
    """What selecting the item at `index` of the file's outline takes.

    A member of a trait or of a trait's impl takes the whole of it; another impl's member takes the header and the
    brace along, unless `bare`.
    """
    item = items[index]
    if item.whole is not None:
        item = items[item.whole]
    return Piece(path, item.start, item.end, role, item.path, None if bare else item.wrap)


def import_piece(pick: ImportPick, path: str) -> Piece:
    """The piece that takes an import into a block."""
    return Piece(path, pick.item.start, pick.item.end, "import", pick.item.path, None, pick.cuts)
