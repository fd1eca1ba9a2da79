"""The queue's screen over a long topic: its first page, each key in its filter, and what stands still meanwhile.

`python -m tests.bench.queue [RECORDS]` measures this part alone.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from textual.app import App

from app.project.project import Project, init_project
from app.records.filters.row import Facts
from app.records.history.ledger import Ledger
from app.review.queue import Listing, Shown, Wish
from app.settings.person import Settings
from app.store.follower import Change, Follower, Stage
from app.workstation.queue import record_queue as queue_list
from app.workstation.queue.queue_screen import QueueScreen
from tests.bench.figures import Figure, middle, percentile
from tests.bench.lists import _ledger
from tests.bench.workplace import REPOSITORY
from widgets.record.table import RecordTable

TYPED = (
    "status:submitted author:ada -reviewer:cleo",
    "item:retry path:file12 finding:BS4 or crate:tokio",
    "after:2026-01-31 before:2w verdict:return,reject",
)
"""Filters, typed key by key. Words in texts are measured with the list."""
_PATIENCE = 30.0
_FACTS = (Facts(("BS409",), 0, 1, ("tokio",)), Facts((), 0, 0, ("std", "tokio")), Facts(("BS502",), 1, 2))


class _Read(Follower):
    """A journal that is read already."""

    def __init__(self, ledger: Ledger) -> None:
        self._ready = ledger

    @property
    def ledger(self) -> Ledger:
        return self._ready

    def refresh(self, on_part: Callable[[Stage], None] | None = None) -> Change:
        return Change(exists=True)


class _Timed(Listing):
    """Knows how long it took to answer."""

    records: Ledger
    known: dict[str, Facts]
    took: list[float]
    began: float

    def __init__(self, project: Project, by: str, topic: str | None = None) -> None:
        super().__init__(project, by, topic)
        for desk in self.desks.values():
            desk.judge.signer.follower = _Read(_Timed.records)
            desk.facts = _Timed.known

    def read(self, on_part: Callable[[float], None] = lambda share: None) -> None:
        _Timed.began = time.perf_counter()

    def show(self, wish: Wish, cancelled: Callable[[], bool] = lambda: False) -> Shown:
        start = time.perf_counter()
        try:
            return super().show(wish, cancelled)
        finally:
            _Timed.took.append(time.perf_counter() - start)


class _Screen(QueueScreen):
    """Without the background: what checks and words cost is measured elsewhere."""

    def _find_out(self) -> None:
        pass


def queue(size: int) -> list[Figure]:
    """A topic of so many records, and the screen on it at 160 by 45."""
    import random

    _Timed.records, _Timed.took = _ledger(size, random.Random(6)), []
    texts = [state.revisions[-1].id for state in _Timed.records.records]
    _Timed.known = {text: _FACTS[int(text[:2], 16) % 3] for text in texts}
    folder = REPOSITORY / ".bench"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        project = init_project(Path(work) / "project")[0]
        gc.collect()
        gc.freeze()  # as the workstation does once it has read its journals
        with mock.patch.object(queue_list, "Listing", _Timed):
            figures = asyncio.run(_measured(project, size))
        gc.unfreeze()
    return figures


async def _measured(project: Project, size: int) -> list[Figure]:
    app: App[None] = App()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        gaps = [0.0]
        pulse = asyncio.create_task(_beat(gaps))
        screen = _Screen(project, Settings(), "ada", "practice")
        await app.push_screen(screen)
        table = screen.query_one(RecordTable)
        await _until(lambda: table.count > 0)
        drawn = [table.render_line(y).text for y in range(table.size.height)]
        page = time.perf_counter() - _Timed.began
        assert "run_" in drawn[20]
        mounting = _taken(gaps)
        await _until(lambda: screen.queue.shown is not None and not screen.queue.shown.partial)
        whole = time.perf_counter() - _Timed.began
        opening = _taken(gaps)
        await pilot.press("slash")
        await asyncio.sleep(0.2)
        _Timed.took.clear()
        _taken(gaps)
        for typed in TYPED:
            for char in typed:
                await pilot.press(_NAMES.get(char, char))
                await asyncio.sleep(0.01)
            await pilot.press("ctrl+u")
        await asyncio.sleep(0.5)
        keys, typing = list(_Timed.took), _taken(gaps)
        _Timed.took.clear()
        await pilot.press("escape", "o")
        await _until(lambda: screen.queue.shown is not None and screen.queue.shown.wish.order == "riskiest")
        ordering, order_gap = max(_Timed.took), _taken(gaps)
        pulse.cancel()
    group = f"The queue of {size:,} records"
    return [
        Figure(group, "its first page on the screen, the records read", page, goal=0.1),
        Figure(group, "all of its section in order", whole),
        Figure(
            group, "the interface's longest standstill up to the first page: a new screen is made", mounting
        ),
        Figure(group, "the same while the rest is put in order", opening, goal=0.015),
        Figure(group, "a key in the filter, off the interface's thread: median", middle(keys), goal=0.05),
        Figure(group, "the same: 95 of 100 within", percentile(keys, 0.95), goal=0.05),
        Figure(group, "the interface's longest standstill meanwhile", typing, goal=0.015),
        Figure(group, "another order", ordering),
        Figure(group, "the interface's longest standstill for it", order_gap, goal=0.015),
    ]


_NAMES = {" ": "space", ":": "colon", "-": "minus", ",": "comma"}


async def _beat(gaps: list[float]) -> None:
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        gaps.append((after := time.perf_counter()) - before)
        before = after


def _taken(gaps: list[float]) -> float:
    """The longest gap since the last look."""
    longest = max(gaps)
    gaps[:] = [0.0]
    return longest


async def _until(done: Callable[[], bool]) -> None:
    start = time.perf_counter()
    while not done():
        if time.perf_counter() - start > _PATIENCE:
            raise TimeoutError("the queue does not come to its end")
        await asyncio.sleep(0.001)


if __name__ == "__main__":
    for figure in queue(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(figure)
