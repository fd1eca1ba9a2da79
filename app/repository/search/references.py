"""Where a name is used in a whole code base: in code, not in comments or strings.

By name alone: two things that are called the same are not told apart. `git grep` says which files hold the word, and
their syntax which places are code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from app.errors import SourceError
from app.repository.index.codebase import Codebase
from app.repository.search.grep_lines import BEFORE_BYTES, MORE, TEXT_BYTES
from app.repository.search.occurrences import ParsedFile, occurrences
from app.repository.search.text_search import TextQuery, search_text

LIMIT = 2_000
"""References after which the search ends by itself."""
FILES = 100_000
"""Lines with the word that are looked at to learn which files hold it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a name stands in code."""

    path: str
    line: int
    """0-based."""
    start: int
    """First byte of the name in the file."""
    text: str
    """The line, or what of it is near. Not safe to print as it is."""
    at: int
    """0-based character of `text` where the name begins."""


def references(
    code: Codebase, name: str, cancelled: Callable[[], bool], first: str = "", limit: int = LIMIT
) -> Iterator[list[Reference]]:
    """A file's references at a time, at most `limit` in all; the file `first` comes first.

    Ends early once `cancelled()` says so. Raises `SourceError` and `UsageError` as `search_text` does; a file that
    cannot be read is passed over.
    """
    bare = name.removeprefix("r#")
    files = dict.fromkeys([first] if first else [])
    query = TextQuery(bare, words=True, case=True)
    with closing(search_text(code, query, cancelled, FILES)) as found:
        for hits in found:
            files.update(dict.fromkeys(hit.path for hit in hits))
    left = limit
    for path in files:
        if cancelled() or not left:
            return
        in_file = _in_file(code, path, bare, cancelled)[:left]
        left -= len(in_file)
        if in_file:
            yield in_file


def _in_file(code: Codebase, path: str, name: str, cancelled: Callable[[], bool]) -> list[Reference]:
    try:
        data = code.snapshot.read(path).data
    except SourceError:
        return []
    file = ParsedFile.of(path, data, cancelled)
    if file is None or file.source.obstacle:
        return []
    return [_reference(file, node.start_byte) for node in occurrences(file, name)]


def _reference(file: ParsedFile, start: int) -> Reference:
    line = file.source.line_at(start)
    low, high = file.source.line_bounds(line)
    begin = start - BEFORE_BYTES if start - low > TEXT_BYTES - BEFORE_BYTES else low
    before = (MORE if begin > low else "") + file.data[begin:start].decode("utf-8", "replace")
    end = min(high, begin + TEXT_BYTES)
    after = file.data[start:end].decode("utf-8", "replace") + (MORE if end < high else "")
    return Reference(file.path, line, start, before + after, len(before))
