"""Rounds on one project: start, see that the last end cost nothing, write, end at the planned instant, read the disk.

A start serves twice: it shows whether the end before it left something that opens, and it is the next round's own.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.base.text import many
from tests.processes.person import THINK, USER, Person, find, see_taken
from tests.processes.terminal import PATIENCE, Terminal
from tests.quiet import quiet_project
from tests.torture.evidence import Verdict, in_hand, judge, read_disk
from tests.torture.plan import SLIP, Plan, keystrokes, plan_of
from tests.torture.typist import Texts, Typist

PROMISE = 1.0
"""Seconds of typing that an end without warning may cost."""
_OPEN = " · no commit"
"""Stands on the screen once the topic is open with a file."""
_NEW = "\x0e"
"""ctrl+n."""
_GUTTER = re.compile(r"^[✓ ] *\d+ [╭│╰▌]", re.MULTILINE)
"""Stands before the code once the file's items are known."""
_STILL = 0.4
"""Seconds without output after which a start is over."""
_QUESTIONS = {
    "A draft was found that was not left in good order": ("\r", "\r"),
    "You saved this record and wrote on": ("\r", "3"),
    "You are writing this record on another screen": ("2", "2"),
    "The record was saved after this draft was begun": ("2", "3"),
}
"""What a start may ask about a draft; the keys that go on with it, and that take what is saved instead."""


@dataclass(slots=True)
class Result:
    """What one round came to."""

    plan: Plan
    verdict: Verdict = field(default_factory=Verdict)
    status: int | None = None
    """The exit status of the workstation that was ended; None if it did not end by itself in time."""
    unclean: str = ""
    """What was wrong with the start after it."""
    uproar: str = ""
    """A traceback that the end itself left."""
    confused: str = ""
    """Why the round could not be played to its end: the harness's own fault, or a screen that did not come."""
    lines: int = 0
    """Lines in the journal afterwards."""

    @property
    def good(self) -> bool:
        """Whether nothing was lost, damaged or frightening."""
        return not (self.verdict.lost or self.verdict.damaged or self.unclean or self.uproar or self.confused)


class Chain:
    """Rounds one after the other on one project."""

    def __init__(self, folder: Path, longest: float, size: tuple[int, int] = (120, 34)) -> None:
        """`folder` is made, with a project and an empty home; `longest` is the seconds typed in a round at most."""
        self.person = Person(quiet_project(folder / "project"), folder / "home")
        self._longest = longest
        self._size = size
        self._disk = read_disk(self.person)
        self._wanted: Texts | None = None
        """What the next start has to show: the text in hand at the last end, if only a draft has it."""
        self._last: Result | None = None
        """The round whose end the next start has to cope with."""

    def play(self, seeds: Iterator[int] | range) -> Iterator[Result]:
        """Play the rounds of these seeds. A result is given once the start after it was seen."""
        for seed in seeds:
            before = self._last
            self._round(plan_of(seed, self._longest))
            if before is not None:
                yield before
        if self._last is not None:
            yield self._final()

    # -- one round

    def _round(self, plan: Plan) -> None:
        result = Result(plan)
        terminal = self._start()
        typist: Typist | None = None
        try:
            if plan.instant == "start-up":
                _wait(terminal, plan.seconds)
            else:
                texts = self._opened(terminal)
                typist = Typist(terminal)
                self._write(typist, plan, texts)
            ended = self._end(terminal, plan, result)
        except (AssertionError, OSError) as error:
            result.confused = f"{type(error).__name__}: {error}"
            ended = time.monotonic()
        finally:
            terminal.kill()
            terminal.close()
        result.uproar += self._tracebacks()
        if plan.instant == "start-up" and result.uproar.rstrip().endswith("KeyboardInterrupt"):
            result.uproar = ""  # Python itself was starting: none of our code could catch it
        disk = read_disk(self.person)
        allowed = PROMISE if plan.end == "SIGKILL" else 0.0
        result.verdict = judge(self._disk, disk, typist, ended, allowed)
        if typist is not None:
            self._wanted = in_hand(disk, typist)
        self._disk, result.lines = disk, disk.journal.count(b"\n")
        self._last = result

    def _start(self) -> Terminal:
        return self.person.start("annotate", "practice", size=self._size, before=_usual_signals)

    def _opened(self, terminal: Terminal) -> Texts:
        """See the topic open, with the text that the last end left; gives back what stands in the editors."""
        try:
            return resumed(terminal, self._wanted, self._disk.drafts + self._disk.saved)
        except AssertionError as error:
            if self._last is not None:
                self._last.unclean = str(error)
            raise
        finally:
            if self._last is not None:
                self._last.unclean += self._tracebacks(ended=False)

    def _final(self) -> Result:
        """One more start, for the last round's sake; left in good order."""
        assert self._last is not None
        terminal = self._start()
        try:
            self._opened(terminal)
            terminal.press("ctrl+q")
            if (status := terminal.end()) != 0:
                self._last.unclean += f"left with exit status {status}"
        except AssertionError as error:
            self._last.unclean = self._last.unclean or str(error)
        finally:
            terminal.kill()
            terminal.close()
        self._last.unclean += self._tracebacks()
        return self._last

    def _write(self, typist: Typist, plan: Plan, texts: Texts) -> None:
        """Type, and save now and then, until the planned instant."""
        dice, terminal = plan.dice, typist.terminal
        if plan.fresh or not any(texts):
            begin_record(terminal, bool(any(texts)))
            texts = ("", "")
        typist.begin(texts)
        keys = keystrokes(dice)
        for pane, opening, text in (("user", USER, texts[0]), ("think", THINK, texts[1])):
            typist.go_to(pane)  # type: ignore[arg-type]
            if not text:
                typist.type(opening + " ")
            if dice.random() < 0.7:
                _type_until(typist, keys, time.monotonic() + dice.uniform(0, plan.seconds / 2))
        for _ in range(dice.choice([0, 1, 1, 2])):
            typist.save()
            if dice.random() < 0.5:
                many = len(typist.saved)
                typist.watch(time.monotonic() + 1.0, lambda: len(typist.saved) > many)  # noqa: B023
            if dice.random() < 0.3:
                typist.go_to(dice.choice(["user", "think"]))
            _type_until(typist, keys, time.monotonic() + dice.uniform(0, plan.seconds / 2))
        typist.arrived()
        self._seek(typist, keys, plan)
        if plan.instant == "save sent":
            time.sleep(plan.delay / 10)
        elif plan.delay:
            typist.watch(time.monotonic() + plan.delay)

    def _seek(self, typist: Typist, keys: Iterator[tuple[str, float]], plan: Plan) -> None:
        """Bring the planned instant about."""
        journal = self.person.journal_path()
        if plan.instant == "typing":
            _type_until(typist, keys, time.monotonic() + 0.3)
        elif plan.instant == "draft":
            typist.type("x")
            _type_until(typist, keys, time.monotonic() + 0.45)
            _spin(lambda: _half_written(self.person), 0.6)
        elif plan.instant == "save sent":
            typist.type("x")
            typist.save()
        elif plan.instant == "save written":
            typist.type("x")
            before = _length(journal)
            typist.save()
            _spin(lambda: _length(journal) != before, 1.0)
        elif plan.instant == "saved":
            typist.type("x")
            many = len(typist.saved)
            typist.save()
            typist.watch(time.monotonic() + 3.0, lambda: len(typist.saved) > many)

    def _end(self, terminal: Terminal, plan: Plan, result: Result) -> float:
        """End the workstation; gives the moment of it."""
        moment = time.monotonic()
        if plan.end == "closed":
            terminal.close()
        elif plan.end == "SIGKILL":
            os.killpg(terminal.process.pid, signal.SIGKILL)
        else:
            terminal.process.send_signal(signal.Signals[plan.end])
        try:
            if plan.end == "closed":
                result.status = terminal.process.wait(PATIENCE)
            else:
                result.status = terminal.end()
        except (AssertionError, subprocess.TimeoutExpired) as error:
            result.uproar += f"did not end: {error}"
        return moment

    def _tracebacks(self, ended: bool = True) -> str:
        """Tracebacks since the last call; what was written by then is put away."""
        found = self.person.tracebacks()
        if found:
            self.person.witness.unlink(missing_ok=True)
            for path in (self.person.home / "tmp").glob("backspan-*.log"):
                path.unlink()
        if ended:
            self.person.terminals.clear()
        return found


def play_chain(folder: Path, seeds: range, longest: float) -> list[Result]:
    """The rounds of these seeds on one project in a new folder, which is removed if nothing was lost."""
    results = list(Chain(folder, longest).play(seeds))
    if all(result.good for result in results):
        shutil.rmtree(folder)
    return results


# -- on the screen


def resumed(terminal: Terminal, wanted: Texts | None, others: Sequence[Texts]) -> Texts:
    """See the topic open with the `wanted` text in the editors; enter is pressed where a question stands before it.

    Where no text is wanted (the last one was saved), any of the `others`, or none at all, will do. Gives back what
    stands in the editors. Fails with the screen where none of these comes.
    """
    candidates = [wanted] if wanted else [*others, ("", "")]

    def shown() -> Texts | None:
        return next((texts for texts in candidates if shows(terminal.text, texts)), None)

    told = f"the topic with {wanted}" if wanted else "the topic"
    for _ in range(3):
        terminal.wait_for(lambda: asked(terminal) or (_OPEN in terminal.text and shown()), told)
        stand_still(terminal)
        question = asked(terminal)
        if question is None:
            break
        terminal.write(_QUESTIONS[question][0 if wanted else 1])
        terminal.wait_for(lambda: not asked(terminal), "the question gone")
    found = shown()
    assert found is not None, f"waited in vain for {told}:\n{terminal.text}"
    return found


def asked(terminal: Terminal) -> str | None:
    """The question that stands on the screen, by its title."""
    return next((title for title in _QUESTIONS if title in terminal.text), None)


def stand_still(terminal: Terminal) -> None:
    """Wait until nothing more is drawn: a start puts the cursor where it was left once all else is there."""
    length = -1
    while length != len(terminal.sent):
        length = len(terminal.sent)
        _wait(terminal, _STILL)


def shows(screen: str, texts: Texts) -> bool:
    """Whether the editors hold these texts, as far as their titles' counts and the last words tell."""
    for name, text in zip(("user", "think"), texts, strict=True):
        words = text.split()
        if f"{name}  {many(len(words), 'word')}  {many(len(text), 'character')}" not in screen:
            return False
        if words and words[-1] not in screen:
            return False
    return True


def begin_record(terminal: Terminal, written: bool) -> None:
    """Begin a new record and take an item into its block; `written`: something stands in the editors."""
    if written:
        empty = ("user  0 words", "think  0 words", "0 spans")

        def begun() -> bool:
            return all(text in terminal.text for text in empty)

        terminal.write(_NEW)
        terminal.wait_for(lambda: begun() or asked(terminal), "a new record")
        if (question := asked(terminal)) is not None:  # it came late, on a busy machine
            terminal.write(_QUESTIONS[question][0])
            terminal.wait_for(lambda: not asked(terminal), "the question gone")
            terminal.write(_NEW)
            terminal.wait_for(begun, "a new record")
        terminal.wait_for(lambda: _GUTTER.search(terminal.text), "the items")
    else:
        terminal.wait_for(lambda: _GUTTER.search(terminal.text), "the items")
        find(terminal, "f4", "Items", "struct")
        terminal.press("enter")
        terminal.wait_for(lambda: "✕ close" not in terminal.text, "the finder gone")
    terminal.write(" ")
    see_taken(terminal)


# -- small things


def _usual_signals() -> None:
    """What a harness run by nohup or in the background ignores, its workstations must not."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _type_until(typist: Typist, keys: Iterator[tuple[str, float]], until: float) -> None:
    while time.monotonic() < until and typist.terminal.process.poll() is None:
        letters, pause = next(keys)
        if letters == SLIP:
            typist.slip()
        else:
            typist.type(letters)
        typist.watch(min(until, time.monotonic() + pause))


def _wait(terminal: Terminal, seconds: float) -> None:
    until = time.monotonic() + seconds
    terminal.wait_for(lambda: time.monotonic() >= until or terminal.process.poll() is not None, "the time")


def _spin(done: Callable[[], bool], seconds: float) -> None:
    """Wait for something on disk, by the millisecond: an instant is what is sought."""
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.001)


def _half_written(person: Person) -> bool:
    """Whether a draft is being written at this moment."""
    folder = person.project.work_dir / "drafts" / "practice"
    return folder.is_dir() and any(name.endswith(".tmp") for name in os.listdir(folder))  # noqa: PTH208


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
