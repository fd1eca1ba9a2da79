"""Reading what `git log` and `git diff-tree` say, commit by commit, while git is still at work.

A repository's settings may ask for signatures (a program), notes, colours or other prefixes: each is refused by name
here, beside what `app.repository.git.run` refuses for every command.
"""

from __future__ import annotations

import re
import select
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from app.base.cancelling import Cancelled
from app.errors import SourceError
from app.repository.git import run as gitrun

SHAPE = (
    *("--no-show-signature", "--no-notes", "--no-color", "--encoding=UTF-8"),
    *("--no-ext-diff", "--no-textconv", "--text", "--no-relative", "--submodule=short", "-O/dev/null"),
    *("--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", "--diff-algorithm=myers", "-U3"),
    *("-M", "-l1000", "--format=tformat:%x00%H%x00%an%x00%at%x00%B%x00"),
)
"""How commits and differences are to be printed, whatever a repository's settings say; renames are found."""

DIFFERENCE_LINES = 600
"""Lines of one commit's difference that are kept."""
_LINE_CHARACTERS = 2_000
_MESSAGE_CHARACTERS = 20_000
_TICK_MS = 100
_PULL = (
    re.compile(r"\(#(\d{1,9})\)\s*$"),
    re.compile(r"^(?:Merge pull request|Auto merge of|Rollup merge of) #(\d{1,9})\b"),
    re.compile(r"\(#(\d{1,9})\)"),
)
_HEADER = re.compile(rb"\0([0-9a-f]{40,64})\0([^\0]*)\0([^\0]*)\0([^\0]*)\0")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that has to do with a piece of code. Its texts are strangers': not safe to print as they are."""

    oid: str
    """Full id."""
    author: str
    at: datetime | None
    """When it was written (the author's date), in UTC; none where the commit says no date there could be."""
    subject: str
    """The message's first line."""
    body: str
    """The rest of the message, without surrounding blank lines."""
    difference: str
    """What it did to the lines (or to the files that hold the text), as a unified difference."""
    boundary: bool = False
    """Whether a shallow clone ends here: what this commit seems to add may be older."""

    @property
    def pull_request(self) -> int | None:
        """The number the message gives, such as in `Merge pull request #123` or at a subject's end: `(#123)`."""
        for pattern in _PULL:
            if found := pattern.search(self.subject):
                return int(found[1])
        return None


class CommitPlace(NamedTuple):
    """A commit of a repository on this disk, and where what is missing there may be asked for."""

    git_dir: Path
    commit: str
    name: str
    """What errors call it, safe to print."""
    promised: str
    """URL that a blob-less clone can ask for file contents; empty for a full clone."""


def shortened(difference: bytes) -> str:
    """A difference as text, cut after so many lines and each after so many characters."""
    lines = difference.strip(b"\n").split(b"\n")
    kept = [
        line.decode("utf-8", "replace")[:_LINE_CHARACTERS].removesuffix("\r")
        for line in lines[:DIFFERENCE_LINES]
    ]
    if len(lines) > DIFFERENCE_LINES:
        kept.append(f"… {len(lines) - DIFFERENCE_LINES:,} more lines")
    return "\n".join(kept)


def commits(
    place: CommitPlace,
    args: Sequence[str | bytes],
    cancelled: Callable[[], bool],
    stdin: bytes = b"",
    shorten: Callable[[bytes], str] = shortened,
) -> Iterator[Commit]:
    """The commits that a command prints in `SHAPE`, each as soon as it is whole.

    Raises SourceError with git's complaint, and Cancelled. Whoever stops asking ends git as well.
    """
    buffer = bytearray()
    for chunk in output(place, args, cancelled, stdin):
        searched = max(len(buffer) - 1, 0)
        buffer += chunk
        # No line of a difference begins with a NUL, and no message holds one.
        while (head := _HEADER.match(buffer)) and (
            (end := buffer.find(b"\n\0", max(head.end(), searched))) >= 0
        ):
            yield _commit(head, shorten(bytes(buffer[head.end() : end])))
            del head  # it holds the buffer as it was
            del buffer[: end + 1]
            searched = 0
        head = None
    if head := _HEADER.match(buffer):
        yield _commit(head, shorten(bytes(buffer[head.end() :])))


def output(
    place: CommitPlace, args: Sequence[str | bytes], cancelled: Callable[[], bool], stdin: bytes = b""
) -> Iterator[bytes]:
    """What a reading command prints, as it comes. Raises SourceError with git's complaint, and Cancelled."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
        given.write(stdin)
        given.seek(0)
        process = gitrun.start(args, git_dir=place.git_dir, stdin=given.fileno(), stderr=complaints.fileno())
        try:
            yield from _chunks(process, cancelled)
            if process.wait():
                complaints.seek(0)
                complaint = gitrun.last_complaint(complaints.read(100_000))
                raise SourceError(
                    f"the history of {place.name} cannot be read: {complaint}",
                    "run 'git fsck' there, or use a full clone",
                )
        finally:
            gitrun.stop(process)


def _chunks(process: subprocess.Popen[bytes], cancelled: Callable[[], bool]) -> Iterator[bytes]:
    assert process.stdout is not None
    poll = select.poll()
    poll.register(process.stdout, select.POLLIN)
    while True:
        if cancelled():
            raise Cancelled("The search was cancelled")
        if poll.poll(_TICK_MS):
            chunk = process.stdout.read(1 << 16)
            if not chunk:
                return
            yield chunk


def _commit(head: re.Match[bytes], difference: str) -> Commit:
    oid, author, when, message = (part.decode("utf-8", "replace") for part in head.groups())
    message = message.replace("\r\n", "\n")
    subject, _, body = message[:_MESSAGE_CHARACTERS].strip("\n").partition("\n")
    return Commit(oid, author, _moment(when), subject.strip(), body.strip("\n"), difference)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def marked(commit: Commit, shallow: frozenset[str]) -> Commit:
    """The commit, told to be a boundary if it is one."""
    return replace(commit, boundary=True) if commit.oid in shallow else commit


def boundaries(git_dir: Path) -> frozenset[str]:
    """The commits whose parents a shallow clone does not have; none in a whole one."""
    answer = gitrun.run_git(["rev-parse", "--git-path", "shallow"], git_dir=git_dir)
    try:
        text = Path(answer.out.decode("utf-8", "surrogateescape").removesuffix("\n")).read_text("ascii")
    except (OSError, ValueError):
        return frozenset()
    return frozenset(text.split())
