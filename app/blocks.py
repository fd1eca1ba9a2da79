"""The one place where pieces of source become a block, and where a block is held against its source.

A block is its spans' bytes, verbatim, with white space between them. Which white space (a *joint*) is fixed:

- within one pruned import: nothing;
- where only white space lies between two spans in the source: that white space, verbatim;
- where source is left out: one newline and the indentation that the next span has on its own line, after a
  container's head, before its closing brace and between two imports; else a blank line and that indentation;
- between two files: a blank line. The newline is the usual one of the following span's file.

Offsets are bytes, 0-based, end exclusive. Files stand in the order of their first piece, spans in source order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.errors import InvalidRecordError
from app.records import JOINT_BYTES, Part, Role, Span
from app.rust.items import Item, Wrap

_BOM = b"\xef\xbb\xbf"
_IMPORT = ("use ", "extern crate ")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something chosen for the block: an item, a method with its impl around it, an import with cuts, or lines."""

    path: str
    """From the repository's root."""
    start: int
    end: int
    role: Role
    item: str
    """Item path for people."""
    wrap: Wrap | None = None
    """The impl whose header and closing brace stand around it."""
    cuts: tuple[tuple[int, int], ...] = ()
    """Ranges inside it that are left out, in order."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A block's text and its spans."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Fragment:
    start: int
    end: int
    role: Role
    item: str
    part: Part


def piece_for(items: Sequence[Item], index: int, path: str, role: Role, bare: bool = False) -> Piece:
    """What selecting an item takes: of a trait or trait impl all of it, of an inherent impl the method in its impl."""
    item = items[index]
    while item.whole is not None:
        item = items[item.whole]
    if item.path.startswith(_IMPORT):
        role = "import"
    return Piece(path, item.start, item.end, role, item.path, None if bare else item.wrap)


def compose(
    pieces: Sequence[Piece], sources: Mapping[str, bytes], blobs: Mapping[str, str | None] | None = None
) -> Composed:
    """The block of these pieces. `sources` has each file's bytes, `blobs` its git blob id.

    A piece inside another is dropped; pieces that overlap become one. Raises `InvalidRecordError` for a range that is
    outside its file, blank, or not UTF-8.
    """
    spans: list[Span] = []
    for path in dict.fromkeys(piece.path for piece in pieces):
        data = sources[path]
        own = _settled([_trimmed(piece, data) for piece in pieces if piece.path == path])
        before: _Fragment | None = None
        for fragment in _fragments(own):
            joint = _joint(data, before, fragment) if before is not None else (b"\n\n" if spans else b"")
            if before is None and spans and newline_of(data) == b"\r\n":
                joint = b"\r\n\r\n"
            spans.append(_span(path, data, fragment, joint, (blobs or {}).get(path)))
            before = fragment
    if not spans:
        raise InvalidRecordError("no code is selected", "take at least one item into the block")
    text = b"".join(span.joint.encode() + sources[span.path][span.start : span.end] for span in spans)
    return Composed(text.decode("utf-8"), tuple(spans))


def pieces_of(spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The pieces that make these spans again: `compose(pieces_of(spans), …)` gives the same block."""
    pieces: list[Piece] = []
    heads: dict[tuple[str, str], Span] = {}
    open_: list[int] = []
    for at, span in enumerate(spans):
        if span.part == "head":
            heads[(span.path, span.item)] = span
            open_ = []
        elif span.part == "tail":
            head = heads.pop((span.path, span.item))
            wrap = Wrap(span.item, (head.start, head.end), (span.start, span.end))
            for index in open_:
                pieces[index] = replace(pieces[index], wrap=wrap)
        else:
            last = spans[at - 1] if at else None
            same = last is not None and (last.path, last.item, last.part) == (span.path, span.item, span.part)
            if span.part == "fragment" and same and span.joint == "" and last is not None:
                whole = pieces[-1]
                pieces[-1] = replace(whole, end=span.end, cuts=(*whole.cuts, (last.end, span.start)))
            else:
                pieces.append(Piece(span.path, span.start, span.end, span.role, span.item))
            if heads:
                open_.append(len(pieces) - 1)
    return tuple(pieces)


def verify(text: str, spans: Sequence[Span], read: Callable[[str], bytes]) -> list[str]:
    """What is wrong between a block and the files it names; empty if every byte is theirs."""
    problems: list[str] = []
    data, at = text.encode("utf-8"), 0
    for span in spans:
        where = f"{span.path}:{span.start}-{span.end}"
        source = read(span.path)[span.start : span.end]
        if hashlib.sha256(source).hexdigest() != span.sha256:
            problems.append(f"{where}: the source's bytes are not the recorded ones")
        joint = span.joint.encode()
        if joint.strip(JOINT_BYTES) or data[at : at + len(joint)] != joint:
            problems.append(f"{where}: the joint before it is not in the block")
        at += len(joint)
        if data[at : at + span.end - span.start] != source:
            problems.append(f"{where}: the block's bytes are not the source's")
        at += span.end - span.start
    if at != len(data):
        problems.append(f"the block has {len(data)} bytes, its spans and joints {at}")
    return problems


def newline_of(data: bytes) -> bytes:
    """The file's usual newline: the one that ends most of its lines."""
    crlf = data.count(b"\r\n")
    return b"\r\n" if crlf * 2 > data.count(b"\n") else b"\n"


def _trimmed(piece: Piece, data: bytes) -> Piece:
    if not 0 <= piece.start < piece.end <= len(data):
        raise InvalidRecordError(
            f"{piece.item} ({piece.path}, bytes {piece.start}-{piece.end}) is outside the file of {len(data)} bytes",
            "the source has changed: drop the span and take it again",
        )
    start, end = piece.start, piece.end
    if data.startswith(_BOM):
        start = max(start, len(_BOM))
    raw = data[start:end]
    start += len(raw) - len(raw.lstrip(JOINT_BYTES))
    end -= len(raw) - len(raw.rstrip(JOINT_BYTES))
    if start >= end:
        raise InvalidRecordError(f"{piece.item} in {piece.path} is blank", "select lines that hold code")
    return replace(piece, start=start, end=end)


def _settled(pieces: Sequence[Piece]) -> list[Piece]:
    """In source order, none inside or across another; an impl that is itself a piece swallows its methods."""
    settled: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, -p.end)):
        last = settled[-1] if settled else None
        if last is None or piece.start >= last.end:
            settled.append(piece)
        elif piece.end > last.end:
            settled[-1] = replace(
                last, end=piece.end, wrap=last.wrap if last.wrap == piece.wrap else None, cuts=()
            )
    return settled


def _fragments(pieces: Sequence[Piece]) -> Iterator[_Fragment]:
    for at, piece in enumerate(pieces):
        before = pieces[at - 1].wrap if at else None
        after = pieces[at + 1].wrap if at + 1 < len(pieces) else None
        if piece.wrap is not None and piece.wrap != before:
            yield _Fragment(*piece.wrap.head, "context", piece.wrap.item, "head")
        start = piece.start
        for cut_start, cut_end in piece.cuts:
            yield _Fragment(start, cut_start, piece.role, piece.item, "fragment")
            start = cut_end
        yield _Fragment(start, piece.end, piece.role, piece.item, "fragment" if piece.cuts else "whole")
        if piece.wrap is not None and piece.wrap != after:
            yield _Fragment(*piece.wrap.tail, "context", piece.wrap.item, "tail")


def _joint(data: bytes, before: _Fragment, after: _Fragment) -> bytes:
    if before.part == after.part == "fragment" and before.item == after.item:
        return b""
    gap = data[before.end : after.start]
    if gap and not gap.strip(JOINT_BYTES):
        return gap
    newline = newline_of(data)
    line = data.rfind(b"\n", 0, after.start) + 1
    indent = data[line : after.start]
    if indent.strip(b" \t"):
        indent = b""
    close = before.part == "head" or after.part == "tail"
    both_imports = before.item.startswith(_IMPORT) and after.item.startswith(_IMPORT)
    return (newline if close or both_imports else newline * 2) + indent


def _span(path: str, data: bytes, fragment: _Fragment, joint: bytes, blob: str | None) -> Span:
    raw = data[fragment.start : fragment.end]
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRecordError(
            f"{path}: byte {fragment.start + error.start} is not UTF-8, or inside a character",
            "choose whole items or lines",
        ) from error
    return Span(
        path=path,
        start=fragment.start,
        end=fragment.end,
        role=fragment.role,
        item=fragment.item,
        sha256=hashlib.sha256(raw).hexdigest(),
        part=fragment.part,
        joint=joint.decode("ascii"),
        blob=blob,
    )
