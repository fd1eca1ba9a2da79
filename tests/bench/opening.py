"""From the start of a process to what a person waits for: the first screen, a file's text, its colours."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.project.project import Project
from tests.bench.figures import MB, Figure, middle
from tests.bench.pty import GaveUpError, Terminal
from tests.bench.workplace import TOPIC, Workplace, backspan, python

SIZE = (200, 60)
BARE = "bare and ready"
"""What the bare app shows."""
FILES = b"\x1bOR"
"""F3: find a file."""
LANDMARK = "use std::collections"
"""Stands in the first lines of every file that is opened."""


def text_is_there(terminal: Terminal) -> bool:
    """Whether the file's text can be read."""
    return terminal.find(LANDMARK) is not None


def coloured(terminal: Terminal) -> bool:
    """Whether a keyword looks different from a name."""
    at = terminal.find(LANDMARK)
    if at is None:
        return False
    row = terminal.screen.buffer[at[1]]
    return bool(row[at[0]].fg != row[at[0] + len("use ")].fg)


@dataclass(slots=True)
class Opening:
    """Seconds from the start of the process, a run each."""

    text: list[float] = field(default_factory=list)
    colours: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Seconds of CPU until the colours."""


def _first(command: Sequence[str], place: Workplace, seen: str) -> tuple[float, float]:
    """Seconds and seconds of CPU until a text stands on the screen."""
    with Terminal(command, place.env, SIZE) as terminal:
        at = terminal.when(lambda t: t.find(seen) is not None, seen)
        return at - terminal.started, terminal.cpu()


def first_paint(place: Workplace, runs: int) -> list[Figure]:
    """The list of topics beside a bare app."""
    topics = backspan(place.project(1_000, "start"))
    bare: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    for _ in range(runs + 1):
        bare.append(_first(python("bare"), place, BARE))
        ours.append(_first(topics, place, "Practice: retrying"))
    wall = [middle(times[0] for times in taken[1:]) for taken in (ours, bare)]  # the first fills the caches
    cpu = [middle(times[1] for times in taken[1:]) for taken in (ours, bare)]
    group = "Starting"
    return [
        Figure(group, "first paint of the list of topics", wall[0], wall[1], "bare app", goal=1.25),
        Figure(group, "the same, CPU", cpu[0], cpu[1], "bare app"),
    ]


def _open(command: Sequence[str], place: Workplace, into: Opening, colours: bool = True) -> None:
    with Terminal(command, place.env, SIZE) as terminal:
        into.text.append(terminal.when(text_is_there, "the file's text") - terminal.started)
        if colours:
            into.colours.append(terminal.when(coloured, "colours") - terminal.started)
        into.cpu.append(terminal.cpu())


def _tree(file: Path, place: Workplace) -> tuple[float, float]:
    """Seconds to parse the file, and bytes to hold its tree, in a process with nothing else."""
    told = subprocess.run(
        python("tree", str(file)), env=dict(place.env), capture_output=True, text=True, check=True
    ).stdout.split()
    return float(told[0]), float(told[1])


@dataclass(slots=True)
class Running:
    """A large file opened in a workstation that runs; seconds from the key that chooses it, a run each."""

    text: list[float] = field(default_factory=list)
    colours: list[float] = field(default_factory=list)
    stall: list[float] = field(default_factory=list)
    """The longest standstill of the interface from then until half a second after the colours."""
    idle: list[float] = field(default_factory=list)
    """The longest in half a second in which nobody does anything: what the machine itself does."""
    start: list[float] = field(default_factory=list)
    """The longest while the workstation started."""


def _open_running(project: Project, place: Workplace, into: Running) -> None:
    """Start on a small file, then choose the large one with the finder."""
    result = place.folder / "stall.json"
    result.unlink(missing_ok=True)
    shutil.rmtree(project.work_dir, ignore_errors=True)  # or it would go on where the last run left
    command = python("stall", str(project.root), TOPIC, str(result))
    with Terminal(command, place.env, SIZE) as terminal:
        terminal.when(lambda t: t.find("fn main") is not None, "the small file")
        terminal.settle(0.7)
        terminal.press(FILES)
        terminal.press(b"big", quiet=0.3)
        quiet_from = time.perf_counter()
        terminal.settle(0.5)
        chosen = time.perf_counter()
        terminal.write(b"\r")
        into.text.append(terminal.when(text_is_there, "the large file's text") - chosen)
        into.colours.append(terminal.when(coloured, "its colours") - chosen)
        terminal.settle(0.5)
        done = time.perf_counter()
        terminal.leave(b"\x11")
    gaps = json.loads(result.read_text())

    def longest(start: float, end: float) -> float:
        return max((gap for at, gap in gaps if start <= at <= end), default=0.0)

    into.start.append(longest(0, quiet_from))
    into.idle.append(longest(quiet_from, chosen))
    into.stall.append(longest(chosen, done))


def files(place: Workplace, sizes: Sequence[int], runs: int) -> list[Figure]:
    """Files of several sizes, opened from the command line and in a running workstation."""
    figures: list[Figure] = []
    for lines in sizes:
        file = place.file(lines)
        command = backspan(place.project(lines, "open"), "annotate", TOPIC)
        beginning = place.project(lines, "running", first="small.rs")
        ours, running, parse, bares = Opening(), Running(), list[float](), list[tuple[float, float]]()
        for _ in range(runs):
            bares.append(_first(python("bare"), place, BARE))
            _open(command, place, ours)
            _open_running(beginning, place, running)
            parse.append(_tree(file, place)[0])
        bare, bare_cpu = (middle(taken[kind] for taken in bares) for kind in (0, 1))
        floor, floor_name = bare + 1.2 * middle(parse), "bare app + 1.2 x parse"
        group = f"Opening a file of {lines:,} lines"
        figures += [
            Figure(group, "from the shell: first text", middle(ours.text), bare, "bare app", goal=1.3),
            Figure(group, "from the shell: coloured", middle(ours.colours), floor, floor_name, goal=1.0),
            Figure(
                group,
                "from the shell: CPU to the colours",
                middle(ours.cpu),
                bare_cpu + 1.2 * middle(parse),
                floor_name,
            ),
            Figure(group, "from the shell: longest stall", middle(running.start)),
            Figure(group, "running: first text", middle(running.text), bare, "bare app", goal=1.3),
            Figure(group, "running: coloured", middle(running.colours), floor, floor_name, goal=1.0),
            Figure(group, "running: longest stall", middle(running.stall), goal=0.015),
            Figure(group, "longest stall with nothing to do", middle(running.idle)),
            Figure(group, "tree-sitter alone", middle(parse)),
            *_beside(file, place, group, once=lines > 10_000),
        ]
    return figures


def _beside(file: Path, place: Workplace, group: str, once: bool) -> list[Figure]:
    """Other programs on the same file, for orientation."""
    area, nvim = Opening(), Opening()
    for _ in range(1 if once else 2):
        try:
            _open(python("area", str(file)), place, area)
        except GaveUpError:
            continue
    figures = [Figure(group, "TextArea with Rust colours: coloured", middle(area.colours))]
    if shutil.which("nvim"):
        for _ in range(3):
            _open(nvim_command(file), place, nvim, colours=False)
        figures.append(Figure(group, "nvim: first text", middle(nvim.text)))
    else:
        figures.append(Figure(group, "nvim: is not installed here", float("nan")))
    return figures


def nvim_command(file: Path) -> list[str]:
    """nvim as it comes, with line numbers and colours, writing nothing."""
    return [
        "nvim",
        "--clean",
        "-n",
        "-i",
        "NONE",
        "-R",
        "-c",
        "set number termguicolors scrolloff=0",
        str(file),
    ]


def weight(place: Workplace, lines: int, runs: int) -> list[Figure]:
    """Memory of the workstation on a large file, less that on a small one, beside the large file's tree alone."""
    held: dict[int, list[float]] = {1_000: [], lines: []}
    trees: list[float] = []
    for _ in range(runs):
        for size, into in held.items():
            command = backspan(place.project(size, "memory"), "annotate", TOPIC)
            with Terminal(command, place.env, SIZE) as terminal:
                terminal.when(coloured, "colours")
                terminal.settle(1.0)
                into.append(float(terminal.weight()))
        trees.append(_tree(place.file(lines), place)[1])
    ours = middle(held[lines]) - middle(held[1_000])
    group = "Memory"
    return [
        Figure(group, f"a file of {lines:,} lines open", ours, middle(trees), "its tree alone", MB, goal=3.0),
        Figure(group, "the whole process then", middle(held[lines]), unit=MB),
        Figure(group, "the whole process with 1,000 lines", middle(held[1_000]), unit=MB),
    ]
