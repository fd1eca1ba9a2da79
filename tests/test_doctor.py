"""`backspan doctor` on real damage: what it finds, that looking changes nothing, and what a repair does and leaves."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import bundled, cli
from app.doctor import Finding, Report, examine, repaired
from app.draft import new_draft
from app.errors import UsageError
from app.project import Project
from app.records import event_line
from app.store.drafts import DraftKey, Drafts
from app.store.journal import JournalStore
from app.store.memory import Memory
from tests.store.events import record_id, retraction, review, revision

LINES = [event_line(revision(number)) for number in range(5)]
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A healthy project of one topic with a journal and a backup of it; no git around it."""
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    root = tmp_path / "project"
    for folder in ("datasets", "specs"):
        (root / folder).mkdir(parents=True)
    (root / "backspan.toml").write_text("version = 1\n")
    spec = (bundled.specs_dir() / "practice.toml").read_text()
    (root / "specs" / "retry.toml").write_text(spec)
    write(Project(root), *LINES)
    found = Project(root)
    assert run(found, "backup").exit_code == 0
    return found


def write(project: Project, *lines: bytes) -> bytes:
    data = b"".join(lines)
    project.store.path("retry").write_bytes(data)
    return data


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["-C", str(project.root), *words])


def body(project: Project, *words: str) -> Any:
    return json.loads(run(project, "doctor", "--json", *words).stdout)


def only(report: Report, severity: str = "") -> Finding:
    """The one finding there is (of that severity), or the test fails with all of them."""
    found = [finding for finding in report.findings if not severity or finding.severity == severity]
    assert len(found) == 1, report.findings
    return found[0]


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file's mode, time and bytes."""
    found = {}
    for path in sorted(root.rglob("*")):
        state = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(state.st_mode) else b""
        found[str(path)] = (state.st_mode, state.st_mtime_ns, data)
    return found


# -- a healthy project


def test_nothing_is_wrong_with_a_healthy_project(project: Project) -> None:
    assert examine(project) == Report((), journals=1, events=5, drafts=0)
    result = run(project, "doctor")
    assert result.exit_code == 0
    assert result.stdout == "nothing wrong\n1 journal, 5 events, 0 drafts checked\n"


def test_a_new_project_is_healthy_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    assert run(Project(tmp_path), "init", str(tmp_path)).exit_code == 0
    report = examine(Project(tmp_path))
    assert report.errors == 0
    assert "is not on this machine yet" in only(report).what


def test_a_journal_without_a_backup_is_a_remark_and_a_repair_makes_one(project: Project) -> None:
    for backup in (project.root / ".backspan" / "backups" / "retry").iterdir():
        backup.unlink()
    report = repaired(examine(project))
    assert only(report, "remark").done.startswith("made .backspan/backups/retry/")
    assert examine(project).findings == ()


# -- damaged lines

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


def remember(project: Project, events: int) -> None:
    Memory(project.root).note("retry", events, 1, [revision(0).id])


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


# -- drafts


def save_draft(project: Project, drafts: Drafts | None = None) -> Path:
    draft = new_draft("retry", "ada")
    return (drafts or project.drafts).save(DraftKey("retry", draft.record, "ada"), draft.payload())


def test_drafts_are_counted_and_a_good_one_is_not_spoken_of(project: Project) -> None:
    save_draft(project)
    assert examine(project) == Report((), 1, 5, 1)


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


# -- specs, sources


def test_a_broken_spec_is_told_with_its_line_and_its_journal_is_checked(project: Project) -> None:
    path = project.specs_dir / "retry.toml"
    path.write_text(path.read_text().replace("title =", "titel ="))
    report = examine(project)
    wheres = {finding.where for finding in report.findings if finding.severity == "error"}
    assert any(where.startswith("specs/retry.toml:") for where in wheres)
    assert report.events == 5


def test_a_journal_without_a_spec_is_told(project: Project) -> None:
    (project.specs_dir / "retry.toml").unlink()
    assert "has no spec" in only(examine(project), "warning").what


def with_repository(project: Project, url: str, commit: str = "") -> None:
    path = project.specs_dir / "retry.toml"
    said = f'{{ url = "{url}"' + (f', commit = "{commit}"' if commit else "") + " }"
    text, changed = re.subn(r"(?m)^repository(\.url)? = .*$", f"repository = {said}", path.read_text())
    assert changed == 1
    path.write_text(text)


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_source_that_is_missing_and_a_mapping_to_nowhere_are_told(project: Project, tmp_path: Path) -> None:
    with_repository(project, "https://example.org/a")
    assert "not on this machine" in only(examine(project), "warning").what
    code = tmp_path / "code"
    code.mkdir()
    assert run(project, "source", "map", "https://example.org/a", str(code)).exit_code == 0
    assert "commits that records name" in only(examine(project), "remark").what, "a plain folder has none"
    code.rmdir()
    assert {finding.severity for finding in examine(project).findings} == {"warning", "remark"}


def test_a_commit_that_is_missing_is_told_for_specs_and_for_records(project: Project, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    git(code, "init", "-q")
    git(code, "commit", "-q", "--allow-empty", "-m", "first")
    head = git(code, "rev-parse", "HEAD")
    assert run(project, "source", "map", "https://example.org/a", str(code)).exit_code == 0
    with_repository(project, "https://example.org/a", "b" * 40)
    spec, records = examine(project).findings
    assert spec.severity == "warning"
    assert "b" * 40 in spec.what
    assert records.severity == "remark"
    assert records.details == ("a" * 40,)
    with_repository(project, "https://example.org/a", head)
    assert only(examine(project)).details == ("a" * 40,)


# -- the folders, git, the project's file


def test_the_folder_of_the_locks_is_kept_out_of_git(project: Project) -> None:
    project.store.append("retry", [revision(9)])
    ignore = project.datasets_dir / ".locks" / ".gitignore"
    ignore.unlink()
    report = repaired(examine(project))
    assert only(report, "remark").done
    assert ignore.read_text() == "*\n"


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("/tmp")])
def test_something_else_in_the_place_of_the_locks_is_told(
    project: Project, make: Callable[[Path], object]
) -> None:
    make(project.datasets_dir / ".locks")
    assert "nobody can save" in only(examine(project), "error").what


def test_git_is_told_to_merge_by_union_and_the_file_before_is_kept(project: Project) -> None:
    git(project.root, "init", "-q")
    path = project.root / ".gitattributes"
    path.write_text("*.png binary")
    report = repaired(examine(project))
    assert "added the line; .backspan/before-repair/" in only(report, "warning").done
    assert path.read_text() == "*.png binary\ndatasets/*.jsonl merge=union text eol=lf\n"
    (kept,) = (project.work_dir / "before-repair").iterdir()
    assert kept.read_text() == "*.png binary"
    assert examine(project).findings == ()
    assert "union" in git(project.root, "check-attr", "merge", "datasets/retry.jsonl")


def test_a_later_line_that_takes_the_union_back_is_noticed(project: Project) -> None:
    git(project.root, "init", "-q")
    (project.root / ".gitattributes").write_text("datasets/*.jsonl merge=union\n*.jsonl -merge\n")
    assert only(examine(project)).where == ".gitattributes"


def test_a_mistake_in_the_projects_file_is_told_and_stops_nothing(project: Project) -> None:
    (project.root / "backspan.toml").write_text("version = 1\n[backups]\nkeep = 'all'\n")
    finding = only(examine(project))
    assert (finding.severity, finding.where) == ("warning", "backspan.toml:3")


def test_a_damaged_backup_is_told(project: Project) -> None:
    backup = next((project.work_dir / "backups" / "retry").glob("*.gz"))
    backup.write_bytes(backup.read_bytes()[:40])
    assert "damaged" in only(examine(project), "warning").what


# -- as a whole


def test_looking_changes_nothing_at_all(project: Project) -> None:
    write(project, LINES[0], b"rubbish\n", LINES[1][:50])
    save_draft(project).write_text("{")
    remember(project, 9)
    git(project.root, "init", "-q")
    before = tree(project.root)
    assert examine(project).errors == 3
    assert tree(project.root) == before


def test_a_project_that_lost_its_folders_is_examined_all_the_same(project: Project) -> None:
    remember(project, 5)
    project.store.path("retry").unlink()
    project.datasets_dir.rmdir()
    (project.specs_dir / "retry.toml").unlink()
    project.specs_dir.rmdir()
    texts = [finding.what for finding in examine(project).findings if finding.severity == "error"]
    assert len(texts) == 3
    assert any("is gone" in text for text in texts)
    assert run(project, "doctor", "--repair").exit_code == 5
    assert not project.datasets_dir.exists(), "a missing folder is never made anew"


def test_a_check_that_fails_inside_stops_no_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("a \x1b[31m fault")

    monkeypatch.setattr("app.doctor.keeping.attributes", fault)
    monkeypatch.setattr("app.doctor.journals.scan", fault)
    save_draft(project)
    report = examine(project)
    assert report.errors == 2
    assert report.drafts == 1
    assert all("could not be checked" in finding.what for finding in report.findings)
    assert "\x1b" not in run(project, "doctor").stdout


def test_a_repair_that_fails_is_told_stops_no_other_and_stays_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, LINES[0], b"rubbish\n")
    draft = save_draft(project)
    draft.write_text("{")
    monkeypatch.setattr("app.store.backups.RESERVE", 1 << 62)
    result = run(project, "doctor", "--repair")
    assert result.exit_code == 5
    assert "not repaired: No backup" in result.stdout
    assert not (project.work_dir / "damaged").exists(), "nothing is repaired without a backup"
    assert not draft.exists()


def test_programs_get_one_object(project: Project) -> None:
    write(project, LINES[0], b"rubbish\n")
    found = body(project)
    assert (found["journals"], found["events"], found["drafts"], found["errors_left"]) == (1, 1, 0, 1)
    assert found["counts"] == {"error": 1, "warning": 0, "remark": 0}
    (finding,) = found["findings"]
    assert finding["where"] == "datasets/retry.jsonl:2"
    assert finding["repair"].startswith("copy 1 line")
    assert finding["repaired"] is None
    assert body(project, "--repair")["findings"][0]["repaired"].startswith("copied 1 line")


def test_only_the_topics_that_are_named_are_checked(project: Project) -> None:
    write(project, b"rubbish\n")
    (project.datasets_dir / "other.jsonl").write_bytes(LINES[0])
    other = body(project, "other")
    assert (other["journals"], other["errors_left"]) == (1, 0)
    assert body(project)["journals"] == 2


@pytest.mark.parametrize("words", [("nothing",), ("../x",), ("--accept", "nothing")])
def test_a_topic_that_is_not_there_is_refused(project: Project, words: tuple[str, ...]) -> None:
    assert isinstance(run(project, "doctor", *words).exception, UsageError)
