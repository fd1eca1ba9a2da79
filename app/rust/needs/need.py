"""Something that a piece of code needs from outside itself."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.rust.names.scopes import Leaf

How = Literal["used", "called", "trait", "glob", "chain", "impl", "method"]
"""Used or called by name; trait of a called method; supplied by a glob; needed by another import; an impl of a trait
whose method is called; a method whose receiver is not known."""


class Need(NamedTuple):
    """Something outside a piece of code that it needs."""

    at: int
    """Byte at which it is needed."""
    item: int
    """Index of the item in the outline; -1 for an import."""
    leaf: Leaf | None
    """The import."""
    name: bytes
    """The name as it is written there."""
    how: How
    certain: bool
