"""Opens a journal as a workstation does, or reads it line by line with orjson, or refreshes after one more event.

Prints JSON: seconds in all, seconds until the first page, bytes of memory added at the peak, records found.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

TOPIC = "bench"


def memory(what: str) -> int:
    """Bytes of this process: `VmRSS` now, `VmHWM` at the most so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) * 1024
    raise SystemExit("the kernel does not say how much memory a process has")


def read(folder: Path) -> dict[str, float]:
    """The floor: every line decoded, nothing kept."""
    import orjson

    before, start, count = memory("VmRSS"), time.perf_counter(), 0
    with (folder / f"{TOPIC}.jsonl").open("rb") as file:
        for line in file:
            orjson.loads(line)
            count += 1
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "first": seconds, "added": memory("VmHWM") - before, "records": count}


def survey(folder: Path) -> dict[str, float]:
    """The journal as a screen gets it: a ledger, and the first page while it is being read."""
    from app.store.follower import Follower, Stage
    from app.store.journal.store import JournalStore

    first: list[float] = []

    def on_part(stage: Stage) -> None:
        if not first:
            page = [(state.status, state.revision) for state in stage.ledger.records[:60]]
            assert len(page) == 60
            first.append(time.perf_counter())

    before, start = memory("VmRSS"), time.perf_counter()
    follower = Follower(JournalStore(folder), TOPIC)
    follower.refresh(on_part)
    seconds = time.perf_counter() - start
    at_first = (first[0] - start) if first else seconds
    return {
        "seconds": seconds,
        "first": at_first,
        "added": memory("VmHWM") - before,
        "records": len(follower.ledger),
    }


if __name__ == "__main__":
    print(json.dumps({"read": read, "survey": survey}[sys.argv[1]](Path(sys.argv[2]))))
