"""What is costly to know: findings by code, which records say nearly the same, and what of the code is covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.base.cancelling import Cancelled, never
from app.checks import REGISTRY, Finding
from app.checks.near_duplicates import Light, SetIndex
from app.progress.coverage.states import TopicCoverage
from app.progress.stats.filter_links import where
from app.records.finding import Field

_FIELDS: tuple[Field, ...] = ("user", "think", "block")
OVERLAP, RATIO = 70, 95
"""Per cent from which two texts are near-duplicates; the checks' own defaults."""
_LINKED = 100
"""Records of a cluster that its expression names at most: it has a line, not a page."""


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often one check found something."""

    code: str
    title: str
    severity: str
    """As the check has it; a topic's spec may grade it otherwise."""
    findings: int
    """Without waived ones."""
    records: int
    """With at least one of these."""
    waived: int
    """Findings that people let stand, with a reason."""
    link: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "code": self.code,
            "title": self.title,
            "severity": self.severity,
            "findings": self.findings,
            "records": self.records,
            "waived": self.waived,
            "filter": self.link,
        }


@dataclass(frozen=True, slots=True)
class FindingStats:
    """What the checks said of a topic."""

    records: int
    """Looked at."""
    clean: int
    """Of which nothing is said, but for what was waived."""
    codes: tuple[CodeCount, ...]
    """Those with the most records first."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        codes = [one.as_json() for one in self.codes]
        return {"records": self.records, "clean": self.clean, "codes": codes}


def finding_stats(topic: str, judged: Iterable[tuple[str, Sequence[Finding]]]) -> FindingStats:
    """The figures of what was said of each record: pairs of its id and the findings."""
    records: dict[str, bool] = {}
    findings: Counter[str] = Counter()
    waived: Counter[str] = Counter()
    having: dict[str, set[str]] = {}
    for record, found in judged:
        records[record] = records.get(record, True) and all(one.waived for one in found)
        for one in found:
            if one.waived:
                waived[one.code] += 1
                continue
            findings[one.code] += 1
            having.setdefault(one.code, set()).add(record)
    codes = [
        CodeCount(
            code,
            REGISTRY[code].title if code in REGISTRY else "",
            REGISTRY[code].severity if code in REGISTRY else "",
            findings[code],
            len(having.get(code, ())),
            waived[code],
            where(topic=topic, finding=code),
        )
        for code in {*findings, *waived}
    ]
    codes.sort(key=lambda one: (-one.records, -one.findings, one.code))
    return FindingStats(len(records), sum(records.values()), tuple(codes))


def findings_together(parts: Iterable[FindingStats]) -> FindingStats:
    """The figures of several topics as if they were one: no record is in two."""
    known: dict[str, CodeCount] = {}
    records = clean = 0
    for part in parts:
        records, clean = records + part.records, clean + part.clean
        for one in part.codes:
            old = known.get(one.code)
            known[one.code] = replace(
                one,
                findings=one.findings + (old.findings if old else 0),
                records=one.records + (old.records if old else 0),
                waived=one.waived + (old.waived if old else 0),
                link=where(finding=one.code),
            )
    codes = sorted(known.values(), key=lambda one: (-one.records, -one.findings, one.code))
    return FindingStats(records, clean, tuple(codes))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that say nearly the same: each is like at least one of the others."""

    records: tuple[str, ...]
    """Their ids, sorted; at least two."""
    topics: tuple[str, ...]
    """Where they are, sorted."""
    fields: tuple[str, ...]
    """In what they are alike: `user`, `think`, `block`."""
    share: int
    """Per cent, of the two that are most alike."""
    link: str
    """Names the first hundred of them."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "records": list(self.records),
            "topics": list(self.topics),
            "fields": list(self.fields),
            "share": self.share,
            "filter": self.link,
        }


def clusters(
    records: Sequence[Light],
    overlap: int = OVERLAP,
    ratio: int = RATIO,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> tuple[Cluster, ...]:
    """The connected components of near-duplicates, the largest first.

    Each record is joined to the one most like it in each field, so that a large cluster whose parts are each other's
    nearest may come as several. Takes about a millisecond a record. `progress` is told how many steps of how many are
    done. Raises `Cancelled` where `cancelled` says so.
    """
    index = SetIndex()
    steps = 2 * len(records)

    def step(done: int) -> None:
        if cancelled():
            raise Cancelled("looking for near-duplicates was cancelled")
        if progress is not None:
            progress(done, steps)

    for number, light in enumerate(records):
        step(number)
        index.add(light)
    pairs: list[tuple[str, str, str, int]] = []
    for number, light in enumerate(records):
        step(len(records) + number)
        view = index.view(light)
        for field in _FIELDS:
            near = view.near(field, overlap, ratio)
            if near is not None:
                pairs.append((light.record, near.record, field, near.share))
    topics = {light.record: light.topic for light in records}
    return _components(pairs, topics)


def _components(pairs: Sequence[tuple[str, str, str, int]], topics: Mapping[str, str]) -> tuple[Cluster, ...]:
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while (above := root.setdefault(name, name)) != name:
            root[name] = root[above]
            name = root[name]
        return name

    for one, other, _, _ in pairs:
        root[top(one)] = top(other)
    members: dict[str, list[str]] = {}
    for name in root:
        members.setdefault(top(name), []).append(name)
    fields: dict[str, set[str]] = {}
    shares: dict[str, int] = {}
    for one, _, field, share in pairs:
        fields.setdefault(top(one), set()).add(field)
        shares[top(one)] = max(shares.get(top(one), 0), share)
    found = [
        Cluster(
            tuple(sorted(names)),
            tuple(sorted({topics[name] for name in names})),
            tuple(field for field in _FIELDS if field in fields[head]),
            shares[head],
            where(record=sorted(names)[:_LINKED]),
        )
        for head, names in members.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.records), -one.share, one.records)))


@dataclass(frozen=True, slots=True)
class CoverageStats:
    """How many of a topic's items are in records."""

    states: Mapping[str, int]
    """Items by state (`app.progress.coverage.states.STATES`), zeros included."""

    @property
    def items(self) -> int:
        """In all."""
        return sum(self.states.values())

    @property
    def asked(self) -> int:
        """Those that neither the spec nor a person left out, and that no other topic has."""
        return self.items - sum(self.states.get(state, 0) for state in ("excluded", "skipped", "other"))

    @property
    def share(self) -> float:
        """The recorded part of those asked for, 0.0 to 1.0; nothing of nothing is nothing."""
        return self.states.get("recorded", 0) / self.asked if self.asked else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "items": self.items,
            "asked": self.asked,
            "share": round(self.share, 4),
            "states": dict(self.states),
        }


def coverage_stats(found: TopicCoverage) -> CoverageStats:
    """The figures of what was found."""
    return CoverageStats({str(state): count for state, count in found.counts.items()})


def coverage_together(parts: Iterable[CoverageStats]) -> CoverageStats:
    """The figures of several topics added up; an item that two topics ask for counts in each."""
    states: Counter[str] = Counter()
    for part in parts:
        states.update(part.states)
    return CoverageStats(dict(states))
