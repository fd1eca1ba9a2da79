"""What a terminal may send: bytes that are no text, pastes of anything, unknown sequences, and a shell's stops."""

from __future__ import annotations

import fcntl
import os
import signal
import termios

import pytest

from tests.processes.person import USER, Person, type_user
from tests.processes.terminal import Terminal

F7 = "\x1b[18~"
UNDO, REDO = "\x1a", "\x19"
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""The terminal is taken, and given back."""
START, END = "\x1b[200~", "\x1b[201~"
LINES = "\n".join(f"line {number} of a text" for number in range(30))


def says(person: Person, terminal: Terminal, text: str) -> None:
    """Wait until the draft on disk holds just this text, and the workstation lives."""
    terminal.wait_for(lambda: person.draft_says(text), f"{text!r} in the draft")
    assert terminal.process.poll() is None


def effort(person: Person) -> tuple[int, int]:
    """Characters typed and pasted, as the draft says."""
    (draft,) = person.drafts()
    return draft["effort"]["typed"], draft["effort"]["pasted"]


def in_user(person: Person) -> Terminal:
    """The workstation, with the cursor in the empty editor of `user`."""
    terminal = person.open()
    terminal.press("f6")
    terminal.see("^f Find")
    return terminal


# Undo across the scroll bar's edge (Textual's issue 6686).


def test_a_long_paste_is_undone_and_done_again(person: Person) -> None:
    terminal = in_user(person)
    terminal.write(START + LINES + END)
    says(person, terminal, LINES)
    terminal.write(UNDO + "x")
    says(person, terminal, "x")
    terminal.write(UNDO + REDO + ".")
    says(person, terminal, "x.")


def test_what_ones_own_editor_wrote_is_undone(person: Person) -> None:
    path = person.home / "editor.sh"
    (person.home / "lines").write_text(LINES)
    path.write_text(f'#!/bin/sh\ncat {person.home / "lines"} > "$1"\n')
    path.chmod(0o700)
    person.environment["VISUAL"] = str(path)
    terminal = in_user(person)
    terminal.write(F7)
    says(person, terminal, LINES)
    terminal.write(UNDO + "x")
    says(person, terminal, "x")


# Bytes that are no UTF-8 (Textual's issue 6456).


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"caf\xe9", "caf\ufffd"),
        (b"\x1b[200~caf\xe9 au lait\x1b[201~", "caf\ufffd au lait"),
        (b"a\x1b[M \xa00b", "ab"),
        (b"a\x1b[M#\xff\xffb", "ab"),
        (b"a\x1b[1114112ub", "ab"),
        (b"a\x1b[97:65;2ub", "ab"),
    ],
    ids=["typed", "pasted", "an old mouse", "an old mouse far off", "beyond Unicode", "layouts of a key"],
)
def test_bytes_that_are_no_text_end_nothing(person: Person, sent: bytes, text: str) -> None:
    terminal = in_user(person)
    terminal.send(sent)
    says(person, terminal, text)


# Pastes.


@pytest.mark.parametrize(
    ("inside", "text", "notice"),
    [
        ("before \x1b[31mred\x1b[0m after", "before [31mred[0m after", "2 characters that are not text"),
        (
            "one \x1b[20~ two \x1b[12~ three \x1bq",
            "one [20~ two [12~ three q",
            "3 characters that are not text",
        ),
        ("a\x00b", "ab", "1 character that is not text"),
    ],
    ids=["colours", "keys", "nul"],
)
def test_a_paste_that_holds_escapes_is_one_text(person: Person, inside: str, text: str, notice: str) -> None:
    terminal = in_user(person)
    terminal.write(f"{START}{inside}{END}.")
    says(person, terminal, f"{text}.")
    assert effort(person) == (1, len(text))
    terminal.see(notice)


def test_a_paste_in_two_reads_with_its_end_between_them_is_one_text(person: Person) -> None:
    terminal = in_user(person)
    terminal.write(START + "first, \x1b[3")
    terminal.drained()
    terminal.write("1mthen" + END[:4])
    terminal.drained()
    terminal.write(END[4:] + ".")
    says(person, terminal, "first, [31mthen.")
    assert effort(person) == (1, len("first, [31mthen"))


def test_a_paste_without_its_end_is_taken_after_a_while_and_keys_are_keys_again(person: Person) -> None:
    terminal = in_user(person)
    terminal.write(START + "no end")
    says(person, terminal, "no end")
    terminal.write(UNDO + "x")
    says(person, terminal, "x")


def test_a_line_to_type_in_takes_a_paste_without_what_is_not_text(person: Person) -> None:
    terminal = person.open()
    terminal.see("╭")
    terminal.press("f4")
    terminal.see("✕ close")
    terminal.write(f"{START}re\x1b[31mtry{END}")
    terminal.see("│ re[31mtry", "1 character that is not text")
    assert b"\x1b[31mtry" not in terminal.sent


# Stops by a shell.


def stopped(terminal: Terminal) -> bool:
    """Whether the process is stopped."""
    found = os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT)
    return found is not None


def go_on(terminal: Terminal) -> None:
    """SIGCONT, and the workstation takes the terminal, with modes and all."""
    entered = terminal.sent.count(ENTERED)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(lambda: terminal.sent.count(ENTERED) > entered, "the workstation on the terminal again")


def stop(terminal: Terminal) -> None:
    """Ctrl+z of a shell, and `fg`."""
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_for(lambda: stopped(terminal), "the stop")
    assert terminal.sent.count(ENTERED) == terminal.sent.count(LEFT)  # the shell has the terminal as it was
    assert terminal.modes_now() == terminal.modes
    go_on(terminal)
    terminal.see(USER)


def test_a_shells_stop_gives_the_terminal_back_and_fg_takes_it_again(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    for turn in range(3):
        stop(terminal)
        terminal.write(str(turn))
        says(person, terminal, USER + "012"[: turn + 1])


def test_a_stop_that_asks_nobody_leaves_one_reader(person: Person) -> None:
    """Textual began a second reading at each SIGCONT: keys went to either, and the next stop waited for ever."""
    terminal = person.open()
    type_user(terminal)
    for _ in range(3):
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.wait_for(lambda: stopped(terminal), "the stop")
        go_on(terminal)
    stop(terminal)
    terminal.write(" More.")
    says(person, terminal, USER + " More.")


def test_going_on_without_a_stop_loses_no_key_after_it(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    for _ in range(3):
        go_on(terminal)
    terminal.write(" More.")
    says(person, terminal, USER + " More.")
    stop(terminal)


def test_a_stop_behind_ones_own_editor_stops_at_once(person: Person) -> None:
    path = person.home / "editor.sh"
    path.write_text('#!/bin/sh\necho the editor runs; read line; printf " There." >> "$1"\n')
    path.chmod(0o700)
    person.environment["VISUAL"] = str(path)
    terminal = person.open()
    type_user(terminal)
    terminal.write(F7)
    terminal.wait_for(lambda: b"the editor runs" in terminal.sent, "the editor")
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_for(lambda: stopped(terminal), "the stop")
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(lambda: not stopped(terminal), "going on")
    terminal.write("\n")
    says(person, terminal, USER + "\n There.")


def test_a_window_that_closes_without_a_hangup_ends_the_process_with_the_draft(person: Person) -> None:

    def leave_the_session() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which giving the terminal up sends
        fcntl.ioctl(0, termios.TIOCNOTTY)

    terminal = person.open(before=leave_the_session)
    type_user(terminal)
    terminal.write(" And")
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    (draft,) = person.drafts()
    assert draft["user"].startswith(USER)
