"""Every word of a prompt document is accounted for, once, whatever the document."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.project.topics.prompts import read_prompt
from app.project.topics.prompts.account import Passage, lines_of, notes_of
from app.project.topics.prompts.document import take_apart
from app.project.topics.prompts.example_line import find_examples

TEXTS = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "prompts").glob("*.txt"))
]
LINES = sorted({line for text in TEXTS for line in text.split("\n") if line.strip()})
MARKER = re.compile(r"\d{1,2}|[A-Za-z]|[ivxIVX]{1,4}")
"""What a line may lose: the number or letter of a bullet."""


def mutated(line: str, how: int, at: int) -> str:
    """A line as somebody else would have drawn it, or as a hand slipped."""
    at %= len(line) + 1
    drawn = (
        *(line, f"- {line}", f"  {line}", f"a. {line}", f"(2) {line}", f"- [x] {line}", f"### {line} ###"),
        *(
            f"**{line}**",
            f"== {line} ==",
            f"<{line}>",
            f"> {line}",
            f"| {line} |",
            f"{line}\n---",
            f"```\n{line}",
        ),
        *(
            line[:at],
            line[at:],
            line[:at] + "\n" + line[at:],
            line[:at] + '"' + line[at:],
            line[:at] + "{" + line[at:],
        ),
        *(
            line.upper(),
            line.replace(":", ""),
            f"Label: {line}",
            f"{line}:",
            line.replace(" ", "  "),
            f"\t{line}",
        ),
    )
    return drawn[how % len(drawn)]


OTHERS = (
    "",
    "",
    "",
    "----",
    "```",
    "* * *",
    "</files>",
    "1.",
    "-",
    "[ ]",
    "___",
    "·",
    "<x>",
    "####",
    '{"a": 1}',
    "{}",
)
A_LINE = st.one_of(
    st.builds(mutated, st.sampled_from(LINES), st.integers(0, 24), st.integers(0, 300)),
    st.sampled_from(OTHERS),
    st.text(max_size=20),
)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def plain(text: str) -> list[str]:
    """The document's lines as the reader counts them."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(st.lists(A_LINE, max_size=40).map("\n".join))
@example("- [x]\n1.\na.\n# \n**\n\n> x\n")
def test_every_line_with_words_is_read_or_known_or_reported(text: str) -> None:
    conversion = read_prompt(text, "any")
    with_words = {number for number, line in enumerate(plain(text), 1) if re.search(r"[^\W_]", line)}
    assert set(conversion.lines) <= with_words
    lost = [plain(text)[number - 1] for number in with_words - set(conversion.lines)]
    assert all(all(MARKER.fullmatch(word) for word in words(line)) for line in lost), lost
    assert ("unread" in conversion.lines.values()) == bool(conversion.unread)


@given(st.lists(A_LINE, max_size=40).map("\n".join))
def test_every_word_stands_in_one_passage(text: str) -> None:
    found = find_examples(plain(text))
    of_lines: dict[int, Counter[str]] = {}
    for passage in take_apart(found.rest).passages:
        passage.settle("for the test")
        for start, end, _ in passage.stretches():
            for word in re.finditer(r"[^\W_]+", passage.text[start:end]):
                of_lines.setdefault(passage.line_at(start + word.start()), Counter())[word[0]] += 1
    for number, line in enumerate(found.rest, 1):
        told = of_lines.get(number, Counter())
        assert not told - words(line), (line, told)
        assert all(MARKER.fullmatch(word) for word in words(line) - told), (line, told)


@pytest.mark.parametrize("text", TEXTS)
def test_no_word_of_a_document_is_told_twice(text: str) -> None:
    conversion = read_prompt(text, "any")
    told = sum((words(note.text) for note in conversion.notes), Counter[str]())
    assert not told - words(text)
    assert all(MARKER.fullmatch(word) for word in words(text) - told)


def test_a_claim_takes_only_what_is_free() -> None:
    passage = Passage([(3, "one two"), (4, "three four")])
    passage.claim("read", "focus", 4, 13)
    passage.claim("known", "an order")
    passage.claim("unread", "too late")
    assert [(note.line, note.text, note.kind) for note in notes_of([passage])] == [
        (3, "one … four", "known"),
        (3, "two three", "read"),
    ]
    assert lines_of([passage]) == {3: "read", 4: "read"}
    assert passage.told() == "two three"


def test_what_nobody_takes_is_unread() -> None:
    passage = Passage([(1, "one, two.")])
    passage.claim("read", "focus", 0, 3)
    passage.settle("nobody took it")
    assert [(note.text, note.why, note.kind) for note in notes_of([passage])] == [
        ("one", "focus", "read"),
        (", two.", "nobody took it", "unread"),
    ]
    assert lines_of([passage]) == {1: "unread"}
