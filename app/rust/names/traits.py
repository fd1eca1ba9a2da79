"""Which methods well-known traits have, and which of the standard library's methods need no trait at all.

The tables are text files in `app/rust/data`, one trait or type a line, each saying where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_STD = {b"core": b"std", b"alloc": b"std"}
_CRATES = {
    b"futures_util": b"futures",
    b"futures_core": b"futures",
    b"futures_sink": b"futures",
    b"futures_io": b"futures",
    b"digest": b"sha2",
    b"color_eyre": b"eyre",
    b"sqlx_core": b"sqlx",
    b"serde_core": b"serde",
}
PRELUDE_TYPES = frozenset(
    b"Send Sync Sized Copy Drop Fn FnMut FnOnce AsyncFn AsyncFnMut AsyncFnOnce Unpin Box ToOwned Clone PartialEq "
    b"PartialOrd Eq Ord AsRef AsMut Into From Default Iterator Extend IntoIterator DoubleEndedIterator "
    b"ExactSizeIterator Option Result String ToString Vec TryFrom TryInto FromIterator Self Hash Debug".split()
)
"""Names that need no import as types and derives."""
PRELUDE_VALUES = frozenset(b"Some None Ok Err drop self size_of size_of_val align_of align_of_val".split())
PRIMITIVES = frozenset(
    b"bool char str i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f16 f32 f64 f128".split()
)
STD_MACROS = frozenset(
    b"assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq debug_assert_ne env "
    b"eprint eprintln file format format_args include include_bytes include_str is_x86_feature_detected line matches "
    b"module_path option_env panic print println stringify thread_local todo try unimplemented unreachable vec write "
    b"writeln derive test bench global_allocator macro_rules addr_of addr_of_mut asm global_asm Clone Copy Debug "
    b"Default Eq Hash Ord PartialEq PartialOrd".split()
)
STD_MODULES = frozenset(
    b"alloc any array ascii borrow boxed cell char clone cmp collections convert default env error ffi fmt fs future "
    b"hash hint io iter marker mem net num ops option os panic path pin prelude process ptr rc result slice str string "
    b"sync task thread time vec hash_map btree_map atomic mpsc".split()
)


Methods = dict[bytes, frozenset[int]]
"""Names with how many arguments they take besides `self`; `STATIC` for functions, `ANY` where it is not known."""
STATIC = -1
ANY = -2


def fits(methods: Methods, name: bytes, arguments: int) -> bool:
    """Whether a call `.name(…)` with so many arguments (negative: unknown) can be one of the methods."""
    counts = methods.get(name)
    if counts is None:
        return False
    return ANY in counts or arguments in counts or (arguments < 0 and counts != {STATIC})


@dataclass(frozen=True, slots=True)
class Table:
    """Methods by trait, and by type."""

    by_path: dict[tuple[bytes, ...], Methods]
    by_name: dict[bytes, dict[bytes, Methods]]
    """By the trait's last name and its crate; of several the union."""
    inherent: dict[bytes, Methods]
    """Own methods of the standard library's types, by the type's last name."""
    common: Methods
    """Every one of those methods, and those of traits that need no import."""

    def methods(self, path: tuple[bytes, ...]) -> Methods | None:
        """The methods of the trait imported by this path; None if it is not known.

        A trait that is brought in through another module is found by its name, if only one crate has it.
        """
        if not path:
            return None
        path = _normal(path)
        found = self.by_path.get(path)
        if found is None:
            crates = self.by_name.get(path[-1], {})
            found = crates.get(path[0])
            if found is None and len(crates) == 1 and path[0] != b"std":
                found = next(iter(crates.values()))
        return found

    def of_glob(self, path: tuple[bytes, ...]) -> Methods:
        """The methods that the traits of a glob import's module bring; none of `use *`, which has no module."""
        if not path:
            return {}
        path = _normal(path)
        known = self.by_path.get((*path, b"*"))
        if known is not None:
            return known
        if path == (b"std", b"io", b"prelude"):
            path = path[:2]
        found: Methods = {}
        for trait, methods in self.by_path.items():
            if trait[:-1] == path:
                _add(found, methods)
        return found


def _normal(path: tuple[bytes, ...]) -> tuple[bytes, ...]:
    head = _STD.get(path[0]) or _CRATES.get(path[0]) or path[0]
    return (head, *path[1:])


@cache
def table() -> Table:
    """The tables, read once."""
    by_path: dict[tuple[bytes, ...], Methods] = {}
    by_name: dict[bytes, dict[bytes, Methods]] = {}
    for name in ("std_traits.txt", "crate_traits.txt"):
        for trait, methods in _lines(name):
            path = _normal(tuple(trait.split(b"::")))
            _add(by_path.setdefault(path, {}), methods)
            _add(by_name.setdefault(path[-1], {}).setdefault(path[0], {}), methods)
    inherent = dict(_lines("std_methods.txt"))
    common: Methods = {}
    for methods in inherent.values():
        _add(common, methods)
    for path, methods in by_path.items():
        if path[0] == b"std" and path[-1] in PRELUDE_TYPES:
            _add(common, methods)
    inherent[b"Iterator"] = by_path[b"std", b"iter", b"Iterator"]
    return Table(by_path, by_name, inherent, common)


def _add(into: Methods, methods: Methods) -> None:
    for name, counts in methods.items():
        into[name] = into[name] | counts if name in into else counts


def _lines(name: str) -> list[tuple[bytes, Methods]]:
    text = files("app.rust").joinpath("data", name).read_bytes()
    lines = [line for line in text.splitlines() if line and not line.startswith(b"#")]
    return [(key, _methods(rest)) for key, _, rest in (line.partition(b": ") for line in lines)]


def _methods(text: bytes) -> Methods:
    found: Methods = {}
    for word in text.split():
        name, _, count = word.partition(b"/")
        if name.startswith(b"::"):
            name, number = name[2:], STATIC
        else:
            number = int(count) if count else ANY
        one = _ONE[number]
        found[name] = found[name] | one if name in found else one
    return found


_ONE = {number: frozenset({number}) for number in range(ANY, 20)}
