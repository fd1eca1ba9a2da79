"""Two workstations on one draft: saving in one must not take the other's unsaved text off the disk."""

from __future__ import annotations

from tests.processes.person import Person, save, write_record


def test_a_save_elsewhere_leaves_this_ones_draft_on_disk(person: Person) -> None:
    one = person.open()
    write_record(one, user="Seen by both.")
    one.wait_for(lambda: person.draft_says("Seen by both."), "the draft on disk")
    other = person.open()
    other.answer("on another screen", "2")
    other.see("Seen by both.", "1 span ")
    other.press("f6")
    other.see("^f Find")
    other.write(" And mine.")
    other.wait_for(lambda: person.draft_says("Seen by both. And mine."), "the other draft on disk")
    save(one)
    one.press("ctrl+q")
    assert one.end() == 0
    other.kill()
    again = person.open()
    again.answer("after this draft was begun", "2")  # go on with the draft
    again.see("Seen by both. And mine.")
