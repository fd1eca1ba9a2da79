"""Old contents that a blob-less clone lacks: which they are, and how they are brought here, on purpose only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.base.cancelling import Cancelled
from app.errors import SourceError
from app.repository.git.log import CommitPlace, output
from app.repository.git.transfer import Progress, fetch_objects

_QUIET = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-notes",
    "--no-color",
    "--no-relative",
)
RAW = (*("-r", "--root", "--raw", "--no-abbrev", "--no-renames", "-z", "-O/dev/null"), *_QUIET)
"""How changes are listed without looking into any file, whatever a repository's settings say."""
_NAMES = 20
"""Names of one file that are followed at most."""
_BIRTHS = 100
"""Commits that bring one name, merges of old branches among them, that are looked at most."""


def absent(place: CommitPlace, wanted: Iterable[str], cancelled: Callable[[], bool]) -> set[str]:
    """Which of these objects are not on this disk; asks nobody else. Raises SourceError and Cancelled.

    Everything that is here is listed once: asked about one object, older gits would try to fetch it.
    """
    left = set(wanted)
    rest = b""
    listing = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"]
    for chunk in output(place, listing, cancelled) if left else ():
        *lines, rest = (rest + chunk).split(b"\n")
        left.difference_update(line.decode("ascii", "replace") for line in lines)
    return left


def versions(place: CommitPlace, cancelled: Callable[[], bool], path: str = "", glob: str = "") -> set[str]:
    """Ids of all the contents that a path had, or files that a glob matches, or (without either) every file.

    Raises SourceError and Cancelled.
    """
    args = [
        *(["--no-literal-pathspecs"] if glob else []),
        *("log", *RAW, "-m", "--format=", place.commit, "--"),
        *([path or glob] if path or glob else []),
    ]
    rows = _raw(b"".join(output(place, args, cancelled)))
    return {oid for _, old, new, _ in rows for oid in (old, new)} - {"0" * 40, "0" * 64}


def bring(
    place: CommitPlace,
    oids: Iterable[str],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> None:
    """Fetch these objects. Raises SourceError (no network, no such server) and Cancelled."""
    wanted = sorted(oids)
    if not wanted:
        return
    if cancelled():
        raise Cancelled("The search was cancelled")
    answer = fetch_objects(place.git_dir, place.promised, wanted, progress, cancelled)
    if answer.code:
        raise SourceError(
            f"{len(wanted):,} older contents of {place.name} are not here and cannot be fetched: "
            f"{answer.complaint}",
            "check the network and try again, or use a full clone",
        )


def bring_versions(
    place: CommitPlace, path: str, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> None:
    """Bring every content a file had, under its older names too, so that its lines can be followed.

    Raises SourceError and Cancelled.
    """
    waiting = [(path, place.commit)]
    seen: set[str] = set()
    while waiting and len(seen) < _NAMES:
        name, start = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        here = place._replace(commit=start)
        bring(place, absent(place, versions(here, cancelled, path=name), cancelled), progress, cancelled)
        for commit in _births(here, name, cancelled):
            changes = _raw(_difference(place, commit, "--no-renames", cancelled))
            if not any(status == "D" for status, *_ in changes):
                continue
            # To tell a rename, git compares all that came with all that went.
            both = {new if status == "A" else old for status, old, new, _ in changes if status in "AD"}
            bring(place, absent(place, both, cancelled), progress, cancelled)
            older = _older_names(_difference(place, commit, "-M", cancelled), name)
            waiting += [(one, commit) for one in older]


def _births(place: CommitPlace, path: str, cancelled: Callable[[], bool]) -> list[str]:
    """Ids of the commits in which the path is new to one of the parents: merges, too, are looked at for renames."""
    args = ["log", *RAW, "-m", "-s", "--diff-filter=A", "--format=%H", place.commit, "--", path]
    found = b"".join(output(place, args, cancelled)).replace(b"\0", b"\n").decode("ascii", "replace")
    return list(dict.fromkeys(found.split()))[:_BIRTHS]


def _difference(place: CommitPlace, commit: str, renames: str, cancelled: Callable[[], bool]) -> bytes:
    """The raw differences of a commit to each of its parents."""
    args = ["diff-tree", *RAW, "-m", "-l1000", renames, "--no-commit-id", commit]
    return b"".join(output(place, args, cancelled))


def _older_names(out: bytes, path: str) -> set[str]:
    """What a path was called before, by raw differences with renames."""
    found: set[str] = set()
    words = iter(out.split(b"\0"))
    for facts in words:
        if facts.startswith(b":"):
            old = next(words, b"")
            if facts.split(b" ")[-1][:1] in (b"R", b"C") and next(words, b"") == path.encode():
                found.add(old.decode("utf-8", "replace"))
    return found


def _raw(out: bytes) -> list[tuple[str, str, str, str]]:
    """(status, old id, new id, path) of each line of a raw difference without renames."""
    found: list[tuple[str, str, str, str]] = []
    words = iter(out.split(b"\0"))
    for word in words:
        facts = word.lstrip(b"\n").decode("ascii", "replace").split(" ")
        if len(facts) == 5 and facts[0].startswith(":"):
            found.append((facts[4], facts[2], facts[3], next(words, b"").decode("utf-8", "replace")))
    return found
