"""A whole pass by keyboard alone, chosen by chance: the journal says what the keys said, and its author sees it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from app.base.word_diff import word_diff
from app.project.topics.viewer import viewer_of
from app.records.events import Place
from app.records.history.viewpoint import Viewer
from app.review.feedback import hear, placed
from tests.acting import Acting
from tests.processes.person import TOPIC, Person
from tests.processes.review_model import Record, differences
from tests.processes.reviewing import AUTHORS, Reviewer, Size, events_since, reviewer_of
from tests.processes.sight import Sight

ACTS = {
    "accept": 30,
    "return": 5,
    "return marked": 2,
    "reject": 4,
    "skip": 4,
    "flag": 3,
    "comment marked": 3,
    "comment field": 2,
    "comment record": 1,
    "edit": 3,
    "undo": 5,
    "redo": 8,
    "next": 2,
    "previous": 3,
    "refilter": 2,
    "bulk": 2,
}
"""What may come next, and how often."""
NEXT_REMARK, THEIR_EDIT = "\x1bs", "\x1bE"
"""alt+s and alt+shift+e."""
SEED = 2100
FILTERS = ("", "author:ada", "author:ben", "path:worker", "item:Retry")


class Chance:
    """Chooses what the reviewer does next, of what can be done and whose sign on the screen is new."""

    def __init__(self, reviewer: Reviewer, seed: int) -> None:
        self.reviewer = reviewer
        self.dice = random.Random(seed)
        self.count = 0
        self.did: dict[str, int] = dict.fromkeys(ACTS, 0)

    def step(self) -> None:
        """One act."""
        model = self.reviewer.model
        if model.unsettled:
            self.did["redo"] += 1
            self.reviewer.redo()
            return
        able = [name for name in ACTS if self._able(name)]
        if not able:
            self._refilter()
            return
        name = self.dice.choices(able, [ACTS[one] for one in able])[0]
        self.did[name] += 1
        self.count += 1
        self._do(name)

    def _able(self, name: str) -> bool:
        model = self.reviewer.model
        if name == "undo":
            return bool(model.done) and f"took back: {model.done[-1].deed}" != model.ack
        if name == "redo":
            return bool(model.undone) and f"again: {model.undone[-1].deed}" != model.ack
        if name in ("refilter", "bulk"):
            return model.at is None or self.count % 7 == 0
        if model.at is None:
            return False
        match name.split()[0]:
            case "skip":
                return model.next_open() is not None
            case "next" | "previous":
                return model.neighbour(1 if name == "next" else -1) is not None
            case "accept" | "return" | "reject":
                return len(model.now.heads) == 1
            case "comment":
                return model.ack != "commented on"
            case "flag":
                return model.ack != ("flagged" if model.now.flag is None else "took the flag off")
            case _:
                return model.ack != "edited" and len(model.now.heads) == 1 and not model.now.verdicts

    def _do(self, name: str) -> None:
        reviewer, words = self.reviewer, f"remark {self.count}."
        if self.dice.random() < 0.2:
            words = f"two\n{words}"
        match name:
            case "accept":
                reviewer.judge("accept")
            case "return" | "reject":
                reviewer.judge(name, words)
            case "return marked":
                reviewer.judge("return", words, self._place())
            case "comment marked":
                reviewer.comment(words, self._place())
            case "comment field":
                reviewer.comment(words, None, self.dice.choice(["user", "think", "block"]))
            case "comment record":
                reviewer.comment(words, None)
            case "edit":
                reviewer.edit(f"Edited in act {self.count}. ")
            case "skip" | "next" | "previous":
                reviewer.go(name[0])
            case "refilter":
                self._refilter()
            case "bulk":
                self._bulk()
            case _:
                {"flag": reviewer.flag, "undo": reviewer.undo, "redo": reviewer.redo}[name]()

    def _place(self) -> tuple[str, int, int]:
        name = self.dice.choice(["user", "think", "block"])
        start = self.dice.randint(0, 8)
        return name, start, start + self.dice.randint(1, 9)

    def _refilter(self) -> None:
        """Back to the queue, another filter, and the pass within it."""
        reviewer = self.reviewer
        reviewer.leave()
        filters = [one for one in self.dice.sample(FILTERS, len(FILTERS)) if reviewer.waiting(one)]
        if filters:
            reviewer.set_filter(filters[0])
            reviewer.enter(self.dice.randrange(min(3, len(reviewer.listed))))

    def _bulk(self) -> None:
        """A verdict on all that the smallest filter leaves; mostly taken back."""
        reviewer = self.reviewer
        reviewer.leave()
        filters = sorted((len(reviewer.waiting(one)), one) for one in FILTERS if reviewer.waiting(one))
        if filters:
            reviewer.set_filter(filters[0][1])
            verdict = self.dice.choice(["accept", "return", "reject"])
            reviewer.judge_all(verdict, f"all of act {self.count}", undo=self.dice.random() < 0.7)
        self._refilter_from_queue()

    def _refilter_from_queue(self) -> None:
        reviewer = self.reviewer
        if reviewer.waiting(""):
            reviewer.set_filter("")
            reviewer.enter()


@pytest.mark.parametrize(
    ("size", "count", "shown"), [((120, 40), 100, 0), ((80, 24), 40, 10)], ids=["wide", "narrow"]
)
def test_the_journal_says_what_the_keys_said_and_the_author_sees_it(
    person: Person, size: Size, count: int, shown: int
) -> None:
    reviewer = reviewer_of(person, count, size)
    reviewer.start()
    reviewer.open_queue()
    reviewer.enter()
    chance = Chance(reviewer, SEED + count)
    while reviewer.waiting(""):
        chance.step()
    reviewer.terminal.kill()
    records = reviewer.model.records
    events = events_since(person, [record.first for record in records])
    assert not differences(reviewer.model, events)
    _heard_by_their_authors(person, records)
    told = sorted(records, key=lambda record: (record.edited, len(_said(record))))[len(records) - shown :]
    assert all(record.edited or _said(record) for record in told)
    for record in told:
        _seen_by_its_author(person, record)
    print(f"{reviewer.keys} keys, {len(events)} events, {chance.did}")


def _said(record: Record) -> list[tuple[str, str, tuple[str, int, int] | None]]:
    """What the author must hear of a record: (what, note, place), each thing once."""
    said = [(c.about, c.note, c.place) for c in record.comments.values() if not c.withdrawn]
    verdict = record.verdict
    if verdict.verdict in ("return", "reject"):
        said.append((verdict.verdict, verdict.note, verdict.place))
    return sorted(said, key=str)


def _heard_by_their_authors(person: Person, records: Sequence[Record]) -> None:
    spec = person.project.spec(TOPIC)
    for author in AUTHORS:
        judge = Acting(person.project, TOPIC, spec.reviews, author)
        viewer = viewer_of(spec, author)
        for record in records:
            if record.first.by == author:
                _heard_by_its_author(judge, viewer, record)


def _heard_by_its_author(judge: Acting, viewer: Viewer, record: Record) -> None:
    """All that was said reaches the author, at the words it was said of; and so does a change."""
    heard = hear(judge.signer, record.id, viewer)
    assert heard is not None
    user, think = record.texts
    assert sorted([(s.said, s.note, _range(s.place)) for s in heard.spoken], key=str) == _said(record)
    for remark in placed(heard, user, think, record.first.block.text):
        if remark.field:
            assert remark.moved == ""
            assert record.field(remark.field)[remark.start : remark.end] == remark.was != ""
    assert (heard.edit is not None) == record.edited
    if heard.edit is not None:
        mine, theirs = judge.text(heard.edit.mine), judge.text(heard.edit.theirs)
        assert (mine.think, theirs.think) == (record.first.think, think)
        new = "".join(chunk.text for chunk in word_diff(mine.think, theirs.think) if chunk.kind == "new")
        assert think == new + mine.think


def _range(place: Place | None) -> tuple[str, int, int] | None:
    return (place.field, place.start, place.end) if place is not None else None


def _seen_by_its_author(person: Person, record: Record) -> None:
    """The author's workstation, on the record: each remark in the list; of a change, the words that are new."""
    person.is_called(record.first.by)
    terminal = Sight.of(person, "annotate", TOPIC, record.id, size=(160, 60))
    said = _said(record)
    count = len(said) + record.edited
    terminal.see(f"{count} remark{'s' if count > 1 else ''}, 0 answered")
    for line in {_line(what, note) for what, note, _ in said}:
        for _ in range(
            4 * count
        ):  # only the marked one is told in full; a key that comes early finds none to mark
            if line in terminal.text:
                break
            terminal.write(NEXT_REMARK)
            terminal.sees_something_new()
        terminal.see(line)
    if record.edited:
        terminal.write(THEIR_EDIT)
        terminal.see("Changed by eve", record.texts[1].split(". ")[0])
    terminal.kill()


def _line(what: str, note: str) -> str:
    """How the author's list says it."""
    said = {"return": "eve asks for changes: ", "reject": "eve rejects it: ", "flag": "eve flags it"}
    return said.get(what, "eve: ") + " ".join(note.split())
