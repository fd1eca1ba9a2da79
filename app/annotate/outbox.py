"""Saves that could not be made yet: what is waiting, when it is tried next, and what to say meanwhile.

Plain state: no screen, no disk and no clock; every time is passed in, in seconds of one monotonic clock. What a
person asked to save stays here until it is acknowledged, or until they take it out. What they type
afterwards is not part of it: it is an ordinary draft, until they ask again (`supersede`).
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.base.text import printable
from app.errors import StoreError
from app.records.draft import Draft
from app.records.events import Retraction, Review, Revision, event_line
from app.store.disk.files import discard, failure, sync_folder, write_all

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds from the first, second … failed try to the next; the last of them from then on."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One record's save that is not on disk yet."""

    draft: Draft
    """What the person asked to save last."""
    reason: str
    """What happened, one sentence, safe to show."""
    remedy: str
    """What the person can do; may be empty."""
    tries: int
    """How often it failed."""
    next_try: float
    revision: Revision | None = None
    """The very event that could not be appended. To be tried again as it is: should the failed append have reached
    the disk after all, the same event twice is harmless, and another one beside it would be a conflict."""
    kept: Path | None = None
    """Where the draft's file is; None where that failed too."""

    def said(self, now: float) -> str:
        """All there is to say, in sentences."""
        wait = math.ceil(self.next_try - now)
        when = f"Trying again in {wait} s" if wait > 0 else "Trying again now"
        times = "" if self.tries < 2 else f" ({self.tries} tries so far)"
        where = (
            f"your text is kept in {printable(str(self.kept), 1000)}."
            if self.kept
            else "your text is on this screen only: write it to a file."
        )
        return " ".join(filter(None, (self.reason, self.remedy, f"{when}{times}; {where}")))

    def short(self, now: float) -> str:
        """The same for a line that is cut at its end: the reason without the place, and the seconds."""
        wait = math.ceil(self.next_try - now)
        cause = self.reason.rstrip(".").rpartition(": ")[2]
        return f"{cause} · " + (f"again in {wait} s" if wait > 0 else "trying again")


class Outbox:
    """The saves of one workstation that are not made yet, one a record. One thread at a time."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._trying: set[str] = set()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def pending(self) -> tuple[Pending, ...]:
        """All of them, the one to be tried next first."""
        return tuple(sorted(self._pending.values(), key=lambda one: (one.next_try, one.draft.record)))

    def get(self, record: str) -> Pending | None:
        """That record's, if it waits."""
        return self._pending.get(record)

    def failed(
        self,
        sent: Draft,
        error: StoreError,
        now: float,
        *,
        revision: Revision | None = None,
        kept: Path | None = None,
    ) -> Pending:
        """A save of `sent` failed, the first time or again; `revision` is what it tried to append.

        If a newer draft was put in its place meanwhile, that one stays, and is tried at its own time.
        """
        self._trying.discard(sent.record)
        known = self._pending.get(sent.record)
        newer = known is not None and not known.draft.same_content(sent)
        tries = known.tries + 1 if known else 1
        waits = now + DELAYS[min(tries, len(DELAYS)) - 1]
        pending = Pending(
            draft=known.draft if known and newer else sent,
            reason=printable(error.what, 2000),
            remedy=printable(error.remedy, 2000),
            tries=tries,
            next_try=min(known.next_try, waits) if known and newer else waits,
            revision=None if newer else revision,
            kept=kept or (known.kept if known else None),
        )
        self._pending[sent.record] = pending
        return pending

    def supersede(self, draft: Draft, now: float) -> bool:
        """The person asks again, with what they have written by now: it takes the waiting one's place, due at once.

        False, and nothing is done, where none of this record waits: then it is a save like any other.
        """
        known = self._pending.get(draft.record)
        if known is None:
            return False
        same = known.draft.same_content(draft)
        self._pending[draft.record] = replace(
            known, draft=draft, revision=known.revision if same else None, next_try=now
        )
        return True

    def ask(self, now: float) -> None:
        """Try all of them at once: the person wants it, or the disk seems to be back."""
        for record, known in self._pending.items():
            self._pending[record] = replace(known, next_try=min(now, known.next_try))

    def due(self, now: float) -> tuple[Pending, ...]:
        """What to try now; what is being tried is not among them."""
        return tuple(
            one for one in self.pending if one.next_try <= now and one.draft.record not in self._trying
        )

    def begin(self, record: str) -> Pending | None:
        """What to send, marked as being tried until `failed` or `done`; None where it waits not, or is being tried."""
        known = self._pending.get(record)
        if known is None or record in self._trying:
            return None
        self._trying.add(record)
        return known

    def done(self, sent: Draft, revision: str, now: float) -> Pending | None:
        """The save of `sent` is on disk as `revision`. Gives back what of its record still waits, due at once.

        That is a newer draft that took its place while it was being saved: it goes on from this revision now.
        """
        self._trying.discard(sent.record)
        known = self._pending.pop(sent.record, None)
        if known is None or known.draft.same_content(sent):
            return None
        rest = replace(known, draft=known.draft.saved_as(revision, sent.effort), revision=None, next_try=now)
        self._pending[sent.record] = rest
        return rest

    def take_out(self, record: str) -> Draft | None:
        """Give up saving it: the person wrote it elsewhere, or wants it no more. The draft's file stays."""
        self._trying.discard(record)
        known = self._pending.pop(record, None)
        return known.draft if known else None


def write_out(
    name: str,
    *,
    events: Sequence[Revision | Review | Retraction] = (),
    texts: Sequence[tuple[str, str]] = (),
    base: Path | None = None,
) -> Path:
    """Write what cannot be saved to a new file of the person's choice, durably; gives back where it is.

    `events` become lines of a journal, which `backspan merge` brings in later; without any, `texts` (heading, text)
    become a file to read. `~` is the home folder; a relative name is taken from `base`, the current folder by
    default. Nothing that exists is written over, and nobody else may read what is written. Raises `StoreError`.
    """
    path = _wanted(name, base)
    what = f"Nothing was written to {printable(str(path), 1000)}"
    data = b"".join(map(event_line, events)) or _readable(texts)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise StoreError(f"{what}: it exists already.", "Give another name.") from None
    except FileNotFoundError:
        raise StoreError(f"{what}: there is no such folder.", "Make it, or give another name.") from None
    except OSError as error:
        raise failure(error, what) from error
    try:
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(path.parent)
    except BaseException as error:
        discard(path)  # made by us a moment ago: half of a text is worse than none
        if isinstance(error, OSError):
            raise failure(error, what) from error
        raise
    return path


def texts_of(draft: Draft, code: str) -> tuple[tuple[str, str], ...]:
    """What `write_out` writes of a draft that is no valid record yet; `code` is its block's text, if there is one."""
    return (("user", draft.user), ("think", draft.think), ("block", code))


def _wanted(name: str, base: Path | None) -> Path:
    if not name.strip():
        raise StoreError("No file was named.", "Give a name, such as ~/record.txt.")
    try:
        path = (base or Path.cwd()) / Path(name.strip()).expanduser()
    except OSError as error:
        raise failure(error, "The current folder cannot be used") from error
    except RuntimeError:
        raise StoreError(
            f"{printable(name)} begins with a person unknown here.", "Give the folder's full name."
        ) from None
    if "\0" in name or any("\ud800" <= c <= "\udfff" for c in name):
        raise StoreError(f"{printable(name)} cannot be a file's name.", "Give another name.")
    if not path.name or name.strip().endswith(("/", "/.", "/..")) or path.name == "..":
        raise StoreError(f"{printable(name)} names a folder.", "Add a file's name to it.")
    return path


def _readable(texts: Sequence[tuple[str, str]]) -> bytes:
    parts = (f"# {heading}\n\n{text}\n" for heading, text in texts)
    # What is no character (half of a surrogate pair, from a broken paste) is spelled out.
    return "\n".join(parts).encode("utf-8", "backslashreplace")
