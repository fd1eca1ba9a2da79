"""The list of records while a long journal is being read, and after."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from app.project.project import Project
from app.records.events import event_line
from app.records.history.ledger import Ledger
from app.records.history.summary import Summary
from app.store.journal import track
from app.store.journal.scan import light_line
from app.workstation.records.records_screen import RecordRows, RecordsScreen
from tests.desk import Desk
from tests.store.events import record_id, retraction, review, revision
from tests.workstation.driver import TOPIC, settle, workstation
from widgets.bars.status import StatusLine
from widgets.record.list import RecordList


class SlowReader:
    """Reads a journal's lines lightly, and waits at one of them until `go_on` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.lines = -1
        """Lines read since it was set to 0; before that none counts, for the list of topics reads, too."""
        self._stop = stop
        monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)
        monkeypatch.setattr(track, "light_line", self.read)

    def read(self, data: bytes) -> Summary | None:
        """What stands in the place of `light_line`."""
        self.lines += self.lines >= 0
        if self.lines == self._stop:
            self.begun.set()
            self.go_on.wait(20)
        return light_line(data)


async def test_the_first_records_can_be_used_while_the_others_are_being_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the file the last record comes first, so that the later parts put rows before those in sight.
    lines = [event_line(revision(number)) for number in range(60, 0, -1)]
    (project.datasets_dir / f"{TOPIC}.jsonl").write_bytes(b"".join(lines))
    reader = SlowReader(monkeypatch, 21)
    monkeypatch.setattr(track, "_FIRST_PART", 20)
    monkeypatch.setattr(track, "_PARTS", 3)
    desk = Desk(project, TOPIC, "ada")
    app = workstation(project)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            reader.lines = 0
            screen = RecordsScreen(desk, desk.judge)
            await app.push_screen(screen)
            while not reader.begun.is_set():
                await pilot.pause()
            await pilot.pause()
            records, line = screen.query_one(RecordList), screen.query_one(StatusLine)
            assert "20 records · reading… 33%" in line.left
            await pilot.press("down", "down", "tab")
            assert records.chosen is not None
            assert records.chosen.record == record_id(43)
            reader.go_on.set()
            await settle(pilot)
            assert line.left.endswith("· 60 records")
            assert (records.chosen.record, records.cursor) == (record_id(43), 42)
            assert isinstance(screen.focused, Input)
    finally:
        reader.go_on.set()


async def test_leaving_the_list_ends_the_reading_and_the_next_goes_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [event_line(revision(number)) for number in range(1, 61)]
    (project.datasets_dir / f"{TOPIC}.jsonl").write_bytes(b"".join(lines))
    reader = SlowReader(monkeypatch, 6)
    desk = Desk(project, TOPIC, "ada")
    app = workstation(project)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            reader.lines = 0
            await app.push_screen(RecordsScreen(desk, desk.judge))
            while not reader.begun.is_set():
                await pilot.pause()
            await pilot.press("escape")
            reader.go_on.set()
            await settle(pilot)
            assert reader.lines < 60
            assert len(desk.ledger()) == 60
            assert reader.lines == 60  # no line twice
    finally:
        reader.go_on.set()


def test_rows_are_made_when_they_are_looked_at_and_found_by_their_record() -> None:
    first, gone = revision(1, user="One\n  two."), revision(2, second=5)
    lost = retraction((revision(9),), 6)  # whose text another copy of the journal has
    again = revision(1, 7, (first,), user="One, again.")
    ledger = Ledger([first, review(again), again, gone, retraction((gone,), 8), lost])
    rows = RecordRows(ledger, ())
    assert [(row.record, row.status, row.opening, row.revisions) for row in rows] == [
        (record_id(1), "accepted", "One, again.", 2),
        (record_id(2), "retracted", "Write a pause.", 1),
    ]
    assert (rows[0].item, rows[0].path, rows[0].by, rows[0].at) == (
        "pause",
        "src/a.rs",
        "ada",
        "2026-01-31 12:00",
    )
    assert rows[-1] == rows[1:][0] == rows[1]
    assert [rows.place(record_id(number)) for number in (1, 2, 9)] == [0, 1, None]


async def test_accepting_from_the_list_is_of_the_text_that_is_listed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`newest-is-judged`: a key in the list accepted what was saved since it was drawn, and one's own texts."""
    first, own = revision(1, by="bob"), revision(2, by="ada")
    project.store.append(TOPIC, [first, own])
    desk = Desk(project, TOPIC, "ada")
    app = workstation(project)
    said: list[str] = []
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        screen = RecordsScreen(desk, desk.judge)
        await app.push_screen(screen)
        await settle(pilot)
        monkeypatch.setattr(screen, "_say", said.append)
        monkeypatch.setattr(screen, "journal_changed", lambda: None)  # as if the watcher had not looked yet
        project.store.append(TOPIC, [revision(1, 5, (first,), "bob", "Another.")])
        await pilot.press("a", "down", "a")
        await settle(pilot)
        assert ["does not say that any more" in said[0], "is yours" in said[1], len(said)] == [True, True, 2]
        screen._read()
        await settle(pilot)
        await pilot.press("up", "a")
        await settle(pilot)
    assert [state.status for state in desk.ledger().records] == ["accepted", "submitted"]
