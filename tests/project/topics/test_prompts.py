"""Prompt documents: what becomes of each line, and what is said of what they lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SpecError
from app.project.bundled import specs_dir
from app.project.topics.prompts import Conversion, read_prompt, read_prompt_file, spec_toml
from app.project.topics.prompts.document import take_apart
from app.project.topics.prompts.phrases import take_examples
from app.project.topics.spec import Spec, load_spec

PROMPTS = Path(__file__).parent / "prompts"
FIRST = ("task_processing", "background_task_runner", "retry_state_machine", "backoff_jitter")
URL = "https://example.org/larkspur.git"


def convert(name: str, repository: str = URL) -> Conversion:
    return read_prompt_file(PROMPTS / f"{name}.txt", repository)


def text_of(name: str) -> str:
    return (PROMPTS / f"{name}.txt").read_text(encoding="utf-8")


def lacks(conversion: Conversion, required: bool = True) -> dict[str, str]:
    return {one.key: one.what for one in conversion.missing if one.required is required}


def not_read(conversion: Conversion) -> list[tuple[int, str]]:
    return [(note.line, note.text) for note in conversion.unread]


# The four first documents are the requirement: each line of them is in the spec, or is known to be no part of one.

AGENT_TALK = re.compile(
    r"""CRITICAL(\ REMINDER)?:\ (DO\ NOT\ WRITE\ SCRIPTS|You\ must\ directly\ extract\ code) .*
      | AUTONOMOUS\ OPERATION\ INSTRUCTIONS: | You\ are\ a\ self-sustaining\ agent\.\ You\ must:
      | \d\.\ (SCAN|EXTRACT|PROCESS|OUTPUT):\ .*
      | WORKFLOW: | \d\.\ (Read\ file|Identify\ all|Extract\ each|Generate\ training|Append\ JSONL|Report\ total).*
      | Task:\ For\ each\ code\ block\ you\ extract,\ you\ must:
      | (Format\ the\ Output|Output\ format):\ .*JSONL.*""",
    re.VERBOSE,
)
HEADINGS = (
    "Role:",
    "Files to process:",
    "Code extraction strategy:",
    "Analyze the code:",
    'Generate a "User Prompt":',
    'Generate a "Think" block:',
    "Mention Svix-specific traits:",
    "Rules for Reasoning (<think>):",
    "Rules for Code:",
    "TARGET:",
    "Mention specific crates:",
    "Focus on",
    "Exclude",
    "e.g.,",
)


def words(text: str) -> str:
    """The text as its words only, so that punctuation moved by the conversion does not count."""
    return " " + " ".join(re.findall(r"[\w./:-]*\w", text)).lower() + " "


@pytest.mark.parametrize("name", FIRST)
def test_every_line_of_a_first_document_is_placed_or_known_to_be_no_part(name: str) -> None:
    conversion = convert(name)
    assert conversion.unread == ()
    assert lacks(conversion) == lacks(conversion, required=False) == {}
    spec = json.dumps(conversion.spec().model_dump(mode="json"), ensure_ascii=False)
    placed = words(spec.replace("\\n", " ").replace('\\"', '"')).replace(" another topic: ", " ")
    unplaced = []
    for line in text_of(name).split("\n"):
        if not line.strip() or AGENT_TALK.fullmatch(line) or line.startswith("JSONL Schema:"):
            continue
        rest = line
        for heading in HEADINGS:
            rest = rest.replace(heading, "\n")
        rest = re.sub(r"\((?:that|those) goe?s? to (.*) agent\)", r"\n\1\n", rest)
        # Quotes, sentences, lists and parentheses may be parted; each part must be there in whole.
        for part in re.split(r"[\n\"()]|(?<=\.) |, | and ", rest.removeprefix("- ")):
            if words(part).strip() and words(part) not in placed:
                unplaced.append(part)
    assert unplaced == []


@pytest.mark.parametrize("name", FIRST)
def test_what_is_left_out_of_a_first_document_is_agent_talk(name: str) -> None:
    lines = text_of(name).split("\n")
    for note in convert(name).dropped:
        line = lines[note.line - 1]
        assert AGENT_TALK.fullmatch(line) or line.startswith(("JSONL Schema:", 'Generate a "Think"')), line


@pytest.mark.parametrize("name", FIRST)
def test_the_system_message_of_a_first_document_is_kept_byte_for_byte(name: str) -> None:
    line = next(line for line in text_of(name).split("\n") if line.startswith("JSONL Schema: "))
    expected = json.loads(line.removeprefix("JSONL Schema: "))["messages"][0]["content"]
    assert f'"content":{json.dumps(expected)}' in line, "the document itself escapes nothing"
    assert convert(name).fields["system"] == expected
    assert load_spec(specs_dir() / f"{name}.toml").system == expected


@pytest.mark.parametrize("name", FIRST)
def test_a_shipped_spec_says_what_its_document_says(name: str) -> None:
    shipped, converted = load_spec(specs_dir() / f"{name}.toml"), convert(name).spec()
    for key in (
        *(
            "title",
            "system",
            "sources",
            "focus",
            "exclude",
            "extraction",
            "crates",
            "traits",
            "target",
            "output",
        ),
        *(
            "request_rules",
            "request_examples",
            "reasoning_rules",
            "reasoning_examples",
            "imports",
            "allow_tests",
        ),
    ):
        assert getattr(shipped, key) == getattr(converted, key), key
    assert len(shipped.code_rules) == len(converted.code_rules)
    # In the document "I" is whoever briefs the automated writer; the code comes from the source.
    assert shipped.code_rules[1:] == converted.code_rules[1:]
    assert (shipped.target.min, shipped.target.max) == (15, 25)
    assert shipped.repository.commit is not None
    assert shipped.related


@pytest.mark.parametrize("name", FIRST)
def test_the_guidelines_of_a_shipped_spec_speak_to_a_person(name: str) -> None:
    spec = load_spec(specs_dir() / f"{name}.toml")
    assert not re.search(r"JSONL|\bagent\b|autonomous|training example", spec.guidelines)
    assert "by hand" in spec.guidelines
    flat = " ".join(spec.guidelines.split())
    for trait in spec.traits:
        assert trait in flat
    for crate in spec.crates:
        assert f"**{crate}**" in flat


@pytest.mark.parametrize("name", FIRST)
def test_windows_line_ends_and_other_bullets_change_nothing(name: str) -> None:
    text, plain = text_of(name), convert(name).fields
    assert read_prompt(text.replace("\n", "\r\n"), name, URL).fields == plain
    assert read_prompt("\ufeff" + text.replace("\n", "\r"), name, URL).fields == plain
    for marker in ("* ", "• ", "– ", "  - ", "+ "):
        assert read_prompt(text.replace("\n- ", f"\n{marker}"), name, URL).fields == plain


# Others of the family.


def test_a_document_in_markdown() -> None:
    conversion = convert("markdown")
    spec = conversion.spec()
    assert conversion.unread == ()
    assert spec.title == "Segment merging and deletion bitmaps"
    assert spec.system == 'You are Larkspur\'s "maintainer", an expert in merging.\nAnswer with code.'
    assert spec.sources == ("crates/index/src/segment.rs", "crates/index/src/merge/**/*.rs")
    assert spec.related == ("crates/store/src/lib.rs",)
    assert spec.extraction[0] == "Extract complete merge functions, with their generics"
    assert spec.request_examples == (
        "Merging must not block readers",
        "Keep deleted documents out of merged segments",
    )
    assert spec.request_rules[1] == "It should sound like a design note."
    assert spec.traits == ("Readers never wait for a merge", "Bitmaps instead of tombstones")
    assert spec.crates == ("tokio", "roaring", "memmap2")
    assert spec.reasoning_examples == ("We merge small segments first because they cost least.",)
    assert spec.output == "segment_merging.jsonl"
    assert (spec.target.min, spec.target.max) == (8, 12)


def test_a_document_with_several_files_and_tests() -> None:
    conversion = convert("several_files")
    spec = conversion.spec()
    assert conversion.unread == ()
    assert spec.sources == ("relay/src/smtp/session.rs", "relay/src/smtp/command.rs", "relay/src/queue/")
    assert spec.focus == ("SMTP sessions", "session state", "command parsing")
    assert spec.allow_tests
    assert spec.system == "You maintain the Quillpost relay – carefully."
    assert spec.crates == ("bytes", "tokio-util")
    assert spec.reasoning_examples == (
        "We answer 503 because the state machine refuses the order (RFC 5321)",
    )
    assert (spec.target.min, spec.target.max) == (40, 40)


def test_a_document_says_exactly_which_parts_it_lacks() -> None:
    conversion = convert("missing_parts")
    assert set(lacks(conversion)) == {"output", "target.min", "target.max"}
    assert set(lacks(conversion, required=False)) == {
        *("focus", "extraction", "request_rules", "request_examples", "crates", "traits"),
        *("reasoning_rules", "reasoning_examples", "code_rules"),
    }
    with pytest.raises(SpecError, match="output: no output file"):
        conversion.spec()


def test_the_repository_is_not_in_the_first_documents_and_is_said_to_be_missing() -> None:
    assert lacks(convert(FIRST[0], repository="")) == {
        "repository.url": "no repository is named; give its URL or path"
    }


def test_contradictions_and_half_answers_are_told_with_their_lines() -> None:
    conversion = convert("broken_schema")
    assert lacks(conversion) == {
        "system": "the JSON of line 4 cannot be read: Expecting value",
        "output": "several output files are named: clock.jsonl (line 9), clock_extra.jsonl (line 10)",
        "target.max": "line 12 gives only the other end: at least 30 examples.",
    }
    assert (8, "calendar.rs in core/src/") in not_read(conversion)
    assert not_read(conversion)[0][0] == 4


def test_lines_that_are_not_known_are_not_lost() -> None:
    conversion = convert("more_than_known", repository="")
    assert not_read(conversion)[:-1] == [
        (1, "This brief replaces the one of March."),
        (7, "the berth tests, if they help"),
        (10, "Never take code from dock/vendor."),
        (12, "Licensing notes"),
        (13, "Only files under Apache-2.0"),
        (17, "Keep the records of one ship together"),
    ]
    assert conversion.unread[-1].line == 19
    assert conversion.unread[-1].why == (
        "asks for another form of line than the one that is exported: "
        'its type is "sharegpt", and the export writes "chatml"; its assistant message is not <think>, a line feed, '
        "the reasoning, a line feed, </think>, two line feeds and the code, as the export writes it"
    )
    toml = spec_toml(conversion)
    assert "#   line 10: Never take code from dock/vendor. (" in toml
    assert conversion.spec().repository.url == "https://git.example.org/teams/harbour.git"


def test_files_named_in_the_steps_alone_are_taken() -> None:
    conversion = convert("steps_only")
    folder = "cache/src/evict"
    assert conversion.fields["sources"] == (f"{folder}/lru.rs", f"{folder}/clock.rs", f"{folder}/sieve.rs")
    assert conversion.fields["system"] == "You look after the Tallow cache."
    assert conversion.fields["crates"] == ("ahash", "parking_lot")
    assert lacks(conversion) == {"target.min": "line 10 gives only the other end: up to 12 examples"}


def test_what_a_spec_would_refuse_does_not_get_into_one() -> None:
    conversion = convert("unsafe")
    assert conversion.fields["sources"] == ("src/lib.rs",)
    assert conversion.fields["crates"] == ("tokio",)
    assert "output" not in conversion.fields
    assert lacks(conversion)["output"].startswith("../outside/careful.jsonl: must be a bare file name")
    assert "max (3) must not be below min (9)" in lacks(conversion)["target.min"]
    assert {(2, "../../etc/secrets.rs"), (4, "/abs/path.rs"), (9, "the http stack")} <= set(
        not_read(conversion)
    )


def test_control_characters_of_a_document_reach_nobody() -> None:
    text = text_of("several_files").replace("Reject pipelined", "Reject \x1b]0;owned\x07 pipelined")
    conversion = read_prompt(text, "smtp", URL)
    assert "request_examples" in lacks(conversion, required=False)
    assert any("\x1b" in note.text for note in conversion.unread)
    assert "\x1b" not in spec_toml(conversion)


def test_a_document_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "Relay Brief.txt"
    path.write_bytes(text_of("several_files").replace("–", "-").replace("•", "-").encode("ascii", "ignore"))
    assert read_prompt_file(path).name == "smtp_session"
    assert read_prompt_file(path, topic="other").name == "other"
    path.write_bytes(b"Role: You are\nthe relay\x92s author\n")
    with pytest.raises(SpecError) as caught:
        read_prompt_file(path)
    assert "Relay Brief.txt:2: byte 0x92 (byte 23 of the file) is not UTF-8" in caught.value.what
    assert "Windows-1252" in caught.value.remedy
    with pytest.raises(SpecError, match="does not exist"):
        read_prompt_file(tmp_path / "nowhere.txt")


@pytest.mark.parametrize("name", sorted(path.stem for path in PROMPTS.glob("*.txt")))
def test_a_conversion_is_written_as_a_file_that_says_what_it_lacks(name: str, tmp_path: Path) -> None:
    conversion = convert(name)
    path = tmp_path / f"{name}.toml"
    path.write_text(spec_toml(conversion), encoding="utf-8")
    if not lacks(conversion):
        assert load_spec(path) == conversion.spec()
        return
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    for key, what in lacks(conversion).items():
        assert f"# {key} is missing: {what}" in path.read_text(encoding="utf-8")
        assert (
            f" {key}: is missing" in caught.value.what
            or f" {key.partition('.')[0]}: is missing" in caught.value.what
        )


@pytest.mark.parametrize(
    ("text", "rest", "examples"),
    [
        ('Say why (e.g., "a (b) c", "d").', "Say why.", ["a (b) c", "d"]),
        ("Say why (for instance “a”, or “b”)", "Say why", ["a", "b"]),
        ('Say why: "because"', "Say why", ["because"]),
        ('"Only a quote"', "", ["Only a quote"]),
        ("Say why (e.g., unquoted words)", "Say why (e.g., unquoted words)", []),
        ('Say why (e.g., "never closed"', 'Say why (e.g., "never closed"', []),
    ],
)
def test_examples_are_taken_out_of_a_rule(text: str, rest: str, examples: list[str]) -> None:
    assert take_examples(text)[:2] == (rest, tuple(examples))


PIECES = st.sampled_from(
    [
        piece
        for name in ("markdown", "more_than_known", "unsafe")
        for piece in re.split(r"(?<=\n)", text_of(name))
    ]
    + [
        "(e.g., ",
        '"',
        "{",
        '{"messages":[]}',
        "- ",
        "\n",
        "\x1b",
        "crates: ",
        "TARGET: ",
        "99999999999",
        "\u2028",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_converts_or_says_what_it_lacks(text: str) -> None:
    conversion = read_prompt(text, "any", URL)
    if not lacks(conversion):
        assert isinstance(conversion.spec(), Spec)
    noted = {note.line for note in (*conversion.unread, *conversion.dropped)}
    assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in noted)
    toml = spec_toml(conversion)
    assert "\x1b" not in toml


def test_sections_keep_their_lines() -> None:
    sections = take_apart(
        ["## Files to process", "", "- a.rs", "  (wrapped)", "", "Notes on style:", "- short"]
    ).sections
    assert [(one.key, one.heading) for one in sections] == [
        ("files", "Files to process"),
        ("", "Notes on style"),
    ]
    assert [(item.line, item.text) for item in sections[0].items] == [(3, "a.rs (wrapped)")]
