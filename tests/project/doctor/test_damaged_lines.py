"""`backspan doctor` on lines that are no events and on a torn last line: told, copied, and never taken out."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.project.doctor.examine import examine, repaired
from app.project.project import Project
from app.store.journal.store import JournalStore
from tests.project.doctor.driver import LINES, only, run, write

DAMAGE: dict[str, tuple[bytes, str]] = {
    "cut off": (LINES[1][:200] + b"\n", "cut off or changed by hand"),
    "binary": (bytes(range(128, 256)) * 3 + b"\n", "not JSON"),
    "a hole": (b"\x00" * 9000 + b"\n", "9,000 NUL bytes, such as a power cut leaves"),
    "changed by hand": (LINES[1].replace(b"Write a pause", b"Write a pose "), "changed by hand"),
    "git's mark": (b"<<<<<<< HEAD\n", "conflict mark"),
    "another JSON": (b'{"kind":"revision"}\n', "Field required"),
    "not an object": (b"[1,2]\n", "should be an object"),
    "terminal escapes": (b'{"kind":"revision","\x1b[31m":1}\n', "not JSON"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_line_is_told_by_number_and_reason_and_the_rest_is_read(
    project: Project, name: str
) -> None:
    line, reason = DAMAGE[name]
    write(project, LINES[0], line, LINES[2])
    report = examine(project)
    finding = only(report, "error")
    assert finding.where == "datasets/retry.jsonl:2"
    assert finding.details[0].startswith("line 2: ")
    assert reason in finding.details[0]
    assert (report.errors, report.events) == (1, 2)
    result = run(project, "doctor")
    assert result.exit_code == 5
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("name", DAMAGE)
def test_a_repair_copies_the_line_leaves_the_journal_and_is_content_from_then_on(
    project: Project, name: str
) -> None:
    line, reason = DAMAGE[name]
    data = write(project, LINES[0], line, LINES[2])
    result = run(project, "doctor", "--repair")
    assert result.exit_code == 0
    assert project.store.path("retry").read_bytes() == data
    (copy,) = (project.root / ".backspan" / "damaged").iterdir()
    text = copy.read_bytes()
    assert line in text
    assert b"# line 2, " in text
    assert reason.encode() in text
    guarded = [backup["why"] for backup in json.loads(run(project, "backup", "--list", "--json").stdout)]
    assert "repair" in guarded
    again = repaired(examine(project))
    assert (only(again).severity, again.errors) == ("warning", 0)
    assert len(list((project.root / ".backspan" / "damaged").iterdir())) == 1


def test_only_what_has_no_copy_yet_is_copied(project: Project) -> None:
    write(project, LINES[0], b"first\n")
    repaired(examine(project))
    write(project, LINES[0], b"first\n", b"second\n")
    report = repaired(examine(project))
    assert "copied 1 line" in only(report, "error").done
    copies = sorted((project.root / ".backspan" / "damaged").iterdir())
    assert [b"first" in copy.read_bytes() for copy in copies] == [True, False]


def test_a_copy_that_was_damaged_itself_does_not_count(project: Project) -> None:
    write(project, LINES[0], b"precious\n")
    repaired(examine(project))
    (copy,) = (project.root / ".backspan" / "damaged").iterdir()
    copy.write_bytes(copy.read_bytes().replace(b"\nprecious", b"\nworthles"))
    assert examine(project).errors == 1


def test_a_line_cannot_pretend_to_be_another_ones_copy(project: Project) -> None:
    write(project, LINES[0], b"precious\n")
    repaired(examine(project))
    (copy,) = (project.root / ".backspan" / "damaged").iterdir()
    heading = next(line for line in copy.read_bytes().splitlines(True) if line.startswith(b"# line"))
    copy.unlink()
    write(project, LINES[0], heading)
    repaired(examine(project))
    write(project, LINES[0], heading, b"precious\n")
    assert examine(project).errors == 1


def test_all_damaged_lines_are_counted_and_the_text_shows_the_first(project: Project) -> None:
    write(project, *(b"rubbish %d\n" % number for number in range(50)), LINES[0])
    assert len(only(examine(project), "error").details) == 50
    text = run(project, "doctor").stdout
    assert "50 lines are damaged." in text
    assert "line 20: " in text
    assert "line 21: " not in text
    assert "and 30 more" in text


def test_a_conflict_of_git_is_explained_and_both_sides_are_read(project: Project) -> None:
    marks = (b"<<<<<<< HEAD\n", LINES[1], b"=======\n", LINES[2], b">>>>>>> theirs\n")
    write(project, LINES[0], *marks)
    report = examine(project)
    assert report.events == 3
    assert "Git left its conflict marks" in only(report, "error").remedy


def test_a_newer_kind_is_no_damage_but_asks_for_an_update(project: Project) -> None:
    newer = json.loads(LINES[1]) | {"kind": "thanks"}
    extra = json.loads(LINES[2]) | {"mood": "glad"}
    write(project, LINES[0], *(json.dumps(line).encode() + b"\n" for line in (newer, extra)))
    report = repaired(examine(project))
    finding = only(report, "error")
    assert "newer backspan" in finding.what
    assert finding.repair is None
    assert [detail.split(":")[0] for detail in finding.details] == ["line 2", "line 3"]
    assert not (project.root / ".backspan" / "damaged").exists()
    assert run(project, "doctor", "--repair").exit_code == 5


# -- a torn last line


def test_a_save_that_broke_off_is_set_aside_and_ended_and_then_nothing_is_left_to_do(
    project: Project,
) -> None:
    data = write(project, LINES[0], LINES[1][:100])
    report = repaired(examine(project))
    damaged, torn = report.findings
    assert "breaks off after 100 bytes" in damaged.details[0]
    assert (torn.severity, torn.where) == ("warning", "datasets/retry.jsonl:2")
    assert "before it was confirmed" in torn.what
    assert project.store.path("retry").read_bytes() == data + b"\n"
    assert only(examine(project)).severity == "warning", "the same bytes have their copy"


def test_a_whole_event_without_its_line_feed_counts_and_gets_it(project: Project) -> None:
    data = write(project, LINES[0], LINES[1][:-1])
    report = examine(project)
    assert (report.events, report.errors) == (2, 0)
    assert "an event all the same" in only(report).what
    repaired(report)
    assert project.store.path("retry").read_bytes() == data + b"\n"
    assert examine(project).findings == ()


@pytest.mark.parametrize("length", range(0, len(LINES[1]) + 1, 37))
def test_wherever_a_crash_cut_the_file_nothing_whole_is_lost(project: Project, length: int) -> None:
    write(project, LINES[0], LINES[1][:length])
    report = examine(project)
    assert report.events >= 1
    assert repaired(report).errors == 0
    assert project.store.path("retry").read_bytes().startswith(LINES[0] + LINES[1][:length])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=80)), max_size=8))
def test_a_journal_of_any_bytes_is_examined_mended_and_only_ever_added_to(
    project: Project, pieces: list[bytes]
) -> None:
    data = write(project, *pieces)
    strict = JournalStore(project.datasets_dir).read("retry")
    report = examine(project)
    assert report.events == len({event.id for event in strict.events})
    told = [finding for finding in report.findings if "damaged" in finding.what or "no event" in finding.what]
    assert sum(len(finding.details) for finding in told) == len(strict.damaged)
    assert repaired(report).errors == 0
    after = project.store.path("retry").read_bytes()
    assert after in (data, data + b"\n")
    assert examine(project).errors == 0
