"""Leaving takes the claim back: not on the interface's thread, and always before the process ends."""

from __future__ import annotations

import os
from pathlib import Path

from tests.processes.person import TOPIC, Person, type_user

_SLOW_DISK = """
import pathlib
unlink = pathlib.Path.unlink
def slow(self, missing_ok=False):
    if ".claims" in self.parts:
        open({gate!r}).close()  # until somebody opens the other end
    unlink(self, missing_ok)
pathlib.Path.unlink = slow
"""


def claims(person: Person) -> list[Path]:
    return sorted((person.project.datasets_dir / ".claims" / TOPIC).glob("*.json"))


def test_quitting_takes_the_claim_back(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.wait_for(lambda: len(claims(person)) == 1, "the claim")
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert claims(person) == []


def test_a_slow_disk_keeps_the_process_but_not_the_screen(person: Person) -> None:
    gate = person.home / "gate"
    os.mkfifo(gate)
    with (person.home / "hooks" / "sitecustomize.py").open("a") as hooks:
        hooks.write(_SLOW_DISK.format(gate=str(gate)))
    terminal = person.open()
    type_user(terminal)
    terminal.wait_for(lambda: len(claims(person)) == 1, "the claim")
    terminal.press("ctrl+q")
    terminal.wait_for(lambda: b"\x1b[?1049l" in terminal.sent, "the screen given back")
    assert terminal.process.poll() is None
    assert len(claims(person)) == 1
    gate.write_bytes(b"")
    assert terminal.end() == 0
    assert claims(person) == []
