"""A topic's spec: what is to be annotated, from where, and by which rules (`specs/<topic>.toml`)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.types import Strict
from pydantic_core import ErrorDetails

from app.base.globs import LONGEST, check_pattern, glob_of
from app.base.letters import person
from app.base.text import did_you_mean, nearest, printable
from app.base.toml_lines import Key, key_lines, line_of
from app.errors import SpecError
from app.project.topics.prompt_document import check_place
from app.project.topics.titles import parse_toml, read_text, spec_files, topic_name
from app.records.check_codes import CODES, FIXED, LIMITS, VOCABULARY_NAMES

Imports = Literal["none", "whole", "pruned", "all"]
"""Which `use` declarations a new block starts with: none; those needed, whole; those, cut to the names; every one."""

Assign = Literal["all", "round-robin", "file", "share"]
"""Who reviews which record: everybody all; in turns; the same people a file; drawn by hash."""

SAMPLE = "sample:webhook"
"""The repository URL of the crate that comes with backspan."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OUTPUT = re.compile(r"[^./\\:*?\"<>|\s-][^/\\:*?\"<>|\s]*\.jsonl")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SECRET = re.compile(r"https?://[^/]*@|[a-z0-9+.-]+://[^/@]*:[^/]*@", re.IGNORECASE)
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_MOST = 1_000
"""Entries of a list of which each is looked for in every file or text."""
_SCHEMES = ("https", "http", "ssh", "git", "file")


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    if found := _CONTROL.search(text):
        raise ValueError(f"must be one line without control characters, but holds {found.group()!a}")
    return text


def _prose(text: str) -> str:
    if found := _CONTROL.search(text.replace("\n", "").replace("\t", "")):
        raise ValueError(f"holds the control character {found.group()!a}")
    return text


def _some_prose(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return _prose(text)


def _glob(pattern: str) -> str:
    return glob_of(pattern).text


def _phrase(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters, not {len(text):,}")
    return _one_line(text)


def _output(name: str) -> str:
    if not _OUTPUT.fullmatch(name) or _CONTROL.search(name) or len(name.encode()) > 200:
        raise ValueError(
            "must be a bare file name that ends in .jsonl: no folder, no space, not beginning with . or -"
        )
    return name


def _crate(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise ValueError("must be a crate's name, such as tokio or serde_json")
    return name


def _url(url: str) -> str:
    _one_line(url)
    scheme = _SCHEME.match(url)
    if url.startswith("-") or _HELPER.match(url) or (scheme and scheme.group(1).lower() not in _SCHEMES):
        raise ValueError(f"must be a {', '.join(_SCHEMES)} URL, a path, or {SAMPLE}")
    if url.startswith("sample:") and url != SAMPLE:
        raise ValueError(f"the only sample is {SAMPLE}")
    if _SECRET.match(url):
        raise ValueError("must not hold a password or token: the URL goes into every record")
    return url


def _commit(name: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        raise ValueError("must be a full commit id: 40 (or 64) digits of 0-9a-f; give names as branch")
    return name


def _branch(name: str) -> str:
    _one_line(name)
    if re.search(r"[\s~^:?*\[\\]|\.\.|@\{|//|/\.", name) or name.startswith(("-", "/", ".")):
        raise ValueError("cannot be a branch's or tag's name")
    if name.endswith(("/", ".", ".lock")):
        raise ValueError("cannot be a branch's or tag's name")
    return name


def _severities(table: dict[str, str]) -> dict[str, str]:
    for code in table:
        if code not in CODES:
            near = nearest(code.upper(), CODES)
            raise ValueError(f"there is no check {code!a}" + did_you_mean(near, lead="; "))
        if code in FIXED:
            raise ValueError(f"{code} cannot be set: a record that it speaks of would be lost")
    return table


def _limits(table: dict[str, int]) -> dict[str, int]:
    for name, value in table.items():
        if name not in LIMITS:
            near = nearest(name.lower(), tuple(LIMITS))
            raise ValueError(f"there is no limit {name!a}" + did_you_mean(near, lead="; "))
        least, most = LIMITS[name].least, LIMITS[name].most
        if not least <= value <= most:
            raise ValueError(f"{name} must be between {least:,.0f} and {most:,.0f}, not {value:,}")
    return table


def _vocabulary(name: str) -> str:
    if name and name not in VOCABULARY_NAMES:
        near = nearest(name.lower(), VOCABULARY_NAMES)
        hint = did_you_mean(near, f"there is {', '.join(VOCABULARY_NAMES)}")
        raise ValueError(f"there is no vocabulary {name!a}; {hint}")
    return name


def _trait_words(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for trait, words in table.items():
        if not words:
            raise ValueError(f"no word is given for {trait!a}")
        for word in words:
            if not re.search(r"\w", word):
                raise ValueError(f"{word!a} is no word")
    return table


def _people(given: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(map(person, given))
    for at, name in enumerate(names):
        if len(name) > 200:
            raise ValueError(f"a name has at most 200 characters, not {len(name)}")
        if name != name.strip():
            raise ValueError(f"{name!a} has white space around it")
        if name in names[:at]:
            raise ValueError(f"{name!a} stands there twice")
    return names


Line = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(_prose)]
Glob = Annotated[str, AfterValidator(_glob)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Phrase = Annotated[str, AfterValidator(_phrase)]
# TOML knows lists only, which strict mode would not take for a tuple; what is in them stays strict.
Lines = Annotated[tuple[Line, ...], Strict(False)]
Globs = Annotated[tuple[Glob, ...], Strict(False), Field(max_length=_MOST)]
Patterns = Annotated[tuple[Pattern, ...], Strict(False), Field(max_length=_MOST)]
Phrases = Annotated[tuple[Phrase, ...], Strict(False), Field(max_length=_MOST)]
Crates = Annotated[tuple[Annotated[str, AfterValidator(_crate)], ...], Strict(False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class RepositoryRef(_Table):
    """Where a topic's code is, and which state of it is read."""

    url: Annotated[str, AfterValidator(_url)]
    """A git URL, a path relative to the project, or `sample:webhook`."""
    commit: Annotated[str, AfterValidator(_commit)] | None = None
    """The commit everybody reads: its full id. Without it, the branch's newest."""
    branch: Annotated[str, AfterValidator(_branch)] | None = None
    """The branch or tag to read; without it, the one the repository has checked out."""

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        if self.commit and self.branch:
            raise ValueError("give commit or branch, not both: a commit already says which state is read")
        return self


class Target(_Table):
    """How many records to aim for."""

    min: int = Field(ge=1, le=100_000)
    """At least this many records."""
    max: int = Field(ge=1, le=100_000)
    """No more than this many records."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"max ({self.max}) must not be below min ({self.min})")
        return self


Grade = Literal["error", "warning", "hint", "off"]


class Checks(_Table):
    """How strictly the topic's records are judged, where it departs from what docs/checks.md says."""

    severities: Annotated[dict[str, Grade], AfterValidator(_severities)] = Field(default_factory=dict)
    """Code to error, warning, hint or off; docs/checks.md tells every code."""
    limits: Annotated[dict[str, int], AfterValidator(_limits)] = Field(default_factory=dict)
    """Name to number, such as `request_words_min = 12`; docs/checks.md tells every name."""
    stock_phrases: Phrases = ()
    """Phrases to keep out of the texts, besides the usual ones; a * stands for the rest of a word."""
    trait_words: Annotated[dict[str, Phrases], AfterValidator(_trait_words)] = Field(default_factory=dict)
    """For a trait, as it stands in traits, words of which any treats it; a * stands for the rest of a word."""
    vocabulary: Annotated[str, AfterValidator(_vocabulary)] = ""
    """Whose tokens are counted: qwen, qwen3.5, deepseek or mistral; none are if it is empty."""


class ReviewRules(_Table):
    """How the topic's records are reviewed."""

    blind: bool = False
    """True if nobody sees others' verdicts and comments on a text before giving a verdict of their own."""
    own: bool = False
    """True if people may judge what they wrote themselves."""
    minimum_seconds: int = Field(default=0, ge=0, le=3600)
    """A verdict after fewer seconds of reading is pointed out, not refused; 0: none is."""
    assign: Assign = "all"
    """Who is asked to review a record: all, round-robin, file or share."""
    reviewers: Annotated[Lines, AfterValidator(_people)] = ()
    """Who reviews, by the names they sign with; needed unless assign is all."""
    overlap: int = Field(default=0, ge=0, le=100)
    """Per cent of the records that all reviewers get, whatever assign says, so that agreement can be told."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.assign != "all" and not self.reviewers:
            raise ValueError(f"assign = {self.assign!a} needs reviewers: a list of names")
        return self


class Offer(_Table):
    """In which order items are offered, and what counts as one."""

    order: Literal["importance", "file"] = "importance"
    """importance: what matters most first; file: as the sources list it, items with a focus word first."""
    small: Literal["parts", "items"] = "parts"
    """Whether constants, type aliases and one-line items are parts of what uses them, or items of their own."""
    focus: int = Field(default=100, ge=0, le=1000)
    """How much the focus words that an item holds weigh, in per cent of the usual."""
    size: int = Field(default=100, ge=0, le=1000)
    """How much an item's lines weigh, in per cent of the usual."""
    branches: int = Field(default=100, ge=0, le=1000)
    """How much the branches and loops of its body weigh, in per cent of the usual."""
    callers: int = Field(default=100, ge=0, le=1000)
    """How much the places that use it weigh, in per cent of the usual."""
    callees: int = Field(default=100, ge=0, le=1000)
    """How much the functions that it calls weigh, in per cent of the usual."""


class Spec(_Table):
    """What one topic's annotators are asked for. The fields stand in the order in which a file tells them."""

    title: Line
    """The topic's name for people."""
    prompt: Annotated[str, AfterValidator(check_place)] = ""
    """The prompt document behind the topic: a path from the project's folder, such as `prompts/retry.txt`."""
    role: Prose = ""
    """Who writes, in words: as whom a person asks and thinks."""
    repository: RepositoryRef
    """The repository the topic reads: a table with url, and commit or branch."""
    sources: Annotated[Globs, Field(min_length=1)]
    """The files the topic is about: globs from the repository's root, matched at any depth."""
    related: Globs = ()
    """Files the lead points to besides: globs like those of sources, listed apart from them."""
    focus: Lines = ()
    """What the records are to be about, in words."""
    focus_words: Phrases = ()
    """Words the sources should hold, checked against the code; a capital letter makes case count."""
    exclude: Lines = ()
    """What is left to other topics or to nobody, in words."""
    exclude_items: Patterns = ()
    """Item paths that are not offered, with * and ? as in file names (such as `Retry::*`)."""
    related_items: Patterns = ()
    """Item paths of the related files that belong to the topic whatever words they hold; patterns as above."""
    extraction: Lines = ()
    """Which code to take, a rule a line."""
    request_rules: Lines = ()
    """What the request (`user`) must be like."""
    request_examples: Lines = ()
    """Requests in the right voice; for orientation, never to be copied."""
    crates: Crates = ()
    """Crates that the reasoning must name."""
    traits: Lines = ()
    """What the reasoning should treat where the code bears it."""
    reasoning_rules: Lines = ()
    """What the reasoning (`think`) must be like."""
    reasoning_examples: Lines = ()
    """Sentences of reasoning in the right voice; for orientation, never to be copied."""
    code_rules: Lines = ()
    """What must hold of the code block."""
    system: Annotated[str, AfterValidator(_some_prose)]
    """The exact system message of every exported record."""
    output: Annotated[str, AfterValidator(_output)]
    """The exported file's bare name, ending in .jsonl; no two topics share one."""
    target: Target
    """How many records to aim for: a table with min and max."""
    reviews: int = Field(default=1, ge=1, le=10)
    """How many accepts, by different people, a record needs."""
    offer: Offer = Offer()
    """In which order items are offered: a table with order, small, focus, size, branches, callers and callees."""
    imports: Imports = "whole"
    """Which `use` declarations a new block starts with, until the record says otherwise: none, whole, pruned or all."""
    allow_tests: bool = False
    """True if test code may be selected."""
    practice: bool = False
    """True if the topic is for practice only: nothing of it is trained on."""
    checks: Checks = Checks()
    """How records are judged: a table with severities, limits, stock_phrases, trait_words and vocabulary."""
    review: ReviewRules = ReviewRules()
    """How records are reviewed: a table with blind, own, minimum_seconds, assign, reviewers and overlap."""
    guidelines: Prose = ""
    """Markdown shown beside the work: what this topic asks of a person, in full."""

    @field_validator("review")
    @classmethod
    def _enough_reviewers(cls, review: ReviewRules, info: ValidationInfo) -> ReviewRules:
        needed: int = info.data.get("reviews", 1)
        if review.assign != "all" and len(review.reviewers) < needed:
            have = "1 name" if len(review.reviewers) == 1 else f"{len(review.reviewers)} names"
            raise ValueError(f"reviewers has {have}, but reviews = {needed}: no record could be accepted")
        return review

    @field_validator("checks")
    @classmethod
    def _known_traits(cls, checks: Checks, info: ValidationInfo) -> Checks:
        traits: tuple[str, ...] | None = info.data.get("traits")
        for trait in checks.trait_words if traits is not None else ():
            if trait not in (traits or ()):
                near = difflib.get_close_matches(trait, traits or (), n=1, cutoff=0.5)
                hint = did_you_mean([f"{one!a}" for one in near], lead="; ")
                raise ValueError(f"trait_words: {trait!a} is none of the traits{hint}")
        return checks


def load_spec(path: Path) -> Spec:
    """Read a spec. Raises `SpecError` with the file and, for each thing wrong, its 1-based line and key."""
    topic_name(path)
    text = read_text(path)
    fields = parse_toml(path, text)
    try:
        return Spec.model_validate(fields)
    except ValidationError as error:
        raise _spec_error(path, text, error.errors(include_url=False)) from None


def load_specs(folder: Path) -> tuple[dict[str, Spec], dict[str, SpecError]]:
    """The specs of a folder by topic, and why the others cannot be used (by file name without `.toml`).

    A bad spec hides no good one. Raises `SpecError` only if the folder cannot be listed.
    """
    specs: dict[str, Spec] = {}
    errors: dict[str, SpecError] = {}
    for path in spec_files(folder):
        try:
            specs[path.stem] = load_spec(path)
        except SpecError as error:
            errors[path.stem] = error
    for topic, owner in _shared_outputs(specs):
        path = folder / f"{topic}.toml"
        line = line_of(key_lines(read_text(path)), ("output",))
        what = f"output: {specs[topic].output} is already the output of {owner}.toml"
        errors[topic] = SpecError(
            f"{printable(str(path))}:{line}: {what}", "give this topic an output of its own"
        )
        del specs[topic]
    return specs, errors


def _shared_outputs(specs: dict[str, Spec]) -> list[tuple[str, str]]:
    """Topics whose output another one owns, each with that one: its namesake, else the first by name."""
    owners: dict[str, str] = {}
    taken: list[tuple[str, str]] = []
    for topic in sorted(specs, key=lambda name: (specs[name].output != f"{name}.jsonl", name)):
        # Some file systems see no difference between A.jsonl and a.jsonl.
        output = specs[topic].output.casefold()
        if output in owners:
            taken.append((topic, owners[output]))
        owners.setdefault(output, topic)
    return taken


def nearest_key(name: str, model: type[BaseModel] = Spec) -> str:
    """The valid key most like `name`, or an empty text if none is like it."""
    close = difflib.get_close_matches(name.lower().replace("-", "_"), model.model_fields, n=1, cutoff=0.5)
    return close[0] if close else ""


def _spec_error(path: Path, text: str, problems: list[ErrorDetails]) -> SpecError:
    lines = key_lines(text)
    found = sorted((line_of(lines, _loc(problem)), _sentence(problem)) for problem in problems)
    shown = printable(str(path))
    what = "\n".join(f"{shown}:{line}: {sentence}" for line, sentence in found)
    return SpecError(what, "correct the file; docs/spec-reference.md tells every key")


def _loc(problem: ErrorDetails) -> Key:
    return tuple(problem["loc"])


_SAID = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "string_sub_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list of texts in [ ]",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "too_short": "must not be empty",
}


def _sentence(problem: ErrorDetails) -> str:
    loc = _loc(problem)
    key = printable(".".join(part for part in loc if isinstance(part, str)))
    element = next((part for part in loc if isinstance(part, int)), None)
    name = key if element is None else f"{key}, entry {element + 1}"
    if problem["type"] == "extra_forbidden":
        return f"{name}: {_unknown(loc)}"
    said = _SAID.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "literal_error":
        choices = re.findall(r"'([^']*)'", problem.get("ctx", {}).get("expected", ""))
        said = f"must be one of {', '.join(choices)}"
    value = problem["input"]
    shown = f" (it is {printable(repr(value), 60)})" if isinstance(value, str | int | float) else ""
    return f"{name}: {printable(said, 300)}{shown}"


def _unknown(loc: Key) -> str:
    *tables, last = (part for part in loc if isinstance(part, str))
    inner: dict[str, type[BaseModel]] = {
        "repository": RepositoryRef,
        "target": Target,
        "checks": Checks,
        "review": ReviewRules,
        "offer": Offer,
    }
    model = inner.get(tables[0] if tables else "", Spec)
    if close := nearest_key(last, model):
        return f"there is no such key; did you mean {close}?"
    if not tables and any(last in table.model_fields for table in inner.values()):
        return "there is no such key here; it belongs in a table of its own"
    return f"there is no such key; the keys are {', '.join(model.model_fields)}"


def field_help() -> Iterator[tuple[str, str]]:
    """Each key of a spec, in a file's order, with what it is in one line; tables' keys as `target.min`."""
    for name, field in Spec.model_fields.items():
        yield name, field.description or ""
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            for inner, detail in field.annotation.model_fields.items():
                yield f"{name}.{inner}", detail.description or ""
