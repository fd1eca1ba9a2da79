"""Globs of files and of item paths: the one place that says what may be written, and what it means.

Whoever checks a spec calls the same function as whoever uses it, which reads a pattern once and compiles it. A glob of
files means what it means in a `.gitignore`: `*` and `?` stay in a folder, `**` does not, a folder stands for all below
it, and it begins at any depth. No pattern can be made slow, because no star is tried again once what follows it was
found: within a name the standard library sees to that (`fnmatch`), over folders `_fits`, in phrases `starred`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache

LONGEST = 500
"""Characters of the longest pattern."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_CLASS = re.compile(r"\[[!^]?\]?[^\]]*\]?")
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)

Step = Callable[[str], object] | None
"""Whether a folder's or file's name fits; None for any number of folders."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A glob of files that can be used."""

    text: str
    """As it was written."""
    steps: tuple[Step, ...]
    """What each part of a path must be, from any depth on."""

    def fits(self, parts: Sequence[str]) -> bool:
        """Whether a path, given by the names of its folders and its own, is one of those meant."""
        return _fits(self.steps, parts)


@lru_cache(maxsize=1024)
def glob_of(text: str) -> Glob:
    """The glob, ready to be used. Raises `ValueError`, in words for people that go on from its name: `must …`."""
    check_pattern(text)
    if "\\" in text:
        raise ValueError("must use / between folders, not \\")
    if text.startswith(("/", "~")) or _DRIVE.match(text):
        raise ValueError("must start at the repository's root, without / or a drive letter before it")
    if text.startswith((":", "!")):
        raise ValueError(f"must not begin with {text[0]}: say what to take")
    names = text.split("/")
    if ".." in names:
        raise ValueError("must not leave the repository with ..")
    return Glob(text, _steps([name for name in names if name not in ("", ".")], text.endswith("/")))


def check_pattern(text: str) -> str:
    """A pattern of names, with `*`, `?` and `[…]`, such as those of item paths. Raises `ValueError` as `glob_of`."""
    if not text.strip():
        raise ValueError("must not be empty")
    if len(text) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters, not {len(text):,}")
    if found := _CONTROL.search(text):
        raise ValueError(f"must be one line without control characters, but holds {found.group()!a}")
    for kind in _CLASS.findall(text):
        for first, last in _RANGE.findall(kind.strip("[]!^")):
            if first > last:
                raise ValueError(f"has a range that runs backwards: {first}-{last}")
    return text


def fits(name: str, pattern: str) -> bool:
    """Whether a name, such as an item path, is one of those that a pattern means; capitals matter."""
    return fnmatchcase(name, pattern)


def _steps(names: Sequence[str], folder: bool) -> tuple[Step, ...]:
    """From any depth; and what is below, of a name that may be a folder's. `folder`: it can be nothing else."""
    below = folder + (names[-1:] == ["**"])
    steps: list[Step] = [None]
    for name in names:
        if name != "**":
            steps.append(_step(name))
        elif steps[-1] is not None:
            steps.append(None)
    while len(steps) > 1 and steps[-1] is None:
        steps.pop()
    return (*steps, *[bool] * below, None)  # every name is true


def _step(name: str) -> Step:
    if not any(sign in name for sign in "*?["):
        return name.__eq__
    return re.compile(translate(name.replace("[^", "[!"))).match


def _nothing(name: str) -> bool:
    return False


def _fits(steps: Sequence[Step], parts: Sequence[str]) -> bool:
    """Whether the steps lead over all parts. Only the last `None` is ever tried again: what is before it stands."""
    at = done = again = 0
    back = -1
    while done < len(parts):
        step = steps[at] if at < len(steps) else _nothing
        if step is None:
            back, again = at, done
            at += 1
        elif step(parts[done]):
            at += 1
            done += 1
        elif back >= 0:
            at, again = back + 1, again + 1
            done = again
        else:
            return False
    return all(step is None for step in steps[at:])


def starred(text: str, inner: str, between: str) -> str:
    """A regular expression of words with stars, which cannot be made slow: a `*` takes the rest of a word's part.

    `inner` is the class of a word's characters, `between` what a blank stands for.
    """
    return between.join(_starred(word, inner) for word in text.split())


def _starred(word: str, inner: str) -> str:
    first, *rest = word.split("*")
    pieces = [piece for piece in rest[:-1] if piece]
    middle = "".join(f"(?>{inner}*?{re.escape(piece)})" for piece in pieces)
    return re.escape(first) + middle + (f"{inner}*{re.escape(rest[-1])}" if rest else "")
