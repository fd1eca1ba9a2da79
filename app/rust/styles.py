"""The names of the colours of source, apart from the parser, so that a screen can ask for them without it."""

from __future__ import annotations

STYLES: tuple[str, ...] = (
    "constant",
    "type",
    "function",
    "macro",
    "keyword",
    "lifetime",
    "number",
    "comment",
    "doc",
    "attribute",
    "string",
    "escape",
)
"""Every style name there is; where two meet on the same bytes, the later one is shown."""
