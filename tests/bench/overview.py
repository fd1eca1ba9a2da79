"""The overview of a large topic: its figures once the journal is read, and the interface meanwhile."""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from textual.app import App

from app.base.cancelling import never
from app.progress.stats.board import Board, Gathering
from app.progress.stats.overview import Overview, Progress
from app.progress.stats.texts import Measure, TextRow, Took, text_stats
from app.project.project import Project, init_project
from app.records.events import Review, Verdict, make_review
from app.records.history.ledger import Ledger, RecordState
from app.records.history.summary import Summary
from app.settings.person import Settings
from app.workstation import app as application
from app.workstation.opening import ScreenRoutes
from app.workstation.overview.figure_list import FigureList
from app.workstation.overview.overview_screen import OverviewScreen
from app.workstation.routes import Routes
from tests.bench.figures import Figure, middle
from tests.store.events import moment, record_id

TOPIC = "practice"
_EVERY = 600
"""Seconds between two records."""
_VERDICTS: tuple[Verdict, ...] = ("accept", "accept", "accept", "return", "reject")
_RUNS = 3


def overview(size: int) -> list[Figure]:
    """A topic of so many records."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        project = init_project(Path(folder) / "project")[0]
        for path in project.specs_dir.glob("*.toml"):
            if path.stem != TOPIC:
                path.unlink()
        project = Project(project.root)
        events = _events(size, chance)
        gc.collect()
        gc.freeze()  # as the workstation does once it has read its journals
        first = [_first(project, Ledger(events, 2).records) for _ in range(_RUNS)]
        records = Ledger(events, 2).records
        specs = project.specs()[0]
        Overview(project, specs).topic(TOPIC, records)
        again = _timed(lambda: Overview(project, specs).topic(TOPIC, records))
        agreement = _timed(lambda: Overview(project, specs).agreement({TOPIC: records}))
        rows = _rows(records, chance)
        current = {row.revision for row in rows}
        texts = _timed(lambda: text_stats(TOPIC, rows, current, ("tokio", "serde")))
        gc.collect()
        gc.freeze()
        shown, gaps, drawing = asyncio.run(_shown(project, records))
        _, few, _ = asyncio.run(_shown(project, records[:10]))
        gc.unfreeze()
    group = f"The overview of {size:,} records"
    return [
        Figure(group, "all figures of the journal, the data read: processor time", middle(first), goal=1.0),
        Figure(group, "of these, without deriving each record's status", again),
        Figure(group, "agreement, with its intervals: processor time", agreement),
        Figure(group, "all figures of texts, each a row of numbers: processor time", texts, goal=1.0),
        Figure(group, "from the screen's opening to the first figures drawn", shown, goal=1.0),
        Figure(
            group, "of the interface's thread per step: longest, processor time", max(drawing), goal=0.015
        ),
        Figure(group, "the interface's longest standstill meanwhile", max(gaps), max(few), "with 10 records"),
    ]


def _events(size: int, chance: random.Random) -> list[Summary | Review]:
    """Half of the records have a verdict, and a third of these two."""
    events: list[Summary | Review] = []
    people = ("ada", "ben", "eva", "cleo", "dov")
    for number in range(size):
        name, record, at = f"{chance.getrandbits(256):064x}", record_id(number), number * _EVERY
        packed = array("Q", (0, 0, 0, number, number + 9)).tobytes()
        item, path = f"Retry{number % 900}::run_{number // 2}", f"src/file{number % 400}.rs"
        by = people[number % 3]
        text = Summary(
            name, record, moment(at), by, (), None, None, item, path, "Write", "a" * 40, packed, number
        )
        events.append(text)
        for judge in people[3:] if number % 6 == 0 else people[3:4] if number % 2 == 0 else ():
            verdict = chance.choice(_VERDICTS)
            later = moment(at + chance.randrange(90_000))
            events.append(make_review(record=record, by=judge, revision=name, verdict=verdict, at=later))
    return events


def _first(project: Project, records: tuple[RecordState, ...]) -> float:
    """Processor time for figures of records of which nothing was asked before."""
    return _timed(lambda: Overview(project, project.specs()[0]).topic(TOPIC, records))


def _timed(work: Callable[[], object]) -> float:
    """Processor time: what else the machine does is in no figure."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _rows(records: tuple[RecordState, ...], chance: random.Random) -> list[TextRow]:
    words = ("the", "retry", "waits", "tokio", "because", "serde", "gives", "up")
    texts = [" ".join(chance.choices(words, k=60)) for _ in range(500)]
    measure = Measure(("tokio", "serde"))
    made = [measure.row("", "", "", moment(0), (text, text, text), Took(900, 400, 9)) for text in texts]
    return [
        TextRow(
            state.record,
            state.revision.id,
            state.revision.by,
            state.revision.at + timedelta(seconds=1),
            *(getattr(made[number % 500], name) for name in TextRow.__struct_fields__[4:]),
        )
        for number, state in enumerate(records)
        if state.revision is not None
    ]


class _Read(Gathering):
    """Has read its journal, and stops where it would read texts."""

    def __init__(self, project: Project, records: tuple[RecordState, ...]) -> None:
        super().__init__(project, "ada")
        super()._read(lambda what, done, total: None, never)  # the specs, and an empty journal
        self._mine = records

    def _read(self, progress: Progress, cancelled: Callable[[], bool]) -> dict[str, tuple[RecordState, ...]]:
        return {TOPIC: self._mine}

    def steps(
        self, progress: Progress, cancelled: Callable[[], bool] = never, costly: bool = True
    ) -> Iterator[Board]:
        found = super().steps(progress, cancelled, costly)
        yield next(found)
        yield next(found)


class _Timed(OverviewScreen):
    def __init__(self, drawing: list[float], project: Project, gathering: Gathering) -> None:
        super().__init__(project, Settings(), "ada", TOPIC, gathering)
        show = self.panes.show

        def timed() -> None:
            start = time.thread_time()
            show()
            drawing.append(time.thread_time() - start)

        setattr(self.panes, "show", timed)  # noqa: B010 - mypy knows it as a method


class _Host(App[None]):
    CSS_PATH = str(Path(application.__file__).parent / "app.tcss")

    def __init__(self) -> None:
        super().__init__()
        self.routes: Routes = ScreenRoutes(self, Path())


async def _shown(
    project: Project, records: tuple[RecordState, ...]
) -> tuple[float, list[float], list[float]]:
    """Seconds until figures are drawn, the interface's standstills until all is told, and what each drawing took."""
    gaps, drawing = [0.0], [0.0]

    async def beat() -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            gaps.append((after := time.perf_counter()) - before)
            before = after

    host = _Host()
    async with host.run_test(size=(160, 45)) as pilot:
        warm = OverviewScreen(project, Settings(), "ada", TOPIC)  # what only the first time costs
        await host.push_screen(warm)
        await host.workers.wait_for_complete()
        await pilot.pause()
        warm.action_back()
        await pilot.pause()
        screen = _Timed(drawing, project, _Read(project, records))
        start = time.perf_counter()
        await host.push_screen(screen)
        pulse = asyncio.create_task(
            beat()
        )  # opening any screen costs more than that: here figures are looked at
        lines = screen.query_one("#lines", FigureList)
        while not any(line.name == "records" and line.value == f"{len(records):,}" for line in lines.lines):
            await asyncio.sleep(0.002)
        shown = time.perf_counter() - start
        while not screen.figures.board.reports:
            await asyncio.sleep(0.002)
        await asyncio.sleep(0.05)
        pulse.cancel()
    return shown, gaps, drawing
