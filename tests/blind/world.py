"""Two projects that hold the same texts; in one of them others have judged, commented and flagged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

from app.project.bundled import samples_dir
from app.project.project import Project, init_project
from app.records.events import (
    EVENTS,
    Comment,
    Review,
    Revision,
    event_line,
    make_comment,
    make_review,
    make_revision,
)
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from tests.store.events import moment, record_id

ME = "eve"
FIRST, SECOND = "first", "second"
"""Two topics that read the same crate, so that each one's records count in the other's coverage."""
BLIND = "\n[review]\nblind = true\n"


@dataclass(frozen=True)
class World:
    """The same texts twice."""

    quiet: Project
    """Nobody but me has said anything."""
    loud: Project
    """Others have, of every record but the one that I judged."""
    words: dict[str, str]
    """What the words in capitals stand for."""


def texts() -> list[Event]:
    """The sample records' texts, withdrawals among them."""
    lines = (samples_dir() / "practice.jsonl").read_bytes().splitlines()
    events = [EVENTS.validate_json(line) for line in lines]
    return [event for event in events if not isinstance(event, Review | Comment)]


def second_texts(first: list[Event]) -> list[Event]:
    """A few of the same blocks in records of another topic."""
    blocks = [event.block for event in first if isinstance(event, Revision) and not event.parents]
    return [
        make_revision(
            record=record_id(70 + at),
            by="ada",
            block=block,
            user=f"Wait longer each time, case {at}.",
            think=f"`tokio` waits, and `tracing` tells of case {at}.",
            at=moment(at),
        )
        for at, block in enumerate(blocks[:4])
    ]


def said_by_others(events: list[Event], spared: str) -> Iterator[Event]:
    """Verdicts, a comment with a place and a flag on every text but those of one record."""
    verdicts = ("accept", "reject", "return")
    for at, event in enumerate(events):
        if not isinstance(event, Revision) or event.record == spared:
            continue
        for by, turn in (("cleo", at), ("dov", at // 2)):
            yield make_review(
                record=event.record,
                by=by,
                revision=event.id,
                verdict=verdicts[turn % 3],  # type: ignore[arg-type]
                note=f"said by {by}",
                reading_seconds=7 + at,
                at=event.at,
            )
        for about, number in (("note", 5_000), ("flag", 6_000)):
            yield make_comment(
                record=event.record,
                by="dov",
                comment=record_id(number + at),
                revision=event.id,
                about=about,  # type: ignore[arg-type]
                note="said by dov",
                at=event.at,
            )


def made(root: Path, journals: dict[str, list[Event]], rules: str) -> Project:
    """A project of two topics on the bundled crate, with these journals."""
    project = init_project(root)[0]
    spec = (project.specs_dir / "practice.toml").read_text("utf-8").replace("practice = true", "")
    for path in project.specs_dir.glob("*.toml"):
        path.unlink()
    for topic, events in journals.items():
        text = spec.replace('output = "', f'output = "{topic}_')
        (project.specs_dir / f"{topic}.toml").write_text(text + rules, "utf-8")
        lines = [event_line(event) for event in sorted(events, key=lambda event: (event.at, event.id))]
        (project.datasets_dir / f"{topic}.jsonl").write_bytes(b"".join(lines))
    return Project(root)


def worlds(folder: Path, rules: str = BLIND, topics: tuple[str, ...] = (FIRST, SECOND)) -> World:
    """Both projects."""
    first = texts()
    ledger = Ledger(first)
    judged, *rest = [state for state in ledger.records if state.status == "submitted"]
    mine = make_review(
        record=judged.record, by=ME, revision=judged.parents[0], verdict="accept", at=moment(5_000_000)
    )
    journals = {FIRST: [*first, mine], SECOND: second_texts(first)}
    journals = {topic: journals[topic] for topic in topics}
    others = {topic: list(said_by_others(events, judged.record)) for topic, events in journals.items()}
    older = next(state for state in rest if len(state.events) > 1)
    words = {
        "ALONE": rest[0].record,
        "JUDGED": judged.record,
        "BY_OTHERS": older.record,
        "OLD": older.history[0].id,
        "CONFLICT": next(state.record for state in ledger.records if state.status == "conflict"),
        "WITHDRAWN": next(state.record for state in ledger.records if state.status == "retracted"),
    }
    loud = {topic: [*events, *others[topic]] for topic, events in journals.items()}
    return World(made(folder / "quiet", journals, rules), made(folder / "noisy", loud, rules), words)


class Fixed(datetime):
    """A clock that stands, for what counts how long records wait."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2026, 6, 1, 12, tzinfo=tz or UTC)
