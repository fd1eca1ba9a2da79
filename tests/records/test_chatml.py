"""The exact line and its inverse."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.records.chatml import Conversation, line, line_bytes, normalise_prose, parse_line, segments

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)
"""Any characters at all, lone surrogates too."""
TEXT = st.one_of(ANY_TEXT, st.text(alphabet='<think>/\n\\"\r\u2028\u2029\x85\x00a', max_size=40)).filter(
    lambda text: "</think>" not in text
)

GOOD = line("s", "u", "t", "c")


def test_the_line_is_exactly_the_one_that_was_asked_for() -> None:
    assert line("You are X.", 'Say "hi"', "First.\n\nThen.", "fn a() {}") == (
        '{"type":"chatml","messages":[{"role":"system","content":"You are X."},'
        '{"role":"user","content":"Say \\"hi\\""},'
        '{"role":"assistant","content":"<think>\\nFirst.\\n\\nThen.\\n</think>\\n\\nfn a() {}"}]}'
    )


@given(ANY_TEXT, ANY_TEXT, TEXT, TEXT)
@example("", "", "", "")
@example("</think>", "</think>", "\n", "\n\n<think>\n")
def test_every_text_without_the_end_tag_comes_back(system: str, user: str, think: str, code: str) -> None:
    assert parse_line(line(system, user, think, code)) == Conversation(system, user, think, code)


@given(ANY_TEXT, ANY_TEXT, TEXT, TEXT)
def test_it_is_one_line_for_every_reader(system: str, user: str, think: str, code: str) -> None:
    text = line(system, user, think, code)
    assert text.splitlines() == [text]
    assert json.loads(text)["messages"][0]["content"] == system


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_the_segments_are_the_line(system: str, user: str, think: str, code: str) -> None:
    pieces = segments(system, user, think, code)
    assert "".join(piece.text for piece in pieces) == line(system, user, think, code)
    found = {
        piece.kind: json.loads(f'"{piece.text}"') for piece in pieces if piece.kind not in ("json", "tag")
    }
    assert found == {"system": system, "user": user, "think": think, "code": code}


def test_wide_characters_are_written_as_themselves_and_counted_in_bytes() -> None:
    text = line("", "é漢🦀", "", "")
    assert "é漢🦀" in text
    assert line_bytes(text) == len(text) + 1 + 2 + 3
    assert line_bytes("\ud800") == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "nests without end"),
        ("[]", "exactly the keys"),
        (GOOD[:-1] + ',"id":1}', "exactly the keys"),
        (GOOD.replace("chatml", "chat"), "type must be"),
        (GOOD.replace('"user"', '"human"'), "user message"),
        ('{"type":"chatml","messages":[]}', "three messages"),
        (GOOD.replace('"u"', "7"), "user message must be a text"),
        (GOOD.replace("<think>", "<Think>"), "must begin with"),
        (line("s", "u", "t", "c</think>"), "exactly once, not 2"),
        (line("s", "u", "t", "c").replace("</think>", ""), "exactly once, not 0"),
        (GOOD.replace("\\n</think>", "</think>"), "line of its own"),
        (GOOD.replace("</think>\\n\\n", "</think>\\n"), "line of its own"),
        (GOOD.replace("<think>\\nt\\n", "<think>\\n"), "line of its own"),
        (GOOD + "\n", "exact form"),
        (" " + GOOD, "departs from it at character 1"),
        (GOOD.replace('"type":', '"type": '), "exact form"),
        (GOOD.replace('{"type"', '{"type":"x","type"'), "exact form"),
        (GOOD.replace('"u"', '"\\u0075"'), "exact form"),
        (line("s", "\u2028", "t", "c").replace("\\u2028", "\u2028"), "exact form"),
    ],
)
def test_anything_else_is_refused_and_the_reason_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_line(text)


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_prose(text)
    assert normalise_prose(once) == once
    assert "\r" not in once
    assert once == once.rstrip()


def test_normalising_keeps_what_was_written_but_line_ends_and_the_blank_end() -> None:
    assert normalise_prose("\n  a \r\n\r\n b\rc \t\r\n\n") == "\n  a \n\n b\nc"


def test_the_preview_can_be_had_without_pydantic() -> None:
    code = "import sys, app.records.chatml; print(sorted({'pydantic', 'textual', 'filelock'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
