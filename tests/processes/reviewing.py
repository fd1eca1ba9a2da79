"""A reviewer at a terminal: keys, what must be on the screen after them, and the model that knows what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ulid import ULID

from app.bundled import samples_dir
from app.project import Project
from app.records import EVENTS, Revision, make_revision
from app.store.protocol import Event
from tests.processes.person import TOPIC, Person
from tests.processes.review_model import ME, Model, Range, model_of
from tests.processes.terminal import Terminal
from tests.store.events import moment

AUTHORS = ("ada", "ben")
Size = tuple[int, int]

HOME, END, RIGHT, DOWN, ESCAPE, ENTER = "\x1b[H", "\x1b[F", "\x1b[C", "\x1b[B", "\x1b", "\r"
TOP = "\x1b[1;5H"
"""ctrl+home."""
SAVE = "\x13"
"""ctrl+s."""
TO_FIELD = {"think": "21", "user": "211", "block": "2"}
"""Keys that go to a field, wherever one is."""
_NOTE = "enter gives it"
"""Stands in the dialog that asks for a note."""


def fill(project: Project, count: int) -> list[Revision]:
    """Give the practice topic so many records by two authors, of the samples' real blocks; no two say the same."""
    lines = (samples_dir() / f"{TOPIC}.jsonl").read_bytes().splitlines()
    events = [EVENTS.validate_json(line) for line in lines]
    samples = [event for event in events if isinstance(event, Revision) and not event.parents]
    made = [
        make_revision(
            record=str(ULID.from_timestamp(1_700_000_000 + number)),
            by=AUTHORS[number * 7 % 5 % 2],
            block=(sample := samples[number % len(samples)]).block,
            user=f"Request {number:04} is told here. {sample.user}",
            think=f"It is number {number:04}. {sample.think}",
            at=moment(number),
        )
        for number in range(count)
    ]
    project.store.append(TOPIC, made)
    return made


@dataclass
class Reviewer:
    """One person with a pass to go over; `keys` counts what was pressed."""

    person: Person
    size: Size
    model: Model
    terminal: Terminal = field(init=False)
    filter: str = ""
    listed: list[int] = field(default_factory=list)
    """The records that the queue lists."""
    keys: int = 0

    # -- getting there

    def start(self) -> None:
        """A new terminal, and the list of topics on it."""
        self.person.environment["LOGNAME"] = ME
        self.terminal = self.person.start(size=self.size)
        self.filter = ""
        self.terminal.see("the sample crate that comes with backspan" if self.wide else "practice · ")

    @property
    def wide(self) -> bool:
        """Whether all panes are in sight at once."""
        return self.size[0] >= 110

    def open_queue(self) -> None:
        """From the topics to the list of what is to be reviewed."""
        self.send("v")
        self.see_list()

    def waiting(self) -> list[int]:
        """The records that the queue's filter leaves of those to review."""
        name, _, value = self.filter.partition(":")
        of: dict[str, Callable[[Revision], bool]] = {
            "": lambda text: True,
            "author": lambda text: text.by == value,
            "path": lambda text: value in _main(text).path,
            "item": lambda text: value in _main(text).item,
        }
        return [r.number for r in self.model.records if r.open and of[name](r.first)]

    def see_list(self) -> None:
        """Wait until the queue lists exactly as many records as the model says, in order."""
        self.listed = self.waiting()
        total = sum(record.open for record in self.model.records)
        many = f"{len(self.listed):,}" + (f" of {total:,}" if len(self.listed) != total else "")
        told = f"{many} record{'' if many == '1' else 's'} · Oldest first "
        self.terminal.see(told, "To review")

    def set_filter(self, text: str) -> None:
        """Type another filter, and go back to the list."""
        self.send("/")
        self.send("\x15" + text)  # ctrl+u: away with the old one
        self.filter = text
        self.see_list()
        self.send(ENTER)

    def enter(self, place: int = 0) -> None:
        """Open the record at that place of the list, and with it the pass."""
        self.send(HOME + DOWN * place + ENTER)
        self.model.enter(self.listed, self.listed[place])
        self.see_record()

    def leave(self) -> None:
        """Back to the queue."""
        self.send("q")
        self.see_list()

    # -- keys

    def send(self, keys: str) -> None:
        """Press them, all at once."""
        self.keys += len(keys) if ESCAPE not in keys else keys.count(ESCAPE) + len(keys.split(ESCAPE)[0])
        self.terminal.write(keys)

    def mark(self, place: Range) -> None:
        """Mark characters of a field: not its last one."""
        name, start, end = place
        self.send(TO_FIELD[name] + HOME + RIGHT * start + "v" + RIGHT * (end - start - 1))

    def note(self, words: str) -> None:
        """Answer the question for a note; a new line is ctrl+j."""
        self.terminal.see(_NOTE)
        self.send(words)
        self.terminal.see(words.rsplit("\n", 1)[-1])
        self.send(ENTER)

    def judge(self, verdict: str, note: str = "", place: Range | None = None) -> None:
        """Give a verdict, and see the record after it."""
        if place is not None:
            self.mark(place)
        self.send({"accept": "a", "return": "r", "reject": "x"}[verdict])
        if verdict != "accept":
            self.note(note)
        self.model.judge(verdict, note, None if verdict == "accept" else place)
        self.see_record()

    def comment(self, note: str, place: Range | None, whole: str = "") -> None:
        """Comment on a marked range, on a `whole` field, or on the record."""
        if place is not None:
            self.mark(place)
        else:
            self.send(TO_FIELD.get(whole, "3"))
        if whole:
            place = whole, 0, len(self.model.now.field(whole))
        self.send("c")
        self.terminal.see(f"Comment on {place[0] if place is not None else 'the record'}")
        self.note(note)
        self.model.comment(note, place)
        self.see_record()
        self.send("1")

    def flag(self) -> None:
        """Flag the record, or take the flag off."""
        self.send("f")
        self.model.flag()
        self.see_record()

    def edit(self, words: str) -> None:
        """Put words before the reasoning, and save."""
        self.begin_edit()
        self.send(TOP + words)
        self.terminal.see(words.rstrip())
        self.send(SAVE)
        user, think = self.model.now.texts
        self.model.edit(user, words + think)
        self.see_record()

    def begin_edit(self) -> None:
        """Open the editors on the spot."""
        self.send("e")
        self.terminal.see("editing ", "user  ", "think  ")

    def undo(self) -> None:
        """Take back the last act."""
        self.send("u")
        self.model.undo()
        self.see_record()

    def redo(self) -> None:
        """Do it again."""
        self.send("U")
        self.model.redo()
        self.see_record()

    def go(self, key: str) -> None:
        """Skip, or go to the next record or the one before."""
        model = self.model
        model.at = model.next_open() if key == "s" else model.neighbour(1 if key == "n" else -1)
        self.send(key)
        self.see_record()

    # -- looking

    def signs(self) -> list[str]:
        """What must stand on the screen, as the model has it."""
        model = self.model
        count = "" if model.unsettled else f" · {len(model.open)} open"
        ack = [f" · {model.ack}"[: 40 - len(" saved 00:00") - 2]] if model.ack else []
        if model.at is None:
            return [f"{TOPIC}{count} ·", *ack]
        user, think = (text.split(". ")[0] for text in model.now.texts)
        return [f"{TOPIC} · {model.place + 1}/{len(model.order)}{count}", user, think, *ack]

    def see_record(self) -> None:
        """Wait until the screen says what the model does; by then it must be on disk."""
        signs = self.signs()
        self.terminal.see(*signs)
        assert "nothing was written" not in self.terminal.text


def events_since(person: Person, texts: Sequence[Revision]) -> list[Event]:
    """The journal's events after those it was filled with, each validated."""
    data = person.journal_path().read_bytes()
    assert data.endswith(b"\n"), "the journal's last line is torn"
    events = [EVENTS.validate_json(line) for line in data.split(b"\n")[:-1]]
    assert [event.id for event in events[: len(texts)]] == [text.id for text in texts]
    return events[len(texts) :]


def reviewer_of(person: Person, count: int, size: Size) -> Reviewer:
    """A reviewer before a topic with so many records."""
    return Reviewer(person, size, model_of(fill(person.project, count)))


def _main(text: Revision) -> Any:
    return next(span for span in text.block.spans if span.role == "main")
