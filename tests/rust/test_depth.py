"""Code that is long or nests deeply costs as much as its length: counted in lines run, and in looks upwards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from app.rust.items import outline
from app.rust.names.bindings import Binding, Scope
from app.rust.names.references import references
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup
from app.rust.syntax import around, parse


def _nested(before: str, middle: str, after: str) -> Callable[[int], str]:
    return lambda count: "".join(before.format(i) for i in range(count)) + middle + after * count


DEEP: dict[str, Callable[[int], str]] = {
    "a chain of methods": lambda n: "x" + "".join(f".set{i}({i})" for i in range(n)),
    "a chain that awaits": lambda n: "x" + "".join(f".set{i}({i}).await?" for i in range(n)),
    "closures given to methods": _nested("x.g{}(|a{}| ".replace("|a{}|", "|a|"), "1", ")"),
    "closures with names of their own": _nested("g(|a{0}| b{0} + ", "1", ")"),
    "calls in calls": _nested("x.m{}(", "1", ")"),
    "matches": _nested("match x{0} {{ Some(y{0}) => ", "1", " }"),
    "if let": _nested("if let Some(a{0}) = b{0}.c() {{ ", "1", " }"),
    "blocks": _nested("{{ let a{0} = b{0}.c(); ", "1", " }"),
    "blocks under a glob": lambda n: "{ use a::*; " + _nested("{{ let b{0} = c{0}(); ", "1", " }")(n) + " }",
    "items in functions": _nested("{{ fn f{0}() {{ g{0}() }} ", "1", " }"),
    "attributes": _nested("{{ #[a] let a{0} = b{0}(); ", "1", " }"),
    "boxes": _nested("Box::new(", "x", ")"),
    "variables made from each other": lambda n: "".join(f"let a{i + 1} = a{i}.m();" for i in range(n)),
}


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of `app` run."""
    count = 0

    def traced(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        if "/app/" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", DEEP)
def test_what_an_item_needs_costs_its_length(name: str) -> None:
    counts = []
    for times in (100, 800):
        data = f"fn probe(x: Foo) {{ let z = {DEEP[name](times)}; z.end() }}".encode()
        if name == "variables made from each other":
            data = f"fn probe(a0: Foo) {{ {DEEP[name](times)} }}".encode()
        tree = parse(data)
        assert tree is not None and not tree.root_node.has_error
        [item] = outline(data, tree)
        lookup = Lookup(RustFile(data, tree, [item]))
        counts.append(lines_run(partial(lookup.needs_of, item.start, item.end)))
    assert counts[1] < 12 * counts[0], "eight times the length took more than twelve times the work"


class Looked:
    """A node that counts how often it, or any node reached from it, is asked for what is above it."""

    upwards = 0

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        if name in ("parent", "next_sibling", "prev_sibling", "next_named_sibling", "prev_named_sibling"):
            Looked.upwards += 1
        return _looked(getattr(self._node, name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Looked) and other._node == self._node

    def __hash__(self) -> int:
        return hash(self._node)


def _looked(value: Any) -> Any:
    if isinstance(value, Node):
        return Looked(value)
    if isinstance(value, list):
        return [_looked(each) for each in value]
    if callable(value):
        return lambda *given: _looked(value(*given))
    return value


@pytest.mark.parametrize("name", DEEP)
def test_the_walk_never_looks_upwards(name: str) -> None:
    """tree-sitter finds what is above a node by a descent from the root."""
    data = f"fn probe() {{ {DEEP[name](3)} }}".encode()
    tree = parse(data)
    assert tree is not None
    Looked.upwards = 0
    plain = references(data, [tree.root_node], Scope())
    counted = references(data, [cast(Node, Looked(tree.root_node))], Scope())
    assert Looked.upwards == 0
    assert plain.refs == counted.refs and plain.refs
    assert [call.name for call in plain.calls] == [call.name for call in counted.calls]


def test_boxes_in_boxes_do_not_end_the_interpreter() -> None:
    data = ("fn probe() { let b = " + "Box::new(" * 3_000 + "x" + ")" * 3_000 + "; b.go(); }").encode()
    tree = parse(data)
    assert tree is not None
    [item] = outline(data, tree)
    assert Lookup(RustFile(data, tree, [item])).needs_of(item.start, item.end) == []


@pytest.mark.parametrize(
    "code", ["x.go(|a| a.b()).await", "x /* c */ .go().await", "match x.y() { Some(a) => a.b() }"]
)
def test_what_stands_above_is_still_known(code: str) -> None:
    data = f"async fn probe(x: Foo) {{ {code}; }}".encode()
    tree = parse(data)
    assert tree is not None
    calls = {call.name: call for call in references(data, [tree.root_node], Scope()).calls}
    if "await" in code:
        assert calls[b"go"].awaited
    if b"b" in calls:
        binding = calls[b"b"].scope.variable(b"a", len(data))
        assert binding is not None and binding.value_node is not None
        assert data[binding.value_node.start_byte : binding.value_node.end_byte] in (b"x", b"x.y()")
        assert not calls[b"b"].awaited


def test_what_is_around_a_node_is_found_from_above() -> None:
    data = b"impl A { fn f(&self) { self.g(|a| [a, 1].h()); } }\nfn z() {}"
    tree = parse(data)
    assert tree is not None
    waiting: list[tuple[Node, list[Node]]] = [(tree.root_node, [])]
    while waiting:
        node, above = waiting.pop()
        assert around(tree, node) == above
        waiting += [(child, [node, *above]) for child in node.children]


# -- looking names up


class Plain:
    """What a scope says, found the plain way: scope by scope."""

    def __init__(self, scope: Scope) -> None:
        self.chain: list[Scope] = []
        here: Scope | None = scope
        while here is not None:
            self.chain.append(here)
            here = here.parent

    def variable(self, name: bytes, at: int) -> Binding | None:
        walled = False
        for scope in self.chain:
            seen = [each for each in scope.values.get(name, ()) if each.since <= at]
            if seen and not walled:
                return max(seen, key=lambda each: each.since)
            if name in scope.items:
                return None
            walled = walled or scope.wall
        return None

    def first(self, name: bytes, kind: str) -> object:
        return next((getattr(each, kind)[name] for each in self.chain if name in getattr(each, kind)), None)


NODE = parse(b"fn f() {}").root_node  # type: ignore[union-attr]
NAMES = (b"a", b"b", b"c")
BOUND = st.lists(
    st.tuples(st.sampled_from(["value", "type", "item", "glob"]), st.sampled_from(NAMES), st.integers(0, 3)),
    max_size=2,
)


@given(st.lists(st.tuples(st.integers(0, 1 << 30), st.booleans(), BOUND), min_size=1, max_size=40))
def test_a_look_up_that_leaps_finds_what_one_step_by_step_finds(made: list[tuple[int, bool, Any]]) -> None:
    scopes: list[Scope] = []
    for choice, wall, bound in made:
        # Mostly deeper and deeper, so that there is something to leap over.
        parent = None if not scopes else scopes[-1] if choice % 4 else scopes[choice % len(scopes)]
        scope = Scope(parent, wall)
        for kind, name, since in bound:
            if kind == "value":
                scope.bind(name, Binding(since))
            elif kind == "type":
                scope.types[name] = (NODE,) * since
            elif kind == "item":
                scope.items[name] = NODE
            else:
                scope.globs.append((name,))
        scopes.append(scope)
    for scope in scopes:
        plain = Plain(scope)
        assert scope.all_globs() == [glob for each in plain.chain for glob in each.globs]
        for name in NAMES:
            assert scope.item(name) == plain.first(name, "items")
            assert scope.bounds(name) == plain.first(name, "types")
            assert [scope.variable(name, at) for at in (0, 2, 9)] == [
                plain.variable(name, at) for at in (0, 2, 9)
            ]


def test_nothing_is_bound_once_a_scope_stands_inside() -> None:
    """What leaping relies on: told by the walk over a file that has every construct that binds."""
    data = b"""fn f<T: A>(a: T) where T: B {
        use q::*; fn g() {} let b = |c: u8| match c { d @ 1.. if let Some(e) = h => { let i = d; m!(i) } _ => 2 };
        for j in k { if let Some(l) = j && let Some(n) = l { while let Some(o) = n { struct P<Q>(Q); } } }
    }"""
    tree = parse(data)
    assert tree is not None
    scopes: list[tuple[Scope, set[bytes]]] = []
    plain = Scope._close

    def noted(self: Scope) -> None:
        plain(self)
        scopes.append((self, {*self.values, *self.types, *self.items, *(b"*" for _ in self.globs)}))

    patch = pytest.MonkeyPatch()
    with patch.context() as within:
        within.setattr(Scope, "_close", noted)
        references(data, [tree.root_node], Scope())
    assert len(scopes) > 8
    for scope, names in scopes:
        assert names == {*scope.values, *scope.types, *scope.items, *(b"*" for _ in scope.globs)}
