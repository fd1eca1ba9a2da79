"""What a check says, and what it is told. Places are characters of the named text, 0-based, end exclusive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from app.base.letters import spelt_out
from app.records.finding import Field, Finding, Severity

Family = Literal["structure", "block", "spec", "request", "think", "set", "language"]

NOTHING: Mapping[str, str] = MappingProxyType({})


class Hit(NamedTuple):
    """What a check found, before its rule gives it a code, a severity and a remedy."""

    field: Field
    message: str
    start: int | None = None
    """First character of the field; None for all of it."""
    end: int | None = None
    """One past the last character; None with `start`."""
    severity: Severity | None = None
    """Another than its rule's; what the spec sets goes before both."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a check reads of a draft, a revision, or anything like them."""

    user: str
    think: str
    block: str
    """The composed code; empty where nothing is selected."""


class SpanFact(NamedTuple):
    """What a check needs of a span."""

    role: str
    item: str
    """Item path, or `lines 3-9`."""
    path: str
    start: int
    """First character of the block."""
    end: int
    """One past the last character."""
    whole: bool = True
    """Whether it is an item, or a container's header or end, and no piece of one."""


class Strange(NamedTuple):
    """A place in or at the block's code whose syntax is not understood."""

    item: str
    """Item path of the span."""
    path: str
    line: int
    """1-based line of the file."""
    start: int
    """First character of the block."""
    end: int
    """One past the last character; as `start` where a token is missing."""


class LikelyImport(NamedTuple):
    """An import that the code seems to need, and that is the only explanation of a method it calls."""

    text: str
    """As written in the source."""
    method: str


class Near(NamedTuple):
    """Another record that says nearly the same in one field."""

    record: str
    topic: str
    share: int
    """How alike, per cent."""
    same: bool
    """Whether it is the same but for capitals, white space and marks."""


class WordRun(NamedTuple):
    """A row of words that another record's reasoning has too."""

    record: str
    topic: str
    first: int
    """Number of its first word in the reasoning, 0-based."""
    words: int


class BenchmarkRun(NamedTuple):
    """A row of words that a benchmark file has too."""

    field: Field
    start: int
    """First character of the field."""
    end: int
    """One past the last character."""
    words: int
    where: str
    """File and 1-based line, `bench.jsonl:3`; not safe to show as it is."""


class Others(Protocol):
    """The other records, as far as the set's checks ask for them; `app.checks.near_duplicates.View` is one."""

    def near(self, field: Field, overlap: int, ratio: int) -> Near | None:
        """The record most like this one in a field, if overlap or ratio (per cent) are reached."""

    def paraphrase(self, field: Field, share: int) -> Near | None:
        """The record that says most nearly the same in other words, if so much (per cent) of them is alike."""

    def shared_run(self, words: int) -> WordRun | None:
        """The longest row of at least so many words that another reasoning shares with this one."""

    def openings(self, field: Field, words: int) -> int:
        """How many other records of the topic begin with the same words."""

    def from_file(self) -> tuple[str, int, int]:
        """The main file of this record, how many of the topic's records come from it, and how many there are."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check is told besides the texts. What is None or empty is not known, and nothing is said of it."""

    crates: tuple[str, ...] = ()
    """The topic's required crates."""
    test_items: tuple[str, ...] = ()
    """Item paths in the block that are inside test code."""
    allow_tests: bool = False
    """The topic's spec allows test code."""
    roles: tuple[str, ...] | None = None
    """Roles of the block's spans."""

    spans: tuple[SpanFact, ...] | None = None
    """The block's spans in their order."""
    altered: tuple[str, ...] = ()
    """Names (path and item) of spans whose bytes are not the source's."""
    bare_items: tuple[str, ...] = ()
    """Item paths of spans that begin after their item's own attributes or comments."""
    strange: tuple[Strange, ...] = ()
    """Places in or at the block's code that are not understood."""
    missing_imports: tuple[str, ...] = ()
    """Imports that the code certainly needs and the block lacks, as written in the source."""
    likely_imports: tuple[LikelyImport, ...] = ()
    """Imports that the block lacks, and that alone explain a method it calls, though syntax cannot prove it."""
    asked_imports: int = 0
    """How many imports of the files the block lacks that its code needs not, where the topic asks for every one."""
    unused_imports: tuple[str, ...] = ()
    """Imports that the block's code does not use, as written in the source; none where it has every one there is."""
    licence: str | None = None
    """The SPDX expression that applies; empty where there is none."""

    crates_used: frozenset[str] | None = None
    """Crates that the block's files really use."""
    file_names: frozenset[str] = frozenset()
    """Identifiers of the block's files."""
    known: Callable[[str], bool] | None = None
    """Whether the repository's index has an identifier."""

    packages: frozenset[str] | None = None
    """Crates that the block's files may use, by their manifest and lock file."""
    constants: frozenset[float] = frozenset()
    """Numbers in the constants of the block's files."""
    documented: tuple[str, ...] = ()
    """What the comments of the block's files and the repository's README say."""
    own_helpers: tuple[str, ...] = ()
    """Item paths of private helpers that the code certainly needs, that only it uses, and that it lacks."""

    error_types: tuple[str, ...] = ()
    """Item paths of error types of its files that the block's code returns and lacks, where the topic asks for them."""

    exclude_items: tuple[str, ...] = ()
    """The spec's patterns of item paths that are left out."""
    files: frozenset[str] | None = None
    """The topic's own files, sources and related."""
    traits: tuple[str, ...] = ()
    trait_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words of which any treats a trait, where the spec has some for it."""
    focus_words: tuple[str, ...] = ()
    request_examples: tuple[str, ...] = ()
    reasoning_examples: tuple[str, ...] = ()
    target: tuple[int, int] | None = None
    """The least and the most records the topic aims for."""
    stock_phrases: tuple[str, ...] = ()
    """The spec's own, besides those in the data file."""

    typed: int | None = None
    """Characters typed."""
    pasted: int | None = None
    """Characters pasted."""
    rapid: int = 0
    """Characters that came as keys, faster than hands type."""

    tokens: int | None = None
    """Tokens of the whole line, by the spec's vocabulary."""
    vocabulary: str = ""
    """The vocabulary's name."""

    overlaps: tuple[BenchmarkRun, ...] = ()
    """What benchmark files have too; empty in a run that is given none."""
    others: Others | None = None
    """The other records."""
    severities: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Code → `error`, `warning`, `hint` or `off`, where the spec sets it."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the spec sets, by their names in `app.records.check_codes.LIMITS`."""


def shown(text: str, limit: int = 48) -> str:
    """A text as it may stand in a message: one line, nothing that a terminal acts on, cut after `limit`."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return spelt_out(cut)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that block saving: what was waived does not."""
    return tuple(found for found in findings if found.severity == "error" and not found.waived)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among them, without what was waived; None where there is nothing to say."""
    found = {finding.severity for finding in findings if not finding.waived}
    grades: tuple[Severity, ...] = ("error", "warning", "hint")
    return next((grade for grade in grades if grade in found), None)
