"""A number that names the code in rooms of the program: a cache that holds what other code said is not used."""

from __future__ import annotations

import zlib
from importlib.resources import files
from importlib.resources.abc import Traversable


def code_digest(*rooms: str) -> int:
    """A checksum over every file in these packages, however deep, so that a rule that moves changes it too."""
    checksum = 0
    for room in rooms:
        checksum = _of(files(room), checksum)
    return checksum


def _of(place: Traversable, checksum: int) -> int:
    for found in sorted(place.iterdir(), key=lambda one: one.name):
        if found.is_dir():
            checksum = _of(found, checksum) if found.name != "__pycache__" else checksum
        elif not found.name.endswith(".pyc"):
            checksum = zlib.crc32(found.read_bytes(), zlib.crc32(found.name.encode(), checksum))
    return checksum
