"""Files that vanished or broke between two starts: the workstation opens, says so, and keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.processes.person import THINK, USER, Person, alter_spec, save, type_user, write_record

CODE = "// Made for a test.\n\n/// Where a message stands.\npub struct Retry {\n    failures: u32,\n}\n"
OTHER = "pub fn other() {}\n"


def folder_topic(person: Person) -> Path:
    """A topic `own` that reads a plain folder; gives the folder."""
    folder = person.project.root / "code"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "retry.rs").write_text(CODE)
    (folder / "src" / "zzz.rs").write_text(OTHER)
    alter_spec(
        person.project,
        "own",
        {
            'repository.url = "sample:webhook"': 'repository.url = "code"',
            'title = "Practice: retrying a webhook"': 'title = "Own code"',
            'output = "practice.jsonl"': 'output = "own.jsonl"',
        },
    )
    return folder


def record_without_source(person: Person) -> dict[str, Any]:
    """A record of that topic, saved, whose source file was deleted since; gives its event."""
    folder = folder_topic(person)
    terminal = person.open("own")
    write_record(terminal)
    save(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    (event,) = person.journal("own")
    (folder / "src" / "retry.rs").unlink()
    return event


def test_a_record_whose_source_was_deleted_opens_with_its_text_and_says_what_is_missing(
    person: Person,
) -> None:
    event = record_without_source(person)
    again = person.start("annotate", "own", event["record"])
    again.see(USER, "src/retry.rs")
    again.see("^f Find")  # the pane that was left is the pane that has the focus
    again.write(" Again.")
    again.see(USER, THINK + " Again.")
    again.press("f2")
    again.see("NOT SAVED", "src/retry.rs", USER, THINK + " Again.")
    again.wait_for(lambda: person.draft_says(THINK + " Again.", "think", "own"), "the draft on disk")
    assert person.journal("own") == [event]


def test_the_preview_says_which_file_is_missing(person: Person) -> None:
    event = record_without_source(person)
    again = person.start("annotate", "own", event["record"])
    again.see(USER, "✗ block: src/retry.rs")


def test_a_repository_that_vanished_is_named_and_the_draft_comes_back_with_it(person: Person) -> None:
    folder = folder_topic(person)
    terminal = person.open("own")
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    folder.rename(folder.with_name("moved"))
    lost = person.start("annotate", "own")
    lost.see("own cannot be opened", str(folder.name))
    lost.press("enter")
    lost.see("Practice: retrying a webhook")
    lost.kill()
    folder.with_name("moved").rename(folder)
    person.open("own").see(USER)


@pytest.mark.parametrize(
    "broken", [None, b"title = ", b'title = "x"\nunknown = 1\n'], ids=["gone", "not-toml", "unknown-key"]
)
def test_a_spec_that_is_gone_or_broken_leaves_the_list_of_topics(
    person: Person, broken: bytes | None
) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    spec = person.project.specs_dir / "practice.toml"
    whole = spec.read_bytes()
    if broken is None:
        spec.unlink()
    else:
        spec.write_bytes(broken)
    again = person.start()
    if broken is not None:
        again.see("practice cannot be opened", "Close")
        again.press("enter")
    again.see("Exponential backoff", "repository not here yet")
    again.kill()
    assert person.draft_says(USER)
    spec.write_bytes(whole)
    person.open().see(USER)


FILE_OPEN = ".rs · no commit"
PRACTICE = "the sample crate that comes with backspan"
SESSIONS = [
    b"{",
    b"\xff\xfe\x00",
    b"[]",
    b'{"topic": 5, "topics": 7}',
    b'{"topic": "practice", "topics": []}',
    b'{"topic": "practice", "topics": {"practice": {"record": [], "path": 5, "line": "x"}}}',
    b'{"topic": "practice", "topics": {"practice": {"record": "x", "path": "../../etc/passwd", "line": 0}}}',
    b'{"topic": "practice", "topics": {"practice": {"path": "src/retry.rs", "line": 99999999999999999999}}}',
    b'{"topic": "practice", "topics": {"practice": {"path": "src/retry.rs", "line": -5}}}',
    b'{"topic": "../../etc/passwd\\u0000", "topics": null}',
]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda s: s.decode("latin-1")[:60])
def test_a_session_file_of_any_content_only_costs_the_place(person: Person, session: bytes) -> None:
    person.project.work_dir.mkdir()
    (person.project.work_dir / "session.json").write_bytes(session)
    terminal = person.start()
    terminal.wait_for(
        lambda: FILE_OPEN in terminal.text or PRACTICE in terminal.text,
        "the topics or a file",
    )
    if FILE_OPEN not in terminal.text:
        terminal.press("enter")
    terminal.see(FILE_OPEN)
    terminal.press("ctrl+q")
    assert terminal.end() == 0


def test_draft_files_that_are_none_are_kept_and_new_drafts_stand_beside_them(person: Person) -> None:
    folder = person.project.work_dir / "drafts" / "practice"
    folder.mkdir(parents=True)
    garbage = {
        "empty.json": b"",
        "half.json": b'{"format": 1, "payl',
        "bytes.json": bytes(range(256)),
        "deep.json": b"[" * 100_000,
        "list.json": b"[1]",
        "other.txt": b"not a draft",
    }
    for name, data in garbage.items():
        (folder / name).write_bytes(data)
    (folder / "folder.json").mkdir()
    terminal = person.open()
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert {name: (folder / name).read_bytes() for name in garbage} == garbage
    for name in garbage:
        (folder / name).unlink()
    (folder / "folder.json").rmdir()
    assert person.draft_says(USER)


def test_a_draft_whose_content_broke_is_kept_and_does_not_stop_the_start(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    (path,) = person.project.work_dir.glob("drafts/practice/*.json")
    broken = path.read_text().replace('"selection": {', '"selection_": {')
    path.write_text(broken)
    again = person.open()
    again.press("ctrl+q")
    assert again.end() == 0
    assert path.read_text() == broken
