"""What a piece of Rust uses from outside itself: one test for each way to use a name, or only to seem to."""

from __future__ import annotations

import pytest

from tests.rust.ruststrings import rust


def uses(code: str, name: str = "Name") -> bool:
    """Whether item `f` needs the import of `name`."""
    return name in rust(f"use q::{name};\n{code}\n").certain("f")


@pytest.mark.parametrize(
    "code",
    [
        # macro bodies and arguments
        "macro_rules! f { () => { Name::go() } }",
        "macro_rules! f { ($x:ty) => { $x::from(Name { a: 1 }) } }",
        "fn f() { select! { x = Name::next() => x } }",
        "fn f() { m!(a, [Name, b]) }",
        "fn f() { m!(Name!(1)) }",
        # derives and attributes
        "#[derive(Debug, Name)]\nstruct f;",
        "#[derive(q::Other, Name::Inner)]\nstruct f;",
        "#[cfg_attr(feature = 'x', derive(Name))]\nstruct f;".replace("'", '"'),
        "#[Name(debug)]\nfn f() {}",
        "#[Name::main]\nfn f() {}",
        "#[instrument(level = Name::INFO)]\nfn f() {}",
        'struct f { #[serde(with = "Name::inner")] a: u8 }',
        'struct f { #[serde(skip_serializing_if = "Name")] a: u8 }',
        '#[serde(bound = "T: Name<u8>")]\nstruct f<T>(T);',
        "struct f { #[arg(value_parser = Name::parse)] a: u8 }",
        # conditional code is used all the same
        "#[cfg(unix)]\nfn f(x: Name) {}",
        # captures
        'fn f() { println!("{Name}") }',
        'fn f() { println!("{:>1$} {x:.Name$}", 1) }',
        # patterns refer with capitals
        "fn f(x: u8) { match x { Name => 1, _ => 2 } }",
        "fn f(x: u8) { if let Name(y) | q::Z { y } = x {} }",
        "fn f(x: u8) { match x { 0..=Name => 1 } }",
        # raw identifiers
        "fn f() { r#Name() }",
        # nested functions do not see variables, but do see imports
        "fn f() { fn g() { Name() } }",
        "fn f() { let Name = 1; fn g() -> u8 { Name } }",
        # generics and lifetimes
        "fn f<T: Name>() {}",
        "fn f<T>() where T: Iterator<Item = Name> {}",
        "fn f<const N: usize>() -> [u8; Name] {}",
        "fn f<'a>(x: &'a dyn Name) {}",
        "fn f(x: impl Fn(Name) -> u8) {}",
        "struct f<T = Name>(T);",
        "fn f() { Vec::<Name>::new() }",
        "fn f() { <Name as X>::go() }",
        "fn f() { <u8 as Name>::go() }",
        # struct shorthand, and struct literals
        "fn f() { S { Name } }",
        "fn f() { Name { a: 1, ..x } }",
        # locals shadow only from where they stand
        "fn f() { Name(); let Name = 1; }",
        "fn f() { { let Name = 1; } Name() }",
        "fn f() { if let Some(Name) = x {} else { Name() } }",
    ],
)
def test_ways_to_use_a_name(code: str) -> None:
    assert uses(code)


@pytest.mark.parametrize(
    "code",
    [
        # labels and lifetimes
        "fn f() { 'name: loop { break 'name; } }",
        "fn f<'name>(x: &'name u8) { m!(x: &'name u8) }",
        # shadowing: parameters, let, closures, patterns, loops, items of a block
        "fn f(name: u8) { name; }",
        "fn f() { let name = 1; name; }",
        "fn f() { let (a, [name, ..]) = x; name; }",
        "fn f() { let S { name, .. } = x; name; }",
        "fn f() { let S { a: name } = x; S { name } }",
        "fn f() { |name: u8| name + 1; }",
        "fn f() { for (i, name) in x { name; } }",
        "fn f() { match x { Some(name) if name > 1 => name, name @ 1 => name } }",
        "fn f() { if let Some(name) = x && name > 1 { name; } }",
        "fn f() { while let Some(name) = x { name; } }",
        "fn f() { let Some(name) = x else { return }; name; }",
        "fn f() { fn name() {} name() }",
        "fn f() { use other::name; name() }",
        "fn f() { const name: u8 = 1; name }",
        'fn f(name: u8) { println!("{name}") }',
        'fn f() { println!("{name}", name = 1) }',
        "fn f() { m!(|name| name + 1) }",
        "fn f() { m!(let name = 1; name) }",
        "fn f<name>(x: name) {}",
        "fn f<const name: usize>() -> [u8; name] {}",
        "impl<name> f<name> { }\nstruct f<name>(name);",
        # members and later parts of paths
        "fn f() { x.name(); x.name; a::name(); m!(x.name(), a::name) }",
        "fn f() { S { name: 1 } }",
        "struct f { name: u8 }",
        "enum f { name }",
        "fn f(x: impl Iterator<name = u8>) {}",
        # words, not names
        '/// name\nfn f() { "{name}"; } // name',
        'fn f() { println!("{{name}}") }',
        "#[serde(name)]\nstruct f;",
        "#[cfg(name)]\nfn f() {}",
        '#[doc(alias = "name")]\nfn f() {}',
        "#[instrument(skip(name))]\nfn f(name: u8) {}",
        "macro_rules! f { (name $x:expr) => { $x } }",
        "fn f() { m!(name = 1, name: 2) }",
        "mod f { fn g() { name() } }",
    ],
)
def test_what_only_seems_to_use_a_name(code: str) -> None:
    assert not uses(code, "name")


def test_a_derive_helper_attribute_is_no_macro_of_that_name() -> None:
    code = '#[derive(Error)]\n#[error("x")]\nenum f { #[error("y")] A }\nfn g() { error!("z") }'
    assert not uses(code, "error")


def test_a_macro_is_not_what_a_variable_of_its_name_means() -> None:
    code = 'fn f() { let error = 1; error!("{error}"); }\nfn g() { match x { Err(e) => info!(error, "{error}") } }'
    file = rust("use tracing::error;\n" + code)
    assert file.certain("f") == ["error"]
    assert file.certain("g") == []


def test_a_primitive_type_is_not_the_module_of_its_name() -> None:
    file = rust(
        "use std::{f64, str};\nfn f(x: f64, s: &str) { f64::from(1) }\nfn g() { (f64::consts::PI, str::from_utf8(b)) }"
    )
    assert file.certain("f") == []
    assert file.certain("g") == ["f64", "str"]


def test_depth_costs_no_stack() -> None:
    deep = "(" * 4000 + "Name" + ")" * 4000
    long = " + ".join(["Name"] * 4000)
    assert uses(f"fn f() {{ {deep} }}")
    assert uses(f"fn f() {{ {long} }}")
    assert uses(f"fn f() {{ m!{deep} }}")
