"""Coverage's laws over made-up files: one state an item, counts that add up, an order that visits all."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.progress.coverage.states import (
    STATES,
    Begun,
    FileCoverage,
    Order,
    State,
    TopicCoverage,
    Use,
    cover_file,
    uncovered,
)
from app.progress.coverage.units import FileUnits, Rules, Unit
from app.project.bundled import specs_dir
from app.project.topics.spec import Spec, load_spec
from app.records.events import Skip, Span, make_skip
from app.records.history.ledger import Status
from app.rust.items import outline, unknowns
from app.rust.source import SourceFile
from app.rust.syntax import parse
from app.store.presence.claims import Claim
from tests.store.events import moment, record_id

TOPIC, OTHER = "ours", "theirs"


@cache
def spec(focus: tuple[str, ...] = (), items: tuple[str, ...] = (), words: tuple[str, ...] = ()) -> Spec:
    known = load_spec(Path(specs_dir()) / "practice.toml")
    return known.model_copy(update={"focus_words": focus, "exclude_items": items, "exclude": words})


def units_of(text: str, rules: Spec | None = None, path: str = "src/a.rs") -> FileUnits:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    strange = unknowns(data, tree, items)
    return FileUnits(SourceFile.of(path, data), items, Rules(rules or spec()), strange)


def use(start: int, end: int, record: int = 1, topic: str = TOPIC, status: Status = "submitted") -> Use:
    return Use(topic, record_id(record), status, "main", start, end)


def claim(item: str, path: str = "src/a.rs") -> Claim:
    return Claim("bob", "host", record_id(9), path, item, datetime(2026, 1, 31, tzinfo=UTC))


def skip(unit: Unit, second: int = 0, reason: str = "trivial") -> Skip:
    return make_skip(
        record=record_id(second),
        by="ada",
        repository="r",
        commit=None,
        path=unit.path,
        item=unit.item,
        sha256="0" * 64,
        reason=reason,
        at=moment(second),
    )


def states(file: FileCoverage) -> dict[str, State]:
    return {one.unit.item: one.state for one in file.items}


def covers(file: FileUnits, item: str) -> Use:
    unit = named(file, item)
    return use(unit.start, unit.end)


def named(file: FileUnits, item: str) -> Unit:
    return next(unit for unit in file.units if unit.item == item)


TEXT = """\
use std::fmt;

/// Waits.
fn wait() {}

struct Retry;

impl Retry {
    fn run(&self) {}
    fn stop(&self) {}
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) }
}

trait Wait { fn long(&self); }

mod inner {
    const DELAY: u8 = 1;
}

extern "C" { fn abort(); }

#[cfg(test)]
mod tests {
    fn helper() {}
}
"""


def test_units_are_what_one_writes_a_record_about() -> None:
    assert [unit.item for unit in units_of(TEXT).units] == [
        "wait",
        "struct Retry",
        "Retry::run",
        "Retry::stop",
        "impl fmt::Debug for Retry",
        "trait Wait",
        "const inner::DELAY",
        "abort",
    ]


def test_an_empty_impl_is_a_unit_because_nothing_in_it_is() -> None:
    assert [unit.item for unit in units_of("struct A;\nimpl A {}\n").units] == ["struct A", "impl A"]


def test_all_that_can_be_known_of_an_item_has_its_place_and_its_reason() -> None:
    file = units_of(TEXT, spec(items=("Retry::s*",), words=("stopping (another topic)", "test modules")))
    half = named(file, "impl fmt::Debug for Retry")
    found = cover_file(
        file,
        TOPIC,
        [covers(file, "wait"), use(half.start, half.start + 30, 2)],
        [Begun(record_id(3), "cy", named(file, "Retry::run").start, named(file, "Retry::run").end)],
        [claim("trait Wait")],
        [(named(file, "const inner::DELAY"), skip(named(file, "const inner::DELAY")))],
    )
    assert {one.unit.item: (one.state, one.reason) for one in found.items} == {
        "wait": ("recorded", f"{record_id(1)} submitted"),
        "struct Retry": ("open", ""),
        "Retry::run": ("draft", "cy"),
        "Retry::stop": ("excluded", "the spec leaves out Retry::s* (stopping (another topic))"),
        "impl fmt::Debug for Retry": ("partly", f"{record_id(2)} submitted"),
        "trait Wait": ("claimed", "bob on host"),
        "const inner::DELAY": ("skipped", "ada: trivial"),
        "abort": ("open", ""),
    }


@pytest.mark.parametrize("status", ["rejected", "retracted"])
def test_a_record_that_does_not_count_covers_nothing_and_is_told(status: Status) -> None:
    file = units_of("fn a() {}\n")
    (one,) = cover_file(file, TOPIC, [use(0, 9, status=status)]).items
    assert (one.state, one.reason) == ("open", f"{record_id(1)} {status}")


def test_what_another_topic_has_recorded_whole_is_no_work_of_ours() -> None:
    file = units_of("fn a() {}\nfn b() {}\n")
    one, two = cover_file(file, TOPIC, [use(0, 9, topic=OTHER), use(10, 12, topic=OTHER)]).items
    assert (one.state, one.reason) == ("other", f"in {OTHER}")
    assert two.state == "open", "only some bytes of it are there"
    both = cover_file(file, TOPIC, [use(0, 9, topic=OTHER), use(0, 9)]).items[0]
    assert both.state == "recorded"
    rejected = cover_file(file, TOPIC, [use(0, 9, topic=OTHER, status="rejected")]).items[0]
    assert rejected.state == "open"
    assert [used.topic for used in one.uses] == [OTHER]


def test_an_item_taken_without_its_comment_is_recorded() -> None:
    text = "/// Waits.\nfn a() {}\n"
    file = units_of(text)
    at = text.index("fn")
    assert states(cover_file(file, TOPIC, [use(at, at + 9)])) == {"a": "recorded"}
    assert states(cover_file(file, TOPIC, [use(0, at)])) == {"a": "partly"}


def test_white_space_between_two_spans_is_not_missing() -> None:
    text = "fn a() {\n    one();\n    two();\n}\n"
    at = text.index("two")
    assert states(cover_file(units_of(text), TOPIC, [use(0, at - 5), use(at, len(text))])) == {
        "a": "recorded"
    }


def test_an_imports_span_covers_no_item() -> None:
    file = units_of("fn a() {}\n")
    assert states(cover_file(file, TOPIC, [use(0, 9)._replace(role="import")])) == {"a": "open"}


def test_a_claim_on_an_impl_is_on_all_in_it() -> None:
    found = cover_file(units_of(TEXT), TOPIC, claims=[claim("impl Retry")])
    assert {name for name, state in states(found).items() if state == "claimed"} == {
        "Retry::run",
        "Retry::stop",
    }


def test_a_draft_tells_more_than_a_claim_and_a_claim_more_than_a_skip() -> None:
    file = units_of(TEXT)
    unit = named(file, "wait")
    begun, skipped = [Begun(record_id(3), "cy", unit.start, unit.end)], [(unit, skip(unit))]
    told = [
        states(cover_file(file, TOPIC, (), drafts, claims, skips))["wait"]
        for drafts, claims, skips in (
            (begun, [claim("wait")], skipped),
            ((), [claim("wait")], skipped),
            ((), (), skipped),
        )
    ]
    assert told == ["draft", "claimed", "skipped"]


def test_two_records_that_share_bytes_are_told_with_those_bytes() -> None:
    text = "fn a() { 1; }\nfn b() {}\n"
    found = cover_file(units_of(text), TOPIC, [use(0, 13, 1), use(0, 23, 2, OTHER)])
    (overlap,) = found.overlaps
    assert (overlap.unit.item, overlap.start, overlap.end) == ("a", 0, 13)
    assert overlap.topics == (TOPIC, OTHER)


def test_a_rejected_record_overlaps_nothing() -> None:
    file = units_of("fn a() {}\n")
    assert not cover_file(file, TOPIC, [use(0, 9, 1), use(0, 9, 2, status="rejected")]).overlaps


def test_the_outline_has_a_state_for_every_item_but_tests_and_declarations() -> None:
    file = units_of(TEXT)
    found = cover_file(file, TOPIC, [covers(file, "Retry::run"), covers(file, "trait Wait")])
    assert {item.path: state for item, state in zip(file.items, found.states, strict=True)} == {
        "use std::fmt": None,
        "wait": "open",
        "struct Retry": "open",
        "impl Retry": "partly",
        "Retry::run": "recorded",
        "Retry::stop": "open",
        "impl fmt::Debug for Retry": "open",
        "<Retry as fmt::Debug>::fmt": "open",
        "trait Wait": "recorded",
        "Wait::long": "recorded",
        "mod inner": "open",
        "const inner::DELAY": "open",
        'extern "C"': "open",
        "abort": "open",
        "mod tests": None,
        "tests::helper": None,
    }


def test_what_holds_a_focus_word_comes_first_in_the_order_of_the_sources() -> None:
    rules = spec(focus=("delay",))
    one = units_of("fn a() {}\nfn b() { delay(); }\n", rules, "b.rs")
    two = units_of("fn c() {}\nfn call_delay() {}\n", rules, "a.rs")
    found = TopicCoverage(TOPIC, {f.source.path: cover_file(f, TOPIC) for f in (one, two)})
    assert [item.unit.item for item in found.to_do("file")] == ["b", "call_delay", "a", "c"]


def test_the_next_open_item_of_several_on_a_line_is_told_by_name() -> None:
    file = units_of("const A: u8 = 1; const B: u8 = 2; const C: u8 = 3;\n")
    found = TopicCoverage(TOPIC, {"src/a.rs": cover_file(file, TOPIC)})
    first = found.next_open("src/a.rs", 0, "const A")
    assert first is not None and first.unit.item == "const B"


def test_what_ends_where_an_item_begins_has_nothing_of_it() -> None:
    file = units_of("fn a() {}fn b() {}\n")
    a = named(file, "a")
    drafted = cover_file(file, TOPIC, drafts=[Begun(record_id(1), "bob", a.start, a.end)])
    assert states(drafted) == {"a": "draft", "b": "open"}
    used = cover_file(file, TOPIC, [covers(file, "a")])
    assert [one.uses for one in used.items] == [(covers(file, "a"),), ()]


def test_nothing_is_next_where_nothing_is_open() -> None:
    found = TopicCoverage(TOPIC, {"a.rs": uncovered("a.rs", "it is not UTF-8")})
    assert found.next_open() is None
    assert sum(found.counts.values()) == 0


# Where a span of another commit is now.


def span(item: str, start: int, end: int) -> Span:
    return Span(path="src/a.rs", start=start, end=end, role="main", item=item, sha256="0" * 64)


def test_a_span_is_found_by_its_bytes_its_item_or_not_at_all() -> None:
    file = units_of("// new\nfn a() {}\nfn b() { 2 }\n")
    assert file.place(span("a", 7, 16), b"fn a() {}") == (7, 16, True)
    assert file.place(span("a", 0, 9), b"fn a() {}") == (7, 16, True)
    assert file.place(span("b", 10, 21), b"fn b() { 1 }") == (17, 29, False)
    assert file.place(span("c", 10, 21), b"fn c() { 1 }") is None


def test_the_same_bytes_in_two_places_are_taken_where_the_name_is_or_nowhere() -> None:
    file = units_of("fn a() { go(); }\nfn b() { go(); }\n")
    assert file.place(span("b", 99, 104), b"go();") == (26, 31, True)
    assert file.place(span("lines 1-1", 99, 104), b"go();") is None


# Laws.


class Case(NamedTuple):
    file: FileUnits
    uses: list[Use]
    drafts: list[Begun]
    claims: list[Claim]
    skips: list[tuple[Unit, Skip]]

    def covered(self) -> FileCoverage:
        return cover_file(self.file, TOPIC, self.uses, self.drafts, self.claims, self.skips)


_PIECES = [
    "fn @() { 1; }",
    "/// Waits for a delay.\nfn @() {}",
    "struct @;",
    "const @: u8 = 1; static S@: u8 = 2;",
    "impl @ { fn a(&self) { delay(); }\n\n    fn b(&self) {}\n}",
    "impl Copy for @ { fn c() {} }",
    "mod @ { fn d() {}\n use e::f; }",
    "trait @ { fn g(); }",
    "use @::h;",
    "#[test]\nfn @() {}",
    "#[cfg(test)]\nmod @ { fn i() {} }",
]


@cache
def file_of(chosen: tuple[int, ...]) -> FileUnits:
    text = "\n\n".join(_PIECES[number].replace("@", f"X{at}") for at, number in enumerate(chosen))
    return units_of(text, spec(("delay",), ("X1::*", "X2", "struct X3")))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    file = file_of(tuple(draw(st.lists(st.integers(0, len(_PIECES) - 1), max_size=6))))
    edges = [0, len(file.source.data), *(at for unit in file.units for at in (unit.start, unit.end))]
    place = st.sampled_from(sorted(set(edges))) | st.integers(0, len(file.source.data))
    ranges = st.tuples(place, place).map(sorted).filter(lambda pair: pair[0] < pair[1])
    uses = st.builds(
        lambda pair, record, topic, status, role: Use(topic, record_id(record), status, role, *pair),
        ranges,
        st.integers(1, 3),
        st.sampled_from([TOPIC, TOPIC, OTHER]),
        st.sampled_from(get_args(Status)),
        st.sampled_from(["main", "helper", "import"]),
    )
    drafts = st.builds(lambda pair: Begun(record_id(7), "cy", *pair), ranges)
    claims = st.sampled_from([item.path for item in file.items] or ["none"]).map(claim)
    skips = st.tuples(st.sampled_from(file.units), st.integers(0, 9)).map(lambda p: (p[0], skip(*p)))
    if not file.source.data:
        return Case(file, [], [], [], [])
    return Case(
        file,
        draw(st.lists(uses, max_size=5)),
        draw(st.lists(drafts, max_size=2)),
        draw(st.lists(claims, max_size=2)),
        draw(st.lists(skips, max_size=2)) if file.units else [],
    )


def bytes_of(pairs: list[Use]) -> set[int]:
    return {at for one in pairs for at in range(one.start, one.end)}


@given(cases())
def test_every_item_is_in_exactly_one_state_and_the_counts_add_up(case: Case) -> None:
    found = case.covered()
    assert [one.unit for one in found.items] == list(case.file.units)
    assert tuple(found.counts) == STATES
    assert sum(found.counts.values()) == len(found.items)
    for state in STATES:
        assert found.counts[state] == sum(one.state == state for one in found.items)


@given(cases())
def test_the_state_is_what_the_bytes_say(case: Case) -> None:
    data = case.file.source.data
    own = [u for u in case.uses if u.topic == TOPIC and u.role != "import"]
    held = bytes_of([u for u in own if u.status not in ("rejected", "retracted")])
    for one in case.covered().items:
        unit = one.unit
        wanted = {at for at in range(unit.name_start, unit.end) if not data[at : at + 1].isspace()}
        some = {at for at in range(unit.start, unit.end) if not data[at : at + 1].isspace()} & held
        assert (one.state == "recorded") == (wanted <= held)
        if one.state == "open":
            assert not (some or one.drafts or one.claims or one.skip or unit.excluded)
        if one.state == "partly":
            assert some and not (one.drafts or one.claims or one.skip or unit.excluded)


@given(cases())
def test_an_overlap_is_just_what_two_records_have_of_an_item(case: Case) -> None:
    counted = [u for u in case.uses if u.counts and u.role != "import"]
    holders: dict[int, set[tuple[str, str]]] = {}
    for one in counted:
        for at in range(one.start, one.end):
            holders.setdefault(at, set()).add((one.topic, one.record))
    inside = {at for unit in case.file.units for at in range(unit.start, unit.end)}
    found = [at for overlap in case.covered().overlaps for at in range(overlap.start, overlap.end)]
    assert sorted(found) == sorted(at for at in inside if len(holders.get(at, ())) > 1)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_means_nothing(case: Case, dice: random.Random) -> None:
    other = Case(
        case.file,
        dice.sample(case.uses, len(case.uses)),
        dice.sample(case.drafts, len(case.drafts)),
        dice.sample(case.claims, len(case.claims)),
        dice.sample(case.skips, len(case.skips)),
    )
    assert [(one.unit, one.state, one.uses) for one in other.covered().items] == [
        (one.unit, one.state, one.uses) for one in case.covered().items
    ]


@given(cases())
def test_units_never_overlap_and_every_item_outside_tests_is_told(case: Case) -> None:
    units = case.file.units
    assert all(before.end <= after.start for before, after in pairwise(units))
    for item, state in zip(case.file.items, case.covered().states, strict=True):
        told = not item.test and item.kind != "use_declaration"
        if item.kind == "mod_item":
            continue  # one that holds nothing but tests and declarations has nothing to tell
        assert (state is not None) == told


@settings(max_examples=60)
@given(st.lists(cases(), min_size=1, max_size=3), st.integers(0, 40), st.sampled_from(get_args(Order)))
def test_going_to_the_next_open_item_visits_each_once_a_round(
    parts: list[Case], line: int, order: Order
) -> None:
    files = {f"{number}.rs": part.covered() for number, part in enumerate(parts)}
    found = TopicCoverage(TOPIC, files)
    here = found.next_open("0.rs", line, order=order)
    seen: list[tuple[str, int]] = []
    for _ in found.to_do(order):
        assert here is not None
        path = next(path for path, file in files.items() if any(one is here for one in file.items))
        seen.append((path, here.unit.start))
        here = found.next_open(path, here.unit.line, here.unit.item, order)
    assert len(set(seen)) == len(seen) == found.counts["open"]


def test_what_is_not_understood_is_told_and_not_counted() -> None:
    """A file that the parser gave up on looked as if all of it were counted."""
    file = units_of("trait A = B;\n\nfn f() {}\n\nimpl C {\n    fn g() {}\n    fn = 3;\n}\n")
    covered = cover_file(file, TOPIC)
    assert covered.strange == (0, 6)
    assert states(covered) == {"f": "open", "C::g": "open"}
    assert covered.states == (None, "open", "open", "open", None)
    assert cover_file(units_of(TEXT), TOPIC).strange == ()
