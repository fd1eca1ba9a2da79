"""What a repository proposes for a spec that a document left open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.project.topics.prompts import read_prompt, spec_toml
from app.project.topics.proposals import Proposal, propose, with_proposals
from app.project.topics.spec import Spec
from app.repository.repository import open_repository
from app.repository.snapshot import Snapshot

FILES = {
    "quay/src/lib.rs": "mod booking;\nmod seats;\nmod fares;\nmod tides;\n",
    "quay/src/booking.rs": (
        "use crate::seats::{Seat, free};\n"
        "pub fn book() -> Seat { free() }\n"
        "pub struct FareTable;\n"
        "impl FareTable { pub fn new() -> Self { FareTable } }\n"
        "const WAITING_LIST_FARES: u8 = 1;\n"
        "fn reset_tide() {}\n"
        "#[cfg(test)]\nmod tests { fn fare_table() {} }\n"
    ),
    "quay/src/seats.rs": "pub struct Seat;\npub fn free() -> Seat { Seat }\n",
    "quay/src/fares.rs": "pub struct Fare;\n",
    "quay/src/tides.rs": "pub fn waiting_list() {}\n",
    "quay/tests/waiting.rs": "fn waiting_list() {}\nfn waiting_again() {}\n",
    "pier/src/lib.rs": "pub fn waiting() {}\n",
    **{f"other/src/m{number}.rs": "pub fn nothing() {}\n" for number in range(9)},
}
FIELDS: dict[str, Any] = {
    "sources": ("quay/src/booking.rs",),
    "focus_words": ("waiting",),
    "exclude": ("fare table logic (another topic: Fares)", "tide/wind handling", "test modules"),
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return open_repository(tmp_path).snapshot()


def values(found: dict[str, tuple[Proposal, ...]], key: str) -> list[str]:
    return [one.value for one in found.get(key, ())]


def test_files_that_the_sources_call_or_that_hold_the_focus_words(snapshot: Snapshot) -> None:
    found = propose(FIELDS, snapshot)
    assert values(found, "related") == ["quay/src/tides.rs", "quay/src/seats.rs", "pier/src/lib.rs"]
    why = {one.value: one.why for one in found["related"]}
    assert why["quay/src/seats.rs"] == "the sources name its struct Seat, free"
    assert why["quay/src/tides.rs"] == "it holds waiting (1 line)"


def test_items_whose_names_have_the_words_of_an_exclude_sentence(snapshot: Snapshot) -> None:
    found = propose(FIELDS, snapshot)
    assert values(found, "exclude_items") == [
        "struct FareTable",
        "impl FareTable",
        "FareTable::new",
        "reset_tide",
    ]
    assert found["exclude_items"][0].why == 'its name has the words of "fare table logic"'
    # What has a word of the focus is nobody else's; tests are left out by themselves.
    assert not any("WAITING" in one or "tests" in one for one in values(found, "exclude_items"))


def test_what_a_document_says_itself_is_not_proposed_over(snapshot: Snapshot) -> None:
    assert propose({**FIELDS, "related": ("a.rs",), "exclude_items": ("b",)}, snapshot) == {}
    assert propose({**FIELDS, "sources": ("gone.rs",)}, snapshot) == {}
    assert "exclude_items" not in propose({**FIELDS, "exclude": ("test modules",)}, snapshot)


def test_a_word_that_is_everywhere_tells_nothing(snapshot: Snapshot) -> None:
    assert values(propose({**FIELDS, "focus_words": ("pub", "nothing")}, snapshot), "related") == [
        "quay/src/seats.rs"
    ]


def test_proposals_stand_in_the_spec_and_say_that_they_are(snapshot: Snapshot, tmp_path: Path) -> None:
    text = (Path(__file__).parent / "prompts" / "ferry.txt").read_text(encoding="utf-8")
    conversion = read_prompt(text, "ferry", str(tmp_path))
    made = with_proposals(conversion, propose(conversion.fields, snapshot))
    toml = spec_toml(made)
    assert (
        "# Proposed from the repository, because the document names none; strike what is wrong:\n#   quay/"
        in toml
    )
    assert isinstance(made.spec(), Spec)
    assert made.spec().related == made.fields["related"] != ()
    assert made.spec().exclude_items[0] == "struct FareTable"
    assert "imports" not in made.reasons and set(made.reasons) == {"related", "exclude_items"}
