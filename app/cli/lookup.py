"""What a person names on the command line, found in the project: records by the beginning of their ids."""

from __future__ import annotations

from collections.abc import Iterable

from app.base.text import printable
from app.cli.output import talk
from app.errors import UsageError
from app.project.project import Project
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.store.backups.last_seen import Alarm
from app.store.backups.missing import look
from app.store.follower import Follower


def missing(project: Project, topic: str) -> Alarm | None:
    """What a topic's journal lacks of what was seen of it, which is told; what there is is remembered.

    Raises `StoreError` where the journal cannot be read.
    """
    alarm, problem = look(project.store, project.memory, topic)
    if problem:
        talk(f"backspan: {problem}")
    if alarm is not None:
        talk(f"backspan: EVENTS ARE MISSING. {alarm.error()}")
    return alarm


def topic_states(project: Project, topic: str) -> list[RecordState]:
    """A topic's records; what is damaged or missing in its journal is told. Raises `BackspanError`."""
    spec = project.spec(topic)
    follower = Follower(project.store, topic, spec.reviews)
    missing(project, topic)
    for damaged in follower.refresh().damaged:
        talk(f"{topic}: line {damaged.line} is kept but left out: {damaged.reason}")
    return list(follower.ledger.records)


def find_record(project: Project, wanted: str) -> tuple[str, RecordState]:
    """A record by its id or an unambiguous beginning of it, in any topic. Raises `UsageError`."""
    good, _ = project.specs()
    found = [
        (topic, state)
        for topic in good
        for state in topic_states(project, topic)
        if state.record.startswith(wanted.upper())
    ]
    if not wanted or not found:
        raise UsageError(f"no record {printable(wanted)!r} in this project", "see 'backspan records TOPIC'")
    if len(found) > 1:
        raise UsageError(f"{len(found)} records begin with {printable(wanted)!r}", "give more of the id")
    return found[0]


SHORT = 10
"""Characters of an event's id that are shown; any beginning that is the only one will do to name it."""


def find_event(state: RecordState, wanted: str) -> str:
    """The id of a record's event, by an unambiguous beginning of it. Raises `UsageError`."""
    return _named(state, state.events, wanted, "event")


def find_revision(state: RecordState, wanted: str) -> str:
    """The id of one of a record's revisions, by an unambiguous beginning of it. Raises `UsageError`.

    What others said is not looked at, so that no beginning tells of a verdict that is hidden.
    """
    texts = [name for name, event in state.events.items() if isinstance(event, Summary)]
    return _named(state, texts, wanted, "revision")


def _named(state: RecordState, names: Iterable[str], wanted: str, what: str) -> str:
    found = [name for name in names if wanted and name.startswith(wanted.lower())]
    if not found:
        raise UsageError(
            f"record {state.record} has no {what} {printable(wanted)!r}",
            f"see 'backspan log {state.record}'",
        )
    if len(found) > 1:
        raise UsageError(f"{len(found)} {what}s begin with {printable(wanted)!r}", "give more of the id")
    return found[0]
