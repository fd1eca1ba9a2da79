"""What the code of a block needs besides: imports, helpers, and the reasons for both. It proposes; people take.

Everything here is worked out from syntax alone, by `app.rust`. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.records.blocks import Piece, import_piece, piece_for
from app.rust.items import Item
from app.rust.needs.closure import Branch, Helper, closure, helpers, reasons
from app.rust.needs.crate_files import CrateFiles
from app.rust.needs.imports import ImportPick, ImportProposal, every_import, propose_imports

Mode = Literal["none", "whole", "pruned", "all"]
"""How imports are taken: not at all, whole declarations, only their used names, or every one in scope."""
Name = tuple[str, str]
"""Path and item path: names an import of the repository."""
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ImportOffer:
    """A declaration that the block's code of one file seems to need."""

    path: str
    proposal: ImportProposal

    @property
    def name(self) -> Name:
        return self.path, self.proposal.item.path


@dataclass(frozen=True, slots=True)
class HelperOffer:
    """An item that the block's code seems to need, and what only it brings in."""

    piece: Piece
    """What taking it takes."""
    helper: Helper
    children: tuple[HelperOffer, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, HelperOffer]]:
        """This offer and all below it, with their depths from 0."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def own_code(pieces: Sequence[Piece]) -> dict[str, list[_Range]]:
    """The ranges of code by file: no imports, and the headers of impls around methods included."""
    found: dict[str, list[_Range]] = {}
    for piece in pieces:
        if piece.role != "import":
            ranges = found.setdefault(piece.path, [])
            ranges.append((piece.start, piece.end))
            if piece.wrap is not None:
                ranges.append(piece.wrap.head)
    return found


# -- imports


def import_offers(pieces: Sequence[Piece], files: CrateFiles) -> tuple[ImportOffer, ...]:
    """The imports that the pieces' code needs, certain and likely ones, in file order. Raises as `files` does."""
    found: list[ImportOffer] = []
    for path, spans in own_code(pieces).items():
        found += [ImportOffer(path, one) for one in propose_imports(files.lookup(path), spans)]
    return tuple(found)


def imports_taken(
    pieces: Sequence[Piece],
    mode: Mode,
    unwanted: frozenset[Name],
    likely: frozenset[Name],
    files: CrateFiles,
    offers: Sequence[ImportOffer],
) -> tuple[Piece, ...]:
    """The imports that the mode takes, without those that lie in a piece or are unwanted.

    Names that are only likely come along for the declarations named in `likely`.
    """
    if mode == "none":
        return ()
    picks: list[tuple[str, ImportPick]] = []
    if mode == "all":
        for path, spans in own_code(pieces).items():
            items = files.lookup(path).file.items
            picks += [(path, ImportPick(item, ())) for item in every_import(items, spans)]
    else:
        for offer in offers:
            ticked = offer.name in likely
            if offer.proposal.certainty == "certain" or ticked:
                cuts = offer.proposal.cuts_with_likely if ticked else offer.proposal.cuts
                picks.append((offer.path, ImportPick(offer.proposal.item, cuts if mode == "pruned" else ())))
    return tuple(
        import_piece(pick, path)
        for path, pick in picks
        if (path, pick.item.path) not in unwanted and not _held(pieces, path, pick.item)
    )


def _held(pieces: Sequence[Piece], path: str, item: Item) -> bool:
    return any(p.path == path and p.start < item.end and item.start < p.end for p in pieces)


class Taking(NamedTuple):
    """How imports come into a block, as `imports_taken` is told."""

    mode: Mode
    unwanted: frozenset[Name] = frozenset()
    likely: frozenset[Name] = frozenset()


def takings(code: Sequence[Piece], held: Sequence[Piece], files: CrateFiles, first: Mode) -> Iterator[Taking]:
    """How a mode may have taken the imports `held` for `code`, likeliest first. Raises as `files` does.

    Of modes that take the same `first` comes first; what a mode takes exactly comes before what it takes but for
    some that were dropped. Which of them is true shows only what it composes to.
    """
    offers = import_offers(code, files)
    modes: dict[Mode, None] = dict.fromkeys((first, "whole", "pruned", "all"))
    modes.pop("none", None)
    lacking: dict[Mode, Taking] = {}
    for mode in modes:
        likely = frozenset(offer.name for offer in offers if _ticked(offer, held, mode))
        taken = imports_taken(code, mode, frozenset(), likely, files, offers)
        if all(any(_same_place(one, piece) for piece in taken) for one in held):
            left = {(p.path, p.item) for p in taken if not any(_same_place(p, one) for one in held)}
            if not left:
                yield Taking(mode, likely=likely)
            elif held:
                lacking[mode] = Taking(mode, frozenset(left), likely)
    # Of all imports the fewest were dropped where all are held, so that mode explains less than the others.
    yield from (lacking[mode] for mode in ("whole", "pruned", "all") if mode in lacking)


def _ticked(offer: ImportOffer, held: Sequence[Piece], mode: Mode) -> bool:
    """Whether somebody must have asked for an import's likely names, for the mode to have taken what is held."""
    item = offer.proposal.item
    piece = next((one for one in held if _held((one,), offer.path, item)), None)
    if piece is None or mode == "all":
        return False
    pruned = mode == "pruned" and piece.cuts == offer.proposal.cuts_with_likely != offer.proposal.cuts
    return offer.proposal.certainty == "likely" or pruned


def _same_place(one: Piece, other: Piece) -> bool:
    return one.path == other.path and one.start < other.end and other.start < one.end


# -- helpers


def next_helper(pieces: Sequence[Piece], files: CrateFiles, tests: bool = False) -> HelperOffer | None:
    """The certain helper of the pieces' own files to take next; None once there is none left."""
    for path, spans in own_code(pieces).items():
        lookup = files.lookup(path)
        for helper in helpers(lookup, spans):
            if helper.tier == 1 and helper.certainty == "certain" and _fits(helper, tests):
                return HelperOffer(piece_for(lookup.file.items, helper.index, path, "helper"), helper)
    return None


def all_helpers(
    pieces: Sequence[Piece], files: CrateFiles, most: int | None = None, tests: bool = False
) -> tuple[HelperOffer, ...]:
    """The certain helpers that `next_helper` would take one after the other, `most` at most."""
    held, found = list(pieces), list[HelperOffer]()
    while most is None or len(found) < most:
        offer = next_helper(held, files, tests)
        if offer is None:
            break
        found.append(offer)
        held.append(offer.piece)
    return tuple(found)


def helper_tree(pieces: Sequence[Piece], files: CrateFiles, tests: bool = False) -> tuple[HelperOffer, ...]:
    """All that the block's code needs, as a tree: what the block holds as a helper of its code stands in it too.

    Helpers that nothing in the block uses are taken for code of their own, so that what they need is shown.
    """
    roots = [piece for piece in pieces if piece.role not in ("helper", "import")]
    tree = _tree(roots, files, tests)
    found = {(o.piece.path, o.piece.start) for top in tree for _, o in top.walk()}
    strays = [p for p in pieces if p.role == "helper" and (p.path, p.start) not in found]
    return _tree([*roots, *strays], files, tests) if strays or not roots else tree


def _tree(roots: Sequence[Piece], files: CrateFiles, tests: bool) -> tuple[HelperOffer, ...]:
    here: list[HelperOffer] = []
    abroad: dict[tuple[str, int], HelperOffer] = {}
    for path, spans in own_code(roots).items():
        lookup = files.lookup(path)
        for branch in closure(lookup, spans):
            here += _grown(branch, lookup.file.items, path, tests)
        for helper in helpers(lookup, spans):
            file = files.beside(path, helper.module) if helper.tier == 2 else None
            if file is not None and _fits(helper, tests):
                items = files.lookup(file).file.items
                piece = piece_for(items, helper.index, file, "helper")
                if not _held(roots, file, helper.item):
                    abroad.setdefault((file, piece.start), HelperOffer(piece, helper))
    return (*here, *abroad.values())


def _grown(branch: Branch, items: Sequence[Item], path: str, tests: bool) -> Iterator[HelperOffer]:
    if _fits(branch.helper, tests):
        below = tuple(each for child in branch.children for each in _grown(child, items, path, tests))
        piece = piece_for(items, branch.helper.index, path, "helper")
        yield HelperOffer(piece, branch.helper, below)


def _fits(helper: Helper, tests: bool) -> bool:
    return tests or not helper.item.test


# -- why


def why(
    pieces: Sequence[Piece], files: CrateFiles, offers: Sequence[ImportOffer]
) -> dict[tuple[str, int], str]:
    """Why the block holds what it holds beside what was chosen: (path, first byte) → a reason in words.

    Pieces that no code of the block uses have none.
    """
    found: dict[tuple[str, int], str] = {}
    for offer in offers:
        found[offer.path, offer.proposal.item.start] = "; ".join(offer.proposal.reasons)
    for path, spans in own_code(pieces).items():
        said = reasons(files.lookup(path), spans)
        for piece in pieces:
            if piece.path == path and piece.role == "helper":
                inside = [text for at, text in said.items() if piece.start <= at < piece.end]
                if inside:
                    found[path, piece.start] = inside[0]
    return found
