"""What the checks cost the thread that answers keys: the running workstation with them and without, key by key."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from app.project.project import init_project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from tests.bench.checks.speed import TEXT, prose
from tests.bench.figures import Figure, middle
from tests.workstation.driver import open_topic, parts_of, press, settle, workstation
from widgets.prose.editor import ProseEditor

_PAUSE = 0.1
"""Seconds between two keys: somebody who types fast."""


def screen(keys: int, rounds: int) -> list[Figure]:
    """So many keys a round into 3 kB of text beside a block, with and without checks in turns; medians of rounds."""
    with (
        tempfile.TemporaryDirectory(prefix="backspan-screen-") as folder,
        patch.dict(os.environ, {"BACKSPAN_HOME": str(Path(folder) / "home")}),
    ):
        checked, bare = asyncio.run(_typing(Path(folder) / "project", keys, rounds))
    return [
        Figure("Checks", "processor time of a key on the interface's thread, checks on", checked),
        Figure("Checks", "the same, checks off", bare),
        Figure("Checks", "what checks add to a key there", max(0.0, checked - bare), goal=0.001),
    ]


async def _typing(root: Path, keys: int, rounds: int) -> tuple[float, float]:
    app = workstation(init_project(root)[0])
    spent: dict[bool, list[float]] = {True: [], False: []}
    async with app.run_test(size=(120, 40)) as pilot:
        await open_topic(pilot)
        await press(pilot, *("right_square_bracket",) * 3, "space", "f6", "f6")
        shown = pilot.app.screen
        assert isinstance(shown, AnnotateScreen)
        shown.query_one("#think", ProseEditor).replace_all(prose(random.Random(3), TEXT))
        await settle(pilot)
        while parts_of(shown).checks.pending:
            await pilot.pause(0.05)
        checks = parts_of(shown).checks
        for _ in range(rounds):
            for on in (True, False):
                with patch.object(checks, "_check_soon", checks._check_soon if on else lambda: None):
                    spent[on].append(await _round(pilot, keys) / keys)
    return middle(spent[True]), middle(spent[False])


async def _round(pilot: Pilot[Any], keys: int) -> float:
    """Seconds of processor time that this thread took for so many keys, and for what they set going."""
    began = time.thread_time()
    for number in range(keys):
        await pilot.press("space" if number % 6 == 5 else "e")
        await asyncio.sleep(_PAUSE)
    await asyncio.sleep(0.5)
    return time.thread_time() - began
