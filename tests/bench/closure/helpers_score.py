"""How far proposed helpers agree with rustc: `python -m tests.bench.closure.helpers_score`.

Three counts. *Direct*: what an item itself uses of its file. *Closure*: an item is exact if everything it needs,
directly or not, is in the tree of helpers, and nothing else is. *Impls*: impls of traits, a tier of their own.

A proposal that rustc cannot judge is neither right nor wrong: items made by macro calls or left out by `cfg`, names
that only an attribute spells, what stands in macros' bodies, and structs of which only a field is read. How many
those are is counted too.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Node

from app.rust.closure import Branch, Helper, closure, helpers
from tests.bench.closure.compiling import CACHE, find_crates
from tests.bench.closure.helpers_truth import (
    Mark,
    Opened,
    Truth,
    Use,
    files_of,
    is_deprecable,
    is_trait_impl,
    truth_of,
)

_WHOLE = frozenset({"impl_item", "trait_item"})
_BLIND = frozenset({"macro_definition", "macro_invocation"})
"""Of what these use rustc tells only what is expanded."""
_Range = tuple[int, int]


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
    blocks_missing: int = 0
    """Blocks in which a name is missing: an import or a helper."""
    blocks_unused: int = 0
    """Imported names in blocks that nothing uses."""
    blocks_names: int = 0
    """Imported names in blocks."""

    def add(self, other: Score) -> None:
        """Add another's counts."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def ratio(part: int, rest: int) -> str:
    """`part` of `part + rest` in per cent, one decimal; a dash if there is nothing."""
    return f"{100 * part / (part + rest):.1f}" if part + rest else "-"


@dataclass
class Judged:
    """One file of a crate and what rustc says of it."""

    file: Opened
    truth: Truth

    @cached_property
    def uses(self) -> list[Use]:
        """Uses of this file's items in this file, in source order."""
        path = self.file.path
        return sorted(use for use in self.truth.uses if use.path == path == use.used.path)

    @cached_property
    def impl_uses(self) -> list[Use]:
        """Needs of this file's impls of traits in this file."""
        path = self.file.path
        return sorted(use for use in self.truth.impl_uses if use.path == path == use.used.path)

    @cached_property
    def by_start(self) -> dict[int, int]:
        """Items by their first byte."""
        return {item.name_start: index for index, item in enumerate(self.file.items)}

    def mark(self, index: int) -> Mark:
        """What names the item in the truth."""
        return Mark(self.file.path, self.file.items[index].name_start)

    def users(self) -> Iterator[int]:
        """The items that are scored: what a person can take, and rustc compiles."""
        for index, item in enumerate(self.file.items):
            whole = item.kind in _WHOLE and (item.kind == "trait_item" or is_trait_impl(self.file, index))
            alone = is_deprecable(self.file, index) and item.kind != "macro_definition"
            if (
                (whole or alone)
                and not item.test
                and not item.broken
                and self.mark(index) in self.truth.compiled
            ):
                yield index

    def spans(self, index: int) -> list[_Range]:
        """What taking the item puts into a block: itself, and the header of the impl around it."""
        item = self.file.items[index]
        return [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])

    def used(self, spans: Sequence[_Range], uses: Iterable[Use]) -> dict[int, list[Use]]:
        """What stands outside the spans and is used in them, by item."""
        found: dict[int, list[Use]] = {}
        items = self.file.items
        for use in uses:
            index = self.by_start.get(use.used.start)
            if index is None or not any(start <= use.at < end for start, end in spans):
                continue
            item = items[index]
            if not any(start < item.end and item.start < end for start, end in spans):
                found.setdefault(index, []).append(use)
        return found

    def needed(self, spans: Sequence[_Range]) -> tuple[dict[int, list[Use]], set[int]]:
        """What the spans use by name, and what they only read a field of."""
        found = self.used(spans, self.uses)
        named = {index: [use for use in uses if use.noun != "field"] for index, uses in found.items()}
        sure = {index: uses for index, uses in named.items() if uses}
        return sure, set(found) - set(sure)

    def is_told(self, index: int) -> bool:
        """Whether rustc would say so if the item were used."""
        return self.mark(index) in self.truth.told

    def is_spelled_out_of_sight(self, spans: Sequence[_Range], index: int) -> bool:
        """Whether all that names the item stands where rustc does not look: attributes, code that `cfg` leaves out."""
        facts = self.file.facts
        needs = [need for start, end in spans for need in facts.needs_of(start, end)]
        items = self.file.items
        places = [n.at for n in needs if n.item >= 0 and index in (n.item, items[n.item].whole)]
        return bool(places) and all(_is_hidden(facts.tree.root_node, at) for at in places)


def _is_hidden(root: Node, at: int) -> bool:
    node = root.descendant_for_byte_range(at, at + 1)
    while node is not None:
        if node.type in ("attribute_item", "inner_attribute_item"):
            return True
        above = node.prev_named_sibling
        while above is not None and above.type in ("attribute_item", "line_comment", "block_comment"):
            if b"cfg" in (above.text or b"") and above.type == "attribute_item" and not _is_item(node):
                return True
            above = above.prev_named_sibling
        node = node.parent
    return False


def _is_item(node: Node) -> bool:
    return node.type.endswith(("_item", "_definition")) and node.parent is not None


def flat(branches: Iterable[Branch]) -> Iterator[Helper]:
    """All helpers of a tree."""
    for branch in branches:
        yield branch.helper
        yield from flat(branch.children)


@dataclass
class Scored:
    """The scores of one file, with what disagrees."""

    judged: Judged
    score: Score = field(default_factory=Score)
    misses: list[Miss] = field(default_factory=list)

    def run(self) -> None:
        """Score every item of the file."""
        for index in self.judged.users():
            self._direct(index)
            self._closure(index)
            self._impls(index)

    def _direct(self, index: int) -> None:
        judged, score, file = self.judged, self.score, self.judged.file
        spans = judged.spans(index)
        proposed = {
            each.index: each
            for each in helpers(file.data, file.facts.tree, file.items, spans, file.facts)
            if each.tier == 1
        }
        needed, soft = judged.needed(spans)
        exact = True
        for at, uses in needed.items():
            if at not in proposed:
                score.missing += 1
                exact = False
                self._miss("missing", index, at, uses[0].at)
        for at, helper in proposed.items():
            certain = helper.certainty == "certain"
            if at in needed:
                score.right += 1
                score.certain_right += certain
            elif at in soft or not judged.is_told(at) or judged.is_spelled_out_of_sight(spans, at):
                score.unjudged += 1
            else:
                score.wrong += 1
                score.certain_wrong += certain
                exact = False
                self._miss(f"wrong, {helper.certainty}", index, at, self._first(spans, at))
        score.items += 1
        score.direct_exact += exact

    def _first(self, spans: Sequence[_Range], index: int) -> int:
        """The first byte that made the resolver think of the item; -1 if it is not known."""
        items, facts = self.judged.file.items, self.judged.file.facts
        found = [
            need.at
            for start, end in spans
            for need in facts.needs_of(start, end)
            if need.item >= 0 and index in (need.item, items[need.item].whole)
        ]
        return min(found, default=-1)

    def _closure(self, index: int) -> None:
        judged, score, file = self.judged, self.score, self.judged.file
        spans = judged.spans(index)
        tree = closure(file.data, file.facts.tree, file.items, spans, facts=file.facts)
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
        taken = self._overlapping(index)
        must = self._walk(index, taken, lenient=False)
        return must, self._walk(index, taken, lenient=True)

    def _overlapping(self, index: int) -> set[int]:
        spans = self.judged.spans(index)
        items = self.judged.file.items
        return {i for i, item in enumerate(items) if any(s < item.end and item.start < e for s, e in spans)}

    def _walk(self, index: int, taken: set[int], lenient: bool) -> set[int]:
        found: set[int] = set()
        waiting = [index]
        while waiting:
            at = waiting.pop()
            must, may = self._edges(at)
            for each in (must | may if lenient else must) - found - taken:
                found.add(each)
                waiting.append(each)
        return found

    def _edges(self, index: int) -> tuple[set[int], set[int]]:
        known = self._known.get(index)
        if known is None:
            judged, file = self.judged, self.judged.file
            spans = judged.spans(index)
            needed, soft = judged.needed(spans)
            every = helpers(file.data, file.facts.tree, file.items, spans, file.facts)
            blind = file.items[index].kind in _BLIND or judged.mark(index) not in judged.truth.compiled
            may = {
                each.index
                for each in every
                if each.tier == 1
                and (
                    blind
                    or not judged.is_told(each.index)
                    or judged.is_spelled_out_of_sight(spans, each.index)
                )
            }
            known = self._known[index] = (set(needed), may | soft)
        return known

    _known: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)

    def _impls(self, index: int) -> None:
        judged, score, file = self.judged, self.score, self.judged.file
        spans = judged.spans(index)
        tried = {i for i in judged.by_start.values() if judged.mark(i) in judged.truth.impls}
        proposed = {
            each.index
            for each in helpers(file.data, file.facts.tree, file.items, spans, file.facts)
            if each.index in tried and each.tier != 2
        }
        needed = set(judged.used(spans, judged.impl_uses))
        score.impl_right += len(needed & proposed)
        score.impl_wrong += len(proposed - needed)
        score.impl_missing += len(needed - proposed)

    def _miss(self, what: str, user: int, helper: int, at: int) -> None:
        file = self.judged.file
        line = file.facts.line(at) if at >= 0 else 0
        text = file.data.split(b"\n")[line - 1].decode("utf-8", "replace").strip() if line else ""
        item = file.items[helper]
        kind = "method" if item.wrap is not None else item.kind.removesuffix("_item")
        name = item.path
        self.misses.append(Miss(f"{what}: {kind}", file.path, file.items[user].path, name, line, text[:120]))


def score_files(files: Mapping[str, Opened], truth: Truth) -> tuple[Score, list[Miss]]:
    """The score of a crate's files, added up, and all that disagrees."""
    total = Score()
    misses: list[Miss] = []
    for file in files.values():
        scored = Scored(Judged(file, truth))
        scored.run()
        total.add(scored.score)
        misses += scored.misses
    return total, misses


_HEAD = (
    "| | items | direct precision | certain alone | recall | exact | closures exact | certain alone "
    "| impls precision | recall | not judged |\n|---|" + "---:|" * 10
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
    parser.add_argument("--split", choices=("development", "unseen", "both"), default="both")
    parser.add_argument("--misses", type=Path, help="where to write misses of development crates")
    chosen = parser.parse_args()
    scores: dict[bool, dict[str, Score]] = {True: {}, False: {}}
    misses: list[tuple[str, Miss]] = []
    for crate in find_crates(chosen.crates, chosen.cache):
        seen = is_for_development(crate.name)
        if (chosen.only and crate.name not in chosen.only) or chosen.split == (
            "unseen" if seen else "development"
        ):
            continue
        files = files_of(crate)
        truth = truth_of(crate, chosen.cache / "helpers", files)
        if truth.failed:
            print(f"{crate.key}: {truth.failed}", file=sys.stderr)
            continue
        scores[seen][crate.key], found = score_files(files, truth)
        misses += [(crate.key, miss) for miss in found if seen]
        print(row(crate.key, scores[seen][crate.key]), file=sys.stderr)
    for seen, name in ((True, "development"), (False, "never looked at")):
        if scores[seen]:
            print(table(scores[seen], name), end="\n\n")
    if chosen.misses is not None:
        chosen.misses.write_text(page_of_misses(misses), "utf-8")


def is_for_development(name: str) -> bool:
    """Whether a crate's misses may be read while the resolver is improved."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 100 < 40


if __name__ == "__main__":
    main()
