"""Which crate and module a file is, by Cargo's layout and the names of files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.base.toml_lines import loads
from app.errors import SourceError
from app.repository.repository import Snapshot

_ROOTS = frozenset({"lib.rs", "main.rs", "build.rs"})
_TARGETS = frozenset({"tests", "examples", "benches"})


@dataclass(frozen=True, slots=True)
class CrateModule:
    """A module, told by its crate and its path in it."""

    crate: str
    """Folder of the crate; for a test, an example or a further binary with the file or folder of its root."""
    path: tuple[str, ...] = ()
    """Names from the crate's root."""

    def child(self, *names: str) -> CrateModule:
        """A module or item below."""
        return CrateModule(self.crate, (*self.path, *names))

    @property
    def parent(self) -> CrateModule:
        """The module around; the root is its own."""
        return CrateModule(self.crate, self.path[:-1])


class ModuleMap:
    """The crates of a repository."""

    def __init__(self, crates: Mapping[str, str]) -> None:
        """`crates`: folder (without a slash at its end; empty for the root) → the name that code uses."""
        self._folders = frozenset(crates)
        self._by_name = {name: folder for folder, name in crates.items() if name}

    @classmethod
    def of(cls, snapshot: Snapshot) -> ModuleMap:
        """Read the manifests; one that cannot be read is a crate without a name. Raises `SourceError`: no listing."""
        crates: dict[str, str] = {}
        for path in snapshot.files("Cargo.toml"):
            if posixpath.basename(path) == "Cargo.toml":
                name = _crate_name(snapshot, path)
                if name is not None:
                    crates[posixpath.dirname(path)] = name
        return cls(crates)

    def crate_named(self, name: str) -> CrateModule | None:
        """The root of the repository's library crate that code calls `name`."""
        folder = self._by_name.get(name)
        return None if folder is None else CrateModule(folder)

    def module_of(self, file: str) -> CrateModule:
        """The module that a file is, judged by its path alone (`#[path]` is not seen)."""
        folder = self._crate_folder(file)
        inside = file[len(folder) + 1 :] if folder else file
        parts = inside.split("/")
        stem = parts[-1].removesuffix(".rs")
        if len(parts) == 1 or (parts[0] == "src" and len(parts) == 2 and parts[1] in _ROOTS):
            return CrateModule(folder if parts[-1] != "build.rs" else f"{folder}/build.rs")
        if parts[0] in _TARGETS or parts[:2] == ["src", "bin"]:
            depth = 1 if parts[0] in _TARGETS else 2
            names = [*parts[depth:-1], stem]
            return CrateModule("/".join([folder, *parts[:depth], names[0]]), _names(names[1:]))
        names = [*parts[1:-1], stem] if parts[0] == "src" else [*parts[:-1], stem]
        return CrateModule(folder, _names(names))

    def _crate_folder(self, file: str) -> str:
        folder = posixpath.dirname(file)
        while folder and folder not in self._folders:
            folder = posixpath.dirname(folder)
        if folder in self._folders:
            return folder
        before, found, _ = file.rpartition("/src/")
        return before if found else ""


def _names(names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(names)
    return found[:-1] if found[-1:] in (("mod",), ("main",), ("lib",)) else found


def _crate_name(snapshot: Snapshot, path: str) -> str | None:
    """What code calls the crate; empty if that cannot be read, None for a manifest that holds no package."""
    try:
        manifest: dict[str, Any] = loads(snapshot.read(path).data.decode("utf-8"))
    except (SourceError, ValueError, RecursionError):
        return ""
    if "package" not in manifest:
        return None
    for table in (manifest.get("lib"), manifest["package"]):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str):
            return name.replace("-", "_")
    return ""
