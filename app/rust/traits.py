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


@dataclass(frozen=True, slots=True)
class Table:
    """Methods by trait, and by type."""

    by_path: dict[tuple[bytes, ...], frozenset[bytes]]
    by_name: dict[bytes, dict[bytes, frozenset[bytes]]]
    """By the trait's last name and its crate; of several the union."""
    inherent: dict[bytes, frozenset[bytes]]
    """Own methods of the standard library's types, by the type's last name."""
    common: frozenset[bytes]
    """Every one of those methods."""

    def methods(self, path: tuple[bytes, ...]) -> frozenset[bytes] | None:
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
            if found is None and len(crates) == 1 and path[0] in (b"crate", b"super", b"self"):
                found = next(iter(crates.values()))
        return found

    def of_glob(self, path: tuple[bytes, ...]) -> frozenset[bytes]:
        """The methods that the traits of a glob import's module bring."""
        path = _normal(path)
        known = self.by_path.get((*path, b"*"))
        if known is not None:
            return known
        if path == (b"std", b"io", b"prelude"):
            path = path[:2]
        inside = [names for trait, names in self.by_path.items() if trait[:-1] == path]
        return frozenset().union(*inside)


def _normal(path: tuple[bytes, ...]) -> tuple[bytes, ...]:
    head = _STD.get(path[0]) or _CRATES.get(path[0]) or path[0]
    return (head, *path[1:])


@cache
def table() -> Table:
    """The tables, read once."""
    by_path: dict[tuple[bytes, ...], frozenset[bytes]] = {}
    by_name: dict[bytes, dict[bytes, frozenset[bytes]]] = {}
    for name in ("std_traits.txt", "crate_traits.txt"):
        for trait, methods in _lines(name):
            path = _normal(tuple(trait.split(b"::")))
            by_path[path] = by_path.get(path, frozenset()) | methods
            crates = by_name.setdefault(path[-1], {})
            crates[path[0]] = crates.get(path[0], frozenset()) | methods
    inherent = dict(_lines("std_methods.txt"))
    return Table(by_path, by_name, inherent, frozenset().union(*inherent.values()))


def _lines(name: str) -> list[tuple[bytes, frozenset[bytes]]]:
    text = files("app.rust").joinpath("data", name).read_bytes()
    lines = [line for line in text.splitlines() if line and not line.startswith(b"#")]
    return [(key, frozenset(rest.split())) for key, _, rest in (line.partition(b": ") for line in lines)]
