"""Several reviewers: what is whose to review, and what becomes of a record on which they disagree."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main as cli
from app.project.project import Project
from app.review import Reviewing
from app.review.passes import Plan
from app.review.queue import Listing, Wish
from app.settings.person import settings_path
from tests.acting import Acting
from tests.blind.world import ME, SECOND, second_texts, texts, worlds
from tests.memory import give

# -- what is whose to review

PEOPLE = ("cleo", "dov", "eve")


@pytest.mark.parametrize(
    ("rules", "share"), [("", 3), ('assign = "share"', 1), ('assign = "round-robin"\noverlap = 100', 3)]
)
def test_to_review_is_what_is_assigned_wherever_it_is_listed(
    home: Path, tmp_path: Path, rules: str, share: int
) -> None:
    reviewers = f"\n[review]\nreviewers = {list(PEOPLE)}\n{rules}\n"
    project = worlds(tmp_path, reviewers, topics=(SECOND,)).quiet
    asked: Counter[str] = Counter()
    for person in PEOPLE:
        mine = queue_of(project, person)
        going = Reviewing(project, SECOND, person)
        going.refresh()
        assert set(going.records) == mine
        assert going.open_count == len(mine)
        going.close()
        assert commanded(project, person) == mine
        asked.update(mine)
    assert asked == {event.record: share for event in second_texts(texts())}


def queue_of(project: Project, person: str) -> set[str]:
    """The records that the list has for somebody to review, which its count agrees with."""
    listing = Listing(project, person, SECOND)
    listing.read()
    listing.take()
    shown = listing.show(Wish())
    listing.close()
    assert shown.counts["review"] == len(shown.rows)
    return {row.record for row in shown.rows}


def commanded(project: Project, person: str) -> set[str]:
    """The same from the command line."""
    settings_path().write_text(f'name = "{person}"\n')
    try:
        result = CliRunner().invoke(cli.cli, ["-C", str(project.root), "queue", SECOND, "--json"])
    finally:
        settings_path().write_text(f'name = "{ME}"\n')
    return {row["record"] for row in json.loads(result.stdout)}


def test_a_dispute_ends_when_somebody_changes_their_verdict(home: Path, tmp_path: Path) -> None:
    project = worlds(tmp_path, topics=(SECOND,)).quiet
    record = next(event.record for event in second_texts(texts()))
    give(Acting(project, SECOND, 1, "cleo"), record, "accept")
    give(Acting(project, SECOND, 1, "dov"), record, "reject", "too long")
    assert told_of(project, "eve", record) == ("submitted", {})  # blind: it is for those who have judged
    assert told_of(project, "cleo", record) == ("rejected", {"cleo": "", "dov": "too long"})
    assert disputed(project, "eve") == set()
    assert disputed(project, "cleo") == disputed(project, "dov") == {record}
    give(Acting(project, SECOND, 1, "dov"), record, "accept")
    assert told_of(project, "cleo", record)[0] == "accepted"
    assert disputed(project, "dov") == set()


def told_of(project: Project, person: str, record: str) -> tuple[str, dict[str, str]]:
    """The record's status, and everybody's note, as far as a person sees them on the review screen."""
    going = Reviewing(project, SECOND, person)
    sheet = going.open(record)
    going.close()
    return sheet.row.status, {review.by: review.note for review in sheet.state.verdicts}


def disputed(project: Project, person: str) -> set[str]:
    """The records on which reviewers disagree, as far as a person sees."""
    going = Reviewing(project, SECOND, person, Plan("disputed"))
    going.refresh()
    going.close()
    return set(going.records)
