"""Good Rust that tree-sitter-rust does not know by itself: each snippet as the items it holds, so that none gets lost.

Between the items of a snippet stand blank lines, around it two functions that a misreading would swallow. The
compiler takes each in edition 2024 (`tests/rust/gaps/test_repair.py` asks it where it is installed).
"""

from __future__ import annotations

from collections.abc import Iterator

ALONE: dict[str, list[str]] = {
    "safe in a foreign block's one line": ['unsafe extern "C" { safe fn a(); safe static B: u8; fn c(); }'],
    "a raw calling convention": ['unsafe extern r#"C"# {\n    /// Doc.\n    fn a();\n}'],
    "items in a body": [
        'fn f() -> i32 { unsafe extern "C" { safe fn abs(x: i32) -> i32; safe static X: u8; } abs(1) }'
    ],
    "default before members": [
        "#[cfg(any())]\nimpl A for B { default fn f() {} default type C = u8; default const D: u8 = 1; }"
    ],
    "default before an impl": [
        "#[cfg(any())]\ndefault impl A for B {}",
        "/// Doc.\n#[cfg(any())]\ndefault unsafe impl C for D {}",
    ],
    "auto traits": [
        "#[cfg(any())]\nauto trait A {}",
        "#[cfg(any())]\nunsafe auto trait B {}",
        "#[cfg(any())]\npub auto trait C {}",
    ],
    "unsafe modules and statics": [
        "#[cfg(any())]\nunsafe mod m {}",
        "#[cfg(any())]\nunsafe static A: u8 = 1;",
        "#[cfg(any())]\n/// Doc.\nsafe fn f() {}",
    ],
    "attributes of a closure's parameters, in lines": [
        "fn f() {\n    let c = |\n        #[cfg(all())] a: u32,\n        #[cfg(any())] a: u64,\n"
        "    | a + 1;\n    c(1);\n}",
        "/// Second.\npub fn g() {}",
    ],
    "attributes of a closure's parameters, in one line": [
        "fn f() { let _ = move |#[allow(unused)] a: u8, #[allow(unused)] b: u8| -> u8 { 1 }; }",
        "fn g() {}",
    ],
    "attributes of a closure in a closure": [
        "fn f() { let _ = |#[allow(unused)] a: u8, #[cfg(all())] b: u8| { let _ = |#[allow(unused)] c: u8| 1; b }; }"
    ],
    "attributes of a closure that is an argument": [
        "fn f(g: fn(fn(u8, u8))) { g(|#[allow(unused)] a, #[allow(unused)] b| ()); }"
    ],
    "attributes of an async closure": [
        "fn f() { let _ = async |#[allow(unused)] a: u8| 1; let _ = async move |#[allow(unused)] b: u8| 2; }"
    ],
    "attributes among comments": [
        "fn f() {\n    let _ = |\n        // |\n        #[allow(unused)] a: u8, // first\n"
        "        /* | */ #[cfg(all())]\n        b: u8,\n    | b;\n}"
    ],
    "an attribute behind a plain parameter": ["fn f() { let _ = |a: u8, #[cfg(all())] b: u8| a + b; }"],
    "a closure's last comma": ["fn f() { let _ = |a: u8, b: u8,| a + b; let _ = 1 | 2; }"],
    "attributes of a pattern's fields": [
        "struct S { a: u8, b: u8 }",
        "fn f(s: S) -> u8 { let S { #[cfg(all())] a, #[allow(unused)] b: _ } = s; a }",
        "fn g(s: S) -> u8 { match s { S { #[cfg(all())] a, .. } if a > 1 => a, S { #[cfg(all())] b, .. } => b } }",
        "fn h(S { #[cfg(all())] a, .. }: S) -> u8 { if let Some(S { #[cfg(all())] b, .. }) = None { b } else { a } }",
    ],
    "attributes of a lifetime": ["type F = for<#[cfg(all())] 'a> fn(&'a u8);"],
    "an attribute before an expression": [
        "fn f() { #[cfg(any())] { let c = #[inline]\n        |a: u8| { a }; x(&mut #[inline] |b| b); } }"
    ],
    "the number of a field in a pattern": [
        "struct A(u8, u8);",
        "fn f(a: A) { match a { A { 0: 1, 1: x } => drop(x), A { 0: ref y, .. } => drop(y) } }",
    ],
    "a negative const argument": [
        "struct A<const M: i8, const N: i8>;",
        "impl A<-1, -2> { fn f(_: A<-1, 2>, a: i8) -> bool { a < -1 } }",
    ],
    "a lifetime as the first bound": [
        "trait A {}",
        "fn f<'a>(_: &'a (dyn 'a + A), _: Box<dyn 'static + A + Send>, _: impl 'a + A) {}",
    ],
    "bounds that end early": ["fn f<'a: 'b +, 'b, T: Copy + , U:>(_: &'a T, _: &'b U) {}", "trait A: {}"],
    "several attributes before a parameter": [
        "#[derive(Debug)]\nstruct T(#[allow(unused)] #[cfg(all())] u8);",
        "fn f(#[allow(unused)] #[cfg(all())] a: u8, #[allow(unused)] #[allow(dead_code)] (b, c): (u8, u8)) {}",
        "impl T { fn g(#[cfg(all())] #[allow(unused)] &self, #[cfg(all())] #[allow(unused)] mut a: u8) {} }",
    ],
    "attributes in a tuple": ["const A: (i64, i64) = (1, #[cfg(all())] 2);"],
    "generic arguments in a pattern": [
        "struct S<T> { a: T }",
        "fn f(s: S<u8>) { match s { S::<u8> { a: 1 } => (), S::<u8> { a } => drop(a) } }",
        "fn g(s: S<Vec<u8>>) { let S::<Vec<u8>> { a, .. } = s; if let None::<u8> { .. } = None { drop(a) } }",
    ],
    "a pattern of two references": ["fn f(a: &&u8) { match a { &&1 => {} &&2 => {} _ => {} } }"],
    "a variable called like a type": [
        "fn f(a: char) -> char { match a { char @ ('(' | ')') => char, str @ _ => str } }"
    ],
    "where of the unit": ["trait A<const N: u8> {}", "impl A<1> for () {}", "fn f() where (): A<1>, {}"],
    "a type called union": [
        "#[allow(non_camel_case_types)]\nstruct union { union: u8 }",
        "impl union { fn union(&self) -> u8 { self.union } }",
    ],
    "a type called raw": [
        "#[allow(non_camel_case_types)]\nstruct raw;",
        "impl Clone for raw { fn clone(&self) -> raw { raw } }",
        "fn f(x: Option<raw>, mut y: u8) { drop(x); let _ = (&raw const y, &raw mut y); }",
    ],
    "a type called default": [
        "#[allow(non_camel_case_types)]\nstruct default;",
        "impl default { fn default() -> Option<default> { None } }",
    ],
    "a macro's words apart": [
        "macro_rules ! m { [$] => { 1 }; [[$ a : tt]] => { $ crate :: f ($ a) } }",
        "macro_rules /* ! */ ! n { () => {} }",
    ],
    "white space beyond ASCII": ["fn f()\u2028{}\u2029", "\u200efn g() {}"],
    "a tilde among a macro's tokens": [
        "macro_rules! m { ($($t:tt)*) => {} }",
        "m! { ~const |#[a] b| safe fn x(); }",
        'unsafe extern "C" { safe fn a(); }',
    ],
    "what only looks like it": [
        'const A: &str = "unsafe extern { safe fn x(); } |#[a] b|";',
        '/* safe fn y(); /* | */ */\nconst B: &str = r#"safe "fn"#;',
        "fn f<'a>(x: &'a str) -> bool { x.starts_with('|') && x.starts_with('\"') && x.as_bytes()[0] == b'\\'' }",
        'unsafe extern "C" { safe fn a(); }',
    ],
}
"""Items side by side."""

QUALIFIERS = ("safe", "unsafe", "pub safe", "pub unsafe", "pub(crate) safe", "pub(in crate) unsafe")


def _foreign(qualifier: str) -> list[str]:
    return [
        f'/// Doc of a.\n    #[link_name = "a"]\n    {qualifier} fn a(x: u8) -> bool;',
        f'// Glued.\n    #[link_name = "b"]\n    {qualifier} static B: u8;',
        f"{qualifier} static mut C: u8;",
        "fn plain();",
        f"{qualifier} fn d(x: u8, ...);" if "unsafe" in qualifier else f"{qualifier} fn d();",
    ]


WITHIN: dict[str, tuple[str, list[str]]] = {
    **{f"{each} in a foreign block": ('unsafe extern "C"', _foreign(each)) for each in QUALIFIERS},
    "no calling convention": ("unsafe extern", _foreign("safe")),
    "default members of an impl": (
        "#[cfg(any())]\nimpl A for B",
        [
            "/// Doc.\n    default const C: u8 = 1;",
            "default type D = u8;",
            "pub default async unsafe fn f() {}",
        ],
    ),
    "a closure's attributes in a method": (
        "struct X; impl X",
        [
            "fn a(&self) {\n        let c = |\n            #[allow(unused)] a: u32,\n"
            "            #[allow(unused)] b: u32,\n        | 1;\n        c(1, 2);\n    }",
            "/// Doc.\n    fn b() {}",
        ],
    ),
}
"""Members of the container that is the last item of the head."""

OLD: dict[str, list[str]] = {
    "a trait without dyn": [
        "trait A<'a> {}",
        "fn f(_: Box<for<'a> A<'a>>, _: &for<'a> A<'a>) -> Box<for<'a> A<'a> + Send> { x() }",
        "type B = for<'a> fn(&'a u8);",
    ],
    "try as a macro": ["fn f() -> Result<u8, u8> { Ok(try!(Ok(1))) }"],
}
"""The same, of what earlier editions take."""

NIGHTLY: dict[str, list[str]] = {
    "const traits": [
        "const trait A {}",
        "impl const A for u8 {}",
        "impl<T: Copy> const A for Vec<T> {}",
        "fn f<T: const A + [const] A>() {}",
        "fn g<T: ~const A>() {}",
    ],
    "generators": ["gen fn f() {}", "async gen fn g() {}", "pub unsafe gen fn h() {}"],
    "a closure's binder": ["fn f() { let _ = for<'a> |x: &'a u8| -> &'a u8 { x }; }"],
    "final and async bounds": ["trait A { final fn f() {} }", "fn f<T: async Fn()>() {}"],
    "type const": ["type const A: u8 = 1;"],
}
"""The same, of what a nightly compiler takes."""


def snippets(every: bool = True) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Name, source, texts of the outermost items, and texts of the last container's members."""
    for name, items in (ALONE | OLD | NIGHTLY if every else ALONE).items():
        yield name, "\n\n".join(_around(items)), _around(items), []
    for name, (head, members) in WITHIN.items():
        before, _, container = head.rpartition("; ")
        first = [f"{before};"] if before else []
        items = _around([*first, f"{container} {{\n    " + "\n    ".join(members) + "\n}"])
        yield name, "\n\n".join(items), items, members


def _around(items: list[str]) -> list[str]:
    return ["fn before() {}", *items, "fn after() {}"]
