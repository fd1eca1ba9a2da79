"""What a file's modules define and import."""

from __future__ import annotations

from hypothesis import given

from app.rust.names.scopes import Module, Scopes
from tests.rust.ruststrings import mutated, rust


def tables(code: str) -> Scopes:
    return rust(code).lookup.file.scopes


def root(code: str) -> Module:
    return tables(code).modules[None]


def paths(code: str) -> dict[str, str]:
    """What each import brings in, by the name it binds."""
    module = root(code)
    return {
        (leaf.name or b"_").decode(): b"::".join(leaf.path).decode()
        for leaf in (*module.all_leaves(), *module.globs)
    }


def test_use_trees_are_told_leaf_by_leaf() -> None:
    assert paths("use a::{self, b::{c, d as e, f as _}, r#g};\nuse h;") == {
        "a": "a",
        "c": "a::b::c",
        "e": "a::b::d",
        "_": "a::b::f",
        "g": "a::g",
        "h": "h",
    }


def test_globs_and_leading_colons() -> None:
    assert paths("use ::a::b;\nuse self::c::*;") == {"b": "a::b", "_": "self::c"}
    assert [leaf.path for leaf in root("use a::{*, b};\nuse super::*;").globs] == [(b"a",), (b"super",)]


def test_extern_crates_bind_their_alias() -> None:
    assert paths("extern crate a;\nextern crate b as c;") == {"a": "a", "c": "b"}


def test_the_namespaces_of_items() -> None:
    module = root(
        "struct A; struct B(u8); struct C { x: u8 } enum D { E } union F { a: u8 } trait G {} type H = A; mod i {}\n"
        "fn j() {} const K: u8 = 1; static L: u8 = 1; macro_rules! m { () => {} }"
    )
    assert sorted(module.names["type"]) == [b"A", b"B", b"C", b"D", b"F", b"G", b"H", b"i"]
    assert sorted(module.names["value"]) == [b"A", b"B", b"K", b"L", b"j"]
    assert sorted(module.names["macro"]) == [b"m"]


def test_nested_modules_have_tables_of_their_own() -> None:
    found = tables('use a::B;\nmod c { use d::E; fn f() {} }\nextern "C" { fn g(); }')
    inner = found.modules[1]
    assert list(inner.leaves) == [b"E"] and list(inner.names["value"]) == [b"f"]
    assert inner.parent is found.modules[None]
    assert list(found.modules[None].leaves) == [b"B"] and list(found.modules[None].names["value"]) == [b"g"]


def test_twins_under_cfg_are_both_there() -> None:
    assert root("#[cfg(unix)]\nfn f() {}\n#[cfg(windows)]\nfn f() {}").names["value"] == {b"f": [0, 1]}


def test_impls_by_self_type() -> None:
    found = tables(
        "struct A<T>(T);\nimpl<T> A<T> { fn b() {} }\nimpl q::C for &'_ A<u8> { fn d() {} }\nimpl E for [u8] {}"
    )
    assert [(one.owner, one.trait, sorted(one.members)) for one in found.impls] == [
        ((b"A",), (), [b"b"]),
        ((b"A",), (b"q", b"C"), [b"d"]),
        ((), (b"E",), []),
    ]


def test_macro_calls_define_what_their_tokens_spell() -> None:
    module = root("lazy_static! { static ref A: B = { static C: u8 = 1; D::new() }; }\nkinds!(E, f: G, H);")
    assert sorted(module.names["value"]) == [b"A"]
    assert sorted(module.given) == [b"E", b"H"]


def test_items_behind_a_broken_one_are_found() -> None:
    assert b"g" in root("fn f( { ) }\n}\nfn g() {}").names["value"]


@given(mutated())
def test_no_bytes_are_too_broken(data: bytes) -> None:
    file = rust(data)
    assert len(file.lookup.file.scopes.home) == len(file.items)
    for index, node in enumerate(file.lookup.file.scopes.nodes):
        assert node is None or node.start_byte == file.items[index].name_start
