"""What a spec claims about its repository, checked there: are its files, its words and its crates where it says?

Nothing here decides what annotators may do; it tells a data lead where a spec has fallen behind the code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from app.base.text import did_you_mean, printable
from app.base.toml_lines import loads
from app.errors import SourceError
from app.project.topics.spec import Spec

Kind = Literal["files", "focus", "crates"]
Severity = Literal["holds", "hint", "warning", "error"]
"""`error`: nobody can work with it so; `warning`: not true any more; `hint`: true elsewhere; `holds`: true."""

_SHOWN = 3
"""Places told in one hint."""


class FileBytes(Protocol):
    """A file as a snapshot gives it."""

    @property
    def data(self) -> bytes: ...


class FoundLine(Protocol):
    """A line that holds a searched word."""

    @property
    def path(self) -> str: ...

    @property
    def line(self) -> int:
        """1-based."""


class ClaimedSnapshot(Protocol):
    """What is asked of a repository at one moment; `app.repository.repository` has it."""

    def files(self, suffix: str = ".rs") -> Sequence[str]:
        """Paths whose names end in `suffix`."""

    def match(self, globs: Sequence[str], suffix: str = ".rs") -> Sequence[str]:
        """Paths that one of the globs matches, at any depth."""

    def read(self, path: str) -> FileBytes:
        """A file's bytes. Raises `SourceError`."""

    def grep(self, words: Sequence[str], paths: Sequence[str] | None = None) -> Sequence[FoundLine]:
        """The lines that hold one of the words exactly so; without `paths`, in every `.rs` file."""


@dataclass(frozen=True)
class SpecClaim:
    """One thing a spec says, and whether the repository bears it out."""

    kind: Kind
    severity: Severity
    key: str
    """The spec's key it stands under."""
    text: str
    """What was claimed and found, one sentence; safe to print."""
    hint: str = ""
    """Where it is instead, or what to do; safe to print."""


def check_claims(spec: Spec, snapshot: ClaimedSnapshot) -> list[SpecClaim]:
    """Check what the spec says about files, focus words and crates, in that order.

    Raises `SourceError` if the repository itself cannot be read.
    """
    check = _Check(spec, snapshot)
    return [*check.files(), *check.focus(), *check.crates()]


class _Check:
    def __init__(self, spec: Spec, snapshot: ClaimedSnapshot) -> None:
        self.spec = spec
        self.snapshot = snapshot
        self.sources = self._match(spec.sources)
        self.related = tuple(path for path in self._match(spec.related) if path not in self.sources)

    def _match(self, globs: Sequence[str]) -> tuple[str, ...]:
        try:
            return tuple(self.snapshot.match(globs))
        except ValueError:
            return ()  # no glob at all to whoever reads it; reported as one that matches nothing

    def files(self) -> Iterator[SpecClaim]:
        for key, globs in (("sources", self.spec.sources), ("related", self.spec.related)):
            for glob in globs:
                found = self._match((glob,))
                shown = printable(glob)
                if not found:
                    severity: Severity = "error" if not self.sources else "warning"
                    yield SpecClaim(
                        "files", severity, key, f"no Rust file matches {shown}", self._nearest(glob)
                    )
                else:
                    names = ", ".join(printable(path) for path in found[:_SHOWN])
                    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
                    yield SpecClaim("files", "holds", key, f"{shown} matches {names}{more}")

    def _nearest(self, glob: str) -> str:
        files = self.snapshot.files()
        name = PurePosixPath(glob).name
        same = [path for path in files if PurePosixPath(path).name == name]
        near = same[:_SHOWN] or get_close_matches(glob, files, n=_SHOWN, cutoff=0.7)
        return did_you_mean([printable(path) for path in near])

    def focus(self) -> Iterator[SpecClaim]:
        if not self.spec.focus_words:
            yield SpecClaim(
                "focus", "hint", "focus_words", "no focus_words are given, so the focus is not checked"
            )
        for word in self.spec.focus_words:
            yield self._located("focus", printable(word), spellings(word), word_pattern(word))

    def _located(self, kind: Kind, shown: str, needles: Sequence[str], pattern: str) -> SpecClaim:
        """Whether a pattern occurs in the sources, or else in the related files, or else anywhere.

        `needles` are plain texts, one of which is in every line that the pattern can match.
        """
        key = "crates" if kind == "crates" else "focus_words"
        if self.sources and (hits := self._hits(needles, self.sources, pattern)):
            return SpecClaim(kind, "holds", key, f"{shown} occurs in the sources: {_places(hits)}")
        if self.related and (hits := self._hits(needles, self.related, pattern)):
            text = f"{shown} does not occur in the sources, but in related files"
            return SpecClaim(kind, "hint", key, text, f"it occurs in {_places(hits)}")
        text = f"{shown} does not occur in the sources or related files"
        if hits := self._hits(needles, None, pattern):
            return SpecClaim(
                kind, "warning", key, text, f"it occurs in {_places(hits)}: add them to related?"
            )
        return SpecClaim(
            kind, "warning", key, f"{shown} occurs nowhere in the repository", "take it out of the spec?"
        )

    def _hits(self, needles: Sequence[str], paths: Sequence[str] | None, pattern: str) -> list[FoundLine]:
        hits = self.snapshot.grep(needles, paths)
        wanted = re.compile(pattern.encode())
        found: list[FoundLine] = []
        for path in dict.fromkeys(hit.path for hit in hits):
            lines = self._read(path).split(b"\n")
            # A plain folder may have changed since it was searched.
            here = [hit for hit in hits if hit.path == path and hit.line <= len(lines)]
            found += [hit for hit in here if wanted.search(lines[hit.line - 1])]
        return found

    def _read(self, path: str) -> bytes:
        try:
            return self.snapshot.read(path).data
        except SourceError:
            return b""  # too large or not there: it bears out nothing

    def crates(self) -> Iterator[SpecClaim]:
        manifests = self._manifests()
        for crate in self.spec.crates:
            name = crate.replace("-", "_")
            if manifests:
                yield self._declared(crate, name, manifests)
            # `use tokio::…`, `extern crate tokio` or a path in the code; `mine::tokio::…` is another module.
            used = rf"(?:\buse\s+(?:::)?{name}\b|\bextern\s+crate\s+{name}\b|(?<![\w:.]){name}::)"
            yield self._located("crates", f"a use of the crate {crate}", (name,), used)

    def _declared(self, crate: str, name: str, manifests: dict[str, set[str]]) -> SpecClaim:
        where = [path for path, crates in manifests.items() if name in crates]
        if where:
            return SpecClaim("crates", "holds", "crates", f"{crate} is a dependency in {printable(where[0])}")
        files = ", ".join(printable(path) for path in manifests)
        known = sorted(set().union(*manifests.values()))
        near = get_close_matches(name, known, n=_SHOWN, cutoff=0.6)
        hint = did_you_mean([printable(one) for one in near])
        return SpecClaim("crates", "warning", "crates", f"{crate} is not a dependency in {files}", hint)

    def _manifests(self) -> dict[str, set[str]]:
        """The nearest manifest above each source, with the crates its code can name."""
        known = {
            path for path in self.snapshot.files("Cargo.toml") if PurePosixPath(path).name == "Cargo.toml"
        }
        nearest: dict[str, set[str]] = {}
        for source in self.sources:
            above = (str(folder / "Cargo.toml") for folder in PurePosixPath(source).parents)
            manifest = next((path for path in above if path in known), None)
            if manifest and manifest not in nearest:
                nearest[manifest] = dependencies(self._read(manifest))
        return nearest


def _places(hits: Sequence[FoundLine]) -> str:
    """The files with most hits, each with its first line."""
    first: dict[str, int] = {}
    for hit in hits:
        first.setdefault(hit.path, hit.line)
    ranked = Counter(hit.path for hit in hits).most_common()
    told = [
        f"{printable(path)} line {first[path]}" + (f" ({count} lines)" if count > 1 else "")
        for path, count in ranked[:_SHOWN]
    ]
    more = f" and {len(ranked) - _SHOWN} more files" if len(ranked) > _SHOWN else ""
    return ", ".join(told) + more


def spellings(word: str) -> tuple[str, ...]:
    """How a word may stand in code: with a capital letter only so, else also as in names of items and constants."""
    if word != word.lower():
        return (word,)
    parts = re.split(r"[\s_-]+", word)
    snake = "_".join(parts)
    camel = "".join(part[:1].upper() + part[1:] for part in parts)
    return tuple(dict.fromkeys((word, snake, snake.upper(), camel, word[:1].upper() + word[1:])))


def word_pattern(word: str) -> str:
    """A regular expression for the word where a word begins: `ack` is in `send_ack` and `acker`, not in `back`."""
    return "|".join(
        (r"(?<![A-Z])" if text[0].isupper() and text[1:2].islower() else r"(?<![A-Za-z])") + re.escape(text)
        for text in spellings(word)
    )


def dependencies(manifest: bytes) -> set[str]:
    """The names under which a Cargo.toml's dependencies of every kind stand in code; empty if it cannot be read."""
    try:
        tables = loads(manifest.decode("utf-8"))
    except (ValueError, RecursionError):
        return set()
    found: set[str] = set()
    targets = tables.get("target")
    for table in (tables, *(targets.values() if isinstance(targets, dict) else ())):
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            crates: Any = table.get(kind) if isinstance(table, dict) else None
            found |= {name.replace("-", "_") for name in crates} if isinstance(crates, dict) else set()
    return found
