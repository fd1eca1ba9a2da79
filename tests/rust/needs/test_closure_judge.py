"""The judge's own pure parts: edits and the way back, `cfg`, doubtful names, what a diagnostic means, scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rust.items import outline
from app.rust.names.scopes import scopes
from app.rust.syntax import parse
from tests.bench.closure.compiling import Diagnostic, _adapted, _diagnostics
from tests.bench.closure.conditions import chooses, holds, known_of, unseen
from tests.bench.closure.corpus import is_development
from tests.bench.closure.edits import Edit, Edited
from tests.bench.closure.misses import misses, page
from tests.bench.closure.names_truth import Fakes, Plan, Use, _doubts, exposed, handed_down, uses
from tests.bench.closure.score import Judged, needed_of, scored
from tests.bench.closure.tables import totals
from tests.bench.closure.truth import FileTruth
from tests.bench.closure.views import View

LIB = Path("src/lib.rs")


def view(text: str) -> View:
    """A file with every item compiled."""
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    active = set(range(len(items)))
    return View(LIB, data, tree, items, scopes(data, tree, items), [], active)


# -- edits


def test_an_edit_knows_the_way_back() -> None:
    edited = Edited(b"use a::B;", [Edit(0, 0, b"//"), Edit(7, 8, b"C as D", 5)])
    assert edited.data == b"//use a::C as D;"
    assert [edited.before(at) for at in (0, 2, 8, 9, 14, 15)] == [None, 0, 6, None, None, 8]
    assert [edited.mark(at) for at in (0, 8, 9, 14, 15)] == [-1, -1, 5, 5, -1]


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Edited(b"abcdef", [Edit(0, 3, b""), Edit(2, 4, b"")])


@given(
    st.binary(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.binary(max_size=4)))
)
def test_what_edits_leave_is_found_again_at_its_place(
    data: bytes, wanted: list[tuple[int, int, bytes]]
) -> None:
    edits: list[Edit] = []
    end = 0
    for start, length, text in sorted(wanted):
        if end <= start <= len(data):
            end = min(start + length, len(data))
            edits.append(Edit(start, end, text))
    edited = Edited(data, edits)
    kept = [at for at in range(len(data)) if not any(each.start <= at < each.end for each in edits)]
    back = [before for at in range(len(edited.data)) if (before := edited.before(at)) is not None]
    assert back == kept
    for at in range(len(edited.data)):
        before = edited.before(at)
        assert before is None or edited.data[at] == data[before]


# -- conditions


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        ("unix", True),
        ("windows", False),
        ('feature = "std"', True),
        ('not(feature = "std")', False),
        ('all(unix, not(windows), feature = "std")', True),
        ('any(windows, all(unix, feature = "net"))', False),
        ("any()", False),
        ("all()", True),
        ("any(windows, unix,)", True),
        ("", True),
    ],
)
def test_conditions(predicate: str, value: bool) -> None:
    known = known_of(["rustc", "--cfg", 'feature="std"'], 'unix\ntarget_os="linux"\n')
    assert holds(predicate, known) is value


def test_what_conditions_leave_out() -> None:
    text = (
        "#[cfg(windows)]\nfn a() {}\nfn b() { #[cfg(unix)] x(); #[cfg(not(unix))] y(); m! { #[cfg(z)] q } }\n"
        "#[cfg_attr(windows, derive(Debug))]\nstruct S { #[cfg(windows)] f: u8 }\n"
    )
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    found = [data[low:high].decode() for low, high in unseen(data, tree, frozenset({"unix"}))]
    assert found == [
        "#[cfg(windows)]\nfn a() {}",
        "#[cfg(not(unix))] y();",
        "m! { #[cfg(z)] q }",
        "#[cfg_attr(windows, derive(Debug))]",
        "#[cfg(windows)] f: u8",
    ]


def test_calls_of_macros_that_choose_by_conditions_are_left_out() -> None:
    data = b"macro_rules! only { ($i:item) => { #[cfg(windows)] $i } }\nonly! { fn f() {} }\nother! { fn g() {} }\n"
    tree = parse(data)
    assert tree is not None
    assert chooses(data[: data.index(b"\n")])
    found = [data[low:high] for low, high in unseen(data, tree, frozenset(), frozenset({b"only"}))]
    assert found == [b"only! { fn f() {} }"]


# -- doubtful names


def doubtful(text: str, kind: str = "names", which: str = "all", crates: set[bytes] | None = None) -> str:
    made = view(text)
    fakes = Fakes([made])
    edits = [
        edit
        for module in made.modules()
        for edit in _doubts(made, module, kind, fakes, crates or set(), which)
    ]
    return Edited(made.data, edits).data.decode()


def test_every_leaf_gets_another_name_and_comes_back_beside_a_fake() -> None:
    out = doubtful("use a::{self, B, c::D as E};\npub(crate) use f::G;\n")
    assert "use a::{self as __bs_1, B as __bs_2, c::D as __bs_3};" in out
    assert "pub(crate) use f::G as __bs_4;" in out
    assert "pub(super) use super::__bs_3 as E;" in out
    assert "pub(crate) use super::__bs_4 as G;" in out
    assert "pub(super) use bs_fakes::m0::{B, E, G, a};" in out


def test_what_a_module_hands_on_is_asked_for_by_itself() -> None:
    text = "use a::B;\npub use c::D;\n"
    assert "pub use c::D;" in doubtful(text, which="private")
    assert "use a::B;" in doubtful(text, which="exported")


def test_beside_a_glob_stands_a_fake_of_each_name_of_the_module() -> None:
    out = doubtful(
        "use a::*;\nuse q::Z;\nstruct Own;\nfn f(x: Foreign) { serde::go(Own) }\n", crates={b"serde"}
    )
    shared = out.split("bs_fakes::shared::{")[1].split("}")[0].split(", ")
    assert "Foreign" in shared
    assert not {"Own", "serde", "Z", "fn"} & set(shared)
    assert "use a::*;" in out


def test_a_module_inside_gets_its_own_doubts() -> None:
    out = doubtful("mod m {\n    use a::B;\n}\n")
    assert out.startswith("mod m {\n    use a::B as __bs_1;\n\nmod __bs_a")
    assert out.endswith("use self::__bs_b::*;\n}\n")


@pytest.mark.parametrize(
    ("written", "handed"),
    [
        ("use a::B;", "pub(super)"),
        ("pub use a::B;", "pub"),
        ("pub(super) use a::B;", "pub(in super::super)"),
        ("pub( crate ) use a::B;", "pub(crate)"),
        ("pub(in crate::m) use a::B;", "pub(in crate::m)"),
    ],
)
def test_visibility_stays_what_it_was(written: str, handed: str) -> None:
    made = view(written)
    (leaf,) = made.leaves(made.scopes.modules[None])
    assert exposed(leaf, made) == handed


def test_only_macros_are_doubted_where_macros_are_asked_for() -> None:
    out = doubtful("use a::{B, mac, Ser};\n#[derive(Ser)]\nstruct S;\nfn f() { mac!(B) }\n", "macros")
    assert "bs_fakes::m0::{Ser, mac}" in out


# -- diagnostics


def found_uses(text: str, at: str, name: str, calls: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What an ambiguity at the text between `at`'s bars means: (how, the import's text up to a comma)."""
    made = view(text)
    start = text.index(at.replace("|", "")) + at.index("|")
    places = tuple((LIB, text.index(call), text.index(call) + len(call)) for call in calls)
    span = (LIB, start, start + len(name))
    told = Diagnostic("E0659", "error", f"`{name}` is ambiguous", (span,), (span,), places)
    plan = Plan({LIB: Edited(made.data, [])}, "names")
    return [
        (use.how, text[use.leaf :].split(";")[0].split(",")[0]) for _, use in uses([told], {LIB: made}, plan)
    ]


def test_an_ambiguity_is_a_use_of_the_import_of_that_name() -> None:
    assert found_uses("use a::{B, C};\nfn f(x: B) {}\n", "x: |B", "B") == [("name", "B")]


def test_an_ambiguity_behind_another_path_is_none() -> None:
    assert found_uses("use a::B;\nfn f(x: q::B) {}\n", "q::|B", "B") == []
    assert found_uses("use a::B;\nfn f(x: self::B) {}\n", "self::|B", "B") == [("path", "a::B")]
    assert found_uses("use a::B;\nmod m { fn f(x: super::B) {} }\n", "super::|B", "B") == [("path", "a::B")]


def test_a_pattern_that_binds_anew_uses_nothing() -> None:
    text = "use a::{swap, LIMIT};\nfn f() { let swap = 1; match 2 { LIMIT => {} _ => swap } }\n"
    assert found_uses(text, "let |swap", "swap") == []
    assert found_uses(text, "{ |LIMIT =>", "LIMIT") == [("name", "LIMIT}")]


def test_a_primitive_type_is_not_the_module_of_its_name() -> None:
    text = "use std::usize;\nfn f(x: usize) { usize::MAX }\n"
    assert found_uses(text, "x: |usize", "usize") == []
    assert found_uses(text, "{ |usize::", "usize") == [("open", "std::usize")]


def test_an_import_may_begin_with_another() -> None:
    text = "use std::fmt;\nuse fmt::{Debug, Display};\nuse crate::{fmt, x};\n"
    assert found_uses(text, "use |fmt::{", "fmt")[:1] == [("chain", "std::fmt")]
    assert found_uses(text, "{|fmt, x", "fmt") == []  # `fmt` is what is imported there


def test_an_import_from_a_module_around_needs_what_that_imports() -> None:
    text = "use a::{B, C};\nmod m { use super::B; mod n { use super::super::C; use super::X; } }\n"
    found = {(text[use.at :].split(";")[0], text[use.leaf :][0], use.how) for use in handed_down(view(text))}
    assert found == {("super::B", "B", "chain"), ("super::super::C", "C", "chain")}


def test_the_body_of_a_macro_counts_where_it_is_called() -> None:
    text = "use a::B;\nmacro_rules! m { () => { B::new() } }\nfn f() { m!() }\n"
    assert found_uses(text, "{ |B::", "B", ("m!()",)) == [("name", "a::B"), ("own macro", "a::B")]


def test_what_only_tests_use_is_no_use() -> None:
    assert found_uses("use a::B;\n#[test]\nfn f() { B }\n", "{ |B }", "B") == []


def test_messages_of_rustc_are_read_with_their_calls(tmp_path: Path) -> None:
    def span(file: str, start: int, expansion: object = None) -> dict[str, object]:
        return {
            "file_name": file, "byte_start": start, "byte_end": start + 1, "is_primary": True,
            "expansion": expansion, "suggested_replacement": None,
        }  # fmt: skip

    told = {
        "$message_type": "diagnostic", "code": {"code": "E0659"}, "level": "error", "message": "no",
        "spans": [span("src/a.rs", 7, {"span": span("src/b.rs", 9)}), span("/rustc/x.rs", 1)],
        "children": [{"message": "perhaps", "spans": [span("src/a.rs", 3)]}],
    }  # fmt: skip
    (read,) = _diagnostics(b"noise\n" + json.dumps(told).encode(), tmp_path)
    assert read.spans == ((Path("src/a.rs"), 7, 8),)
    assert read.calls == ((Path("src/b.rs"), 9, 10),)
    assert (Path("src/a.rs"), 3, 4) in read.all_spans
    assert read.helps == ("perhaps", "")


def test_a_recorded_call_is_repeated_on_the_copy_for_metadata_alone() -> None:
    recorded = ["--crate-name", "x", "/corpus/x/src/lib.rs", "--emit=dep-info,link", "-C", "incremental=/i", "-C",
                "metadata=1", "--out-dir", "/t", "--cap-lints", "allow", "--error-format=json"]  # fmt: skip
    out = list(_adapted(recorded, Path("/corpus/x"), Path("/copy/x"), Path("/out")))
    assert out[:5] == ["--crate-name", "x", "/copy/x/src/lib.rs", "-C", "metadata=1"]
    assert out[5:] == ["--out-dir", "/out", "--emit=metadata", "--error-format=json", "--cap-lints=allow"]


# -- scores


TRUTH = FileTruth(
    active=frozenset(),
    uses=(
        Use(110, 1, "name"),
        Use(120, 2, "method"),
        Use(130, 3, "own macro"),
        Use(1, 4, "chain"),
        Use(140, 1, "method"),
        Use(210, 5, "glob"),
    ),
    unseen=(),
    unjudged=frozenset(),
)


def test_what_is_needed_of_spans() -> None:
    assert needed_of(TRUTH, [(100, 200)], True) == ({1, 2, 4}, {2}, {3})
    assert needed_of(TRUTH, [(100, 200)], False) == ({1, 4}, set(), {2, 3})
    assert needed_of(TRUTH, [(100, 111), (205, 220)], True) == ({1, 4, 5}, set(), set())


def judged(needed: set[int], certain: set[int], likely: set[int], by_method: set[int]) -> Judged:
    names = {at: f"std::X{at} (trait of the method `.go()` in line 1)" for at in needed | certain | likely}
    return Judged(
        "c-1", "src/lib.rs", "f", 0,
        frozenset(needed), frozenset(by_method), frozenset(certain), frozenset(likely), names, 0.001,
    )  # fmt: skip


def test_scores_count_certain_and_likely_apart() -> None:
    score = scored(
        [
            judged({1, 2}, {1}, {2}, {2}),
            judged({1, 2}, {1, 3}, set(), {2}),
            judged(set(), set(), set(), set()),
        ]
    )
    assert (score.items, score.exact) == (3, 2)
    assert (score.certain_right, score.certain) == (2, 3)
    assert (score.proposed_right, score.proposed, score.needed) == (3, 4, 4)
    assert (score.method, score.method_found) == (2, 1)
    assert score.unused_blocks == 1


def test_a_trait_needed_by_name_as_well_is_no_miss_of_the_methods_tier() -> None:
    score = scored([judged({1}, {1}, set(), set())])
    assert (score.method_proposed, score.method) == (0, 0)


def test_misses_are_sorted_by_cause() -> None:
    told = page(misses([judged({1}, set(), {2}, {1}), judged(set(), set(), {2}, set())]))
    assert "- 2 x not needed, likely: trait of `.go()`" in told
    assert "- 1 x not proposed: trait of std used through a method" in told


def test_tables_say_nothing_of_what_was_not_measured() -> None:
    told = totals({"development": {"c-1": scored([judged({1}, {1}, set(), set())])}, "never looked at": {}})
    row = next(line for line in told.splitlines() if line.startswith("| exact set"))
    assert row.startswith("| exact set | 100.00 % | – |")
    assert "nan" not in told


def test_the_split_is_settled_by_the_name() -> None:
    names = [f"crate-{number}" for number in range(2000)]
    share = sum(map(is_development, names)) / len(names)
    assert 0.36 < share < 0.44
