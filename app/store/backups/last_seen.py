"""What this machine last saw of each journal, so that a missing or shrunken one is not taken for an empty one.

Kept in `.backspan/seen.json`, never among the datasets: another person's copy has its own past. Nothing here
reads a journal; whoever has read one gives the numbers.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from app.base.moments import utc
from app.errors import StoreError
from app.store.disk.files import check_topic, failure, is_topic, make_own_folder, write_whole
from app.store.disk.locks import holding
from app.store.disk.plain_files import opened

FILE_NAME = "seen.json"
FORMAT = 1
SAMPLE = 8
"""Ids remembered of each journal: those that came last, as they are the first that an older copy lacks."""
_MAX_BYTES = 10_000_000

Loss = Literal["vanished", "shrank", "replaced"]


@dataclass(frozen=True, slots=True)
class LastSeen:
    """What was last seen of one journal."""

    events: int
    """Distinct events."""
    bytes: int
    at: datetime
    """When it was seen so, UTC."""
    last: tuple[str, ...] = ()
    """Ids of the events that came last, newest last; at most `SAMPLE`."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A journal that holds less than was seen of it."""

    topic: str
    loss: Loss
    """The file is gone, holds fewer events, or holds others instead of those that were seen."""
    events: int
    """Distinct events there are now; 0 where the file is gone."""
    remembered: LastSeen
    backed_up: bool = True
    """Whether a backup may have what is missing; False once it was seen that the fullest has not."""

    @property
    def what(self) -> str:
        """What is missing, one sentence."""
        then = f"{self.remembered.at:%Y-%m-%d %H:%M} UTC"
        seen = f"{self.remembered.events:,} {'event' if self.remembered.events == 1 else 'events'}"
        if self.loss == "vanished":
            return f"The journal of {self.topic} is gone; on {then} it held {seen}."
        if self.loss == "shrank":
            return f"The journal of {self.topic} holds {self.events:,} events; on {then} it held {seen}."
        return f"The journal of {self.topic} lacks events that it held on {then}, among {seen}."

    @property
    def short(self) -> str:
        """The same in a few words, for a row."""
        seen = (
            f"{self.remembered.events:,} {'event was' if self.remembered.events == 1 else 'events were'} seen"
        )
        if self.loss == "vanished":
            return f"the journal is gone: {seen}"
        return f"{self.events:,} events: {seen}" if self.loss == "shrank" else f"events are missing: {seen}"

    @property
    def remedy(self) -> str:
        """What to do, the safest first."""
        return (
            (
                f"Look at 'backspan restore --journal {self.topic} --dry-run', then bring it back without "
                "'--dry-run'."
                if self.backed_up
                else "No backup here has more. Take what is missing from another copy (a colleague's, another "
                "machine's, git's) with 'backspan merge FILE'."
            )
            + " If git checked out an older branch or commit, go back to yours (or merge it) instead. "
            f"If it is meant to be so: 'backspan doctor --accept {self.topic}'."
        )

    def error(self) -> StoreError:
        """The alarm as an error for people."""
        return StoreError(self.what, self.remedy)


class Memory:
    """The memories of one project on this machine. Methods may be called from any thread.

    After every refresh, `observe` with what the journal amounts to now; show the alarm if there is one.
    """

    def __init__(self, project_root: Path) -> None:
        self._work = project_root / ".backspan"
        self.path = self._work / FILE_NAME
        """The file, whether or not it is there."""
        self._known: tuple[tuple[int, ...], dict[str, LastSeen]] | None = None
        """What the file said, and its stamp then."""

    def topics(self) -> tuple[str, ...]:
        """The topics of which something was seen, sorted. Raises `StoreError`."""
        return tuple(sorted(self._read()))

    def recall(self, topic: str) -> LastSeen | None:
        """What was last seen of a journal. Raises `StoreError` where the file cannot be read."""
        return self._read().get(check_topic(topic))

    def alarm(self, topic: str, exists: bool, events: int, knows: Callable[[str], bool]) -> Alarm | None:
        """What the journal lacks of what was seen. `events`: distinct ids; `knows`: is this id among them?

        Without memory there is no alarm. Raises `StoreError` where the file cannot be read.
        """
        seen = self.recall(topic)
        if seen is None or not seen.events:
            return None
        if not exists:
            return Alarm(topic, "vanished", 0, seen)
        if events < seen.events:
            return Alarm(topic, "shrank", events, seen)
        if not all(knows(name) for name in seen.last):
            return Alarm(topic, "replaced", events, seen)
        return None

    def note(self, topic: str, events: int, size: int, last: Sequence[str] = ()) -> None:
        """Remember a journal of so many distinct events and bytes; `last`: the ids that came last, newest last.

        The larger memory wins, whoever wrote it: only `forget` makes it smaller. Call it only when `alarm` gave
        None. Raises `StoreError`; nothing but the memory is lost then.
        """
        try:
            seen = self.recall(topic)
        except StoreError:
            seen = None  # the file is set aside below
        if not events or (seen is not None and seen.events >= events):
            return
        new = LastSeen(events, size, datetime.now(UTC), tuple(last)[-SAMPLE:])
        with self._changed() as all_seen:
            other = all_seen.get(topic)
            if other is None or other.events < events:
                all_seen[topic] = new

    def observe(
        self,
        topic: str,
        exists: bool,
        events: int,
        size: int,
        last: Sequence[str],
        knows: Callable[[str], bool],
        proven: bool = True,
    ) -> Alarm | None:
        """`alarm`, and `note` where there is none. Costs a stat of a small file while nothing grew.

        `proven` is False while some of the events were only looked at lightly: they may turn out to be none, and
        then the journal would seem to have shrunk. Nothing is noted until all were validated.
        Raises `StoreError` where the memory cannot be read or written, which is to be told and stops nothing: a
        file that is damaged is set aside first, and a new one begun.
        """
        try:
            found = self.alarm(topic, exists, events, knows)
        except StoreError:
            if exists and proven:
                self.note(topic, events, size, last)
            raise
        if found is None and exists and proven:
            self.note(topic, events, size, last)
        return found

    def forget(self, topic: str) -> bool:
        """Forget a journal, on the person's word only; False if nothing was remembered. Raises `StoreError`."""
        if self.recall(topic) is None:
            return False
        with self._changed() as all_seen:
            all_seen.pop(topic, None)
        return True

    def set_aside(self) -> Path | None:
        """Give a file that cannot be read another name, and say which: only it knows what was there.

        None where there is nothing to set aside. Raises `OSError`.
        """
        if not self._stamp():
            return None
        path = self.path.with_name(f"seen.unreadable-{secrets.token_hex(3)}.json")
        self.path.rename(path)
        return path

    # -- inside

    @contextlib.contextmanager
    def _changed(self) -> Iterator[dict[str, LastSeen]]:
        """What all workstations have noted, to change and put back in one step."""
        what = f"What was seen could not be noted in {self.path}"
        try:
            make_own_folder(self._work)
            with holding(self._work / "locks" / "seen.lock", 5.0, what):
                try:
                    seen = dict(self._read())
                except StoreError:
                    seen = {}
                    self.set_aside()
                yield seen
                topics = {topic: _body(memory) for topic, memory in sorted(seen.items())}
                body = {"format": FORMAT, "topics": topics}
                write_whole(self.path, json.dumps(body, indent=1).encode() + b"\n")
        except OSError as error:
            raise failure(error, what) from error

    def _read(self) -> dict[str, LastSeen]:
        stamp = self._stamp()
        if not stamp:
            return {}
        known = self._known
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            with opened(self.path) as handle:
                data = os.pread(handle, _MAX_BYTES, 0)
            found = _parsed(json.loads(data))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise failure(error, f"What was seen of the journals ({self.path}) cannot be read") from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise StoreError(
                f"{self.path} is damaged: what was last seen of the journals is not known.",
                "It is set aside when the next journal is seen; 'backspan doctor --repair' does it now.",
            ) from None
        self._known = (stamp, found)
        return found

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = self.path.lstat()
        except OSError:
            return ()
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _body(memory: LastSeen) -> dict[str, Any]:
    return {
        "events": memory.events,
        "bytes": memory.bytes,
        "at": memory.at.isoformat(timespec="seconds"),
        "last": list(memory.last),
    }


def _parsed(body: Any) -> dict[str, LastSeen]:
    """Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` where it is not what `_body` made."""
    if body["format"] != FORMAT:
        raise ValueError(body["format"])
    found: dict[str, LastSeen] = {}
    for topic, one in body["topics"].items():
        at = datetime.fromisoformat(one["at"])
        whole = (one["events"], one["bytes"])
        last = tuple(one["last"])
        if not is_topic(topic) or at.utcoffset() is None or not all(type(n) is int for n in whole):
            raise ValueError(topic)
        if not all(isinstance(name, str) for name in last):
            raise TypeError(topic)
        found[topic] = LastSeen(*whole, utc(at), last)
    return found
