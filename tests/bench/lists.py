"""A long list of records: its first page, and a key in its filter, words in all texts among what is sought."""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
import time
from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import product
from pathlib import Path

from textual.app import App, ComposeResult

from app.records.events import Review, Verdict, make_review
from app.records.filters.language import FilterError, parse
from app.records.filters.matching import RowColumns
from app.records.filters.row import Facts, Row
from app.records.filters.rows import Rows, Views
from app.records.history.ledger import Ledger
from app.records.history.summary import Summary, opening_of
from app.records.history.viewpoint import Viewer
from app.review.passes import Pass, Plan
from app.review.queue.text_index import TextIndex
from tests.bench.figures import MB, Figure, middle, percentile
from tests.bench.workplace import REPOSITORY
from tests.store.events import moment, record_id
from widgets.record.table import RecordTable

TYPED = (
    "status:submitted author:ada -reviewer:cleo",
    "item:retry path:file12 finding:BS4 or crate:tokio",
    "after:2026-01-31 before:2w verdict:return,reject",
    "thundering the tokioerror -configu",
    '"thundering herd" retry status:returned',
)
"""Filters, typed key by key."""
_SENTENCES = 75
"""In each record, of eight words each: about 4.5 kB."""
_SYLLABLES = (
    "re",
    "try",
    "to",
    "ki",
    "o",
    "con",
    "fi",
    "gu",
    "ra",
    "tion",
    "span",
    "er",
    "ror",
    "mu",
    "tex",
    "wa",
    "it",
    "s",
)
_TOKENS = ["the", "a", "thundering herd", "retry", "let", *map("".join, product(_SYLLABLES, repeat=3))]
"""Words as they come in texts: few of them make up most."""


def lists(size: int) -> list[Figure]:
    """A topic of so many records."""
    chance = random.Random(6)
    before = _resident()
    ledger = _ledger(size, chance)
    facts = [
        Facts(("BS409",), 0, 1, ("tokio",)),
        Facts((), 0, 0, ("std", "tokio")),
        Facts(("BS502", "BS601"), 1, 2),
    ]
    views = Views("bench", Viewer("ada", blind=True), lambda revision: facts[int(revision[:2], 16) % 3])
    held, start = _resident(), time.perf_counter()
    page = asyncio.run(_first_page(views.rows(ledger.records)))
    columns, rows = RowColumns(), views.rows(ledger.records)
    start = time.perf_counter()
    columns.take(rows)
    taken, added = time.perf_counter() - start, _resident() - held
    start = time.perf_counter()
    columns.take(views.rows(ledger.records))
    again = time.perf_counter() - start
    passes = [_timed(lambda: Pass(Plan("review", "riskiest"), rows)) for _ in range(3)]
    folder = REPOSITORY / ".bench"
    folder.mkdir(exist_ok=True)
    gc.collect()
    gc.freeze()  # as the workstation does once it has read its journals
    with tempfile.TemporaryDirectory(dir=folder) as work:
        index = TextIndex(Path(work))
        built, stored = _index(index, rows, chance, Path(work))
        keys, words, gaps = asyncio.run(_typing(columns, rows, index))
        index.close()
    gc.unfreeze()
    group = f"A list of {size:,} records"
    return [
        Figure(group, "its first page on the screen, the records read", page, goal=0.1),
        Figure(
            group, "a key in the filter, off the interface's thread: median", middle(keys + words), goal=0.05
        ),
        Figure(
            group, "the same, without words in texts: 95 of 100 within", percentile(keys, 0.95), goal=0.05
        ),
        Figure(group, "the same, with words in texts: 95 of 100 within", percentile(words, 0.95), goal=0.05),
        Figure(group, "the longest of all keys", max(keys + words)),
        Figure(group, "the interface's longest standstill meanwhile", max(gaps), goal=0.015),
        Figure(group, "getting ready for filters, once", taken),
        Figure(group, "the same after a change", again),
        Figure(group, "a pass over it, riskiest first", middle(passes)),
        Figure(group, "memory added by rows and filters", added, held - before, "the ledger", unit=MB),
        Figure(group, "the index of all words, once, a record", built / size),
        Figure(group, "the index on disk", stored[0], stored[1], "the texts", unit=MB),
    ]


def _ledger(size: int, chance: random.Random) -> Ledger:
    events: list[Summary | Review] = []
    for number in range(size):
        name = f"{chance.getrandbits(256):064x}"
        record, by = record_id(number), ("ada", "ben", "eva")[number % 3]
        packed = array("Q", (0, 0, 0, number, number + 9)).tobytes()
        item, path = f"impl Retry{number % 900}::run_{number}", f"src/part{number % 40}/file{number % 400}.rs"
        opening = opening_of(f"Write retry number {number}, which gives up after a while. " * 3)
        events.append(
            Summary(
                name,
                record,
                moment(number),
                by,
                (),
                None,
                None,
                item,
                path,
                opening,
                "a" * 40,
                packed,
                number,
            )
        )
        if number % 3 == 0:
            verdict: Verdict = ("accept", "return", "reject")[number // 3 % 3]
            judge = ("cleo", "dov", "ada")[number // 9 % 3]
            events.append(
                make_review(record=record, by=judge, revision=name, verdict=verdict, at=moment(number + 9))
            )
    return Ledger(events, 2)


class _Lists(App[None]):
    def compose(self) -> ComposeResult:
        yield RecordTable()


async def _first_page(rows: Rows) -> float:
    """Seconds from the ledger to the last row of the first page drawn."""
    app = _Lists()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        table = app.query_one(RecordTable)
        start = time.perf_counter()
        table.set_rows(rows, rows.place)
        drawn = [table.render_line(y).text for y in range(table.size.height)]
        took = time.perf_counter() - start
        assert "run_40" in drawn[41]
        return took


def _index(
    index: TextIndex, rows: Sequence[Row], chance: random.Random, folder: Path
) -> tuple[float, tuple[int, int]]:
    """Seconds for the index without making the texts; bytes on disk and of the texts."""
    weights = [1 / (number + 3) for number in range(len(_TOKENS))]
    words = chance.choices(_TOKENS, weights, k=8 * 7_500)
    sentences = [" ".join(words[at : at + 8]) + ". " for at in range(0, len(words), 8)]
    length, made = 0, 0.0

    def text(revision: str) -> str:
        nonlocal length, made
        start = time.perf_counter()
        said = "".join(chance.choices(sentences, k=_SENTENCES))
        length += len(said)
        made += time.perf_counter() - start
        return said

    start = time.perf_counter()
    index.take([row.texts[0] for row in rows], text)
    took = time.perf_counter() - start - made
    return took, (sum(path.stat().st_size for path in folder.iterdir()), length)


async def _typing(
    columns: RowColumns, rows: Rows, index: TextIndex
) -> tuple[list[float], list[float], list[float]]:
    """Seconds of each key without and with words, and the standstills of the interface that shows the answers."""
    keys, words, gaps = list[float](), list[float](), [0.0]
    app = _Lists()
    now = datetime.now().astimezone()

    def key(typed: str) -> tuple[float, Callable[[], None]] | None:
        start = time.perf_counter()
        try:
            wanted = parse(typed)
        except FilterError:
            return None
        picked = columns.select(wanted, now, index)
        took = time.perf_counter() - start
        (words if any(term.field == "text" for term in wanted.terms()) else keys).append(took)
        return took, lambda: table.set_rows(picked, picked.place, len(rows))

    async def beat() -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            gaps.append((after := time.perf_counter()) - before)
            before = after

    async with app.run_test(size=(160, 45)) as pilot:
        table = app.query_one(RecordTable)
        table.set_rows(rows, rows.place)
        await pilot.pause()
        pulse = asyncio.create_task(beat())
        for typed in TYPED:
            for end in range(1, len(typed) + 1):
                answer = await asyncio.to_thread(key, typed[:end])
                if answer is not None:
                    answer[1]()
                await asyncio.sleep(0.01)
        pulse.cancel()
    return keys, words, gaps


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _resident() -> int:
    """Bytes of memory this process has now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0
