"""The list of records while a long journal is being read, and after."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from app.desk import Desk
from app.project import Project, init_project
from app.records import event_line
from app.screens.records import RecordRows, RecordsScreen
from app.store import track
from app.store.ledger import Ledger
from app.store.scan import light_line
from app.store.summary import Summary
from app.workbench import Workbench
from tests.screens.driver import TOPIC, settle, workstation
from tests.store.events import record_id, retraction, review, revision
from widgets.record_list import RecordList
from widgets.status_line import StatusLine


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return init_project(tmp_path / "project")[0]


async def test_the_first_records_can_be_used_while_the_others_are_being_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the file the last record comes first, so that the later parts put rows before those in sight.
    lines = [event_line(revision(number)) for number in range(60, 0, -1)]
    (project.datasets_dir / f"{TOPIC}.jsonl").write_bytes(b"".join(lines))
    begun, go_on = threading.Event(), threading.Event()
    looked = -1  # the list of topics looks, too

    def slow(data: bytes) -> Summary | None:
        nonlocal looked
        looked += looked >= 0
        if looked == 21:
            begun.set()
            go_on.wait(20)
        return light_line(data)

    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)
    monkeypatch.setattr(track, "_FIRST_PART", 20)
    monkeypatch.setattr(track, "_PARTS", 3)
    monkeypatch.setattr(track, "light_line", slow)
    desk = Desk(Workbench(project, TOPIC), "ada")
    app = workstation(project)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            looked = 0
            screen = RecordsScreen(desk)
            await app.push_screen(screen)
            while not begun.is_set():
                await pilot.pause()
            await pilot.pause()
            records, line = screen.query_one(RecordList), screen.query_one(StatusLine)
            assert "20 records · reading… 33%" in line.left
            await pilot.press("down", "down", "tab")
            assert records.chosen is not None
            assert records.chosen.record == record_id(43)
            go_on.set()
            await settle(pilot)
            assert line.left.endswith("· 60 records")
            assert (records.chosen.record, records.cursor) == (record_id(43), 42)
            assert isinstance(screen.focused, Input)
    finally:
        go_on.set()


async def test_leaving_the_list_ends_the_reading_and_the_next_goes_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [event_line(revision(number)) for number in range(1, 61)]
    (project.datasets_dir / f"{TOPIC}.jsonl").write_bytes(b"".join(lines))
    begun, go_on = threading.Event(), threading.Event()
    looked = -1  # the list of topics looks, too

    def slow(data: bytes) -> Summary | None:
        nonlocal looked
        looked += looked >= 0
        if looked == 6:
            begun.set()
            go_on.wait(20)
        return light_line(data)

    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)
    monkeypatch.setattr(track, "light_line", slow)
    desk = Desk(Workbench(project, TOPIC), "ada")
    app = workstation(project)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            looked = 0
            await app.push_screen(RecordsScreen(desk))
            while not begun.is_set():
                await pilot.pause()
            await pilot.press("escape")
            go_on.set()
            await settle(pilot)
            assert looked < 60
            assert len(desk.ledger()) == 60
            assert looked == 60  # no line twice
    finally:
        go_on.set()


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
