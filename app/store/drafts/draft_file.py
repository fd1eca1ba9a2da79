"""One draft as a file: whose it is, what it holds, and whether one draft says all that another says."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.base.letters import person, spellings
from app.base.moments import utc
from app.store.disk.plain_files import opened

FORMAT = 1
"""The version of a draft file's outer form."""
SUFFIX = ".json"
_MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft of what."""

    topic: str
    record: str
    by: str
    """In the one form of a name, however it is given."""

    def __post_init__(self) -> None:
        """Bring the person's name into its one form."""
        object.__setattr__(self, "by", person(self.by))

    @property
    def file_name(self) -> str:
        """A name any file system takes: what is plain in record and person, and a hash to tell them apart."""
        return _file_name(self.record, self.by)

    @property
    def file_names(self) -> tuple[str, ...]:
        """`file_name`, then those that older backspans gave it, which went by the letters of the name as typed."""
        return tuple(_file_name(self.record, name) for name in spellings(self.by))


def _file_name(record: str, by: str) -> str:
    digest = hashlib.sha256(json.dumps([record, by]).encode()).hexdigest()[:12]
    parts = (re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")[:40] for part in (record, by))
    return "-".join([*filter(None, parts), digest]) + SUFFIX


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A draft as it was found."""

    key: DraftKey
    saved_at: datetime
    """UTC."""
    payload: dict[str, Any]
    path: Path
    writer: str = ""
    """The process that wrote it; empty where the file does not say."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file among the drafts that is none. It is kept."""

    path: Path
    reason: str
    newer: bool = False
    """A newer version of backspan wrote it; it is not even moved."""


def to_bytes(key: DraftKey, payload: Mapping[str, object], writer: str) -> bytes:
    """The file of a draft written now."""
    body = {
        "format": FORMAT,
        "topic": key.topic,
        "record": key.record,
        "by": key.by,
        "saved_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "writer": writer,
        "payload": dict(payload),
    }
    # ASCII: a text being typed may hold what UTF-8 cannot say (lone surrogates), and a draft keeps it.
    return json.dumps(body, ensure_ascii=True, indent=1).encode("ascii") + b"\n"


def read_draft(path: Path, name: str | None = None) -> DraftFile | Unreadable | None:
    """The draft in a file; None where there is no file. `name`: what the file was called when it was a draft."""
    try:
        with opened(path) as handle, os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Unreadable(path, os.strerror(error.errno) if error.errno else str(error))
    if len(data) > _MAX_BYTES:
        return Unreadable(path, f"it is larger than {_MAX_BYTES:,} bytes")
    try:
        body = json.loads(data)
        found = body.get("format") if isinstance(body, dict) else None
        newer = isinstance(found, int) and found > FORMAT
        return _parse(path, name or path.name, body)
    except RecursionError:
        return Unreadable(path, "it is not JSON")
    except _NoDraftError as error:
        return Unreadable(path, str(error), newer)
    except ValueError:
        return Unreadable(path, "it is not JSON")


def is_newer(found: DraftFile | Unreadable | None, payload: Mapping[str, object]) -> bool:
    """Whether a newer backspan wrote a draft: a later file format, or a later `version` than the payload's."""
    if isinstance(found, Unreadable):
        return found.newer
    there, ours = (found.payload.get("version") if found else None), payload.get("version")
    return isinstance(there, int) and isinstance(ours, int) and there > ours


def covers(whole: Mapping[str, object], part: Mapping[str, object]) -> bool:
    """Whether nothing is lost if `part` is not kept beside `whole`; payloads of drafts.

    Each text of `part` must be there, with at most one run of characters added at one place. All else
    must be the same, but for objects that hold nothing but numbers: those count something, and say nothing.
    """
    if whole.keys() != part.keys():
        return False
    return all(_covers(whole[name], value) for name, value in part.items())


def _covers(whole: object, part: object) -> bool:
    if isinstance(whole, str) and isinstance(part, str):
        shared = (at for at, (a, b) in enumerate(zip(whole, part, strict=False)) if a != b)
        head = next(shared, min(len(whole), len(part)))
        return len(whole) >= len(part) and whole.endswith(part[head:])
    return whole == part or (_counts(whole) and _counts(part))


def _counts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(type(count) in (int, float) for count in value.values())
    )


class _NoDraftError(ValueError):
    """Says why a file is no draft."""


def _parse(path: Path, name: str, body: object) -> DraftFile:
    if not isinstance(body, dict) or not isinstance(body.get("payload"), dict):
        raise _NoDraftError("it is not a draft")
    if body.get("format") != FORMAT:
        raise _NoDraftError(
            f"its format is {body.get('format')!r}, and this version of backspan reads {FORMAT}"
        )
    named = [
        part for part in (body.get("topic"), body.get("record"), body.get("by")) if isinstance(part, str)
    ]
    if len(named) != 3:
        raise _NoDraftError("it does not say whose draft of what it is")
    key = DraftKey(*named)
    if name not in (*key.file_names, _file_name(*named[1:])) or key.topic != path.parent.name:
        raise _NoDraftError("it was renamed: what it says of itself does not fit its name")
    try:
        saved_at = datetime.fromisoformat(str(body.get("saved_at")))
    except ValueError:
        raise _NoDraftError("it does not say when it was saved") from None
    if saved_at.utcoffset() is None:
        raise _NoDraftError("the time of its saving has no offset")
    writer = body.get("writer")
    return DraftFile(key, utc(saved_at), body["payload"], path, writer if isinstance(writer, str) else "")
