"""Which imports are used by name, told by rustc: every use of a doubtful name is an error at its place.

Each import is renamed where it stands and brought back by a glob, beside a second glob that has something else of
the same name. Every use is then ambiguous: E0659 at its span. For what a glob of the source brings in, the second
glob offers something for each name that the module's text holds.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tree_sitter import Node

from app.errors import SourceError
from app.rust.names.scopes import Leaf, Module
from tests.bench.closure.compiling import Crate, Diagnostic, Span
from tests.bench.closure.edits import Edit, Edited
from tests.bench.closure.views import View

How = Literal["name", "path", "glob", "macro", "own macro", "open", "chain", "method"]
"""By its name; by a path such as `self::Name`; through a glob; by the body of another file's macro called there;
by that of a macro of the same file; where it is as well known without the
import; as the first name of another import; as the trait of a method."""

Which = Literal["all", "private", "exported"]
"""Which imports are doubtful: all, those a module keeps to itself, or those it hands on."""

KEYWORDS = frozenset(
    b"as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref "
    b"return self Self static struct super trait true type unsafe use where while async await dyn abstract become box "
    b"do final macro override priv typeof unsized virtual yield try gen union auto default raw macro_rules".split()
)
PRIMITIVES = frozenset(b"bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize".split())
STD_MACROS = frozenset(
    b"assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq debug_assert_ne env "
    b"eprint eprintln file format format_args include include_bytes include_str line macro_rules matches module_path "
    b"option_env panic print println stringify thread_local todo try unimplemented unreachable vec write "
    b"writeln".split()
)
AMBIGUOUS = ("E0659", "ambiguous_glob_imports")
"""What rustc calls the ambiguity: a lint where older versions of it let it pass."""
PRELUDE = frozenset(
    b"Option Some None Result Ok Err Iterator IntoIterator Extend DoubleEndedIterator ExactSizeIterator Clone Copy "
    b"Send Sync Sized Drop Fn FnMut FnOnce drop AsRef AsMut Into From Default PartialEq PartialOrd Eq Ord Debug Hash "
    b"derive cfg test global_allocator bench TryFrom TryInto FromIterator".split()
)
_UNNAMEABLE = (b"self", b"super", b"crate", b"Self", b"_")
_RESERVED = frozenset(
    b"allow automatically_derived cfg cfg_attr cold crate_type default deny deprecated derive doc expect feature "
    b"forbid global_allocator ignore inline link link_name macro_export macro_use must_use no_mangle no_std "
    b"non_exhaustive path proc_macro proc_macro_attribute proc_macro_derive repr should_panic target_feature test "
    b"track_caller type_length_limit unsafe used warn".split()
)
_WORD = re.compile(rb"[^\W\d]\w*")
_BEFORE = re.compile(rb"((?:(?:r#)?\w+\s*::\s*)*)$")
_PATTERNS = frozenset(
    {"tuple_pattern", "tuple_struct_pattern", "match_pattern", "slice_pattern", "ref_pattern"}
)
_PATTERNS |= {
    "mut_pattern",
    "reference_pattern",
    "or_pattern",
    "captured_pattern",
    "closure_parameters",
    "field_pattern",
}


class Use(NamedTuple):
    """One use of an import."""

    at: int
    """Byte of the original file; for `chain` the first byte of the leaf that needs the other."""
    leaf: int
    """First byte of the import's leaf."""
    how: How


class Plan(NamedTuple):
    """A crate's files with doubtful names, and the way back."""

    files: dict[Path, Edited]
    kind: Literal["names", "macros"]


def exposed(leaf: Leaf, view: View) -> str:
    """The visibility with which a child module hands an import back to where it was declared."""
    declaration = view.scopes.nodes[leaf.item]
    children = declaration.named_children if declaration is not None else []
    told = next(
        (view.data[n.start_byte : n.end_byte] for n in children if n.type == "visibility_modifier"), b""
    )
    text = b"".join(told.split()).decode()
    if text in ("", "pub(self)"):
        return "pub(super)"
    if text == "pub(super)":
        return "pub(in super::super)"
    if text in ("crate", "pub(crate)"):
        return "pub(crate)"
    return told.decode()


def written(name: bytes) -> str:
    """A name as source has it."""
    return ("r#" if name in KEYWORDS else "") + name.decode()


def binding(leaf: Leaf, number: int, data: bytes) -> Edit:
    """The edit that gives a leaf another name."""
    node, new = leaf.node, f"__bs_{number}".encode()
    alias = node.child_by_field_name("alias") if node.type == "use_as_clause" else None
    if node.parent is not None and node.parent.type == "extern_crate_declaration":
        raise ValueError("extern crates are not renamed")
    if node.type == "use_as_clause":
        last = alias or node.children[-1]
        return Edit(last.start_byte, last.end_byte, new, number)
    return Edit(node.end_byte, node.end_byte, b" as " + new, number)


def plan(
    crate: Crate,
    views: Sequence[View],
    kind: Literal["names", "macros"],
    fakes: Fakes,
    which: Which,
) -> Plan:
    """The crate with its imports doubtful, for names or for macros.

    Those that a module hands on are asked for by themselves: what stands on a doubtful import may not be found.
    """
    files: dict[Path, Edited] = {}
    outside = {part.split("=")[0].split(":")[-1].encode() for part in _externs(crate)}
    outside |= {b"std", b"core", b"alloc", b"proc_macro", b"test", b"bs_fakes"}
    fakes.crates = outside
    for view in views:
        edits: list[Edit] = []
        for module in view.modules():
            edits += _doubts(view, module, kind, fakes, outside, which)
        if crate.edition == "2015" and crate.command_root() == view.path:
            edits.append(Edit(len(view.data), len(view.data), b"\nextern crate bs_fakes;\n"))
        files[view.path] = Edited(view.data, edits)
    return Plan(files, kind)


def _externs(crate: Crate) -> Iterator[str]:
    for index, each in enumerate(crate.command[:-1]):
        if each == "--extern":
            yield crate.command[index + 1]


def _is_use(view: View, leaf: Leaf) -> bool:
    return view.items[leaf.item].kind == "use_declaration"


def _doubts(
    view: View, module: Module, kind: str, fakes: Fakes, outside: set[bytes], which: str
) -> Iterator[Edit]:
    leaves = [leaf for leaf in view.leaves(module) if _is_use(view, leaf)]
    every = {leaf.name for leaf in leaves if leaf.name is not None}
    named = [leaf for leaf in leaves if leaf.name is not None and which in ("all", _reach(leaf, view))]
    globs = [leaf for leaf in leaves if leaf.glob and which != "exported"]
    if not named and not globs:
        return
    back: list[str] = []
    for leaf in named:
        number = fakes.number()
        yield binding(leaf, number, view.data)
        back.append(f"{exposed(leaf, view)} use super::__bs_{number} as {written(leaf.name or b'')};")
    wanted = {leaf.name for leaf in named if leaf.name is not None}
    others: set[bytes] = set()
    if globs:
        heads = {leaf.path[0] for leaf in leaves if leaf.path}
        others = _candidates(view, module) - heads - outside - every
    own, shared = fakes.offered(wanted, others, kind)
    wide = (
        "pub " if any(not each.startswith("pub(super) ") for each in back) else ""
    )  # else: none may be public
    text = f"\nmod __bs_a {{ {' '.join(back)} }}\n{wide}use self::__bs_a::*;\n" if back else "\n"
    doubt = " ".join(
        f"pub(super) use bs_fakes::{path}::{{{_joined(names)}}};" for path, names in (own, shared) if names
    )
    if doubt:
        text += f"mod __bs_b {{ {doubt} }}\nuse self::__bs_b::*;\n"
    end = view.module_end(module)
    yield Edit(end, end, text.encode())


def _reach(leaf: Leaf, view: View) -> str:
    return "private" if exposed(leaf, view) == "pub(super)" else "exported"


def doubted(view: View, which: Which) -> set[int]:
    """First bytes of the file's leaves that such a plan makes doubtful, globs apart."""
    return {
        leaf.node.start_byte
        for module in view.modules()
        for leaf in view.leaves(module)
        if _is_use(view, leaf) and which in ("all", _reach(leaf, view))
    }


def lost(told: Sequence[Diagnostic], views: Mapping[Path, View], made: Plan) -> Iterator[tuple[Path, int]]:
    """The first bytes of leaves that could not be found because what they import was doubtful."""
    for each in told:
        for span in each.spans if each.code in ("E0432", "E0433", "E0603") else ():
            at, view = _original(span, made), views.get(span[0])
            home = view.home(at) if view is not None and at is not None else None
            if view is None or at is None or home is None or view.items[home[0]].kind != "use_declaration":
                continue
            leaves = [leaf.node for leaf in view.leaves(home[1]) if leaf.item == home[0]]
            inside = [node for node in leaves if node.start_byte <= at < node.end_byte]
            yield from ((span[0], node.start_byte) for node in inside or leaves)


def _joined(names: set[bytes]) -> str:
    return ", ".join(written(name) for name in sorted(names))


def _candidates(view: View, module: Module) -> set[bytes]:
    node = view.scopes.nodes[module.item] if module.item is not None else view.tree.root_node
    if node is None:
        return set()
    words = set(_WORD.findall(view.data[node.start_byte : node.end_byte]))
    own = {name for names in module.names.values() for name in names}
    return words - own - KEYWORDS - PRIMITIVES


class Fakes:
    """The crate of things that share a name with something else: compiled once a crate and kind.

    Each module has its own fakes of the names it imports, because what one module hands on is an import of the next.
    Those offered beside a glob are the same everywhere: two globs that hand on the same thing are no contradiction.
    """

    def __init__(self, views: Sequence[View]) -> None:
        self._count = 0
        text = b"\n".join(view.data for view in views)
        attributes = b" ".join(re.findall(rb"#!?\[.*?\]", text, re.DOTALL))
        self._bangs = set(re.findall(rb"(?<!\w)([^\W\d]\w*)\s*!\s*[(\[{]", text))
        derives = b" ".join(re.findall(rb"derive\s*\(([^)]*)\)", attributes))
        self._derives = set(_WORD.findall(derives)) - self._bangs
        self._attributes = set(re.findall(rb"#!?\[\s*(\w+)", attributes)) - self._bangs - self._derives
        self._attributes -= _RESERVED
        self._modules: list[set[bytes]] = []
        self.crates: set[bytes] = set()
        """Names of crates: a type of such a name would hide the crate in the paths of imports."""
        self._shared: set[bytes] = set()

    def number(self) -> int:
        """A number not used before."""
        self._count += 1
        return self._count

    def offered(
        self, leaves: set[bytes], others: set[bytes], kind: str
    ) -> tuple[tuple[str, set[bytes]], tuple[str, set[bytes]]]:
        """Where fakes will be, for a module's own imports and for names that a glob may bring in."""
        if kind == "macros":
            leaves = leaves & (self._bangs | self._derives | self._attributes)
            others = others & (self._bangs - STD_MACROS)
        leaves, others = (
            {n for n in each if n.isascii() and n not in _UNNAMEABLE} for each in (leaves, others)
        )
        self._modules.append(leaves)
        self._shared |= others
        return (f"m{len(self._modules) - 1}", leaves), ("shared", others)

    def build(self, kind: str, folder: Path) -> Path:
        """Compile the crate of fakes; the file to give as `--extern bs_fakes=`."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["#![no_std]"]
        for path, names in [
            *((f"m{at}", each) for at, each in enumerate(self._modules)),
            ("shared", self._shared),
        ]:
            each = self._named if kind == "names" else self._macro
            lines.append(f"pub mod {path} {{ {' '.join(each(name) for name in sorted(names))} }}")
        source = folder / "bs_fakes.rs"
        source.write_text("\n".join(lines), "utf-8")
        derive = _derive(folder)
        done = subprocess.run(
            ["rustc", "--edition=2021", "--crate-type=lib", "--crate-name=bs_fakes", "--emit=metadata",
             "--cap-lints=allow", "-L", str(folder), "--extern", f"bs_derive={derive}",
             "--out-dir", str(folder), str(source)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise SourceError(f"The fakes do not compile: {done.stderr[:500]}")
        return folder / "libbs_fakes.rmeta"

    def _named(self, name: bytes) -> str:
        """A type and a value; a constant where a pattern would mean one."""
        own = written(name)
        constant = name.lstrip(b"_")[:1].isupper()
        value = f"pub const {own}: () = ();" if constant else f"pub fn {own}() {{}}"
        return value if name in self.crates else f"pub struct {own} {{}} {value}"

    def _macro(self, name: bytes) -> str:
        if name not in self._bangs:
            which = "Derived" if name in self._derives else "attributed"
            return f"pub use bs_derive::{which} as {written(name)};"
        new = f"bsm{self.number()}"
        rules = f"#[macro_export] macro_rules! {new} {{ ($($t:tt)*) => {{}} }}"
        return f"{rules} pub use crate::{new} as {written(name)};"


def _derive(folder: Path) -> Path:
    """A derive and an attribute that do nothing, which need a crate of their own."""
    made = folder / "libbs_derive.so"
    if not made.exists():
        source = folder / "bs_derive.rs"
        source.write_text(
            "extern crate proc_macro; use proc_macro::TokenStream;\n"
            "#[proc_macro_derive(Derived)] pub fn d(_: TokenStream) -> TokenStream { TokenStream::new() }\n"
            "#[proc_macro_attribute] pub fn attributed(_: TokenStream, i: TokenStream) -> TokenStream { i }\n",
            "utf-8",
        )
        subprocess.run(
            ["rustc", "--edition=2021", "--crate-type=proc-macro", "--crate-name=bs_derive", "--out-dir", str(folder),
             str(source)],
            check=True, capture_output=True,
        )  # fmt: skip
    return made


def uses(told: Sequence[Diagnostic], views: Mapping[Path, View], made: Plan) -> Iterator[tuple[Path, Use]]:
    """The uses that rustc's answers tell of. A use in a macro's body counts where the macro is called as well."""
    for each in told:
        if each.code not in AMBIGUOUS:
            continue
        match = re.match(r"`(?:r#)?([^`]+)`", each.message)
        name = match[1].encode() if match else b""
        for span in each.spans:
            for path, at, how in _origins(span, each.calls, made):
                view = views[path]
                noted = [_original(place, made) for place in each.all_spans if place[0] == path]
                found = _resolved(view, at, name, [n for n in noted if n is not None], how)
                known = made.kind == "macros" and name in STD_MACROS and bool(view.prelude)
                yield from ((path, use._replace(how="open") if known else use) for use in found)


def _original(span: Span, made: Plan) -> int | None:
    edited = made.files.get(span[0])
    return edited.before(span[1]) if edited is not None else None


def _origins(span: Span, calls: Sequence[Span], made: Plan) -> Iterator[tuple[Path, int, How]]:
    """Where the name stands; and for one in a macro's body, the outermost call."""
    places: list[tuple[Span, How]] = [(span, "name")]
    places += [(call, "own macro" if call[0] == span[0] else "macro") for call in calls[-1:]]
    for place, how in places:
        at = _original(place, made)
        if at is not None:
            yield place[0], at, how


def _resolved(view: View, at: int, name: bytes, noted: Sequence[int], how: How) -> Iterator[Use]:
    home = view.home(at)
    if home is None or view.items[home[0]].test:
        return
    index, module = home
    if how != "name":
        yield from _in_module(view, module, name, at, how, noted)
        return
    if _is_binding(view, at, name) or (name in PRIMITIVES and not _is_path(view, at, name)):
        return
    prefix = _BEFORE.search(view.data, max(0, at - 200), at)
    qualifier = [part.strip() for part in prefix[1].split(b"::")[:-1]] if prefix else []
    target: Module | None = module
    for part in qualifier:
        if part == b"super":
            target = target.parent if target is not None else None
        elif part != b"self":
            return
    if view.data[:at].rstrip().endswith(b"::") and not qualifier:
        return
    if target is None:
        return
    found = list(_in_module(view, target, name, at, "path" if qualifier else "name", noted))
    if view.items[index].kind == "use_declaration":
        yield from chained(view, index, at, name, found)
        return
    yield from (_opened(use, name, view) for use in found)


def _is_path(view: View, at: int, name: bytes) -> bool:
    """Whether `::` follows: by itself a primitive type's name never means the module of that name."""
    return view.data[at + len(name) :].lstrip()[:2] == b"::"


def _opened(use: Use, name: bytes, view: View) -> Use:
    """The use, or that it is open whether it needs the import: its name would be known without it."""
    known = name in PRIMITIVES or (use.how == "glob" and (name in PRELUDE or name in view.prelude))
    return use._replace(how="open") if known else use


def _in_module(
    view: View, module: Module, name: bytes, at: int, how: How, noted: Sequence[int], depth: int = 0
) -> Iterator[Use]:
    """The module's import of that name; else the globs that rustc names, and what they lead to in this file."""
    active = [
        leaf for leaf in module.leaves.get(name, ()) if leaf.item in view.active and _is_use(view, leaf)
    ]
    if active:
        yield from (Use(at, leaf.node.start_byte, how) for leaf in active)
        return
    for leaf in module.globs:
        inner = _leads_to(view, module, leaf.path)
        meant = any(leaf.node.start_byte <= place < leaf.node.end_byte for place in noted)
        if leaf.item in view.active and (meant or depth) and inner is not module:
            if inner is not None and not _knows(view, inner, name):
                continue
            if meant or inner is not None:
                yield Use(at, leaf.node.start_byte, "glob" if how == "name" else how)
            if inner is not None and depth < 4:
                yield from _in_module(view, inner, name, at, how, noted, depth + 1)


def _knows(view: View, module: Module, name: bytes) -> bool:
    own = any(name in names for names in module.names.values())
    return own or name in module.leaves or bool(module.globs)


def _leads_to(view: View, module: Module, path: Sequence[bytes]) -> Module | None:
    """The module of this file that a path leads to."""
    at: Module | None = module
    for name in path:
        if at is None or name == b"crate":
            return None
        if name == b"super":
            at = at.parent
        elif name != b"self":
            inside = [i for i in at.names["type"].get(name, ()) if i in view.scopes.modules]
            at = view.scopes.modules[inside[0]] if inside else None
    return at


def chained(view: View, item: int, at: int, name: bytes, found: Sequence[Use]) -> Iterator[Use]:
    """The leaves of a declaration whose path goes through the name at `at` need what it comes from."""
    node = view.scopes.nodes[item]
    module = view.scopes.home[item]
    around = node.descendant_for_byte_range(at, at + 1) if node is not None else None
    holder: Node | None = around
    while holder is not None and holder.type in ("identifier", "scoped_identifier", "self", "crate", "super"):
        holder = holder.parent
    if holder is None:
        return
    for leaf in view.leaves(module):
        heads = [name for name in leaf.path if name not in (b"self", b"super")][:1]
        if heads != [name] or leaf.path[0] == b"super":
            continue
        if leaf.item == item and holder.start_byte <= leaf.node.start_byte < holder.end_byte:
            for use in found:
                if use.leaf != leaf.node.start_byte:
                    yield Use(leaf.node.start_byte, use.leaf, "chain")


def handed_down(view: View) -> Iterator[Use]:
    """Imports such as `super::Name` of what a module around imports itself need that import too, by the language."""
    for module in view.modules():
        for leaf in view.leaves(module):
            target = (
                _leads_to(view, module, leaf.path[:-1])
                if leaf.path[:1] in ((b"super",), (b"self",))
                else None
            )
            for above in (
                target.leaves.get(leaf.path[-1], ()) if target is not None and target is not module else ()
            ):
                if above.item in view.active:
                    yield Use(leaf.node.start_byte, above.node.start_byte, "chain")


def _is_binding(view: View, at: int, name: bytes) -> bool:
    """Whether a lower-case name stands where a pattern binds it: rustc looks it up there, and then binds anew."""
    if name.lstrip(b"_")[:1].isupper():
        return False
    node = view.tree.root_node.descendant_for_byte_range(at, at + len(name))
    while node is not None and node.type in ("identifier", "shorthand_field_identifier"):
        above = node.parent
        if above is None:
            return False
        if above.type in _PATTERNS:
            return above.type != "tuple_struct_pattern" or above.child_by_field_name("type") != node
        return above.child_by_field_name("pattern") == node
    return False
