"""The judge of outlines that is not ours: what rustc's dump is read as, what a difference is, and real files.

`BACKSPAN_CORPUS=/a/folder pytest -m corpus -s tests/rust/test_items_oracle.py` judges each tenth file;
`python -m tests.bench.items_oracle` judges all of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from app.rust.items import Item, outline
from app.rust.source import SourceFile
from app.rust.syntax import parse
from tests.bench.items_oracle.compare import differences
from tests.bench.items_oracle.rustc import TrueItem, is_unstable, read_dump, rustc, true_items
from tests.rust.goodrust import snippets
from tests.rust.test_items_corpus import rust_files

SNIPPETS = {name: source.encode() for name, source, *_ in snippets()}
SOURCE = b"""\
mod m {
    #![allow(unused)]
    /// Doc.
    #[cfg(all())] pub fn r#type() { fn inner() {} }
}
/* plain */
m!(a); // trail
"""
# What rustc prints of it, cut down to what is read.
DUMP = """\
Crate {
    items: [
        Item {
            attrs: [
                Attribute {
                    kind: Normal(
                    ),
                    id: AttrId(0),
                    style: Inner,
                    span: <anon>:2:5: 2:22 (#0),
                },
            ],
            span: <anon>:1:1: 5:2 (#0),
            vis: Visibility {
                span: <anon>:1:1: 1:1 (#0),
            },
            kind: Mod(
                Default,
                m#0,
                Loaded(
                    [
                        Item {
                            attrs: [
                                Attribute {
                                    style: Outer,
                                    span: <anon>:3:5: 3:13 (#0),
                                },
                                Attribute {
                                    style: Outer,
                                    span: <anon>:4:5: 4:18 (#0),
                                },
                            ],
                            span: <anon>:4:19: 4:52 (#0),
                            kind: Fn(
                                Fn {
                                    ident: r#type#0,
                                    body: Some(
                                        Block {
                                            stmts: [
                                                Item {
                                                    span: <anon>:4:37: 4:50 (#0),
                                                    kind: Fn(
                                                    ),
                                                },
                                            ],
                                        },
                                    ),
                                },
                            ),
                        },
                    ],
                ),
            ),
        },
        Item {
            attrs: [],
            span: <anon>:7:1: 7:7 (#0),
            kind: MacCall(
                MacCall {
                },
            ),
        },
    ],
}
"""


def ours(data: bytes) -> tuple[Item, ...]:
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


@cache
def compiler() -> str:
    found = rustc()
    if found is None:
        pytest.skip("no rustc that tells its syntax tree: the outline is not judged")
    return found


def test_a_dump_is_read_with_leads_and_without_what_bodies_hold() -> None:
    module, function, call = read_dump(DUMP, SOURCE)
    assert (module.kind, module.name, module.lead, module.start, module.parent) == (
        "mod_item",
        "m",
        0,
        0,
        None,
    )
    assert (function.kind, function.name, function.parent) == ("function_item", "type", 0)
    assert SOURCE[function.lead :].startswith(b"/// Doc.")
    assert SOURCE[function.start : function.end] == b"pub fn r#type() { fn inner() {} }"
    assert (call.kind, SOURCE[call.start : call.end]) == ("macro_invocation", b"m!(a);")


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", "// größe\n".encode()])
def test_places_are_bytes_whatever_stands_before_them(before: bytes) -> None:
    data = before + "fn é() {} fn z() {}\n".encode()
    line = 2 if before.endswith(b"\n") else 1
    dump = f"    Item {{\n        span: <anon>:{line}:11: {line}:20 (#0),\n        kind: Fn(\n    }}\n"
    [item] = read_dump(dump, data)
    assert data[item.start : item.end] == b"fn z() {}"


def test_nothing_differs_where_both_agree() -> None:
    assert list(differences(SOURCE, ours(SOURCE), read_dump(DUMP, SOURCE))) == []


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("missing", lambda items: items[:1] + items[2:]),
        ("made up", lambda items: [*items, replace(items[2], name_start=3, parent=None)]),
        ("kind", lambda items: [replace(items[0], kind="impl_item"), *items[1:]]),
        ("name", lambda items: [items[0], replace(items[1], path="m::other"), items[2]]),
        ("stands elsewhere", lambda items: [items[0], replace(items[1], parent=None), items[2]]),
        ("lead", lambda items: [items[0], replace(items[1], start=items[1].name_start), items[2]]),
        ("lead", lambda items: [items[0], replace(items[1], start=4), items[2]]),
        ("end", lambda items: [items[0], replace(items[1], end=items[1].end - 1), items[2]]),
        ("end", lambda items: [items[0], replace(items[1], end=items[1].end + 6), items[2]]),
    ],
)  # fmt: skip
def test_each_kind_of_difference_is_told(said: str, change: object) -> None:
    assert callable(change)
    changed = change(list(ours(SOURCE)))
    assert any(each.startswith(said) for each in differences(SOURCE, changed, read_dump(DUMP, SOURCE)))


def test_rustc_prints_what_is_read() -> None:
    """The dump's form is no promise: a compiler that prints another one is found out here."""
    found = true_items(compiler(), SOURCE)
    assert found is not None
    assert [replace(each, indent=0, outer=True) for each in found] == [
        replace(each, indent=0, outer=True) for each in read_dump(DUMP, SOURCE)
    ]
    assert true_items(compiler(), b"fn f( {") is None
    assert is_unstable(compiler(), b"macro m() {}") and not is_unstable(compiler(), b"fn f() { x }")


@pytest.mark.parametrize("name", SNIPPETS)
def test_rustc_sees_in_each_snippet_what_the_outline_lists(name: str) -> None:
    data = SNIPPETS[name]
    theirs: list[TrueItem] | None = true_items(compiler(), data)
    if theirs is None:
        pytest.skip("the stable compiler does not take it")
    assert list(differences(data, ours(data), theirs)) == []


@pytest.mark.corpus
def test_rustc_sees_in_real_files_what_the_outline_lists() -> None:
    folder = os.environ.get("BACKSPAN_CORPUS")
    if not folder:
        pytest.skip("set BACKSPAN_CORPUS to a folder of Rust repositories")
    judged, found = 0, []
    for name, data in islice(rust_files(Path(folder)), 0, None, 10):
        theirs = None if SourceFile.of(name, data).obstacle else true_items(compiler(), data)
        if theirs is None:
            continue
        judged += 1
        wrong = [f"{name}: {each}" for each in differences(data, ours(data), theirs)]
        found += wrong if wrong and not is_unstable(compiler(), data) else []
    assert judged
    assert not found, "\n".join(found)
