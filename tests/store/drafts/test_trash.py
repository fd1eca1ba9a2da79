"""The trash of drafts: it gives back, two workstations do not flood it, and tidying spares what is new."""

from __future__ import annotations

import errno
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StoreError, UsageError
from app.store.drafts.draft_file import covers
from app.store.drafts.drafts import DraftKey, Drafts
from tests.store.events import record_id

KEY = DraftKey("retry", record_id(1), "ada")


class Clock:
    """A monotonic clock, moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def another(project: Path, clock: Clock | None = None) -> Drafts:
    return Drafts(project, project.parent / "state", monotonic=clock or Clock())


def texts(project: Path) -> list[str]:
    """What the drafts in the trash say."""
    found = (project / ".backspan" / "trash").rglob("*.json")
    return sorted(json.loads(path.read_text())["payload"].get("user", "") for path in found)


def put_in_trash(project: Path, when: datetime, name: str = "x", topic: str = "retry") -> Path:
    folder = project / ".backspan" / "trash" / "drafts" / topic
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{when:%Y%m%dT%H%M%S}.{secrets.token_hex(3)}.json"
    path.write_text("{}")
    return path


# -- getting back


def test_a_discarded_draft_is_listed_and_can_be_read_again(drafts: Drafts) -> None:
    for text in ("one", "two"):
        drafts.save(KEY, {"user": text})
        drafts.delete(KEY)
    listed = drafts.trash("retry")
    assert [one.key for one in listed.drafts] == [KEY, KEY]
    assert {drafts.take_out(one.path).payload["user"] for one in listed.drafts} == {"one", "two"}
    assert drafts.take_out(listed.drafts[0].path).payload["user"] == "two"
    assert all(abs(datetime.now(UTC) - one.discarded_at) < timedelta(minutes=5) for one in listed.drafts)
    assert len(drafts.trash("retry").drafts) == 2
    assert drafts.trash("cache").drafts == ()


def test_the_trash_of_the_spare_folder_is_listed_too(drafts: Drafts, project: Path) -> None:
    (project / ".backspan").write_text("")
    drafts.save(KEY, {"user": "spare"})
    drafts.delete(KEY)
    (found,) = drafts.trash("retry").drafts
    assert drafts.take_out(found.path).payload == {"user": "spare"}


def test_what_cannot_be_read_in_the_trash_is_told(drafts: Drafts, project: Path) -> None:
    path = put_in_trash(project, datetime.now(UTC))
    listed = drafts.trash("retry")
    assert (listed.drafts, [lost.path for lost in listed.unreadable]) == ((), [path])
    with pytest.raises(StoreError, match="not a draft"):
        drafts.take_out(path)


def test_nothing_but_the_trash_is_taken_out(drafts: Drafts, project: Path, tmp_path: Path) -> None:
    kept = drafts.save(KEY, {"user": "kept"})
    folder = project / ".backspan" / "trash" / "drafts"
    for path in (kept, tmp_path / "a.json", folder / ".." / "a.json", folder / "retry" / ".." / "x.json"):
        with pytest.raises(UsageError):
            drafts.take_out(path)
    with pytest.raises(StoreError, match="any more"):
        drafts.take_out(put_in_trash(project, datetime.now(UTC)).with_name("a.20260101T000000.abcdef.json"))


def test_a_link_in_the_trash_is_not_followed(drafts: Drafts, tmp_path: Path, project: Path) -> None:
    drafts.save(KEY, {"user": "real"})
    drafts.delete(KEY)
    (found,) = drafts.trash("retry").drafts
    found.path.rename(tmp_path / "real.json")
    found.path.symlink_to(tmp_path / "real.json")
    with pytest.raises(StoreError):
        drafts.take_out(found.path)
    assert drafts.trash("retry").drafts == ()


# -- two workstations on one draft


def test_two_that_write_in_turn_keep_both_last_texts_and_few_copies(project: Path) -> None:
    clock = Clock()
    here, there = another(project, clock), another(project, clock)
    mine = theirs = ""
    for count in range(100):
        clock.seconds += 0.6
        mine, theirs = mine + f"a{count} ", theirs + f"b{count} "
        here.save(KEY, {"user": mine})
        there.save(KEY, {"user": theirs})
    found = here.load(KEY)
    assert found is not None
    kept = [*texts(project), found.payload["user"]]
    assert mine in kept
    assert theirs in kept
    assert len(kept) <= 4


def test_a_text_that_is_changed_all_over_leaves_one_copy_a_minute(project: Path) -> None:
    clock = Clock()
    here, there = another(project, clock), another(project, clock)
    for count in range(300):
        clock.seconds += 1
        here.save(KEY, {"user": f"{count} mine {count}"})
        there.save(KEY, {"user": f"{count} theirs {count}"})
    kept = texts(project)
    assert "299 mine 299" in kept
    assert 8 <= len(kept) <= 14
    assert sum("mine" in text for text in kept) >= 4


def test_a_text_that_the_copy_before_says_anyway_leaves_no_second_one(project: Path) -> None:
    clock = Clock()
    here, there = another(project, clock), another(project, clock)
    for theirs in ("Write a long pause.", "Write a pause.", "Write"):
        clock.seconds += 90
        there.save(KEY, {"user": theirs, "effort": {"typed": int(clock.seconds)}})
        here.save(KEY, {"user": "mine"})
    assert [text for text in texts(project) if text != "mine"] == ["Write a long pause."]


@pytest.mark.parametrize(
    "change", [{"user": "Write a pause!"}, {"selection": [2]}, {"more": ""}, {"effort": {"typed": "3"}}]
)
def test_a_text_that_it_does_not_say_leaves_one(project: Path, change: dict[str, object]) -> None:
    clock = Clock()
    here, there = another(project, clock), another(project, clock)
    first = {"user": "Write a pause.", "selection": [1], "effort": {"typed": 3}}
    for theirs in (first, first | change):
        clock.seconds += 90
        there.save(KEY, theirs)
        here.save(KEY, {"user": "mine"})
    assert len([text for text in texts(project) if text != "mine"]) == 2


def test_the_last_text_of_each_of_three_is_kept(project: Path) -> None:
    clock = Clock()
    people = [another(project, clock) for _ in range(3)]
    for count in range(5):
        for number, one in enumerate(people):
            one.save(KEY, {"user": f"{count} of {number}"})
    found = people[0].load(KEY)
    assert found is not None
    assert {"4 of 0", "4 of 1", "4 of 2"} <= {*texts(project), found.payload["user"]}


def test_no_moment_is_without_a_draft_while_another_is_set_aside(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = another(project), another(project)
    path = there.save(KEY, {"user": "theirs"})

    def killed(*arguments: object) -> None:
        assert path.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        here.save(KEY, {"user": "mine"})
    found = another(project).load(KEY)
    assert found is not None
    assert found.payload == {"user": "theirs"}


def test_where_a_file_can_have_one_name_only_it_is_moved(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = another(project), another(project)
    there.save(KEY, {"user": "theirs"})

    def unknown(*arguments: object, **options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", unknown)
    here.save(KEY, {"user": "mine"})
    assert texts(project) == ["theirs"]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["", "a", "ab", "ba", "b"]), st.integers(0, 70)),
        max_size=25,
    )
)
def test_the_last_text_of_every_writer_is_always_somewhere(
    tmp_path_factory: pytest.TempPathFactory, saves: list[tuple[int, str, int]]
) -> None:
    project = tmp_path_factory.mktemp("any") / "project"
    project.mkdir()
    clock = Clock()
    people = [another(project, clock) for _ in range(3)]
    last: dict[int, str] = {}
    for number, text, pause in saves:
        clock.seconds += pause
        path = people[number].save(KEY, {"user": text})
        last[number] = text
        kept = [*texts(project), json.loads(path.read_text())["payload"]["user"]]
        for wanted in last.values():
            assert any(covers({"user": whole}, {"user": wanted}) for whole in kept)


_payloads = st.fixed_dictionaries({"user": st.text("ab", max_size=6), "code": st.integers(0, 1)})


@given(_payloads, st.integers(0, 6), st.text("ab", max_size=3))
def test_a_draft_with_one_run_added_covers_the_one_before(
    payload: dict[str, object], at: int, run: str
) -> None:
    user = str(payload["user"])
    longer = payload | {"user": user[:at] + run + user[at:]}
    assert covers(longer, payload)
    assert covers(payload, longer) == (run == "")


@given(_payloads, _payloads)
def test_what_covers_holds_every_part_of_what_it_covers(
    whole: dict[str, object], part: dict[str, object]
) -> None:
    if covers(whole, part):
        ours, theirs = str(whole["user"]), str(part["user"])
        cuts = range(len(theirs) + 1)
        assert any(ours.startswith(theirs[:cut]) and ours.endswith(theirs[cut:]) for cut in cuts)
        assert whole["code"] == part["code"]


# -- tidying


def test_only_what_is_old_and_beyond_the_newest_goes(drafts: Drafts, project: Path) -> None:
    now = datetime.now(UTC)
    old = [put_in_trash(project, now - timedelta(days=61 + day)) for day in range(5)]
    new = [put_in_trash(project, now - timedelta(days=day)) for day in range(3)]
    other = put_in_trash(project, now - timedelta(days=900), topic="cache")
    stranger = old[0].with_name("notes.json")
    stranger.write_text("mine")
    assert drafts.tidy(keep=5, days=60) == 3
    left = set((project / ".backspan" / "trash").rglob("*.json"))
    assert left == {*old[:2], *new, other, stranger}
    assert drafts.tidy(keep=5, days=60) == 0


def test_drafts_themselves_are_never_tidied_but_old_half_written_files_are(
    drafts: Drafts, project: Path
) -> None:
    path = drafts.save(KEY, {"user": "kept"})
    torn, young = path.with_name(".a.json.1.tmp"), path.with_name(".b.json.2.tmp")
    for one in (torn, young):
        one.write_text("{")
    for one in (torn, path):
        os.utime(one, (1e9, 1e9))
    assert drafts.tidy(keep=1, days=1) == 1
    assert sorted(one.name for one in path.parent.iterdir()) == sorted([path.name, young.name])


def test_tidying_nothing_makes_nothing(drafts: Drafts, project: Path) -> None:
    assert drafts.tidy() == 0
    assert list(project.iterdir()) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 200), max_size=12, unique=True), st.integers(-1, 8), st.integers(0, 150))
def test_tidying_never_removes_the_newest_nor_what_is_young(
    tmp_path_factory: pytest.TempPathFactory, ages: list[int], keep: int, days: int
) -> None:
    project = tmp_path_factory.mktemp("any") / "project"
    now = datetime.now(UTC) - timedelta(minutes=1)
    paths = {put_in_trash(project, now - timedelta(days=age)): age for age in ages}
    removed = Drafts(project, project.parent / "state").tidy(keep=keep, days=days)
    left = {age for path, age in paths.items() if path.exists()}
    assert left >= {age for age in ages if age < days}
    assert left >= set(sorted(ages)[: max(1, keep)])
    assert removed == len(ages) - len(left)
    assert all(age > min(left, default=-1) for age in set(ages) - left)
