"""What checks cost in a whole project: the draft in hand among thousands of records, and `backspan check` of all."""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import fmean

import orjson

from app.checks.running import Audit, Code, Live
from app.checks.running.imprint_cache import NAME
from app.project.bundled import crate_dir
from app.project.project import Project, init_project
from app.project.topics.spec import SAMPLE
from app.records.events import Block, Effort, Revision, Span, event_line, make_revision
from app.records.history.ledger import RecordState
from app.rust.items import outline
from app.rust.syntax import parse
from app.store.follower import Follower
from tests.bench.checks.speed import BLOCK, TEXT, prose
from tests.bench.figures import MB, Figure, middle, percentile
from tests.bench.workplace import REPOSITORY
from tests.store.events import moment, record_id

_GROUP = "Checks"
_TOPICS = 5
_SPEC = """\
title = "Bench {number}"
system = "You are an engineer."
sources = ["src/**/*.rs"]
crates = ["tokio", "tracing"]
traits = ["Exponential backoff with jitter", "Database transactions"]
focus_words = ["message", "queue"]
output = "bench{number}.jsonl"
target = {{ min = 15, max = 25 }}

[repository]
url = "{url}"
"""
_WEIGH = """
import sys
from pathlib import Path
from app.checks.running import Code, Live
from app.project.project import Project
from app.store.follower import Follower
def size():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
project = Project(Path(sys.argv[1]))
specs, _ = project.specs()
followers = {topic: Follower(project.store, topic) for topic in specs}
known = [follower.refresh() and follower.ledger.records for follower in followers.values()]
spec = specs["bench0"]
live = Live(project, "bench0", spec, Code(project.snapshot(spec)), followers)
before = size()
live.refresh()
print(size() - before)
"""
_Item = tuple[str, int, bytes]


def live(others: int, runs: int, sample: int) -> list[Figure]:
    """The draft in hand among `others` records, `runs` times each; then `sample` records in full."""
    with tempfile.TemporaryDirectory(prefix="backspan-checks-") as folder:
        project = _project(Path(folder), others)
        return [*_opening(project, others), *_keys(project, others, runs), *_whole(project, sample)]


def _opening(project: Project, others: int) -> list[Figure]:
    """From nothing, then with what the cache has."""
    anew = _timed(partial(_live(project).refresh))
    one = _live(project)
    cached, stall = _stalled(one.refresh)
    size = (project.work_dir / NAME).stat().st_size
    line = partial(_append, project, others + 1)
    line()
    more = _timed(one.refresh)
    return [
        Figure(_GROUP, f"the others, {others:,} records read for the first time", anew),
        Figure(_GROUP, "the same, another time", cached, goal=1.5),
        Figure(_GROUP, "the same: longest wait of another thread meanwhile", stall),
        Figure(_GROUP, "the same, after one more save", more),
        Figure(_GROUP, "its file", size, unit=MB),
        Figure(_GROUP, "memory that the others take", _weight(project), unit=MB, goal=150e6),
    ]


def _weight(project: Project) -> float:
    """Bytes that a process grows by as it reads the others from the cache, its ledgers known."""
    asked = [sys.executable, "-c", _WEIGH, str(project.root)]
    found = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    return float(found.stdout)


def _keys(project: Project, others: int, runs: int) -> list[Figure]:
    one, chance = _live(project), random.Random(5)
    one.refresh()
    items = _items()
    user, think, block = prose(chance, TEXT // 6), prose(chance, TEXT - TEXT // 6), _block(chance, items)
    record, effort = record_id(others + 9), Effort()

    def judge(user: str, block: Block) -> None:
        one.judge(record, user, think, block, effort, {})

    judge(user, block)
    gc.collect()
    key = [_timed(partial(judge, f"{user} {n}", block)) for n in range(runs)]
    think_key = [
        _timed(partial(one.judge, record, user, f"{think} {n}", block, effort, {})) for n in range(runs)
    ]
    blocks = [_block(chance, items) for _ in range(runs)]
    cold = [_timed(partial(judge, user, other)) for other in blocks]
    fresh = _live(project)
    fresh._others, fresh._ready = one._others, True
    first = _timed(partial(fresh.judge, record, user, think, block, effort, {}))
    stall = max(_stalled(partial(judge, f"{user} {n} again", block))[1] for n in range(runs))
    size = f"{TEXT // 1000} kB of text, {BLOCK // 1000} kB of code"
    return [
        Figure(_GROUP, f"a key in the request of {size}: median", middle(key), goal=0.030),
        Figure(_GROUP, "the same: 95 of 100 within", percentile(key, 0.95), goal=0.030),
        Figure(_GROUP, "a key in the reasoning: median", middle(think_key), goal=0.030),
        Figure(_GROUP, "the same: 95 of 100 within", percentile(think_key, 0.95), goal=0.030),
        Figure(_GROUP, "another block: median", middle(cold), goal=0.030),
        Figure(_GROUP, "the first block, its files not parsed yet", first),
        Figure(_GROUP, "a key: longest wait of another thread meanwhile", stall),
    ]


def _whole(project: Project, sample: int) -> list[Figure]:
    """Records of one topic in full, the others known; beside parsing their lines."""
    specs, _ = project.specs()
    followers = {topic: Follower(project.store, topic) for topic in specs}
    for follower in followers.values():
        follower.refresh()
    ledgers: dict[str, Sequence[RecordState]] = {
        topic: follower.ledger.records for topic, follower in followers.items()
    }
    audit = Audit(project, specs, ledgers, lambda said: print(said, file=sys.stderr))
    targets = audit.pick(["bench0"])[:sample]
    spent: list[float] = []
    began = time.perf_counter()
    for _ in audit.run(targets):
        spent.append(time.perf_counter() - began)
        began = time.perf_counter()
    lines = project.store.path("bench0").read_bytes().split(b"\n")[: len(targets)]
    floor = [_timed(partial(json.loads, line)) for line in lines]
    fast = [_timed(partial(orjson.loads, line)) for line in lines]
    each = fmean(spent[1:])
    return [
        Figure(
            _GROUP, f"each of {len(targets):,} records in full", each, fmean(floor), "json.loads of its line"
        ),
        Figure(_GROUP, "the same", each, fmean(fast), "orjson.loads of its line"),
        Figure(_GROUP, "before the first, the others of the cache included", spent[0]),
    ]


def _live(project: Project) -> Live:
    spec = project.spec("bench0")
    return Live(project, "bench0", spec, Code(project.snapshot(spec)))


def _project(folder: Path, others: int) -> Project:
    project = init_project(folder)[0]
    for path in project.specs_dir.glob("*.toml"):
        path.unlink()
    for path in project.datasets_dir.glob("*.jsonl"):
        path.unlink()
    for number in range(_TOPICS):
        spec = _SPEC.format(number=number, url=SAMPLE)
        (project.specs_dir / f"bench{number}.toml").write_text(spec)
    chance, items = random.Random(7), _items()
    files = [project.store.path(f"bench{number}").open("wb") for number in range(_TOPICS)]
    for number in range(others):
        files[number % _TOPICS].write(event_line(_revision(chance, items, number)))
    for file in files:
        file.close()
    return Project(folder)


def _append(project: Project, number: int) -> None:
    project.store.append("bench1", [_revision(random.Random(number), _items(), number)])


def _revision(chance: random.Random, items: Sequence[_Item], number: int) -> Revision:
    return make_revision(
        record=record_id(number),
        by=("ada", "bob", "cy")[number % 3],
        block=_block(chance, items),
        user=prose(chance, TEXT // 6).strip(),
        think=prose(chance, TEXT - TEXT // 6).strip(),
        at=moment(number),
    )


def _block(chance: random.Random, items: Sequence[_Item]) -> Block:
    """Ten kilobytes of the sample crate's functions, as they stand there."""
    spans: list[Span] = []
    text = ""
    while len(text) < BLOCK:
        path, start, data = chance.choice(items)
        joint = "\n\n" if spans else ""
        spans.append(
            Span(path=path, start=start, end=start + len(data), role="helper" if spans else "main", item="f",
                 sha256=sha256(data).hexdigest(), joint=joint)
        )  # fmt: skip
        text += joint + data.decode()
    return Block(repository=SAMPLE, commit=None, licence="MIT", spans=tuple(spans), text=text)


def _items() -> list[_Item]:
    found: list[_Item] = []
    for path in sorted((crate_dir() / "src").glob("*.rs")):
        data = path.read_bytes()
        tree = parse(data)
        items = () if tree is None else outline(data, tree)
        for one in items:
            raw = data[one.start : one.end]
            if one.kind == "function_item" and not one.test and raw == raw.strip():
                found.append((f"src/{path.name}", one.start, raw))
    return found


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _stalled(work: Callable[[], object]) -> tuple[float, float]:
    """How long work in a thread takes, and the longest that this thread had to wait to go on meanwhile."""
    took: list[float] = []
    thread = threading.Thread(target=lambda: took.append(_timed(work)))
    longest, last = 0.0, time.perf_counter()
    thread.start()
    while thread.is_alive():
        time.sleep(0.0005)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    thread.join()
    return took[0], longest
