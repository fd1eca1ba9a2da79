"""A revision without its texts: what a list, a ledger and a map of covered code need, in about a kilobyte.

Offsets are bytes, 0-based, end exclusive. The spans are packed, because a hundred thousand revisions have half a
million of them; names that recur (paths, items, people) are kept once for the whole process.
"""

from __future__ import annotations

import sys
import threading
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple, get_args

from msgspec import Struct

from app.records.events import Revision, Role, main_span

OPENING = 120
"""Characters of `user` that a summary keeps."""
_BEGINNING = OPENING + 20
"""Characters that hold an opening unless much of them is white space."""
_ROLES: tuple[Role, ...] = get_args(Role)
_ROLE_NUMBERS: dict[str, int] = {role: number for number, role in enumerate(_ROLES)}
_FIELDS = 5
"""Numbers a span is packed into: path, item, role, start, end."""


class Extent(NamedTuple):
    """A span as a summary knows it."""

    path: str
    start: int
    """First byte."""
    end: int
    """One past the last byte."""
    item: str
    role: Role


class _Names:
    """Strings that recur, by number. Only grows; any thread may ask."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.names: list[str] = []
        self._guard = threading.Lock()

    def number(self, name: str) -> int:
        """The name's number, which is given now if it has none."""
        with self._guard:
            found = self.numbers.get(name)
            if found is None:
                found = len(self.names)
                self.names.append(name)  # before its number can be seen
                self.numbers[name] = found
            return found


_NAMES = _Names()


class Summary(Struct, frozen=True, gc=False):
    """One revision, light. `Store.fetch` gives the revision itself."""

    kind: ClassVar[Literal["revision"]] = "revision"

    id: str
    record: str
    at: datetime
    """UTC."""
    by: str
    parents: tuple[str, ...]
    undoes: str | None
    origin: str | None
    item: str
    """Item path of the main span; empty for plain lines."""
    path: str
    """File of the main span."""
    opening: str
    """The first `OPENING` characters of `user`, white space collapsed."""
    commit: str | None
    packed: bytes
    """The spans; see `extents`."""
    digest: int
    """Of `user`, `think` and the block, for `content`. Python's own keyed hash, as a strong one costs an opening 1.5
    times as much: 64 bits that hold within this process only, and are never stored."""
    act: str | None = None

    @property
    def content(self) -> tuple[int, bytes]:
        """The same of two revisions where `user`, `think` and the block are exactly the same, and only there."""
        return self.digest, self.packed

    def extents(self) -> Iterator[Extent]:
        """The spans, in the block's order."""
        numbers = array("Q", self.packed)
        names = _NAMES.names
        for at in range(0, len(numbers), _FIELDS):
            path, item, role, start, end = numbers[at : at + _FIELDS]
            yield Extent(names[path], start, end, names[item], _ROLES[role])

    def paths(self) -> set[str]:
        """The files the block takes code from."""
        names = _NAMES.names
        return {names[number] for number in array("Q", self.packed)[::_FIELDS]}


class SpanLike(Struct, gc=False, forbid_unknown_fields=True):
    """A span as a journal's line has it, with the fields and defaults of `events.Span`; nothing is checked."""

    path: str
    start: int
    end: int
    role: Role
    item: str
    sha256: str
    part: str = "whole"
    joint: str = ""
    blob: str | None = None


def opening_of(user: str) -> str:
    """The first `OPENING` characters of a request, white space collapsed."""
    begins = " ".join(user[:_BEGINNING].split())
    if len(begins) < OPENING and len(user) > _BEGINNING:
        begins = " ".join(user.split())
    return begins[:OPENING]


def pack(spans: Iterable[SpanLike]) -> bytes:
    """Spans as a summary holds them. Raises `OverflowError` for an offset of 2**64 or more."""
    numbers: list[int] = []
    known, number, roles = _NAMES.numbers, _NAMES.number, _ROLE_NUMBERS
    for span in spans:
        path, item = span.path, span.item
        if path not in known:
            number(path)
        if item not in known:
            number(item)
        numbers += known[path], known[item], roles[span.role], span.start, span.end
    return array("Q", numbers).tobytes()


def digest_of(
    texts: tuple[str, str],
    block: tuple[str, str | None, str | None],
    packed: bytes,
    spans: Iterable[SpanLike],
) -> int:
    """What `Summary.digest` is, of `user` and `think`, and of a block's repository, commit, licence and spans.

    The block's text is not needed: the hashes of its spans and their joints say it.
    """
    fields: list[object] = [texts, block, packed]
    for span in spans:
        fields += span.sha256, span.part, span.joint, span.blob
    return hash(tuple(fields))


def name_of(text: str) -> str:
    """The one copy of a string that recurs."""
    found = _NAMES.numbers.get(text)
    return _NAMES.names[_NAMES.number(text) if found is None else found]


def summarise(revision: Revision) -> Summary:
    """The revision without its texts."""
    spans = revision.block.spans
    main = main_span(spans)
    block = revision.block
    plain = [
        SpanLike(
            s.path,
            min(s.start, _MOST),
            min(s.end, _MOST),
            s.role,
            s.item,
            s.sha256,
            s.part,
            s.joint,
            s.blob,
        )
        for s in spans
    ]
    packed = pack(plain)
    return Summary(
        revision.id,
        revision.record,
        revision.at,
        name_of(revision.by),
        revision.parents,
        revision.undoes,
        revision.origin,
        name_of(main.item),
        name_of(main.path),
        opening_of(revision.user),
        None if block.commit is None else sys.intern(block.commit),
        packed,
        digest_of(
            (revision.user, revision.think), (block.repository, block.commit, block.licence), packed, plain
        ),
        revision.act,
    )


_MOST = 2**64 - 1
"""The largest offset that is told; nothing that large exists, but the model would take it."""
