"""Two revisions have the same content only where nothing differs at all: one field forgotten would hide a change."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from app.records.events import Block, Revision, Span, event_line, make_revision
from app.records.history.summary import Summary, summarise
from app.store.journal.scan import light_line
from tests.store.events import moment, record_id

CODE = "fn a() {}"


def made(
    span: dict[str, Any] | None = None,
    block: dict[str, Any] | None = None,
    second: dict[str, Any] | None = None,
    **texts: Any,
) -> Revision:
    """A revision of two spans; `span` and `second` change a field of the first and of the second."""
    usual: dict[str, Any] = {
        "path": "src/a.rs",
        "start": 10,
        "role": "main",
        "item": "a",
        "part": "whole",
        "joint": "",
        "blob": "b" * 40,
    }
    code = texts.pop("code", CODE)
    digest = hashlib.sha256(code.encode()).hexdigest()
    spans: list[Span] = []
    for at, more in ((10, span or {}), (30, {"joint": "\n\n"} | (second or {}))):
        fields = usual | {"start": at} | more
        spans.append(Span(sha256=digest, end=fields["start"] + len(code), **fields))
    whole = "".join(one.joint + code for one in spans)
    said: dict[str, Any] = {"repository": "https://example.org/a", "commit": "a" * 40, "licence": "MIT"}
    said |= block or {}
    return make_revision(
        record=texts.pop("record", record_id(1)),
        by=texts.pop("by", "ada"),
        block=Block(spans=tuple(spans), text=whole, **said),
        user=texts.pop("user", "Write it."),
        think=texts.pop("think", "It is short."),
        at=moment(texts.pop("at", 0)),
    )


OTHERS = {
    "user": made(user="Write it!"),
    "think": made(think="It is shorter."),
    "texts exchanged": made(user="It is short.", think="Write it."),
    "code": made(code="fn b() {}"),
    "repository": made(block={"repository": "https://example.org/b"}),
    "commit": made(block={"commit": "c" * 40}),
    "no commit": made(block={"commit": None}),
    "licence": made(block={"licence": "Apache-2.0"}),
    "no licence": made(block={"licence": None}),
    "path": made({"path": "src/b.rs"}),
    "item": made({"item": "b"}),
    "role": made({"role": "context"}),
    "role of another span": made(second={"role": "helper"}),
    "part": made({"part": "fragment"}),
    "joint": made(second={"joint": "\n"}),
    "blob": made({"blob": "d" * 40}),
    "no blob": made(second={"blob": None}),
    "place": made({"start": 11}),
}
"""By what makes it another: a revision that differs from the usual one in nothing else."""


def lightly(revision: Revision) -> Summary:
    """As a long journal's line is read."""
    found = light_line(event_line(revision))
    assert found is not None
    return found


@pytest.mark.parametrize("read", [summarise, lightly])
@pytest.mark.parametrize("field", OTHERS)
def test_content_differs_where_anything_differs(field: str, read: Any) -> None:
    other = OTHERS[field]
    assert other.id != made().id
    assert read(other).content != read(made()).content
    assert read(other).content == read(other).content


def test_who_and_when_are_no_content() -> None:
    """The same text saved again by somebody else is a twin of the first."""
    twin = made(by="bob", at=9, record=record_id(2))
    assert twin.id != made().id
    assert summarise(twin).content == summarise(made()).content == lightly(twin).content


def test_no_two_of_them_are_the_same() -> None:
    contents = {summarise(one).content for one in (made(), *OTHERS.values())}
    assert len(contents) == len(OTHERS) + 1


def test_every_field_of_a_block_and_a_span_is_among_them() -> None:
    """Else a field that is added one day would pass unseen; ends follow from beginnings and code."""
    changed = {
        name
        for other in OTHERS.values()
        for name in Block.model_fields
        if getattr(other.block, name) != getattr(made().block, name)
    }
    assert changed == set(Block.model_fields)
    in_spans = {
        name
        for other in OTHERS.values()
        for one, usual in zip(other.block.spans, made().block.spans, strict=True)
        for name in Span.model_fields
        if getattr(one, name) != getattr(usual, name)
    }
    assert in_spans == set(Span.model_fields)
