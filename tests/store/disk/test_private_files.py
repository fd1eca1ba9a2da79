"""What a person keeps outside the project is nobody else's to read, whatever the umask and whoever made the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.annotate.outbox import write_out
from app.base.folders import close_below, data_dir, private_folder, state_dir
from app.repository import commit_cache as kept
from app.repository.index.cache import IndexCache, default_path
from app.repository.sources import clone, map_file, map_source
from app.store.disk.files import make_folder, write_whole
from app.store.drafts.drafts import DraftKey, Drafts
from tests.gitfixtures import make_repo
from tests.store.events import record_id

KEY = DraftKey("retry", record_id(1), "ada")


@pytest.fixture(autouse=True)
def careless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A person whose umask keeps nothing back, and who shares the machine."""
    tmp_path.chmod(0o777)
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    before = os.umask(0)
    yield tmp_path
    os.umask(before)


def open_to_others(*roots: Path) -> list[str]:
    """What somebody else may read, write or enter, with its rights."""
    paths = [path for root in roots for path in (root, *root.rglob("*")) if path.exists()]
    return [
        f"{path} {stat.S_IMODE(path.lstat().st_mode):o}" for path in paths if path.lstat().st_mode & 0o077
    ]


def failing_project(root: Path) -> Path:
    """A project whose own folder of drafts cannot be made."""
    root.mkdir()
    (root / ".backspan").write_text("in the way")
    return root


def test_a_draft_that_falls_back_is_its_authors_alone(careless: Path) -> None:
    drafts = Drafts(failing_project(careless / "project"))
    for text in ("once", "twice"):
        assert drafts.save(KEY, {"user": text}).is_relative_to(state_dir())
    drafts.delete(KEY)
    assert len(drafts.trash("retry").drafts) == 1
    Drafts(careless / "project").save(KEY, {"user": "another process"})
    assert open_to_others(state_dir()) == []


@pytest.mark.parametrize("act", ["save", "tidy"])
def test_what_an_earlier_version_left_open_is_closed(careless: Path, act: str) -> None:
    project = failing_project(careless / "project")
    drafts = Drafts(project)
    path = drafts.save(KEY, {"user": "secret"})
    drafts.delete(KEY)
    path = drafts.save(KEY, {"user": "secret"})
    for one in (state_dir(), *state_dir().rglob("*")):
        one.chmod(0o777 if one.is_dir() else 0o666)
    outside = careless / "outside"
    outside.write_text("not ours")
    (path.parent / "link.json").symlink_to(outside)
    again = Drafts(project)
    again.save(KEY, {"user": "more"}) if act == "save" else again.tidy()
    (path.parent / "link.json").unlink()
    assert open_to_others(state_dir()) == []
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666


def test_a_clone_and_the_map_are_the_persons_alone(careless: Path) -> None:
    data_dir().mkdir(parents=True)
    (data_dir() / "clones").mkdir()
    make_repo(careless / "server.git", {"src/lib.rs": b"fn lib() {}\n"}, bare=True)
    path = clone(f"file://{careless / 'server.git'}")
    map_source("https://example.com/a/b", careless / "server.git")
    assert open_to_others(path, map_file()) == []
    assert stat.S_IMODE(data_dir().stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir() / "clones").stat().st_mode) == 0o700


def test_an_answer_about_history_and_the_index_are_the_persons_alone(careless: Path) -> None:
    kept.folder().mkdir(parents=True)
    kept.save("0" * 64, ())
    index = IndexCache()
    index.put({"0" * 64: b""})
    index.close()
    assert default_path().exists()
    assert open_to_others(kept.folder(), default_path().parent) == []


def test_a_record_that_is_written_out_is_its_authors_alone(careless: Path) -> None:
    path = write_out(str(careless / "record.txt"), texts=[("user", "Not yet.")])
    assert open_to_others(path) == []


def test_what_is_made_in_a_closed_folder_is_closed_and_elsewhere_the_umask_rules(careless: Path) -> None:
    """Several people share a project's folder: there the rights are theirs to choose."""
    for name, rights in (("closed", 0o700), ("open", 0o755)):
        (careless / name).mkdir(mode=rights)
        make_folder(careless / name / "folder")
        write_whole(careless / name / "file", b"")
    assert open_to_others(careless / "closed") == []
    assert len(open_to_others(careless / "open")) == 3


def test_a_folder_on_a_disk_without_such_rights_is_used_all_the_same(
    careless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (careless / "there").mkdir(mode=0o777)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    assert private_folder(careless / "there", "in").is_dir()
    close_below(careless)


def test_a_file_in_the_place_of_such_a_folder_is_told(careless: Path) -> None:
    (careless / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        private_folder(careless / "file")
