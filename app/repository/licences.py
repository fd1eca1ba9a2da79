"""Which licence a file of a snapshot declares: its header first, then its crate."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from app.repository.manifests import dig, manifests

if TYPE_CHECKING:
    from app.repository.snapshot import Snapshot

_HEADER = re.compile(rb"SPDX-License-Identifier:[ \t]*([^\r\n]{1,200})")
_HEADER_BYTES = 4096
"""A licence header stands at a file's beginning; the same words further down are a program's text."""
_EXPRESSION = re.compile(
    r"\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*(?: +(?:(?:AND|OR|WITH) +)\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*)*"
)


def find_licence(snapshot: Snapshot, path: str, known: dict[str, str | None]) -> str | None:
    """An SPDX expression, or None. `known` keeps what folders declare.

    A manifest that cannot be read declares nothing.
    """
    found = _HEADER.search(snapshot.read(path).data[:_HEADER_BYTES])
    if found:
        text = found[1].decode("utf-8", "replace").split("*/")[0].split("-->")[0]
        if expression := _expression(text):
            return expression
    folder = posixpath.dirname(path)
    if folder not in known:
        known[folder] = _declared(snapshot, folder)
    return known[folder]


def _declared(snapshot: Snapshot, folder: str) -> str | None:
    for place, manifest in manifests(snapshot, folder):
        package = manifest.get("package")
        if not isinstance(package, dict):
            return _expression(dig(manifest, "workspace", "package", "license"))
        licence = package.get("license")
        if isinstance(licence, dict) and licence.get("workspace") is True:
            root = package.get("workspace")
            start = posixpath.normpath(posixpath.join(place, root)) if isinstance(root, str) else place
            return _inherited(snapshot, start.lstrip("/"))
        return _expression(licence)
    return None


def _inherited(snapshot: Snapshot, folder: str) -> str | None:
    for _, manifest in manifests(snapshot, folder):
        if isinstance(manifest.get("workspace"), dict):
            return _expression(dig(manifest, "workspace", "package", "license"))
    return None


def _expression(text: object) -> str | None:
    # Cargo's old `MIT/Apache-2.0` means either; no reader of SPDX knows the slash.
    if not isinstance(text, str) or len(text) > 200:
        return None
    spaced = " ".join(text.replace("/", " OR ").split())
    return spaced if _EXPRESSION.fullmatch(spaced) else None
