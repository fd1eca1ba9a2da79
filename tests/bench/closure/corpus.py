"""Which crates are for development and which are never looked at."""

from __future__ import annotations

import hashlib

DEVELOPMENT_SHARE = 0.4
"""Of the crates by name: those that whoever improves `app.rust` may look into."""
WITHOUT = frozenset({"compiler_builtins", "libc", "linux-raw-sys", "winapi", "windows-sys"})
"""Crates of declarations for other languages: large, and with nothing to import."""


def is_development(name: str) -> bool:
    """Whether misses in the crate may be read; settled by its name alone, so that no one chooses."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < DEVELOPMENT_SHARE
