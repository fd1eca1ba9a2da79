"""What a hostile or damaged repository cannot do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.crates import licence_of
from app.repository.git import run as gitrun
from app.repository.repository import Repository, open_repository
from tests.gitfixtures import git, make_repo
from tests.repository.samples import FILES, WORKER


def test_nothing_a_repository_configures_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_repo(tmp_path / "repo", FILES | {".gitattributes": b"*.rs diff=evil filter=evil\n"})
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {ran}\n")
    script.chmod(0o755)
    hooks = tmp_path / "repo" / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "core.editor", "diff.external"),
        *("core.alternateRefsCommand", "core.gitProxy", "credential.helper", "uploadpack.packObjectsHook"),
        *("diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "pager.grep"),
        *("remote.origin.uploadpack", "filter.evil.process", "gpg.program", "sequence.editor"),
    ):
        git(tmp_path / "repo", "config", key, str(script))
    for alias in ("ls-tree", "cat-file", "grep", "config", "rev-parse", "rev-list"):
        git(tmp_path / "repo", "config", f"alias.{alias}", f"!{script}")
    git(tmp_path / "repo", "config", "core.hooksPath", str(hooks))
    git(tmp_path / "repo", "config", "remote.origin.url", f"ext::{script}")
    git(tmp_path / "repo", "config", "remote.origin.promisor", "true")
    git(tmp_path / "repo", "config", "extensions.partialClone", "origin")
    git(tmp_path / "repo", "config", "protocol.ext.allow", "always")
    blob = git(tmp_path / "repo", "rev-parse", "HEAD:src/lib.rs")
    (tmp_path / "repo" / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    ran.unlink(missing_ok=True)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_EDITOR", "GIT_ASKPASS"):
        monkeypatch.setenv(name, str(script))
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("GIT_TRACE", str(ran))

    with open_repository(tmp_path / "repo") as repository:
        snapshot = repository.snapshot()
        assert snapshot.commit == made
        assert repository.snapshot(branch="main").commit == made
        assert snapshot.read(WORKER).data == FILES[WORKER]
        assert snapshot.match(["worker.rs"]) == (WORKER,)
        assert len(snapshot.grep(["jitter"], [WORKER])) == 1
        assert licence_of(snapshot, WORKER).expression is None
        with pytest.raises(SourceError, match=r"could not give src/lib\.rs"):
            snapshot.read("src/lib.rs")
        with pytest.raises(SourceError):
            repository.snapshot("no-such-branch")
    assert not ran.exists(), ran.read_text()


TRIGGERS = {
    "core.fsmonitor": ["status"],
    "core.hooksPath": ["update-ref", "refs/heads/other", "HEAD"],
    "diff.external": ["diff", "--no-textconv", "--exit-code"],
    "credential.helper": ["credential", "fill"],
    "core.sshCommand": ["ls-remote", "ssh://localhost:9/x"],
    "core.alternateRefsCommand": ["fetch", "."],
}
"""A setting that names a program, and a git command that runs it: none we use, which is why it is tried by itself."""


@pytest.mark.parametrize("key", TRIGGERS)
def test_settings_that_name_programs_are_overridden(tmp_path: Path, key: str) -> None:
    repo = tmp_path / "repo"
    make_repo(repo, {"a.rs": b"one\n"})
    git(tmp_path, "clone", "-q", "--shared", "repo", "other")
    repo = tmp_path / "other"
    (repo / "a.rs").write_bytes(b"two\n")
    ran = tmp_path / "ran"
    script = tmp_path / "reference-transaction"
    script.write_text(f"#!/bin/sh\necho ran >> {ran}\n")
    script.chmod(0o755)
    git(repo, "config", key, str(tmp_path if key == "core.hooksPath" else script))
    stdin = b"protocol=https\nhost=example.com\n\n"

    def run_as(line: Sequence[str | bytes], env: Mapping[str, str]) -> bool:
        ran.unlink(missing_ok=True)
        subprocess.run(line, cwd=repo, env=env, input=stdin, capture_output=True, check=False, timeout=60)
        return ran.exists()

    usual = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    assert run_as(["git", *TRIGGERS[key]], usual | {"GIT_TERMINAL_PROMPT": "0"}), "the trap does not work"
    assert not run_as(gitrun.command(TRIGGERS[key], repo / ".git"), gitrun.environment(network=True))


def test_replacement_objects_do_not_change_what_is_read(bare: Path, opened: Repository) -> None:
    blob = git(bare, "rev-parse", f"HEAD:{WORKER}")
    git(bare, "replace", blob, git(bare, "hash-object", "-w", "--stdin", stdin=b"forged"))
    assert opened.snapshot().read(WORKER).data == FILES[WORKER]


def test_a_damaged_blob_is_told(bare: Path, opened: Repository) -> None:
    blob = git(bare, "rev-parse", f"HEAD:{WORKER}")
    loose = bare / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.write_bytes(b"not an object")
    with pytest.raises(SourceError, match="git could not give") as caught:
        opened.snapshot().read(WORKER)
    assert "fsck" in caught.value.remedy
    assert opened.snapshot().read("src/lib.rs").data == FILES["src/lib.rs"]
