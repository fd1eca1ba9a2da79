"""Drafts: written whole, never overwritten unseen, never removed, and written elsewhere if need be."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.letters import person
from app.errors import StoreError, UsageError
from app.store.drafts.drafts import DraftKey, Drafts, Unreadable
from tests.store.events import record_id

KEY = DraftKey("retry", record_id(1), "Ada Lovelace <ada@example.org>")
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(codec=None))),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


def _trash(project: Path) -> list[Path]:
    return sorted((project / ".backspan" / "trash").rglob("*.json"))


def test_a_draft_is_one_file_below_the_project_that_git_does_not_see(drafts: Drafts, project: Path) -> None:
    path = drafts.save(KEY, {"user": "Write"})
    assert path.parent == project / ".backspan" / "drafts" / "retry"
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert path.name.startswith(record_id(1) + "-Ada-Lovelace-ada-example-org-")
    assert (project / ".backspan" / ".gitignore").read_text() == "*\n"
    body = json.loads(path.read_text())
    assert (body["format"], body["topic"], body["record"], body["by"]) == (1, KEY.topic, KEY.record, KEY.by)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(), JSON), st.text(st.characters(codec=None), max_size=300))
def test_whatever_was_typed_by_whomever_comes_back(
    project: Path, tmp_path: Path, payload: dict[str, object], by: str
) -> None:
    key = DraftKey("retry", record_id(2), by)
    drafts = Drafts(project, tmp_path / "state")
    drafts.save(key, payload)
    found = Drafts(project, tmp_path / "state").load(key)
    assert found is not None
    assert (found.payload, found.key) == (payload, key)


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_two_people_never_share_a_file_and_no_name_leaves_its_folder(one: str, two: str) -> None:
    names = {DraftKey("t", "r", by).file_name.lower() for by in {one, two}}
    assert len(names) == len({person(one), person(two)})
    assert all(Path(name).name == name and name.isascii() and len(name) < 120 for name in names)


def test_the_later_of_two_saves_is_the_draft_and_leaves_no_trash(drafts: Drafts, project: Path) -> None:
    drafts.save(KEY, {"user": "a"})
    drafts.save(KEY, {"user": "ab"})
    found = drafts.load(KEY)
    assert found is not None
    assert found.payload == {"user": "ab"}
    assert _trash(project) == []


def test_none_is_none(drafts: Drafts, project: Path) -> None:
    assert drafts.load(KEY) is None
    assert drafts.all("retry").drafts == ()
    drafts.delete(KEY)
    assert list(project.iterdir()) == []


def test_a_topics_drafts_newest_first(drafts: Drafts) -> None:
    other = DraftKey("retry", record_id(2), "bob")
    drafts.save(KEY, {})
    drafts.save(DraftKey("elsewhere", record_id(3), "bob"), {})
    late = drafts.save(other, {})
    body = json.loads(late.read_text())
    late.write_text(json.dumps(body | {"saved_at": "2999-01-01T00:00:00+00:00"}))
    assert [draft.key for draft in drafts.all("retry").drafts] == [other, KEY]


def test_a_deleted_draft_is_in_the_trash(drafts: Drafts, project: Path) -> None:
    for word in ("one", "two"):
        drafts.save(KEY, {"user": word})
        drafts.delete(KEY)
        assert drafts.load(KEY) is None
    assert {json.loads(path.read_text())["payload"]["user"] for path in _trash(project)} == {"one", "two"}


def test_a_draft_that_another_workstation_wrote_is_set_aside_and_not_overwritten(
    project: Path, tmp_path: Path
) -> None:
    here, there = Drafts(project, tmp_path / "state"), Drafts(project, tmp_path / "state")
    here.save(KEY, {"user": "mine"})
    there.save(KEY, {"user": "theirs"})
    here.all("retry")  # merely to list them is no leave to replace them
    here.save(KEY, {"user": "mine again"})
    kept = [json.loads(path.read_text())["payload"]["user"] for path in _trash(project)]
    assert sorted(kept) == ["mine", "theirs"]


def test_a_draft_that_was_loaded_may_be_replaced(project: Path, tmp_path: Path) -> None:
    Drafts(project, tmp_path / "state").save(KEY, {"user": "yesterday"})
    today = Drafts(project, tmp_path / "state")
    assert today.load(KEY) is not None
    today.save(KEY, {"user": "today"})
    assert _trash(project) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b'{"format": 1, "payl', "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "not a draft"),
        (b'{"format": 0, "payload": {}}', "format is 0"),
        (b'{"format":1,"payload":{},"topic":"retry","record":"r","by":"b","saved_at":7}', "renamed"),
        (b'{"format": 1, "payload": {}}', "whose draft"),
        (b'{"format":1,"payload":{},"topic":"retry","record":"r","by":"b"}', "renamed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_kept_and_not_overwritten(
    drafts: Drafts, project: Path, tmp_path: Path, data: bytes, reason: str
) -> None:
    path = drafts.save(KEY, {})
    path.write_bytes(data)
    listed = drafts.all("retry")
    assert listed.drafts == ()
    assert [(lost.path, reason in lost.reason) for lost in listed.unreadable] == [(path, True)]
    with pytest.raises(StoreError, match=reason):
        drafts.load(KEY)
    assert path.read_bytes() == data
    Drafts(project, tmp_path / "state").save(KEY, {"user": "new"})
    assert [kept.read_bytes() for kept in _trash(project)] == [data]


def test_what_a_newer_backspan_wrote_is_left_alone_and_said(
    drafts: Drafts, project: Path, tmp_path: Path
) -> None:
    path = drafts.save(KEY, {"version": 1})
    body = json.loads(path.read_text())
    for newer in (body | {"format": 2}, body | {"payload": {"version": 2}}):
        data = json.dumps(newer).encode()
        path.write_bytes(data)
        ours = Drafts(project, tmp_path / "state")
        elsewhere = ours.save(KEY, {"version": 1, "user": "mine"})
        assert tmp_path / "state" in elsewhere.parents
        assert (path.read_bytes(), _trash(project)) == (data, [])
    path.write_text(json.dumps(body | {"format": 2}))
    assert [(lost.path, lost.newer) for lost in drafts.all("retry").unreadable] == [(path, True)]
    found = drafts.load(KEY)
    assert found is not None
    assert found.payload["user"] == "mine"
    drafts.delete(KEY)
    with pytest.raises(StoreError, match="the backspan that wrote it"):
        drafts.load(KEY)
    assert path.exists()


def test_where_newer_drafts_take_both_places_the_person_is_told(
    drafts: Drafts, project: Path, tmp_path: Path
) -> None:
    here = drafts.save(KEY, {})
    here.write_text(json.dumps(json.loads(here.read_text()) | {"format": 2}))
    there = drafts.save(KEY, {})
    there.write_text(here.read_text())
    with pytest.raises(StoreError, match="newer backspan keeps its draft there"):
        Drafts(project, tmp_path / "state").save(KEY, {})


def test_a_link_among_the_drafts_is_not_followed(drafts: Drafts, project: Path, tmp_path: Path) -> None:
    path = drafts.save(KEY, {})
    path.rename(tmp_path / "real.json")
    path.symlink_to(tmp_path / "real.json")
    assert [type(lost) for lost in drafts.all("retry").unreadable] == [Unreadable]
    before = (tmp_path / "real.json").read_bytes()
    drafts.save(KEY, {"user": "new"})
    assert (tmp_path / "real.json").read_bytes() == before
    assert not path.is_symlink()


@pytest.mark.parametrize("obstacle", ["file", "link", "gone"])
def test_where_the_projects_folder_fails_the_users_own_takes_the_draft(
    drafts: Drafts, project: Path, tmp_path: Path, obstacle: str
) -> None:
    if obstacle == "file":
        (project / ".backspan").write_text("")
    elif obstacle == "link":
        (tmp_path / "elsewhere").mkdir()
        (project / ".backspan").symlink_to(tmp_path / "elsewhere")
    else:
        project.rmdir()
    path = drafts.save(KEY, {"user": "kept"})
    assert tmp_path / "state" in path.parents
    found = drafts.load(KEY)
    assert found is not None
    assert found.payload == {"user": "kept"}
    assert [draft.path for draft in drafts.all("retry").drafts] == [path]
    drafts.delete(KEY)
    assert drafts.all("retry").drafts == ()
    if obstacle == "link":
        assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("newer", ["home", "spare"])
def test_when_the_project_is_back_the_newer_draft_wins(
    drafts: Drafts, project: Path, tmp_path: Path, newer: str
) -> None:
    (project / ".backspan").write_text("")
    spare = drafts.save(KEY, {"user": "spare"})
    kept = spare.read_text()
    (project / ".backspan").unlink()
    home = drafts.save(KEY, {"user": "home"})
    spare.write_text(kept)  # as a backspan that did not put it away has left it
    late = home if newer == "home" else spare
    late.write_text(json.dumps(json.loads(late.read_text()) | {"saved_at": "2999-01-01T00:00:00+00:00"}))
    assert [one.path for one in drafts.all("retry").drafts] == [late]
    again = Drafts(project, tmp_path / "state")
    found = again.load(KEY)
    assert found is not None
    assert (found.path, found.payload) == (late, {"user": newer})
    again.delete(KEY)
    assert Drafts(project, tmp_path / "state").load(KEY) is None
    assert again.all("retry").drafts == ()
    trash = [one for one in again.trash("retry").drafts if one.saved_at.year == 2999]
    assert [again.take_out(one.path).payload for one in trash] == [{"user": newer}]


def test_a_full_disk_keeps_the_old_draft_and_says_so(
    drafts: Drafts, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.save(KEY, {"user": "old"})

    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        with pytest.raises(StoreError, match="disk is full"):
            drafts.save(KEY, {"user": "new"})
    found = drafts.load(KEY)
    assert found is not None
    assert found.payload == {"user": "old"}
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_at_any_step_leaves_the_old_draft(
    drafts: Drafts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    drafts.save(KEY, {"user": "old"})

    def broken(*arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, broken)
        with pytest.raises(StoreError):
            drafts.save(KEY, {"user": "new"})
    found = drafts.load(KEY)
    assert found is not None
    assert found.payload == {"user": "old"}
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_topic_that_could_leave_its_folder_is_refused(drafts: Drafts) -> None:
    for use in (
        lambda: drafts.save(DraftKey("../x", "r", "b"), {}),
        lambda: drafts.load(DraftKey("..", "r", "b")),
        lambda: drafts.all("a/b"),
    ):
        with pytest.raises(UsageError):
            use()
