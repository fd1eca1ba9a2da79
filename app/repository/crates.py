"""The crate a file belongs to: its manifest, the versions of what it depends on, and the licence of the file.

Manifests and lock files are strangers' texts: whatever is wrong in them, the answer is that nothing is declared.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.errors import SourceError
from app.repository.licence_texts import spdx_of_text
from app.repository.licences import find_licence
from app.repository.manifests import above, dig, manifests, table_of
from app.repository.snapshot import Snapshot

Kind = Literal["normal", "dev", "build"]
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("dependencies", "normal"),
    ("dev-dependencies", "dev"),
    ("build-dependencies", "build"),
)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
_VERSION = re.compile(r"[0-9A-Za-z.+*^~<>=, -]{1,100}")
_LICENCE_FILE = re.compile(r"(?:UN)?LICEN[CS]E(?:[-.].*)?|COPYING(?:[-.].*)?", re.IGNORECASE)
_LICENCE_FILES = 8
"""Licence files of one folder that are read at most."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A crate that a manifest names."""

    name: str
    """As code writes it: with underscores, and renamed if the manifest renames it."""
    package: str
    """As registries call it."""
    version: str
    """Exact where the lock file says it, else what the manifest asks for; may be empty."""
    source: Literal["Cargo.lock", "Cargo.toml", ""]
    """Which file says the version."""
    kind: Kind = "normal"


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate of the repository."""

    name: str
    """As its manifest says."""
    version: str
    """Empty if neither it nor its workspace says one."""
    manifest: str
    """Path of its Cargo.toml, from the repository's root."""
    lock: str
    """Path of the Cargo.lock that holds for it; empty if there is none."""
    dependencies: Mapping[str, Dependency] = field(default_factory=dict)
    """By the name in code."""


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms a file stands, as far as the repository says."""

    expression: str | None
    """SPDX; none if nothing says it, or not clearly."""
    source: Literal["header", "Cargo.toml", "LICENSE", ""]
    """What says it: the file's own header, its crate's manifest, a licence file; or nothing."""
    where: str = ""
    """Path of what says it. Not safe to print as it is."""


def crate_of(snapshot: Snapshot, path: str) -> Crate | None:
    """The crate a file belongs to: that of the nearest Cargo.toml with a `[package]`; None if there is none.

    Raises SourceError if the repository itself cannot be read.
    """
    for place, manifest in manifests(snapshot, posixpath.dirname(path)):
        package = manifest.get("package")
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            return _crate(snapshot, place, manifest, package)
    return None


def licence_of(snapshot: Snapshot, path: str) -> Licence:
    """The licence that applies to a file: its header's, else its crate's, else that of the nearest licence file.

    Raises SourceError if the file cannot be read.
    """
    folder = posixpath.dirname(path)
    if header := find_licence(snapshot, path, {folder: None}):
        return Licence(header, "header", path)
    crate = crate_of(snapshot, path)
    if declared := find_licence(snapshot, path, {}):
        return Licence(declared, "Cargo.toml", crate.manifest if crate else "")
    if crate is not None and (named := _licence_file_key(snapshot, crate.manifest)):
        return Licence(_recognised(snapshot, [named]), "LICENSE", named)
    beside: dict[str, list[str]] = {}
    for name in snapshot.files(""):
        place, _, base = name.rpartition("/")
        if _LICENCE_FILE.fullmatch(base):
            beside.setdefault(place, []).append(name)
    for place in above(folder):
        if files := beside.get(place, [])[:_LICENCE_FILES]:
            return Licence(_recognised(snapshot, files), "LICENSE", files[0])
    return Licence(None, "")


def _licence_file_key(snapshot: Snapshot, manifest: str) -> str:
    name = dig(table_of(snapshot, manifest), "package", "license-file")
    if not isinstance(name, str):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), name))
    return path if path in snapshot else ""


def _recognised(snapshot: Snapshot, files: Sequence[str]) -> str | None:
    """The files' licences; several stand to choose from, as Rust's crates mean it. None if any is unknown."""
    found: list[str] = []
    for name in files:
        try:
            spdx = spdx_of_text(snapshot.read(name).data)
        except SourceError:
            return None
        if spdx is None:
            return None
        if spdx not in found:
            found.append(spdx)
    return " OR ".join(sorted(found)) or None


def _crate(snapshot: Snapshot, place: str, manifest: dict[str, Any], package: dict[str, Any]) -> Crate:
    root, workspace = _workspace(snapshot, place, manifest, package)
    lock = next(
        (
            name
            for at in dict.fromkeys((root, place))
            if (name := posixpath.join(at, "Cargo.lock")) in snapshot
        ),
        "",
    )
    version = package.get("version")
    if isinstance(version, dict):
        version = dig(workspace, "package", "version")
    asked = list(_asked(manifest, workspace))
    locked = _Locked((table_of(snapshot, lock) if lock else None) or {}, package["name"])
    dependencies: dict[str, Dependency] = {}
    for kind, name, real, requirement in asked:
        exact = locked.version(real, requirement)
        said: Literal["Cargo.lock", "Cargo.toml", ""] = (
            "Cargo.lock" if exact else "Cargo.toml" if requirement else ""
        )
        dependencies.setdefault(
            name.replace("-", "_"),
            Dependency(name.replace("-", "_"), real, exact or requirement, said, kind),
        )
    return Crate(
        _text(package["name"], _NAME),
        _text(version, _VERSION),
        posixpath.join(place, "Cargo.toml"),
        lock,
        dependencies,
    )


def _workspace(
    snapshot: Snapshot, place: str, manifest: dict[str, Any], package: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The folder of the crate's workspace and its table; the crate's own folder where it stands alone."""
    if isinstance(own := manifest.get("workspace"), dict):
        return place, own
    if isinstance(named := package.get("workspace"), str):
        place = posixpath.normpath(posixpath.join(place, named)).lstrip("./")
        found = dig(table_of(snapshot, posixpath.join(place, "Cargo.toml")), "workspace")
        return place, found if isinstance(found, dict) else {}
    for folder, table in manifests(snapshot, place):
        if isinstance(found := table.get("workspace"), dict):
            return folder, found
    return place, {}


def _asked(manifest: dict[str, Any], workspace: dict[str, Any]) -> Iterator[tuple[Kind, str, str, str]]:
    """(kind, name in the manifest, package, requirement) of each dependency."""
    targets = manifest.get("target")
    for key, kind in _KINDS:
        for table in (manifest, *(targets.values() if isinstance(targets, dict) else ())):
            crates = table.get(key) if isinstance(table, dict) else None
            for name, said in crates.items() if isinstance(crates, dict) else ():
                if isinstance(said, dict) and said.get("workspace") is True:
                    said = dig(workspace, "dependencies", name)
                real = _text(dig(said, "package"), _NAME) or _text(name, _NAME)
                wanted = said if isinstance(said, str) else dig(said, "version")
                if real and _NAME.fullmatch(name):
                    yield kind, name, real, _text(wanted, _VERSION)


class _Locked:
    """What a Cargo.lock says the crate is built with."""

    def __init__(self, lock: dict[str, Any], crate: object) -> None:
        self._versions: dict[str, list[str]] = {}
        own: object = None
        packages = lock.get("package")
        for package in packages if isinstance(packages, list) else ():
            name, version = dig(package, "name"), _text(dig(package, "version"), _VERSION)
            if isinstance(name, str) and version:
                self._versions.setdefault(name, []).append(version)
            if name == crate and "source" not in package:
                own = package.get("dependencies")
        self._own: dict[str, list[str]] = {}
        for words in (line.split() for line in own if isinstance(line, str)) if isinstance(own, list) else ():
            if len(words) > 1:
                self._own.setdefault(words[0], []).append(words[1])

    def version(self, package: str, requirement: str) -> str:
        """The version of a package the crate uses; empty if the lock file does not settle it."""
        known = self._own.get(package) or self._versions.get(package, [])
        if len(known) > 1:
            known = [version for version in known if _fits(version, requirement)]
        return known[0] if len(known) == 1 else ""


def _fits(version: str, requirement: str) -> bool:
    """Whether a version may be what a plain requirement such as `1.2` or `^0.3` means."""
    wanted = re.findall(r"\d+", requirement.partition(",")[0])
    given = re.findall(r"\d+", version)
    for want, have in zip(wanted, given, strict=False):
        if want != have:
            return False
        if want != "0":
            return True
    return bool(wanted)


def _text(value: object, shape: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and shape.fullmatch(value) else ""
