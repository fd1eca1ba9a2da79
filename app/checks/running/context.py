"""What the checks are told of a record besides its texts: from its spec, its block, its code, and the others.

Offsets in files are bytes, places in the block characters; all 0-based, end exclusive.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.checks import Context
from app.checks.findings import Others, SpanFact, Strange
from app.checks.running.code import Code
from app.checks.running.imported import with_imports
from app.checks.running.lacking import error_types, own_helpers
from app.project.topics.spec import Spec
from app.records.blocks import pieces_of
from app.records.events import JOINT_BYTES, Block, Effort, Span, main_span
from app.rust.items import Item

_ERROR_TYPES = re.compile(r"\berror (type|enum|struct)", re.IGNORECASE)
_LINES = re.compile(r"lines? \d+(?:-\d+)?")


def spec_context(
    spec: Spec, block: Block | None, effort: Effort | None = None, others: Others | None = None
) -> Context:
    """What is known without the block's repository; `block` is None while there is no code."""
    spans = block.spans if block is not None else None
    return Context(
        crates=spec.crates,
        allow_tests=spec.allow_tests,
        roles=tuple(span.role for span in spans) if spans is not None else None,
        spans=tuple(_span_facts(block, [_named_whole(span) for span in block.spans])) if block else None,
        licence=block.licence or "" if block is not None else None,
        exclude_items=spec.exclude_items,
        traits=spec.traits,
        trait_words=spec.checks.trait_words,
        vocabulary=spec.checks.vocabulary,
        focus_words=spec.focus_words,
        request_examples=spec.request_examples,
        reasoning_examples=spec.reasoning_examples,
        target=(spec.target.min, spec.target.max),
        stock_phrases=spec.checks.stock_phrases,
        typed=effort.typed if effort else None,
        pasted=effort.pasted if effort else None,
        rapid=effort.rapid if effort else 0,
        others=others,
        severities=spec.checks.severities,
        limits=spec.checks.limits,
    )


def with_code(context: Context, spec: Spec, block: Block, code: Code) -> Context:
    """The same, and what the block's repository tells. Raises `BackspanError` where it cannot be read.

    Of a block that is not the source's only that is told: where its code stands is not known.
    """
    altered = tuple(_altered(block, code))
    context = replace(context, files=code.matching((*spec.sources, *spec.related)))
    if altered:
        return replace(context, altered=altered)
    standing = [_standing(span, code) for span in block.spans]
    paths = tuple(dict.fromkeys(span.path for span in block.spans))
    crates = [code.crates(path) for path in paths]
    licence = block.licence or code.licence(main_span(block.spans).path)
    context = with_imports(context, spec.imports, block.spans, code)
    return replace(
        context,
        licence=licence or "",
        test_items=tuple(_shown_item(span) for span, one in _each(block, standing) if one.test),
        spans=tuple(_span_facts(block, [one.whole for one in standing])),
        bare_items=tuple(_shown_item(span) for span, one in _each(block, standing) if one.bare),
        strange=tuple(_strange(block, code)),
        crates_used=frozenset().union(*(used for _, used in crates)) if any(c for c, _ in crates) else None,
        file_names=frozenset().union(*(code.names(path) for path in paths)),
        packages=_packages(paths, code),
        constants=frozenset().union(*(code.text(path).constants for path in paths)),
        documented=_documented(paths, code),
        own_helpers=own_helpers(pieces_of(block.spans), code.files),
        error_types=error_types(pieces_of(block.spans), code.files) if _asks_for_errors(spec) else (),
        known=_Known(code, frozenset(name for crate, _ in crates if crate for name in crate.dependencies)),
    )


def _asks_for_errors(spec: Spec) -> bool:
    """Whether the topic asks that a block bring the error types of its module."""
    return any(_ERROR_TYPES.search(line) for line in (*spec.code_rules, *spec.extraction))


def _packages(paths: Sequence[str], code: Code) -> frozenset[str] | None:
    """Crates that the files may use; None if one of them is of no crate that is known."""
    found = [code.packages(path) for path in paths]
    return None if None in found else frozenset().union(*(one for one in found if one))


def _documented(paths: Sequence[str], code: Code) -> tuple[str, ...]:
    """What the files' comments and the READMEs beside them say, each once."""
    readmes = (text for path in paths for text in code.readmes(path))
    return tuple(dict.fromkeys((*(code.text(path).comments for path in paths), *readmes)))


@dataclass(frozen=True, slots=True)
class _Known:
    """Whether a name is the repository's, or that of a crate its manifest names."""

    code: Code
    dependencies: frozenset[str]

    def __call__(self, name: str) -> bool:
        return name.replace("-", "_") in self.dependencies or self.code.known(name)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a span stands to the items of its file."""

    whole: bool
    bare: bool = False
    test: bool = False


def _each(block: Block, standing: Sequence[_Standing]) -> Iterator[tuple[Span, _Standing]]:
    return zip(block.spans, standing, strict=True)


def _shown_item(span: Span) -> str:
    return span.item or f"{span.path}:{span.start}-{span.end}"


def _named_whole(span: Span) -> bool:
    return span.part != "fragment" and not _LINES.fullmatch(span.item)


def _span_facts(block: Block, whole: Sequence[bool]) -> Iterator[SpanFact]:
    data, at = block.text.encode("utf-8"), 0
    for span, all_of_it in zip(block.spans, whole, strict=True):
        first = at + len(span.joint.encode("utf-8"))
        at = first + span.end - span.start
        yield SpanFact(
            span.role, span.item, span.path, _characters(data, first), _characters(data, at), all_of_it
        )


def _characters(data: bytes, end: int) -> int:
    return len(data[:end].decode("utf-8", "ignore"))


def _altered(block: Block, code: Code) -> Iterator[str]:
    """Spans that do not hold the source's bytes. That the text is its spans' bytes, the model has seen to."""
    for span in block.spans:
        data = code.data(span.path)
        real = b"" if data is None else data[span.start : span.end]
        if hashlib.sha256(real).hexdigest() != span.sha256:
            yield f"{span.path} {span.item}".rstrip()


def _strange(block: Block, code: Code) -> Iterator[Strange]:
    """What of the block's code is not understood, or stands right beside it in the file."""
    text, at = block.text.encode("utf-8"), 0
    for span in block.spans:
        first = at + len(span.joint.encode("utf-8"))
        at = first + span.end - span.start
        for low, high in code.strange(span.path):
            if low <= span.end and span.start <= high:
                inside = max(low, span.start), min(high, span.end)
                start, end = (_characters(text, first + byte - span.start) for byte in inside)
                line = (code.data(span.path) or b"").count(b"\n", 0, low) + 1
                yield Strange(_shown_item(span), span.path, line, start, end)


def _standing(span: Span, code: Code) -> _Standing:
    file = code.file(span.path)
    touching = [item for item in file.items if item.start < span.end and span.start < item.end]
    test = any(item.test for item in touching)
    if span.part in ("head", "tail"):
        return _Standing(True, test=test)
    if span.part == "fragment":
        return _Standing(False, test=test)
    edges = [_trimmed(file.data, item) for item in touching]
    ends = {end for _, end in edges}
    if span.end not in ends:
        return _Standing(False, test=test)
    if any(start == span.start for start, _ in edges):
        return _Standing(True, test=test)
    bare = any(
        item.start < span.start <= item.name_start and end == span.end
        for item, (_, end) in zip(touching, edges, strict=True)
    )
    return _Standing(bare, bare, test)


def _trimmed(data: bytes, item: Item) -> tuple[int, int]:
    """The item as a block takes it: from its first to its last byte that is not blank."""
    raw = data[item.start : item.end]
    return item.end - len(raw.lstrip(JOINT_BYTES)), item.start + len(raw.rstrip(JOINT_BYTES))
