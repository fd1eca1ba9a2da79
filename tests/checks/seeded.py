"""Good records with one fault each put in, as `tests/checks/faults` tells them, and what the checks say of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from app.checks import Context, Finding, Texts, check_record
from app.checks.findings import SpanFact
from app.checks.near_duplicates import Light, SetIndex
from app.checks.reading import code_of
from app.checks.words.numbers import constants
from app.project.bundled import crate_dir
from app.rust.items import Item, outline
from app.rust.syntax import parse

FOLDER = Path(__file__).parent / "faults"
TOPIC = "practice"
OTHER = "copied"
"""Name of the record that carries a fault, among those it was made from."""


class Fault(NamedTuple):
    """One row of the table."""

    id: str
    base: str
    """The good record that it was put in."""
    said: str
    """What is wrong, in words."""
    edit: str
    """What is changed: `user`, `think`, `block`, the same `<record` for that record's text, `span`, `context` …"""
    old: str
    """The text that is replaced (empty: at the end, `^`: at the beginning, `*`: all of it); or what `edit` names."""
    new: str
    code: str
    """What the checks have to say."""
    field: str
    place: str
    """The text it is to be said of, `@` and an item path for a span, empty for all of the field.

    Where `»` stands in the text, the place is the one character behind it."""

    @property
    def aside(self) -> bool:
        """Whether it was kept aside while the checks were tuned: every third of a family."""
        return int(self.id[1:]) % 3 == 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An item of the sample crate, as it stands in a record."""

    role: str
    file: str
    item: str
    text: str
    whole: bool = True
    bare: bool = False
    test: bool = False


@dataclass(frozen=True, slots=True)
class Seeded:
    """A record as the checks get it."""

    texts: Texts
    context: Context


class Judged(NamedTuple):
    """What came of a fault."""

    fault: Fault
    found: bool
    """Whether the right code was given, for the right field and place."""
    exact: bool
    """Whether the place is the expected one to the character."""
    others: tuple[Finding, ...]
    """What was said besides."""


def faults() -> dict[str, tuple[Fault, ...]]:
    """The rows of the table by family."""
    tables = tomllib.loads((FOLDER / "faults.toml").read_text("utf-8"))
    return {family: tuple(_fault(row) for row in rows) for family, rows in tables.items()}


def _fault(row: list[str]) -> Fault:
    # TOML cannot hold half of a surrogate pair.
    return Fault(*(cell.replace("{half}", "\ud83e") for cell in row))


@lru_cache(maxsize=1)
def bases() -> Mapping[str, Mapping[str, Any]]:
    """The good records as they are written."""
    return tomllib.loads((FOLDER / "records.toml").read_text("utf-8"))


def good(name: str) -> Seeded:
    """A record without a fault, among the other eleven."""
    base = bases()[name]
    return _seeded(name, base["user"], base["think"], _spans(base), {}, but=name)


def judge(fault: Fault) -> Judged:
    """Put a fault in, and look whether it is found where it is."""
    record = seed(fault)
    findings = check_record(record.texts, record.context)
    right = [f for f in findings if f.code == fault.code and f.field == fault.field]
    wanted = _wanted(fault, record)
    near = [f for f in right if _meets((f.start, f.end), wanted)]
    return Judged(
        fault,
        bool(near),
        any((f.start, f.end) == wanted for f in near),
        tuple(f for f in findings if f.code != fault.code),
    )


def seed(fault: Fault) -> Seeded:
    """The record with its fault."""
    base = bases()[fault.base]
    texts = {"user": str(base["user"]), "think": str(base["think"])}
    spans = _spans(base)
    known: dict[str, Any] = {}
    edit, _, source = fault.edit.partition("<")
    if source and edit == "block":
        spans = _spans(bases()[source])
    elif source:
        texts[edit] = bases()[source][edit]
    if edit in texts:
        texts[edit] = _replaced(texts[edit], fault.old, fault.new)
    elif edit == "context":
        known[fault.old] = json.loads(fault.new)
    elif edit != "block":
        spans = _respanned(spans, fault)
    record = _seeded(OTHER, texts["user"], texts["think"], spans, known, but="" if source else fault.base)
    return record if edit != "block" or source else _retyped(record, spans, fault)


def _replaced(text: str, old: str, new: str) -> str:
    if old in ("", "^", "*"):
        return {"": text + new, "^": new + text, "*": new}[old]
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in the text")
    return text.replace(old, new)


def _respanned(spans: tuple[Taken, ...], fault: Fault) -> tuple[Taken, ...]:
    if fault.edit == "span":
        role, file = fault.old.split()
        return (*spans, _taken(role, file, fault.new))
    if fault.edit == "only":
        return tuple(span for span in spans if span.item == fault.old)
    if not any(span.item == fault.old for span in spans):
        raise ValueError(f"{fault.id}: no span {fault.old!r}")
    return tuple(_changed(span, fault) if span.item == fault.old else span for span in spans)


def _changed(span: Taken, fault: Fault) -> Taken:
    if fault.edit == "role":
        return replace(span, role=fault.new)
    if fault.edit == "bare":
        return _taken(span.role, span.file, span.item, bare=True)
    if fault.edit == "piece":
        first, last = (int(part) for part in fault.new.split("-"))
        lines = span.text.split("\n")[first - 1 : last]
        return replace(span, text="\n".join(lines).strip(), item=f"lines {fault.new}", whole=False)
    raise ValueError(f"{fault.id}: no edit {fault.edit!r}")


def _retyped(record: Seeded, spans: tuple[Taken, ...], fault: Fault) -> Seeded:
    """The record with its code changed by hand: what differs from the source then is known, as a save would find."""
    text = _replaced(record.texts.block, fault.old, fault.new)
    altered = tuple(f"src/{span.file} {span.item}" for span in spans if span.text not in text)
    return Seeded(replace(record.texts, block=text), replace(record.context, altered=altered))


def _spans(base: Mapping[str, Any]) -> tuple[Taken, ...]:
    return tuple(_taken(*span) for span in base["spans"])


def _taken(role: str, file: str, item: str, *, bare: bool = False) -> Taken:
    data, items = _file(file)
    found = next((one for one in items if one.path == item), None)
    if found is None:
        raise ValueError(f"{file} has no item {item!r}")
    start = found.name_start if bare else found.start
    return Taken(role, file, item, data[start : found.end].decode().strip(), True, bare, found.test)


@lru_cache(maxsize=32)
def _file(name: str) -> tuple[bytes, tuple[Item, ...]]:
    data = (crate_dir() / "src" / name).read_bytes()
    tree = parse(data)
    return data, () if tree is None else outline(data, tree)


@lru_cache(maxsize=1)
def _crate_names() -> frozenset[str]:
    files = (crate_dir() / "src").glob("**/*.rs")
    return frozenset(name for file in files for name in code_of(file.read_text("utf-8")).names)


@lru_cache(maxsize=32)
def _names(file: str) -> frozenset[str]:
    return code_of(_file(file)[0].decode()).names


def _light(name: str, user: str, think: str, spans: Sequence[Taken]) -> Light:
    main = next((span.file for span in spans if span.role == "main"), "")
    return Light(name, TOPIC, user, think, _block(spans), f"src/{main}")


def _block(spans: Sequence[Taken]) -> str:
    return "\n\n".join(span.text for span in spans)


def _facts(spans: Sequence[Taken]) -> tuple[SpanFact, ...]:
    found: list[SpanFact] = []
    at = 0
    for span in spans:
        found.append(SpanFact(span.role, span.item, f"src/{span.file}", at, at + len(span.text), span.whole))
        at += len(span.text) + 2
    return tuple(found)


@lru_cache(maxsize=32)
def _index(but: str) -> SetIndex:
    records = bases()
    return SetIndex(
        _light(name, record["user"], record["think"], _spans(record))
        for name, record in records.items()
        if name != but
    )


def _seeded(
    name: str, user: str, think: str, spans: tuple[Taken, ...], known: Mapping[str, Any], but: str
) -> Seeded:
    texts = Texts(user, think, _block(spans))
    files = {span.file for span in spans}
    base = bases().get(but)
    used = {"tokio"} if any("tokio" in _names(file) for file in files) else set()
    context = Context(
        crates=tuple(base["crates"]) if base else (),
        test_items=tuple(span.item for span in spans if span.test),
        roles=tuple(span.role for span in spans),
        spans=_facts(spans),
        bare_items=tuple(span.item for span in spans if span.bare),
        licence="MIT",
        crates_used=frozenset({"std", *used}),
        file_names=frozenset(word for file in files for word in _names(file)),
        known=_crate_names().__contains__,
        packages=frozenset({"tokio", "tracing", "thiserror"}),
        constants=frozenset().union(*(constants(_file(file)[0].decode()) for file in files)),
        documented=tuple(" ".join(code_of(_file(file)[0].decode()).comments) for file in sorted(files)),
        files=frozenset(f"src/{file.name}" for file in (crate_dir() / "src").glob("*.rs")),
        typed=len(user) + len(think),
        pasted=0,
        others=_index(but).view(_light(name, user, think, spans)),
        **_CONTEXT,
    )
    return Seeded(texts, replace(context, **{name: _hashable(value) for name, value in known.items()}))


_CONTEXT: dict[str, Any] = {
    "focus_words": ("message", "receiver", "queue", "worker", "setting", "percentile", "pause", "address"),
    "request_examples": (
        "We need a queue that survives the crash of a worker without losing a single message.",
    ),
    "reasoning_examples": (
        "First I have to decide who owns a message while it is being delivered to its receiver.",
    ),
    "target": (10, 15),
    "tokens": 1100,
    "exclude_items": ("odd::*",),
}


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _wanted(fault: Fault, record: Seeded) -> tuple[int | None, int | None]:
    if not fault.place:
        return None, None
    if fault.place.startswith("@"):
        span = next(span for span in record.context.spans or () if span.item == fault.place[1:])
        return span.start, span.end
    text = {"user": record.texts.user, "think": record.texts.think, "block": record.texts.block}[fault.field]
    before, mark, place = fault.place.rpartition("»")
    start = text.index(before + place) + len(before)
    return start, start + (1 if mark else len(place))


def _meets(place: tuple[int | None, int | None], wanted: tuple[int | None, int | None]) -> bool:
    """Whether two places are the same, or have more than half of their characters in common."""
    (start, end), (first, last) = place, wanted
    if start is None or end is None or first is None or last is None:
        return place == wanted
    return 2 * (min(end, last) - max(start, first)) > max(end, last) - min(start, first)
