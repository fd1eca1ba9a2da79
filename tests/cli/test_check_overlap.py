"""Eight words in a row that a record shares with a benchmark file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks import Texts
from app.checks.running.benchmark_overlap import ROW, BenchmarkOverlap
from app.checks.running.contamination import contamination
from app.errors import UsageError

TEXT = "One two three four five six seven eight nine ten, and that is the end of it."
"""A text whose words are all its own."""


def shared(path: Path, text: str = TEXT) -> list[tuple[str, int]]:
    """What of the text stands in the file, and in which line."""
    overlap = BenchmarkOverlap()
    overlap.expect(text)
    overlap.read(path)
    return [(text[run.start : run.end], run.line) for run in overlap.shared(text)]


def file(folder: Path, content: str | bytes, name: str = "bench.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


EIGHT = "two three four five six seven eight nine"


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"prompt": f"x {EIGHT} y"}),
        json.dumps({"a": [1, None, {"b": [[f"X. TWO, three:\nfour\tfive `six` seven-eight {'nine'}"]]}]}),
        json.dumps(["other", EIGHT]),
        json.dumps(EIGHT),
        f"plain text, {EIGHT}!",
        '  {"broken": "' + EIGHT.replace(" ", "\\n"),
    ],
)
def test_any_shape_of_file_is_read(tmp_path: Path, line: str) -> None:
    assert shared(file(tmp_path, f'\n{{"id": 7}}\n{line}\n{{"id": 8}}')) == [(EIGHT, 3)]


def test_seven_words_are_not_enough_and_strings_are_apart(tmp_path: Path) -> None:
    seven = " ".join(EIGHT.split()[:7])
    assert not shared(file(tmp_path, json.dumps({"a": seven}) + "\n" + json.dumps([seven, "nine"])))
    assert not shared(file(tmp_path, json.dumps({"a": seven}) + "\n" + json.dumps({"a": "nine"})))
    assert not shared(file(tmp_path, f"{seven}\n{{}}\nTen nine"))


def test_a_run_goes_on_over_the_lines_of_plain_text(tmp_path: Path) -> None:
    found = shared(
        file(tmp_path, EIGHT.replace(" five", "\n\nfive").replace(" eight", "\neight") + "\nten and")
    )
    assert found == [("two three four five six seven eight nine ten, and", 4)]


def test_two_runs_are_two_and_each_is_as_long_as_it_is(tmp_path: Path) -> None:
    path = file(tmp_path, f"x {EIGHT} x\nnine ten and that is the end of it x\n")
    assert [(len(text.split()), line) for text, line in shared(path)] == [(8, 1), (9, 2)]


def test_bytes_that_are_no_text_and_lines_without_end_do_no_harm(tmp_path: Path) -> None:
    deep = "[" * 100_000
    content = (
        b"\xef\xbb\xbf" + b"\xff\xfe\x00\n" + deep.encode() + b"\n" + b"9" * 10_000 + b"\n" + EIGHT.encode()
    )
    assert shared(file(tmp_path, content)) == [(EIGHT, 4)]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: No such file"):
        BenchmarkOverlap().read(tmp_path / "gone\x1b.jsonl")


def test_texts_are_errors_code_is_a_warning_and_both_tell_the_run(tmp_path: Path) -> None:
    texts = Texts(TEXT, "nothing of it", f"fn a() {{}} // {EIGHT}")
    overlap = BenchmarkOverlap()
    for text in (texts.user, texts.think, texts.block):
        overlap.expect(text)
    overlap.read(file(tmp_path, EIGHT, "b\x1b.txt"))
    user, block = contamination(overlap, texts)
    assert (user.field, user.severity, block.field, block.severity) == ("user", "error", "block", "warning")
    assert user.message == f"8 words in a row stand in {tmp_path}/b\\x1b.txt:1 too: “{EIGHT}”."
    assert (user.start, user.end) == (TEXT.index("two"), TEXT.index(" ten"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=40), st.lists(st.sampled_from("abc"), max_size=40))
def test_what_is_found_is_just_what_both_have(
    tmp_path_factory: pytest.TempPathFactory, own: list[str], theirs: list[str]
) -> None:
    text = " ".join(own)
    path = file(tmp_path_factory.mktemp("law"), json.dumps(" ".join(theirs)))
    rows = {tuple(theirs[at : at + ROW]) for at in range(len(theirs) - ROW + 1)}
    covered = {
        place
        for at in range(len(own) - ROW + 1)
        if tuple(own[at : at + ROW]) in rows
        for place in range(at, at + ROW)
    }
    overlap = BenchmarkOverlap()
    overlap.expect(text)
    overlap.read(path)
    found = {place for run in overlap.shared(text) for place in range(run.start // 2, run.end // 2 + 1)}
    assert found == covered
