"""One person's list of the records of a topic, or of all: read, ordered, filtered, and judged in bulk. No screen here.

Everything may touch the disk or take long: worker threads and the command line only. What it gives back never changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from app.base.cancelling import never
from app.base.letters import person
from app.base.moments import LOCAL
from app.base.pacing import uncollected
from app.errors import BackspanError, UsageError
from app.project.project import Project, make_work_dir
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.events import Review, Verdict
from app.records.filters.fields import KnownNames
from app.records.filters.language import Filter, FilterError, parse
from app.records.filters.matching import RowColumns
from app.records.filters.row import NO_FACTS, Facts, Row
from app.records.filters.rows import Views
from app.records.history.viewpoint import Viewer
from app.review.acts.undo import Done, redo, undo
from app.review.acts.verdicts import Judge
from app.review.assignment import assigned
from app.review.passes import Order, Plan, Section
from app.review.queue.bulk import Bulk, bulk_of
from app.review.queue.findings_cache import KeptFacts, digest_of
from app.review.queue.order import going_on, resting, stretches
from app.review.queue.revision_facts import fetch_from
from app.review.queue.shown import Ordered, Selected, Shown, Wish
from app.review.queue.text_index import TextIndex
from app.store.follower import Stage

SECTIONS: tuple[Section, ...] = get_args(Section)
_BITS = {section: 1 << at for at, section in enumerate(SECTIONS)}
_BEGINNING = 20_000
"""Records up to which nothing is shown before all are in order: that takes a moment only."""
_FIRST = 200
"""Rows of a beginning: more than any screen has."""
_MANY = 5_000
"""New rows from which on the garbage collector is kept out of their way."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


def quiet(what: str, done: int, total: int) -> None:
    """Say nothing."""


@dataclass
class TopicQueue:
    """One topic of the list."""

    topic: str
    spec: Spec
    viewer: Viewer
    judge: Judge
    facts: dict[str, Facts] = field(default_factory=dict)
    """What is known, by revision."""
    digest: bytes = b""
    """Under which it is kept; empty before that was read."""

    def __post_init__(self) -> None:
        self.views = Views(self.topic, self.viewer, lambda revision: self.facts.get(revision, NO_FACTS))

    def holds(self, plan: Plan, row: Row) -> bool:
        """Whether the record is of the plan's section, and for this person to review."""
        if not plan._replace(judges_own=self.viewer.judges_own).holds(row):
            return False
        if plan.section != "review":
            return True
        people = assigned(row.record, row.path, self.spec.review, self.spec.reviews, (row.by,))
        return people is None or self.viewer.me in people


class Listing:
    """The list. Any thread may ask; what changes it waits for one another."""

    def __init__(self, project: Project, by: str, topic: str | None = None) -> None:
        """`topic`: None for all that are not for practice. Reads the specs. Raises `BackspanError`."""
        self.project = project
        self.by = person(by)
        specs = {topic: project.spec(topic)} if topic is not None else _all(project)
        self.desks = {
            name: TopicQueue(name, spec, viewer_of(spec, by), Judge.of(project, name, spec, by))
            for name, spec in specs.items()
        }
        self.texts = TextIndex(project.work_dir)
        self.kept = KeptFacts(project.work_dir)
        self._guard = threading.RLock()
        self._columns = RowColumns()
        self._rows: list[Row] = []
        self._bits = bytearray()
        """For each row the sections it is in."""
        self._where: dict[str, int] = {}
        self._going: dict[tuple[Section, Order], list[str]] = {}
        """Records in the order in which they were listed, those that left the section since among them."""
        self._orders: dict[tuple[Section, Order], Ordered] = {}
        self._counts: Mapping[Section, int] = dict.fromkeys(SECTIONS, 0)
        self._not_read, self._counted_at = 0, -1
        """Rows whose texts were not in the index of words when it had this size; -1 before that was counted."""
        self._people: frozenset[str] | None = None
        """Who wrote or judged, as far as one may see it; None where that has to be found out anew."""

    @property
    def blind(self) -> bool:
        """Whether others' verdicts may be hidden from this person."""
        return any(desk.viewer.blind for desk in self.desks.values())

    def close(self) -> None:
        """Let go of the files that are held open."""
        self.texts.close()
        self.kept.close()

    # -- reading

    def read(self, on_part: Callable[[float], None] = lambda share: None) -> None:
        """Take in what is new in the journals. `on_part` is told how much is read, 0 to 1. Raises `StoreError`."""
        for at, desk in enumerate(self.desks.values()):

            def part(stage: Stage, at: int = at) -> None:
                on_part((at + stage.done / max(stage.total, 1)) / len(self.desks))

            desk.judge.signer.follower.refresh(part)
            if not desk.digest:
                desk.digest = digest_of(self.project, desk.topic, self.by if self.blind else "")
                desk.facts.update(self.kept.load(desk.digest))

    def beginning(self, wish: Wish) -> Shown | None:
        """The first rows of a long section, not in their order yet; None where all are quick to have. After `read`."""
        states = [(desk, desk.judge.signer.follower.ledger.records) for desk in self.desks.values()]
        if self._rows or wish.filter or sum(len(records) for _, records in states) < _BEGINNING:
            return None
        plan, rows = Plan(wish.section, wish.order), list[Row]()
        for desk, records in states:
            for state in records:
                row = desk.views.row(state)
                if row.revision and desk.holds(plan, row):
                    rows.append(row)
                    if len(rows) == _FIRST:
                        break
        where = {row.record: at for at, row in enumerate(rows)}
        selected = Ordered(rows, range(len(rows))).all(where)
        return Shown(wish, selected, len(rows), dict.fromkeys(SECTIONS, 0), partial=True)

    def take(self, cancelled: Callable[[], bool] = never) -> bool:
        """Make rows of what was read; whether any changed. Raises `CancelledError`."""
        with self._guard, uncollected(self._to_come(), _MANY):
            rows: list[Row] = []
            for desk in self.desks.values():
                made = desk.views.rows(desk.judge.signer.follower.ledger.records)
                for part in stretches(len(made)):
                    rows += [row for row in made[part] if row.revision]
            before = self._rows
            if len(rows) == len(before) and all(map(_same, rows, before)):
                return False
            # Called off half way it forgets all rows, so only the first time, when nothing is shown yet.
            self._columns.take(rows, resting(cancelled if not before else never))
            self._bits = self._sections(rows, before)
            self._rows = rows
            self._where = {row.record: at for at, row in enumerate(rows)}
            self._orders.clear()
            self._counts = self._counted()
            self._counted_at, self._people = -1, None
            return True

    def _to_come(self) -> int:
        """About how many rows are to be made."""
        return sum(len(desk.judge.signer.follower.ledger) for desk in self.desks.values()) - len(self._rows)

    def _sections(self, rows: Sequence[Row], before: Sequence[Row]) -> bytearray:
        bits, plans = bytearray(len(rows)), [(Plan(section), _BITS[section]) for section in SECTIONS]
        for part in stretches(len(rows)):
            for at, row in enumerate(rows[part], part.start):
                if at < len(before) and before[at] is row:
                    bits[at] = self._bits[at]
                    continue
                desk = self.desks[row.topic]
                bits[at] = sum(bit for plan, bit in plans if desk.holds(plan, row))
        return bits

    def _counted(self) -> Mapping[Section, int]:
        found = [(value, self._bits.count(value)) for value in range(1, 1 << len(SECTIONS))]
        return {
            section: sum(count for value, count in found if value & bit) for section, bit in _BITS.items()
        }

    # -- listing

    def show(self, wish: Wish, cancelled: Callable[[], bool] = never) -> Shown:
        """What a person wants listed. Raises `FilterError`, and `CancelledError`."""
        wanted = parse(wish.filter)
        # To the minute, so that what a term of time holds of is worked out once, and not at every key.
        now = datetime.now(LOCAL).replace(second=0, microsecond=0)
        with self._guard:
            ordered = self._ordered(wish.section, wish.order)
            if not wanted:
                return Shown(wish, ordered.all(self._where), len(ordered), self._counts)
            picked = self._columns.select(wanted, now, self.texts, cancelled)
            rows = ordered.picked(picked.places, self._where)
            words = any(term.field == "text" for term in wanted.terms())
            hint = "" if rows else self._hint(wish.filter)
            return Shown(wish, rows, len(ordered), self._counts, self._unread() if words else 0, hint)

    def check_filter(self, text: str) -> Filter:
        """The filter, its names held against those there are. Raises `FilterError`."""
        with self._guard:
            people = {row.by for row in self._rows}
            people.update(
                name for row in self._rows for name, _ in row.reviewers
            )  # as far as one may see them
            return parse(text, KnownNames(people=people | {self.by}, topics=self.desks))

    def _hint(self, text: str) -> str:
        try:
            self.check_filter(text)
        except FilterError as error:
            return f"{error.reason}; {error.remedy}"
        return ""

    def _unread(self) -> int:
        size = self.texts.size
        if self._counted_at != size:
            self._counted_at, self._not_read = size, self._columns.unread(self.texts)
        return self._not_read

    def _ordered(self, section: Section, order: Order) -> Ordered:
        key = section, order
        made = self._orders.get(key)
        if made is None:
            bit, plan = _BITS[section], Plan(section, order)
            with uncollected(len(self._rows), _MANY):
                there = (row for row, bits in zip(self._rows, self._bits, strict=True) if bits & bit)
                going = self._going[key] = going_on(self._going.get(key, ()), there, self._where, plan.key)
                places = [self._where[record] for record in going]
                made = Ordered(self._rows, [place for place in places if self._bits[place] & bit])
            self._orders[key] = made
        return made

    def reorder(self) -> None:
        """From the next look on, each section in its order anew: what came since stands where it belongs."""
        with self._guard:
            self._going.clear()
            self._orders.clear()

    # -- what the background finds out

    def index_texts(self, progress: Progress = quiet, cancelled: Callable[[], bool] = never) -> int:
        """Bring the words of all texts into the index; gives back how many texts came. Long."""
        make_work_dir(self.project.work_dir)
        came = 0
        for desk in self.desks.values():
            with self._guard:
                texts = [text for row in self._rows if row.topic == desk.topic for text in row.texts]

            def part(done: int, total: int) -> None:
                progress("reading texts", done, total)

            came += self.texts.take(texts, fetch_from(self.project.store, desk.topic), part, cancelled)
        return came

    def unchecked(self) -> list[Row]:
        """Rows of whose text nothing is known."""
        with self._guard:
            return [row for row in self._rows if row.revision not in self.desks[row.topic].facts]

    # -- what is done from the list

    def judge(self, topic: str) -> Judge:
        """Who acts on a topic's records."""
        return self.desks[topic].judge

    def bulk(self, wish: Wish, rows: Selected) -> Bulk:
        """What of a list a verdict could be given to."""
        own = {topic: desk.viewer.judges_own for topic, desk in self.desks.items()}
        return bulk_of(wish, rows[:], self.by, own)

    def give(self, bulk: Bulk, verdict: Verdict, note: str = "") -> tuple[Review, ...]:
        """Give one verdict to all of them, in one append: all or none. Raises `BackspanError`."""
        topics = bulk.topics
        if len(topics) > 1:
            raise UsageError(
                f"these records are of {len(topics)} topics, and a verdict on many is given in one",
                f"filter with topic:{topics[0]}",
            )
        pairs = bulk.of(verdict)
        if not pairs:
            raise UsageError("there is no record here to give that verdict to", "change the filter")
        return self.judge(topics[0]).verdicts(pairs, verdict, note)

    def undo(self, topic: str) -> Done:
        """Take back this person's last act in a topic. Raises `BackspanError`."""
        return undo(self.judge(topic))

    def redo(self, topic: str) -> Done:
        """Do again what was taken back last. Raises `BackspanError`."""
        return redo(self.judge(topic))


def _same(row: Row, other: Row) -> bool:
    return row is other


def _all(project: Project) -> dict[str, Spec]:
    good, bad = project.specs()
    found = {name: spec for name, spec in good.items() if not spec.practice}
    if not found:
        problem = next(iter(bad.values()), None)
        if isinstance(problem, BackspanError):
            raise problem
        raise UsageError("there is no topic but those for practice", "name one, such as practice")
    return found
