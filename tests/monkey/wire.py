"""The same hands at a real terminal: bytes to a process that draws, reads and can be killed by none of them.

What was appended is looked at, but not whether a key can explain it: from outside nobody knows when all is done.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from app.base.fault_log import NAME
from tests.monkey.cage import WrongError, cage
from tests.monkey.plan import SIZES, Burst, Event, Mouse, Paste, Press, Resize, bursts
from tests.monkey.trouble import Walk
from tests.processes.person import Person
from tests.processes.terminal import Terminal

PATIENCE = 120.0
"""Seconds in which a new size must be drawn; a quiet machine needs none of them."""
_EVERY = 4
"""Bursts between two looks at whether anything is drawn at all."""
_ESC = "\x1b"
_ENDS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_TILDES = {"delete": 3, "pageup": 5, "pagedown": 6}
_FUNCTIONS = {5: 15, 6: 17, 7: 18, 8: 19, 9: 20, 10: 21, 11: 23, 12: 24, 13: 25, 14: 26, 15: 28, 16: 29}
_FUNCTIONS |= {17: 31, 18: 32, 19: 33, 20: 34}
_PLAIN = {
    "escape": _ESC,
    "enter": "\r",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "shift+tab": "\x1b[Z",
}
_SIGNS = {
    "slash": "/", "colon": ":", "comma": ",", "full_stop": ".", "plus": "+", "minus": "-", "question_mark": "?",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


_TELLS = """
import asyncio, signal
def tell(*_):
    with open({path!r}, "a") as file:
        traceback.print_stack(file=file)
        for frame in sys._current_frames().values():
            file.write("thread\\n")
            traceback.print_stack(frame, file=file)
        for task in asyncio.all_tasks(asyncio.get_running_loop()):
            frames = []
            waits = task.get_coro()
            while waits is not None and len(frames) < 30:
                frame = getattr(waits, "cr_frame", None) or getattr(waits, "gi_frame", None)
                frames.append(f"{{frame.f_code.co_qualname}}:{{frame.f_lineno}}" if frame else repr(waits)[:100])
                waits = getattr(waits, "cr_await", None) or getattr(waits, "gi_yieldfrom", None)
            file.write(f"{{task.get_name()}}: {{' < '.join(frames)}}\\n")
signal.signal(signal.SIGUSR1, tell)
"""
"""What the process tells on a signal: what each thread and each task is doing."""


class Blind(Terminal):
    """A terminal nobody looks at: what is drawn is taken, and not made into a picture."""

    drawn = 0
    """Bytes that came."""

    def _read(self, patience: float) -> None:
        if self._master < 0 or not select.select([self._master], [], [], patience)[0]:
            return
        try:
            self.drawn += len(os.read(self._master, 1 << 16))
        except OSError:
            time.sleep(patience)

    def send(self, data: bytes) -> None:
        """Send bytes, and take what is drawn meanwhile: a terminal that does neither holds the process up."""
        while data and self.process.poll() is None:
            if select.select([], [self._master], [], 0.05)[1]:
                data = data[os.write(self._master, data[:256]) :]
            self._read(0)

    def rest(self, seconds: float) -> None:
        """Take what is drawn for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.process.poll() is None:
            self._read(min(left, 0.05))


def walk_the_wire(seed: int, most: int, folder: Path) -> Walk:
    """Walk so many events at a terminal, in a process of one's own."""
    folder.mkdir()
    done = Walk(seed, folder)
    chance = random.Random(seed)
    with cage(folder) as here:
        person = Person(here.project, folder / "home")
        with (person.home / "hooks" / "sitecustomize.py").open("a") as hooks:
            hooks.write(_TELLS.format(path=str(folder / "stacks.txt")))
        plan = bursts(seed)
        while done.events < most:
            terminal = Blind(["-C", str(here.project.root)], person.environment)
            person.terminals.append(terminal)
            done.runs += 1
            try:
                while done.events < most and terminal.process.poll() is None:
                    _burst(done, terminal, next(plan), chance)
                    _look(done, here.look, folder)
                status = terminal.process.poll()
                if status:
                    done.note("ended", f"with {status}\n{person.tracebacks()}")
            except TimeoutError:
                done.note("stuck", f"nothing was drawn in {PATIENCE:.0f} s\n{_stacks(terminal, folder)}")
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                done.note("ended", traceback.format_exc())
            done.memory.append(_kilobytes(terminal.process.pid))
            terminal.kill()
            terminal.close()
            print(f"seed {seed}: {done.events} events, {len(done.troubles)} troubles", flush=True)
    return done


def _stacks(terminal: Blind, folder: Path) -> str:
    """What the process is doing, at three moments: whether it waits or goes round shows in what changes."""
    for _ in range(3):
        terminal.process.send_signal(signal.SIGUSR1)
        terminal.rest(2)
    told = folder / "stacks.txt"
    return f"{_seconds(terminal.process.pid)} s of processor time\n" + (
        told.read_text() if told.exists() else ""
    )


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _burst(done: Walk, terminal: Blind, burst: Burst, chance: random.Random) -> None:
    if burst.route is not None:
        terminal.send((_ESC + _ESC + "t").encode())
        for key in ("escape", "escape", *burst.route):
            terminal.rest(0.2)
            terminal.send(encoded(Press(key), (80, 24)))
            done.lately.append(key)
        terminal.rest(0.3)
    size = chance.choice(SIZES)
    for event, rest in zip(burst.events, burst.pauses, strict=True):
        done.lately.append(repr(event)[:120])
        if isinstance(event, Resize):
            size = event.size
            terminal.resize(*size)
        else:
            terminal.send(encoded(event, size))
        if rest:
            terminal.rest(0.05)
    done.events += len(burst.events)
    terminal.rest(0.1)
    if chance.random() < 1 / _EVERY:
        _drawn(terminal)


def _drawn(terminal: Blind) -> None:
    """A new size is drawn, whatever is on the screen. Raises `TimeoutError`."""
    before, until = terminal.drawn, time.monotonic() + PATIENCE
    for size in ((90, 30), (120, 34)):
        terminal.resize(*size)
        terminal.rest(0.05)
    while terminal.drawn == before and terminal.process.poll() is None:
        if time.monotonic() > until:
            raise TimeoutError
        terminal._read(0.1)


def _look(done: Walk, look: Callable[[bool], int], folder: Path) -> None:
    try:
        done.appended += look(False)
    except WrongError as error:
        done.note("wrong", str(error))
    log = folder / "home" / "state" / NAME
    if log.exists():
        done.note("fault", log.read_text("utf-8"))
        log.unlink()


def _kilobytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


# -- what a terminal sends


def encoded(event: Event, size: tuple[int, int]) -> bytes:
    """An event as bytes; none for a key that terminals do not send."""
    match event:
        case Press(key):
            return _key(key).encode()
        case Paste(text):
            return f"\x1b[200~{text}\x1b[201~".encode()
        case Mouse():
            return _mouse(event, size).encode()
        case _:
            return b""


def _key(key: str) -> str:
    if len(key) == 1 or key in _PLAIN or key in _SIGNS:
        return _PLAIN.get(key) or _SIGNS.get(key) or key
    modifier, _, name = key.rpartition("+")
    if modifier in ("", "shift", "ctrl", "alt"):
        code = {"": "", "shift": ";2", "alt": ";3", "ctrl": ";5"}[modifier]
        if name in _ENDS:
            return f"\x1b[{'1' if code else ''}{code}{_ENDS[name]}"
        if name in _TILDES:
            return f"\x1b[{_TILDES[name]}{code}~"
        if name[0] == "f" and name[1:].isdigit():
            number = int(name[1:])
            if number > 4:
                return f"\x1b[{_FUNCTIONS[number]}{code}~" if number in _FUNCTIONS else ""
            return f"\x1b[1{code}{'PQRS'[number - 1]}" if code else f"\x1bO{'PQRS'[number - 1]}"
    if modifier == "ctrl" and len(name) == 1 and name.isalpha():
        return chr(ord(name) & 31)
    return _ESC + name if modifier == "alt" and len(name) == 1 else ""


def _mouse(event: Mouse, size: tuple[int, int]) -> str:
    def at(button: int, place: tuple[float, float], end: str = "M") -> str:
        return f"\x1b[<{button};{int(place[0] * size[0]) + 1};{int(place[1] * size[1]) + 1}{end}"

    here = (event.x, event.y)
    click = at(0, here) + at(0, here, "m")
    match event.what:
        case "click":
            return at(35, here) + click
        case "double":
            return click + click
        case "drag":
            return at(0, here) + at(32, event.to) + at(0, event.to, "m")
        case "move":
            return at(35, here)
        case "wheel":
            return at(65 if event.to[0] < 0.5 else 64, here)
        case "down":
            return at(0, here)
        case _:
            return at(0, here, "m")
