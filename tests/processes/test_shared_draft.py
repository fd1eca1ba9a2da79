"""Two workstations on one draft: neither loses its text, nor takes the other's unsaved text off the disk."""

from __future__ import annotations

from tests.processes.person import Person, save, see_taken, write_record
from tests.processes.terminal import Terminal


def two_on_one_draft(person: Person) -> tuple[Terminal, Terminal]:
    """Both show one draft; the second has written on, and its text is on disk."""
    one = person.open()
    write_record(one, user="Seen by both.")
    one.wait_for(lambda: person.draft_says("Seen by both."), "the draft on disk")
    other = person.open()
    other.answer("on another screen", "2")
    other.see("Seen by both.")
    see_taken(other)
    other.press("f6")
    other.see("^f Find")
    other.write(" And mine.")
    other.see("Seen by both. And mine.")
    other.wait_for(lambda: person.draft_says("Seen by both. And mine."), "the other draft on disk")
    return one, other


def test_two_workstations_with_one_draft_lose_neither_text(person: Person) -> None:
    one, other = two_on_one_draft(person)
    save(one)
    other.press("f2")
    other.answer("This record was changed while you were writing", "3")
    other.see("version 1", "version 2")
    assert {event["user"] for event in person.journal()} == {"Seen by both.", "Seen by both. And mine."}


def test_a_save_elsewhere_leaves_this_ones_draft_on_disk(person: Person) -> None:
    one, other = two_on_one_draft(person)
    save(one)
    one.press("ctrl+q")
    assert one.end() == 0
    other.kill()
    again = person.open()
    again.answer("after this draft was begun", "2")  # go on with the draft
    again.see("Seen by both. And mine.")
