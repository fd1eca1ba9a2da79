"""A file's items as rustc's parser sees them, read from the dump of its syntax tree.

`rustc -Zunpretty=ast-tree` prints the tree as it is before anything is expanded, resolved or configured away, each
node with its lines and columns. A stable rustc answers too where RUSTC_BOOTSTRAP is set: that opens the option, and
changes nothing in what its parser takes. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from shutil import which
from threading import Timer

EDITIONS = ("2024", "2021", "2018", "2015")
"""Asked in this order: the first that takes a file is believed."""
_SPAN = re.compile(r"<anon>:(\d+):(\d+): (\d+):(\d+)")
_IDENT = re.compile(r"(?:ident: )?(?P<name>(?:r#)?[^\s\"(){}\[\]#:]+)#\d+,")
_BOM = b"\xef\xbb\xbf"
_LONGEST = 200_000_000
"""Bytes of a dump: it indents, so that of deeply nested code is far longer than the code."""
_PATIENCE = 60.0
"""Seconds for one file."""
_STEP = 4
"""Columns by which the dump indents what is inside."""
_NAMED = {
    "Fn": "function_item", "Const": "const_item", "Static": "static_item", "TyAlias": "type_item",
    "Type": "associated_type", "Enum": "enum_item", "Struct": "struct_item", "Union": "union_item",
    "Trait": "trait_item", "Mod": "mod_item", "MacroDef": "macro_definition",
}  # fmt: skip
_NAMELESS = {
    "Impl": "impl_item", "Use": "use_declaration", "ForeignMod": "foreign_mod_item",
    "MacCall": "macro_invocation", "ExternCrate": "extern_crate_declaration",
}  # fmt: skip


@dataclass(slots=True)
class TrueItem:
    """One item that rustc saw where the outline lists items."""

    kind: str = ""
    """tree-sitter's node kind for it; rustc's own where there is none."""
    name: str = ""
    """Its identifier without `r#`; empty for what has none."""
    start: int = -1
    """First byte behind its attributes and docs."""
    end: int = -1
    lead: int = -1
    """First byte of its outer attributes and docs; `start` where it has none."""
    parent: int | None = None
    """Index of the item it stands in."""
    indent: int = field(default=0, repr=False)
    """Column of the dump where it begins."""
    outer: bool = field(default=True, repr=False)
    """Whether the attribute that is being read stands before its item."""


def rustc() -> str | None:
    """The compiler, if there is one that tells its tree."""
    found = which("rustc")
    return found if found and _dump(found, b"", EDITIONS[-1]) is not None else None


def _dump(compiler: str, data: bytes, edition: str) -> str | None:
    """The dump of a file; None where the compiler's parser refuses it, or the dump is too long."""
    command = [compiler, "--edition", edition, "-Zunpretty=ast-tree", "-"]
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
        with subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        ) as asked:
            assert asked.stdout is not None
            patience = Timer(_PATIENCE, asked.kill)
            patience.start()
            told = asked.stdout.read(_LONGEST)
            patience.cancel()
            if len(told) == _LONGEST:
                asked.kill()
    return told.decode("utf-8", "replace") if asked.returncode == 0 else None


def is_unstable(compiler: str, data: bytes) -> bool:
    """Whether a file uses, or asks for, what the stable compiler refuses by name, whatever else it lacks."""
    with tempfile.TemporaryDirectory() as folder:
        command = [compiler, "--edition", EDITIONS[0], "--crate-type", "lib", "--emit=metadata"]
        done = subprocess.run(
            [*command, "-o", f"{folder}/out.rmeta", "-"], input=data, capture_output=True, check=False
        )
    return b"error[E0658]" in done.stderr or b"error[E0554]" in done.stderr


def true_items(compiler: str, data: bytes, editions: Iterable[str] = EDITIONS) -> list[TrueItem] | None:
    """The items in file order; None for a file that no edition takes."""
    for edition in editions:
        dump = _dump(compiler, data, edition)
        if dump is not None:
            return read_dump(dump, data)
    return None


def read_dump(dump: str, data: bytes) -> list[TrueItem]:
    """The items of a dump, those of modules, impls, traits and foreign blocks included, not those of bodies."""
    place = _Places(data)
    found: list[TrueItem] = []
    around: list[int] = []
    for indent, line in _outside_bodies(dump):
        while around and indent <= found[around[-1]].indent:
            around.pop()
        if line == "Item {":
            found.append(TrueItem(parent=around[-1] if around else None, indent=indent))
            around.append(len(found) - 1)
        elif around:
            item = found[around[-1]]
            _read_line(item, (indent - item.indent) // _STEP, line, place)
    assert all(item.start >= 0 and item.kind for item in found), "rustc's dump has another form"
    return found


def _read_line(item: TrueItem, depth: int, line: str, place: _Places) -> None:
    """Take what a line says of an item; `depth` is how far inside the item it stands: 1 for its own fields."""
    if depth == 1 and line.startswith("span: "):
        item.start, item.end = place.range(line)
        item.lead = min(item.start, item.lead) if item.lead >= 0 else item.start
    elif depth == 1 and line.startswith("kind: ") and not item.kind:
        word = line[6:].rstrip("({, ")
        item.kind = _NAMED.get(word) or _NAMELESS.get(word) or word
    elif depth == 3 and not item.kind:  # of an attribute, which stands before its item's kind
        if line.startswith("style: "):
            item.outer = line == "style: Outer,"
        elif line.startswith("span: ") and item.outer:
            start, _end = place.range(line)
            item.lead = start if item.lead < 0 else min(start, item.lead)
    elif depth in (2, 3) and not item.name and item.kind in _NAMED.values():
        named = _IDENT.fullmatch(line)
        item.name = named["name"].removeprefix("r#") if named else ""


def _outside_bodies(dump: str) -> Iterator[tuple[int, str]]:
    """Indentation and text of the lines that are in no block of code."""
    body = -1
    for line in dump.split("\n"):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if body >= 0:
            if indent > body:
                continue
            body = -1
        elif text.endswith("Block {"):
            body = indent
            continue
        yield indent, text


class _Places:
    """From rustc's lines and columns (1-based, in characters) to bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.starts = [len(_BOM) if data.startswith(_BOM) else 0]
        self.starts += [found.end() for found in re.finditer(b"\n", data)]

    def range(self, line: str) -> tuple[int, int]:
        """The bytes of a `span: …` line."""
        found = _SPAN.search(line)
        assert found is not None, f"no place in {line!r}"
        first, low, last, high = map(int, found.groups())
        return self.at(first, low), self.at(last, high)

    def at(self, line: int, column: int) -> int:
        """The byte at a line and column."""
        start = self.starts[line - 1]
        if column == 1:
            return start
        end = self.starts[line] if line < len(self.starts) else len(self.data)
        text = self.data[start:end]
        if text.isascii():
            return start + column - 1
        return start + len(text.decode("utf-8", "replace")[: column - 1].encode())
