"""Keys and tokens in code, by `detect-secrets` where it is installed (extra `checks`), else by a few patterns of ours.

No key is ever tried against the service it belongs to, and no message repeats it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_OWN = (
    ("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})\b")),
    ("Slack token", re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}")),
    ("Stripe key", re.compile(r"\b[rs]k_live_[0-9A-Za-z]{20,}\b")),
    ("webhook secret", re.compile(r"\bwhsec_[0-9A-Za-z+/=]{24,}")),
    ("private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    (
        "password in a URL",
        re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}<>$]+:[^\s/@\"'{}<>$]{3,}@(?!localhost|127\.|\[::1)"),
    ),
)
# Left out: what looks for public addresses and for mere keywords, and measures of disorder, which take hashes in
# tests and constants for keys (on real Rust they were wrong nearly always).
_LEFT_OUT = frozenset(
    {
        "IPPublicDetector",
        "KeywordDetector",
        "Base64HighEntropyString",
        "HexHighEntropyString",
        "BasicAuthDetector",
    }
)
_HINT = re.compile(r"[A-Za-z0-9+/_=-]{16,}|PRIVATE KEY|://|password|secret|token", re.IGNORECASE)
"""A line without any of these holds no key that a detector knows."""
_PIECE = 1_000
"""Characters that are searched in one go: the time that some patterns take grows with the square of the length, and
while one runs nothing else does."""
_MOST = 50
"""Secrets that are told of a text; more would only hide the others."""
_NEEDS = {"NpmDetector": ":_authToken=", "JwtTokenDetector": "eyJ"}
"""What must stand in a line for a detector that is slow to find something there."""


def has_library() -> bool:
    """Whether `detect-secrets` is installed."""
    return importlib.util.find_spec("detect_secrets") is not None


@lru_cache(maxsize=32)
def secrets(text: str) -> tuple[tuple[str, int, int], ...]:
    """What looks like a secret: its kind and place, in order; at most one of a place, and `_MOST` of all."""
    found: dict[tuple[int, int], str] = {}
    at = 0
    for line in text.split("\n"):
        if _HINT.search(line):
            for name, start, end in _line(line):
                if len(found) < _MOST and not any(s < at + end and at + start < e for s, e in found):
                    found[(at + start, at + end)] = name
        at += len(line) + 1
    return tuple((name, start, end) for (start, end), name in sorted(found.items()))


def secrets_in_prose(text: str) -> tuple[tuple[str, int, int], ...]:
    """The same of prose: only words that could be a key are looked at, each with what stands just before it."""
    found: dict[tuple[int, int], str] = {}
    for begin, stop in _keylike(text):
        first = max(text.rfind("\n", 0, begin) + 1, begin - _BEFORE)
        for name, start, end in _window(text[first:stop]):
            place = (first + start, first + end)
            if len(found) < _MOST and not any(s < place[1] and place[0] < e for s, e in found):
                found[place] = name
    return tuple((name, start, end) for (start, end), name in sorted(found.items()))


def _keylike(text: str) -> Iterator[tuple[int, int]]:
    """Words that could be a key: long, and no name of code, which has no digit."""
    for match in _ANY_WORD.finditer(text):
        word = match[0]
        if len(word) >= _SHORTEST and ("://" in word or any(map(str.isdigit, word))):
            yield match.span()
    if "PRIVATE KEY" in text:
        yield from (match.span() for match in _PRIVATE_KEY.finditer(text))


_ANY_WORD = re.compile(r"\S+")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_SHORTEST = 16
_BEFORE = 24
"""Characters before a word that may say what it is."""


@lru_cache(maxsize=4096)
def _window(text: str) -> tuple[tuple[str, int, int], ...]:
    """What looks like a secret in a few words: of all of them one changes at a key."""
    return tuple(_piece(text[-_PIECE:])) if len(text) <= _PIECE else ()


def _line(line: str) -> Iterator[tuple[str, int, int]]:
    """The same of a line; of a long one piece by piece, with half of each once more in the next."""
    for at in range(0, max(1, len(line) - _PIECE // 2), _PIECE // 2):
        piece = line[at : at + _PIECE]
        for name, start, end in _piece(piece):
            # What the piece's end cuts off, the next piece has whole.
            if end < _PIECE or at + _PIECE >= len(line) or start < _PIECE // 2:
                yield name, at + start, at + end


def _piece(line: str) -> Iterator[tuple[str, int, int]]:
    for name, pattern in _OWN:
        for match in pattern.finditer(line):
            yield name, *match.span()
    for detector in _detectors():
        if _NEEDS.get(type(detector).__name__, "") not in line:
            continue
        for value in _values(detector, line):
            start = line.find(value) if value else -1
            if start >= 0:
                yield str(detector.secret_type), start, start + len(value)


def _values(detector: Any, line: str) -> list[str]:
    try:
        return list(detector.analyze_string(line))
    except RecursionError:  # a token that decodes to a thousand brackets
        return []


@lru_cache(maxsize=1)
def _detectors() -> tuple[Any, ...]:
    if not has_library():
        return ()
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes: Any = get_mapping_from_secret_type_to_class().values()
    return tuple(one() for one in classes if one.__name__ not in _LEFT_OUT)
