"""An edit on the spot without any screen: what counts as changed, what is found again, what is never written late."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UsageError
from app.project.project import Project
from app.records.blocks import pieces_of
from app.records.draft import Draft, Selection, draft_of
from app.records.events import Effort
from app.records.prose import Characters
from app.review import Reviewing
from app.review.spot_edit import SpotEdit
from app.store.drafts.drafts import DraftKey
from tests.quiet import quiet_project
from tests.store.events import record_id, revision

TOPIC = "practice"
ONE = revision(record=1, user="Pause 1.")
KEY = DraftKey(TOPIC, record_id(1), "eve")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    made = quiet_project(tmp_path / "project")
    made.store.append(TOPIC, [ONE])
    return made


def editing(project: Project) -> SpotEdit:
    going = Reviewing(project, TOPIC, "eve")
    going.refresh()
    return SpotEdit(going, going.open(record_id(1)))


def test_a_text_that_says_the_same_is_no_change_but_is_kept(project: Project) -> None:
    edit = editing(project)
    assert not edit.changed and not edit.dirty
    edit.write("user", "Pause 2.")
    assert edit.changed and edit.dirty
    edit.write("user", "Pause 1.\r\n")
    assert not edit.changed and edit.dirty, "the file holds what was typed before"


def test_what_was_kept_is_found_and_taken_up_once(project: Project) -> None:
    edit = editing(project)
    edit.write("think", "So.", Characters(typed=3), seconds=2)
    edit.keep(edit.draft)
    again = editing(project)
    found = again.found()
    assert found is not None and again.take_up(found)
    assert again.draft.think == "So." and again.changed
    assert again.draft.effort == Effort(active_seconds=2, typed=3), "what it took goes with it"
    again.write("user", "More.")
    assert not again.take_up(found), "what is written by now is not thrown away"


def test_a_draft_of_other_code_stands_in_the_way(project: Project) -> None:
    project.drafts.save(KEY, Draft(TOPIC, record_id(1), "eve", user="Of no code.").payload())
    with pytest.raises(UsageError, match="other code"):
        editing(project).found()


@pytest.mark.parametrize("changed", [False, True])
def test_a_draft_whose_imports_a_mode_takes_is_of_the_records_code_unless_its_block_was_changed(
    project: Project, changed: bool
) -> None:
    """Where a mode takes the imports they are not among a draft's pieces."""
    pieces = pieces_of(ONE.block.spans)
    selection = Selection(tuple(one for one in pieces if one.role != "import"), "whole")
    draft = draft_of(TOPIC, "eve", ONE, selection=selection).write("think", "So.")
    project.drafts.save(KEY, (draft.take_imports("all") if changed else draft).payload())
    if changed:
        with pytest.raises(UsageError, match="other code"):
            editing(project).found()
    else:
        found = editing(project).found()
        assert found is not None and found.think == "So."


def test_nothing_is_written_once_it_is_done_with(project: Project) -> None:
    edit = editing(project)
    edit.write("think", "So.")
    edit.keep(edit.draft)
    edit.drop_file(edit.draft)
    edit.write("think", "So and so.")
    assert not edit.dirty
    edit.keep(edit.draft)
    assert project.drafts.load(KEY) is None


@pytest.mark.parametrize("counts", [True, False])
def test_how_a_text_came_to_be_is_counted_only_where_the_project_says_so(
    project: Project, counts: bool
) -> None:
    edit = editing(project)
    edit.counts = counts
    edit.write("user", "Pause 22.", Characters(1, 8, 2, 5), seconds=4)
    effort = edit.draft.effort
    counted = Effort(active_seconds=4, typed=1, pasted=8, rapid=2, moved=5)
    assert effort == (counted if counts else Effort())
