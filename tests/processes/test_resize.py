"""The window is dragged to nothing and back while someone is writing."""

from __future__ import annotations

from tests.processes.person import USER, Person, type_user

SEEN = "retry.rs · no commit"


def test_a_window_made_tiny_and_large_again_keeps_text_and_keys(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    for columns, rows in ((20, 5), (1, 1), (80, 24), (2, 40), (250, 2), (120, 34)):
        terminal.resize(columns, rows)
        terminal.sees_something_new()
    terminal.see(SEEN, USER)
    terminal.write(" And go on.")
    terminal.see(USER + " And go on.")
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert person.draft_says(USER + " And go on.")


def test_writing_goes_on_in_a_window_of_20_by_5(person: Person) -> None:
    terminal = person.open()
    type_user(terminal, "Stop ")
    terminal.resize(20, 5)
    terminal.write("after the last wait.")
    terminal.wait_for(lambda: person.draft_says(USER), "the draft on disk")
    terminal.resize(120, 34)
    terminal.see(SEEN, USER)


def test_the_workstation_starts_in_a_window_of_one_cell(person: Person) -> None:
    terminal = person.start("annotate", "practice", size=(1, 1))
    terminal.wait_for(lambda: terminal.sent, "a first drawing")
    terminal.resize(120, 34)
    terminal.see(SEEN)
