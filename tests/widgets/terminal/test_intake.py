"""What a terminal sends, in any pieces: keys stay keys, a paste is one text, and nothing that comes ends anything."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.records.prose import pasted
from widgets.terminal import intake
from widgets.terminal.intake import END, START, Intake, Pasted

MARKS = (START.decode(), END.decode())


def told(*pieces: bytes, take: Intake | None = None) -> tuple[str, list[str]]:
    """The keys that these pieces are, without the marks that pass by, and the pastes."""
    take = take or Intake()
    keys, pastes = "", []
    for piece in pieces:
        for part in take.feed(piece):
            if isinstance(part, Pasted):
                pastes.append(part.text)
            else:
                keys += part
    for mark in MARKS:
        keys = keys.replace(mark, "")
    return keys, pastes


def rest(take: Intake) -> list[str | Pasted]:
    """What comes after a silence."""
    return list(take.silence())


@pytest.mark.parametrize(
    ("text", "clean", "left_out"),
    [
        ("before \x1b[31mred\x1b[0m after", "before [31mred[0m after", 2),
        ("one \x1b[20~ two \x1b[12~ three \x1bq four", "one [20~ two [12~ three q four", 3),
        ("\x1b", "", 1),
        ("ends with an escape\x1b", "ends with an escape", 1),
        ("\x1b[200~ in \x1b[200~ it", "[200~ in [200~ it", 2),
        ("\x1b[20", "[20", 1),
        ("a\x00b\x07c", "abc", 2),
        ("\x1b[M\x20\x30\x30 \x1b[<0;1;1M", "[M 00 [<0;1;1M", 2),
        ("\x1b[48;0;0;0;0t\x1b[1114112u", "[48;0;0;0;0t[1114112u", 2),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", 0),
    ],
)
def test_a_paste_is_one_text_in_its_order(text: str, clean: str, left_out: int) -> None:
    data = b"a" + START + text.encode() + END + b"b"
    assert told(data) == ("ab", [text])
    assert told(*(bytes([byte]) for byte in data)) == ("ab", [text])
    assert pasted(text) == (clean, left_out)


_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: MARKS[1] not in text)


@given(text=_TEXTS, cuts=st.lists(st.integers(0, 300), max_size=6))
@example(text="\x1b[201", cuts=[])
@example(text="\x1b\x1b[20\x1b[200~\x1b[201", cuts=[8, 9, 14])
def test_however_it_is_cut_a_paste_is_the_same(text: str, cuts: list[int]) -> None:
    data = b"x" + START + text.encode() + END + "é".encode()
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    pieces = [data[first:last] for first, last in pairwise(edges)]
    assert told(*pieces) == ("xé", [text])


@given(st.binary(max_size=200), st.lists(st.booleans(), min_size=200, max_size=200))
def test_any_bytes_in_any_pieces_with_any_pauses_end_nothing(data: bytes, pauses: list[bool]) -> None:
    take = Intake()
    for byte, silent in zip(data, pauses, strict=False):
        list(take.feed(bytes([byte])))
        if silent:
            take.pause()
            rest(take)
    rest(take)
    assert told(b"\x1b[201~" + START + b"ok" + END + b"z", take=take)[1][-1:] == ["ok"]
    assert told(b"y", take=take)[0] == "y"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xe9 au lait", "caf\ufffd au lait"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xc0\xaf", "\ufffd\ufffd"),
        (b"ok \xf0\x9f\x98 cut", "ok \ufffd cut"),
    ],
    ids=["latin-1", "no utf-8 at all", "a half of a pair", "overlong", "cut off"],
)
def test_bytes_that_are_no_utf8_become_replacements(data: bytes, text: str) -> None:
    assert told(data + b".") == (text + ".", [])
    assert told(START + data + END) == ("", [text])


def test_a_character_that_never_ends_is_given_after_a_silence() -> None:
    take = Intake()
    assert told(b"caf\xe9", take=take) == ("caf", [])
    assert rest(take) == ["\ufffd"]
    assert told(b"x", take=take) == ("x", [])


def test_a_character_may_come_in_two_pieces() -> None:
    assert told(b"\xc3", b"\xa9") == ("é", [])
    assert told(START + b"\xe2\x82", b"\xac" + END) == ("", ["€"])


@pytest.mark.parametrize("report", [b"\x20\xa0\x30", b"\xff\xff\xff", b"\x20\xc3\xa9", b"\x23\xe2\x82"])
def test_an_old_mouse_report_takes_three_bytes_whatever_they_are(report: bytes) -> None:
    data = b"a\x1b[M" + report + b"b"
    assert told(data) == ("a\x1b[M   b", [])
    assert told(*(bytes([byte]) for byte in data)) == ("a\x1b[M   b", [])


def test_after_a_pause_letters_behind_an_escape_are_no_mark() -> None:
    take = Intake()
    assert told(b"\x1b", take=take) == ("\x1b", [])
    take.pause()
    assert told(b"[M\xc3\xa9", take=take) == ("[Mé", [])
    assert told(b"\x1b", take=take) == ("\x1b", [])
    take.pause()
    assert told(b"[200~x", take=take) == ("[200~x", [])


def test_a_mark_that_is_begun_is_waited_for_and_an_escape_is_not() -> None:
    take = Intake()
    for piece, within in ((b"\x1b", False), (b"[", False), (b"2", True), (b"00", True), (b"~", False)):
        list(take.feed(piece))
        assert take.within is within, piece
    assert told(b"x" + END, take=take) == ("", ["x"])
    list(take.feed(b"\x1b[M1"))
    assert take.within


# A paste whose end does not come.


def test_a_paste_without_its_end_is_given_after_a_silence_and_the_next_key_is_a_key() -> None:
    take = Intake()
    assert told(START + b"abc", take=take) == ("", [])
    assert rest(take) == [Pasted("abc")]
    assert told(b"\x1b[18~", take=take) == ("\x1b[18~", [])
    assert told(b"x", take=take) == ("x", [])


def test_what_comes_late_in_one_go_is_more_of_the_paste_and_not_a_row_of_commands() -> None:
    take = Intake()
    told(START + b"abc", take=take)
    rest(take)
    more = "a" * (intake.LATE + 1)
    assert told(more.encode(), take=take) == ("", [])
    assert rest(take) == [Pasted(more)]
    assert told(b"the end" + END + b"x", take=take) == ("x", ["the end"])


@pytest.mark.parametrize("cut", range(1, len(END)))
def test_an_end_that_is_cut_by_a_silence_is_an_end(cut: int) -> None:
    take = Intake()
    told(START + b"abc" + END[:cut], take=take)
    assert rest(take) == [Pasted("abc")]
    assert told(END[cut:] + b"x", take=take) == ("x", [])


def test_a_report_of_the_mouse_ends_a_paste_that_was_given_without_its_end() -> None:
    take = Intake()
    told(START + b"abc", take=take)
    rest(take)
    moves = b"\x1b[<35;10;10M" * 4
    assert told(moves, take=take) == (moves.decode(), [])


def test_a_start_alone_is_nothing() -> None:
    take = Intake()
    told(START, take=take)
    assert rest(take) == []
    assert told(b"x", take=take) == ("x", [])


def test_an_empty_paste_is_nothing_and_an_end_without_a_start_too() -> None:
    assert told(START + END + b"x") == ("x", [])
    assert told(END + b"x") == ("x", [])


def test_two_pastes_in_one_go_are_two() -> None:
    assert told(START + b"a" + END + b"k" + START + b"b" + END) == ("k", ["a", "b"])


# Size.


class Counted(bytearray):
    """Bytes that say how many of them were looked through for the end."""

    looked = 0

    def find(self, what: object, start: object = 0, end: object = None) -> int:
        assert isinstance(start, int)
        Counted.looked += len(self) - start
        return super().find(what, start)  # type: ignore[arg-type]


def test_of_a_huge_paste_each_byte_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "bytearray", Counted, raising=False)
    Counted.looked = 0
    text = "0123456\x1b" * (1 << 17)  # a megabyte
    data = START + text.encode() + END
    pieces = [data[at : at + 4096] for at in range(0, len(data), 4096)]
    assert told(*pieces) == ("", [text])
    assert len(data) <= Counted.looked + len(START) <= len(data) + len(END) * len(pieces)


def test_a_paste_without_measure_is_given_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST", 10)
    assert told(START, b"a" * 8, b"b" * 8, b"c" * 8 + END) == ("", ["a" * 8 + "b" * 8, "c" * 8])
