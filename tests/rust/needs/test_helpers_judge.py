"""The judge of helpers: marks in a file, the way back from them, and what counts as right. No compiler runs here."""

from __future__ import annotations

import pytest

from app.rust.syntax import parse
from tests.bench.closure.edits import Edited
from tests.bench.closure.helpers_blocks import judged_block
from tests.bench.closure.helpers_judged import Judged
from tests.bench.closure.helpers_score import Score, Scored, ratio, table
from tests.bench.closure.helpers_shapes import shape_of
from tests.bench.closure.helpers_truth import (
    Mark,
    Opened,
    Truth,
    Use,
    Warned,
    digest,
    marked,
    opened,
    uses_of,
)
from tests.bench.closure.names_truth import Use as ImportUse
from tests.bench.closure.truth import FileTruth

FILE = b"""\
//! Doc of the file.
use std::fmt;

/// A thing.
#[derive(Clone)]
#[deprecated(since = "1.0")]
pub struct Thing { part: Part }
struct Part;
impl Thing {
    fn whole(&self) { helper(); self.inner() }
    fn inner(&self) {}
}
impl fmt::Display for Thing { fn fmt(&self) { helper() } }
fn helper() {}
fn unused() {}
macro_rules! call { () => { unused() } }
call!();
mod tests { fn a() {} }
"""


def _file(data: bytes = FILE, path: str = "src/lib.rs") -> Opened:
    file = opened(path, data)
    assert file is not None
    return file


def _index(file: Opened, name: str) -> int:
    return next(index for index, item in enumerate(file.items) if item.path == name)


def _mark(file: Opened, name: str) -> Mark:
    return Mark(file.path, file.items[_index(file, name)].name_start)


def _use(file: Opened, text: bytes, nth: int, name: str, noun: str = "function") -> Use:
    at = -1
    for _ in range(nth):
        at = file.data.index(text, at + 1)
    return Use(file.path, at, _mark(file, name), noun)


def _judged(file: Opened, *uses: Use) -> Judged:
    every = {Mark(file.path, item.name_start) for item in file.items}
    told = {mark for mark in every if mark != _mark(file, "call!")}
    return Judged(file, Truth("crate", "", compiled=every, told=told, uses=set(uses)))


def _all_uses(file: Opened) -> list[Use]:
    return [
        _use(file, b"Part", 1, "struct Part", "struct"),
        _use(file, b"Thing", 2, "struct Thing", "struct"),
        _use(file, b"Thing", 3, "struct Thing", "struct"),
        _use(file, b"helper", 1, "helper"),
        _use(file, b"inner", 1, "Thing::inner", "method"),
        _use(file, b"helper", 2, "helper"),
        _use(file, b"unused", 2, "unused"),
        _use(file, b"call", 2, "macro_rules! call", "macro"),
    ]


# -- marks


def test_items_are_marked_behind_their_attributes_and_old_marks_are_blanked() -> None:
    done, marks = marked(_file(), 5)
    text = done.data.decode()
    thing = next(line for line in text.splitlines() if "struct Thing" in line)
    assert thing == '#[allow(bs_5)] #[deprecated(note = "bs:5")] pub struct Thing { part: Part }'
    assert "since" not in text
    assert [FILE[mark.start :].split()[0] for mark in marks][:3] == [b"pub", b"struct", b"impl"]


def test_what_cannot_be_deprecated_gets_the_canary_alone() -> None:
    text = marked(_file(), 0)[0].data.decode()
    for name in ("impl Thing", "impl fmt::Display", "fn fmt"):
        line = next(line for line in text.splitlines() if name in line)
        before = line[: line.index(name)]
        assert before.rstrip().endswith(")]"), name
        assert "deprecated" not in before.rsplit("#[allow", 1)[1], name


def test_imports_modules_and_macro_calls_are_left_alone_and_what_is_in_modules_is_not() -> None:
    text = marked(_file(), 0)[0].data.decode()
    lines = text.splitlines()
    assert "use std::fmt;" in lines
    assert "call!();" in lines
    assert any(line.startswith("mod tests { #[allow(bs_") for line in lines)


def test_spared_items_are_not_marked() -> None:
    file = _file()
    done, marks = marked(file, 0, frozenset({_mark(file, "struct Part")}))
    assert "\nstruct Part;" in done.data.decode()
    assert _mark(file, "struct Part") not in marks


def test_the_way_back_from_a_marked_file_leads_to_every_byte_but_what_is_blanked() -> None:
    file = _file()
    done, _ = marked(file, 0)
    old = file.data.index(b"#[deprecated"), file.data.index(b"pub struct") - 1
    back = [(at, place) for at in range(len(done.data)) if (place := done.before(at)) is not None]
    assert [place for _, place in back] == [at for at in range(len(FILE)) if not old[0] <= at < old[1]]
    assert all(done.data[at] == FILE[place] for at, place in back)


# -- what the compiler says


def _edits(file: Opened) -> tuple[dict[str, Edited], list[Mark]]:
    done, marks = marked(file, 0)
    return {file.path: done}, marks


def test_canaries_tell_what_is_compiled_and_warnings_what_is_used() -> None:
    file = _file()
    edits, marks = _edits(file)
    number = marks.index(_mark(file, "helper"))
    at = edits[file.path].data.index(b"helper();")
    told = [
        Warned(f"unknown lint: `bs_{number}`", ((file.path, 0),)),
        Warned(f"use of deprecated function `helper`: bs:{number}", ((file.path, at),)),
        Warned("use of deprecated function `other::old`: use `new`", ((file.path, at),)),
        Warned("unused variable: `x`", ((file.path, at),)),
    ]
    compiled, uses = uses_of(told, marks, edits)
    assert compiled == {_mark(file, "helper")}
    assert uses == {_use(file, b"helper", 1, "helper")}


def test_a_name_in_a_macro_of_the_same_file_is_the_macros() -> None:
    file = _file()
    edits, marks = _edits(file)
    number = marks.index(_mark(file, "unused"))
    body, call = edits[file.path].data.index(b"unused() }"), edits[file.path].data.index(b"call!();")
    told = [Warned(f"use of deprecated function `x`: bs:{number}", ((file.path, body), (file.path, call)))]
    assert uses_of(told, marks, edits)[1] == {_use(file, b"unused", 2, "unused")}


def test_a_name_in_a_macro_of_another_file_is_the_calls_too() -> None:
    file, other = _file(), _file(b"macro_rules! far { () => { unused() } }", "src/far.rs")
    edits, marks = _edits(file)
    edits[other.path] = marked(other, len(marks))[0]
    number = marks.index(_mark(file, "unused"))
    body, call = edits[other.path].data.index(b"unused"), edits[file.path].data.index(b"call!();")
    places = ((other.path, body), (file.path, call), (file.path, 0))
    uses = uses_of([Warned(f"use of deprecated function `x`: bs:{number}", places)], marks, edits)[1]
    assert {(use.path, use.at) for use in uses} == {
        (other.path, other.data.index(b"unused")),
        (file.path, file.data.index(b"call!();")),
    }


def test_truth_is_read_as_it_was_written_and_another_version_is_not() -> None:
    file = _file()
    mark = _mark(file, "helper")
    truth = Truth(
        "serde 1.0", digest([file]), {mark}, {mark}, set(_all_uses(file)), {mark}, {Use("a", 1, mark, "impl")}
    )
    assert Truth.from_json(truth.to_json()) == truth
    assert Truth.from_json(truth.to_json().replace('"version": 1', '"version": 0')) is None


def test_the_digest_changes_with_a_byte_and_with_a_name() -> None:
    assert len({digest([_file()]), digest([_file(FILE + b" ")]), digest([_file(FILE, "src/b.rs")])}) == 3


# -- what counts


def _score(judged: Judged) -> Scored:
    scored = Scored(judged)
    scored.run()
    return scored


def test_users_are_what_can_be_taken_and_is_compiled() -> None:
    file = _file()
    judged = _judged(file)
    judged.truth.compiled.discard(_mark(file, "unused"))
    assert [file.items[index].path for index in judged.users()] == [
        "struct Thing",
        "struct Part",
        "Thing::whole",
        "Thing::inner",
        "impl fmt::Display for Thing",
        "helper",
        "tests::a",
    ]


def test_all_agreed_is_all_right() -> None:
    file = _file()
    score = _score(_judged(file, *_all_uses(file))).score
    assert (score.wrong, score.missing, score.direct_exact) == (0, 0, score.items)
    assert score.right == 7
    assert (score.closures, score.closures_exact) == (4, 4)


def test_a_use_that_was_not_proposed_is_missing() -> None:
    file = _file()
    scored = _score(_judged(file, *_all_uses(file), _use(file, b"part", 1, "unused")))
    assert scored.score.missing == 1
    assert scored.score.direct_exact == scored.score.items - 1
    assert [(miss.cause, miss.user, miss.helper) for miss in scored.misses] == [
        ("missing: function, a plain name", "struct Thing", "unused")
    ]


def test_a_proposal_that_rustc_denies_is_wrong_with_its_line() -> None:
    file = _file()
    uses = [use for use in _all_uses(file) if use.used != _mark(file, "Thing::inner")]
    scored = _score(_judged(file, *uses))
    assert scored.score.wrong == scored.score.certain_wrong == 1
    assert scored.misses[0].cause == "wrong, certain: method, method of self"
    assert scored.misses[0].text == "fn whole(&self) { helper(); self.inner() }"


def test_what_rustc_cannot_say_is_neither_right_nor_wrong() -> None:
    file = _file()
    judged = _judged(file, *[use for use in _all_uses(file) if use.used != _mark(file, "struct Part")])
    judged.truth.told.discard(_mark(file, "struct Part"))
    score = _score(judged).score
    assert (score.wrong, score.missing, score.unjudged) == (0, 0, 1)
    assert score.closures_exact == score.closures


def test_a_struct_of_which_a_field_is_read_may_be_proposed_and_need_not() -> None:
    file = _file(b"struct A { b: B }\nstruct B { c: u8 }\nfn f() { x.c; let _: A; }\n")
    uses = [_use(file, b"B", 1, "struct B", "struct"), _use(file, b"A", 2, "struct A", "struct")]
    field = _use(file, b".c", 1, "struct B", "field")
    judged = Judged(file, Truth("crate", "", uses={*uses, field}))
    judged.truth.compiled = judged.truth.told = {Mark(file.path, item.name_start) for item in file.items}
    score = _score(judged).score
    assert (score.right, score.wrong, score.missing, score.closures_exact) == (2, 0, 0, 2)


def test_a_trait_whose_type_is_reached_through_another_may_be_proposed_and_need_not() -> None:
    file = _file(b"trait Base { type Out; }\ntrait Sub: Base {}\nstruct S<T: Sub> { out: T::Out }\n")
    base, sub = _use(file, b"Base", 2, "trait Base", "trait"), _use(file, b"Sub", 2, "trait Sub", "trait")
    judged = Judged(
        file, Truth("crate", "", uses={base, sub, _use(file, b"T::Out", 1, "trait Base", "associated type")})
    )
    judged.truth.compiled = judged.truth.told = {Mark(file.path, item.name_start) for item in file.items}
    score = _score(judged).score
    assert (score.wrong, score.missing, score.closures, score.closures_exact) == (0, 0, 2, 2)


def test_a_name_that_only_an_attribute_spells_is_not_judged() -> None:
    file = _file(
        b'#[derive(Deserialize)]\nstruct A { #[serde(with = "zero")] b: u8 }\nfn zero() -> u8 { 0 }\n'
    )
    judged = Judged(file, Truth("crate", ""))
    judged.truth.compiled = judged.truth.told = {Mark(file.path, item.name_start) for item in file.items}
    score = _score(judged).score
    assert (score.wrong, score.unjudged) == (0, 1)


def test_code_that_cfg_leaves_out_is_not_judged() -> None:
    file = _file(b'fn f() { #[cfg(feature = "x")] { g() } g2() }\nfn g() {}\nfn g2() {}\n')
    judged = Judged(file, Truth("crate", ""))
    judged.truth.compiled = judged.truth.told = {Mark(file.path, item.name_start) for item in file.items}
    score = _score(judged).score
    assert (score.wrong, score.unjudged) == (1, 1)


def test_impls_are_counted_where_their_loss_was_tried() -> None:
    file = _file(
        b"trait S { fn s(&self); }\nstruct A;\nimpl S for A { fn s(&self) {} }\nfn f(a: &A) { a.s() }\n"
    )
    mark = _mark(file, "impl S for A")
    judged = Judged(
        file, Truth("crate", "", impls={mark}, impl_uses={_use(file, b"s()", 1, "impl S for A", "impl")})
    )
    judged.truth.compiled = {Mark(file.path, item.name_start) for item in file.items}
    score = _score(judged).score
    assert (score.impl_right, score.impl_wrong, score.impl_missing) == (1, 0, 0)
    judged.truth.impls.clear()
    assert _score(judged).score.impl_right == 0


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("a.map(|x| x.it())", "method of a closure's parameter"),
        ("match a { B::C(ref x) => x.it() }", "method of a match arm's name"),
        ("if let Some(x) = a { x.it() }", "method of an `if let`'s name"),
        ("for x in a { x.it() }", "method of a loop's name"),
        ("let x = a(); x.it()", "method of a `let`"),
        ("p.it()", "method of a parameter"),
        ("a().it()", "method of call"),
        ("self.a.it()", "method of field"),
        ("a[0].it()", "method of index"),
        ("a::it()", "a path"),
        ("format!(it)", "in a macro's tokens"),
        ("use a::it;", "by an import in a block"),
    ],
)
def test_the_shape_of_a_miss(code: str, shape: str) -> None:
    data = f"fn f(p: P) {{ {code} }}".encode()
    tree = parse(data)
    assert tree is not None
    assert shape_of(tree.root_node, data.index(b"it")) == shape


def _leaf(file: Opened, name: bytes) -> int:
    return file.data.index(name)


def test_a_block_misses_what_no_part_of_it_brings_and_counts_idle_imports() -> None:
    file = _file(b"use a::{One, Two};\nuse b;\nfn f() { g() }\nfn g(_: One, _: Two) {}\nfn h() {}\n")
    every = {Mark(file.path, item.name_start) for item in file.items}
    judged = Judged(file, Truth("crate", "", every, every, {_use(file, b"g(", 1, "g")}))
    one = ImportUse(file.data.index(b"One", 20), _leaf(file, b"One"), "name")
    two = ImportUse(file.data.index(b"Two", 20), _leaf(file, b"Two"), "name")
    index = _index(file, "f")

    def block(*uses: ImportUse) -> tuple[int, int, int, int]:
        found = judged_block(judged, FileTruth(frozenset(), uses, (), frozenset()), index)
        return len(found.missing_helpers), len(found.missing_imports), found.names, found.unused

    assert block(one, two) == (0, 0, 2, 0)
    assert block(one) == (0, 0, 2, 1)
    assert block(one, two, ImportUse(two.at, _leaf(file, b"b;"), "name")) == (0, 1, 2, 0)
    assert block(one, two, ImportUse(two.leaf, _leaf(file, b"b;"), "chain")) == (0, 1, 2, 0)
    judged.truth.uses.add(_use(file, b"One", 2, "h"))
    del judged.__dict__["uses"]
    assert block(one, two) == (1, 0, 2, 0)


def test_scores_add_up() -> None:
    total = Score(items=1, right=2)
    total.add(Score(items=3, wrong=4))
    assert total == Score(items=4, right=2, wrong=4)


def test_ratios_of_nothing_are_a_dash() -> None:
    assert (ratio(0, 0), ratio(1, 2), ratio(3, 0)) == ("-", "33.3", "100.0")


def test_every_line_of_the_table_has_as_many_cells() -> None:
    lines = table({"a": Score(items=2, right=1), "b": Score(items=3)}, "development").splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2].startswith("| **development: 2 crates** | 5 | 100.0 |")
