"""One draft in two places, in every order of full disks: the newest counts, and no older one ever comes back."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreError
from app.store.drafts import drafts as module
from app.store.drafts.draft_file import to_bytes
from app.store.drafts.drafts import DraftFile, DraftKey, Drafts
from tests.store.events import record_id

KEY = DraftKey("retry", record_id(1), "ada")
TOUCHES = ("write_whole", "make_folder", "to_trash", "copy_to_trash")


class Disk:
    """What the disk below the project's folder takes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = "works"
        """`full`: nothing new; `frozen`: no change at all, not even a file's name; or `works`."""

    def guard(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(path: Path, *rest: Any) -> Any:
            inside = path == self.home or self.home in path.parents
            stopped = {"works": (), "full": ("write_whole",), "frozen": TOUCHES}[self.state]
            if inside and name in stopped:
                number = errno.ENOSPC if self.state == "full" else errno.EROFS
                raise OSError(number, os.strerror(number), str(path))
            return act(path, *rest)

        return guarded


@pytest.fixture
def disk(project: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk(project / ".backspan")
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # hundreds of saves, and no power cut
    for name in TOUCHES:
        monkeypatch.setattr(module, name, made.guard(name, getattr(module, name)))
    return made


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each draft is of another millisecond: only the order of saving is to decide."""
    count = iter(range(1, 1_000_000))

    def dated(key: DraftKey, payload: dict[str, object], writer: str) -> bytes:
        body = json.loads(real(key, payload, writer))
        return json.dumps(body | {"saved_at": f"2026-01-31T12:00:{next(count) / 1000:06.3f}+00:00"}).encode()

    real = to_bytes
    monkeypatch.setattr(module, "to_bytes", dated)


def files(project: Path, tmp_path: Path) -> list[Path]:
    """Every file of a draft, in either place."""
    found = (*project.rglob("*.json"), *(tmp_path / "state").rglob("*.json"))
    return [path for path in found if "trash" not in path.parts]


def said(found: DraftFile | None) -> object:
    return found and found.payload["user"]


def orders() -> Iterator[tuple[tuple[str, str], ...]]:
    """Up to three saves: how the disk is, and whether the process went on, was started anew, or started and loaded."""
    for length in (1, 2, 3):
        states = product(("works", "full", "frozen"), repeat=length)
        for disks in states:
            for how in ("same", "anew", "loaded"):
                yield tuple((state, how) for state in disks)


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("end", ["works", "full", "frozen"])
def test_in_every_order_the_newest_counts_and_no_older_one_comes_back(
    disk: Disk, tmp_path: Path, end: str
) -> None:
    base = tmp_path
    for number, order in enumerate(orders()):
        tmp_path = base / str(number)
        project = tmp_path / "project"
        project.mkdir(parents=True)
        disk.home = project / ".backspan"
        disk.state = "works"
        drafts = Drafts(project, tmp_path / "state")
        for step, (state, how) in enumerate(order):
            if how != "same":
                drafts = Drafts(project, tmp_path / "state")
            if how == "loaded":
                assert said(drafts.load(KEY)) == (f"text {step - 1}" if step else None), order
            disk.state = state
            drafts.save(KEY, {"user": f"text {step}"})
            assert [one.payload["user"] for one in drafts.all("retry").drafts] == [f"text {step}"], order
        last = f"text {len(order) - 1}"
        disk.state = end
        drafts = Drafts(project, tmp_path / "state")
        assert said(drafts.load(KEY)) == last, order
        try:
            drafts.delete(KEY)
        except StoreError as error:
            assert end == "frozen" and "Read-only" in error.what, order
            assert said(Drafts(project, tmp_path / "state").load(KEY)) == last, order
            disk.state = "works"
            drafts.delete(KEY)
        disk.state = "works"
        assert Drafts(project, tmp_path / "state").load(KEY) is None, order
        assert files(project, tmp_path) == [], order
        kept = {json.loads(path.read_text())["payload"]["user"] for path in tmp_path.rglob("*.json")}
        assert last in kept, order


@pytest.mark.usefixtures("ticking")
def test_the_process_that_saved_puts_all_of_it_away(disk: Disk, project: Path, tmp_path: Path) -> None:
    """Kept in the project, then in the fall-back folder, then in both: the report that this was."""
    drafts = Drafts(project, tmp_path / "state")
    for state, text in (("works", "one"), ("frozen", "two"), ("works", "three")):
        disk.state = state
        drafts.save(KEY, {"user": text})
    assert len(files(project, tmp_path)) == 1
    drafts.delete(KEY)
    assert Drafts(project, tmp_path / "state").load(KEY) is None
    trash = {json.loads(path.read_text())["payload"]["user"] for path in tmp_path.rglob("*.json")}
    assert {"two", "three"} <= trash, "what was in the other place is put away and not lost"


@pytest.mark.usefixtures("ticking")
def test_a_newer_draft_in_the_fall_back_folder_is_not_passed_over(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    drafts = Drafts(project, tmp_path / "state")
    drafts.save(KEY, {"user": "old"})
    disk.state = "frozen"
    there = drafts.save(KEY, {"user": "new"})
    assert len(files(project, tmp_path)) == 2, "the older one cannot be put away yet"
    assert [(one.path, one.payload["user"]) for one in drafts.all("retry").drafts] == [(there, "new")]
    disk.state = "works"
    found = Drafts(project, tmp_path / "state").load(KEY)
    assert found is not None
    assert (found.path, found.payload["user"]) == (there, "new")
    assert files(project, tmp_path) == [there], "and now it was"


@pytest.mark.usefixtures("ticking")
def test_of_two_drafts_of_one_millisecond_the_later_file_counts(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    drafts = Drafts(project, tmp_path / "state")
    here = drafts.save(KEY, {"user": "old"})
    body = here.read_text()
    disk.state = "frozen"
    there = drafts.save(KEY, {"user": "new"})
    there.write_text(body.replace("old", "new"))
    os.utime(here, (1_000, 1_000))
    os.utime(there, (2_000, 2_000))
    assert said(Drafts(project, tmp_path / "state").load(KEY)) == "new"
    os.utime(here, (3_000, 3_000))
    assert said(Drafts(project, tmp_path / "state").load(KEY)) == "old"


@pytest.mark.usefixtures("ticking")
def test_what_cannot_be_put_away_keeps_the_newest_from_going_before_it(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    drafts = Drafts(project, tmp_path / "state")
    drafts.save(KEY, {"user": "old"})
    disk.state = "frozen"
    drafts.save(KEY, {"user": "new"})
    with pytest.raises(StoreError, match="cannot be put in the trash"):
        drafts.delete(KEY)
    assert said(Drafts(project, tmp_path / "state").load(KEY)) == "new"
    disk.state = "works"
    drafts.delete(KEY)
    assert Drafts(project, tmp_path / "state").load(KEY) is None


@pytest.mark.usefixtures("ticking")
def test_a_newer_backspans_draft_and_what_cannot_be_read_are_not_put_away(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    drafts = Drafts(project, tmp_path / "state")
    here = drafts.save(KEY, {"version": 1})
    body = json.loads(here.read_text())
    for other in (
        json.dumps(body | {"format": 2}),
        json.dumps(body | {"payload": {"version": 2}}),
        "no JSON",
    ):
        here.write_text(other)
        disk.state = "frozen"
        drafts.save(KEY, {"version": 1, "user": "mine"})
        disk.state = "works"
        assert said(Drafts(project, tmp_path / "state").load(KEY)) == "mine"
        assert here.read_text() == other


@pytest.mark.usefixtures("ticking")
def test_what_another_workstation_wrote_elsewhere_meanwhile_is_in_the_trash(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    ours, theirs = Drafts(project, tmp_path / "state"), Drafts(project, tmp_path / "state")
    disk.state = "frozen"
    theirs.save(KEY, {"user": "theirs"})
    disk.state = "works"
    ours.save(KEY, {"user": "ours"})
    assert said(ours.load(KEY)) == "ours"
    kept = [ours.take_out(one.path).payload["user"] for one in ours.trash("retry").drafts]
    assert kept == ["theirs"]


@pytest.mark.usefixtures("ticking")
def test_a_disk_that_fills_and_empties_does_not_fill_the_trash(
    disk: Disk, project: Path, tmp_path: Path
) -> None:
    drafts = Drafts(project, tmp_path / "state")
    for letter in range(40):
        disk.state = "frozen" if letter % 2 else "works"
        drafts.save(KEY, {"user": "x" * letter})
    assert len(drafts.trash("retry").drafts) <= 2
