"""The light way through a journal: of each line only what a summary needs is decoded, the rest is skipped.

What this module takes is not proven to be an event: its id is not checked against its content, nor its block
against the law. What it does not take, for whatever reason, must be read strictly (`app.store.journal.lines`), so that
nothing is lost by it. `JournalStore` says when a line taken lightly is read strictly after all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from app.base.letters import person
from app.base.moments import possible
from app.records.history.summary import SpanLike, Summary, digest_of, name_of, opening_of, pack

_ID = 64
_RECORD = 26
_NOTHING = Raw(b"null")


class _Block(Struct, gc=False, forbid_unknown_fields=True):
    repository: str
    commit: str | None
    spans: list[SpanLike]
    text: Raw
    licence: str | None = None


class _Revision(Struct, gc=False, forbid_unknown_fields=True):
    id: str
    record: str
    at: str
    by: str
    kind: Literal["revision"]
    block: _Block
    user: str
    think: str
    undoes: str | None = None
    act: str | None = None
    parents: tuple[str, ...] = ()
    effort: Raw = _NOTHING
    origin: str | None = None
    waivers: Raw = _NOTHING


_decode = Decoder(_Revision).decode


def light_line(data: bytes) -> Summary | None:
    """The summary of a line that looks like a revision; None for anything else. Never raises."""
    try:
        line = _decode(data)
        at = datetime.fromisoformat(line.at)
        if at.tzinfo is not UTC:
            if at.tzinfo is None:
                return None
            at = at.astimezone(UTC)
        if not possible(at):
            return None
        block = line.block
        spans = block.spans
        # Ids are shown and compared as they are, so they must be harmless before anything is proven.
        record = line.record
        for ulid in (record, line.act):
            if ulid is not None and (len(ulid) != _RECORD or not (ulid.isascii() and ulid.isalnum())):
                return None
        for name in (line.id, *line.parents, line.undoes, line.origin):
            if name is not None and (len(name) != _ID or not (name.isascii() and name.isalnum())):
                return None
        main = spans[0]
        if main.role != "main":
            for span in spans:
                if span.role == "main":
                    main = span
                    break
        packed = pack(spans)
        return Summary(
            line.id,
            record,
            at,
            name_of(person(line.by)),
            line.parents,
            line.undoes,
            line.origin,
            name_of(main.item),
            name_of(main.path),
            opening_of(line.user),
            None if block.commit is None else name_of(block.commit),
            packed,
            digest_of(
                (line.user, line.think), (block.repository, block.commit, block.licence), packed, spans
            ),
            line.act,
        )
    except (MsgspecError, ValueError, IndexError, OverflowError, RecursionError, MemoryError):
        return None
