"""The window is closed, the connection lost: the process ends by itself, quietly, and the text is kept."""

from __future__ import annotations

import signal

from tests.processes.person import USER, Person, type_user


def test_a_closed_window_ends_the_process_and_keeps_the_text(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.write(" And")
    terminal.close()
    assert terminal.end() in (128 + signal.SIGHUP, -signal.SIGHUP)
    (draft,) = person.drafts()
    assert draft["user"].startswith(USER)
