"""What the files of a repository say and mean, worked out once and kept, each knowing its crate's others.

Which file holds a module is told by the usual layout (`app.rust.needs.modules`). Offsets are bytes, 0-based, end
exclusive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from tree_sitter import Tree

from app.errors import BackspanError
from app.rust.items import Item
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import module_files, module_path

Read = tuple[bytes, Tree, Sequence[Item]]
"""A file's bytes, its syntax and its outline."""


class CrateFiles:
    """Lookups by path. Safe to use from several threads; what two of them work out at once is kept once."""

    def __init__(self, exists: Callable[[str], bool], read: Callable[[str], Read]) -> None:
        """`exists` tells whether there is a file of that path; `read` opens it, or raises `BackspanError`."""
        self._exists = exists
        self._read = read
        self._known: dict[str, Lookup] = {}
        self._lock = threading.Lock()

    def lookup(self, path: str) -> Lookup:
        """What the names of a file mean. Raises `BackspanError` as reading it does."""
        with self._lock:
            known = self._known.get(path)
        if known is not None:
            return known
        data, tree, items = self._read(path)
        root, names = module_path(path)

        def modules(inner: tuple[bytes, ...]) -> RustFile | None:
            file = self.file_of(root, inner)
            if file is None:
                return None
            try:
                return self.lookup(file).file
            except BackspanError:
                return None  # whatever is wrong with another file, this one is still read

        made = Lookup(RustFile(data, tree, items, modules, tuple(name.encode() for name in names)))
        with self._lock:
            return self._known.setdefault(path, made)

    def file_of(self, root: str, module: tuple[bytes, ...]) -> str | None:
        """The file of a module of the crate whose source folder is `root`; None if there is none."""
        names = tuple(name.decode("utf-8", "replace") for name in module)
        return next((file for file in module_files(root, names) if self._exists(file)), None)

    def beside(self, path: str, module: tuple[bytes, ...]) -> str | None:
        """The file of a module of the crate that `path` belongs to."""
        return self.file_of(module_path(path)[0], module)
