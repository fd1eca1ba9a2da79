"""Prompt documents laid out as other houses do: sections are told apart, and what is not known is not swallowed."""

from __future__ import annotations

import pytest

from app.project.topics.prompts import Conversion, read_prompt, spec_toml
from tests.project.topics.test_prompt_variations import reported


def read(text: str) -> Conversion:
    return read_prompt(text, "brief")


def test_sections_that_are_numbered_over_letters() -> None:
    conversion = read(
        "ROLE\nYou keep the lighthouse.\n\n1. FILES\n   a. lamp/src/beam.rs\n   b. lamp/src/fog.rs:3-9\n\n"
        "2. SOMETHING ELSE\n   a. Mind the gulls\n\n3. CODE RULES\n   a. Keep comments\n\nEND OF ORDER\n"
    )
    assert conversion.fields["sources"] == ("lamp/src/beam.rs", "lamp/src/fog.rs")
    assert conversion.fields["code_rules"] == ("Keep comments",)
    assert conversion.fields["role"] == "You keep the lighthouse."
    assert "guidelines" not in conversion.fields
    assert {9, 6, 14} <= set(reported(conversion))


def test_clauses_with_numbers_of_several_parts_are_told_each_with_its_line() -> None:
    conversion = read(
        "LOT 2\n\n3 Selection\n3.1 Functions shall be whole.\n3.2 Types shall be whole.\n\n"
        "4 Files\n4.1 lamp/src/beam.rs\n"
    )
    assert {note.line for note in conversion.unread} >= {1, 3, 4, 5}
    assert all(note.last == 0 for note in conversion.unread)


def test_a_note_on_several_lines_says_which() -> None:
    conversion = read("This brief is\nfor everybody\nwho keeps a light.\n")
    assert [note.place for note in conversion.unread] == ["lines 1-3"]
    assert "#   lines 1-3: This brief is for everybody who keeps a light. (" in spec_toml(conversion)


def test_front_matter() -> None:
    conversion = read(
        "---\ntitle: Beams\nversion: 2\nrepo: git@example.org:lamp.git\nbranch: next\noutput: out/beams.jsonl\nfiles:\n"
        "  - lamp/src/beam.rs\nsee_also:\n  - lamp/src/fog.rs\ncrates: [tokio, bytes]\n---\n\n"
        "Gulls are recognised and refused.\n"
    )
    assert conversion.fields["title"] == "Beams"
    assert conversion.fields["repository"] == {"url": "git@example.org:lamp.git", "branch": "next"}
    assert conversion.fields["sources"] == ("lamp/src/beam.rs",)
    assert conversion.fields["related"] == ("lamp/src/fog.rs",)
    assert conversion.fields["crates"] == ("tokio", "bytes")
    told = reported(conversion)
    assert {3, 6, 14} == set(told)
    assert "must be a bare file name" in told[6]


def test_labels_below_each_other_are_parted() -> None:
    conversion = read("Title: Beams\nPrepared for: Lamp & Co.\nTARGET: 8-12\nTone: dry\n")
    assert (conversion.fields["title"], conversion.fields["target"]) == ("Beams", {"min": 8, "max": 12})
    assert {2, 4} == set(reported(conversion))


def test_the_heading_that_a_document_begins_with_is_its_title() -> None:
    assert read("# Beams at night\n\n## Focus\n\n- beams\n").fields["title"] == "Beams at night"
    assert read("Beams at night\n==============\n\nFocus on beams\n").fields["title"] == "Beams at night"
    assert read("# Role\n\nYou keep a light.\n").fields["title"] == "Brief"


@pytest.mark.parametrize(
    "section", ["Files to process", "Code extraction strategy", "Rules for Code", 'Generate a "User Prompt"']
)
def test_a_list_that_an_unknown_sentence_leads_to_is_not_read(section: str) -> None:
    conversion = read(
        f"{section}:\n- lamp/src/beam.rs\n\nNever ever touch:\n\n- lamp/src/fog.rs\n- lamp/src/rain.rs\n"
    )
    assert {4, 6, 7} <= set(reported(conversion))
    assert not any("fog" in str(value) or "rain" in str(value) for value in conversion.fields.values())
    assert any("beam" in str(value) for value in conversion.fields.values())


def test_files_that_are_only_to_be_read_are_related() -> None:
    conversion = read(
        "Files:\n- lamp/src/beam.rs\n- For context only, do not extract from it: lamp/src/fog.rs\n\n"
        "READ ALSO:\n- lamp/src/rain.rs\n"
    )
    assert conversion.fields["sources"] == ("lamp/src/beam.rs",)
    assert conversion.fields["related"] == ("lamp/src/fog.rs", "lamp/src/rain.rs")


def test_the_topic_of_a_document_is_its_focus() -> None:
    conversion = read(
        "## Topic\n\nFocus on beams, and on fog.\n\n## Focus areas\n\n- lamps between sea and land\n"
    )
    assert conversion.fields["focus"] == ("beams", "on fog", "lamps between sea and land")


def test_a_ticked_box_is_not_read() -> None:
    conversion = read("Files:\n- [ ] lamp/src/beam.rs\n- [x] lamp/src/fog.rs (done in May)\n")
    assert conversion.fields["sources"] == ("lamp/src/beam.rs",)
    assert "ticked" in reported(conversion)[3]


@pytest.mark.parametrize(
    ("told", "examples"),
    [
        ('- Sample: "The lamp shall turn. It shall not stop."', ("The lamp shall turn. It shall not stop.",)),
        ('- e.g. "Let it turn"', ("Let it turn",)),
        ("- Beispiel: „Es dreht sich.“", ("Es dreht sich.",)),
        ("- Exemples : « Il tourne » ; « Il brille »", ("Il tourne", "Il brille")),
        ('- By way of example: "Let it turn"', ("Let it turn",)),
        ('- Counter-model, never write like this: "Implement fn turn."', None),
        ('- Do not write: "Implement fn turn."', None),
    ],
)
def test_examples_with_a_label_and_what_is_none(told: str, examples: tuple[str, ...] | None) -> None:
    conversion = read(f"Rules for requests:\n{told}\n")
    assert conversion.fields.get("request_examples") == examples
    assert "request_rules" not in conversion.fields
    assert (2 in reported(conversion)) == (examples is None)


@pytest.mark.parametrize(
    "told", ["Must mention tokio and bytes", "It has to name tokio.", "Mention tokio and bytes by name"]
)
def test_sentences_that_may_name_crates_are_told(told: str) -> None:
    conversion = read(f"Rules for Reasoning:\n- {told}\n")
    assert "crates" not in conversion.fields
    assert 2 in reported(conversion)
    assert any(one.key == "crates" and "line 2" in one.what for one in conversion.missing)


def test_a_list_of_crates_ends_where_it_is_no_list_any_more() -> None:
    conversion = read("Crates:\n- tokio, bytes\n\nAll others are recognised and refused.\n")
    assert conversion.fields["crates"] == ("tokio", "bytes")
    assert 4 in reported(conversion)


def test_what_the_part_on_the_number_says_besides_is_shown_and_told() -> None:
    conversion = read("TARGET: 8-12 examples. A third of them on fog. If you find fewer blocks, take all.\n")
    assert "A third of them on fog." in conversion.fields["guidelines"]
    assert [note.why for note in conversion.doubts] == [
        "says more than a number of records: it is shown beside the work, and nothing counts it"
    ]


@pytest.mark.parametrize(
    ("told", "table"),
    [
        ("https://example.org/a/b/tree/develop", {"url": "https://example.org/a/b", "branch": "develop"}),
        (
            f"https://example.org/a/b, pinned at commit {'c' * 40}.",
            {"url": "https://example.org/a/b", "commit": "c" * 40},
        ),
    ],
)
def test_a_repository_that_is_named_by_a_page_or_pinned(told: str, table: dict[str, str]) -> None:
    conversion = read(f"Repository: {told}\n")
    assert conversion.fields["repository"] == table
    assert reported(conversion) == {}


def test_a_branch_beside_a_commit_has_no_place_and_is_told() -> None:
    conversion = read(f"Repository: https://example.org/a/b (branch next), at commit {'c' * 40}\n")
    assert conversion.fields["repository"] == {"url": "https://example.org/a/b", "commit": "c" * 40}
    assert [(note.line, note.text) for note in conversion.unread] == [(1, "(branch next),")]


def test_a_number_outside_its_part_is_read_if_it_is_the_only_one_and_told() -> None:
    conversion = read("Where it goes:\n\nAt least 8 and no more than 12 pairs.\n")
    assert conversion.fields["target"] == {"min": 8, "max": 12}
    assert 3 in reported(conversion)
    conversion = read("Where it goes:\n\nAt least 8 and no more than 12 pairs.\n\nPay: 20 pairs a day\n")
    assert "target" not in conversion.fields
    assert {3, 5} <= {note.line for note in conversion.doubts}


def test_a_word_against_something_in_another_sentence_turns_no_example_round() -> None:
    conversion = read(
        'Rules for requests:\n- Name the need, never the cause. Examples: "It is dark"; "It is wet".\n'
    )
    assert conversion.fields["request_rules"] == ("Name the need, never the cause.",)
    assert conversion.fields["request_examples"] == ("It is dark", "It is wet")


def test_an_amount_is_no_number_of_a_list() -> None:
    conversion = read("Pay:\n\n4.20 EUR a line\n")
    assert [note.text for note in conversion.unread] == ["Pay", "4.20 EUR a line"]
