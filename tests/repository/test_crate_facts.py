"""The crate a file belongs to, what it is built with, its licence, and which crates its code really names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.repository.crate_uses import crate_facts, crates_used
from app.repository.crates import Crate, Dependency, crate_of, licence_of
from app.repository.licence_texts import spdx_of_text
from app.repository.repository import Snapshot, open_repository
from app.rust.syntax import parse

MIT = b"""MIT License

Copyright (c) 2024 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files, to deal in the Software without restriction, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies.
"""
APACHE = (
    b"                                 Apache License\n                           Version 2.0, January 2004\n"
)
LOCK = b"""
version = 3
[[package]]
name = "mine"
version = "0.5.0"
dependencies = ["http 1.1.0", "http 0.2.12", "serde", "tokio"]
[[package]]
name = "http"
version = "0.2.12"
source = "registry+x"
[[package]]
name = "http"
version = "1.1.0"
source = "registry+x"
[[package]]
name = "serde"
version = "1.0.200"
source = "registry+x"
[[package]]
name = "tokio"
version = "1.38.0"
source = "registry+x"
"""
MANIFEST = b"""
[package]
name = "mine"
version.workspace = true
license = "MIT/Apache-2.0"
[dependencies]
http = "1"
http02 = { package = "http", version = "0.2" }
serde = { workspace = true, features = ["derive"] }
rand-core = "0.6"
near = { path = "../near" }
[dev-dependencies]
serde = "2"
[target.'cfg(unix)'.dependencies]
tokio = { version = "1.2" }
"""
ROOT = b"""
[workspace]
members = ["crates/*"]
[workspace.package]
version = "0.5.0"
[workspace.dependencies]
serde = "1.0"
"""


def folder(root: Path, files: Mapping[str, bytes]) -> Snapshot:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return open_repository(root).snapshot()


@pytest.fixture
def workspace(tmp_path: Path) -> Snapshot:
    """A workspace with one crate and its lock file."""
    return folder(
        tmp_path,
        {
            "Cargo.toml": ROOT,
            "Cargo.lock": LOCK,
            "crates/mine/Cargo.toml": MANIFEST,
            "crates/mine/src/deep/a.rs": b"fn a() {}\n",
        },
    )


def test_the_nearest_package_is_the_crate_and_its_workspace_says_the_rest(workspace: Snapshot) -> None:
    crate = crate_of(workspace, "crates/mine/src/deep/a.rs")
    assert crate is not None
    assert (crate.name, crate.version) == ("mine", "0.5.0")
    assert (crate.manifest, crate.lock) == ("crates/mine/Cargo.toml", "Cargo.lock")


@pytest.mark.parametrize(
    ("name", "package", "version", "source"),
    [
        ("http", "http", "1.1.0", "Cargo.lock"),
        ("http02", "http", "0.2.12", "Cargo.lock"),
        ("serde", "serde", "1.0.200", "Cargo.lock"),
        ("tokio", "tokio", "1.38.0", "Cargo.lock"),
        ("rand_core", "rand-core", "0.6", "Cargo.toml"),
        ("near", "near", "", ""),
    ],
)
def test_versions_are_those_of_the_lock_file_else_what_was_asked_for(
    workspace: Snapshot, name: str, package: str, version: str, source: str
) -> None:
    crate = crate_of(workspace, "crates/mine/src/deep/a.rs")
    assert crate is not None
    found = crate.dependencies[name]
    assert (found.package, found.version, found.source, found.kind) == (package, version, source, "normal")


def test_a_file_above_every_package_belongs_to_none(workspace: Snapshot) -> None:
    assert crate_of(workspace, "build.rs") is None


@pytest.mark.parametrize(
    "manifest",
    [
        b"[package\n",
        b"\xff",
        b"package = 3",
        b"[package]\nname = 3",
        b"[package]\nname = 'x'\nversion = 1\ndependencies = 2",
        b"[package]\nname = 'x'\n[dependencies]\na = 1\n'b\\u001b' = '1'\nc = {version = [1]}\nd = '\\u001b[2J'",
        b"[package]\nname = 'x'\nworkspace = '../../..'\n[target]\nx = 3",
        b"a = " + b"[" * 5000,
    ],
)
def test_a_broken_manifest_declares_nothing(tmp_path: Path, manifest: bytes) -> None:
    shot = folder(tmp_path, {"Cargo.toml": manifest, "Cargo.lock": b"package = [1, {name = 2}]", "a.rs": b""})
    crate = crate_of(shot, "a.rs")
    if crate is not None:
        assert crate.version == ""
        assert {name: one.version for name, one in crate.dependencies.items()} in (
            {},
            {"a": "", "c": "", "d": ""},
        )
    assert licence_of(shot, "a.rs").expression is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.rs": b"// SPDX-License-Identifier: 0BSD\n"}, ("0BSD", "header", "c/a.rs")),
        (
            {"Cargo.toml": b"[package]\nname='c'\nlicense='MIT/ISC'"},
            ("MIT OR ISC", "Cargo.toml", "c/Cargo.toml"),
        ),
        ({"Cargo.toml": b"[package]\nname='c'"}, ("MIT", "LICENSE", "LICENSE")),
        (
            {"LICENSE-APACHE": APACHE, "LICENSE-MIT": MIT},
            ("Apache-2.0 OR MIT", "LICENSE", "c/LICENSE-APACHE"),
        ),
        ({"COPYING": b"All rights reserved."}, (None, "LICENSE", "c/COPYING")),
        (
            {"Cargo.toml": b"[package]\nname='c'\nlicense-file='TERMS'", "TERMS": APACHE},
            ("Apache-2.0", "LICENSE", "c/TERMS"),
        ),
        (
            {"Cargo.toml": b"[package]\nname='c'\nlicense-file='../../etc/passwd'"},
            ("MIT", "LICENSE", "LICENSE"),
        ),
    ],
)
def test_a_header_wins_over_the_manifest_and_that_over_the_nearest_licence_file(
    tmp_path: Path, files: dict[str, bytes], expected: tuple[str | None, str, str]
) -> None:
    given_files = {"LICENSE": MIT, "c/a.rs": b"fn a() {}\n"} | {
        f"c/{name}": data for name, data in files.items()
    }
    found = licence_of(folder(tmp_path, given_files), "c/a.rs")
    assert (found.expression, found.source, found.where) == expected


def test_nothing_said_is_no_licence(tmp_path: Path) -> None:
    found = licence_of(folder(tmp_path, {"a.rs": b"fn a() {}"}), "a.rs")
    assert (found.expression, found.source, found.where) == (None, "", "")


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        (MIT, "MIT"),
        (APACHE, "Apache-2.0"),
        (MIT + APACHE, None),
        (b"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", None),
        (b"", None),
    ],
)
def test_only_what_is_easily_told_is_told(text: bytes, spdx: str | None) -> None:
    assert spdx_of_text(text) == spdx


def used(code: str, spans: list[tuple[int, int]] | None = None) -> dict[str, tuple[int, ...]]:
    """The crates a code names, with their lines; whatever these tests name is declared."""
    names = ("tokio", "serde", "serde_json", "tracing", "rand", "http", "retry")
    declared = {name: Dependency(name, name, "1.0.0", "Cargo.lock") for name in names}
    data = code.encode()
    tree = parse(data)
    assert tree is not None
    crate = Crate("mine", "", "Cargo.toml", "", declared)
    return {
        use.dependency.name: use.lines for use in crates_used(data, tree, crate, spans or [(0, len(data))])
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fn a() { tokio::spawn(b()) }", {"tokio"}),
        ("fn a() { ::rand::random() }", {"rand"}),
        ("#[tokio::main]\nasync fn a() {}", {"tokio"}),
        ("use serde::Deserialize;", {"serde"}),
        ("use {serde::{self, de::Error}, http as web};", {"serde", "http"}),
        ("extern crate rand as chance;", {"rand"}),
        ("fn a() { info!(x = serde_json::to_string(y)) }", {"serde_json"}),
        ("fn a(x: http::Uri) -> impl tracing::Value {}", {"http", "tracing"}),
        ("fn a() { Vec::<http::Uri>::new() }", {"http"}),
        ("mod x { fn a() { use rand::Rng; } }", {"rand"}),
        ("fn a() { r#tokio::spawn() }", {"tokio"}),
        # None of these is a use of a crate.
        ("fn a() { self.tokio().serde; let rand = 1; x(rand) }", set()),
        ("// tokio::spawn\n/// serde::Serialize\nfn a() { \"rand::random\" }", set()),
        ("mod retry;\nfn a() { retry::run() }", set()),
        ("fn a() { crate::tokio::spawn(); self::serde::x(); super::rand::y(); my::http::z() }", set()),
        ("use crate::{serde::X, http};\nfn a() { http::y() }", set()),
        ("use std::fmt;\nfn a() { fmt::Write }", set()),
    ],
)  # fmt: skip
def test_a_crate_is_used_where_code_names_it(code: str, expected: set[str]) -> None:
    assert set(used(code)) == expected


def test_a_span_uses_what_it_names_by_the_files_imports() -> None:
    code = (
        "use serde::Deserialize;\n"
        "use tokio::time::{self, sleep as rest};\n"
        "use tracing::{info};\n"
        "\n"
        "#[derive(Deserialize)]\n"
        "struct A;\n"
        "\n"
        "async fn b() { rest(1).await; time::interval(2); }\n"
    )
    start = code.index("#[derive")
    struct = (start, code.index("async"))
    function = (struct[1], len(code))
    assert used(code, [struct]) == {"serde": (5,)}
    assert used(code, [function]) == {"tokio": (8,)}
    assert used(code) == {"serde": (1, 5), "tokio": (2, 8), "tracing": (3,)}


@example(["use", "*", ";"])
@given(
    st.lists(
        st.sampled_from(["tokio", "::", "use", "{", "}", ",", ";", "as", "*", "rand", "fn a()", "#[", "]"])
    )
)
def test_code_that_makes_no_sense_is_no_error(words: list[str]) -> None:
    code = " ".join(words)
    for name, lines in used(code).items():
        assert name in words
        assert set(lines) == {1}


def test_facts_are_told_together(workspace: Snapshot, tmp_path: Path) -> None:
    code = b"use tokio::time;\nuse http02::Uri;\n\nfn a() { time::sleep() }\nfn b(uri: Uri) {}\n"
    (tmp_path / "crates/mine/src/deep/a.rs").write_bytes(code)
    facts = crate_facts(workspace, "crates/mine/src/deep/a.rs", [(code.index(b"fn b"), len(code))])
    assert [(use.dependency.package, use.dependency.version) for use in facts.uses] == [("http", "0.2.12")]
    assert facts.licence.expression == "MIT OR Apache-2.0"
    assert facts.crate is not None
    assert len(crate_facts(workspace, "crates/mine/src/deep/a.rs").uses) == 2
    alone = folder(tmp_path / "alone", {"a.rs": code})
    assert crate_facts(alone, "a.rs").uses == ()
