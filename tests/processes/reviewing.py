"""A reviewer at a terminal: keys, what must be on the screen after them, and the model that knows what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ulid import ULID

from app.project.bundled import samples_dir
from app.project.project import Project
from app.records.events import EVENTS, Revision, make_revision
from app.records.history.light import Event
from tests.processes.person import TOPIC, Person
from tests.processes.review_model import DEEDS, ME, Model, Range, model_of
from tests.processes.sight import Sight
from tests.processes.terminal import KEYS
from tests.store.events import moment

AUTHORS = ("ada", "ben")
Size = tuple[int, int]

HOME, END, RIGHT, DOWN, ESCAPE, ENTER = "\x1b[H", "\x1b[F", "\x1b[C", "\x1b[B", "\x1b", "\r"
TOP = "\x1b[1;5H"
"""ctrl+home."""
SAVE = KEYS["f2"]

TO_FIELD = {"think": "21", "user": "211", "block": "2"}
"""Keys that go to a field, wherever one is."""
_ROW = re.compile(r"^[^\n]*\bsubmitted .*Request (\d{4}) is told", re.MULTILINE)
"""A row of the queue: the number of its record."""
_NOTE = "enter gives it"
"""Stands in the dialog that asks for a note."""
_PROBES = 240
"""Each waits half a second."""


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
    for spec in project.specs_dir.glob("*.toml"):
        if spec.stem != TOPIC:
            spec.unlink()  # so that the topic is the one under the cursor
    project.store.append(TOPIC, made)
    return made


@dataclass
class Reviewer:
    """One person with a pass to go over; `keys` counts what was pressed."""

    person: Person
    size: Size
    model: Model
    terminal: Sight = field(init=False)
    filter: str = ""
    listed: list[int] = field(default_factory=list)
    """The records that the queue lists."""
    keys: int = 0

    # -- getting there

    def start(self) -> None:
        """A new terminal, and the list of topics on it."""
        self.begin()
        self.terminal.see("the sample crate that comes with backspan" if self.wide else "practice · ")

    def begin(self) -> None:
        """A new terminal, whatever is on it."""
        self.person.is_called(ME)
        self.terminal = Sight.of(self.person, size=self.size)
        self.filter = ""

    @property
    def wide(self) -> bool:
        """Whether all panes are in sight at once."""
        return self.size[0] >= 110

    def open_queue(self) -> None:
        """From the topics to the list of what is to be reviewed."""
        self.send("v")
        self.see_list()

    def waiting(self, wanted: str) -> list[int]:
        """The records that a filter leaves of those to review."""
        name, _, value = wanted.partition(":")
        of: dict[str, Callable[[Revision], bool]] = {
            "": lambda text: True,
            "author": lambda text: text.by == value,
            "path": lambda text: value in _main(text).path,
            "item": lambda text: value in _main(text).item,
        }
        return [r.number for r in self.model.records if r.open and of[name](r.first)]

    def see_list(self) -> None:
        """Wait until the queue lists exactly the records that the model says, in order."""
        self.listed = self.waiting(self.filter)
        self.terminal.wait_for(self._lists_them, f"{self._count_told()}, all of them {self.filter or 'open'}")

    def _count_told(self) -> str:
        many, total = len(self.listed), sum(record.open for record in self.model.records)
        told = f"{many:,}" + (f" of {total:,}" if many != total else "")
        return f"{told} record{'' if told == '1' else 's'} · Oldest first "

    def _lists_them(self) -> bool:
        """Two filters may leave equally many: so the rows in sight count too. Of one under a toast nothing is known."""
        text = self.terminal.text
        if "To review" not in text or self._count_told() not in text or "ordering…" in text:
            return False
        rows = [int(number) for number in _ROW.findall(text)]
        return rows == [number for number in self.listed if number in rows] and bool(rows) == bool(
            self.listed
        )

    def set_filter(self, text: str) -> None:
        """Type another filter, and go back to the list."""
        self._see_list_taking_keys()
        self.send("/")
        # The footer shows the keys that act: letters do not where one types.
        self.terminal.wait_for(lambda: "Judge all" not in self.footer, "the filter to take letters")
        self.send("\x15" + text)  # ctrl+u: away with the old one
        self.filter = text
        self.see_list()
        self.send(ENTER)
        self._see_list_taking_keys()

    def _see_list_taking_keys(self) -> None:
        self.terminal.wait_for(lambda: "Judge all" in self.footer, "the list to take keys")

    @property
    def footer(self) -> str:
        """The screen's last row."""
        return self.terminal.text.splitlines()[-1]

    def enter(self, place: int = 0) -> None:
        """Open the record at that place of the list, and with it the pass."""
        self._see_list_taking_keys()
        self.send(HOME + DOWN * place + ENTER)
        self.model.enter(self.listed, self.listed[place])
        self.see_record()

    def leave(self) -> None:
        """Back to the queue."""
        self.send("q")
        self.see_list()

    def judge_all(self, verdict: str, note: str, undo: bool) -> None:
        """Give one verdict to all that are listed, and perhaps take it back."""
        listed, many = self.listed, f"{len(self.listed)} record{'' if len(self.listed) == 1 else 's'}"
        self.send("b")
        self.terminal.see(f"One verdict on {many}?", "esc changes nothing")
        self.send({"accept": "1", "return": "2", "reject": "3"}[verdict])
        if verdict == "accept":
            note = ""
        else:
            self.terminal.see(f"{many}", "Cancel")
            self.terminal.wait_for(
                lambda: "esc changes nothing" not in self.terminal.text, "the answer taken"
            )
            self._type_line(note)
        self.model.judge_many(listed, verdict, note)
        self.terminal.see(f"{many} {DEEDS[verdict]}; u")
        self.see_list()
        if undo:
            self.send("u")
            self.model.undo_many()
            self.terminal.see("Taken back: ")
            self.see_list()

    def _type_line(self, words: str) -> None:
        self.send(words)
        self.terminal.see(words)
        self.send(ENTER)

    # -- keys

    def send(self, keys: str) -> None:
        """Press them, all at once."""
        self.keys += len(keys) if ESCAPE not in keys else keys.count(ESCAPE) + len(keys.split(ESCAPE)[0])
        self.terminal.write(keys)

    def press(self, keys: str, *signs: str) -> None:
        """Press keys that act, and wait for these signs of it.

        A key that comes before its record was painted, or before the last act is on disk, does nothing, and says so:
        it is pressed again, once that word is gone from the screen, since nothing else tells one such word from the
        next.
        """
        while True:
            self.send(keys)
            self.terminal.wait_for(lambda: self._shows(signs) or self._early, f"{signs} after {keys!r}")
            if self._shows(signs):
                return
            self.terminal.wait_for(lambda: not self._early, "the word about an early key gone")

    def _shows(self, signs: Sequence[str]) -> bool:
        text = self.terminal.text
        return all(sign in text for sign in signs)

    @property
    def _early(self) -> bool:
        text = self.terminal.text
        return "only just come" in text or "still being written" in text

    def mark(self, place: Range) -> None:
        """Mark characters of a field: not its last one."""
        name, start, end = place
        self.send(TO_FIELD[name] + HOME + RIGHT * start + "v" + RIGHT * (end - start - 1))

    def note(self, words: str) -> None:
        """Answer the question for a note; a new line is ctrl+j."""
        self.type_note(words)
        self.send(ENTER)
        self.terminal.wait_for(lambda: _NOTE not in self.terminal.text, "the question gone")

    def type_note(self, words: str) -> None:
        """Type into the dialog."""
        self._find_cursor()
        self.send(words)
        self.terminal.see(words.rsplit("\n", 1)[-1])

    def _find_cursor(self) -> None:
        """See that the dialog takes letters: a line begun before a note is no part of it, so that is what is tried."""
        for _ in range(_PROBES):
            self.send("\n")
            try:
                self.terminal.wait_for(
                    lambda: self.terminal.cursor_at("│ ▊", 3), "the cursor in the note", 0.5
                )
            except AssertionError:
                continue
            return
        raise AssertionError(f"the note takes no letters:\n{self.terminal.text}")

    def judge(self, verdict: str, note: str = "", place: Range | None = None) -> None:
        """Give a verdict, and see the record after it."""
        if place is not None:
            self.mark(place)
        key = {"accept": "a", "return": "r", "reject": "x"}[verdict]
        if verdict != "accept":
            self.press(key, _NOTE)
            self.note(note)
        self.model.judge(verdict, note, None if verdict == "accept" else place)
        if place is not None:
            self.terminal.see(self.signs()[0])
            self.send("1")  # where there is room for one pane, another is in sight by now
        self.see_record(key if verdict == "accept" else "")

    def comment(self, note: str, place: Range | None, whole: str = "") -> None:
        """Comment on a marked range, on a `whole` field, or on the record."""
        if place is not None:
            self.mark(place)
        else:
            self.send(TO_FIELD.get(whole, "3"))
        if whole:
            place = whole, 0, len(self.model.now.field(whole))
        self.press("c", f"Comment on {place[0] if place is not None else 'the record'}", _NOTE)
        self.note(note)
        self.model.comment(note, place)
        self.terminal.see(f" · {self.model.ack}")
        self.send("1")
        self.see_record()

    def flag(self) -> None:
        """Flag the record, or take the flag off."""
        self.model.flag()
        self.see_record("f")

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
        self.press("e", "editing ", "user  ", "think  ")

    def undo(self) -> None:
        """Take back the last act."""
        self.model.undo()
        self.see_record("u")

    def redo(self) -> None:
        """Do it again."""
        self.model.redo()
        self.see_record("U")

    def go(self, key: str) -> None:
        """Skip, or go to the next record or the one before."""
        model = self.model
        model.at = model.next_open() if key == "s" else model.neighbour(1 if key == "n" else -1)
        self.see_record(key)

    # -- looking

    def signs(self, done: bool = True) -> list[str]:
        """What must stand on the screen, as the model has it; with `done`, also what was done last."""
        model = self.model
        count = "" if model.unsettled else f" · {len(model.open)} open"
        ack = [f" · {model.ack}"[: 40 - len(" saved 00:00") - 2]] if model.ack and done else []
        if model.at is None:
            return [f"{TOPIC}{count} ·", *ack]
        user, think = (text.split(". ")[0] for text in model.now.texts)
        return [f"{TOPIC} · {model.place + 1}/{len(model.order)}{count}", user, think, *ack]

    def see_record(self, keys: str = "", done: bool = True) -> None:
        """Press keys and wait until the screen says what the model does; by then what was `done` must be on disk."""
        self.press(keys, *self.signs(done))
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
