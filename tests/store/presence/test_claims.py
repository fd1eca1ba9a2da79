"""Claims: seen by the others, ended by silence, never in the way, whatever the clocks and the files say."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UsageError
from app.store.presence.claims import TTL, Claim, Claims, Presence
from app.store.presence.processes import has_ended, this_process
from tests.store.events import record_id

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Clock:
    """One machine's clocks, moved by hand."""

    def __init__(self, wall: datetime = NOON) -> None:
        self.seconds = 1000.0
        self._wall = wall - timedelta(seconds=1000)

    def __call__(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return self._wall + timedelta(seconds=self.seconds)


def claims(datasets: Path, by: str, clock: Clock | None = None, topic: str = "retry") -> Claims:
    clock = clock or Clock()
    return Claims(datasets, topic, by, host=f"{by}s-desk", monotonic=clock, now=clock.wall)


@pytest.fixture
def datasets(tmp_path: Path) -> Path:
    path = tmp_path / "datasets"
    path.mkdir()
    return path


class PresenceConformance:
    """What any store of claims must do. Inherit, and define `ada` and `bob`: two workstations on one topic."""

    def test_what_one_is_on_is_seen_by_the_other_and_not_by_oneself(
        self, ada: Presence, bob: Presence
    ) -> None:
        ada.hold(record_id(1), "src/retry.rs", "Retry::run")
        (seen,) = bob.others()
        assert (seen.by, seen.record, seen.path, seen.item) == (
            "ada",
            record_id(1),
            "src/retry.rs",
            "Retry::run",
        )
        assert ada.others() == ()

    def test_moving_on_shows_the_new_place_only(self, ada: Presence, bob: Presence) -> None:
        ada.hold(record_id(1), "src/retry.rs", "Retry::run")
        ada.hold(record_id(2), "src/retry.rs", "Retry::new")
        assert [seen.item for seen in bob.others()] == ["Retry::new"]

    @pytest.mark.parametrize("leave", ["release", "hold nothing"])
    def test_who_leaves_is_not_shown_and_a_late_renewal_does_not_bring_them_back(
        self, ada: Presence, bob: Presence, leave: str
    ) -> None:
        ada.hold(record_id(1))
        assert len(bob.others()) == 1
        if leave == "release":
            ada.release()
        else:
            ada.hold(None)
        ada.renew()
        assert bob.others() == ()

    def test_who_left_is_gone_for_good_and_who_holds_nothing_may_hold_again(
        self, ada: Presence, bob: Presence
    ) -> None:
        ada.hold(record_id(1))
        ada.hold(None)
        ada.hold(record_id(2))
        assert [seen.record for seen in bob.others()] == [record_id(2)]
        ada.release()
        ada.hold(record_id(2))
        assert bob.others() == ()

    def test_two_may_be_on_one_item(self, ada: Presence, bob: Presence) -> None:
        for one in (ada, bob):
            one.hold(record_id(1), "src/retry.rs", "Retry::run")
        assert [seen.by for seen in ada.others()] == ["bob"]
        assert [seen.by for seen in bob.others()] == ["ada"]
        assert (ada.problem, bob.problem) == ("", "")

    def test_nothing_is_asked_of_one_who_holds_nothing(self, ada: Presence) -> None:
        ada.renew()
        ada.release()
        assert (ada.others(), ada.problem) == ((), "")


class TestFolder(PresenceConformance):
    @pytest.fixture
    def ada(self, datasets: Path) -> Presence:
        return claims(datasets, "ada")

    @pytest.fixture
    def bob(self, datasets: Path) -> Presence:
        return claims(datasets, "bob")


def test_a_claim_is_one_small_file_that_git_does_not_see(datasets: Path) -> None:
    ada = claims(datasets, "ada")
    assert list(datasets.iterdir()) == []
    ada.hold(record_id(1), "src/retry.rs", "Retry::run")
    assert [path.name for path in (datasets / ".claims" / "retry").iterdir()] == [ada.file.name]
    assert (datasets / ".claims" / ".gitignore").read_text() == "*\n"
    assert ada.file.stat().st_size < 1000
    ada.release()
    assert list((datasets / ".claims" / "retry").iterdir()) == []


def test_topics_are_apart(datasets: Path) -> None:
    claims(datasets, "ada", topic="cache").hold(record_id(1))
    assert claims(datasets, "bob").others() == ()


def test_a_topic_that_could_leave_the_folder_is_refused(datasets: Path) -> None:
    with pytest.raises(UsageError):
        claims(datasets, "ada", topic="../x")


def test_claims_are_sorted_by_person(datasets: Path) -> None:
    for by in ("mia", "ada", "zoe"):
        claims(datasets, by).hold(record_id(1))
    assert [seen.by for seen in claims(datasets, "bob").others()] == ["ada", "mia", "zoe"]


# -- expiry


def test_a_silent_claim_ends_and_a_renewal_brings_it_back(datasets: Path) -> None:
    clock = Clock()
    ada, bob = claims(datasets, "ada"), claims(datasets, "bob", clock)
    ada.hold(record_id(1))
    assert len(bob.others()) == 1
    clock.seconds += TTL - 1
    assert len(bob.others()) == 1
    clock.seconds += 2
    assert bob.others() == ()
    ada.renew()
    assert len(bob.others()) == 1


def test_a_renewed_claim_never_ends(datasets: Path) -> None:
    clock = Clock()
    ada, bob = claims(datasets, "ada"), claims(datasets, "bob", clock)
    ada.hold(record_id(1))
    for _ in range(10):
        ada.renew()
        assert len(bob.others()) == 1
        clock.seconds += 50


def test_a_claim_already_old_at_first_sight_is_not_shown(datasets: Path) -> None:
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))
    before = ada.file.stat().st_mtime - TTL - 30
    os.utime(ada.file, (before, before))
    assert claims(datasets, "bob").others() == ()
    assert ada.file.exists()


def test_the_owners_wrong_clock_changes_nothing(datasets: Path) -> None:
    wrong = Clock(NOON + timedelta(days=400))
    ada, bob = claims(datasets, "ada", wrong), claims(datasets, "bob")
    ada.hold(record_id(1))
    wrong.seconds += 300
    ada.renew()
    (seen,) = bob.others()
    assert abs(seen.since - (NOON - timedelta(seconds=300))) <= timedelta(seconds=2)


def test_the_beginning_stands_still_while_it_is_renewed(datasets: Path) -> None:
    here, there = Clock(), Clock()
    ada, bob = claims(datasets, "ada", there), claims(datasets, "bob", here)
    ada.hold(record_id(1))
    first = bob.others()
    for clock in (here, there):
        clock.seconds += 20.6
    ada.renew()
    ada.hold(record_id(1))
    assert bob.others() == first


def test_a_file_time_from_another_clock_does_not_end_a_claim_that_just_changed(datasets: Path) -> None:
    clock = Clock()
    ada, bob = claims(datasets, "ada"), claims(datasets, "bob", clock)
    ada.hold(record_id(1))
    bob.others()
    clock.seconds += 20
    ada.renew()
    os.utime(ada.file, (1e9, 1e9))  # a tool that copies folders between machines keeps times
    assert len(bob.others()) == 1
    assert ada.file.exists()


def test_where_nothing_can_be_written_a_claim_is_believed_for_its_time(
    datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))
    os.utime(ada.file, (1e9, 1e9))
    clock = Clock()
    bob = claims(datasets, "bob", clock)

    def refused(*arguments: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Claims, "_temporary", refused)
    assert len(bob.others()) == 1
    clock.seconds += TTL
    assert bob.others() == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("renew"), st.just(0.0)),
            st.tuples(st.just("pass"), st.floats(0.1, 2 * TTL)),
            st.tuples(st.just("touch"), st.floats(0, 2e9)),
        ),
        max_size=20,
    )
)
def test_a_claim_that_ended_stays_ended_until_its_owner_writes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, float]]
) -> None:
    clock = Clock()
    folder = tmp_path_factory.mktemp("datasets")
    ada, bob = claims(folder, "ada"), claims(folder, "bob", clock)
    ada.hold(record_id(1))
    written = clock.seconds
    bob.others()
    shown = True
    for step, value in steps:
        if step == "renew":
            ada.renew()
            written, shown = clock.seconds, True
        elif step == "pass":
            clock.seconds += value
        elif ada.file.exists():
            os.utime(ada.file, (value, value))
        now = bool(bob.others())
        assert shown or not now
        assert now == (clock.seconds - written < TTL)
        shown = now


@pytest.fixture
def killed(datasets: Path) -> Path:
    """The folder of claims, with one whose owner was killed."""
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from app.store.presence.claims import Claims
        Claims(Path(sys.argv[1]), "retry", "ada").hold(sys.argv[2], "src/retry.rs", "Retry::run")
        print("held", flush=True)
        time.sleep(600)
        """
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(datasets), record_id(1)], stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        assert [seen.by for seen in claims(datasets, "bob").others()] == ["ada"]
        owner.send_signal(signal.SIGKILL)
    return datasets


def test_on_its_own_machine_a_killed_owners_claim_is_over_at_once(killed: Path) -> None:
    assert claims(killed, "bob").others() == ()


def test_on_another_machine_a_killed_owners_claim_ends_by_itself(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.presence.processes._machine", lambda: "another")
    clock = Clock()
    bob = claims(killed, "bob", clock)
    assert [seen.by for seen in bob.others()] == ["ada"]
    clock.seconds += TTL
    assert bob.others() == ()


def test_a_number_given_anew_is_another_process() -> None:
    here = this_process()
    assert here.machine
    assert here.started
    assert not has_ended(here)
    assert has_ended(here._replace(started="1"))
    assert not has_ended(here._replace(started="1", machine="elsewhere"))
    assert not has_ended(here._replace(started="1", machine=""))
    for number in (0, -1, 2**70):
        assert not has_ended(here._replace(pid=number))


def test_files_older_than_a_day_are_removed_by_who_sees_them_and_nothing_else_is(datasets: Path) -> None:
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))
    folder = ada.file.parent
    torn = folder / f".{'0' * 24}.tmp"
    note = folder / "note.json"
    for path in (torn, note):
        path.write_text("{")
    for path in (ada.file, torn, note):
        os.utime(path, (1e9, 1e9))
    assert claims(datasets, "bob").others() == ()
    assert [path.name for path in folder.iterdir()] == ["note.json"]


# -- files that anybody may have written


def forge(datasets: Path, **fields: object) -> Path:
    """A claim as somebody else's program might write it; a field given as `...` is left out."""
    body = {
        "format": 1,
        "by": "eve",
        "host": "desk",
        "machine": "",
        "pid": 1,
        "started": "",
        "record": record_id(9),
        "path": "src/a.rs",
        "item": "a",
        "since": "2026-01-31T11:00:00+00:00",
        "at": "2026-01-31T11:05:00+00:00",
        "beat": 1,
    }
    folder = datasets / ".claims" / "retry"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{'0' * 24}.json"
    path.write_text(json.dumps({key: value for key, value in (body | fields).items() if value is not ...}))
    return path


def test_a_forged_claim_reads_like_any_other(datasets: Path) -> None:
    forge(datasets)
    (seen,) = claims(datasets, "bob").others()
    assert seen == Claim(
        "eve", "desk", record_id(9), "src/a.rs", "a", seen.since.astimezone(UTC)
    )  # so that the tests below fail for their own reason


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"by": ...},
        {"by": ""},
        {"by": 7},
        {"record": None},
        {"record": ""},
        {"host": ["desk"]},
        {"machine": 7},
        {"started": ...},
        {"item": {"a": 1}},
        {"since": "yesterday"},
        {"since": "2026-01-31T11:00:00"},
        {"at": 12},
        {"item": "x" * 9000},
    ],
)
def test_a_file_that_is_no_claim_is_passed_over(datasets: Path, fields: dict[str, object]) -> None:
    forge(datasets, **fields)
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))
    bob = claims(datasets, "bob")
    assert [seen.by for seen in bob.others()] == ["ada"]
    assert bob.problem == ""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=300), st.just(b"[" * 5000), st.just(b'{"beat":' + b"9" * 6000 + b"}")))
def test_a_file_of_any_bytes_is_passed_over(datasets: Path, data: bytes) -> None:
    forge(datasets).write_bytes(data)
    bob = claims(datasets, "bob")
    assert (bob.others(), bob.problem) == ((), "")


def test_names_cannot_paint_the_screen_and_are_bounded(datasets: Path) -> None:
    forge(datasets, by="\x1b[31meve\u202e\n" + "x" * 500, item="a\x07\ud800", host="h" * 900)
    (seen,) = claims(datasets, "bob").others()
    assert seen.by.startswith("\\x1b[31meve\\u202e\\n")
    assert (len(seen.by) <= 81, len(seen.host) <= 81) == (True, True)
    assert seen.item == "a\\x07\\ud800"


def test_times_past_reason_do_no_harm(datasets: Path) -> None:
    forge(datasets, since="0001-01-01T00:00:00+14:00", at="9999-12-31T23:59:59-14:00")
    (seen,) = claims(datasets, "bob").others()
    assert NOON - timedelta(days=31) < seen.since < NOON


def test_links_pipes_and_folders_are_not_followed(datasets: Path, tmp_path: Path) -> None:
    forge(datasets).rename(tmp_path / "real.json")
    folder = datasets / ".claims" / "retry"
    (folder / f"{'1' * 24}.json").symlink_to(tmp_path / "real.json")
    (folder / f"{'2' * 24}.json").mkdir()
    os.mkfifo(folder / f"{'3' * 24}.json")
    bob = claims(datasets, "bob")
    assert (bob.others(), bob.problem) == ((), "")


def test_a_link_in_the_folders_place_is_refused_and_said(datasets: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (datasets / ".claims").symlink_to(elsewhere)
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))
    assert "cannot be told" in ada.problem
    assert ada.others() == ()
    assert "cannot be read" in ada.problem
    assert list(elsewhere.iterdir()) == []


# -- disks that fail


def test_where_the_datasets_folder_is_gone_nothing_is_made_and_nothing_raised(tmp_path: Path) -> None:
    ada = claims(tmp_path / "gone", "ada")
    ada.hold(record_id(1))
    assert "No such file" in ada.problem
    assert ada.others() == ()
    ada.renew()
    ada.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["open", "write", "replace", "unlink"])
def test_a_failing_disk_leaves_no_droppings_and_is_forgotten_once_it_works(
    datasets: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    ada = claims(datasets, "ada")
    ada.hold(record_id(1))

    def broken(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path if call in ("replace", "unlink") else os, call, broken)
        ada.hold(None if call == "unlink" else record_id(1))
        assert "No space left" in ada.problem
    ada.hold(record_id(1))
    assert ada.problem == ""
    assert [path.name for path in ada.file.parent.iterdir()] == [ada.file.name]
