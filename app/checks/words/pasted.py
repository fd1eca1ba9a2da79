"""Which lines of a request are Rust: pasted code, and not a log, settings, a command or a list.

Places are characters, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SURE = re.compile(
    r"^\s*(?:(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|unsafe\s+|const\s+)*fn\s+\w+\s*[<(]|#!?\[\w|use\s+[\w:]+(?:::|;)"
    r"|(?:pub(?:\([^)]*\))?\s+)?(?:struct|enum|trait|mod|union)\s+\w+[^.]*[{;]|impl\b[^.]*\{"
    r"|let\s+(?:mut\s+)?\w+.*[=;])"
)
_MAYBE = re.compile(
    r"^\s*(?:(?:if|for|while|match|loop)\b.*\{\s*$|\}\s*(?:else\b.*)?[;,)]*\s*$|.*\w\(.*\)\?;?\s*$"
    r"|(?:return|break|continue)\b[^.]*;\s*$"
    r"|\s+(?:pub(?:\([^)]*\))?\s+)?[a-z_]\w*:\s*(?:mut\s|dyn\s|[\w<>:\[\]'();&])+[,;]\s*$"
    # A semicolon alone ends an item of a list as well.
    r"|(?=.*(?:\w!?\(|::|\s[-+*/|&]?=\s|->|=>|&mut\s)).*;\s*$)"
)
_LISTED = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s")
_QUERY = re.compile(r"^\s*(?:SELECT|UPDATE|INSERT|DELETE|CREATE|ALTER|DROP|SET|BEGIN|COMMIT|WITH|GRANT)\b")
_ANY = frozenset({"", "text", "txt", "plain", "plaintext", "none", "code"})
"""What is written behind a fence that names no language."""
_RUST = frozenset({"rust", "rs"})


def pasted_fence(fence: str) -> bool:
    """Whether a fenced block is Rust: it says so, or says nothing and looks so. Other languages are no answer."""
    first, _, body = fence.partition("\n")
    language = re.split(r"[\s,{:]", first.strip().lstrip("`~").strip(), maxsplit=1)[0].casefold()
    if language not in _ANY:
        return language in _RUST
    lines = [line for line in body.split("\n")[:-1] if line.strip()] or [body]
    maybe = sum(_maybe(line) for line in lines)
    return any(_sure(line) for line in lines) or 2 * maybe > len(lines)


def pasted_runs(text: str) -> Iterator[tuple[int, int]]:
    """Places of two or more lines in a row that look like Rust."""
    at, run = 0, 0
    for line in [*text.split("\n"), ""]:
        if line.strip() and (_sure(line) or _maybe(line)):
            run += len(line) + 1
        else:
            if text[at - run : at].count("\n") >= 2:
                yield at - run, at - 1
            run = 0
        at += len(line) + 1


def _sure(line: str) -> bool:
    return bool(_SURE.match(line))


def _maybe(line: str) -> bool:
    return bool(_MAYBE.match(line)) and not _LISTED.match(line) and not _QUERY.match(line)
