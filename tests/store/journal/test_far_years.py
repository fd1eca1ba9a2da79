"""Times of years that no clock of ours can have said: told, never shown, and nobody's end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.records.events import EVENTS, make_review
from app.records.history.light import Event
from app.store.backups.backups import Backups
from app.store.drafts.drafts import DraftKey, Drafts
from app.store.journal.lines import read_line
from app.store.journal.merge import merge_into
from app.store.journal.scan import light_line
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged
from app.workstation.records.acts import local as to_the_minute
from tests.clocks import zone
from tests.store.events import altered, comment, record_id, retraction, review, revision

TEXT = revision()
KINDS: tuple[Event, ...] = (TEXT, review(TEXT), retraction((TEXT,)), comment(TEXT))
OUTSIDE = (
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00.000000Z",
    "1969-12-31T23:59:59.999999Z",
    "2201-01-01T00:00:00.000000Z",
    "2200-12-31T23:00:00.000000-02:00",
)
INSIDE = ("1970-01-01T00:00:00.000000Z", "2200-12-31T23:59:59.999999Z")


@pytest.mark.parametrize("at", OUTSIDE)
@pytest.mark.parametrize("event", KINDS, ids=lambda event: event.kind)
def test_an_event_of_a_year_outside_is_a_damaged_line(event: Event, at: str) -> None:
    said = datetime.fromisoformat(at).astimezone(UTC)
    line = altered(event, at=f"{said.replace(tzinfo=None).isoformat(timespec='microseconds')}Z")
    found = read_line(line, 7)
    assert isinstance(found, Damaged)
    assert (found.line, found.newer) == (7, False)
    assert f"at: is of the year {said.year}, not of 1970 to 2200" in found.reason


@pytest.mark.parametrize("at", INSIDE)
@pytest.mark.parametrize("event", KINDS, ids=lambda event: event.kind)
def test_the_first_and_the_last_moment_inside_are_read(event: Event, at: str) -> None:
    line = altered(event, at=at)
    assert not isinstance(read_line(line, 1), Damaged)
    assert EVENTS.validate_json(line).at == datetime.fromisoformat(at)


@pytest.mark.parametrize("at", OUTSIDE)
def test_the_light_reader_leaves_such_a_line_to_the_strict_one(at: str) -> None:
    assert light_line(altered(TEXT, at=at)) is None
    assert light_line(altered(TEXT, at=INSIDE[1])) is not None


def test_none_can_be_made(store: JournalStore) -> None:
    with pytest.raises(ValidationError, match="year 9999"):
        make_review(
            record=TEXT.record,
            by="bob",
            revision=TEXT.id,
            verdict="accept",
            at=datetime.max.replace(tzinfo=UTC),
        )


def test_a_long_journal_with_such_a_line_is_surveyed_without_it_and_says_so(store: JournalStore) -> None:
    store.path("retry").parent.mkdir(exist_ok=True)
    long = altered(revision(2, think="x" * 5_000_000))  # so that the journal is read lightly
    store.path("retry").write_bytes(long + altered(TEXT, at=OUTSIDE[0]))
    survey = store.survey("retry")
    assert [entry.record for entry in survey.entries] == [record_id(2)]
    assert [damage.line for damage in survey.damaged] == [2]


def test_a_merge_leaves_such_a_line_where_it_is(store: JournalStore, tmp_path: Path) -> None:
    store.append("retry", [TEXT])
    theirs = tmp_path / "theirs.jsonl"
    theirs.write_bytes(altered(review(TEXT), at=OUTSIDE[0]))
    merged = merge_into(store, "retry", [str(theirs)])
    assert (merged.new, [damage.line for damage in merged.files[0].damaged]) == (0, [1])
    assert len(store.survey("retry").entries) == 1


@pytest.mark.parametrize("saved_at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_draft_of_any_year_keeps_its_text_and_its_time_can_be_told(
    project: Path, tmp_path: Path, saved_at: str
) -> None:
    key = DraftKey("retry", record_id(1), "ada")
    drafts = Drafts(project, tmp_path / "state")
    path = drafts.save(key, {"user": "kept"})
    path.write_text(json.dumps(json.loads(path.read_text()) | {"saved_at": saved_at}))
    found = drafts.load(key)
    assert found is not None
    assert (found.payload, found.saved_at.utcoffset()) == ({"user": "kept"}, timedelta())
    assert drafts.all("retry").drafts == (found,)
    for name in ("Pacific/Kiritimati", "Pacific/Niue"):
        with zone(name):
            assert to_the_minute(found.saved_at)[:4] in ("0001", "9999", "1-01")


def test_a_file_named_like_a_backup_of_the_year_9999_keeps_no_backup_from_being_made(
    store: JournalStore, backups: Backups
) -> None:
    store.append("retry", [TEXT])
    folder = backups.folder("retry")
    folder.mkdir(parents=True)
    stranger = folder / "99991231T235959999Z-1-00000000.jsonl.gz"
    stranger.write_text("not mine")
    made = backups.make("retry")
    assert made is not None
    assert [backup.path for backup in backups.list("retry")] == [made]
    assert stranger.exists()
