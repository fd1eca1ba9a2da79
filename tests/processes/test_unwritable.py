"""The disk says no: the screen says NOT SAVED and why, the text stays, and nothing half-written is left."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from tests.processes.person import THINK, USER, Person, save, take_item, type_think, type_user, write_record
from tests.processes.terminal import Terminal


def refused(terminal: Terminal, reason: str) -> None:
    """Save, and see that it is refused for this reason while the texts stay."""
    terminal.press("f2")
    terminal.see("NOT SAVED", USER, THINK)
    terminal.wait_for(lambda: reason in said(terminal), f"the reason, {reason!r}")


def said(terminal: Terminal) -> str:
    """What the notifications on screen say, their lines joined."""
    rows = terminal.text.splitlines()
    return " ".join(" ".join(row.rpartition("▌ ")[2].split()) for row in rows if "▌ " in row)


def limit_files(size: int) -> None:
    """Let no file of this process grow past so many bytes: a full disk as far as one file goes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def saved_line(person: Person) -> bytes:
    """A real journal line, made by saving a record; the journal is then gone."""
    terminal = person.open()
    write_record(terminal, user="Another record, saved before.")
    save(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    line = person.journal_path().read_bytes()
    person.journal_path().unlink()
    (person.project.work_dir / "session.json").unlink()
    return line


def test_a_file_in_place_of_the_datasets_folder_loses_nothing(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    folder = person.project.datasets_dir
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.write_text("in the way")
    refused(terminal, "Not a directory")
    terminal.wait_for(lambda: person.draft_says(USER), "the draft on disk")
    assert folder.read_text() == "in the way"
    folder.unlink()
    aside.rename(folder)
    save(terminal)
    assert [event["user"] for event in person.journal()] == [USER]


def test_a_datasets_folder_that_is_gone_is_not_made_anew(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    folder = person.project.datasets_dir
    folder.rename(folder.with_name("aside"))
    refused(terminal, "datasets is gone")
    assert not folder.exists()
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert b"1 record is not saved yet" in terminal.sent
    assert person.draft_says(USER)


def test_a_link_in_place_of_the_journal_is_not_written_through(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    elsewhere = person.home / "elsewhere.txt"
    elsewhere.write_text("mine\n")
    person.journal_path().symlink_to(elsewhere)
    refused(terminal, "Too many levels of symbolic links")
    assert elsewhere.read_text() == "mine\n"


def test_a_journal_that_cannot_grow_keeps_its_bytes_and_the_draft_its_text(person: Person) -> None:
    line = saved_line(person)
    before = line * (1 + 100_000 // len(line))  # a line twice is one event: union merges make such files
    person.journal_path().write_bytes(before)
    terminal = person.open(before=lambda: limit_files(len(before) + len(line) // 2))
    take_item(terminal, "enum Reason")
    type_user(terminal)
    type_think(terminal)
    refused(terminal, "File too large")
    assert person.journal_path().read_bytes() == before
    terminal.wait_for(lambda: person.draft_says(USER), "the draft on disk")
    terminal.kill()
    person.open().see(USER)


def test_drafts_go_to_the_persons_own_folder_where_the_project_takes_none(person: Person) -> None:
    person.project.work_dir.write_text("in the way")
    terminal = person.open()
    type_user(terminal)
    terminal.wait_for(lambda: person.draft_says(USER), "the draft on disk")
    (kept,) = (person.home / "state" / "drafts").rglob("*.json")
    terminal.kill()
    assert kept.is_file()
    assert person.project.work_dir.read_text() == "in the way"
    person.open().see(USER)


def test_where_nothing_can_be_written_the_text_stays_on_screen_and_says_so(person: Person) -> None:
    terminal = person.open(before=lambda: limit_files(0))
    type_user(terminal)
    terminal.see("The draft could not be kept", USER)
    terminal.write(" And go on.")
    terminal.see(USER + " And go on.")
    assert not list(_left_behind(person.project.root))


def _left_behind(folder: Path) -> list[Path]:
    """Temporary files, and drafts without content."""
    found = [Path(base) / name for base, _, names in os.walk(folder) for name in names]
    return [path for path in found if path.suffix in (".tmp", ".json")]
