"""JSON as backspan writes it: one line, no spaces, every character as itself but the three that break lines.

Kept apart, and light, because both the journal's models and the exported line are made of it.
"""

from __future__ import annotations

import json
from typing import Any

_LINE_BREAKERS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


def escape_separators(text: str) -> str:
    """Escape the three characters that `str.splitlines` breaks lines at and JSON does not; the data stay."""
    return text.translate(_LINE_BREAKERS) if not text.isascii() else text


def one_line(value: Any) -> str:
    """The value as JSON without spaces or line breaks, keys in their given order."""
    return escape_separators(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
