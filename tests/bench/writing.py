"""Typing in `think` with the preview in sight and without it, and whether anything typed is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from app.project.project import Project
from tests.bench.figures import KB, Figure, middle, percentile
from tests.bench.pty import Answer, GaveUpError, Terminal
from tests.bench.workplace import TOPIC, Workplace, backspan, draft_with

SIZE = (120, 40)
RATE = 60
"""Keys a second."""
_GUIDE = b"\x1bg"
"""Shows the guidelines in the preview's place, and the preview again."""
_SENTENCE = "The wait grows with every attempt because a receiver that is down needs time, not traffic. "


def _think(size: int) -> str:
    """A text of `size` characters, in paragraphs."""
    text = ""
    while len(text) < size:
        text += _SENTENCE * 4 + "\n\n"
    return text[:size]


def _typed(number: int) -> bytes:
    return b"some plain words about waiting "[number % 31 : number % 31 + 1]


def typing(place: Workplace, count: int, seconds: float) -> list[Figure]:
    """`count` keys with the preview in sight and as many without, a few in turn; then `seconds` of fast typing."""
    project = place.project(1_000, "writing")
    draft = draft_with(project, 10_000, _think(3_000), "Spread the retries of one receiver.")
    shown: list[Answer] = []
    hidden: list[Answer] = []
    with Terminal(backspan(project, "annotate", TOPIC), place.env, SIZE) as terminal:
        terminal.when(lambda t: t.find("chatml") is not None, "the preview")
        terminal.settle(1.0)
        seen = 0
        for turn in range(6):
            into = hidden if turn % 2 else shown
            for number in range(-2, count // 3):
                answer = terminal.press(_typed(seen))
                seen += 1
                if number >= 0:
                    into.append(answer)
            terminal.press(_GUIDE)
            terminal.settle(0.3)
        text = "".join(_typed(n).decode() for n in range(seen))
        fast, cpu = _fast(terminal, int(seconds * RATE), seen)
        terminal.leave(b"\x11")
    kept = _kept(project, draft.record)
    return _tell(shown, hidden, kept, draft.think + text + fast, cpu, len(fast))


def _fast(terminal: Terminal, keys: int, begin: int) -> tuple[str, float]:
    """Type at an even rate whatever the answers; the text typed, and seconds of CPU it took for each second."""
    sent: list[bytes] = []
    start, cpu = time.perf_counter(), terminal.cpu()
    for number in range(keys):
        key = _typed(begin + number)
        terminal.write(key)
        sent.append(key)
        terminal.read_until(start + (number + 1) / RATE)
    spent = (terminal.cpu() - cpu) / (time.perf_counter() - start)
    terminal.settle(0.3)
    return b"".join(sent).decode(), spent


def _kept(project: Project, record: str) -> str:
    """What the draft on disk says."""
    for found in project.drafts.all(TOPIC).drafts:
        if found.key.record == record:
            return str(found.payload["think"])
    raise GaveUpError(f"no draft was kept: {json.dumps(project.session())}")


def _tell(
    shown: list[Answer], hidden: list[Answer], kept: str, wanted: str, cpu: float, fast: int
) -> list[Figure]:
    group = "Typing in think: text 3 kB, block 10 kB"
    lost = 0 if kept == wanted else max(1, abs(len(wanted) - len(kept)))
    kinds: tuple[tuple[str, Callable[[Answer], float], float | None], ...] = (
        ("key to echo, wall", lambda answer: answer.first, 1.1),
        ("key to all that follows, wall", lambda answer: answer.last, None),
        ("key to all that follows, CPU", lambda answer: answer.cpu, 1.1),
    )
    figures: list[Figure] = []
    for kind, of, goal in kinds:
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            ours, floor = (percentile([of(a) for a in taken], share) for taken in (shown, hidden))
            aim = goal if name == "p50" else None
            figures.append(Figure(group, f"{kind} {name}", ours, floor, "without preview", goal=aim))
    return [
        *figures,
        Figure(group, "bytes a key", middle(a.size for a in shown), unit=KB, goal=2_000),
        Figure(group, "bytes a key, p99", percentile([a.size for a in shown], 0.99), unit=KB),
        Figure(group, f"characters lost of {fast:,} at {RATE} a second", float(lost), unit="", goal=0),
        Figure(group, "CPU for each second of that", cpu),
    ]
