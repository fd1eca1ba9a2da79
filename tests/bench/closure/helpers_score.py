"""How far proposed helpers agree with rustc: `python -m tests.bench.closure.helpers_score`.

Three counts. *Direct*: what an item itself uses of its file. *Closure*: an item is exact if everything it needs,
directly or not, is in the tree of helpers, and nothing else is. *Impls*: impls of traits, a tier of their own.

A proposal that rustc cannot judge is neither right nor wrong: items made by macro calls or left out by `cfg`, names
that only an attribute spells, what stands in macros' bodies, structs of which only a field is read. How many those
are is counted too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

from app.rust.needs.closure import Helper, closure, helpers
from tests.bench.closure.compiling import CACHE, Crate, find_crates
from tests.bench.closure.corpus import WITHOUT, is_development
from tests.bench.closure.helpers_blocks import flat, judged_block
from tests.bench.closure.helpers_judged import Judged
from tests.bench.closure.helpers_shapes import shape_of
from tests.bench.closure.helpers_truth import (
    Opened,
    Truth,
    Use,
    files_of,
    truth_of,
)
from tests.bench.closure.truth import FileTruth
from tests.bench.closure.truth import Truth as ImportTruth
from tests.bench.closure.truth import truth_of as import_truth_of

_NOTHING = FileTruth(frozenset(), (), (), frozenset())
BLOCK_STEP = 4
"""Of how many items one is made a block of."""
MOST_ITEMS = 1500
"""Files with more items are left out: they are tables of constants, without helpers and slow to go through."""


class Miss(NamedTuple):
    """One disagreement."""

    cause: str
    """`missing` or `wrong`, and of what."""
    path: str
    user: str
    """Item path."""
    helper: str
    """Item path of the helper."""
    line: int
    """1-based, of the first place that shows it; 0 if there is none."""
    text: str
    """The source line there."""


@dataclass(slots=True)
class Score:
    """Counts of one crate or of many. Sums, so that crates can be added up."""

    items: int = 0
    """Scored, that is compiled, outside tests, and no container to be taken in parts."""
    right: int = 0
    """Direct helpers proposed that are used; certain and likely."""
    wrong: int = 0
    missing: int = 0
    certain_right: int = 0
    certain_wrong: int = 0
    unjudged: int = 0
    """Direct helpers proposed of which rustc says nothing."""
    direct_exact: int = 0
    """Items with all direct helpers right."""
    closures: int = 0
    """Items whose closure holds anything, by rustc or by the proposal."""
    closures_exact: int = 0
    """Of these, with certain and likely helpers."""
    closures_exact_certain: int = 0
    """Of these, with certain helpers alone."""
    closure_right: int = 0
    closure_wrong: int = 0
    closure_missing: int = 0
    impl_items: int = 0
    """Impls of traits that were deleted to see who needs them."""
    impl_right: int = 0
    impl_wrong: int = 0
    impl_missing: int = 0
    blocks: int = 0
    """Blocks made of items with all that is proposed for them."""
    blocks_missing_helpers: int = 0
    """Those in which an item of the file is missing."""
    blocks_judged: int = 0
    """Those of which it is known, too, which imports they need."""
    blocks_missing: int = 0
    """Of these, those in which any name is missing."""
    blocks_names: int = 0
    """Names imported in these."""
    blocks_unused: int = 0
    """Of these names, those that nothing uses."""

    def add(self, other: Score) -> None:
        """Add another's counts."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def ratio(part: int, rest: int) -> str:
    """`part` of `part + rest` in per cent, one decimal; a dash if there is nothing."""
    return f"{100 * part / (part + rest):.1f}" if part + rest else "-"


class Look(NamedTuple):
    """What is proposed for an item, and what rustc says of it."""

    proposed: dict[int, Helper]
    """Of the same file."""
    impls: set[int]
    """Impls of traits proposed as a tier of their own."""
    needed: dict[int, Use]
    """What it uses itself, with the first place."""
    may: set[int]
    """What it may hold too, because it is not judged."""


@dataclass
class Scored:
    """The scores of one file, with what disagrees."""

    judged: Judged
    score: Score = field(default_factory=Score)
    misses: list[Miss] = field(default_factory=list)
    _looks: dict[int, Look] = field(default_factory=dict)

    def run(self) -> None:
        """Score every item of the file."""
        tried = {i for i in self.judged.by_start.values() if self.judged.mark(i) in self.judged.truth.impls}
        self.score.impl_items += len(tried)
        for index in self.judged.users():
            self._direct(index)
            self._closure(index)
            if tried:
                self._impls(index, tried)

    def look(self, index: int) -> Look:
        """What is known of an item; worked out once."""
        known = self._looks.get(index)
        if known is None:
            judged, file = self.judged, self.judged.file
            spans = judged.spans(index)
            every = helpers(file.lookup, spans)
            proposed = {each.index: each for each in every if each.tier == 1}
            needed, soft = judged.needed(spans)
            open_to_doubt = set(proposed) - set(needed)
            if not judged.is_blind(index):
                open_to_doubt = {
                    at
                    for at in open_to_doubt
                    if not judged.is_told(at) or judged.is_spelled_out_of_sight(spans, at)
                }
            impls = {each.index for each in every if each.tier == 3}
            known = self._looks[index] = Look(proposed, impls, needed, open_to_doubt | soft)
        return known

    def _direct(self, index: int) -> None:
        score, look = self.score, self.look(index)
        missing = [at for at in look.needed if at not in look.proposed]
        exact = not missing
        score.missing += len(missing)
        for at in missing:
            self._miss("missing", index, at, look.needed[at].at)
        for at, helper in look.proposed.items():
            certain = helper.certainty == "certain"
            if at in look.needed:
                score.right += 1
                score.certain_right += certain
            elif at in look.may:
                score.unjudged += 1
            else:
                score.wrong += 1
                score.certain_wrong += certain
                exact = False
                self._miss(f"wrong, {helper.certainty}", index, at, self.judged.first_need(index, at))
        score.items += 1
        score.direct_exact += exact

    def _closure(self, index: int) -> None:
        score, file = self.score, self.judged.file
        tree = closure(file.lookup, self.judged.spans(index))
        listed = [each for each in flat(tree) if each.tier == 1]
        every = {each.index for each in listed}
        certain = {each.index for each in listed if each.certainty == "certain"}
        needed, allowed = self.closed(index)
        if not needed and not every - allowed:
            return
        score.closures += 1
        score.closures_exact += needed <= every and every <= allowed
        score.closures_exact_certain += needed <= certain and certain <= allowed
        score.closure_right += len(every & needed)
        score.closure_wrong += len(every - allowed)
        score.closure_missing += len(needed - every)

    def closed(self, index: int) -> tuple[set[int], set[int]]:
        """What the item must have with it, directly or not, and what it may have: that, and what is not judged."""
        taken = self.judged.overlapping(index)
        return self._walk(index, taken, lenient=False), self._walk(index, taken, lenient=True)

    def _walk(self, index: int, taken: set[int], lenient: bool) -> set[int]:
        found: set[int] = set()
        waiting = [index]
        while waiting:
            look = self.look(waiting.pop())
            following = look.needed.keys() | look.may if lenient else set(look.needed)
            waiting += following - found - taken
            found |= following - taken
        return found

    def _impls(self, index: int, tried: set[int]) -> None:
        score, judged = self.score, self.judged
        needed = judged.used(judged.spans(index), judged.impl_uses)
        proposed = (self.look(index).impls | set(self.look(index).proposed)) & tried
        score.impl_right += len(proposed & set(needed))
        for each in proposed - set(needed):
            score.impl_wrong += 1
            self._miss("wrong impl", index, each, judged.first_need(index, each))
        for each in set(needed) - proposed:
            score.impl_missing += 1
            self._miss("missing impl", index, each, needed[each][0].at)

    def blocks_of(self, imports: FileTruth | None) -> None:
        """Make a block of every fourth item, and count those in which a name is missing."""
        score = self.score
        for index in list(self.judged.users())[::BLOCK_STEP]:
            block = judged_block(self.judged, imports or _NOTHING, index)
            score.blocks += 1
            score.blocks_missing_helpers += bool(block.missing_helpers)
            if imports is not None:
                score.blocks_judged += 1
                score.blocks_missing += bool(block.missing_helpers or block.missing_imports)
                score.blocks_names += block.names
                score.blocks_unused += block.unused

    def _miss(self, what: str, user: int, helper: int, at: int) -> None:
        file = self.judged.file
        line = file.lookup.file.line(at) if at >= 0 else 0
        text = file.data.split(b"\n")[line - 1].decode("utf-8", "replace").strip() if line else ""
        item = file.items[helper]
        kind = "method" if item.wrap is not None else item.kind.removesuffix("_item")
        shape = shape_of(file.lookup.file.tree.root_node, at) if at >= 0 else "unknown"
        cause = f"{what}: {kind}, {shape}" if not what.endswith("impl") else f"{what}, {shape}"
        self.misses.append(Miss(cause, file.path, file.items[user].path, item.path, line, text[:120]))


def score_files(
    files: Mapping[str, Opened], truth: Truth, imports: ImportTruth | None = None
) -> tuple[Score, list[Miss]]:
    """The score of a crate's files, added up, and all that disagrees. Tables of constants are left out.

    Blocks are scored where it is known which imports are needed.
    """
    total = Score()
    misses: list[Miss] = []
    for file in files.values():
        if len(file.items) > MOST_ITEMS:
            continue
        scored = Scored(Judged(file, truth))
        scored.run()
        scored.blocks_of(imports.files.get(file.path) if imports is not None else None)
        total.add(scored.score)
        misses += scored.misses
    return total, misses


_HEAD = (
    "| | items | direct precision | certain alone | recall | exact | closures exact | certain alone "
    "| impls precision | recall | not judged | blocks | without a helper | judged with imports | without a name "
    "| unused imports |\n|---|" + "---:|" * 15
)


def row(name: str, score: Score) -> str:
    """One line of the table, in per cent."""
    cells = (
        name,
        f"{score.items:,}",
        ratio(score.right, score.wrong),
        ratio(score.certain_right, score.certain_wrong),
        ratio(score.right, score.missing),
        ratio(score.direct_exact, score.items - score.direct_exact),
        ratio(score.closures_exact, score.closures - score.closures_exact),
        ratio(score.closures_exact_certain, score.closures - score.closures_exact_certain),
        ratio(score.impl_right, score.impl_wrong),
        ratio(score.impl_right, score.impl_missing),
        f"{score.unjudged:,}",
        f"{score.blocks:,}",
        ratio(score.blocks_missing_helpers, score.blocks - score.blocks_missing_helpers),
        f"{score.blocks_judged:,}",
        ratio(score.blocks_missing, score.blocks_judged - score.blocks_missing),
        ratio(score.blocks_unused, score.blocks_names - score.blocks_unused),
    )
    return "| " + " | ".join(cells) + " |"


def table(scores: Mapping[str, Score], total: str) -> str:
    """A table by crate with their sum at its head."""
    whole = Score()
    for score in scores.values():
        whole.add(score)
    lines = [row(f"**{total}: {len(scores)} crates**", whole)]
    return "\n".join([_HEAD, *lines, *(row(name, scores[name]) for name in sorted(scores))])


def page_of_misses(misses: Sequence[tuple[str, Miss]], samples: int = 40) -> str:
    """Misses by cause, most frequent first, with samples of each; pairs of crate and miss."""
    by_cause: dict[str, list[tuple[str, Miss]]] = {}
    for crate, miss in misses:
        by_cause.setdefault(miss.cause, []).append((crate, miss))
    parts: list[str] = []
    for cause, found in sorted(by_cause.items(), key=lambda each: -len(each[1])):
        step = max(1, len(found) // samples)
        shown = found[::step][:samples]
        parts.append(f"## {cause}: {len(found)}\n")
        parts += [
            f"- {crate} {miss.path}:{miss.line} in `{miss.user}`: `{miss.helper}`\n      {miss.text}"
            for crate, miss in shown
        ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Score what is stored, ask rustc for what is not, print both tables, write the misses if wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--crates", type=Path, required=True, help="a directory source: one folder a crate")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where calls of rustc and truth are kept")
    parser.add_argument("--only", nargs="*", default=(), help="names of crates")
    parser.add_argument("--stored", action="store_true", help="only crates whose truth is in the cache")
    parser.add_argument("--split", choices=("development", "unseen", "both"), default="both")
    parser.add_argument("--misses", type=Path, help="where to write misses of development crates")
    chosen = parser.parse_args()
    scores: dict[bool, dict[str, Score]] = {True: {}, False: {}}
    misses: list[tuple[str, Miss]] = []
    for crate in find_crates(chosen.crates, chosen.cache):
        seen = is_development(crate.name)
        stored = (chosen.cache / "helpers" / f"{crate.key}.json").exists()
        if chosen.split == ("unseen" if seen else "development") or crate.name in WITHOUT:
            continue
        if (chosen.only and crate.name not in chosen.only) or (chosen.stored and not stored):
            continue
        files = files_of(crate)
        truth = truth_of(crate, chosen.cache / "helpers", files)
        if truth.failed:
            print(f"{crate.key}: {truth.failed}", file=sys.stderr)
            continue
        scores[seen][crate.key], found = score_files(files, truth, _imports(crate, chosen.cache))
        misses += [(crate.key, miss) for miss in found if seen]
        print(row(crate.key, scores[seen][crate.key]), file=sys.stderr)
    for seen, name in ((True, "development"), (False, "never looked at")):
        if scores[seen]:
            print(table(scores[seen], name), end="\n\n")
    if chosen.misses is not None:
        chosen.misses.write_text(page_of_misses(misses), "utf-8")


def _imports(crate: Crate, cache: Path) -> ImportTruth | None:
    """Which imports the crate's items need, if that is known already."""
    known = cache / "imports" / f"{crate.key}.json"
    return import_truth_of(crate, cache) if known.exists() else None


if __name__ == "__main__":
    main()
