"""What of the related files is the topic's, and in which order items are offered: over made-up files."""

from __future__ import annotations

from typing import Any

import pytest

from app.progress.coverage.importance import Importance, Neighbour, TopicItems, words_of
from app.progress.coverage.states import TopicCoverage, cover_file
from app.progress.coverage.units import FileUnits, Rules
from app.project.topics.spec import Offer, Spec
from app.rust.items import outline
from app.rust.source import SourceFile
from app.rust.syntax import parse
from tests.progress.coverage.test_states import spec


def topic(words: tuple[str, ...] = ("delay", "jitter"), **changes: Any) -> Spec:
    return spec(focus=words).model_copy(update=changes)


def units(text: str, rules: Spec, path: str = "src/a.rs", related: bool = False) -> FileUnits:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    return FileUnits(SourceFile.of(path, data), outline(data, tree), Rules(rules), related=related)


def found(
    rules: Spec, source: str = "", related: str = "", neighbours: tuple[Neighbour, ...] = (), **elsewhere: int
) -> dict[str, Importance]:
    files = [units(source, rules), units(related, rules, "src/b.rs", True)]
    counts = {name.encode(): count for name, count in elsewhere.items()}
    by_index = TopicItems(Rules(rules), files, counts).importance(neighbours)
    names = {(unit.path, unit.index): unit.item for file in files for unit in file.units}
    return {names[key]: importance for key, importance in by_index.items()}


def offered(rules: Spec, source: str, related: str = "") -> list[str]:
    files = [units(source, rules), units(related, rules, "src/b.rs", True)]
    weighed = TopicItems(Rules(rules), files).importance()
    covered = {file.source.path: cover_file(file, "ours", importance=weighed) for file in files}
    return [item.unit.item for item in TopicCoverage("ours", covered).to_do()]


# Whose an item is.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fn retry_delay() {}", "called after delay"),
        ("fn a() { let delay = 1; spread(jitter); }", "the focus is in its code"),
        ("fn a() { let delay = delay + delay; }", "the focus is in its code"),
        ("fn a() { let delay = 1; }", ""),
        ("fn a() { let relay = relay + relay; }", ""),
        ("fn helper() {}", "start uses it"),
        ("fn start() {}", ""),
        ("struct Helper { a: u8,\n b: u8 }", ""),
    ],
)
def test_an_item_of_a_related_file_is_the_topics_by_its_words_or_its_use(text: str, why: str) -> None:
    related = text if text.count("\n") else text.replace("{", "{\n", 1)
    weighed = found(topic(), "fn start() {\n helper(); helper()\n}", related)
    (last,) = list(weighed.values())[1:] or [weighed["start"]]
    assert last.belongs == why


def test_the_spec_names_items_of_related_files_and_what_it_excludes_is_never_theirs() -> None:
    text = "fn plain() {\n}\nfn retry_delay() {\n}\nimpl Wait {\n fn long() {\n }\n}"
    weighed = found(topic(related_items=("plain", "impl Wait"), exclude_items=("retry_delay",)), "", text)
    assert {name: one.belongs for name, one in weighed.items()} == {
        "plain": "named by the spec",
        "retry_delay": "",
        "Wait::long": "named by the spec",
    }


def test_a_name_that_half_the_crate_uses_says_nothing() -> None:
    source = "fn start() {\n helper();\n}"
    assert found(topic(), source, "fn helper() {\n}")["helper"].belongs
    assert not found(topic(), source, "fn helper() {\n}", helper=11)["helper"].belongs
    assert not found(topic(), source, "fn helper() {\n}\nmod m {\n fn helper() {\n }\n}")["helper"].belongs


def test_only_what_is_the_topics_is_covered_of_a_related_file() -> None:
    assert offered(topic(), "", "fn plain() {\n}\nfn retry_delay() {\n}") == ["retry_delay"]


def test_what_another_topic_holds_far_more_of_comes_last_with_its_name() -> None:
    theirs = Neighbour("queue", Rules(spec(focus=("task", "queue"))), frozenset({"src/b.rs"}), frozenset())
    text = "fn queue_task() {\n delay(); delay(); delay();\n}\nfn retry_delay() {\n task();\n}"
    weighed = found(topic(), "", text, (theirs,))
    assert (weighed["queue_task"].owner, weighed["retry_delay"].owner) == ("queue", "")
    assert weighed["queue_task"].rank > weighed["retry_delay"].rank
    assert "rather queue's" in weighed["queue_task"].reasons
    named = found(topic(related_items=("queue_task",)), "", text, (theirs,))
    assert named["queue_task"].owner == "", "the spec says whose it is"
    excluded = Neighbour("queue", Rules(spec(focus=("task",), items=("queue_task",))), *theirs[2:])
    assert found(topic(), "", text, (excluded,))["queue_task"].owner == ""


# What is a part of what.


def test_constants_aliases_and_one_line_items_are_parts_of_what_uses_them() -> None:
    source = (
        "const A: u8 = 1;\nconst B: u8 = 2;\ntype C = u8;\nstruct D;\nfn f() {\n A; C; D;\n}\nfn g() {\n A\n}"
    )
    parts = {name: one.part_of for name, one in found(topic(), source).items()}
    used = {"const A": ("f", "g"), "const B": (), "type C": ("f",), "struct D": ("f",), "f": (), "g": ()}
    assert parts == used
    assert offered(topic(), source) == ["f", "g", "const B"]
    alone = topic(offer=Offer(small="items"))
    assert sorted(offered(alone, source)) == sorted(used)


def test_a_constant_of_a_related_file_is_the_topics_with_what_uses_it_only() -> None:
    constants = "const DELAY_A: u8 = 1;\nconst DELAY_B: u8 = 1;\nconst C: u8 = 1;\n"
    text = f"{constants}fn jitter() {{\n C; DELAY_A;\n}}\nfn f() {{\n DELAY_B;\n}}"
    weighed = found(topic(), "", text)
    belongs = {name for name, one in weighed.items() if one.belongs}
    assert belongs == {"const DELAY_A", "const C", "jitter"}
    assert weighed["const C"].part_of == ("jitter",)
    assert offered(topic(), "", text) == ["jitter"]


def test_a_part_of_what_the_spec_leaves_out_is_work_of_its_own() -> None:
    source = "const A: u8 = 1;\nfn f() {\n A\n}"
    assert offered(topic(exclude_items=("f",)), source) == ["const A"]


# What matters most.


def test_functions_come_before_types_before_constants_and_sources_before_related() -> None:
    source = "const DELAY: u8 = 1;\nstruct Delay {\n a: u8 }\nfn plain() {\n}\ntrait Wait {\n}"
    related = "fn jitter_delay() {\n if delay { delay } else { jitter }\n}"
    assert offered(topic(), source, related) == [
        "plain",
        "struct Delay",
        "trait Wait",
        "const DELAY",
        "jitter_delay",
    ]


@pytest.mark.parametrize(
    ("less", "more", "weight"),
    [
        ("fn a() {\n}", "fn b() {\n delay\n}", "focus"),
        ("fn a() {\n}", "fn b() {\n\n\n\n}", "size"),
        ("fn a() {\n x;\n}", "fn b() {\n if x {}\n}", "branches"),
        ("fn a() {\n}", "fn b() {\n}\nfn z() {\n b()\n}", "callers"),
        ("fn a() {\n x()\n}\nfn z() {\n}", "fn b() {\n z()\n}", "callees"),
    ],
)
def test_each_weight_of_the_spec_decides_and_can_be_taken_away(less: str, more: str, weight: str) -> None:
    zero = dict.fromkeys(("focus", "size", "branches", "callers", "callees"), 0)
    text = f"{less}\n{more}"
    alone = found(topic(offer=Offer(**{**zero, weight: 100})), text)  # type: ignore[arg-type]
    assert alone["b"].rank.score < alone["a"].rank.score
    none = found(topic(offer=Offer(**zero)), text)  # type: ignore[arg-type]
    assert none["b"].rank.score == none["a"].rank.score == 0


def test_a_method_is_used_where_its_type_is_named_too_and_shared_names_share_their_uses() -> None:
    text = "impl A {\n fn new() {\n }\n}\nfn f() {\n A::new()\n}\nfn g() {\n B::new()\n}"
    assert "used in 1 place" in found(topic(), text)["A::new"].reasons
    assert "used in 4 places" in found(topic(), text, new=9, A=3)["A::new"].reasons


def test_words_are_those_of_code_alone() -> None:
    data = b'a /* b */ "c \\" d" r#"e " f"# \'g\' // h\n b"i" r"j" k1 _l'
    assert set(words_of(data)) == {b"a", b"g", b"k1", b"_l"}


# A topic that is complete, and one of which there is nothing.


def test_nothing_of_nothing_is_not_complete() -> None:
    rules = topic()
    empty = TopicCoverage("ours", {"a.rs": cover_file(units("use a;\n", rules), "ours")})
    assert not empty.complete
