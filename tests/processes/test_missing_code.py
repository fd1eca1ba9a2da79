"""A record whose source is gone: the preview names what is missing, instead of 'No code is selected'."""

from __future__ import annotations

from tests.processes.person import USER, Person, save, write_record
from tests.processes.test_broken_files import folder_topic


def test_the_preview_says_which_file_is_missing(person: Person) -> None:
    folder = folder_topic(person)
    terminal = person.open("own")
    write_record(terminal)
    save(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    (event,) = person.journal("own")
    (folder / "src" / "retry.rs").unlink()
    again = person.start("annotate", "own", event["record"])
    again.see(USER, "✗ block: src/retry.rs")
