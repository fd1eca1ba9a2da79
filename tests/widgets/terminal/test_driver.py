"""The driver: sequences that Textual's parser stumbles over, and what of Textual the driver stands on."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from app.workstation.app import Workstation
from widgets.terminal.driver import SILENCE, Keys, SteadyDriver

STUMBLES = {
    "a number beyond Unicode": "\x1b[1114112u",
    "a number beyond a machine's": "\x1b[99999999999999999999u",
    "a text beyond Unicode": "\x1b[97;1;1114112u",
    "a key with its other layouts": "\x1b[97:65;2u",
    "a key with the kind of its press": "\x1b[97;1:3u",
}


def named(text: str, keys: Keys | None = None) -> list[str]:
    """The names of the keys in a text."""
    return [event.key for event in (keys or Keys()).feed(text) if isinstance(event, events.Key)]


@pytest.mark.parametrize("sequence", STUMBLES.values(), ids=STUMBLES)
def test_a_sequence_that_the_parser_stumbles_over_is_left_out(sequence: str) -> None:
    assert named(f"a{sequence}b") == ["a", "b"]


@pytest.mark.parametrize("sequence", STUMBLES.values(), ids=STUMBLES)
def test_textuals_parser_still_stumbles(sequence: str) -> None:
    """Once this fails for all, `Keys` need not start its parser anew any more."""
    with pytest.raises((ValueError, OverflowError)):
        list(XTermParser().feed(sequence))


def test_half_a_pair_of_surrogates_is_a_key_that_types_nothing() -> None:
    (key,) = (event for event in Keys().feed("\x1b[97;1;55296u") if isinstance(event, events.Key))
    assert not key.is_printable


def test_a_window_without_pixels_takes_the_mouse_and_leaves_the_keys() -> None:
    keys = Keys()
    assert [type(event) for event in keys.feed("\x1b[48;24;80;0;0t")] == [events.Resize]
    assert named("\x1b[<0;5;5Ma", keys) == ["a"]


def test_what_the_parser_knew_of_the_window_is_known_after_it_stumbled() -> None:
    keys = Keys()
    list(keys.feed("\x1b[48;24;80;240;800t"))
    assert named("\x1b[1114112u", keys) == []
    (down,) = keys.feed("\x1b[<0;101;51M")
    assert isinstance(down, events.MouseDown) and (down.x, down.y) == (10, 5)


def test_a_paste_comes_from_the_intake_alone() -> None:
    assert [type(event) for event in Keys().feed("\x1b[200~\x1b[201~x")] == [events.Key]


def test_keys_are_what_textual_makes_of_them() -> None:
    sent = "aé\x1b[A\x1b[18~\x1bOP\r\t\x7f\x01\x1b[1;5C"
    want = [event.key for event in XTermParser().feed(sent) if isinstance(event, events.Key)]
    assert named(sent) == want and len(want) == 10


class Watched(SteadyDriver):
    """A driver that only notes what it would do to the terminal."""

    def suspend_application_mode(self) -> None:
        did.append("gives it back")

    def resume_application_mode(self) -> None:
        did.append("takes it")


did: list[str] = []


@pytest.fixture
async def driver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SteadyDriver]:
    """A driver with no terminal, whose stops stop nothing and are gone on from at once."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    did.clear()
    made = Watched(App())

    def kill(_: int, number: int) -> None:
        did.append(signal.Signals(number).name)
        made._told_to_go_on()

    monkeypatch.setattr(os, "kill", kill)
    yield made
    for number, handler in kept.items():
        signal.signal(number, handler)


async def turn() -> None:
    """Let the loop do what was put off."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_stop_waits_for_the_loops_next_turn(driver: SteadyDriver) -> None:
    """In the handler itself it waited for ever for a lock that was held where the signal came."""
    signal.raise_signal(signal.SIGTSTP)
    signal.raise_signal(signal.SIGTSTP)
    assert did == []
    await turn()
    assert did == ["gives it back", "SIGSTOP", "takes it"]


async def test_going_on_before_the_stop_takes_the_stop_back(driver: SteadyDriver) -> None:
    signal.raise_signal(signal.SIGTSTP)
    signal.raise_signal(signal.SIGCONT)
    await turn()
    assert did == []
    signal.raise_signal(signal.SIGTSTP)
    await turn()
    assert did == ["gives it back", "SIGSTOP", "takes it"]


async def test_going_on_unasked_takes_the_terminal_anew(driver: SteadyDriver) -> None:
    signal.raise_signal(signal.SIGCONT)
    assert did == []
    await turn()
    assert did == ["gives it back", "takes it"]


async def test_while_another_program_has_the_terminal_a_stop_is_at_once_and_touches_nothing(
    driver: SteadyDriver,
) -> None:
    with driver.no_automatic_restart():
        signal.raise_signal(signal.SIGTSTP)
        assert did == ["SIGSTOP"]
        signal.raise_signal(signal.SIGCONT)
    await turn()
    assert did == ["SIGSTOP"]


class Script:
    """A selector that plays what a terminal sends: bytes, or a tick without any. Then it ends the reading."""

    def __init__(self, read: SteadyDriver, sent: Sequence[bytes | None], pipe: int) -> None:
        self._read, self._sent, self._pipe = read, list(sent), pipe

    def __enter__(self) -> Script:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def register(self, *_: object) -> None:
        pass

    def select(self, _: float) -> bool:
        if not self._sent:
            self._read.exit_event.set()
            return False
        data = self._sent.pop(0)
        if data is not None:
            os.write(self._pipe, data)
        return data is not None


def reading(driver: SteadyDriver, monkeypatch: pytest.MonkeyPatch, *sent: bytes | None) -> list[str]:
    """What the driver makes of it: names of keys, and texts of pastes."""
    found: list[str] = []
    ours, theirs = os.pipe()
    driver.fileno = ours
    clock = itertools.count()
    monkeypatch.setattr("textual._parser.get_time", lambda: float(next(clock)))  # each look is a second later
    monkeypatch.setattr("selectors.DefaultSelector", lambda: Script(driver, sent, theirs))
    monkeypatch.setattr(
        driver,
        "process_message",
        lambda event: found.append(event.text if isinstance(event, events.Paste) else event.key),
    )
    driver.run_input_thread()
    os.close(ours)
    os.close(theirs)
    return found


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ((b"a", b"\x1b[A", b"b"), ["a", "up", "b"]),
        ((b"\x1b", None, b"[Ax"), ["escape", "left_square_bracket", "A", "x"]),
        ((b"\x1b", b"[A"), ["up"]),
        (
            (b"\x1b[20", None, None, b"0~one\x1b[31m", None, b"two\x1b[20", None, b"1~x"),
            ["one\x1b[31mtwo", "x"],
        ),
        ((b"\x1b[M\x20", None, b"\xa0\x30x"), ["x"]),
        ((b"caf\xe9", *[None] * (SILENCE - 1), b"x"), ["c", "a", "f", "replacement_character", "x"]),
        ((b"caf\xe9", *[None] * SILENCE), ["c", "a", "f", "replacement_character"]),
        ((b"\x1b[200~one", *[None] * (SILENCE - 1), b"x"), []),
        ((b"\x1b[200~one", *[None] * SILENCE, b"x"), ["one", "x"]),
        ((b"\x1b[200~one", *[None] * (SILENCE - 1), b"2", *[None] * SILENCE), ["one2"]),
    ],
)
async def test_reading_in_pieces_and_with_pauses(
    driver: SteadyDriver, monkeypatch: pytest.MonkeyPatch, sent: tuple[bytes | None, ...], found: list[str]
) -> None:
    assert reading(driver, monkeypatch, *sent) == found


def test_the_workstation_reads_by_this_driver(tmp_path: Path) -> None:
    assert Workstation(tmp_path).driver_class is SteadyDriver


def test_what_of_textual_this_stands_on_is_there() -> None:
    """A new release that moves one of these is to be looked at before the pin is."""
    for name in ("run_input_thread", "start_application_mode", "disable_input", "close"):
        assert callable(getattr(LinuxDriver, name)), name
    for name in ("no_automatic_restart", "process_message", "suspend_application_mode", "SignalResume"):
        assert hasattr(Driver, name), name
    for name in ("mouse_pixels", "terminal_size", "terminal_pixel_size", "last_x", "last_y"):
        assert hasattr(XTermParser(), name), name
    assert "self.run_input_thread()" in inspect.getsource(LinuxDriver._run_input_thread)
    source = inspect.getsource(LinuxDriver.__init__)
    assert "self.fileno =" in source and "self.exit_event =" in source
    assert source.count("signal.signal(") == 2  # those that this driver puts its own in the place of


def test_textual_still_reads_strictly() -> None:
    """Once this fails, its issue 6456 is mended."""
    assert 'getincrementaldecoder("utf-8")()' in inspect.getsource(LinuxDriver.run_input_thread)


def test_textual_still_tears_a_paste_apart() -> None:
    """Once this fails, its parser takes pastes whole, and the intake need not."""
    found = list(XTermParser().feed("\x1b[200~a\x1b[31mb\x1b[201~"))
    assert any(isinstance(event, events.Key) for event in found)


def test_textual_still_takes_the_terminal_at_every_sigcont() -> None:
    """Once this fails, it may know by itself whether it stopped before."""
    assert "_must_signal_resume" not in inspect.getsource(LinuxDriver._sigcont_application)
