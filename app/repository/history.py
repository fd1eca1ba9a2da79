"""The commits that made these very lines, newest first, followed through renames; and the place they are kept.

Nothing here changes a repository, except that a blob-less clone is given the old contents it lacks, by the same
careful fetch that reads its files. Texts of commits are strangers': whoever shows them makes them safe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.base.cancelling import never
from app.base.text import shown
from app.errors import SourceError
from app.repository import commit_cache as kept
from app.repository.git.log import SHAPE, Commit, CommitPlace, boundaries, commits, marked
from app.repository.git.old_blobs import bring_versions
from app.repository.git.transfer import Progress, quiet
from app.repository.git_snapshot import GitSnapshot
from app.repository.snapshot import Snapshot

__all__ = ["LIMIT", "Commit", "History", "line_history", "place_of"]

LIMIT = 200
"""Commits that are told at most."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of where lines come from."""

    commits: tuple[Commit, ...]
    """Newest first."""
    notes: tuple[str, ...] = ()
    """What is missing and why, a sentence each; safe to print."""
    kept: bool = False
    """Whether it was answered from the disk, without git."""
    shallow: bool = False
    """Of a text: whether the clone is shallow, so that nobody can tell here what was before."""


def unheard(_: Commit) -> None:
    """A callback that waits for the end."""


def place_of(snapshot: Snapshot) -> CommitPlace:
    """The repository behind a snapshot. Raises SourceError for a plain folder, which has no history."""
    if not isinstance(snapshot, GitSnapshot) or snapshot.commit is None:
        raise SourceError(
            f"{snapshot.name} is a plain folder without git, so its code has no history here",
            "point the topic to a git clone to see where its code came from",
        )
    return CommitPlace(snapshot.git_dir, snapshot.commit, snapshot.name, snapshot.promised)


def line_history(
    snapshot: Snapshot,
    path: str,
    first: int,
    last: int,
    *,
    found: Callable[[Commit], None] = unheard,
    progress: Callable[[Progress], None] = quiet,
    cancelled: Callable[[], bool] = never,
    limit: int = LIMIT,
) -> History:
    """The commits that touched lines `first` to `last` (1-based, both included) of a file, at most `limit`.

    `found` gets each as git finds it; `progress` hears of a fetch, where a blob-less clone needs one. Raises
    SourceError: a plain folder, no such file or lines, a damaged repository, a fetch that failed; and Cancelled.
    """
    place = place_of(snapshot)
    if path not in snapshot:
        snapshot.read(path)  # says what is wrong with the name
    if not 0 < first <= last:
        raise SourceError(f"{shown(path)} has no lines {first} to {last}", "give lines such as 12-34")
    key = kept.key("lines", place.commit, path, first, last, limit)
    if (known := kept.load(key)) is not None:
        for commit in known:
            found(commit)
        return History(known, _notes(known, limit), True)
    if place.promised:
        bring_versions(place, path, progress, cancelled)
    told = _ask(place, path, first, last, found, cancelled, limit)
    if not any(
        commit.boundary for commit in told
    ):  # a shallow clone may be deepened: then there is more to tell
        kept.save(key, told)
    return History(told, _notes(told, limit))


def _ask(
    place: CommitPlace,
    path: str,
    first: int,
    last: int,
    found: Callable[[Commit], None],
    cancelled: Callable[[], bool],
    limit: int,
) -> tuple[Commit, ...]:
    shallow = boundaries(place.git_dir)
    told: list[Commit] = []
    # One argument with the option: no path can be taken for another option, and what follows the second colon is
    # read as a path whatever it holds.
    wanted = f"-L{first},{last}:{path}".encode()
    for commit in commits(
        place, ["log", *SHAPE, "--no-decorate", f"-n{limit}", wanted, place.commit, "--"], cancelled
    ):
        told.append(marked(commit, shallow))
        found(told[-1])
    return tuple(told)


def _notes(told: Sequence[Commit], limit: int) -> tuple[str, ...]:
    notes: list[str] = []
    if len(told) >= limit:
        notes.append(f"Only the newest {limit} commits are shown.")
    if any(commit.boundary for commit in told):
        notes.append(
            "This is a shallow clone: older commits are not on this machine ('git fetch --unshallow' there)."
        )
    return tuple(notes)
