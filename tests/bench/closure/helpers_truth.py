"""What each item of a crate uses of its own file, as rustc tells it.

One compile tells all: every item is marked `#[deprecated(note = "bs:17")]` and `#[allow(bs_17)]`. rustc warns at each
use of a deprecated item, and at each unknown lint of an item that is compiled at all: one that `cfg` leaves out is
silent. With `--force-warn` uses inside deprecated items are told too, and no crate can switch either warning off.

What this cannot tell: uses of items that only a macro call defines; uses in the output of derives, such as serde's
paths in strings; uses in bodies of macros that the crate never expands; anything that `cfg` leaves out. A field that
is read names no struct, and `T::Item` no trait, though rustc warns of them: `Use.noun` tells such uses apart.

Impls of traits cannot be deprecated. A sample of them is deleted, one a compile: items in which errors arise need it.

Offsets are bytes, 0-based, end exclusive. Paths are relative to the crate's root.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Node

from app.rust.items import Item, outline
from app.rust.needs.file import Modules, RustFile
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import module_path
from app.rust.syntax import parse
from tests.bench.closure.compiling import Crate, Diagnostic
from tests.bench.closure.conditions import known_of, unseen
from tests.bench.closure.edits import Edit, Edited

VERSION = 1
"""Of the stored form; raised when what is stored changes its meaning."""
MOST_IMPLS = 60
"""How many impls of traits are tried in a crate, chosen by hash."""
MOST_SECONDS = 12.0
"""For how long they are tried."""
LINTS = ("--force-warn", "deprecated", "--force-warn", "unknown_lints")

_USE = re.compile(r"^use of deprecated (?P<noun>[a-z ]+?) `.*: bs:(?P<id>\d+)$", re.DOTALL)
_CANARY = re.compile(r"^unknown lint: `bs_(?P<id>\d+)`")
_DEPRECABLE = frozenset(
    {
        *("function_item", "function_signature_item", "struct_item", "enum_item", "union_item"),
        *("const_item", "static_item", "type_item", "trait_item", "macro_definition"),
    }
)
_SILENT = frozenset({"macro_invocation", "use_declaration", "extern_crate_declaration", "mod_item"})


class Mark(NamedTuple):
    """An item, named by where it stands: its outline may be made anew."""

    path: str
    start: int
    """Its first byte behind its lead (`Item.name_start`)."""


class Use(NamedTuple):
    """A place at which an item is used."""

    path: str
    at: int
    used: Mark
    noun: str
    """What rustc calls it: `function`, `struct`, `field`."""


class Warned(NamedTuple):
    """A message of the compiler and where it points."""

    message: str
    places: tuple[tuple[str, int], ...]
    """Path and byte in the edited files; the place itself first, then the macro calls that led to it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of a crate and what stands in it."""

    path: str
    data: bytes
    items: tuple[Item, ...]
    lookup: Lookup
    unseen: tuple[tuple[int, int], ...] = ()
    """What the compile leaves out, as far as its `cfg` attributes tell."""


def opened(
    path: str, data: bytes, modules: Modules | None = None, known: frozenset[str] = frozenset()
) -> Opened | None:
    """A parsed file; None if it cannot be parsed.

    `modules` opens the crate's other files, `known` are the conditions that are set.
    """
    tree = parse(data)
    if tree is None:
        return None
    items = outline(data, tree)
    home = tuple(name.encode() for name in module_path(path)[1])
    lookup = Lookup(RustFile(data, tree, items, modules, home))
    return Opened(path, data, items, lookup, tuple(unseen(data, tree, known)))


def is_deprecable(file: Opened, index: int) -> bool:
    """Whether rustc tells the uses of an item. Members of traits and of their impls go with the whole."""
    item = file.items[index]
    return item.kind in _DEPRECABLE and item.whole is None and not item.broken


def is_trait_impl(file: Opened, index: int) -> bool:
    """Whether the item is an impl of a trait, whole."""
    node = file.lookup.file.scopes.nodes[index]
    return node is not None and node.type == "impl_item" and node.child_by_field_name("trait") is not None


def marked(file: Opened, first: int, spared: frozenset[Mark] = frozenset()) -> tuple[Edited, list[Mark]]:
    """The file with its items marked by numbers from `first`, and what the numbers name."""
    edits: list[Edit] = []
    marks: list[Mark] = []
    for index, item in enumerate(file.items):
        mark = Mark(file.path, item.name_start)
        if item.kind in _SILENT or item.broken or mark in spared:
            continue
        number = first + len(marks)
        marks.append(mark)
        text = f"#[allow(bs_{number})] "
        if is_deprecable(file, index):
            text += f'#[deprecated(note = "bs:{number}")] '
            leads = file.lookup.file.scopes.leads[index]
            edits += [Edit(node.start_byte, node.end_byte, b"") for node in leads if _deprecates(node)]
        edits.append(Edit(item.name_start, item.name_start, text.encode(), number))
    return Edited(file.data, edits), marks


def _deprecates(attribute: Node) -> bool:
    text = attribute.text or b""
    return re.match(rb"#\s*\[\s*deprecated\b", text) is not None


def uses_of(
    warned: Iterable[Warned], marks: Sequence[Mark], files: Mapping[str, Edited]
) -> tuple[set[Mark], set[Use]]:
    """The items that are compiled, and the uses that are told.

    A use that stands in a macro's body belongs there; if the macro is of another file than the item, the calls that
    led to it use the item too.
    """
    compiled: set[Mark] = set()
    uses: set[Use] = set()
    for message, places in warned:
        canary, use = _CANARY.match(message), _USE.match(message)
        if canary is not None:
            compiled.add(marks[int(canary["id"])])
        if use is None:
            continue
        mark = marks[int(use["id"])]
        asked = [(path, files[path].before(at)) for path, at in places if path in files]
        known = [(path, at) for path, at in asked if at is not None]
        own = next((index for index, (path, _) in enumerate(known) if path == mark.path), 0)
        uses |= {Use(path, at, mark, use["noun"]) for path, at in known[: own + 1]}
    return compiled, uses


@dataclass(slots=True)
class Truth:
    """What rustc says of a crate."""

    crate: str
    digest: str
    """Of the sources it was told for."""
    compiled: set[Mark] = field(default_factory=set)
    told: set[Mark] = field(default_factory=set)
    """Items whose uses are told."""
    uses: set[Use] = field(default_factory=set)
    impls: set[Mark] = field(default_factory=set)
    """Impls of traits that were deleted to see who needs them."""
    impl_uses: set[Use] = field(default_factory=set)
    failed: str = ""
    """Why there is no truth, if there is none."""

    def to_json(self) -> str:
        """As stored: one JSON object."""
        uses = {"uses": self.uses, "impl_uses": self.impl_uses}
        marks = {"compiled": self.compiled, "told": self.told, "impls": self.impls}
        return json.dumps(
            {"version": VERSION, "crate": self.crate, "digest": self.digest, "failed": self.failed}
            | {name: [[*mark] for mark in sorted(found)] for name, found in marks.items()}
            | {name: [[u.path, u.at, *u.used, u.noun] for u in sorted(found)] for name, found in uses.items()}
        )

    @classmethod
    def from_json(cls, text: str) -> Truth | None:
        """What was stored; None if it is of another version."""
        raw = json.loads(text)
        if raw.get("version") != VERSION:
            return None
        found = cls(raw["crate"], raw["digest"], failed=raw["failed"])
        for name in ("compiled", "told", "impls"):
            setattr(found, name, {Mark(*each) for each in raw[name]})
        for name in ("uses", "impl_uses"):
            setattr(found, name, {Use(p, at, Mark(q, s), noun) for p, at, q, s, noun in raw[name]})
        return found


def digest(files: Iterable[Opened]) -> str:
    """Of the files' names and bytes."""
    found = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        found.update(f"{file.path}\0{len(file.data)}\0".encode() + file.data)
    return found.hexdigest()


def read(path: Path) -> Truth | None:
    """A stored truth, if there is one of this version."""
    try:
        return Truth.from_json(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


# -- asking the compiler


def files_of(crate: Crate) -> dict[str, Opened]:
    """The crate's files by path."""
    printed = subprocess.run(["rustc", "--print", "cfg"], capture_output=True, text=True, check=True).stdout
    known = known_of(crate.command, printed)
    modules: dict[tuple[bytes, ...], RustFile] = {}
    found: dict[str, Opened] = {}
    for path in sorted(map(str, crate.sources)):
        file = opened(path, (crate.root / path).read_bytes(), modules.get, known)
        if file is not None:
            found[path] = file
            modules.setdefault(file.lookup.file.path, file.lookup.file)
    return found


def truth_of(crate: Crate, cache: Path, files: Mapping[str, Opened] | None = None) -> Truth:
    """What rustc says of the crate: stored in `cache`, or asked now and stored.

    Raises SourceError if rustc cannot be run; a crate that does not compile has a truth that says so.
    """
    files = files_of(crate) if files is None else files
    sources, path = digest(files.values()), cache / f"{crate.key}.json"
    known = read(path)
    if known is not None and known.digest == sources:
        return known
    truth = _asked(crate, files, Truth(crate.key, sources))
    if not truth.failed:
        _try_impls(crate, files, truth)
    crate.forget()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(truth.to_json(), "utf-8")
    return truth


def _asked(crate: Crate, files: Mapping[str, Opened], truth: Truth) -> Truth:
    """Mark everything and compile; items in which that makes an error are spared, and it is done again."""
    spared: frozenset[Mark] = frozenset()
    for _ in range(6):
        marks: list[Mark] = []
        edits: dict[str, Edited] = {}
        for file in files.values():
            edits[file.path], more = marked(file, len(marks), spared)
            marks += more
        told = crate.check({Path(path): edit.data for path, edit in edits.items()}, LINTS)
        errors = [each for each in told if each.level == "error" and (each.spans or each.calls)]
        if not errors:
            truth.compiled, truth.uses = uses_of(map(warned, told), marks, edits)
            named = {Mark(f.path, f.items[i].name_start) for f in files.values() for i in _all_deprecable(f)}
            truth.told = named & truth.compiled
            return truth
        blamed = {mark for each in errors for mark in _blamed(each, files, edits, marks)} - spared
        truth.failed = f"{errors[0].code} {errors[0].message}"[:300]
        if not blamed:
            return truth
        spared |= blamed
        truth.failed = ""
    truth.failed = truth.failed or "Too many items cannot be marked."
    return truth


def warned(told: Diagnostic) -> Warned:
    """A message with its place and the macro calls that led there."""
    return Warned(told.message, tuple((str(path), at) for path, at, _ in (*told.spans[:1], *told.calls)))


def _all_deprecable(file: Opened) -> list[int]:
    return [index for index in range(len(file.items)) if is_deprecable(file, index)]


def _blamed(
    error: Diagnostic, files: Mapping[str, Opened], edits: Mapping[str, Edited], marks: Sequence[Mark]
) -> set[Mark]:
    """The innermost items around an error, or whose mark it is."""
    found: set[Mark] = set()
    for path, at in warned(error).places:
        if path in edits:
            place = edits[path].before(at)
            if place is None:
                found.add(marks[edits[path].mark(at)])
                continue
            around = [item for item in files[path].items if item.start <= place < item.end]
            found |= {Mark(path, item.name_start) for item in around[-1:]}
    return found


def _try_impls(crate: Crate, files: Mapping[str, Opened], truth: Truth) -> None:
    """Delete impls of traits, one a compile, and see where errors arise."""
    every = [
        (file, index)
        for file in files.values()
        for index, item in enumerate(file.items)
        if is_trait_impl(file, index) and not item.test and Mark(file.path, item.name_start) in truth.compiled
    ]
    every.sort(
        key=lambda each: hashlib.sha256(f"{each[0].path} {each[0].items[each[1]].path}".encode()).digest()
    )
    began = time.monotonic()
    for file, index in every[:MOST_IMPLS]:
        if time.monotonic() - began > MOST_SECONDS:
            break
        item = file.items[index]
        mark = Mark(file.path, item.name_start)
        without = Edited(file.data, [Edit(item.start, item.end, b"\n")])
        told = crate.check({Path(file.path): without.data})
        truth.impls.add(mark)
        for each in told:
            for path, at in warned(each).places if each.level == "error" else ():
                place = without.before(at) if path == file.path else at
                if place is not None:
                    truth.impl_uses.add(Use(path, place, mark, "impl"))
