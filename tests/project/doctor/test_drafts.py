"""`backspan doctor` on drafts: what cannot be read is kept, what is old or stands elsewhere is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.project.doctor.examine import DoctorReport, examine, repaired
from app.project.project import Project
from tests.project.doctor.driver import only, save_draft


def test_drafts_are_counted_and_a_good_one_is_not_spoken_of(project: Project) -> None:
    save_draft(project)
    assert examine(project) == DoctorReport((), 1, 5, 1)


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 300, b'{"format": 1}', b"[]"])
def test_a_draft_that_cannot_be_read_goes_to_the_trash_where_it_still_is(
    project: Project, damage: bytes
) -> None:
    path = save_draft(project)
    path.write_bytes(damage)
    report = examine(project)
    assert path.exists()
    finding = only(report, "error")
    assert finding.where.startswith(".backspan/drafts/retry/")
    assert repaired(report).errors == 0
    assert not path.exists()
    (kept,) = (project.work_dir / "trash" / "drafts" / "retry").iterdir()
    assert kept.read_bytes() == damage
    assert examine(project).findings == ()


def test_a_draft_of_a_newer_version_is_left_where_it_is(project: Project) -> None:
    path = save_draft(project)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    report = repaired(examine(project))
    assert (only(report).severity, only(report).repair) == ("warning", None)
    assert path.exists()


def test_a_draft_from_long_ago_is_remarked_on(project: Project) -> None:
    path = save_draft(project)
    then = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"saved_at": then}))
    assert "40 days ago" in only(examine(project), "remark").what


def test_a_draft_of_a_topic_that_is_no_more_is_told(project: Project) -> None:
    save_draft(project)
    (project.specs_dir / "retry.toml").unlink()
    project.store.path("retry").unlink()
    assert "neither a spec nor a journal" in only(examine(project), "warning").what


def test_a_draft_that_had_to_be_kept_elsewhere_is_told(project: Project) -> None:
    (project.work_dir / "drafts").write_text("in the way")
    path = save_draft(project)
    assert not path.is_relative_to(project.root)
    (project.work_dir / "drafts").unlink()
    finding = only(examine(project))
    assert "kept outside" in finding.what
    assert finding.where == str(path)
