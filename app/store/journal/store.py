"""Topics as append-only files: `datasets/<topic>.jsonl`, one event a line.

An append happens under an inter-process lock, in one write, and is on disk before it returns; an append that
fails is taken back. Nothing is ever rewritten. Reading writes nothing in the journals' folder, waits only for a
line that is half written, and parses only what was added since it last looked.

Surveys are light (`app.store.journal.scan`) where more than `STRICT_AT_ONCE` bytes are to be read; up to that, and so
for all that is added while one works, every line is validated at once. What was taken lightly is validated when its
text is fetched, and by `verify`, which a workstation runs in the background once a topic is open. How far a journal was
verified is remembered in a small file of this machine's, if the store is given one, with a hash of all those bytes:
whatever changed there since is validated again.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.base.letters import spelt_out
from app.errors import StoreError
from app.records.events import event_line
from app.records.history.light import Event
from app.store.disk.files import check_topic, failure, is_topic
from app.store.disk.locks import holding
from app.store.disk.plain_files import opened
from app.store.journal.appending import append_durably
from app.store.journal.lines import read_line, unfinished
from app.store.journal.proofs import Proofs, Verification, check
from app.store.journal.track import ReadMark, Track, line_at, stamp_of
from app.store.protocol import Damaged, JournalReading, OnPart, Survey

SUFFIX = ".jsonl"
_MOVED_TRIES = 5
_FETCHED = 32
"""Events that are kept validated."""


@dataclass(slots=True)
class _Seen:
    """What was read strictly of a journal so far."""

    mark: ReadMark = field(default_factory=ReadMark)
    events: list[Event] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    generation: int = 0
    reading: JournalReading | None = None
    """The last answer."""


class JournalStore:
    """A `Store` in one folder of files."""

    def __init__(self, folder: Path, lock_timeout: float = 10.0, proofs: Path | None = None) -> None:
        """`proofs`: the file in which it is remembered how far each journal was verified; never in `folder`."""
        self.folder = folder
        """The project's `datasets` folder; never made by the store."""
        self._lock_timeout = lock_timeout
        """Seconds to wait for another writer."""
        self._paths: dict[str, Path] = {}
        self._ours: dict[str, tuple[int, ...]] = {}
        """By topic: the journal's stamp up to which every line was looked at, or is this store's, and none is newer."""
        self._named: dict[str, tuple[int, ...]] = {}
        """By topic: device and inode of the journal whose name this process has made durable."""
        self._locks: dict[str, Path] = {}
        self._seen: dict[str, _Seen] = {}
        self._tracks: dict[str, Track] = {}
        self._guard = threading.Lock()
        """For `_seen`, `_tracks`, `_fetched` and the counter; held for moments only, but by `read`."""
        self._generation = 0
        self._fetched: OrderedDict[tuple[str, str], tuple[bytes, Event]] = OrderedDict()
        self._proofs = Proofs(proofs)

    def path(self, topic: str) -> Path:
        """The topic's journal. Raises `UsageError` for a name that cannot be a file's."""
        path = self._paths.get(topic)
        if path is None:
            path = self._paths[topic] = self.folder / (check_topic(topic) + SUFFIX)
        return path

    def lock(self, topic: str) -> Path:
        """The lock of those who write to the topic's journal. Raises `UsageError` as `path` does.

        Beside the journal: all who share the folder share the lock, whatever project they came from.
        """
        lock = self._locks.get(topic)
        if lock is None:
            lock = self._locks[topic] = self.folder / ".locks" / (self.path(topic).name + ".lock")
        return lock

    def topics(self) -> tuple[str, ...]:
        """The topics that have a journal, sorted. Raises `StoreError` where the folder cannot be listed."""
        try:
            found = [entry.name for entry in os.scandir(self.folder) if entry.is_file(follow_symlinks=False)]
        except OSError as error:
            raise failure(error, f"The journals in {self.folder} cannot be listed") from error
        names = (name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))
        return tuple(sorted(name for name in names if is_topic(name)))

    def stamp(self, topic: str) -> tuple[int, ...]:
        """Device, inode, length in bytes and time of change; `()` where there is no journal."""
        try:
            return stamp_of(self.path(topic).lstat())
        except OSError:
            return ()

    def append(self, topic: str, events: Sequence[Event], check: Callable[[], None] | None = None) -> None:
        """Make these events durable, all or none. Raises `StoreError`; see `Store.append`.

        A journal that a newer version has written to is refused: it is looked at first, unless all that came to
        it since the last look is this store's own.
        """
        path = self.path(topic)
        data = b"".join(event_line(event) for event in events)
        if not data:
            return
        what = f"Nothing was saved to {path}"
        try:
            self._refuse_newer(topic, path, what)
            with holding(self.lock(topic), self._lock_timeout, what):
                if check is not None:
                    check()
                for _ in range(_MOVED_TRIES):
                    done = append_durably(path, data, self._named.get(topic, ()))
                    if done is not None:
                        self._named[topic] = done.after[:2]
                        if self._ours.get(topic) == done.before:
                            self._ours[topic] = (
                                done.after
                            )  # else somebody's line is between: look again next time
                        return
        except OSError as error:
            raise failure(error, what) from error
        raise StoreError(
            f"{what}: the file is being replaced again and again.", "Try again when that is over."
        )

    def _refuse_newer(self, topic: str, path: Path, what: str) -> None:
        """Raise `StoreError` where a newer version wrote a line. Raises `OSError` where that cannot be seen.

        No lock is held meanwhile, because a first look may take seconds. What a newer version adds between the
        look and the append is therefore seen by the next one: as if it had been added just after.
        """
        try:
            stamp = stamp_of(os.lstat(str(path)))  # a plain string, because each save comes this way
            if stamp == self._ours.get(topic):
                return
            survey = self._survey(topic, path, None, wait=False)
        except FileNotFoundError:
            return
        newer = next((damaged for damaged in survey.damaged if damaged.newer), None)
        if newer is not None:
            raise StoreError(
                f"{what}: line {newer.line} was written by a newer version of backspan, so it is read-only here.",
                f"Update backspan on this machine, then save again; 'backspan doctor {topic}' says more.",
            )
        self._ours[topic] = stamp  # taken before the look, so what came later is looked at another time

    # -- strict and whole

    def read(self, topic: str) -> JournalReading:
        """All that is there; only what was added since the last call is parsed. Raises `StoreError`."""
        path = self.path(topic)
        with self._readable(topic, path):
            try:
                with self._guard:
                    return self._read(topic, path)
            except FileNotFoundError:
                self._gone(topic)
                return JournalReading(topic, exists=False)

    @contextlib.contextmanager
    def _readable(self, topic: str, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise failure(error, f"The journal {path} cannot be read") from error

    def _gone(self, topic: str) -> None:
        """Forget a journal that is not there. Raises `StoreError` where the whole folder is not."""
        if not self.folder.is_dir():
            raise StoreError(
                f"The journal of {topic} cannot be read: the folder {self.folder} is gone.",
                "Bring it back (is a drive or a share not mounted?), then try again.",
            ) from None
        with self._guard:
            self._seen.pop(topic, None)
            self._tracks.pop(topic, None)

    def _read(self, topic: str, path: Path) -> JournalReading:
        rest = b""
        for last_try in (False, True):
            with opened(path) as handle:
                found = os.fstat(handle)
                seen = self._continued(topic, handle, found)
                if seen.reading and seen.mark.stamp == stamp_of(found):
                    return seen.reading
                rest = _take_lines(seen, handle)
            if not rest or last_try or not self._let_finish(topic):
                break
        reading = self._answer(topic, seen, rest)
        seen.reading, seen.mark.stamp = reading, stamp_of(found)
        return reading

    def _answer(self, topic: str, seen: _Seen, rest: bytes) -> JournalReading:
        events, damaged = tuple(seen.events), tuple(seen.damaged)
        last = unfinished(rest, seen.mark.lines + 1) if rest else None
        if isinstance(last, Damaged):
            damaged += (last,)
        elif last is not None:
            events += (last,)
        known = seen.reading.events if seen.reading else ()
        if known and (len(known) > len(events) or known[-1].id != events[len(known) - 1].id):
            # A whole event without its line feed was answered before, and is gone.
            self._generation += 1
            seen.generation = self._generation
        return JournalReading(topic, True, events, damaged, seen.generation)

    def _continued(self, topic: str, handle: int, found: os.stat_result) -> _Seen:
        """What is known of this very file, or a fresh start where it is another one or was changed."""
        seen = self._seen.get(topic)
        if seen is None or not seen.mark.holds(handle, found):
            self._generation += 1
            seen = _Seen(ReadMark((found.st_dev, found.st_ino)), generation=self._generation)
            self._seen[topic] = seen
        return seen

    def _let_finish(self, topic: str) -> bool:
        """Wait until nobody is in the middle of a line. False if there is no lock, or it cannot be had."""
        lock = self.lock(topic)
        try:
            if not lock.exists():
                return False
            with holding(lock, 1.0, "", make=False):
                return True
        except (OSError, StoreError):
            return False

    # -- light

    def survey(self, topic: str, on_part: OnPart | None = None) -> Survey:
        """All that is there, light, and only what is new is looked at. Raises `StoreError`; see `Store.survey`."""
        path = self.path(topic)
        with self._readable(topic, path):
            try:
                return self._survey(topic, path, on_part)
            except FileNotFoundError:
                self._gone(topic)
                return Survey(topic, exists=False)

    def _survey(self, topic: str, path: Path, on_part: OnPart | None, wait: bool = True) -> Survey:
        for last_try in (False, True):
            with opened(path) as handle:
                track = self._track(topic, handle)
                with track.guard:
                    found = os.fstat(handle)
                    if track.survey is not None and track.mark.stamp == stamp_of(found):
                        return track.survey
                    rest = track.take(handle, on_part, self._next_generation)
                    if not rest or last_try or not wait:
                        return track.settle(stamp_of(found))
            if not self._let_finish(topic):
                with track.guard:
                    return track.settle(stamp_of(found))
        raise AssertionError("the second try answers")

    def _track(self, topic: str, handle: int) -> Track:
        """What is known of this very file, or a fresh start where it is another one or was changed."""
        with self._guard:
            track = self._tracks.get(topic)
        if track is not None:
            with track.guard:
                if track.mark.holds(handle, os.fstat(handle)):
                    return track
        found = os.fstat(handle)
        fresh = Track(topic, self._next_generation(), ReadMark((found.st_dev, found.st_ino)))
        fresh.suspects = frozenset(self._proofs.get(topic).bad)
        with self._guard:
            if self._tracks.get(topic) is track:  # else another thread was quicker
                self._tracks[topic] = fresh
            return self._tracks[topic]

    def _next_generation(self) -> int:
        with self._guard:
            self._generation += 1
            return self._generation

    def fetch(self, topic: str, event: str) -> Event:
        """The event with this id, validated, from where it is on disk now. Raises `StoreError`."""
        path = self.path(topic)
        with self._readable(topic, path):
            found: Event | Damaged | None = None
            for _ in range(2):  # a file that was changed meanwhile shows it when it is surveyed again
                found = self._fetched_from(topic, path, event)
                if found is not None and not isinstance(found, Damaged):
                    return found
                if not self.survey(topic).exists:
                    break
            return self._search(path, event, found)

    def _fetched_from(self, topic: str, path: Path, event: str) -> Event | Damaged | None:
        with self._guard:
            track = self._tracks.get(topic)
            known = self._fetched.get((topic, event))
        if track is None:
            return None
        with track.guard:
            place = track.place(event)
        if place is None:
            return None
        with opened(path) as handle:
            data = line_at(handle, place)
        if known is not None and known[0] == data:
            return known[1]
        found = read_line(data, 1 if place == 0 else 2)
        if isinstance(found, Damaged) or found is None or found.id != event:
            return found if isinstance(found, Damaged) else None
        with self._guard:
            self._fetched[topic, event] = (data, found)
            while len(self._fetched) > _FETCHED:
                self._fetched.popitem(last=False)
        return found

    def _search(self, path: Path, event: str, damage: Event | Damaged | None) -> Event:
        """Another valid line with this event, wherever it is. Raises `StoreError` that says what became of it."""
        wanted, at = event.encode("ascii", "replace"), 0
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            for number, data in enumerate(file, 1):
                if wanted not in data:
                    continue
                found = read_line(data, number)
                if isinstance(found, Damaged):
                    at = at or number
                elif found is not None and found.id == event:
                    return found
        if isinstance(damage, Damaged):
            raise StoreError(
                f"Line {at} of {path} holds event {event[:12]}, but cannot be used: {damage.reason}.",
                "The line is kept. Run 'backspan doctor', or bring the journal back from a copy.",
            )
        raise StoreError(
            f"The event {spelt_out(event[:12])} is not in {path} any more.",
            "Was the journal replaced or cut? Bring it back from a copy, or read the topic again.",
        )

    def verify(
        self,
        topic: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Damaged, ...]:
        """Validate what surveys took lightly. Raises `StoreError`; see `Store.verify`."""
        path = self.path(topic)
        survey = self.survey(topic)
        with self._guard:
            track = self._tracks.get(topic)
        if track is None or not survey.unproven:
            return survey.damaged
        with self._readable(topic, path), opened(path) as handle:
            with track.guard:
                same = track.mark.holds(handle, os.fstat(handle))
            if same:
                known = self._proofs.get(topic)
                checked = check(handle, track, known, progress, cancelled)
                if checked.bad or checked.proof.length > track.proven:
                    self._accept(topic, track, checked)
        return self.survey(topic).damaged

    def _accept(self, topic: str, track: Track, checked: Verification) -> None:
        """Keep what a verification found, unless the journal became another one meanwhile."""
        generation = self._next_generation() if checked.bad else track.generation
        with track.guard:
            track.proven = max(track.proven, checked.proof.length)
            if checked.bad:
                track.drop(checked.bad, generation)
            track.survey = None
        self._proofs.put(topic, checked.proof)


def _take_lines(seen: _Seen, handle: int) -> bytes:
    """Read on from where `seen` ends, line by line; gives back what follows the last line feed."""
    mark = seen.mark
    try:
        with os.fdopen(os.dup(handle), "rb", buffering=1 << 20) as file:
            file.seek(mark.offset)
            for data in file:
                if not data.endswith(b"\n"):
                    return data
                mark.offset += len(data)
                mark.lines += 1
                found = read_line(data, mark.lines)
                if isinstance(found, Damaged):
                    seen.damaged.append(found)
                elif found is not None:
                    seen.events.append(found)
        return b""
    finally:
        mark.seal(handle)
