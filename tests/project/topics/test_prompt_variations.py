"""Prompt documents that say the same in other words: each part is read, or reported with its line; none is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.project.topics.prompts import Conversion, read_prompt, spec_toml
from app.project.topics.prompts.counts import count_of

BASE = (Path(__file__).parent / "prompts" / "ferry.txt").read_text(encoding="utf-8")
FILES = "- quay/src/booking.rs (seat booking)\n"
TARGET = "TARGET: 15-25 examples.\n"
SCHEMA = next(line for line in BASE.split("\n") if line.startswith("JSONL Schema:"))
URL = "https://example.org/tidewater.git"


def with_line(old: str, new: str, repository: str = URL) -> Conversion:
    assert BASE.count(old) == 1
    return read_prompt(BASE.replace(old, new), "ferry", repository)


def reported(conversion: Conversion) -> dict[int, str]:
    """1-based line to why it was not read, or wants a look."""
    return {note.line: note.why for note in (*conversion.doubts, *conversion.unread)}


def line_of(conversion_text: str, part: str) -> int:
    return next(number for number, line in enumerate(conversion_text.split("\n"), 1) if part in line)


def test_the_document_that_is_varied_is_read_in_whole() -> None:
    conversion = read_prompt(BASE, "ferry", URL)
    assert reported(conversion) == {}
    assert not conversion.missing
    assert conversion.fields["target"] == {"min": 15, "max": 25}
    assert conversion.fields["sources"] == ("quay/src/booking.rs",)
    assert conversion.fields["exclude"] == ("fare tables (another topic: Fares)",)


# The number of records.

READ = [
    ("15-25", {"min": 15, "max": 25}),
    ("Aim to generate ~15-25 training examples", {"min": 15, "max": 25}),
    ("at least 8 and no more than 12", {"min": 8, "max": 12}),
    ("at least 8 examples, but at most 12", {"min": 8, "max": 12}),
    ("no more than 12 and at least 8", {"min": 8, "max": 12}),
    ("between 8 and 12 records in total", {"min": 8, "max": 12}),
    ("8 minimum, 12 maximum", {"min": 8, "max": 12}),
    ("minimum 8, maximum 12", {"min": 8, "max": 12}),
    ("8 to 12", {"min": 8, "max": 12}),
    ("1,000-1,200 records", {"min": 1000, "max": 1200}),
    ("about 40 examples", {"min": 40, "max": 40}),
    ("60 in total", {"min": 60, "max": 60}),
    ("15+", {"min": 15}),
    ("12-18 examples, appended to seat_booking.jsonl", {"min": 12, "max": 18}),
    ("mindestens 15 und höchstens 25 Beispiele", {"min": 15, "max": 25}),
    ("entre 15 et 25 exemples", {"min": 15, "max": 25}),
]
NOT_READ = [
    "20-30 per file, 60 in total",
    "20-30 per file",
    "5 for each function",
    "15-25 examples, five of them on errors",
    "a dozen or two",
    "20 ± 5",
    "more than 8",
    "between 8 and 12 records of at most 200 words",
    "200 words of examples",
    "3x5",
    "15-25 if there are as many",
    "12 functions",
    "123456789",
]


@pytest.mark.parametrize(("told", "ends"), READ)
def test_a_number_of_records_that_is_understood(told: str, ends: dict[str, int]) -> None:
    count = count_of(told)
    assert count is not None
    assert (count.ends, count.problem) == (ends, "")
    conversion = with_line(TARGET, f"TARGET: {told}.\n")
    assert conversion.fields["target"] == ends
    assert reported(conversion) == {}


@pytest.mark.parametrize("told", NOT_READ)
def test_a_number_that_is_not_understood_is_no_target(told: str) -> None:
    conversion = with_line(TARGET, f"TARGET: {told}. Fewer blocks: fewer examples.\n")
    assert "target" not in conversion.fields
    line = line_of(BASE, "TARGET:")
    assert line in reported(conversion)
    assert {one.key: f"line {line}" in one.what for one in conversion.missing} == {
        "target.min": True,
        "target.max": True,
    }


def test_what_a_sentence_says_besides_its_number_is_told() -> None:
    conversion = with_line(TARGET, "TARGET: 15-25 examples on a rainy day.\n")
    assert conversion.fields["target"] == {"min": 15, "max": 25}
    assert "more than a number" in reported(conversion)[line_of(BASE, "TARGET:")]
    conversion = with_line(TARGET, "TARGET (per file): 15-25 examples.\n")
    assert reported(conversion)[line_of(BASE, "TARGET:")] == "stands in a heading's parentheses"
    assert [note.why for note in conversion.doubts] == ["its heading says (per file)"]


def test_two_numbers_that_contradict_each_other_are_no_target() -> None:
    conversion = with_line(TARGET, "TARGET:\n- Minimum: 8\n- Maximum: 12\n")
    assert conversion.fields["target"] == {"min": 8, "max": 12}
    conversion = with_line(TARGET, "TARGET: 15-25 examples. At most 20 examples.\n")
    assert "target" not in conversion.fields
    conversion = with_line("1. Report total", "1. Write 30 examples\n2. Report total")
    assert conversion.fields["target"] == {"min": 15, "max": 25}
    assert line_of(BASE, "1. Report total") in reported(conversion)


# Files.


@pytest.mark.parametrize(
    ("told", "sources"),
    [
        ("a. quay/src/a.rs\nb. quay/src/b.rs\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("(1) quay/src/a.rs\n(2) quay/src/b.rs\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("- [ ] quay/src/a.rs\n- [ ] quay/src/b.rs\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("quay/src/a.rs\nquay/src/b.rs\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("```\nquay/src/a.rs\nquay/src/b.rs\n```\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("- quay/src/{a,b}.rs\n", ("quay/src/a.rs", "quay/src/b.rs")),
        ("- {quay,pier}/src/{a,b}.rs\n", tuple(f"{d}/src/{f}.rs" for d in ("quay", "pier") for f in "ab")),
        ("- [a.rs](quay/src/a.rs)\n", ("quay/src/a.rs",)),
        (
            "- **quay/src/a.rs**, `quay/src/b.rs` and quay/src/c/\n",
            ("quay/src/a.rs", "quay/src/b.rs", "quay/src/c/"),
        ),
    ],
)
def test_lists_of_files_of_every_kind(told: str, sources: tuple[str, ...]) -> None:
    conversion = with_line(FILES, told)
    assert conversion.fields["sources"] == sources
    assert not conversion.unread and not conversion.doubts


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Files to analyze:",
            "### Files to process ###",
            "== Files ==",
            "FILES TO PROCESS",
            "**Source files:**",
        ),
        *(
            "Files to scan\n=============",
            "1. Files to process\n",
            "[Files]",
            "<files_to_process>",
            "Dateien:",
        ),
        *("Fichiers à traiter :", "Archivos a procesar:"),
    ],
)
def test_headings_of_every_kind(heading: str) -> None:
    conversion = with_line("Files to process:\n", f"{heading}\n")
    assert conversion.fields["sources"] == ("quay/src/booking.rs",)
    assert conversion.fields["focus"] == ("seat booking", "waiting lists")
    assert reported(conversion) == {}


@pytest.mark.parametrize(
    "heading",
    [
        "Zuständige Module:",
        "### Où chercher",
        "Módulos: ",
        "WHERE TO LOOK",
        "Where To Look\n",
        "-- Places --",
        "**Places**",
    ],
)
def test_what_stands_under_a_heading_that_is_not_known_is_reported_and_not_read(heading: str) -> None:
    conversion = with_line("Files to process:\n", f"{heading}\n")
    first = line_of(BASE, "Files to process:")
    assert first in reported(conversion)
    gone = {note.text for note in conversion.unread}
    assert {"quay/src/booking.rs (seat booking)", "Focus on seat booking and waiting lists"} <= gone
    assert "exclude" not in conversion.fields
    assert not any("quay/" in str(value) for key, value in conversion.fields.items() if key != "sources")


@pytest.mark.parametrize(
    "told",
    [
        "- quay/src/booking.rs:10-80\n",
        "- quay/src/booking.rs, lines 10-80\n",
        "- quay/src/booking.rs (lines 10 to 80)\n",
        "- quay/src/booking.rs#L10-L80\n",
    ],
)
def test_a_range_of_lines_is_reported_beside_its_file(told: str) -> None:
    conversion = with_line(FILES, told)
    assert conversion.fields["sources"] == ("quay/src/booking.rs",)
    assert "names lines of a file" in reported(conversion)[line_of(BASE, "quay/src/booking.rs (seat")]


@pytest.mark.parametrize(
    "told",
    [
        "- do not touch quay/src/old.rs\n",
        "- everything in quay but quay/src/old.rs\n",
        "| File | About |\n|---|---|\n| quay/src/a.rs | seats |\n",
        "- quay/src/{1..3}.rs\n",
        "- the booking module\n",
        "- !quay/src/old.rs\n",
    ],
)
def test_what_is_no_list_of_files_is_not_read_as_one(told: str) -> None:
    conversion = with_line(FILES, told)
    assert "sources" not in conversion.fields or conversion.fields["sources"] == ("quay/src/booking.rs",)
    assert line_of(BASE, "quay/src/booking.rs (seat") in reported(conversion)


def test_what_limits_a_file_or_the_focus_is_reported() -> None:
    conversion = with_line(FILES, "- quay/src/booking.rs (only the second half)\n")
    assert conversion.fields["focus"] == ("seat booking", "waiting lists")
    assert 'says "only"' in reported(conversion)[line_of(BASE, "quay/src/booking.rs (seat")]
    conversion = with_line(
        "- Focus on seat booking and waiting lists\n", "- Focus on seat booking, not on fares\n"
    )
    assert conversion.fields["focus"] == ("seat booking",)
    assert 'says "not"' in reported(conversion)[line_of(BASE, "Focus on")]


def test_lines_that_are_indented_below_a_word_belong_to_it() -> None:
    conversion = with_line(
        "- Exclude fare tables (that goes to Fares agent)\n", "- Exclude:\n  - fares\n  - tests\n"
    )
    assert conversion.fields["exclude"] == ("fares", "tests")


# The repository, and the output.


@pytest.mark.parametrize(
    ("told", "table"),
    [
        ("https://example.org/a/b (branch master)", {"url": "https://example.org/a/b", "branch": "master"}),
        ("https://example.org/a/b, branch: main", {"url": "https://example.org/a/b", "branch": "main"}),
        (
            f"`https://example.org/a/b` at commit {'a' * 40}",
            {"url": "https://example.org/a/b", "commit": "a" * 40},
        ),
        ("git@example.org:a/b.git", {"url": "git@example.org:a/b.git"}),
        ("\n- URL: https://example.org/a/b\n- Tag: v2", {"url": "https://example.org/a/b", "branch": "v2"}),
    ],
)
def test_a_repository_with_its_state(told: str, table: dict[str, str]) -> None:
    conversion = read_prompt(f"{BASE}\nRepository: {told}\n", "ferry")
    assert conversion.fields["repository"] == table
    assert reported(conversion) == {}


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("https://example.org/a/b at commit 4fc0cfb", "https://example.org/a/b"),
        ("https://example.org/a/b (the old one)", "https://example.org/a/b"),
        ("https://example.org/a/b/tree/main/c", None),
        ("a/b", None),
        ("ask the harbour master", None),
    ],
)
def test_a_repository_that_is_not_understood_is_reported(told: str, url: str | None) -> None:
    text = f"{BASE}\nRepository: {told}\n"
    conversion = read_prompt(text, "ferry")
    assert conversion.fields.get("repository", {}).get("url") == url
    assert line_of(text, "Repository:") in reported(conversion)


@pytest.mark.parametrize(
    "told",
    [
        "See gold.jsonl for the style",
        "Do not write to old.jsonl",
        "Read the lines of old.jsonl first",
        "old.jsonl is done",
    ],
)
def test_a_file_that_lines_do_not_go_to_is_no_output(told: str) -> None:
    conversion = with_line("1. Report total", f"1. {told}\n2. Report total")
    assert conversion.fields["output"] == "seat_booking.jsonl"
    assert line_of(BASE, "1. Report total") in reported(conversion)


def test_the_topic_is_called_after_its_output_file() -> None:
    assert read_prompt(BASE, "Brief of May").name == "seat_booking"
    assert read_prompt(BASE, "Brief of May", topic="ferries").name == "ferries"
    assert (
        read_prompt(BASE.replace("seat_booking.jsonl", "Seat Booking"), "Brief of May").name == "brief_of_may"
    )
    assert read_prompt(BASE.replace("seat_booking.jsonl", "Seat-2.jsonl"), "Brief of May").name == "seat-2"


# The example of a line.

ANSWER = '{"role":"assistant","content":"<think>\\n[T]\\n</think>\\n\\n[C]"}'
SYSTEM = '{"role":"system","content":"You sail."}'


def line(*messages: str, more: str = '"type":"chatml",') -> str:
    return f'JSONL Schema: {{{more}"messages":[{",".join(messages)}]}}'


USER = '{"role":"user","content":"[R]"}'


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (line(SYSTEM, USER, ANSWER, more='"id":"[N]","type":"chatml",'), "its fields are id, type, messages"),
        (line(SYSTEM, USER, ANSWER, more=""), "its fields are messages"),
        (line(SYSTEM, USER, ANSWER, more='"type":"sharegpt",'), 'its type is "sharegpt"'),
        (line(USER, SYSTEM, ANSWER), "its roles are user, system, assistant"),
        (line(SYSTEM, USER, USER, ANSWER), "its roles are system, user, user, assistant"),
        (
            line(SYSTEM, USER.replace("{", '{"name":"x",'), ANSWER),
            "a message has the fields name, role, content",
        ),
        (line(SYSTEM, USER.replace("[R]", "Rewrite this: [R]"), ANSWER), "holds more than the request"),
        (line(SYSTEM, USER, ANSWER.replace("think", "reasoning")), "its assistant message is not <think>"),
        (
            line(SYSTEM, USER, ANSWER.replace("[C]", "```rust\\n[C]\\n```")),
            "its assistant message is not <think>",
        ),
    ],
)
def test_what_the_export_cannot_deliver_is_said_with_its_line(schema: str, why: str) -> None:
    conversion = with_line(SCHEMA, schema)
    assert why in reported(conversion)[line_of(BASE, "JSONL Schema:")]
    assert conversion.fields["system"] == "You sail."


@pytest.mark.parametrize(
    "schema",
    [
        line(SYSTEM.replace('"system"', '"developer"'), USER, ANSWER),
        line(SYSTEM.replace("You sail.", "[SYSTEM MESSAGE]"), USER, ANSWER),
        'JSONL Schema: {"instruction":"[R]","reasoning":"[T]","output":"[C]"}',
        'JSONL Schema: {"conversations":[{"from":"human","value":"[R]"}]}',
    ],
)
def test_a_schema_without_a_system_message_gives_none(schema: str) -> None:
    conversion = with_line(SCHEMA, schema)
    assert "system" not in conversion.fields
    assert f"line {line_of(BASE, 'JSONL Schema:')}" in next(
        m.what for m in conversion.missing if m.key == "system"
    )
    stated = with_line(SCHEMA, f"System message: You row.\n\n{schema}")
    assert stated.fields["system"] == "You row."


# Texts.


def test_a_list_is_one_of_traits_where_a_sentence_says_so() -> None:
    assert read_prompt(BASE, "ferry").fields["traits"] == ("Fairness of waiting lists", "Double bookings")
    unsaid = with_line(" Mention ferry traits:", "")
    assert unsaid.fields["traits"] == ("Fairness of waiting lists", "Double bookings")
    assert "no sentence before it says so" in reported(unsaid)[line_of(BASE, "- Fairness")]
    other = with_line(" Mention ferry traits:", " Write in this order:")
    assert "traits" not in other.fields
    assert line_of(BASE, "- Fairness") in reported(other)


@pytest.mark.parametrize(
    ("told", "crates"),
    [
        ("Mention specific crates: tokio, sqlx where used", ("tokio",)),
        ("Do not mention these crates: tokio, sqlx", None),
        ("Name the crates involved", None),
        ("Name the crates `tokio` and `sqlx`.", ("tokio", "sqlx")),
        ("Mention crates: tokio, etc.", ("tokio",)),
    ],
)
def test_crates_are_names_that_are_surely_meant(told: str, crates: tuple[str, ...] | None) -> None:
    conversion = with_line("Mention specific crates: tokio, sqlx", told)
    assert conversion.fields.get("crates") == crates
    assert crates == ("tokio", "sqlx") or line_of(BASE, "Mention specific crates") in reported(conversion)


def test_lines_that_go_on_and_lines_that_do_not() -> None:
    conversion = with_line(
        "- Keep every comment\n", "- Keep every comment\n  and its place\n- Keep blank\nlines\n"
    )
    assert {"Keep every comment and its place", "Keep blank lines"} <= set(conversion.fields["code_rules"])
    conversion = with_line("- Keep every comment\n", "- Keep every comment\nNever on a Sunday\n")
    assert "Keep every comment" in conversion.fields["code_rules"]
    assert "without a marker" in reported(conversion)[line_of(BASE, "- Keep every comment") + 1]
    conversion = with_line("- Keep every comment\n", "- Keep every comment\nTone: friendly\n")
    assert {note.text for note in conversion.unread} == {"Tone", "friendly"}


# Imports.

ALL, NEEDED = "Preserve all imports as context", "Include necessary imports"


@pytest.mark.parametrize(
    ("extraction", "code", "mode"),
    [
        (ALL, NEEDED, "all"),
        (ALL, "Keep it short", "all"),
        ("Preserve all imports from the file as context", f"{NEEDED} for booking operations", "all"),
        ("Take functions", NEEDED, "whole"),
        ("Take functions", "Include the imports that the code needs", "whole"),
        ("Take functions", "Keep all necessary imports", "whole"),
        ("Take functions", "Bring only the imports that the block needs", "whole"),
        ("Keep all imports of the file at the top of each block", "Keep it short", "all"),
        ("Take functions", "Keep it short", None),
    ],
)
def test_imports_as_the_document_says(extraction: str, code: str, mode: str | None) -> None:
    text = BASE.replace("- Take whole functions\n", f"- {extraction}\n").replace(
        "- Keep every comment\n", f"- {code}\n"
    )
    conversion = read_prompt(text, "ferry", URL)
    assert conversion.fields.get("imports") == mode
    assert not conversion.doubts
    toml = spec_toml(conversion)
    assert ("imports = " in toml) == (mode is not None)
    if mode == "all" and code.startswith(NEEDED):
        told = f'"{extraction}"; so "{code}" (line {line_of(text, code)}) is kept too'
        assert told in toml


@pytest.mark.parametrize(
    "told", ["Leave out the imports", "Do not preserve all imports", "Include only the imports used, cut"]
)
def test_what_is_said_of_imports_and_not_understood_is_told(told: str) -> None:
    conversion = with_line("- Keep every comment\n", f"- {told}\n")
    assert "imports" not in conversion.fields
    assert "speaks of imports" in reported(conversion)[line_of(BASE, "- Keep every comment")]


def test_contradictory_sentences_on_imports_set_nothing() -> None:
    text = BASE.replace("- Take whole functions\n", f"- {ALL}\n")
    conversion = read_prompt(
        text.replace("- Keep every comment\n", "- Include only necessary imports\n"), "ferry"
    )
    assert "imports" not in conversion.fields
    assert len(conversion.doubts) == 2


def test_fields_hold_nothing_of_what_is_left_out() -> None:
    fields: dict[str, Any] = read_prompt(BASE, "ferry").fields
    assert not any("script" in str(value).lower() for value in fields.values())
