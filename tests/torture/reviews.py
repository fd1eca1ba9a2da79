"""`python -m tests.torture.reviews`: end a reviewer's workstation at any instant, many times, and see what that cost.

Each chain of rounds has a project of its own. After each end the journal must say what the screen had acknowledged,
perhaps also the act that was under way, and nothing else; the pass goes on where it was; a text that was being edited
is a draft. The next round begins on that draft.
"""

from __future__ import annotations

import argparse
import copy
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.project.project import Project
from app.review import Reviewing
from tests.processes.person import TOPIC, Person
from tests.processes.review_model import ME, Model, differences
from tests.processes.reviewing import ENTER, SAVE, TOP, events_since, reviewer_of
from tests.quiet import quiet_project
from tests.torture.plan import End

LINK = 5
"""Rounds on one project."""
RECORDS = 60
ROOM = 12
"""Records that are left after the one where a round begins: more than it judges."""
SIZE = (120, 34)
ENDS: dict[End, int] = {"SIGKILL": 4, "SIGTERM": 2, "SIGHUP": 2, "closed": 2}
INSTANTS = {
    "start-up": 1,
    "acknowledged": 2,
    "accept sent": 3,
    "accept written": 3,
    "note typed": 1,
    "note sent": 3,
    "flag sent": 1,
    "undo sent": 2,
    "edit typed": 4,
    "edit sent": 3,
}
"""What the reviewer was at when the end came, and how often."""


@dataclass(slots=True)
class Tally:
    """What was done in some rounds."""

    rounds: Counter[str] = field(default_factory=Counter)
    """By end and instant."""
    acknowledged: int = 0
    """Acts that the screen told of."""
    under_way: int = 0
    """Acts that were sent, and nothing was seen of them."""
    written: int = 0
    """Those of them that the journal has."""
    drafts: int = 0
    """Texts that came back."""
    keys: int = 0
    events: int = 0


class Chain:
    """Rounds on one project; `AssertionError` tells what an end cost."""

    def __init__(self, folder: Path, tally: Tally) -> None:
        self.person = Person(quiet_project(folder / "project"), folder / "home")
        self.reviewer = reviewer_of(self.person, RECORDS, SIZE)
        self.texts = [record.first for record in self.reviewer.model.records]
        self.tally = tally
        self.drafted: tuple[int, str] | None = None
        """The record that has a draft, and the reasoning that stands in it."""
        self.seen: set[int] = set()
        """Records that were in sight in this round."""

    def play(self, seeds: Sequence[int]) -> None:
        """Play these rounds, and start once more."""
        try:
            for seed in seeds:
                self._round(random.Random(seed))
            self._begin(random.Random(0))
        finally:
            self.person.goes_home()
        self.tally.keys += self.reviewer.keys
        self.tally.events += len(events_since(self.person, self.texts))

    # -- one round

    def _round(self, dice: random.Random) -> None:
        end = dice.choices(list(ENDS), list(ENDS.values()))[0]
        instant = dice.choices(list(INSTANTS), list(INSTANTS.values()))[0]
        self.tally.rounds[f"{instant}, {end}"] += 1
        self.seen = set()
        before = self._resumed()
        under_way: Callable[[Model], None] | None = None
        if instant == "start-up":
            self.reviewer.begin()
            self._watch(dice.uniform(0.0, 1.6))
        else:
            self._begin(dice)
            for _ in range(dice.randint(1, 4)):
                self._act(dice)
            under_way = self._seek(instant, dice)
        self._end(end)
        assert not self.person.tracebacks() or instant == "start-up", self.person.tracebacks()
        self._compare(under_way)
        if instant == "start-up":
            assert self._resumed() == before
        else:
            self._goes_on()

    def _begin(self, dice: random.Random) -> None:
        """Start, and open a record: the one with a draft, which comes back and is saved, or any."""
        reviewer = self.reviewer
        reviewer.start()
        reviewer.open_queue()
        if self.drafted is not None:
            number, think = self.drafted
            reviewer.enter(reviewer.listed.index(number))
            reviewer.begin_edit()
            reviewer.terminal.see("Your draft of this record is taken up", think.split(". ")[0])
            reviewer.send(SAVE)
            reviewer.model.edit(reviewer.model.now.texts[0], think)
            reviewer.see_record()
            self.drafted = None
            self.tally.drafts += 1
        else:
            reviewer.enter(dice.randrange(len(reviewer.listed) - ROOM))
        # What a pass is to go on with is kept in the background, from the first record on.
        here = reviewer.model.now.id
        reviewer.terminal.wait_for(lambda: self._kept() == here, "the place on disk")

    def _act(self, dice: random.Random) -> None:
        """Something that is acknowledged."""
        reviewer, model = self.reviewer, self.reviewer.model
        assert model.at is not None
        self.seen.add(model.at)
        self.tally.acknowledged += 1
        words = f"remark {model.tokens}."
        if len(model.done) > 1 and model.ack in ("accepted", "returned", "rejected") and dice.random() < 0.2:
            reviewer.undo()
        elif not model.now.open:
            reviewer.go("n")
        else:
            do: list[Callable[[], None]] = [
                lambda: reviewer.judge("accept"),
                lambda: reviewer.judge("accept"),
                lambda: reviewer.judge("reject", words),
                lambda: reviewer.judge("return", words),
            ]
            if model.ack != "commented on":
                do.append(lambda: reviewer.comment(words, None))
            dice.choice(do)()
        assert model.at is not None
        self.seen.add(model.at)

    def _seek(self, instant: str, dice: random.Random) -> Callable[[Model], None] | None:
        """Bring the instant about; gives what the act under way does where it reaches the journal."""
        reviewer, model = self.reviewer, self.reviewer.model
        while instant not in ("acknowledged", "undo sent") and not model.now.open:
            reviewer.go("n")
        size = self.person.journal_path().stat().st_size
        words = f"last {model.tokens}."
        match instant:
            case "accept sent" | "accept written":
                reviewer.send("a")
                if instant == "accept written":
                    _spin(lambda: self.person.journal_path().stat().st_size != size)
                else:
                    self._watch(dice.choice([0.0, dice.uniform(0, 0.04)]))
                return lambda model: model.judge("accept")
            case "note typed" | "note sent":
                reviewer.press("r", "enter gives it")
                if instant == "note typed":
                    reviewer.send(words[: dice.randint(1, len(words))])
                    self._watch(dice.uniform(0, 0.1))
                    return None
                reviewer.type_note(words)
                reviewer.send(ENTER)
                self._watch(dice.choice([0.0, dice.uniform(0, 0.04)]))
                return lambda model: model.judge("return", words)
            case "flag sent" if model.now.flag is None:
                reviewer.send("f")
                self._watch(dice.uniform(0, 0.03))
                return lambda model: model.flag()
            case "undo sent" if model.done:
                reviewer.send("u")
                self._watch(dice.uniform(0, 0.03))
                return lambda model: model.undo()
            case "edit typed":
                self._type_edit(dice)
            case "edit sent":
                self._type_edit(dice)
                assert self.drafted is not None
                user, think = model.now.texts[0], self.drafted[1]
                reviewer.send(SAVE)
                self._watch(dice.choice([0.0, dice.uniform(0, 0.2)]))
                return lambda model: model.edit(user, think)
        return None

    def _type_edit(self, dice: random.Random) -> None:
        """Edit in place, until the draft is on disk: that is what an end of any kind may not take."""
        reviewer, model = self.reviewer, self.reviewer.model
        reviewer.begin_edit()
        words = f"Begun in act {model.tokens}. "
        reviewer.send(TOP + words)
        reviewer.terminal.see(words.rstrip())
        think = words + model.now.texts[1]
        reviewer.terminal.wait_for(lambda: self.person.draft_says(think, "think"), "the draft on disk")
        self.drafted = model.now.number, think
        self._watch(dice.choice([0.0, dice.uniform(0, 0.3)]))

    # -- the end, and after it

    def _end(self, end: End) -> None:
        terminal = self.reviewer.terminal
        if end == "closed":
            terminal.close()
            terminal.process.wait(20)
        elif end == "SIGKILL":
            os.killpg(terminal.process.pid, signal.SIGKILL)
            terminal.end()
        else:
            terminal.process.send_signal(signal.Signals[end])
            terminal.end()
        terminal.kill()
        self.person.terminals.clear()

    def _compare(self, under_way: Callable[[Model], None] | None) -> None:
        """Hold the journal to the model, which learns here whether the act under way got there."""
        reviewer, model = self.reviewer, self.reviewer.model
        events = events_since(self.person, self.texts)
        expected = sum(len(batch) for batch in model.batches)
        told = False
        if under_way is not None:
            self.tally.under_way += 1
            reviewer.model = copy.deepcopy(model)
            under_way(reviewer.model)
            told = all(sign in reviewer.terminal.text for sign in reviewer.signs())
            reviewer.model = model
            if len(events) > expected:
                self.tally.written += 1
                under_way(model)
                if model.done and model.done[-1].kind == "edit":
                    self.drafted = None
        assert not differences(model, events)
        assert not told or len(events) > expected, f"acknowledged and not written:\n{reviewer.terminal.text}"
        if self.drafted is not None:
            assert self.person.draft_says(self.drafted[1], "think"), "the edit is nowhere"

    def _goes_on(self) -> None:
        """The pass goes on at the record that was in sight, or after it where that is judged."""
        model = self.reviewer.model
        assert model.at is not None
        here = model.at if model.now.open else model.next_open()
        assert here is not None
        found = self._resumed()
        allowed = {here}
        if model.undone or any(b[0]["undoes"] for b in model.batches[-6:]):
            allowed |= {number for number in self.seen if model.records[number].open}
        ids = {model.records[number].id for number in allowed}
        assert found in ids, f"goes on at {found}, not {ids}"

    def _resumed(self) -> str | None:
        going = Reviewing(Project(self.person.project.root), TOPIC, ME)
        try:
            going.refresh()
            return going.resume()
        finally:
            going.close()

    def _kept(self) -> Any:
        return Project(self.person.project.root).session().get("reviews", {}).get(TOPIC, {}).get("record")

    def _watch(self, seconds: float) -> None:
        """Let the process go on for so long, and see what it draws."""
        terminal, until = self.reviewer.terminal, time.monotonic() + seconds
        while time.monotonic() < until and terminal.process.poll() is None:
            terminal.look()


def _spin(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not done() and time.monotonic() < until:
        time.sleep(0.001)


def play(folder: Path, seeds: Sequence[int], tally: Tally) -> None:
    """The rounds of these seeds, some on each project in a folder; each folder is removed if nothing was lost."""
    for link in _links(seeds):
        Chain(folder / str(link[0]), tally).play(link)
        shutil.rmtree(folder / str(link[0]))


def _links(seeds: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(seeds), LINK):
        yield seeds[at : at + LINK]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds that were asked for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.reviews", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000 * 100)
    parser.add_argument("--folder", help="where projects are made; on a disk, not in memory")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="reviews-", dir=options.folder))
    tally, bad = Tally(), 0
    for link in _links(range(options.seed, options.seed + options.rounds)):
        try:
            play(folder, link, tally)
        except (AssertionError, OSError) as error:
            bad += 1
            print(f"seeds from {link[0]}: {error}", flush=True)
    print(tally)
    print(f"{bad} chains went wrong: {folder}" if bad else "nothing was lost")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
