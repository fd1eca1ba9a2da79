"""How long the interface's thread stands still while the source view opens a file. stall.py FILE RESULT

A beat is due every millisecond on the loop that Textual runs on; the longest time between two beats, from the moment
the file is given to the view until it is coloured, is written to RESULT in seconds, and beside it how late a beat is
when nothing happens.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

from textual.app import App, ComposeResult

from app.rust.source import SourceFile
from widgets.source_pane import SourcePane
from widgets.source_view import SourceView

BEAT = 0.001


class Probe(App[None]):
    """The source view alone; it ends when the file is read."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[float] = []
        self.opened = 0.0

    def compose(self) -> ComposeResult:
        yield SourceView()

    def on_mount(self) -> None:
        self.run_worker(self._beat())
        self.set_timer(0.6, self._show)  # what starting costs is over by then

    async def _beat(self) -> None:
        while True:
            self.beats.append(time.perf_counter())
            await asyncio.sleep(BEAT)

    def _show(self) -> None:
        gc.collect()
        data = Path(sys.argv[1]).read_bytes()
        self.opened = time.perf_counter()
        self.beats.append(self.opened)
        self.query_one(SourcePane).show(SourceFile.of("big.rs", data))

    def on_source_pane_parsed(self) -> None:
        self.set_timer(0.3, self._tell)

    def _tell(self) -> None:
        gaps = [(after - before, after > self.opened) for before, after in zip(self.beats, self.beats[1:])]  # noqa: B905, RUF007
        quiet = [gap for gap, later in gaps[len(gaps) // 8 :] if not later]
        result = {"stall": max(gap for gap, later in gaps if later), "idle": max(quiet[-200:])}
        Path(sys.argv[2]).write_text(json.dumps(result))
        self.exit()


if __name__ == "__main__":
    Probe().run()
