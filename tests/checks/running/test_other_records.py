"""The other records: in step with the journals, and the same whether they come from the cache or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.checks.findings import Near
from app.checks.near_duplicates import Light
from app.checks.running import OtherRecords
from app.checks.running.imprint_cache import NAME
from app.checks.running.other_records import states_of
from app.errors import StoreError
from app.project.project import Project, init_project
from app.records.events import Revision
from app.records.history.ledger import RecordState
from app.records.history.light import Event
from app.store.follower import Follower
from tests.checks.test_near_duplicates import text
from tests.store.events import CODE, record_id, retraction, review, revision


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")[0]


def made(
    number: int, second: int = 0, seed: int | None = None, parents: tuple[Revision, ...] = ()
) -> Revision:
    """A revision whose texts follow from `seed`, the record's number unless given."""
    chosen = 10 * (number if seed is None else seed)
    code = f"fn pause() {{ {text(chosen + 2, 60)} }}"
    return revision(number, second, parents, user=text(chosen, 30), think=text(chosen + 1, 90), code=code)


def states(project: Project, *topics: str) -> dict[str, Sequence[RecordState]]:
    found: dict[str, Sequence[RecordState]] = {}
    for topic in topics or ("one",):
        follower = Follower(project.store, topic)
        follower.refresh()
        found[topic] = follower.ledger.records
    return found


def near(others: OtherRecords, like: Revision, record: str = "NEW") -> Near | None:
    """Who has this revision's reasoning."""
    with others.held() as index:
        view = index.view(Light(record, "one", "", like.think, ""))
        return view.near("think", 70, 95)


def said(others: OtherRecords, like: Revision) -> tuple[object, ...]:
    """Everything that the set's checks could ask."""
    with others.held() as index:
        view = index.view(Light("NEW", "one", like.user, like.think, like.block.text, "src/a.rs"))
        asked = [view.near(field, 70, 95) for field in ("user", "think", "block")]
        return *asked, view.shared_run(8), view.openings("user", 4), view.from_file(), len(index)


def test_from_the_cache_comes_what_the_texts_say(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    revisions = [made(number, seed=number % 4) for number in range(9)]
    project.store.append("one", revisions)
    known = states(project)
    first = OtherRecords(project)
    assert first.update(known)
    first.close()
    answers = [said(first, one) for one in revisions]
    assert any(answer[0] for answer in answers)

    def fetch(topic: str, event: str) -> Revision:
        raise AssertionError("a text is read that the cache knows")

    monkeypatch.setattr(project.store, "fetch", fetch)
    second = OtherRecords(project)
    assert second.update(known)
    assert [said(second, one) for one in revisions] == answers
    assert not second.update(known)


def test_without_a_cache_the_answers_are_the_same(project: Project) -> None:
    revisions = [made(number, seed=number % 3) for number in range(6)]
    project.store.append("one", revisions)
    known = states(project)
    kept = OtherRecords(project)
    kept.update(known)
    kept.close()
    (project.work_dir / NAME).write_bytes(b"\0" * 5_000)
    without = OtherRecords(project)
    without.update(known)
    assert [said(without, one) for one in revisions] == [said(kept, one) for one in revisions]


def test_only_what_is_new_is_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = made(1), made(2)
    project.store.append("one", [first])
    others = OtherRecords(project)
    others.update(states(project))
    project.store.append("one", [second])
    read: list[str] = []
    fetch = project.store.fetch

    def counted(topic: str, name: str) -> Event:
        read.append(name)
        return fetch(topic, name)

    monkeypatch.setattr(project.store, "fetch", counted)
    assert others.update(states(project))
    assert read == [second.id]
    found = near(others, second)
    assert found is not None and found.record == second.record


def test_what_is_withdrawn_or_rejected_goes_and_what_is_brought_back_comes(project: Project) -> None:
    one, two = made(1), made(2)
    gone = retraction((one,), 5)
    others = OtherRecords(project)
    project.store.append("one", [one, two])
    others.update(states(project))
    assert near(others, one) and near(others, two)
    project.store.append("one", [gone, review(two, "reject", 6)])
    assert others.update(states(project))
    assert near(others, one) is None and near(others, two) is None and len(others) == 0
    again = revision(1, 9, (gone,), user=one.user, think=one.think)
    project.store.append("one", [again])
    assert others.update(states(project))
    assert near(others, one) is not None


def test_a_record_stands_with_what_it_says_now(project: Project) -> None:
    old = made(1)
    new = made(1, 5, seed=7, parents=(old,))
    others = OtherRecords(project)
    project.store.append("one", [old])
    others.update(states(project))
    project.store.append("one", [new])
    assert others.update(states(project))
    assert near(others, old) is None and near(others, new) is not None and len(others) == 1


def test_a_record_in_conflict_is_near_by_each_text_and_counts_once(project: Project) -> None:
    base = made(1)
    left, right = made(1, 5, seed=20, parents=(base,)), made(1, 6, seed=30, parents=(base,))
    project.store.append("one", [base, left, right])
    others = OtherRecords(project)
    others.update(states(project))
    for one in (left, right):
        found = near(others, one)
        assert found is not None and found.record == record_id(1)
        assert near(others, one, record_id(1)) is None  # not near itself
    with others.held() as index:
        assert index.count("one") == 1
        assert index.view(Light(record_id(1), "one", "", "", "", "src/a.rs")).from_file() == (
            "src/a.rs",
            1,
            1,
        )
    settled = made(1, 9, seed=40, parents=(left, right))
    project.store.append("one", [settled])
    others.update(states(project))
    assert near(others, left) is None and near(others, right) is None and near(others, settled) is not None


def test_practice_is_other_only_to_practice(project: Project) -> None:
    project.store.append("one", [made(1)])
    project.store.append("play", [made(2)])
    both = states(project, "one", "play")
    assert set(states_of(both, {"one"}, {"play"})) == {"one"}
    assert set(states_of(both, {"play"}, {"play"})) == {"one", "play"}


def test_a_text_that_cannot_be_read_is_told_and_left_out(project: Project) -> None:
    one = made(1)
    project.store.append("one", [one, made(2)])
    known = states(project)
    path = project.store.path("one")
    path.write_bytes(path.read_bytes().replace(one.think[:30].encode(), b"#" * 30))
    told: list[tuple[str, str]] = []

    def lost(topic: str, record: str, error: StoreError) -> None:
        told.append((topic, record))

    others = OtherRecords(project)
    others.update(known, lost=lost)
    assert told == [("one", one.record)]
    assert near(others, one) is None and near(others, made(2)) is not None


def test_who_cancels_gets_the_rest_the_next_time(project: Project) -> None:
    project.store.append("one", [made(number) for number in range(8)])
    asked = iter([False] * 4)
    others = OtherRecords(project)
    known = states(project)
    others.update(known, cancelled=lambda: next(asked, True))
    assert 0 < len(others) < 8
    assert others.update(known)
    assert len(others) == 8 and not others.update(known)


def test_code_alone_is_no_text(project: Project) -> None:
    project.store.append("one", [revision(1, code=CODE)])
    others = OtherRecords(project)
    others.update(states(project))
    with others.held() as index:
        twin = index.view(Light("NEW", "one", "", "", CODE)).near("block", 70, 95)
    assert twin == Near(record_id(1), "one", 100, True)
