"""Keys that come in one go, as over a slow connection: each goes where the key before it led."""

from __future__ import annotations

from tests.processes.person import THINK, USER, Person, type_user
from tests.processes.terminal import KEYS


def test_text_typed_in_one_go_with_the_key_that_changes_the_pane_arrives_whole(person: Person) -> None:
    terminal = person.open()
    terminal.write(KEYS["f6"] + USER)
    terminal.wait_for(lambda: person.drafts(), "a draft")
    assert person.draft_says(USER)


def test_text_typed_in_one_go_with_the_key_that_opens_the_finder_arrives_whole(person: Person) -> None:
    terminal = person.open()
    terminal.see("╭")
    terminal.write(KEYS["f4"] + "struct Retry")
    terminal.see("│ struct Retry ")


def test_a_finder_that_can_be_seen_takes_letters(person: Person) -> None:
    terminal = person.open()
    terminal.see("╭")
    for key, letters in (("f4", "re"), ("f3", "ba"), ("f4", "xy"), ("f3", "wo")):
        terminal.press(key)
        terminal.see("✕ close")
        terminal.write(letters)
        terminal.see(f"│ {letters} ")
        terminal.write("\x1b")
        terminal.wait_for(lambda: "✕ close" not in terminal.text, "the finder gone")


def test_a_backspace_acts_before_the_letters_typed_behind_it(person: Person) -> None:
    """Textual looks for a binding only after the key has gone through every parent's queue: letters overtook it."""
    terminal = person.open()
    type_user(terminal)
    terminal.write(" ab#\x7fcd#\x7fef.")
    terminal.wait_for(lambda: person.draft_says(USER + " abcdef."), "the text as it was typed")


def test_a_backspace_acts_in_the_text_it_was_typed_in(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.write("#\x7f" + KEYS["f6"] + THINK)
    terminal.see(THINK)
    terminal.wait_for(lambda: person.draft_says(THINK, "think"), "the draft on disk")
    assert person.draft_says(USER)
