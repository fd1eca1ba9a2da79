"""What is read: in git and in a plain folder alike, at one commit, from many threads, and in real Rust."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.repository import Repository, open_repository
from tests.gitfixtures import commit, git, make_repo
from tests.repository.samples import FILES, WORKER, both


def test_commit_ids_of_the_fixtures_do_not_change(tmp_path: Path) -> None:
    assert make_repo(tmp_path / "one", FILES) == make_repo(tmp_path / "two", FILES, bare=True)


def test_bare_clone_and_plain_folder_list_and_read_the_same(bare: Path, folder: Path) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.files() == tuple(sorted(name for name in FILES if name.endswith(".rs")))
        assert snapshot.files("README.md") == ("README.md",)
        assert {name: snapshot.read(name).data for name in FILES} == FILES
        assert WORKER in snapshot
        assert "worker.rs" not in snapshot


def test_git_names_the_commit_and_the_blob(opened: Repository, bare: Path) -> None:
    snapshot = opened.snapshot()
    assert snapshot.commit == git(bare, "rev-parse", "HEAD")
    assert snapshot.read(WORKER).blob == git(bare, "rev-parse", f"HEAD:{WORKER}")


def test_a_plain_folder_has_no_commit_and_no_blobs(folder: Path) -> None:
    repository = open_repository(folder)
    assert repository.snapshot().commit is None
    assert repository.snapshot().read(WORKER).blob is None
    with pytest.raises(SourceError, match="plain folder and has no commit abc"):
        repository.snapshot("abc")


def test_a_dirty_work_tree_is_not_read(tmp_path: Path) -> None:
    make_repo(tmp_path, {"a.rs": b"committed\n", "gone.rs": b"kept\n"})
    (tmp_path / "a.rs").write_bytes(b"changed by hand\n")
    (tmp_path / "gone.rs").unlink()
    (tmp_path / "new.rs").write_bytes(b"untracked\n")
    git(tmp_path, "add", "new.rs")
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()
        assert snapshot.files() == ("a.rs", "gone.rs")
        assert snapshot.read("a.rs").data == b"committed\n"
        assert [hit.text for hit in snapshot.grep(["kept", "untracked", "changed"])] == ["kept"]


def test_a_snapshot_stays_at_its_commit(bare: Path, opened: Repository) -> None:
    before = opened.snapshot()
    after_id = commit(bare, {"src/lib.rs": b"new\n"})
    assert before.read("src/lib.rs").data == FILES["src/lib.rs"]
    assert opened.snapshot().commit == after_id
    assert opened.snapshot(before.commit).files() == before.files()


def test_commits_are_found_by_id_abbreviation_branch_and_tag(bare: Path, opened: Repository) -> None:
    first = git(bare, "rev-parse", "HEAD")
    second = commit(bare, {"b.rs": b""}, branch="release/1.0")
    git(bare, "tag", "-a", "-m", "a tag", "v1.0.0", second)
    assert opened.snapshot(first[:9]).commit == first
    for name in (second, second[:12], "release/1.0", "v1.0.0"):
        assert opened.snapshot(name).commit == second
    assert opened.snapshot(branch="release/1.0").commit == second
    assert opened.has_commit("v1.0.0")
    assert not opened.has_commit("v2")


def test_a_branch_known_only_from_the_origin_is_found(bare: Path, tmp_path: Path) -> None:
    made = commit(bare, {"b.rs": b""}, branch="feature")
    git(tmp_path, "clone", "-q", str(bare), "clone")
    with open_repository(tmp_path / "clone") as repository:
        assert repository.snapshot(branch="feature").commit == made


def test_a_linked_work_tree_is_read(tmp_path: Path) -> None:
    made = make_repo(tmp_path / "main", FILES)
    git(tmp_path / "main", "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    with open_repository(tmp_path / "linked") as repository:
        assert repository.snapshot().commit == made
        assert repository.snapshot().read("src/lib.rs").data == FILES["src/lib.rs"]


def test_a_shallow_clone_is_read(bare: Path, tmp_path: Path) -> None:
    made = commit(bare, {"b.rs": b"deep\n"})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{bare}", "shallow")
    with open_repository(tmp_path / "shallow") as repository:
        assert repository.snapshot().commit == made
        assert repository.snapshot().read("b.rs").data == b"deep\n"


def test_the_origin_is_told_without_its_password(bare: Path, opened: Repository, folder: Path) -> None:
    assert opened.url == str(bare)
    assert open_repository(folder).snapshot().url == str(folder)
    git(bare, "remote", "add", "origin", "https://me:secret@example.com/a/b.git")
    assert open_repository(bare).snapshot().url == "https://example.com/a/b.git"


def test_reading_goes_on_after_the_helper_is_killed(opened: Repository) -> None:
    snapshot = opened.snapshot()
    assert snapshot.read(WORKER).data == FILES[WORKER]
    first = opened.reader_pid
    assert first
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert snapshot.read("src/lib.rs").data == FILES["src/lib.rs"]
    assert opened.reader_pid not in (None, first)
    with pytest.raises(ChildProcessError):  # no zombie: nobody of that number is left to wait for
        os.waitpid(first, os.WNOHANG)


def test_closing_leaves_no_process_and_a_later_read_works(opened: Repository) -> None:
    snapshot = opened.snapshot()
    snapshot.read(WORKER)
    pid = opened.reader_pid
    assert pid
    opened.close()
    opened.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    assert snapshot.read(WORKER).data == FILES[WORKER]


def test_a_forgotten_repository_ends_its_process(bare: Path) -> None:
    def use() -> int:
        repository = open_repository(bare)
        repository.snapshot().read(WORKER)
        assert repository.reader_pid
        return repository.reader_pid

    pid = use()
    gc.collect()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_many_threads_read_the_right_bytes(tmp_path: Path) -> None:
    files = {f"f{number}.rs": os.urandom(number * 997) for number in range(60)}
    make_repo(tmp_path, files)
    wrong: list[str] = []
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()

        def read_all(step: int) -> None:
            for name in sorted(files)[::step]:
                if snapshot.read(name).data != files[name]:
                    wrong.append(name)

        threads = [threading.Thread(target=read_all, args=(step,)) for step in (1, -1, 2, -3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


@pytest.mark.corpus
def test_every_file_of_the_corpus_reads_as_git_shows_it(request: pytest.FixtureRequest) -> None:
    root = os.environ.get("BACKSPAN_CORPUS")
    if not root:
        pytest.skip("BACKSPAN_CORPUS names no folder of repositories")
    for path in sorted(Path(root).iterdir()):
        with open_repository(path) as repository:
            snapshot = repository.snapshot()
            files = snapshot.files()
            for name in files[:: max(1, len(files) // 20)]:
                taken = snapshot.read(name)
                if snapshot.commit:
                    shown_by_git = subprocess.run(
                        [
                            "git",
                            f"--git-dir={repository.git_dir}",
                            "cat-file",
                            "blob",
                            f"{snapshot.commit}:{name}",
                        ],
                        capture_output=True,
                        check=True,
                    )
                    assert taken.data == shown_by_git.stdout
