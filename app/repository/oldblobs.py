"""Old contents that a blob-less clone lacks: which they are, and how they are brought here, on purpose only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.errors import SourceError
from app.repository.gitlog import Place
from app.repository.gitrun import run_git
from app.repository.transfer import Cancelled, Progress, transfer

RAW = (
    *("-r", "--root", "--raw", "--no-abbrev", "--no-renames", "-z", "--no-ext-diff", "--no-textconv"),
    *("--no-show-signature", "--no-notes", "--no-color", "--no-relative", "-O/dev/null"),
)
"""How changes are listed without looking into any file, whatever a repository's settings say."""
_RENAMES = 20
"""Renames of one file that are followed at most."""
_PATIENCE = 600.0
"""Seconds that listing a repository's objects may take."""
_FETCH = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress", "--no-tags", "--no-write-fetch-head"),
    *("--recurse-submodules=no", "--upload-pack=git-upload-pack", "--stdin"),
)


def absent(place: Place) -> set[str]:
    """Ids of the objects behind the commit that are not on this disk; asks nobody. Raises SourceError."""
    answer = run_git(
        ["rev-list", "--objects", "--missing=print", "--no-object-names", "--stdin"],
        git_dir=place.git_dir,
        stdin=f"{place.commit}\n".encode(),
        timeout=_PATIENCE,
    )
    if answer.code:
        raise SourceError(
            f"the history of {place.name} cannot be read: {answer.complaint}", "run 'git fsck' there"
        )
    return {line[1:] for line in answer.out.decode("ascii", "replace").split("\n") if line.startswith("?")}


def versions(place: Place, path: str = "", glob: str = "") -> set[str]:
    """Ids of all the contents that a path had, or files that a glob matches, or (without either) every file.

    Raises SourceError.
    """
    answer = run_git(
        [
            *(["--no-literal-pathspecs"] if glob else []),
            *("log", *RAW, "-m", "--format=", place.commit, "--"),
            *([path or glob] if path or glob else []),
        ],
        git_dir=place.git_dir,
        timeout=_PATIENCE,
    )
    if answer.code:
        raise SourceError(
            f"the history of {place.name} cannot be read: {answer.complaint}", "run 'git fsck' there"
        )
    return {oid for _, old, new, _ in _raw(answer.out) for oid in (old, new)}


def bring(
    place: Place,
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
    # By URL, not by the remote's name: a remote's section may name programs to run.
    answer = transfer(
        [*_FETCH, "--", place.promised],
        git_dir=place.git_dir,
        stdin="".join(f"{oid}\n" for oid in wanted).encode("ascii"),
        progress=progress,
        cancelled=cancelled,
    )
    if answer.code:
        raise SourceError(
            f"{len(wanted):,} older contents of {place.name} are not here and cannot be fetched: "
            f"{answer.complaint}",
            "check the network and try again, or use a full clone",
        )


def bring_versions(
    place: Place, path: str, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> None:
    """Bring every content a file had, under its older names too, so that its lines can be followed.

    Raises SourceError and Cancelled.
    """
    missing = absent(place)
    start = place.commit
    for _ in range(_RENAMES if missing else 0):
        here = place._replace(commit=start)
        bring(place, missing & versions(here, path), progress, cancelled)
        born = run_git(
            ["log", "-n1", "--format=%H", "--diff-filter=A", "--no-renames", start, "--", path],
            git_dir=place.git_dir,
        )
        commit = born.out.decode("ascii", "replace").strip()
        if not commit:
            return
        changes = _raw(_difference(place, commit, "--no-renames"))
        if not any(status == "D" for status, *_ in changes):
            return
        # To tell a rename, git compares all that came with all that went.
        both = {oid for status, old, new, _ in changes if status in "AD" for oid in (old, new)}
        bring(place, missing & both, progress, cancelled)
        missing -= both
        before = _renamed(_difference(place, commit, "-M"), path)
        if before is None:
            return
        path, start = before, f"{commit}^"


def _difference(place: Place, commit: str, renames: str) -> bytes:
    return run_git(
        ["diff-tree", *RAW, renames, "--no-commit-id", commit], git_dir=place.git_dir, timeout=_PATIENCE
    ).out


def _renamed(out: bytes, path: str) -> str | None:
    """The older name of a path, by a raw difference with renames."""
    words = iter(out.split(b"\0"))
    for facts in words:
        if not facts.startswith(b":"):
            continue
        old = next(words, b"")
        if facts.split(b" ")[-1][:1] in (b"R", b"C") and next(words, b"") == path.encode():
            return old.decode("utf-8", "replace")
    return None


def _raw(out: bytes) -> list[tuple[str, str, str, str]]:
    """(status, old id, new id, path) of each line of a raw difference without renames."""
    found: list[tuple[str, str, str, str]] = []
    words = iter(out.split(b"\0"))
    for word in words:
        facts = word.lstrip(b"\n").decode("ascii", "replace").split(" ")
        if len(facts) == 5 and facts[0].startswith(":"):
            found.append((facts[4], facts[2], facts[3], next(words, b"").decode("utf-8", "replace")))
    return found
