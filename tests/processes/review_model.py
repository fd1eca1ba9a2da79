"""What a journal must say after a reviewer's keys: each act as the one event it is, and where the pass stands then.

Nothing here reads a journal or a screen. Events name each other by tokens, since their ids hold times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from app.records.events import Revision

ME = "eve"
Range = tuple[str, int, int]
"""A field, and characters of it, 0-based, end exclusive."""
Texts = tuple[str, str]
"""`user` and `think`."""
DEEDS = {"accept": "accepted", "return": "returned", "reject": "rejected"}


class Judged(NamedTuple):
    """A verdict as it counts; `clear` for one that was taken back."""

    verdict: str
    note: str = ""
    place: Range | None = None


_NONE = Judged("clear")


@dataclass(slots=True)
class Act:
    """One thing that can be taken back: what was so before it, and after."""

    record: int
    kind: Literal["verdict", "comment", "edit"]
    deed: str
    name: str
    """Token of the text, of the comment's first event, or empty."""
    before: Any
    after: Any
    last: str
    """Token of the event that did it, took it back, or did it again last."""


@dataclass(slots=True)
class Said:
    """A comment or flag."""

    about: str
    note: str
    place: Range | None
    of: str
    """Token of the text it speaks of."""
    withdrawn: bool = False


@dataclass(slots=True)
class Record:
    """One record as its reviewer's keys leave it."""

    number: int
    first: Revision
    heads: list[tuple[str, Texts]] = field(default_factory=list)
    """(token, texts) of every text it ever had, the newest last."""
    verdicts: dict[Texts, Judged] = field(default_factory=dict)
    judged_as: dict[Texts, list[str]] = field(default_factory=dict)
    """Tokens of the texts that verdicts name."""
    comments: dict[str, Said] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The record's id."""
        return self.first.record

    @property
    def texts(self) -> Texts:
        """What it says now."""
        return self.heads[-1][1]

    @property
    def head(self) -> str:
        """Token of its newest text."""
        return self.heads[-1][0]

    @property
    def edited(self) -> bool:
        """Whether it says something else than its author wrote."""
        return self.texts != (self.first.user, self.first.think)

    @property
    def open(self) -> bool:
        """Whether it waits for this reviewer. Meaningless while an edit of theirs is taken back."""
        return len(self.heads) == 1 and self.verdict.verdict == "clear"

    @property
    def verdict(self) -> Judged:
        """The reviewer's on what it says now."""
        return self.verdicts.get(self.texts, _NONE)

    @property
    def flag(self) -> str | None:
        """Token of the reviewer's flag that stands on it."""
        return next((t for t, c in self.comments.items() if c.about == "flag" and not c.withdrawn), None)

    def field(self, name: str) -> str:
        """A field's text now."""
        return {"user": self.texts[0], "think": self.texts[1]}.get(name, self.first.block.text)


@dataclass(slots=True)
class Model:
    """All records, the events to be expected, and the pass."""

    records: list[Record]
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    """Events by the append that brings them; within one their order is open."""
    done: list[Act] = field(default_factory=list)
    undone: list[Act] = field(default_factory=list)
    many: list[Act] = field(default_factory=list)
    """The verdict on many that was given last."""
    order: list[int] = field(default_factory=list)
    """The pass's records."""
    at: int | None = None
    """The record on the screen; None where nothing is left."""
    ack: str = ""
    """What the status line says was done last."""
    tokens: int = 0

    # -- going about

    def enter(self, order: Sequence[int], at: int) -> None:
        """Begin a pass over these."""
        self.order, self.at, self.ack = list(order), at, ""
        self.done, self.undone = [], []

    @property
    def now(self) -> Record:
        """The record on the screen."""
        assert self.at is not None
        return self.records[self.at]

    @property
    def place(self) -> int:
        """Its place in the pass, 0-based."""
        assert self.at is not None
        return self.order.index(self.at)

    @property
    def open(self) -> list[int]:
        """The records of the pass that wait."""
        return [number for number in self.order if self.records[number].open]

    def next_open(self) -> int | None:
        """The one to which a verdict or a skip goes on."""
        return next((n for n in self.order[self.place + 1 :] if self.records[n].open), None)

    def neighbour(self, step: int) -> int | None:
        """The one beside it, judged or not."""
        at = self.place + step
        return self.order[at] if 0 <= at < len(self.order) else None

    @property
    def unsettled(self) -> bool:
        """Whether an edit stands taken back."""
        return any(act.kind == "edit" for act in self.undone)

    # -- acts

    def judge(self, verdict: str, note: str = "", place: Range | None = None) -> None:
        """A verdict on what is in sight; the next record comes."""
        record = self.now
        act = Act(
            record.number,
            "verdict",
            DEEDS[verdict],
            record.head,
            record.verdict,
            Judged(verdict, note, place),
            "",
        )
        self._do(act)
        self.at = self.next_open()

    def judge_many(self, numbers: Sequence[int], verdict: str, note: str) -> None:
        """The same verdict on many records that have none, in one append."""
        self.many = [
            Act(n, "verdict", "", self.records[n].head, _NONE, Judged(verdict, note), "") for n in numbers
        ]
        self.batches.append([self._event(act) for act in self.many])

    def undo_many(self) -> None:
        """Take that back, in one append."""
        self.batches.append([self._event(act, back=True) for act in self.many])

    def comment(self, note: str, place: Range | None) -> None:
        """A comment on the text in sight."""
        self._say(Said("note", note, place, self.now.head), "commented on")

    def flag(self) -> None:
        """Flag it, or take the flag off."""
        flag = self.now.flag
        if flag is None:
            self._say(Said("flag", "", None, self.now.head), "flagged")
        else:
            self._do(Act(self.now.number, "comment", "took the flag off", flag, False, True, ""))

    def _say(self, said: Said, deed: str) -> None:
        token = f"e{self.tokens}"
        self.now.comments[token] = said
        self._do(Act(self.now.number, "comment", deed, token, True, False, ""))

    def edit(self, user: str, think: str) -> None:
        """Other texts."""
        self._do(Act(self.now.number, "edit", "edited", "", self.now.texts, (user, think), ""))

    def undo(self) -> None:
        """Take back the last act of the pass."""
        act = self.done.pop()
        self.batches.append([self._event(act, back=True)])
        self.undone.append(act)
        self.at, self.ack = act.record, f"took back: {act.deed}"

    def redo(self) -> None:
        """Do again what was taken back last."""
        act = self.undone.pop()
        self.batches.append([self._event(act)])
        self.done.append(act)
        self.at, self.ack = act.record, f"again: {act.deed}"

    def _do(self, act: Act) -> None:
        self.batches.append([self._event(act)])
        self.done.append(act)
        self.undone.clear()
        self.ack = act.deed

    def _event(self, act: Act, back: bool = False) -> dict[str, Any]:
        """Make an act so, or with `back` what was before it; the event that says it."""
        token, undoes = f"e{self.tokens}", act.last or None
        self.tokens += 1
        act.last = token
        record, value = self.records[act.record], act.before if back else act.after
        event: dict[str, Any] = {"token": token, "record": record.id, "undoes": undoes}
        if act.kind == "verdict":
            texts = next(texts for name, texts in record.heads if name == act.name)
            record.verdicts[texts] = value
            record.judged_as.setdefault(texts, []).append(act.name)
            return {**event, "kind": "review", "revision": act.name, **_judged(value)}
        if act.kind == "comment":
            said = record.comments[act.name]
            said.withdrawn = value
            return {
                **event,
                "kind": "comment",
                "comment": act.name,
                "about": said.about,
                "note": said.note,
                "place": said.place,
                "revision": said.of,
                "withdrawn": value,
            }
        parents = [record.head]
        record.heads.append((token, value))
        return {**event, "kind": "revision", "user": value[0], "think": value[1], "parents": parents}


def _judged(value: Judged) -> dict[str, Any]:
    return {"verdict": value.verdict, "note": value.note, "place": value.place}


def model_of(texts: Sequence[Revision]) -> Model:
    """The model of a journal that holds just these texts, each a record of its own, in this order."""
    return Model(
        [Record(number, text, [(f"o{number}", (text.user, text.think))]) for number, text in enumerate(texts)]
    )


# -- held against a journal


def differences(model: Model, events: Sequence[Any]) -> list[str]:
    """How these events, as validated and in their order, differ from those expected; nothing is the goal."""
    ids = {f"o{record.number}": record.first.id for record in model.records}
    blocks = {record.id: record.first.block for record in model.records}
    ulids: dict[str, str] = {}
    wrong: list[str] = []
    rest = list(events)
    for batch in model.batches:
        came, rest = rest[: len(batch)], rest[len(batch) :]
        by_record = {event.record: event for event in came}
        for wanted in batch:
            event = by_record.get(wanted["record"]) if len(came) == len(batch) else None
            if event is None:
                wrong.append(f"not in the journal: {wanted}")
                continue
            ids[wanted["token"]] = event.id
            if wanted["kind"] == "comment":
                ulids.setdefault(wanted["comment"], event.comment)
            wrong += _unlike(wanted, event, ids, ulids)
            if event.kind == "revision" and event.block != blocks[event.record]:
                wrong.append(f"other code: {wanted}")
        if len({event.at for event in came}) > 1:
            wrong.append(f"several moments for one act: {batch}")
    return wrong + [f"nobody asked for {event}" for event in rest]


def _unlike(wanted: dict[str, Any], event: Any, ids: dict[str, str], ulids: dict[str, str]) -> list[str]:
    said = {name: value for name, value in wanted.items() if name != "token"}
    for name in ("undoes", "revision"):
        if said.get(name) is not None:
            said[name] = ids.get(said[name])
    if "parents" in said:
        said["parents"] = [ids.get(name) for name in said["parents"]]
    if "comment" in said:
        said["comment"] = ulids[said["comment"]]
    found = {name: getattr(event, name, None) for name in said}
    place = found.get("place")
    if place is not None:
        found["place"] = (place.field, place.start, place.end)
    if "parents" in found:
        found["parents"] = list(found["parents"] or ())
    wrong = [] if found == said else [f"expected {said}, found {found}"]
    if event.by != ME:
        wrong.append(f"signed by {event.by}: {said}")
    if event.kind == "review" and said["undoes"] is not None and event.reading_seconds:
        wrong.append(f"an undoing that counts reading: {said}")
    return wrong
