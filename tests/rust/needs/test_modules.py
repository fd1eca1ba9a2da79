"""What the crate's other files tell: which methods a trait has, and what a macro's body names."""

from __future__ import annotations

import pytest

from app.rust.items import find_item, outline
from app.rust.needs.file import RustFile
from app.rust.needs.imports import propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import find, module_files, module_path
from app.rust.syntax import parse

CRATE = {
    "src/lib.rs": "mod util; mod work; pub use util::deep::Deep;",
    "src/util/mod.rs": "pub mod deep; pub use deep::Dig;\n"
    "pub trait Go { fn go(&self, far: u8); fn make() -> Self; } pub trait Mark {}\n"
    "macro_rules! mark { ($t:ty) => { impl Mark for $t {} }; }\npub(crate) use mark;\n"
    "pub mod inline { pub struct Here; }",
    "src/util/deep.rs": "pub struct Deep; impl Deep { pub fn dig(&self) {} pub fn make() -> Deep { Deep } }\n"
    "pub trait Dig { fn dig(&self); }",
    "src/hidden.rs": "use crate::util::deep::*; pub struct Under; struct Dig;",
    "src/work.rs": "use crate::util::{mark, Go, Mark, deep::Dig};\n"
    "use std::collections::HashMap;\nuse itertools::Itertools;\nuse crate::util::deep::Deep;\n"
    "fn f(x: q::X) { x.y().go(1) }\nfn g(x: q::X) { x.y().go(); X::make() }\nfn h(x: q::X) { x.y().dig() }\n"
    "mod three { use crate::util::*; use crate::util::deep::*; fn three(d: Dig) {} }\n"
    "mod two { use crate::util::deep::*; use crate::hidden::*; fn two(d: Dig, e: Deep) {} fn one(u: Under) {} }\n"
    "struct S;\nmark!(S);\nfn own(x: Deep) { x.dig(); Deep::make() }\n",
}


def opened(file: str) -> RustFile:
    data = CRATE[file].encode()
    tree = parse(data)
    assert tree is not None
    root, path = module_path(file)

    def modules(path: tuple[bytes, ...]) -> RustFile | None:
        names = tuple(name.decode() for name in path)
        return next((opened(each) for each in module_files(root, names) if each in CRATE), None)

    return RustFile(data, tree, outline(data, tree), modules, tuple(name.encode() for name in path))


def test_a_glob_brings_what_its_module_shows_and_no_more() -> None:
    file = opened("src/work.rs")
    told = {}
    for name in ("two::two", "two::one", "three::three"):
        item = find_item(file.items, name)
        found = propose_imports(Lookup(file), [(item.start, item.end)])
        told[name] = [(one.item.path, one.certainty) for one in found]
    assert told == {
        "two::two": [("two::use crate::util::deep::*", "certain")],
        "three::three": [("three::use crate::util::deep::*", "certain")],
        "two::one": [("two::use crate::hidden::*", "certain")],
    }


def proposed(name: str) -> dict[str, str]:
    file = opened("src/work.rs")
    item = find_item(file.items, name)
    found = propose_imports(Lookup(file), [(item.start, item.end)])
    return {each.name: each.certainty for one in found for each in one.names}


@pytest.mark.parametrize(
    ("file", "root", "path"),
    [
        ("src/lib.rs", "src", ()),
        ("a/b/src/main.rs", "a/b/src", ()),
        ("a/src/b/mod.rs", "a/src", ("b",)),
        ("a/src/b/c.rs", "a/src", ("b", "c")),
    ],
)
def test_files_and_modules(file: str, root: str, path: tuple[str, ...]) -> None:
    assert module_path(file) == (root, path)
    assert file in module_files(root, path)


def test_paths_lead_into_files_inline_modules_and_through_reexports() -> None:
    modules = opened("src/lib.rs").modules
    assert modules is not None

    def led(*path: bytes) -> list[str]:
        return [
            f"{b'::'.join(place.module).decode()} {place.file.items[place.index].path}"
            for place in find(modules, path)
        ]

    assert led(b"util", b"Go") == ["util trait Go"]
    assert led(b"util", b"inline", b"Here") == ["util struct inline::Here"]
    assert led(b"Deep") == ["util::deep struct Deep"]
    assert led(b"util", b"mark") == ["util macro_rules! mark"]
    assert led(b"nowhere", b"Go") == []


def test_the_methods_of_a_trait_of_another_file() -> None:
    assert proposed("f") == {"Go": "likely"}
    assert proposed("g") == {"Go": "likely"}  # by `X::make`; `go` takes an argument
    assert proposed("h") == {"Dig": "likely"}


def test_names_in_another_files_macro_are_looked_up_where_it_is_called() -> None:
    assert proposed("mark!") == {"mark": "certain", "Mark": "certain"}


def test_a_method_that_a_type_of_another_file_has_itself_needs_no_trait() -> None:
    assert proposed("own") == {"Deep": "certain"}


def test_globs_that_lead_round_in_a_circle_end() -> None:
    names = [f"m{number}" for number in range(12)]
    globs = "".join(f"pub use crate::{name}::*;\n" for name in names)
    crate = {f"src/{name}.rs": globs for name in names} | {"src/lib.rs": "".join(f"mod {n};" for n in names)}
    known = {file: parsed(text) for file, text in crate.items()}

    def modules(path: tuple[bytes, ...]) -> RustFile | None:
        files = module_files("src", tuple(name.decode() for name in path))
        return next((known[each] for each in files if each in known), None)

    assert list(find(modules, (b"m0", b"Missing"))) == []


def parsed(text: str) -> RustFile:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    return RustFile(data, tree, outline(data, tree))
