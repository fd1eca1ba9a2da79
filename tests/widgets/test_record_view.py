"""A record's field: every character is found again where it is drawn, whatever the text; marks and ranges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.record.facts import Fact, FactSection, RecordFacts
from widgets.record.record_text import Drawn, Page, Tint
from widgets.record.view import Line, RecordView

TEXTS = st.text(alphabet=st.sampled_from("ab \t\r\n漢é\u0301`"), max_size=60)


@given(TEXTS)
def test_what_is_drawn_leads_back_to_its_character(text: str) -> None:
    drawn = Drawn(text)
    for char in range(len(text) + 1):
        at = drawn.shown_at(char)
        vanishes = text[char : char + 2] == "\r\n"
        assert vanishes or drawn.char_at(at) == char


@given(TEXTS, st.integers(1, 12), st.booleans())
def test_every_character_is_on_the_row_that_holds_it(text: str, cells: int, words: bool) -> None:
    page = Page(text, (), cells, words)
    for char in range(len(text)):
        if text[char : char + 2] == "\r\n":
            continue  # it is not drawn
        first, last = page.bounds(page.row_of(char))
        assert first <= char <= last


@given(TEXTS, st.integers(4, 12), st.data())
def test_tints_colour_just_their_characters_and_change_no_text(
    text: str, cells: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = Page(text, (), cells, words=False)
    tint = [Tint(start, end, "x")] if end > start else []
    tinted = ""
    for row in range(len(page)):
        plain, coloured = page.parts(row, []), page.parts(row, tint)
        whole = "".join(part.text for part in coloured)
        assert whole.startswith("".join(part.text for part in plain))
        tinted += "".join(part.text for part in coloured if part.style == "x")
    wanted = page.drawn.text[page.drawn.shown_at(start) : page.drawn.shown_at(end)].replace("\n", "")
    assert tinted.replace(" ", "") == wanted.replace(" ", "")


def test_colours_and_tints_are_laid_over_each_other() -> None:
    page = Page("fn main", (Tint(0, 2, "keyword"),), 20, words=False)
    assert [(part.text, part.style) for part in page.parts(0, [Tint(1, 4, "note")])] == [
        ("f", "keyword"),
        ("n", "keyword+note"),
        (" m", "note"),
        ("ain", ""),
    ]


async def test_the_gutter_numbers_lines_and_not_the_rows_they_go_on_in() -> None:
    app = Bench(lambda: RecordView("block", words=False, gutter=True, id="block"))
    async with app.open((30, 8)) as pilot:
        view = app.query_one(RecordView)
        view.set_text("use a;\nlet long = 123456789012345678;\n}", [(0, 3, "keyword")], "src/a.rs")
        view.set_lines([Line("import", 3), Line("main", 41), Line("main", 42)])
        await settle(pilot)
        drawn = [row.rstrip() for row in rows(view)]
        assert drawn[0].startswith(" block  src/a.rs")
        assert drawn[1] == "     3▌ use a;" and drawn[2].startswith("    41▌ let")
        assert drawn[3].startswith("     ↪") and drawn[4] == "    42▌ }"


async def test_a_range_is_marked_by_keys_and_forgotten_with_the_text() -> None:
    app = Bench(lambda: RecordView("think", id="think"))
    async with app.open((30, 8)) as pilot:
        view = app.query_one(RecordView)
        view.set_text("one two\nthree")
        view.focus()
        await pilot.press("ctrl+right")
        assert view.toggle_marking()
        await pilot.press("right", "right")
        assert view.selected == (4, 7)
        await pilot.press("down")
        assert view.selected is not None and view.selected[0] == 4
        view.set_text("another")
        assert view.selected is None and view.cursor == 0


async def test_a_place_is_brought_into_sight() -> None:
    app = Bench(lambda: RecordView("think", id="think"))
    async with app.open((30, 8)) as pilot:
        view = app.query_one(RecordView)
        view.set_text("\n".join(f"line {number}" for number in range(100)))
        view.go_to(view._reader.text.index("line 73"))
        await settle(pilot)
        assert any("line 73" in row for row in rows(view))


async def test_nothing_that_a_terminal_obeys_is_drawn() -> None:
    app = Bench(lambda: RecordView("user", id="user"))
    async with app.open((40, 8)) as pilot:
        app.query_one(RecordView).set_text(HOSTILE, title=HOSTILE)
        await settle(pilot)
        check_clean(rows(app.query_one(RecordView)), 40)


async def test_facts_are_told_in_full_and_a_click_gives_their_place() -> None:
    app = Bench(lambda: RecordFacts(id="facts"))
    async with app.open((30, 10)) as pilot:
        facts = app.query_one(RecordFacts)
        long = Fact("a message that needs more than one row", "! BS101", "warning", "finding 0")
        facts.set_sections([FactSection("Findings 1", (long, Fact(HOSTILE, style="quiet")))])
        await settle(pilot)
        drawn = rows(facts)
        check_clean(drawn, 30)
        assert drawn[0].startswith(" Findings 1") and drawn[1].startswith(" ! BS101 a message")
        assert "".join(row[9:].strip() + " " for row in drawn[1:4]).startswith(
            "a message that needs more than one"
        )
        await pilot.click(RecordFacts, offset=(12, 2))
        await settle(pilot)
        assert [message.zone for message in app.said(RecordFacts.Chosen)] == ["finding 0"]
