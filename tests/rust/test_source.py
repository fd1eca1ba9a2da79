"""Lines and obstacles of source files, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rust.source import PAGE, SourceFile

PIECES = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r\n", b"\r", b"\x0c", "\u2028".encode(), "é".encode(), b"\t", b"\xef\xbb\xbf"]
    ),
    max_size=40,
).map(b"".join)


@given(PIECES)
def test_lines_with_their_ends_are_the_file(data: bytes) -> None:
    source = SourceFile.of("a.rs", data)
    lines = [data[source.line_start(n) : source.line_next(n)] for n in range(source.line_count)]
    assert b"".join(lines) == data
    assert all(line.count(b"\n") <= 1 and b"\n" not in line[:-1] for line in lines)


@given(PIECES)
def test_every_byte_is_in_the_line_that_line_at_names(data: bytes) -> None:
    source = SourceFile.of("a.rs", data)
    for offset in range(len(data)):
        line = source.line_at(offset)
        assert source.line_start(line) <= offset < source.line_next(line)
        assert line == data.count(b"\n", 0, offset)
    assert source.line_at(len(data) + 5) == source.line_count - 1
    assert source.line_at(-1) == 0


@pytest.mark.parametrize("size", [PAGE - 1, PAGE, PAGE + 1])
def test_lines_are_found_across_pages(size: int) -> None:
    data = (b"x" * (size - 1) + b"\n") * 3 + b"\n" * PAGE + b"last"
    source = SourceFile.of("a.rs", data)
    lines = data.split(b"\n")
    assert source.line_count == len(lines)
    at = 0
    for number, line in enumerate(lines):
        assert source.line_start(number) == at
        assert source.line_at(at) == source.line_at(at + len(line)) == number
        at += len(line) + 1


def test_a_line_is_shown_without_its_end_and_without_a_byte_order_mark() -> None:
    source = SourceFile.of("a.rs", b"\xef\xbb\xbffn a() {\r\n\r}\r\r\nlast")
    shown = [source.data[slice(*source.line_bounds(n))] for n in range(source.line_count)]
    assert shown == [b"fn a() {", b"\r}\r", b"last"]
    assert source.text_start == 3


@pytest.mark.parametrize(
    ("data", "count"),
    [(b"", 1), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"\xef\xbb\xbf", 1)],
)
def test_a_final_line_feed_begins_no_line(data: bytes, count: int) -> None:
    source = SourceFile.of("a.rs", data)
    assert source.line_count == count
    for line in range(count):
        start, end = source.line_bounds(line)
        assert 0 <= start <= end <= len(data)


def test_form_feeds_and_unicode_separators_are_no_line_ends() -> None:
    assert SourceFile.of("a.rs", "a\x0cb\u2028c\u2029d\x85e\x1cf\rg".encode()).line_count == 1


@pytest.mark.parametrize(
    ("data", "obstacle"),
    [
        (b"fn a() {}\n", ""),
        ("// ünï\n".encode(), ""),
        (b"a\nb\nc\nd\xff\n", "cannot be annotated: byte 7 (line 4) is not UTF-8"),
        (b"a\n\0", "cannot be annotated: byte 2 (line 2) is a NUL"),
        (b"\0\xff", "cannot be annotated: byte 0 (line 1) is a NUL"),
        (b"\xff\0", "cannot be annotated: byte 0 (line 1) is not UTF-8"),
        (b"\xed\xa0\x80", "cannot be annotated: byte 0 (line 1) is not UTF-8"),
    ],
)
def test_what_cannot_be_annotated_says_where(data: bytes, obstacle: str) -> None:
    assert SourceFile.of("a.rs", data).obstacle == obstacle


def test_a_line_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        SourceFile.of("a.rs", b"a\n").line_start(1)
