"""The workstation with a pulse: how long its interface stands still, and when. stall.py ROOT TOPIC RESULT

A beat is due every millisecond on the loop that Textual runs on. What RESULT holds after leaving is every time between
two beats of over 3 ms, as [time, seconds]; the clock is `time.perf_counter`, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from app.workstation import app as workstation

BEAT = 0.001
WORTH_TELLING = 0.003


class Pulsing(workstation.Workstation):
    """Textual calls the `on_mount` of every class, so this one only adds the pulse."""

    CSS_PATH = str(Path(workstation.__file__).with_suffix(".tcss"))
    gaps: list[tuple[float, float]] = []

    def on_mount(self) -> None:
        self.run_worker(self._beat())

    async def _beat(self) -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            if now - before > WORTH_TELLING:
                self.gaps.append((now, now - before))
            before = now


if __name__ == "__main__":
    Pulsing(Path(sys.argv[1]), sys.argv[2]).run()
    Path(sys.argv[3]).write_text(json.dumps(Pulsing.gaps))
