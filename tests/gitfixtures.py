"""Small git repositories for tests: real git, nobody's settings, the same commit ids every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path

_WHO = {
    "GIT_AUTHOR_NAME": "A. Author",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "A. Author",
    "GIT_COMMITTER_EMAIL": "author@example.com",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}

REGULAR, LINK, SUBMODULE = "100644", "120000", "160000"
"""Git's modes of a tree's entries."""


def git(path: Path, *args: str | bytes, stdin: bytes = b"") -> str:
    """Run git in a folder; gives its stdout without surrounding white space. A failure fails the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *args], cwd=path, input=stdin, env=kept | _WHO, capture_output=True, check=False
    )
    assert done.returncode == 0, f"git {args!r} failed: {done.stderr.decode(errors='replace')}"
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def make_repo(path: Path, files: Mapping[str, bytes], bare: bool = False) -> str:
    """A repository with one commit on branch `main` that holds the files; gives the commit's id.

    The work tree of one that is not bare holds the files too.
    """
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "-q", "-b", "main", *(["--bare"] if bare else []))
    return commit(path, files)


def commit(
    path: Path,
    files: Mapping[str, bytes],
    *,
    branch: str = "main",
    modes: Mapping[str, str] | None = None,
    raw: Mapping[bytes, bytes] | None = None,
) -> str:
    """Commit exactly these files to the branch; gives the commit's id.

    `modes` turns a file into a link (its bytes are the target) or a submodule; `raw` has names that need not
    be UTF-8. A work tree that is on the branch gets the files, and keeps those the commit no longer has.
    """
    entries: list[bytes] = []
    objects = Path(git(path, "rev-parse", "--absolute-git-dir")) / "objects"
    everything = {name.encode("utf-8"): data for name, data in files.items()} | dict(raw or {})
    for name, data in everything.items():
        mode = (modes or {}).get(name.decode("utf-8", "replace"), REGULAR)
        oid = "1" * 40 if mode == SUBMODULE else _write_blob(objects, data)
        entries.append(f"{mode} {oid}\t".encode() + name + b"\0")
    git(path, "read-tree", "--empty")
    git(path, "update-index", "-z", "--index-info", stdin=b"".join(entries))
    tree = git(path, "write-tree")
    refs = git(path, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    made = git(path, "commit-tree", tree, *(["-p", refs] if refs else []), "-m", "A commit")
    git(path, "update-ref", f"refs/heads/{branch}", made)
    if (path / ".git").exists() and git(path, "symbolic-ref", "HEAD") == f"refs/heads/{branch}":
        git(path, "-c", "core.hooksPath=/dev/null", "checkout-index", "-a", "-f")
    return made


def _write_blob(objects: Path, data: bytes) -> str:
    """What `git hash-object -w` does, without a process for each of many files."""
    whole = b"blob %d\0" % len(data) + data
    oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    loose = objects / oid[:2] / oid[2:]
    loose.parent.mkdir(exist_ok=True)
    if not loose.exists():
        loose.write_bytes(zlib.compress(whole, 1))
    return oid


def allow_partial(path: Path) -> None:
    """Let others make blob-less clones of this repository."""
    git(path, "config", "uploadpack.allowFilter", "true")
    git(path, "config", "uploadpack.allowAnySHA1InWant", "true")
