"""When a text first appeared anywhere in a repository's history, and where it came, went or moved later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.base.cancelling import never
from app.errors import SourceError
from app.repository import commit_cache as kept
from app.repository.git.log import SHAPE, Commit, CommitPlace, boundaries, commits, marked, shortened
from app.repository.git.old_blobs import absent, bring, versions
from app.repository.git.run import run_git
from app.repository.git.transfer import Progress
from app.repository.history import History, place_of, unheard
from app.repository.snapshot import Snapshot

__all__ = ["MOST_TEXT", "MissingHistoryError", "Search", "first_appearance"]

MOST_TEXT = 20_000
"""Bytes of the longest text that is searched for."""
MOST_FOUND = 50
"""Commits that are told at most: the first, and those after it."""
_BATCH_SECONDS = 0.4
_FIRST_BATCH, _LAST_BATCH = 64, 4096
_AROUND = 12
"""Lines kept on each side of a line that holds the text's beginning."""


class MissingHistoryError(SourceError):
    """A blob-less clone lacks the old contents to search; `fetch=True` brings them."""


@dataclass(frozen=True, slots=True)
class Search:
    """How far a search is."""

    done: int
    """Commits looked through, oldest first."""
    total: int
    at: datetime | None
    """When the last of them was committed, UTC."""
    transfer: Progress | None = None
    """How far bringing old contents is, while that is under way."""


def unwatched(_: Search) -> None:
    """A progress callback that shows nothing."""


def first_appearance(
    snapshot: Snapshot,
    text: str,
    *,
    everywhere: bool = False,
    fetch: bool = False,
    found: Callable[[Commit], None] = unheard,
    progress: Callable[[Search], None] = unwatched,
    cancelled: Callable[[], bool] = never,
) -> History:
    """The commits after which the text stood oftener or rarer in some file than before, the oldest first.

    Rust files are searched, or every file if `everywhere`; merges are not (what they bring was made before). The
    text is plain, never a pattern, and may have several lines. `found` gets each commit as it is met. Raises
    SourceError: a plain folder, an empty or too long text, a damaged repository; MissingHistoryError; Cancelled.
    """
    place = place_of(snapshot)
    needle = _needle(text)
    key = kept.key("text", place.commit, text, everywhere)
    if (known := kept.load(key)) is not None:
        for commit in known:
            found(commit)
        return History(known, _notes(known), True)
    if place.promised:
        _complete(place, everywhere, fetch, progress, cancelled)
    told = _search(place, needle, everywhere, found, progress, cancelled)
    shallow = bool(boundaries(place.git_dir))
    if not shallow:  # it may be deepened: then there is more to search
        kept.save(key, told)
    return History(told, _notes(told, shallow), shallow=shallow)


def _needle(text: str) -> bytes:
    try:
        needle = text.encode("utf-8")
    except UnicodeEncodeError:
        needle = b""
    if not needle.strip() or b"\0" in needle:
        raise SourceError("There is no text to search the history for", "select some code first")
    if len(needle) > MOST_TEXT:
        raise SourceError(
            f"a text of {len(needle):,} bytes is too long to search the history for (at most {MOST_TEXT:,})",
            "select a line or two that are typical of it",
        )
    return needle


def _complete(
    place: CommitPlace,
    everywhere: bool,
    fetch: bool,
    progress: Callable[[Search], None],
    cancelled: Callable[[], bool],
) -> None:
    wanted = versions(place, cancelled, glob="" if everywhere else "*.rs")
    missing = absent(place, wanted, cancelled)
    if missing and not fetch:
        raise MissingHistoryError(
            f"{place.name} is a clone without old contents: {len(missing):,} older files are not on this machine",
            "ask for them to be fetched (--fetch), or use a full clone",
        )
    bring(place, missing, lambda step: progress(Search(0, 0, None, step)), cancelled)


def _search(
    place: CommitPlace,
    needle: bytes,
    everywhere: bool,
    found: Callable[[Commit], None],
    progress: Callable[[Search], None],
    cancelled: Callable[[], bool],
) -> tuple[Commit, ...]:
    shallow = boundaries(place.git_dir)
    wanted = [
        *("--no-literal-pathspecs", "diff-tree", "--stdin", "-r", "--root", "-p", *SHAPE),
        *(b"-S" + needle, "--", *(() if everywhere else ("*.rs",))),
    ]
    everything = _oldest_first(place)
    told: list[Commit] = []
    for done, batch in _batches(everything):
        oids = "".join(f"{oid}\n" for _, oid in batch).encode("ascii")
        for commit in commits(place, wanted, cancelled, oids, lambda difference: near(difference, needle)):
            told.append(marked(commit, shallow))
            found(told[-1])
            if len(told) >= MOST_FOUND:
                return tuple(told)
        progress(Search(done, len(everything), datetime.fromtimestamp(batch[-1][0], UTC)))
    return tuple(told)


def _oldest_first(place: CommitPlace) -> list[tuple[int, str]]:
    """(seconds, id) of every commit behind the place that is no merge."""
    answer = run_git(
        ["rev-list", "--reverse", "--no-merges", "--timestamp", place.commit],
        git_dir=place.git_dir,
        timeout=600.0,
    )
    if answer.code:
        raise SourceError(
            f"the history of {place.name} cannot be read: {answer.complaint}", "run 'git fsck' there"
        )
    words = (line.split(" ") for line in answer.out.decode("ascii").splitlines())
    return [(min(max(int(seconds), 0), 1 << 37), oid) for seconds, oid in words]


def _batches(everything: list[tuple[int, str]]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Pieces that take git some tenths of a second each, so that progress is told often and stops are quick."""
    at, size = 0, _FIRST_BATCH
    while at < len(everything):
        began = time.monotonic()
        batch = everything[at : at + size]
        at += len(batch)
        yield at, batch
        taken = time.monotonic() - began
        size = min(_LAST_BATCH, size * 2) if taken < _BATCH_SECONDS / 2 else max(_FIRST_BATCH, size // 2)


def near(difference: bytes, needle: bytes) -> str:
    """Of a difference, what stands near the text, with its headings: an old import may have thousands of lines."""
    lines = difference.strip(b"\n").split(b"\n")
    parts = [part for line in needle.split(b"\n") if (part := line.strip())]
    rows: list[int] = []
    for wanted in (parts[:1], parts[1:]):
        rows = rows or [
            at for at, line in enumerate(lines) if line[:1] in b"+-" and any(part in line for part in wanted)
        ]
    if not rows or len(lines) <= 4 * _AROUND:
        return shortened(difference)
    kept = {row for at in rows for row in range(at - _AROUND, at + _AROUND + 1)}
    shown: list[bytes] = []
    headings: list[bytes] = []
    skipped = False
    for at, line in enumerate(lines):
        if line.startswith(b"diff --git "):
            headings = [line]
        elif line.startswith((b"rename ", b"--- a/", b"+++ b/", b"--- /dev", b"+++ /dev")) and at not in kept:
            headings.append(line)
        elif line.startswith(b"@@ "):
            headings = [one for one in headings if not one.startswith(b"@@ ")] + [line]
        elif at in kept:
            shown += [*headings, *([b"\xe2\x80\xa6"] if skipped else ()), line]
            headings, skipped = [], False
            continue
        skipped = not line.startswith((b"@@ ", b"diff --git ", b"--- ", b"+++ "))
    return shortened(b"\n".join(shown))


def _notes(told: tuple[Commit, ...], shallow: bool = False) -> tuple[str, ...]:
    notes: list[str] = []
    if len(told) >= MOST_FOUND:
        notes.append(f"Only the first {MOST_FOUND} commits are shown.")
    if any(commit.boundary for commit in told):
        notes.append("This is a shallow clone, and the text may be older than what it has.")
    elif shallow:
        notes.append("This is a shallow clone: what is older than what it has was not searched.")
    return tuple(notes)
