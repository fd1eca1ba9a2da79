"""Many processes write one journal, another merges files into it, another reads it all the time: each event once.

Each process is this module run with a role; it begins when it is told to on its standard input.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.records.events import EVENTS, event_line
from app.store.journal.merge import merge_into
from app.store.journal.store import JournalStore
from tests.store.events import revision

TOPIC = "retry"
_PARTS = 5
"""Files that are merged one after the other; each holds what the one before held, and more."""
_MERGED = 1_000_000
"""Number of the first record that comes by merging."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What became of the journal."""

    events: int
    """Different events in it."""
    expected: int
    repeated: int
    """Events that stand there more than once."""
    damaged: int
    """Lines that are none."""
    readings: int
    """How often it was read meanwhile; each time it held all it had held before."""
    failures: tuple[str, ...]
    """What processes said that did not end well."""
    seconds: float

    @property
    def good(self) -> bool:
        """Whether each event is there, once."""
        return self.events == self.expected and not (self.repeated or self.damaged or self.failures)

    def __str__(self) -> str:
        return (
            f"{self.events} of {self.expected} events, {self.repeated} repeated, {self.damaged} lines damaged, "
            f"read {self.readings} times meanwhile, {self.seconds:.0f} s"
            + "".join(f"\n  {failure}" for failure in self.failures)
        )


def crowd(folder: Path, writers: int, saves: int, merged: int) -> Crowd:
    """Let so many processes make so many saves each, while `merged` further events are merged and all is read.

    `folder` is made, with the journals' folder and the files to merge in it.
    """
    journals = folder / "datasets"
    journals.mkdir(parents=True)
    for part in range(1, _PARTS + 1):
        many = merged * part // _PARTS
        lines = (event_line(revision(_MERGED + number)) for number in range(many))
        (folder / f"part{part}.jsonl").write_bytes(b"".join(lines))
    busy = [_start("write", str(journals), str(number * saves), str(saves)) for number in range(writers)]
    busy.append(_start("merge", str(journals), *(str(folder / f"part{n + 1}.jsonl") for n in range(_PARTS))))
    reader = _start("read", str(journals))
    began = time.monotonic()
    for process in (*busy, reader):
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    failures = [said for process in busy for said in _ended(process)]
    seconds = time.monotonic() - began
    failures += _ended(reader)  # closing its input is what ends it
    assert reader.stdout
    readings = int(reader.stdout.read() or 0)
    for process in (*busy, reader):
        with process:  # closes its pipes
            pass
    numbers = [*range(writers * saves), *(_MERGED + number for number in range(merged))]
    expected = {revision(number).id for number in numbers}
    data = (journals / f"{TOPIC}.jsonl").read_bytes()
    found = Counter(EVENTS.validate_json(line).id for line in data.split(b"\n") if line)
    reading = JournalStore(journals).read(TOPIC)
    assert {event.id for event in reading.events} == set(found)
    return Crowd(
        events=len(set(found) & expected),
        expected=len(expected),
        repeated=sum(count > 1 for count in found.values()),
        damaged=len(reading.damaged),
        readings=readings,
        failures=tuple(failures),
        seconds=seconds,
    )


def _start(*arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.torture.writers", *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _ended(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a process; what it said if it did not end well."""
    assert process.stdin and process.stderr
    process.stdin.close()
    said = process.stderr.read()
    return [] if process.wait() == 0 else [f"{process.args!r} ended with {process.returncode}: {said}"]


# -- the processes


def _write(folder: Path, first: int, saves: int) -> None:
    store = JournalStore(folder, lock_timeout=120)
    for number in range(first, first + saves):
        store.append(TOPIC, [revision(number)])


def _merge(folder: Path, *names: str) -> None:
    store = JournalStore(folder, lock_timeout=120)
    for name in names:
        merge_into(store, TOPIC, [name])
        again = merge_into(store, TOPIC, [name])
        assert again.new == 0, f"merging {name} again brought {again.new} events"


def _read(folder: Path) -> None:
    """Read until the standard input is closed; each reading begins with the one before, and holds no damage."""
    import select

    store = JournalStore(folder)
    strict: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    readings = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        reading, survey = store.read(TOPIC), store.survey(TOPIC)
        assert not reading.damaged and not survey.damaged, (reading.damaged, survey.damaged)
        now = tuple(event.id for event in reading.events)
        assert now[: len(strict)] == strict, "a reading lacks what the one before had"
        seen = tuple(entry.id for entry in survey.entries)
        assert seen[: len(light)] == light, "a survey lacks what the one before had"
        assert len(seen) >= len(now), "a survey lacks what a reading before it had"
        strict, light = now, seen
        readings += 1
    print(readings)


def main() -> None:
    """Play one role, once there is a line on the standard input."""
    role, folder, *more = sys.argv[1:]
    sys.stdin.readline()
    if role == "write":
        _write(Path(folder), int(more[0]), int(more[1]))
    elif role == "merge":
        _merge(Path(folder), *more)
    else:
        _read(Path(folder))


if __name__ == "__main__":
    main()
