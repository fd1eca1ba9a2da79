"""NOT SAVED is the one word that must not be overwritten by a message of an earlier key."""

from __future__ import annotations

from tests.processes.person import THINK, Person, write_record
from tests.processes.terminal import KEYS


def test_not_saved_stays_though_the_last_letters_came_with_the_save(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    person.journal_path().mkdir()
    terminal.write(" Again." + KEYS["f2"])
    terminal.see(THINK + " Again.", "Not saved; your text is kept")
    terminal.see("NOT SAVED")


def test_not_saved_stays_while_the_person_writes_on(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    person.journal_path().mkdir()
    terminal.press("f2")
    terminal.see("NOT SAVED")
    terminal.write(" Again.")
    terminal.see(THINK + " Again.")
    terminal.wait_for(lambda: person.draft_says(THINK + " Again.", "think"), "the draft on disk")
    assert "NOT SAVED" in terminal.text


def test_the_reason_is_in_the_status_line_where_it_does_not_go_away(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    person.journal_path().mkdir()
    terminal.press("f2")
    terminal.wait_for(lambda: "NOT SAVED" in terminal.text, "the failure")
    assert "Is a directory" in terminal.text.splitlines()[0]
