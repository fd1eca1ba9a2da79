"""What a key or a click costs, at 1,000 and at 100,000 lines, beside a bare app's key and nvim's page.

All programs run at once and are asked in turn, so that whatever else the machine does falls on all of them alike.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tests.bench.figures import KB, Figure, middle, percentile
from tests.bench.opening import LANDMARK, SIZE, coloured, nvim_command
from tests.bench.pty import Answer, Terminal
from tests.bench.workplace import TOPIC, Workplace, backspan, python

DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"
PAGES = 18
"""Pages down before the next goes back to the top (unmeasured): as many as a file of 1,000 lines has."""
AS_BARE = ("cursor down", "cursor down, scrolling", "widen")
"""Gestures that are held against a bare app's key."""
SHORT = 0.03
"""Seconds of quiet that end an answer nobody measures."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something a person does over and over."""

    name: str
    keys: Callable[[int], bytes]
    """What is sent the n-th time."""
    after: Sequence[bytes] = ()
    """What is sent then, unmeasured, so that the next time means as much."""
    before: Sequence[bytes] = ()
    """What is sent once, first."""


def click(x: int, y: int) -> bytes:
    """A press and a release of the left button at a 0-based cell."""
    return f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m".encode()


def again(keys: bytes, back: bytes) -> Callable[[int], bytes]:
    """The keys over and over, and now and then the way back to the top, which nobody measures."""
    return lambda n: keys if n % PAGES < PAGES - 1 else back


def gestures(first_row: int) -> list[Gesture]:
    """The measured gestures; `first_row` is the 0-based row of the screen where the source begins."""
    rows = [first_row + step for step in (6, 22, 12, 30)]  # in different items, so that no click only widens
    return [
        Gesture("cursor down", again(DOWN, b"g"), before=[b"g"]),
        Gesture("cursor down, scrolling", lambda n: DOWN, before=[b"g", DOWN * SIZE[1]]),
        Gesture("page down", again(PAGE_DOWN, b"g"), before=[b"g"]),
        Gesture("widen", lambda n: b"w", after=[b"W", DOWN], before=[b"g"]),
        Gesture("jump to end", lambda n: b"G", after=[b"g"], before=[b"g"]),
        Gesture("click to selection", lambda n: click(20, rows[n % 4]), before=[b"g"]),
    ]


def pane_size(terminal: Terminal) -> tuple[int, int, int]:
    """Columns and rows of the source pane as it is on the screen, and its 0-based first row."""
    at = terminal.find(LANDMARK)
    assert at is not None
    screen = terminal.look()
    numbered = [y for y in range(SIZE[1]) if terminal.row(y).lstrip()[:4].split(" ")[0].isdigit()]
    width = next(x for x in range(at[0], SIZE[0]) if screen.buffer[at[1]][x].data in "▊│▎") - 1
    return width, len(numbered), numbered[0]


@dataclass(frozen=True, slots=True)
class Subject:
    """A program, and how the gesture is made there."""

    terminal: Terminal
    gesture: Gesture


def _ask(subject: Subject, number: int) -> Answer:
    answer = subject.terminal.press(subject.gesture.keys(number))
    for keys in subject.gesture.after:
        subject.terminal.press(keys, SHORT)
    return answer


def _in_turn(subjects: Mapping[str, Subject], count: int) -> dict[str, list[Answer]]:
    """Every subject's answers, asked one after the other, `count` times; the order changes from turn to turn."""
    for subject in subjects.values():
        for keys in subject.gesture.before:
            subject.terminal.press(keys, SHORT)
    found: dict[str, list[Answer]] = {name: [] for name in subjects}
    names = list(subjects)
    for number in range(-3, count):  # three to warm up
        for name in names if number % 2 else reversed(names):
            answer = _ask(subjects[name], number)
            if number >= 0 and number % PAGES < PAGES - 1:
                found[name].append(answer)
    return found


def moves(place: Workplace, sizes: tuple[int, int], count: int) -> list[Figure]:
    """Every gesture `count` times in a small and in a large file."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        ours: dict[str, Terminal] = {}
        for lines in sizes:
            command = backspan(place.project(lines, "keys"), "annotate", TOPIC)
            terminal = stack.enter_context(Terminal(command, place.env, SIZE))
            terminal.when(coloured, "colours")
            terminal.settle(1.0)
            ours[f"{lines:,}"] = terminal
        width, height, row = pane_size(next(iter(ours.values())))
        beside = {"bare": stack.enter_context(Terminal(python("bare"), place.env, SIZE))}
        if shutil.which("nvim"):
            command = nvim_command(place.file(sizes[1]))
            beside["nvim"] = stack.enter_context(Terminal(command, place.env, (width, height + 2)))
        for terminal in beside.values():
            terminal.settle(0.8)
        for gesture in gestures(row):
            subjects = {name: Subject(terminal, gesture) for name, terminal in ours.items()}
            if gesture.name in AS_BARE:
                subjects["bare"] = Subject(beside["bare"], Gesture("bare", lambda n: DOWN))
            if gesture.name == "page down" and "nvim" in beside:
                page = Gesture("page", again(b"\x06", b"gg"), before=[b"gg"])
                subjects["nvim"] = Subject(beside["nvim"], page)
            figures += _tell(gesture, sizes, _in_turn(subjects, count), f"{width}x{height}")
    return figures


def _tell(
    gesture: Gesture,
    sizes: tuple[int, int],
    answers: Mapping[str, list[Answer]],
    pane: str,
) -> list[Figure]:
    group = f"A key: {gesture.name}"
    small, large = (answers[f"{lines:,}"] for lines in sizes)
    big = f"{sizes[1]:,} lines"
    figures: list[Figure] = []
    kinds: tuple[tuple[str, Callable[[Answer], float]], ...] = (
        ("CPU", lambda answer: answer.cpu),
        ("wall", lambda answer: answer.last),
    )
    for kind, of in kinds:
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            ours, floor = (percentile([of(a) for a in taken], share) for taken in (large, small))
            figures.append(
                Figure(group, f"{kind} {name}, {big}", ours, floor, f"{sizes[0]:,} lines", goal=1.2)
            )
    for kind, of in kinds if "bare" in answers else ():
        ours, floor = (middle(of(a) for a in taken) for taken in (large, answers["bare"]))
        figures.append(Figure(group, f"{kind} p50, {big}", ours, floor, "bare app's key", goal=2.0))
    size = middle(a.size for a in large)
    if gesture.name == "page down" and "nvim" not in answers:
        figures.append(Figure(group, "nvim is not installed here: no floor for a page", float("nan")))
    if "nvim" in answers:
        nvim = answers["nvim"]
        cpu = middle(a.cpu for a in large)
        where = f"nvim at {pane}"
        figures.append(Figure(group, "CPU p50 of a page", cpu, middle(a.cpu for a in nvim), where, goal=3.0))
        figures.append(
            Figure(group, "bytes of a page", size, middle(a.size for a in nvim), where, KB, goal=3.0)
        )
    else:
        figures.append(Figure(group, "bytes", size, unit=KB))
    return figures
