"""A record's effort is that of all its revisions: for reviewers, for the checks, for whoever looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.main import cli
from app.project.project import Project, init_project
from app.records.effort_words import told, told_of_all
from app.records.events import Effort, Revision, make_retraction, make_revision
from app.records.history.ledger import Ledger
from app.review import Reviewing
from app.store.efforts import Behind, Efforts
from app.workstation.review.sections import about_sections
from tests.store.events import block, moment, record_id

TOPIC = "practice"
LONG = "So it is, because a pause grows and tokio sleeps, and tracing says why. " * 4


def revision(second: int, effort: Effort, *parents: str, by: str = "ada") -> Revision:
    return make_revision(
        record=record_id(1),
        by=by,
        block=block(),
        user="Ask for it.",
        think=LONG,
        parents=parents,
        effort=effort,
        at=moment(second),
    )


FIRST = revision(0, Effort(active_seconds=600, typed=20, pasted=280))
AWAY = make_retraction(record=record_id(1), by="ada", parents=(FIRST.id,), at=moment(5))
BACK = revision(10, Effort(active_seconds=70, typed=5, moved=3), AWAY.id, by="bob")
ASIDE = revision(11, Effort(typed=1_000), by="cleo")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return init_project(tmp_path / "project")[0]


def test_the_revisions_behind_a_text_are_added_and_no_others(project: Project) -> None:
    project.store.append(TOPIC, [FIRST, AWAY, BACK, ASIDE])
    state = Ledger(project.store.survey(TOPIC).entries).get(record_id(1))
    efforts = Efforts(project.store, TOPIC)
    assert efforts.behind(state, FIRST.parents) == Behind()
    assert efforts.behind(state, BACK.parents) == Behind(FIRST.effort, 1)
    both = FIRST.effort.plus(BACK.effort)
    assert efforts.behind(state, (BACK.id, FIRST.id, "0" * 64)) == Behind(both, 2), "each once"
    assert efforts.behind(None, BACK.parents) == Behind()


def test_a_reviewer_sees_what_all_revisions_took_and_the_checks_go_by_it(project: Project) -> None:
    project.store.append(TOPIC, [FIRST, AWAY, BACK])
    going = Reviewing(project, TOPIC, "eve")
    going.refresh()
    sheet = going.open(record_id(1))
    facts = [fact.text for section in about_sections(sheet, None) for fact in section.facts]
    took = "11 min, typed 25, pasted 280, moved 3 in 2 revisions; the last 1 min, typed 5, pasted 0, moved 3"
    assert f"ada, bob · {took}" in facts
    studied = going.study(sheet)
    assert studied is not None
    assert [one.message.partition(";")[0] for one in studied.findings if one.code == "BS140"] == [
        "280 characters were pasted and 25 typed"
    ]
    going.close()


def test_the_command_line_says_so_too(project: Project) -> None:
    project.store.append(TOPIC, [FIRST, AWAY, BACK])
    said = CliRunner().invoke(cli, ["-C", str(project.root), "show", record_id(1)]).output
    assert "written   11 min, typed 25, pasted 280, moved 3 in 2 revisions; the last 1 min" in said
    found = CliRunner().invoke(cli, ["-C", str(project.root), "check", TOPIC]).output
    assert "280 characters were pasted and 25 typed" in found


@pytest.mark.parametrize(
    ("effort", "words"),
    [
        (Effort(), ""),
        (Effort(active_seconds=59, typed=1_400), "typed 1,400, pasted 0"),
        (Effort(active_seconds=180, rapid=1_434), "3 min, typed 0, pasted 0, 1,434 faster than hands type"),
        (Effort(pasted=20, moved=16), "typed 0, pasted 20, moved 16"),
    ],
)
def test_what_it_took_in_words(effort: Effort, words: str) -> None:
    assert told(effort) == words == told_of_all(effort, Effort(), 0)


def test_of_several_revisions_of_which_nothing_is_known_nothing_is_said() -> None:
    assert told_of_all(Effort(), Effort(), 2) == ""
    assert told_of_all(Effort(), Effort(typed=3), 1) == "typed 3, pasted 0 in 2 revisions"
