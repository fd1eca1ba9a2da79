"""Bytes to cells and back, and nothing drawn that a terminal could obey."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from app.rust.cells import (
    CHUNK,
    MARKS,
    STRAY,
    UNSEEN,
    CellLine,
    MeasuredLine,
    Ruler,
    cell_line,
    one_line,
)
from app.rust.source import SourceFile

RICH = Ruler(get_character_cell_size)

TRICKY = (
    *(
        "a",
        "b",
        " ",
        "\t",
        "\r",
        "\x0c",
        "\x1b[31m",
        "\x7f",
        "\x9b",
        "\x85",
        "\u2028",
        "\u202e",
        "\u2066",
        "\u200b",
    ),
    *(
        "é",
        "e\u0301",
        "日本",
        "🦀",
        "⚠\ufe0f",
        "👨\u200d👩",
        "\u0301",
        "\ufeff",
        "\u1160",
        "\U000e0041",
        "\uffff",
    ),
)
TEXTS = st.lists(
    st.one_of(st.sampled_from(TRICKY), st.characters(exclude_characters="\n", codec="utf-8")), max_size=60
)
LINES = TEXTS.map("".join).map(lambda text: text.encode())
BROKEN = (
    st.lists(st.one_of(LINES, st.binary(max_size=6)), max_size=6)
    .map(b"".join)
    .map(lambda b: b.replace(b"\n", b""))
)


def line_of(data: bytes) -> CellLine:
    return cell_line(SourceFile.of("a.rs", data), 0, ruler=RICH)


@given(BROKEN)
def test_nothing_drawn_can_be_obeyed_and_widths_are_the_screens(data: bytes) -> None:
    line = line_of(data)
    drawn = line.text
    assert cell_len(drawn) == line.width
    for char in drawn:
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), hex(ord(char))


@given(BROKEN)
def test_cells_and_bytes_lead_to_each_other(data: bytes) -> None:
    line = line_of(data)
    cells = [line.cell_of(byte) for byte in range(line.start, line.end + 1)]
    assert cells == sorted(cells)
    assert cells[-1] == line.width
    for cell in range(line.width):
        byte = line.byte_of(cell)
        assert line.start <= byte < line.end
        assert line.cell_of(byte) <= cell
        assert line.byte_of(line.cell_of(byte)) == byte
    assert line.byte_of(line.width) == line.end
    assert line.byte_of(-3) == line.byte_of(0)


@given(BROKEN, st.integers(0, 12), st.integers(0, 30))
def test_a_window_is_its_cells_of_the_whole_line(data: bytes, left: int, width: int) -> None:
    line = line_of(data)
    shown = line.between(line.start, line.end, left, left + width)
    assert cell_len(shown) == max(0, min(line.width, left + width) - left)


@given(LINES, st.data())
def test_pieces_side_by_side_are_the_whole(data: bytes, draw: st.DataObject) -> None:
    line = line_of(data)
    cuts = sorted(draw.draw(st.lists(st.integers(line.start, line.end), max_size=5)))
    text = data.decode()
    ends, at = {line.start, line.end}, 0
    for char in text:
        at += len(char.encode())
        ends.add(at)
    cuts = [cut for cut in cuts if cut in ends]
    places = [line.start, *cuts, line.end]
    pieces = [line.between(a, b, 0, line.width) for a, b in itertools.pairwise(places)]
    assert "".join(pieces) == line.text


def test_a_mark_alone_on_a_line_is_drawn() -> None:
    line = line_of("\u0301".encode())
    assert line.width == 0
    assert line.between(line.start, line.end, 0, 0) == line.text == "\u0301"


def test_printable_ascii_takes_the_short_way_and_agrees_with_the_long_one() -> None:
    data = b"fn main() { println!(); }"
    short, long = line_of(data), MeasuredLine(data, 0, len(data), 4, RICH)
    assert type(short) is CellLine
    assert short.text == long.text == data.decode()
    for at in range(len(data) + 2):
        assert short.cell_of(at) == long.cell_of(at)
        assert short.byte_of(at) == long.byte_of(at)
        assert short.between(3, 12, at, at + 5) == long.between(3, 12, at, at + 5)


def test_tabs_reach_their_stops() -> None:
    line = cell_line(SourceFile.of("a.rs", b"\ta\tbc\td"), 0, tab_size=4, ruler=RICH)
    assert line.text == "    a   bc  d"
    assert [line.cell_of(byte) for byte in range(7)] == [0, 4, 5, 8, 9, 10, 12]
    assert [line.byte_of(cell) for cell in (0, 3, 4, 5, 7, 8)] == [0, 0, 1, 2, 2, 3]


def test_wide_characters_take_two_cells_and_cut_ones_are_blank() -> None:
    line = line_of("a日b".encode())
    assert line.width == 4
    assert [line.byte_of(cell) for cell in range(5)] == [0, 1, 1, 4, 5]
    assert line.between(0, line.end, 2, 4) == " b"
    assert line.between(0, line.end, 0, 2) == "a "


@pytest.mark.parametrize(
    ("data", "drawn"),
    [
        (b"\x1b[31mred", "␛[31mred"),
        (b"a\rb\x00\x7f", "a␍b␀␡"),
        ("\x9b\u2028\u202e\u200b".encode(), f"{UNSEEN}␤{UNSEEN}{UNSEEN}"),
        (b"a\xffb\xc3", f"a{STRAY}b{STRAY}"),
        ("⚠\ufe0f!".encode(), "⚠!"),
    ],
)
def test_what_must_not_reach_a_terminal_is_a_picture(data: bytes, drawn: str) -> None:
    assert line_of(data).text == drawn


def test_piled_up_marks_are_drawn_only_so_far() -> None:
    line = line_of(("a" + "\u0301" * 5000 + "b").encode())
    assert line.width == 2
    assert len(line.between(0, line.end, 0, 10)) <= 2 + MARKS * (5 * 2000 // CHUNK + 2)
    assert line.byte_of(1) == line.end - 1


@pytest.mark.parametrize("unit", ["abcdefgh", "日本語\t", "e\u0301\x1b"])
def test_a_long_line_is_the_same_from_any_place(unit: str) -> None:
    text = unit * 3000
    line = line_of(text.encode())
    whole = line.text
    assert cell_len(whole) == line.width
    middle = line.width // 2
    start = line.byte_of(middle)
    assert line.cell_of(start) in (middle, middle - 1, middle - 2, middle - 3)
    assert cell_len(line.between(line.start, line.end, middle, middle + 80)) == 80


def test_a_long_line_is_measured_only_as_far_as_somebody_looks() -> None:
    seen: list[str] = []

    def width_of(char: str) -> int:
        seen.append(char)
        return 1

    text = "".join(chr(0x4E00 + at) for at in range(20_000))
    line = cell_line(SourceFile.of("a.rs", text.encode()), 0, ruler=Ruler(width_of))
    line.between(line.start, line.end, 0, 100)
    assert line.reaches(100)
    assert len(seen) < 3 * CHUNK


@given(st.text())
def test_names_of_others_become_one_safe_line(text: str) -> None:
    assert all(
        unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in one_line(text, RICH)
    )
