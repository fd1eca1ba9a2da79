"""What a repository proposes for a spec that a document left open: related files, and items to be left out.

Proposals stand in the spec for a person to keep or strike; nothing here decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.base.text import many
from app.errors import BackspanError
from app.project.topics.claims import spellings, word_pattern
from app.project.topics.prompts.conversion import Conversion
from app.repository.snapshot import Snapshot
from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.rust.items import Item, outline
from app.rust.needs.crate_files import CrateFiles, Read
from app.rust.needs.modules import module_path
from app.rust.syntax import parse

_MOST_RELATED = 6
_ENOUGH = 3
"""Files of the sources' own crates with which no other crate's are proposed."""
_MOST_EXCLUDED = 20
_MOST_SOURCES = 50
_SIDE = re.compile(r"(?:^|/)(?:tests?|benches|examples|fixtures|target|vendor)/|(?:^|/|_)tests?\.rs$")
"""Paths of code that is not what a topic is about."""
_EVERYWHERE = ("struct Error", "enum Error", "type Error", "type Result")
"""Items that any file names, whatever it is about."""
_COMMON_TEXT = (
    "calculation logic pattern function operation error type state machine general module code anything "
    "everything all any the of for from with and or to in on its handling definition implementation helper "
    "test"
)
_COMMON = frozenset(_COMMON_TEXT.split())
"""Words of an exclude sentence, without an s at their end, that name no item by themselves."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry for a list of a spec."""

    value: str
    """A path, or an item path as a pattern."""
    why: str
    """In words; not safe to print as it is."""


def propose(fields: Mapping[str, Any], snapshot: Snapshot) -> dict[str, tuple[Proposal, ...]]:
    """What to put under `related` and `exclude_items`, where the fields say nothing of them, likeliest first.

    `fields` are keys of `Spec`. Raises `SourceError` if the repository itself cannot be read.
    """
    sources = snapshot.match(fields.get("sources", ()))[:_MOST_SOURCES]
    code = _Code(snapshot)
    made: dict[str, tuple[Proposal, ...]] = {}
    if sources and not fields.get("related"):
        made["related"] = tuple(_related(code, sources, fields.get("focus_words", ())))[:_MOST_RELATED]
    if sources and not fields.get("exclude_items"):
        found = _excluded(code, sources, fields.get("exclude", ()), fields.get("focus_words", ()))
        made["exclude_items"] = tuple(found)[:_MOST_EXCLUDED]
    return {key: proposals for key, proposals in made.items() if proposals}


def with_proposals(conversion: Conversion, proposals: Mapping[str, Sequence[Proposal]]) -> Conversion:
    """The conversion with what was proposed as values, each told as a proposal in the spec's comments."""
    fields = {
        **conversion.fields,
        **{key: tuple(one.value for one in some) for key, some in proposals.items()},
    }
    reasons = dict(conversion.reasons)
    for key, some in proposals.items():
        told = [f"  {one.value}: {one.why}" for one in some]
        reasons[key] = (
            "Proposed from the repository, because the document names none; strike what is wrong:",
            *told,
        )
    return replace(conversion, fields=fields, reasons=reasons)


class _Code:
    """Files of a snapshot, each read and parsed once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.files = CrateFiles(lambda path: path in snapshot, self._read)

    def _read(self, path: str) -> Read:
        data = self.snapshot.read(path).data
        tree = parse(data)
        if tree is None:
            raise BackspanError(f"{path} was not parsed")
        return data, tree, outline(data, tree)

    def items(self, path: str) -> Sequence[Item]:
        """A file's items without tests; none if it cannot be read."""
        try:
            return [item for item in self.files.lookup(path).file.items if not item.test]
        except BackspanError:
            return ()


def _related(code: _Code, sources: Sequence[str], words: Sequence[str]) -> Iterator[Proposal]:
    """Files that the sources call or that hold the focus words: those of their crates first, then by how telling."""
    called, held = _called(code, sources), _held(code.snapshot, words)
    scores = {path: sum(score for score, _ in told.values()) for path, told in held.items()}
    best = max(scores.values(), default=1.0) or 1.0
    wanted = [path for path in {**called, **scores} if path not in sources and not _SIDE.search(path)]

    crates = tuple(f"{module_path(source)[0]}/" for source in sources)

    def rank(path: str) -> tuple[bool, float, str]:
        telling = scores.get(path, 0.0) / best + 0.25 * min(len(called.get(path, ())), 4)
        return not path.startswith(crates), -telling, path

    if sum(path.startswith(crates) for path in wanted) >= _ENOUGH:
        wanted = [path for path in wanted if path.startswith(crates)]
    for path in sorted(wanted, key=rank):
        why = []
        if names := called.get(path):
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            why.append(f"the sources name its {', '.join(names[:3])}{more}")
        if told := held.get(path):
            most = sorted(told, key=lambda word: -told[word][0])[:3]
            counted = [f"{word} ({many(told[word][1], 'line')})" for word in most]
            why.append(f"it holds {', '.join(counted)}")
        yield Proposal(path, "; ".join(why))


def _called(code: _Code, sources: Sequence[str]) -> dict[str, list[str]]:
    """The crate's files whose items the sources name, with the items' paths."""
    found: dict[str, list[str]] = {}
    for source in sources:
        try:
            lookup = code.files.lookup(source)
        except BackspanError:
            continue
        root = module_path(source)[0]
        for index, item in enumerate(lookup.file.items):
            for _, place in lookup.abroad(index) if not item.test else ():
                file, named = code.files.file_of(root, place.module), place.file.items[place.index]
                if (
                    file
                    and named.kind not in ("mod_item", "use_declaration")
                    and named.path not in _EVERYWHERE
                ):
                    names = found.setdefault(file, [])
                    names += [named.path] if named.path not in names else []
    return found


def _held(snapshot: Snapshot, words: Sequence[str]) -> dict[str, dict[str, tuple[float, int]]]:
    """Files that hold focus words: to each word how telling it is there, and in how many lines.

    A word that is in half of all files tells nothing.
    """
    everywhere = max(len(snapshot.files()), 1)
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for word in words:
        wanted = re.compile(word_pattern(word))
        lines: dict[str, int] = {}
        for hit in snapshot.grep(spellings(word)):
            if wanted.search(hit.text):
                lines[hit.path] = lines.get(hit.path, 0) + 1
        rare = math.log(everywhere / max(len(lines), 1)) if everywhere > 3 else 1.0
        for path, count in lines.items() if rare > math.log(2) else ():
            found.setdefault(path, {})[word] = (rare * (1 + math.log(count)), count)
    return found


def _excluded(
    code: _Code, sources: Sequence[str], sentences: Sequence[str], focus: Sequence[str]
) -> Iterator[Proposal]:
    """Items of the sources whose names hold the words of an exclude sentence, and none of the focus."""
    meant = {_stem(word.lower()) for word in focus}
    wanted = [(phrase, words) for one in sentences for phrase, words in _phrases(one)]
    seen: set[str] = set()
    for source in sources:
        for item in code.items(source):
            if item.kind in ("use_declaration", NOT_UNDERSTOOD) or item.path in seen:
                continue
            own = _words(item.path)
            found = next((phrase for phrase, words in wanted if _fits(words, own, meant)), "")
            if found:
                seen.add(item.path)
                yield Proposal(_pattern(item.path), f'its name has the words of "{found}"')


def _phrases(sentence: str) -> Iterator[tuple[str, list[str]]]:
    """The things that an exclude sentence names, each with its telling words."""
    bare = re.sub(r"\([^()]*\)", "", sentence)
    for phrase in re.split(r"[/,;]|\b(?:and|or)\b", bare):
        words = [_stem(word.lower()) for word in re.findall(r"[A-Za-z]{3,}", phrase)]
        if telling := [word for word in words if word not in _COMMON]:
            yield phrase.strip(), telling


def _fits(words: Sequence[str], own: set[str], focus: set[str]) -> bool:
    """Whether a name has all of the words, or the last one, on which the others hang; and nothing of the focus."""
    return (
        (set(words) <= own or words[-1] in own)
        and not (own & (focus - set(words)))
        and not set(words) <= focus
    )


def _words(path: str) -> set[str]:
    """The words of an item's path, without its generic arguments and its kind."""
    bare = re.sub(
        r"<[^<>]*>", "", re.sub(r"^(?:impl|const|static|struct|enum|trait|type|mod|union|macro)\b", "", path)
    )
    return {_stem(word.lower()) for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", bare)}


def _stem(word: str) -> str:
    for ending, stem in (("ies", "y"), ("s", "")):
        if word.endswith(ending) and len(word) > 4:
            return word.removesuffix(ending) + stem
    return word


def _pattern(path: str) -> str:
    """An item path as a pattern that means it alone."""
    return re.sub(r"[\[*?]", r"[\g<0>]", path)
