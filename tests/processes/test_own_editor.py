"""Writing in one's own editor: whatever becomes of it, the workstation is there again, with the text."""

from __future__ import annotations

from pathlib import Path

from tests.processes.person import USER, Person, type_user

F7 = "\x1b[18~"


def _editor(person: Person, script: str) -> None:
    path = person.home / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    person.environment["VISUAL"] = str(path)


def test_without_an_editor_it_is_said_and_one_goes_on_writing(person: Person) -> None:
    person.environment["VISUAL"] = str(Path("/no/such/editor"))
    terminal = person.open()
    type_user(terminal)
    terminal.write(F7)
    terminal.see("cannot run the editor")
    terminal.write(" More.")
    terminal.wait_for(lambda: person.draft_says(USER + " More."), "what was typed after it")


def test_what_the_editor_wrote_is_in_the_text(person: Person) -> None:
    _editor(person, 'printf " Written there." >> "$1"')
    terminal = person.open()
    type_user(terminal)
    terminal.write(F7)
    terminal.see("Written there.")


def test_an_interrupt_ends_the_editor_alone(person: Person) -> None:
    _editor(person, "echo the editor runs; exec sleep 600")  # alone: a shell may miss it between two programs
    terminal = person.open()
    type_user(terminal)
    terminal.write(F7)
    terminal.wait_for(lambda: b"the editor runs" in terminal.sent, "the editor")
    terminal.write("\x03")
    terminal.wait_for(lambda: terminal.sent.count(b"\x1b[?1049h") == 2, "the workstation again")
    terminal.see("Next pane")
    terminal.write(" More.")
    terminal.wait_for(lambda: person.draft_says(USER + " More."), "what was typed after it")
    assert terminal.process.poll() is None


def test_who_is_told_to_end_behind_an_editor_ends_after_it_with_the_draft(person: Person) -> None:
    _editor(person, 'echo the editor runs; kill -TERM $PPID; sleep 0.2; printf " Written there." >> "$1"')
    terminal = person.open()
    type_user(terminal)
    terminal.write(F7)
    terminal.wait_for(lambda: terminal.process.poll() is not None, "the end")
    assert person.draft_says(USER + "\n Written there.")
