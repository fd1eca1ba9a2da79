"""Rust repositories: a work tree, a bare clone or a plain folder, read at one moment and never changed.

Reads of a git repository come from its objects at a pinned commit, never from a work tree. The repository,
its configuration, its names and its files are all taken to be hostile.
"""

from __future__ import annotations

import getpass
import os
import re
import subprocess
from pathlib import Path
from types import TracebackType

from app.base.cancelling import Cancelled
from app.base.text import shown
from app.errors import SourceError
from app.repository.folder_snapshot import FolderSnapshot
from app.repository.git.blobs import BlobReader
from app.repository.git.login import joined, recalled
from app.repository.git.run import run_git
from app.repository.git.transfer import Progress
from app.repository.git.urls import check_url, without_credentials
from app.repository.git_snapshot import GitSnapshot
from app.repository.snapshot import SIZE_LIMIT, LineHit, Snapshot, SourceBytes

__all__ = [
    "SIZE_LIMIT",
    "Cancelled",
    "LineHit",
    "Progress",
    "Repository",
    "Snapshot",
    "SourceBytes",
    "default_author",
    "git_author",
    "open_repository",
    "shown",
]

_NAME_LIMIT = 200
"""Characters of a person's name; what a record can hold."""


class Repository:
    """An opened repository. Close it when done, or use it in a `with`; a forgotten one closes itself."""

    def __init__(self, path: Path, git_dir: Path | None, settings: dict[str, str]) -> None:
        self.path = path
        """Where it is, absolute."""
        self.git_dir = git_dir
        """The git folder (or the `.git` file that names it); none for a plain folder."""
        self._origin = settings.get("remote.origin.url", "")
        """May hold credentials, where another program made the clone."""
        self._partial = (
            settings.get("remote.origin.promisor") == "true" or "extensions.partialclone" in settings
        )
        self.url = without_credentials(self._origin) or str(path)
        """The origin's URL without credentials, else the path. Not safe to print as it is."""
        self._reader = BlobReader(git_dir) if git_dir else None

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the helper process. Snapshots stay usable; the next reading starts another."""
        if self._reader:
            self._reader.close()

    @property
    def partial(self) -> bool:
        """Whether it is a clone without contents: those come as they are asked for."""
        return self._partial

    @property
    def reader_pid(self) -> int | None:
        """Process id of the helper that reads blobs, while there is one."""
        return self._reader.pid if self._reader else None

    def snapshot(self, commit: str | None = None, branch: str | None = None) -> Snapshot:
        """The repository at a commit (full or abbreviated id, branch or tag), at a branch's tip, or at HEAD.

        Raises SourceError: no such commit or branch, no commit at all, a plain folder asked for a commit.
        """
        name = shown(str(self.path))
        wanted = commit or branch
        if self.git_dir is None or self._reader is None:
            if wanted:
                raise SourceError(
                    f"{name} is a plain folder and has no commit {shown(wanted)}",
                    "leave the commit out, or point to a git clone",
                )
            return FolderSnapshot(self.path, name)
        oid = self._resolve(commit, branch) if wanted else self._head()
        promised = ""
        if self._partial and _may_fetch(self._origin):
            promised = joined(self._origin, recalled(self.git_dir))
        return GitSnapshot(self.git_dir, self._reader, oid, self.url, f"{name} at {oid[:12]}", promised)

    def has_commit(self, commit: str) -> bool:
        """Is there such a commit, branch or tag here? Looks at nothing but this disk."""
        try:
            self._resolve(commit, None)
        except SourceError:
            return False
        return self.git_dir is not None

    def _resolve(self, commit: str | None, branch: str | None) -> str:
        if commit:
            names, kind = [commit], "commit"
        else:
            names, kind = [f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"], "branch"
        wanted = commit or branch or ""
        if not _plain_name(wanted):
            raise SourceError(
                f"{shown(wanted)!r} cannot be the name of a {kind} in {shown(str(self.path))}",
                "give a commit id, a branch or a tag",
            )
        ambiguous = False
        for name in names:
            found = self._lookup(name)
            if found and found != "ambiguous":
                return found
            ambiguous = ambiguous or found == "ambiguous"
        if ambiguous:
            raise SourceError(
                f"several commits of {shown(str(self.path))} begin with {shown(wanted)}",
                "give more of the commit id",
            )
        raise SourceError(
            f"{kind} {shown(wanted)} is not in {shown(str(self.path))}",
            f"fetch it: 'git fetch' there, or 'backspan source update {shown(self.url)}'{self._offers()}",
        )

    def _lookup(self, name: str) -> str | None:
        # Asked on stdin, where no name can be taken for an option.
        answer = run_git(
            ["cat-file", "--batch-check"], git_dir=self.git_dir, stdin=name.encode("utf-8") + b"^{commit}\n"
        )
        words = answer.out.decode("ascii", "replace").split()
        if len(words) == 3 and words[1] == "commit":
            return words[0]
        return "ambiguous" if words and words[-1] == "ambiguous" else None

    def _head(self) -> str:
        if oid := self._lookup("HEAD"):
            return oid
        name = shown(str(self.path))
        target = (
            run_git(["symbolic-ref", "-q", "HEAD"], git_dir=self.git_dir)
            .out.decode("utf-8", "replace")
            .strip()
        )
        branch = shown(target.removeprefix("refs/heads/"))
        offers = self._offers()
        if not offers:
            raise SourceError(f"{name} has no commit yet", "commit or fetch something there first")
        if branch:
            raise SourceError(
                f"HEAD of {name} points to branch {branch}, which is not there", f"name one{offers}"
            )
        raise SourceError(f"HEAD of {name} points to no commit", f"name a branch or a commit{offers}")

    def _offers(self) -> str:
        kinds = ("refs/heads", "refs/tags", "refs/remotes")  # and none of our own
        answer = run_git(
            ["for-each-ref", "--count=6", "--format=%(refname:short)", *kinds], git_dir=self.git_dir
        )
        names = [shown(line, 60) for line in answer.out.decode("utf-8", "replace").split("\n") if line]
        return f"; it has {', '.join(names[:5])}{' …' if len(names) > 5 else ''}" if names else ""


def open_repository(path: Path) -> Repository:
    """Open a work tree, a bare clone, or a plain folder (a folder inside a work tree is a plain folder).

    Raises SourceError: nothing there, a file, not readable, a damaged `.git`.
    """
    path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() would follow links into other names
    name = shown(str(path))
    try:
        with os.scandir(path) as listing:
            names = {entry.name for entry in listing}
    except FileNotFoundError:
        raise SourceError(f"{name} is not there", "check the path, or clone the repository first") from None
    except NotADirectoryError:
        raise SourceError(f"{name} is a file, not a folder", "give the folder of the repository") from None
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}", "check its permissions") from None
    git_dir = _git_dir(path, names)
    return Repository(path, git_dir, _settings(git_dir, name) if git_dir else {})


def _git_dir(path: Path, names: set[str]) -> Path | None:
    if ".git" in names:
        return path / ".git"
    # Folders called objects and refs beside a HEAD are a repository to git as well.
    if {"HEAD", "objects"} <= names and names & {"refs", "packed-refs", "reftable"}:
        return path
    return None


def _settings(git_dir: Path, name: str) -> dict[str, str]:
    """The few settings that say where the repository came from. Raises SourceError if git cannot use it."""
    asked = r"^(remote\.origin\.(url|promisor)|extensions\.partialclone)$"
    answer = run_git(["config", "--local", "-z", "--get-regexp", asked], git_dir=git_dir)
    usable = run_git(["rev-parse", "--git-dir"], git_dir=git_dir)
    if usable.code:
        raise SourceError(
            f"{name} looks like a git repository, but git cannot use it: {usable.complaint}",
            "repair it with git, or clone it again",
        )
    settings: dict[str, str] = {}
    for line in answer.out.decode("utf-8", "replace").split("\0"):
        key, _, value = line.partition("\n")
        settings.setdefault(key, value)
    return settings


def _may_fetch(url: str) -> bool:
    """Is this a place missing blobs may be asked of? No other is ever contacted."""
    try:
        check_url(url)
    except SourceError:
        return False
    return True


def _plain_name(name: str) -> bool:
    """May this be a commit id, branch or tag: what git allows as a name, and nothing it reads as more?"""
    if not name or len(name) > 400 or name.startswith(("-", "/", ".")) or name.endswith((".", ".lock")):
        return False
    return not re.search(r"[\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]|\.\.|@\{|//", name)


def git_author(folder: Path) -> str:
    """The person's name by git's settings (their own, and the folder's); empty if they have none."""
    try:
        answer = subprocess.run(
            ["git", "config", "--get", "user.name"],
            cwd=folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
        name = answer.stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        name = ""
    return shown(" ".join(name.split()), _NAME_LIMIT)


def default_author(folder: Path) -> str:
    """The person's name by git's settings (their own, and the folder's), else the login name; never empty."""
    name = git_author(folder)
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):  # no such account: containers, mostly
            name = ""
        name = shown(" ".join(name.split()), _NAME_LIMIT)
    return name or "unknown"
