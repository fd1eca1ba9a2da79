"""What `app.rust.needs.imports` proposes against what rustc told, item by item."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.rust.items import Item, outline
from app.rust.needs.file import Modules, RustFile
from app.rust.needs.imports import ImportProposal, propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import module_files, module_path
from app.rust.syntax import parse
from tests.bench.closure.compiling import Crate
from tests.bench.closure.truth import FileTruth, Range, Truth

MOST_SECONDS = 2.0
"""How long one proposal may take; then it counts as an empty one."""
_LEFT = frozenset({"use_declaration", "extern_crate_declaration", "mod_item", "foreign_mod_item"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One item: what rustc says it needs and what was proposed. Imports are first bytes of their leaves."""

    crate: str
    file: str
    item: str
    start: int
    """First byte of the item's own node."""
    needed: frozenset[int]
    """By name, and the traits below."""
    by_method: frozenset[int]
    """Those of `needed` that only methods need."""
    certain: frozenset[int]
    likely: frozenset[int]
    names: dict[int, str] = field(hash=False)
    """What each import is called, and why it is needed or was proposed."""
    seconds: float
    """What the proposal took; the first of a file, which reads the file's tables, is not counted: NaN."""

    @property
    def proposed(self) -> frozenset[int]:
        """Certain and likely."""
        return self.certain | self.likely

    @property
    def exact(self) -> bool:
        """Whether certain and likely together are just what is needed."""
        return self.proposed == self.needed


def judge(crate: Crate, truth: Truth) -> tuple[list[Judged], int]:
    """Every item of the crate that can be judged; and how many cannot, because `cfg` leaves some of them out."""
    opened: dict[str, RustFile | None] = {}
    open_file = _opener(crate.root, opened)
    found: list[Judged] = []
    conditional = 0
    for path in sorted(truth.files):
        known = truth.files[path]
        file = open_file(path)
        if file is None:
            continue
        lookup = Lookup(file)
        leaves = _leaves(file, known)
        units = list(_units(file.items, known)) if leaves else []
        met = 0
        for index, spans in units:
            if any(low < end and start < high for low, high in known.unseen for start, end in spans):
                conditional += 1
                continue
            each = _judged(crate.key, path, lookup, index, spans, known, leaves, truth.methods)
            found.append(each if met or each.seconds >= MOST_SECONDS else replace(each, seconds=math.nan))
            met += 1
    return found, conditional


def _opener(root: Path, opened: dict[str, RustFile | None]) -> Callable[[str], RustFile | None]:
    """Opens a crate's files, each once, with the way to its others."""

    def at(file: str) -> RustFile | None:
        if file not in opened:
            opened[file] = None
            opened[file] = _file(root, file, at)
        return opened[file]

    return at


def _file(root: Path, file: str, at: Callable[[str], RustFile | None]) -> RustFile | None:
    place = root / file
    if not place.is_file():
        return None
    data = place.read_bytes()
    tree = parse(data)
    if tree is None:
        return None
    source, path = module_path(file)
    modules: Modules = lambda names: _opened(source, names, at)  # noqa: E731
    return RustFile(data, tree, outline(data, tree), modules, tuple(name.encode() for name in path))


def _opened(source: str, names: tuple[bytes, ...], at: Callable[[str], RustFile | None]) -> RustFile | None:
    path = tuple(name.decode("utf-8", "replace") for name in names)
    return next((file for each in module_files(source, path) if (file := at(each)) is not None), None)


def _leaves(file: RustFile, known: FileTruth) -> dict[int, str]:
    """The imports that take part in the compile, outside tests, and what each is called."""
    found: dict[int, str] = {}
    for module in file.scopes.modules.values():
        for leaf in (*module.all_leaves(), *module.globs):
            item = file.items[leaf.item]
            if (
                item.name_start in known.active
                and not item.test
                and leaf.node.start_byte not in known.unjudged
            ):
                path = b"::".join(leaf.path).decode("utf-8", "replace")
                found[leaf.node.start_byte] = path + ("::*" if leaf.glob else "")
    return found


def _units(items: Sequence[Item], known: FileTruth) -> Iterator[tuple[int, list[Range]]]:
    """What a person can select: items that stand alone, methods with their impl's header; not an impl of methods."""
    with_methods = {item.parent for item in items if item.wrap is not None}
    for index, item in enumerate(items):
        if item.test or item.broken or item.whole is not None or item.kind in _LEFT:
            continue
        if index in with_methods or item.name_start not in known.active:
            continue
        spans = [(item.start, item.end)]
        if item.wrap is not None:
            spans += [item.wrap.head, item.wrap.tail]
        yield index, sorted(spans)


def needed_of(known: FileTruth, spans: Sequence[Range], methods: bool) -> tuple[set[int], set[int], set[int]]:
    """The imports that code in the spans needs: by name, by methods alone, and those that can be seen either way.

    Uses in the body of a macro of the same file count for neither side: that macro brings them along. Nor do those
    whose name would be known without the import.
    """
    named: set[int] = set()
    by_method: set[int] = set()
    open_to_both: set[int] = set()
    for use in known.uses:
        if use.how == "chain" or not any(start <= use.at < end for start, end in spans):
            continue
        if use.how == "method":
            (by_method if methods else open_to_both).add(use.leaf)
        else:
            (open_to_both if use.how in ("own macro", "open") else named).add(use.leaf)
    for group in (named, by_method, open_to_both):
        _follow(group, known)
    by_method -= named
    return named | by_method, by_method, open_to_both - named - by_method


def _follow(group: set[int], known: FileTruth) -> None:
    """Add what the imports of the group need themselves."""
    chains = [use for use in known.uses if use.how == "chain"]
    grown = bool(group)
    while grown:
        more = {use.leaf for use in chains if use.at in group} - group
        group |= more
        grown = bool(more)


def _judged(
    crate: str,
    path: str,
    lookup: Lookup,
    index: int,
    spans: Sequence[Range],
    known: FileTruth,
    leaves: dict[int, str],
    methods: bool,
) -> Judged:
    item = lookup.file.items[index]
    needed, by_method, either = needed_of(known, spans, methods)
    began = time.perf_counter()
    proposals = _in_time(lookup, spans)
    seconds = time.perf_counter() - began
    certain: set[int] = set()
    likely: set[int] = set()
    why: dict[int, str] = {}
    for proposal in proposals:
        for each in proposal.names:
            (certain if each.certainty == "certain" else likely).add(each.start)
            why[each.start] = "; ".join(each.reasons)
    for at in (certain | likely) - needed:
        if (
            leaves.get(at, "").endswith("::*")
            and "trait of the method" in why[at]
            and "comes by" not in why[at]
        ):
            either.add(at)  # which traits a glob brings in was not asked for
    judged = set(leaves) - either
    for use in known.uses:
        if use.leaf not in why and any(start <= use.at < end for start, end in spans):
            why[use.leaf] = f"needed in line {lookup.file.line(use.at)}: {use.how}"
    shown = (needed | certain | likely) & judged
    names = {at: f"{leaves[at]} ({why.get(at, 'needed by another import')})" for at in shown}
    return Judged(
        crate, path, item.path, item.name_start,
        frozenset(needed & judged), frozenset(by_method & judged),
        frozenset(certain & judged), frozenset((likely - certain) & judged),
        names, seconds,
    )  # fmt: skip


class _TooLongError(Exception):
    pass


def _too_long(number: int, frame: object) -> None:
    raise _TooLongError


def _in_time(lookup: Lookup, spans: Sequence[Range]) -> tuple[ImportProposal, ...]:
    """The proposals; none if they take so long that a person would take the tool for dead."""
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
    try:
        return propose_imports(lookup, spans)
    except _TooLongError:
        return ()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True)
class Score:
    """Counts over items, and the shares they give. All shares are of 1; of nothing they are 1."""

    items: int = 0
    exact: int = 0
    conditional: int = 0
    """Items not judged, because `cfg` leaves out a part of them."""
    needed: int = 0
    certain: int = 0
    certain_right: int = 0
    proposed: int = 0
    proposed_right: int = 0
    method: int = 0
    """Needed through methods alone."""
    method_found: int = 0
    method_proposed: int = 0
    """Proposed as likely where no name needs it."""
    method_right: int = 0
    unused_blocks: int = 0
    """Items with an import proposed that is not needed."""
    too_long: int = 0
    """Items whose proposal was given up."""
    seconds: list[float] = field(default_factory=list)

    def add(self, each: Judged) -> None:
        """Count one item."""
        self.items += 1
        self.exact += each.exact
        self.needed += len(each.needed)
        self.certain += len(each.certain)
        self.certain_right += len(each.certain & each.needed)
        self.proposed += len(each.proposed)
        self.proposed_right += len(each.proposed & each.needed)
        self.method += len(each.by_method)
        self.method_found += len(each.by_method & each.proposed)
        by_trait = {at for at in each.proposed if "trait of the method" in each.names[at]} - (
            each.needed - each.by_method
        )
        self.method_proposed += len(by_trait)
        self.method_right += len(by_trait & each.by_method)
        self.too_long += each.seconds >= MOST_SECONDS
        self.unused_blocks += bool(each.proposed - each.needed)
        self.seconds.append(each.seconds)

    def merge(self, other: Score) -> None:
        """Add another's counts."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def share(part: int, whole: int) -> float:
    """Part of the whole, 1 if there is nothing."""
    return part / whole if whole else 1.0


def scored(judged: Iterable[Judged], conditional: int = 0) -> Score:
    """The counts of many items."""
    found = Score(conditional=conditional)
    for each in judged:
        found.add(each)
    return found
