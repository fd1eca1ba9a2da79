"""Killed, told to end, hung up on: the text that was typed is on disk, and comes back."""

from __future__ import annotations

import signal
import time

import pytest

from tests.processes.person import USER, Person, save, type_user, write_record
from tests.processes.terminal import KEYS

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"


def test_a_killed_workstation_comes_back_with_the_text(person: Person) -> None:
    terminal = person.start()
    terminal.see("the sample crate that comes with backspan")  # the practice topic is under the cursor
    terminal.press("enter")
    terminal.see("retry.rs ·")
    type_user(terminal)
    echoed = time.time()  # what the machine did before the workstation had the key is not its promise
    terminal.wait_for(lambda: person.draft_says(USER), "the draft on disk")
    (path,) = person.project.work_dir.glob("drafts/practice/*.json")
    assert path.stat().st_mtime - echoed < 1.5
    terminal.kill()
    again = person.open()
    again.see("A draft was found", "a moment ago")
    again.answer("A draft was found", KEYS["enter"])
    again.see(USER)
    again.kill()
    assert person.draft_says(USER)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda s: s.name)
def test_a_signal_right_after_a_key_loses_no_letter(person: Person, number: signal.Signals) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.process.send_signal(number)
    assert terminal.end() == 128 + number
    assert person.draft_says(USER)
    assert LEAVES_ALTERNATE_SCREEN in terminal.sent
    assert SHOWS_CURSOR in terminal.sent
    assert terminal.modes_now() == terminal.modes


def test_letters_still_on_their_way_are_kept_too(person: Person) -> None:
    """A signal between two keys: what is kept begins like what was typed, and holds at least what was seen."""
    terminal = person.open()
    type_user(terminal)
    text = "".join(f" word{n}" for n in range(40))
    terminal.write(text)
    terminal.see("word0")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 128 + signal.SIGTERM
    (draft,) = person.drafts()
    assert (USER + text).startswith(draft["user"])
    assert "word0" in draft["user"]


def test_leaving_restores_the_terminal_and_the_next_start_the_place(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert terminal.modes_now() == terminal.modes
    assert LEAVES_ALTERNATE_SCREEN in terminal.sent
    again = person.start()
    again.see("retry.rs ·", USER)


def test_what_was_acknowledged_as_saved_survives_a_kill_at_once(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    save(terminal)
    terminal.kill()
    (event,) = person.journal()
    assert (event["kind"], event["user"]) == ("revision", USER)
    again = person.start("records", "practice")
    assert again.end() == 0
    assert event["record"] in again.text
    fresh = person.open()
    assert not person.tracebacks()
    fresh.press("ctrl+q")
    assert fresh.end() == 0
    assert person.journal() == [event]
