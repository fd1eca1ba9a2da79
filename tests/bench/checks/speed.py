"""What the checks cost: one record among ten thousand others, and a whole project, beside reading the same lines."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Sequence
from functools import partial

from app.checks import Context, Texts, check_record
from app.checks.near_duplicates import Light, SetIndex
from app.checks.reading import code_of
from app.project.bundled import crate_dir
from app.rust.items import outline
from app.rust.syntax import parse
from tests.bench.figures import Figure, middle

_GROUP = "Checks"
TEXT = 3_000
BLOCK = 10_000


def speed(others: int, runs: int, sample: int) -> list[Figure]:
    """All checks on a record of 3 kB of text and 10 kB of code among `others`; then on `sample` of those."""
    chance = random.Random(5)
    records = [_record(chance, number) for number in range(others)]
    start = time.perf_counter()
    index = SetIndex(records)
    built = time.perf_counter() - start
    one = _record(chance, others)
    line = json.dumps(_plain(one))
    check_record(_texts(one), _context(index, one))  # lists and detectors are read once
    key = [_timed(partial(_judge, index, one._replace(user=f"{one.user} {n}"))) for n in range(runs)]
    new = [_timed(partial(_judge, index, _record(chance, others + n))) for n in range(1, runs + 1)]
    floor = middle([_timed(partial(json.loads, line)) for _ in range(200)])
    whole = [_timed(partial(_judge, index, r)) for r in records[:sample]]
    lines = [json.dumps(_plain(record)) for record in records[:sample]]
    read = [_timed(partial(json.loads, text)) for text in lines]
    size = f"{TEXT // 1000} kB of text, {BLOCK // 1000} kB of code"
    return [
        Figure(_GROUP, f"a key in a record of {size}, {others:,} others", middle(key), goal=0.030),
        Figure(_GROUP, "the same, nothing of it read before", middle(new), goal=0.030),
        Figure(_GROUP, "the same, beside reading its line", middle(new), floor, "JSON parse"),
        Figure(
            _GROUP, f"each of {sample:,} records of such a project", _mean(whole), _mean(read), "JSON parse"
        ),
        Figure(_GROUP, f"the index of {others:,} records, once", built),
    ]


def _judge(index: SetIndex, light: Light) -> None:
    check_record(_texts(light), _context(index, light))


def _texts(light: Light) -> Texts:
    return Texts(light.user, light.think, light.block)


def _context(index: SetIndex, light: Light) -> Context:
    return Context(
        crates=("tokio", "tracing"),
        roles=("main",),
        file_names=code_of(light.block).names,
        known=_VOCABULARY_SET.__contains__,
        licence="MIT",
        traits=("Exponential backoff with jitter", "Database transactions"),
        focus_words=("message", "queue"),
        target=(15, 25),
        others=index.view(light),
    )


def _plain(light: Light) -> dict[str, object]:
    return {"kind": "revision", "record": light.record, "user": light.user, "think": light.think,
            "block": {"text": light.block}}  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _record(chance: random.Random, number: int) -> Light:
    """A record of random sentences of the sample crate's words, and of random items of it."""
    block: list[str] = []
    size = 0
    while size < BLOCK:
        block.append(chance.choice(_ITEMS))
        size += len(block[-1])
    text = "\n\n".join(block)[:BLOCK].strip()
    user, think = prose(chance, TEXT // 6), prose(chance, TEXT - TEXT // 6)
    return Light(f"record {number}", f"topic {number % 20}", user, think, text, f"src/{number % 7}.rs")


def prose(chance: random.Random, length: int) -> str:
    """So many characters of sentences of the sample crate's words."""
    words: list[str] = []
    size = 0
    while size < length:
        word = chance.choice(_VOCABULARY)
        words.append(f"`{word}`" if "_" in word else word)
        size += len(words[-1]) + 1
        if chance.random() < 0.07:
            words[-1] += "."
    return " ".join(words)[:length]


def _sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted((crate_dir() / "src").glob("*.rs"))]


def _items() -> list[str]:
    found: list[str] = []
    for data in _sources():
        tree = parse(data)
        items = () if tree is None else outline(data, tree)
        found += [data[one.start : one.end].decode() for one in items if one.kind == "function_item"]
    return found


_VOCABULARY = sorted({word for data in _sources() for word in re.findall(r"[a-z]\w{2,}", data.decode())})
_VOCABULARY_SET = frozenset(_VOCABULARY)
_ITEMS = _items()
