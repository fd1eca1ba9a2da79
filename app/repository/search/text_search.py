"""Text and regular-expression search over a code base, by `git grep`: at the commit, or in the plain folder.

The engine is another process, so a costly expression neither holds the interface up nor outlives its cancellation.
"""

from __future__ import annotations

import select
import subprocess
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from app.errors import SourceError, UsageError
from app.repository.git.run import last_complaint, path_chunks, run_git, start, stop
from app.repository.index.codebase import Codebase
from app.repository.search.grep_lines import GrepLines, TextHit

LIMIT = 2_000
"""Hits after which a search ends by itself: nobody reads more."""
PATTERN_LIMIT = 1_000
"""Characters of the longest pattern."""
TICK_MS = 50
"""Milliseconds within which a cancellation is seen."""
_CHUNK = 1 << 16
_GREP = ("grep", "-n", "--column", "-z", "-I", "--no-color", "--no-textconv", "--no-recurse-submodules")


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What is looked for."""

    pattern: str
    """Text of one line, or an expression."""
    regex: bool = False
    """Whether it is a regular expression (Perl's kind, or POSIX extended where git knows no other)."""
    words: bool = False
    """Whether only whole words count."""
    case: bool | None = None
    """Whether case matters; None: where the pattern has a capital."""
    everything: bool = False
    """Whether files other than Rust's are searched too."""

    @property
    def exact(self) -> bool:
        """Whether case matters."""
        return self.pattern != self.pattern.lower() if self.case is None else self.case


def search_text(
    code: Codebase,
    query: TextQuery,
    cancelled: Callable[[], bool],
    limit: int = LIMIT,
    paths: Sequence[str] | None = None,
) -> Generator[list[TextHit], None, None]:
    """Hits as they are found, by path and line, at most `limit` in all; ends early once `cancelled()` says so.

    `paths` are the only files to look into, if given. Closing the iterator ends the search; no process is left behind.
    Raises `UsageError` for an expression that cannot be read and `SourceError` where files cannot be searched.
    """
    if not query.pattern:
        return
    pattern = _encoded(query.pattern)
    suffix = "" if query.everything else ".rs"
    among = code.snapshot.files(suffix) if paths is None else tuple(p for p in paths if p in code.snapshot)
    code.snapshot.prefetch(among, cancelled=cancelled)
    left = limit
    for arguments in _commands(code, query, pattern, among):
        with closing(_run(code, arguments, cancelled)) as found:
            for hits in found:
                kept = [hit for hit in hits if hit.path in code.snapshot][:left]
                left -= len(kept)
                if kept:
                    yield kept
                if not left or cancelled():
                    return


def _encoded(pattern: str) -> bytes:
    if len(pattern) > PATTERN_LIMIT or any(char in pattern for char in "\0\n\r"):
        raise UsageError(
            "that cannot be searched for", f"search for text of one line, up to {PATTERN_LIMIT} characters"
        )
    return pattern.encode("utf-8", "replace")


def _commands(
    code: Codebase, query: TextQuery, pattern: bytes, among: Sequence[str]
) -> Iterator[list[str | bytes]]:
    flags = [*_GREP, _kind(code, query)]
    flags += [] if query.exact else ["-i"]
    flags += ["-w"] if query.words else []
    for chunk in path_chunks(among):
        if code.git_dir is None:
            yield ["-C", str(code.path), *flags, "--no-index", "-e", pattern, "--", *chunk]
        else:
            yield [*flags, "--full-name", "-e", pattern, f"{code.snapshot.commit}", "--", *chunk]


def _kind(code: Codebase, query: TextQuery) -> str:
    if not query.regex:
        return "-F"
    return "-P" if _knows_perl() else "-E"


_perl: list[bool] = []


def _knows_perl() -> bool:
    """Whether this git was built with Perl's expressions; asked once."""
    if not _perl:
        # 128: "cannot use Perl-compatible regexes"; 1: looked, and found nothing in nothing.
        _perl.append(
            run_git(["grep", "--no-index", "-P", "-e", "x(?=y)", "--", "no/such/file"]).code in (0, 1)
        )
    return _perl[0]


def _run(
    code: Codebase, arguments: Sequence[str | bytes], cancelled: Callable[[], bool]
) -> Generator[list[TextHit], None, None]:
    process = start(arguments, git_dir=code.git_dir)
    lines = GrepLines(prefix=f"{code.snapshot.commit}:" if code.git_dir else "")
    try:
        for chunk in _output(process, cancelled):
            hits = lines.feed(chunk)
            if hits:
                yield hits
        if not cancelled():
            _judge(code, process)
    finally:
        stop(process)


def _output(process: subprocess.Popen[bytes], cancelled: Callable[[], bool]) -> Iterator[bytes]:
    assert process.stdout is not None
    poll = select.poll()
    poll.register(process.stdout, select.POLLIN)
    while not cancelled():
        if poll.poll(TICK_MS):
            chunk = process.stdout.read(_CHUNK)
            if not chunk:
                return
            yield chunk


def _judge(code: Codebase, process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    complaint = last_complaint(process.stderr.read(_CHUNK))
    if process.wait() in (0, 1):
        return
    if (
        "command line" in complaint
        or "-e option" in complaint
        or "regex" in complaint.lower()
        or "pcre" in complaint.lower()
    ):
        raise UsageError(
            f"the expression cannot be used: {complaint}", "correct it, or search for plain text"
        )
    raise SourceError(
        f"{code.snapshot.name} cannot be searched: {complaint}", "check the repository with 'git fsck'"
    )
