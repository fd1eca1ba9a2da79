"""Making the index of a code base: what the cache knows, then what has to be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.base.cancelling import never
from app.repository.index.cache import IndexCache
from app.repository.index.codebase import Codebase
from app.repository.index.columns import EMPTY, Columns, DamagedError, decode
from app.repository.index.processes import Answer, read_in_helpers
from app.repository.index.reader import Pair, read_file
from app.repository.index.symbols import SymbolIndex

HELPERS = 2
"""Processes that read; more than a person's machine has cores would only slow the interface."""
FEW = 6
"""Files that are read right here: to start a process takes longer."""
KEEP_EVERY = 200
"""Files after which what was read is put in the cache, so that a cancelled run was not for nothing."""

Report = Callable[[int, int], None]
"""Told (files done, files in all) from the thread that builds."""


def quiet(done: int, total: int) -> None:
    """A report that goes nowhere."""


def build_index(
    code: Codebase,
    cache: IndexCache | None = None,
    progress: Report = quiet,
    cancelled: Callable[[], bool] = never,
    helpers: int | None = None,
) -> SymbolIndex | None:
    """The index of all Rust files; None once `cancelled()` said so. Meant for a worker thread.

    `helpers` is how many processes read (0: this one does). Files that cannot be read have no items. Raises
    `SourceError` if the files cannot be listed, or must be fetched and cannot.
    """
    keys = code.keys(cancelled)
    name = _name_of_all(keys)
    index = None if cache is None or cancelled() else _unpacked(cache, name, list(keys))
    if index is None:
        tables = _tables(code, cache, keys, progress, cancelled, helpers)
        if cancelled():
            return None
        index = SymbolIndex.of(tables)
        if cache is not None and len(tables) > FEW:
            cache.put({name: index.pack()})
    progress(len(keys), len(keys))
    return index


def _name_of_all(keys: Mapping[str, str]) -> str:
    """Names all files with their bytes: the same commit again needs one row, not thousands."""
    return "all:" + hashlib.sha256("\0".join([*keys, *keys.values()]).encode("utf-8")).hexdigest()


def _unpacked(cache: IndexCache, name: str, files: Sequence[str]) -> SymbolIndex | None:
    data = cache.whole(name)
    try:
        return None if data is None else SymbolIndex.unpack(files, data)
    except DamagedError:
        return None


def _tables(
    code: Codebase,
    cache: IndexCache | None,
    keys: Mapping[str, str],
    progress: Report,
    cancelled: Callable[[], bool],
    helpers: int | None,
) -> dict[str, Columns]:
    """Each file's columns: from the cache, else read; incomplete once `cancelled()` said so."""
    known = {} if cache is None else cache.get(list(dict.fromkeys(keys.values())))
    tables = {path: known[key] for path, key in keys.items() if key in known}
    missing = [path for path in keys if path not in tables]
    progress(len(tables), len(keys))
    if missing and not cancelled():
        code.snapshot.prefetch(missing, cancelled=cancelled)
        count = min(HELPERS, os.cpu_count() or 1) if helpers is None else helpers
        for path, table in _read(code, cache, keys, _one_each(keys, missing), count, cancelled):
            tables[path] = table
            progress(len(tables), len(keys))
        by_key = {keys[path]: tables[path] for path in missing if path in tables}
        tables.update((path, by_key[keys[path]]) for path in missing if keys[path] in by_key)
    return {path: tables.get(path, EMPTY) for path in keys}


def _one_each(keys: Mapping[str, str], paths: Sequence[str]) -> list[str]:
    """Of files with the same bytes, the first."""
    return list({keys[path]: path for path in reversed(paths)}.values())[::-1]


def _read(
    code: Codebase,
    cache: IndexCache | None,
    keys: Mapping[str, str],
    paths: Sequence[str],
    helpers: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[str, Columns]]:
    kept: dict[str, bytes] = {}
    try:
        for path, key, data in _answers(code, [(path, keys[path]) for path in paths], helpers, cancelled):
            try:
                table = decode(data)
            except DamagedError:
                continue
            if key:
                kept[key] = data
            if cache is not None and len(kept) >= KEEP_EVERY:
                cache.put(kept)
                kept = {}
            yield path, table
    finally:
        if cache is not None:
            cache.put(kept)


def _answers(
    code: Codebase, pairs: Sequence[Pair], helpers: int, cancelled: Callable[[], bool]
) -> Iterator[Answer]:
    left = dict(pairs)
    if helpers and len(pairs) > FEW:
        for answer in read_in_helpers(code, pairs, helpers, cancelled):
            left.pop(answer[0], None)
            yield answer
    for path in left:  # few files, no processes to be had, or one died over a file
        if cancelled():
            return
        yield path, *read_file(code.snapshot, path)
