"""A pass over records: which of them, in which order, and where one goes on. Pure; told by rows only.

Rows are what one person may see (`app.records.history.viewpoint`), so no section and no order knows more than they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from app.errors import UsageError
from app.records.filters.row import Row

Section = Literal["review", "returned", "conflicts", "disputed", "stale", "findings", "all"]
Order = Literal["oldest", "riskiest", "file"]

SECTIONS: dict[Section, str] = {
    "review": "To review",
    "returned": "Returned to me",
    "conflicts": "Conflicts",
    "disputed": "Reviewers disagree",
    "stale": "Changed since a verdict",
    "findings": "With findings",
    "all": "All",
}
"""Each section's heading, in the order they are offered."""

ORDERS: dict[Order, str] = {"oldest": "Oldest first", "riskiest": "Riskiest first", "file": "By file"}
"""Each order's heading, in the order they are offered."""

ERROR, MOST_ERRORS = 100, 3
WARNING, MOST_WARNINGS = 10, 5
NEAR, MOST_NEAR = 25, 2
BRIEF = 40
PASTED_FROM = 50
"""Per cent of pasted characters up to which nothing is thought of it."""

_OVER = frozenset({"retracted", "rejected"})
Key = tuple[int | str, ...]
"""Where a record stands in an order: whole numbers and texts, so that it can be kept as JSON."""


def risk(row: Row) -> int:
    """How much a record wants a second look: 0 for nothing special, 515 at most.

    100 for each error (of three), 10 for each warning (of five), 25 for each near-duplicate (of two), 40 for a verdict
    given after too little reading, and a point for each per cent of pasted characters past half.
    """
    facts = row.facts
    return (
        ERROR * min(facts.errors, MOST_ERRORS)
        + WARNING * min(facts.warnings, MOST_WARNINGS)
        + NEAR * min(facts.near, MOST_NEAR)
        + BRIEF * row.brief
        + max(0, min(facts.pasted, 100) - PASTED_FROM)
    )


def _when(row: Row) -> int:
    return int(row.at.timestamp() * 1_000_000)


_KEYS: dict[Order, Callable[[Row], Key]] = {
    "oldest": lambda row: (_when(row), row.record),
    "riskiest": lambda row: (-risk(row), _when(row), row.record),
    "file": lambda row: (row.path, row.title, _when(row), row.record),
}


class Plan(NamedTuple):
    """What a person goes over, and how."""

    section: Section = "review"
    order: Order = "oldest"
    judges_own: bool = False
    """Whether the project lets people judge what they wrote themselves."""

    def holds(self, row: Row) -> bool:
        """Whether the record belongs to the section now."""
        match self.section:
            case "review":
                return row.status == "submitted" and not row.judged and (self.judges_own or not row.mine)
            case "returned":
                return row.returned_to_me
            case "conflicts":
                return row.status == "conflict"
            case "disputed":
                verdicts = {verdict for _, verdict in row.reviewers}
                return len(verdicts) > 1 and row.status not in ("retracted", "conflict")
            case "stale":
                return row.stale and (self.judges_own or not row.mine)
            case "findings":
                return bool(row.facts.codes) and row.status not in _OVER
            case "all":
                return True

    def key(self, row: Row) -> Key:
        """What the order goes by; no two records share one."""
        return _KEYS[self.order](row)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a pass was left. It says the place also where the record is not in the section any more."""

    record: str
    order: Order
    key: Key

    def as_json(self) -> dict[str, Any]:
        """For the session's file."""
        return {"record": self.record, "order": self.order, "key": list(self.key)}


def bookmark(saved: object) -> Bookmark | None:
    """The bookmark that `as_json` gave; None for anything else."""
    if not isinstance(saved, dict):
        return None
    record, order, key = saved.get("record"), saved.get("order"), saved.get("key")
    if not isinstance(record, str) or order not in ORDERS or not isinstance(key, list):
        return None
    kinds = tuple(type(part) for part in key)
    texts = {"oldest": (int, str), "riskiest": (int, int, str), "file": (str, str, int, str)}
    return Bookmark(record, order, tuple(key)) if kinds == texts[order] else None


class Pass:
    """The records of a plan in an order that stays while one goes over them. Never changes; another goes on from it.

    A record that leaves the section (because one judged it, say) keeps its place, so that one can go back to it; what
    comes in stands at the end. Making one goes through all rows: for a worker thread.
    """

    def __init__(self, plan: Plan, rows: Iterable[Row], earlier: Pass | None = None) -> None:
        """`earlier`: the pass that this one goes on; of another plan it means nothing."""
        self.plan = plan
        kept: dict[str, Key] = {} if earlier is None or earlier.plan != plan else earlier._keys
        found = {row.record: row for row in rows}
        fresh = {
            row.record: plan.key(row) for row in found.values() if row.record not in kept and plan.holds(row)
        }
        stays = {record: key for record, key in kept.items() if record in found}
        self._keys: dict[str, Key] = stays | dict(sorted(fresh.items(), key=lambda pair: pair[1]))
        self.records = tuple(self._keys)
        """Every record of the pass in its order, those that left the section among them."""
        self._places = {record: place for place, record in enumerate(self.records)}
        self.open = frozenset(
            record for record in self.records if record in fresh or plan.holds(found[record])
        )
        """Those that are in the section now."""

    def __len__(self) -> int:
        """How many are open."""
        return len(self.open)

    def place(self, record: str) -> int | None:
        """The record's 0-based place in `records`; None if it is not of this pass."""
        return self._places.get(record)

    def next(self, record: str | None, step: Literal[1, -1] = 1) -> str | None:
        """The next open record after this one, or with -1 the one before; None where there is none.

        With no record, or one that is not of this pass, it begins at that end. Records that left are passed over.
        """
        at = None if record is None else self._places.get(record)
        if at is None:
            at = -1 if step == 1 else len(self.records)
        at += step
        while 0 <= at < len(self.records):
            if self.records[at] in self.open:
                return self.records[at]
            at += step
        return None

    def mark(self, record: str) -> Bookmark:
        """Where one is, to be kept for `resume`. Raises `UsageError` for a record that is not of this pass."""
        key = self._keys.get(record)
        if key is None:
            raise UsageError(f"record {record} is not in this pass", "open it from the list")
        return Bookmark(record, self.plan.order, key)

    def resume(self, left: Bookmark | None) -> str | None:
        """Where to go on: the record one was at, or the next in order if it is not open; else the first open one.

        None only where nothing is open.
        """
        if left is not None:
            if left.record in self.open:
                return left.record
            if left.order == self.plan.order:
                after = (
                    (self._keys[record], record) for record in self.open if self._keys[record] > left.key
                )
                found = min(after, default=None)
                if found is not None:
                    return found[1]
        return self.next(None)
