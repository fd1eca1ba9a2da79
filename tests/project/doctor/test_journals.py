"""`backspan doctor` on events that do not fit, on files that are none, and on journals that are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.project.doctor.examine import examine, repaired
from app.project.project import Project
from app.records.events import event_line
from app.store.backups.last_seen import Memory
from tests.project.doctor.driver import AS_ROOT, LINES, only, remember, run, write
from tests.store.events import comment, record_id, retraction, review, revision

# -- events that do not fit together


def test_reviews_of_what_is_not_here_are_told(project: Project) -> None:
    older = revision(1)
    write(project, LINES[0], event_line(review(revision(8))), LINES[1])
    write(project, LINES[0], event_line(review(revision(8))), event_line(revision(1, 5, (older,))), LINES[2])
    (reviews, parents) = examine(project).findings
    assert (reviews.severity, reviews.where) == ("warning", "datasets/retry.jsonl:2")
    assert record_id(8) in reviews.details[0]
    assert "merge" in reviews.remedy
    assert (parents.severity, parents.where) == ("warning", "datasets/retry.jsonl:3")
    assert older.id[:12] in parents.details[0]


def test_a_review_of_an_unknown_revision_of_a_known_record_is_one_too(project: Project) -> None:
    write(project, *LINES, event_line(review(revision(1, 99))))
    finding = only(examine(project))
    assert finding.where == "datasets/retry.jsonl:6"
    assert record_id(1) in finding.details[0]


def test_comments_on_what_is_not_here_are_told_too(project: Project) -> None:
    first = revision(1)
    known = comment(first, number=9000)
    write(project, event_line(first), event_line(known), event_line(comment(revision(8), number=9001)))
    finding = only(examine(project))
    assert (finding.severity, finding.where) == ("warning", "datasets/retry.jsonl:3")
    assert "1 comment speaks of what is not here" in finding.what
    lost = comment(revision(1, 99), number=9002)
    write(project, *LINES[:2], event_line(lost), event_line(review(revision(8))))
    finding = only(examine(project))
    assert "2 reviews or comments speak" in finding.what
    assert [detail.split(":")[0] for detail in finding.details] == ["line 3", "line 4"]


def test_conflicts_and_duplicates_are_remarks_only(project: Project) -> None:
    first = revision(1)
    heads = (revision(1, 5, (first,), user="a"), revision(1, 6, (first,), user="b"))
    write(project, event_line(first), *map(event_line, heads), event_line(first), event_line(heads[0]))
    report = examine(project)
    assert [finding.severity for finding in report.findings] == ["remark", "remark"]
    assert record_id(1) in report.findings[0].details[0]
    assert "2 lines hold an event that is there already" in report.findings[1].what
    assert report.events == 3
    assert run(project, "doctor").exit_code == 0


def test_what_is_withdrawn_and_settled_is_not_told(project: Project) -> None:
    first = revision(1)
    heads = (revision(1, 5, (first,), by="ada"), revision(1, 6, (first,), by="bob"))
    settled = revision(1, 7, heads)
    events = (first, *heads, settled, retraction((settled,), 8))
    write(project, *(event_line(event) for event in reversed(events)))
    assert examine(project).findings == ()


# -- the file itself


def test_a_link_is_refused_and_never_followed(project: Project, tmp_path: Path) -> None:
    real = tmp_path / "real.jsonl"
    real.write_bytes(LINES[0])
    project.store.path("retry").unlink()
    project.store.path("retry").symlink_to(real)
    report = repaired(examine(project))
    assert "is a link" in only(report, "error").what
    assert report.journals == 0
    assert real.read_bytes() == LINES[0]


def test_a_folder_in_its_place_is_told(project: Project) -> None:
    project.store.path("retry").unlink()
    project.store.path("retry").mkdir()
    assert "is a folder" in only(examine(project), "error").what
    assert run(project, "doctor").exit_code == 5


def test_a_pipe_in_its_place_is_told_and_not_waited_for(project: Project) -> None:
    project.store.path("retry").unlink()
    os.mkfifo(project.store.path("retry"))
    assert "no plain file" in only(examine(project), "error").what


@pytest.mark.skipif(AS_ROOT, reason="root may read and write everything")
@pytest.mark.parametrize(("mode", "words"), [(0o000, "may not be read"), (0o400, "may not be written")])
def test_permissions_that_are_missing_are_told(project: Project, mode: int, words: str) -> None:
    project.store.path("retry").chmod(mode)
    assert words in only(examine(project), "error").what


def test_permissions_are_asked_of_the_system(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as above for root, who may do everything: the system's answer is changed instead."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    finding = next(f for f in examine(project).findings if f.where == "datasets/retry.jsonl")
    assert "may not be written" in finding.what


def test_a_name_that_is_no_topics_is_told_for_its_journal_is_never_read(project: Project) -> None:
    (project.datasets_dir / "my notes.jsonl").write_bytes(LINES[0])
    (project.datasets_dir / ".retry.jsonl.0123456789ab.tmp").write_bytes(b"half")
    strangers = examine(project).findings
    assert {finding.severity for finding in strangers} == {"warning", "remark"}
    assert {finding.where for finding in strangers} == {
        "datasets/my notes.jsonl",
        "datasets/.retry.jsonl.0123456789ab.tmp",
    }


def test_an_empty_journal_is_none_of_our_business(project: Project) -> None:
    write(project)
    assert examine(project).errors == 0


# -- missing is not empty


def test_a_journal_that_vanished_or_shrank_raises_the_alarm_until_it_is_accepted(project: Project) -> None:
    remember(project, 5)
    assert examine(project).findings == ()
    write(project, *LINES[:2])
    assert "holds 2 events" in only(examine(project), "error").what
    project.store.path("retry").unlink()
    alarm = only(examine(project), "error")
    assert "is gone" in alarm.what
    assert "restore --journal retry" in alarm.remedy
    assert run(project, "doctor", "--repair").exit_code == 5, "a repair accepts nothing by itself"
    assert run(project, "doctor", "--accept", "retry").exit_code == 0
    assert examine(project).findings == ()


def test_no_backup_is_named_that_would_add_nothing(project: Project) -> None:
    remember(project, 5)
    Memory(project.root).note("retry", 50, 1, [revision(0).id])
    journal = project.store.path("retry")
    for data in (journal.read_bytes(), LINES[0]):
        journal.write_bytes(data)
        alarm = only(examine(project), "error")
        assert ("restore --journal" in alarm.remedy) is (data == LINES[0])
        assert ("backspan merge" in alarm.remedy) is (data != LINES[0])
        assert "doctor --accept retry" in alarm.remedy


def test_a_memory_that_is_damaged_is_set_aside_by_a_repair(project: Project) -> None:
    remember(project, 5)
    Memory(project.root).path.write_text("{")
    report = repaired(examine(project))
    assert only(report).done.startswith("set aside as .backspan/seen.unreadable-")
    assert examine(project).findings == ()
