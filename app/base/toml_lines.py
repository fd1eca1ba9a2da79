"""TOML as people and strangers write it: read only if it is not nested beyond use, and where its keys stand.

`tomllib` says neither: it takes seconds for a table of 20,000 levels, and where a key stands it does not tell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import Any

Key = tuple[str | int, ...]
"""A path to a value: `("target", "min")`, or `("sources", 0)` for an element of a list."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


DEEPEST = 32
"""Tables and lists in each other that a text may have in one place; a spec has 3, a manifest of Cargo 5."""
_DOTS = re.compile(rf"(?<![\w.-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
_BRACKETS = re.compile(r"[\[\]{}]")
_LITERALS = re.compile(
    r"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"{3,5})?|'{3}(?:[^']|'(?!''))*+(?:'{3,5})?"
    r"|\"(?:[^\"\\\n]|\\[^\n])*+\"?|'[^'\n]*+'?|#[^\n]*+",
    re.DOTALL,
)
"""Strings, closed or not, and comments: each begins where the one before has ended, so that one pass finds them."""


class TooDeepError(RecursionError):
    """A text nested beyond what any file of ours, or of Cargo, needs."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: more than {DEEPEST} tables or lists stand in each other")
        self.line = line
        """Where it gets too deep, 1-based."""


def loads(text: str) -> dict[str, Any]:
    """What `tomllib.loads` gives, after a look at the nesting. Raises `ValueError`, and `TooDeepError`.

    A `ValueError` that is no `tomllib.TOMLDecodeError` speaks of a number of too many digits.
    """
    import tomllib  # here, for a quick start

    check_depth(text)
    return tomllib.loads(text)


def fault(error: ValueError) -> tuple[str, int, int]:
    """What `tomllib` finds wrong, with its 1-based line and column; both 0 where that is the document's end."""
    message = str(error)
    at = _AT.search(message)
    if at is None:
        return message, 0, 0
    return message[: at.start()].strip(), int(at[1] or 0), int(at[2] or 0)


def check_depth(text: str) -> None:
    """Raises `TooDeepError` where tables or lists are nested too deeply. One pass over any text, valid or not."""
    plain = _LITERALS.sub(_blotted, text)
    if found := _DOTS.search(plain):
        raise TooDeepError(plain.count("\n", 0, found.start()) + 1)
    depth = 0
    for bracket in _BRACKETS.finditer(plain):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            raise TooDeepError(plain.count("\n", 0, bracket.start()) + 1)


def _blotted(found: re.Match[str]) -> str:
    """What stands for a string or a comment where only its lines count, and that it is a key perhaps."""
    return "_" + "\n" * found[0].count("\n") if found[0][0] != "#" else ""


def key_lines(text: str) -> dict[Key, int]:
    """The 1-based line of each key and list element; of a table, the line of its header."""
    walk = _Walk(text)
    try:
        walk.document()
    except IndexError:  # not valid TOML after all: the keys before that place are still right
        pass
    return walk.found


def line_of(found: dict[Key, int], key: Key) -> int:
    """The line of a key, or of the nearest table or list around it; 1 for the file itself."""
    for length in range(len(key), 0, -1):
        if key[:length] in found:
            return found[key[:length]]
    return 1


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Key, int] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._elements: Counter[Key] = Counter()

    def document(self) -> None:
        prefix: Key = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] != "[":
                self._pair(prefix)
                continue
            start = self.at
            double = self.text.startswith("[[", start)
            self.at += 2 if double else 1
            prefix = self._resolve(self._path(), double)
            self._note(prefix, start)
            self.at += 2 if double else 1

    def _resolve(self, path: Key, double: bool) -> Key:
        """A header's path with the indexes of the arrays of tables it goes through."""
        full: Key = ()
        for depth, part in enumerate(path, 1):
            full += (part,)
            if double and depth == len(path):
                self._elements[full] += 1
            if self._elements[full]:
                full += (self._elements[full] - 1,)
        return full

    def _pair(self, prefix: Key) -> None:
        start = self.at
        key = prefix + self._path()
        self._note(key, start)
        self.at += 1  # the equals sign
        self._value(key)

    def _path(self) -> Key:
        """A dotted key; stops at the `=` or `]` after it."""
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            start = self.at
            quoted = self.text[start] in "\"'"
            if (self._string() if quoted else self._skip(_BARE)) == start:
                raise IndexError(start)
            raw = self.text[start : self.at]
            parts.append(_unquoted(raw) if quoted else raw)
            self._skip(_BLANK)
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _value(self, key: Key) -> None:
        self._skip(_BLANK)
        opening = self.text[self.at]
        if opening in "\"'":
            self._string()
        elif opening in "[{":
            self._container(key, "]" if opening == "[" else "}")
        else:
            self._skip(_SCALAR)

    def _container(self, key: Key, closing: str) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if closing == "]":
                self._note((*key, index), self.at)
                self._value((*key, index))
                index += 1
            else:
                self._pair(key)
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] != closing:
                raise IndexError(self.at)

    def _string(self) -> int:
        for pattern in _STRINGS:
            if match := pattern.match(self.text, self.at):
                self.at = match.end()
                return self.at
        raise IndexError(self.at)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _note(self, key: Key, offset: int) -> None:
        for length in range(1, len(key) + 1):
            self.found.setdefault(key[:length], bisect_right(self._starts, offset))


def _unquoted(raw: str) -> str:
    """A quoted key's text. Escapes are left as they stand: no key of a spec needs one."""
    return raw[1:-1]
