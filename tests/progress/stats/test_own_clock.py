"""Figures and lists go by the clocks of this machine, in summer as in winter, whenever one looks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main as cli
from app.progress.stats.board import Gathering
from app.project.project import Project
from app.records.events import Effort, make_revision
from app.review.queue.listing import Listing
from app.review.queue.shown import Wish
from tests.clocks import zone
from tests.quiet import quiet_project
from tests.store.events import block, record_id

TOPIC = "practice"
MIDNIGHT = (datetime(2026, 6, 7, 22, tzinfo=UTC), datetime(2026, 1, 11, 22, 30, tzinfo=UTC))
"""A summer's Monday begins in Berlin; a winter's Sunday has half an hour left. One offset is wrong for one of them."""
DAYS = {"2026-06-08", "2026-01-11"}
WEEKS = {"2026-06-08", "2026-01-05"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    made = quiet_project(tmp_path / "project")
    effort = Effort(active_seconds=60, typed=9)
    made.store.append(
        TOPIC,
        [
            make_revision(
                record=record_id(n), by="ada", block=block(), user="Ask.", think="So.", effort=effort, at=at
            )
            for n, at in enumerate(MIDNIGHT)
        ],
    )
    monkeypatch.chdir(made.root)
    return made


def test_the_command_counts_by_the_days_of_this_machine(project: Project) -> None:
    with zone("Europe/Berlin"):
        result = CliRunner().invoke(cli.cli, ["stats", TOPIC, "--json"])
    (topic,) = json.loads(result.stdout)["topics"]
    assert {day["start"] for day in topic["days"] if day["begun"]} == DAYS
    assert {week["start"] for week in topic["weeks"] if week["begun"]} == WEEKS


def test_the_overview_counts_by_the_days_of_this_machine(project: Project) -> None:
    with zone("Europe/Berlin"):
        gathering = Gathering(project, "ada")
        for again in range(2):
            *_, board = gathering.steps(lambda what, done, total: None, costly=False)
            found = board.topics[TOPIC]
            assert {day.start for day in found.ledger.days if day.begun} == DAYS, again
            assert found.texts is not None
            assert {week.start for week in found.texts.effort if week.revisions} == WEEKS, again


def test_a_list_is_filtered_by_the_days_of_this_machine(project: Project) -> None:
    with zone("Europe/Berlin"):
        made = Listing(project, "bob", TOPIC)
        made.read()
        made.take()
        assert len(made.show(Wish(filter="after:2026-06-08")).rows) == 1
        assert len(made.show(Wish(filter="before:2026-01-12")).rows) == 1
