"""The code that records were taken from, kept on this machine as long as the records live.

Upstream rewrites branches, deletes them after a merge, moves tags. What a record was taken from stays in backspan's own
clone all the same: refs of ours name its commit and, in a clone without contents, the files that tell of the record,
which are fetched while they can be had. A checkout or clone that the person mapped a URL to is theirs: nothing is ever
written there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from app.base.cancelling import never
from app.records.events import Block
from app.repository import sources
from app.repository.git.kept_refs import here, keep, kept
from app.repository.git.transfer import Progress, quiet
from app.repository.git_snapshot import GitSnapshot
from app.repository.repository import Snapshot, open_repository

_BESIDE = ("cargo.toml", "license", "licence", "copying", "unlicense")
"""How the names of files begin, in lower case, that the checks read of a file's own folder and those above it."""


class Origin(NamedTuple):
    """Where code was taken from."""

    repository: str
    commit: str


class Gap(NamedTuple):
    """What a clone of ours does not keep yet of one origin."""

    clone: Path
    origin: Origin
    oids: frozenset[str]
    """Ids of commits and contents that are here and have no ref of ours."""


def origin_of(block: Block) -> Origin | None:
    """The commit that a block was taken from; None for a plain folder, which has none."""
    return Origin(block.repository, block.commit) if block.commit else None


def own_clone(url: str, root: Path) -> Path | None:
    """The clone of ours that a URL is read from; None where it is the person's own, or not here. Raises SourceError.

    `root` is the project's. Journals are strangers' texts: no path that one names is ever believed.
    """
    if not sources.is_url(url):
        return None
    place = sources.locate(url, root)
    return place if place is not None and sources.is_ours(place) else None


def gaps(used: Mapping[Origin, Collection[str]], root: Path) -> list[Gap]:
    """What our clones hold of these and do not keep: of each origin its commit and its `used` contents, by id.

    Sorted. Looks at nothing but this disk. Raises SourceError.
    """
    found: list[Gap] = []
    by_place: dict[Path, dict[Origin, set[str]]] = {}
    for origin in sorted(used):
        if (place := own_clone(origin.repository, root)) is not None:
            by_place.setdefault(place, {})[origin] = {origin.commit, *used[origin]}
    for place, wanted in by_place.items():
        if not _partial(place):  # there the commit's ref keeps its contents
            wanted = {origin: {origin.commit} for origin in wanted}
        missing = set().union(*wanted.values()) - kept(place)
        held = here(place, missing)
        found += [Gap(place, one, frozenset(oids & held)) for one, oids in wanted.items() if oids & held]
    return found


def fill(found: Iterable[Gap]) -> None:
    """Give refs to what lacks them. Raises SourceError."""
    for gap in found:
        keep(gap.clone, gap.oids)


def _partial(place: Path) -> bool:
    with open_repository(place) as repository:
        return repository.partial


def hold(
    origin: Origin | None,
    paths: Collection[str],
    root: Path,
    snapshot: Snapshot | None = None,
    progress: Callable[[Progress], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> None:
    """See that a commit has its ref, and that these files of it, and what tells of them, are here and stay.

    `snapshot` is the commit's, where that is open. May ask the network. Raises SourceError, and Cancelled.
    """
    place = own_clone(origin.repository, root) if origin else None
    if origin is None or place is None:
        return
    keep(place, [origin.commit])
    if snapshot is None or snapshot.commit != origin.commit:
        with open_repository(place) as repository:
            snapshot = repository.snapshot(origin.commit)
    if isinstance(snapshot, GitSnapshot) and snapshot.promised:
        wanted = needed(snapshot, paths)
        snapshot.prefetch(wanted, progress, cancelled)
        ids = snapshot.blob_ids("")
        keep(place, (ids[path] for path in wanted))


def paths_of(block: Block) -> set[str]:
    """The files that a block's code is of."""
    return {span.path for span in block.spans}


def needed(snapshot: Snapshot, paths: Iterable[str]) -> list[str]:
    """Those of the files that are there, and the manifests and licences in their folders and all above.

    Raises SourceError.
    """
    wanted = set(paths)
    folders = {""}
    for path in wanted:
        while path := posixpath.dirname(path):
            folders.add(path)
    return [
        path
        for path in snapshot.files("")
        if path in wanted
        or (posixpath.dirname(path) in folders and posixpath.basename(path).lower().startswith(_BESIDE))
    ]
