"""Marks of findings: on which cells they are drawn, and how they live through edits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import split_graphemes
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import Static

from widgets.prose.area import ProseArea, drawn
from widgets.prose.editor import ProseEditor
from widgets.prose.marks import Mark, Severity, after_edit, by_line, held, told


class Desk(App[None]):
    """One editor and the rows it paints."""

    def __init__(self, text: str = "", vim: bool = False) -> None:
        super().__init__()
        self.editor = ProseEditor("think", vim)
        self.first = text

    def compose(self) -> ComposeResult:
        yield self.editor

    def on_mount(self) -> None:
        self.editor.load(self.first)
        self.editor.focus()

    @property
    def heading(self) -> str:
        """What the editor's title row says."""
        return str(self.editor.query_one(".prose-editor--title", Static).content)


def underlined(strip: Strip) -> set[int]:
    """The cells of a row that are underlined."""
    cells: set[int] = set()
    at = 0
    for segment in strip:
        if segment.style is not None and segment.style.underline:
            cells.update(range(at, at + segment.cell_length))
        at += segment.cell_length
    return cells


def marked_text(area: ProseArea) -> str:
    """What is underlined on the rows in sight, each row's part behind a bar."""
    parts = []
    for y in range(area.size.height):
        row = area.render_line(y)
        part = "".join(s.text for s in row if s.style is not None and s.style.underline)
        parts += [part] if part else []
    return "|".join(parts)


def seen_as(line: str) -> list[tuple[int, int, int]]:
    """The characters as people see them: first, one past the last, cells; a tab counts one."""
    return split_graphemes(drawn(line).replace("\t", "-"))[0]


def cells_of(area: ProseArea, chosen: set[int]) -> set[tuple[int, int]]:
    """Where the chosen characters of the text are drawn, as (row, cell), told by the way it is wrapped."""
    cells: set[tuple[int, int]] = set()
    offset = y = 0
    for number, line in enumerate(area.document.lines):
        whole = [range(offset + first, offset + last) for first, last, _ in seen_as(line)]
        chosen = chosen.union(*(part for part in whole if chosen & set(part)))
        widths = iter(area.wrapped_document.get_tab_widths(number))
        at = offset
        sections = area.wrapped_document.get_sections(number)
        for section in sections:
            x = 0
            for first, last, width in seen_as(section):
                if section[first] == "\t":  # a line in one row has its tabs filled up as it is drawn
                    width = next(widths) if len(sections) > 1 else 4 - x % 4
                if chosen & set(range(at + first, at + last)):
                    cells.update((y, cell) for cell in range(x, x + width))
                x += width
            at += len(section)
            y += 1
        offset += len(line) + 1
    return cells


prose = st.text(alphabet=st.sampled_from("ab c漢字\U0001f600\u0301\t\n\x1b`é—"), max_size=60)


@st.composite
def texts_with_marks(draw: st.DrawFn, empty: bool = False) -> tuple[str, list[Mark]]:
    text = draw(prose)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    ranges = [(min(p), max(p)) for p in draw(st.lists(places, max_size=4))]
    severities: st.SearchStrategy[Severity] = st.sampled_from(("error", "warning", "hint"))
    return text, [Mark(a, b, draw(severities)) for a, b in ranges if empty or a < b]


async def test_the_marked_cells_are_those_of_the_marked_characters() -> None:
    desk = Desk()
    async with desk.run_test(size=(12, 80)):
        area = desk.editor.area
        area.show_cursor = False

        @settings(max_examples=100, deadline=None)
        @given(texts_with_marks())
        def check(case: tuple[str, list[Mark]]) -> None:
            text, marks = case
            desk.editor.load(text)
            desk.editor.set_findings(marks)
            chosen = {at for mark in marks for at in range(mark.start, mark.end)}
            if any(set(text[mark.start : mark.end]) <= {"\n"} for mark in marks):
                return  # drawn beside its place: told by another test
            rows = [area.render_line(y) for y in range(area.size.height)]
            wide = area.size.width  # what is drawn beyond is cut
            shown = {(y, x) for y, row in enumerate(rows) for x in underlined(row) if x < wide}
            assert shown == {(y, x) for y, x in cells_of(area, chosen) if x < wide}
            desk.editor.set_findings([])
            plain = [area.render_line(y) for y in range(area.size.height)]
            told_apart = [(sum(s.cell_length for s in row), row.text) for row in rows]
            assert told_apart == [(sum(s.cell_length for s in row), row.text) for row in plain]

        check()


@pytest.mark.parametrize(
    ("text", "place", "shown"),
    [
        ("one two", 4, "t"),
        ("one two", 7, "o"),
        ("one\ntwo", 3, "e"),
        ("one\n\ntwo", 4, " "),
        ("", 0, " "),
    ],
)
async def test_a_place_between_two_characters_is_seen(text: str, place: int, shown: str) -> None:
    desk = Desk(text)
    async with desk.run_test(size=(20, 8)):
        desk.editor.set_findings([Mark(place, place, "hint")])
        assert marked_text(desk.editor.area) == shown


async def test_marks_are_seen_without_colour_and_the_gravest_on_top() -> None:
    desk = Desk("some words here")
    async with desk.run_test(size=(40, 8)):
        area = desk.editor.area
        desk.editor.set_findings([Mark(5, 10, "error"), Mark(0, 15, "hint"), Mark(11, 15, "warning")])
        styles = {s.text: s.style for s in area.render_line(0) if s.style and s.style.underline}
        assert {text: bool(style.bold) for text, style in styles.items()} == {
            "s": False,  # under the cursor
            "ome ": False,
            "words": True,
            " ": False,
            "here": False,
        }
        assert len({style.color for text, style in styles.items() if text != "s"}) == 3


async def test_places_outside_the_text_are_held_to_it() -> None:
    desk = Desk("short")
    async with desk.run_test(size=(40, 8)):
        desk.editor.set_findings([Mark(-3, 99, "error"), Mark(70, 80, "hint")])
        assert desk.editor.area.marks == (Mark(0, 5, "error"), Mark(5, 5, "hint"))


async def test_the_title_tells_how_many_findings_there_are() -> None:
    desk = Desk("two words")
    async with desk.run_test(size=(100, 8)):
        desk.editor.set_marks({"tokio": True})
        desk.editor.set_findings([], (2, 1, 0))
        assert "9 characters  2 errors · 1 warning  ✓ tokio" in desk.heading
        desk.editor.set_findings([], (0, 0, 3))
        assert "3 hints" in desk.heading and "error" not in desk.heading
        desk.editor.load("another")
        assert "hints" not in desk.heading


async def test_loading_takes_the_marks_away() -> None:
    desk = Desk("one two")
    async with desk.run_test(size=(20, 8)):
        desk.editor.set_findings([Mark(0, 3, "error")])
        desk.editor.load("three four")
        assert desk.editor.area.marks == ()
        assert marked_text(desk.editor.area) == ""


@pytest.mark.parametrize("vim", [False, True])
async def test_marks_move_with_what_is_typed_undone_and_done_again(vim: bool) -> None:
    desk = Desk("one two three\nfour", vim)
    async with desk.run_test(size=(30, 8)) as pilot:
        area = desk.editor.area
        desk.editor.set_findings([Mark(4, 7, "error"), Mark(14, 18, "hint")])
        await pilot.press(*("i" if vim else ""), *"ab")
        assert marked_text(area) == "two|four"
        await pilot.press("enter")
        assert marked_text(area) == "two|four"
        if vim:
            await pilot.press("escape", "u", "u")
        else:
            await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert desk.editor.text == "one two three\nfour"
        assert marked_text(area) == "two|four"
        await pilot.press("ctrl+y")
        assert marked_text(area) == "two|four"


async def test_a_mark_around_an_edit_keeps_clear_of_what_is_new() -> None:
    desk = Desk("abcdef")
    async with desk.run_test(size=(30, 8)) as pilot:
        area = desk.editor.area
        desk.editor.set_findings([Mark(1, 5, "warning")])
        desk.editor.cursor = 3
        await pilot.press("X", "Y")
        assert (desk.editor.text, area.marks) == (
            "abcXYdef",
            (Mark(1, 3, "warning"), Mark(5, 7, "warning")),
        )
        await pilot.press("backspace", "backspace", "backspace")
        assert desk.editor.text == "abdef"
        assert marked_text(area) == "bde"


async def test_only_rows_whose_marks_change_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk("\n".join(f"line {number}" for number in range(12)))
    async with desk.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        area = desk.editor.area
        painted: list[int] = []
        exchange = area._exchange_repaint_regions

        def spy() -> object:
            regions = exchange()
            painted.extend(row for region in regions for row in range(region.y, region.bottom))
            return regions

        monkeypatch.setattr(area, "_exchange_repaint_regions", spy)
        for marks, rows in (
            ([Mark(0, 4, "error"), Mark(14, 18, "hint")], {0, 2}),
            ([Mark(0, 4, "error"), Mark(7, 8, "hint")], {1, 2}),
            ([Mark(0, 4, "error"), Mark(7, 8, "hint")], set()),
            ([], {0, 1}),
        ):
            painted.clear()
            desk.editor.set_findings(marks)
            await pilot.pause()
            assert set(painted) == rows
            assert [area._strips.on_screen[y] for y in range(12)] == [area.render_line(y) for y in range(12)]


async def test_what_is_kept_as_drawn_is_what_would_be_drawn() -> None:
    desk = Desk("\n".join(f"line {number} of a text that is wrapped" for number in range(12)))
    async with desk.run_test(size=(30, 14)) as pilot:
        area = desk.editor.area

        async def check(step: str) -> None:
            await pilot.pause()
            kept = [area._strips.on_screen[y] for y in range(area.size.height)]
            area._strips.drawn.clear()
            area._line_cache.clear()
            assert kept == [area.render_line(y) for y in range(area.size.height)], step

        desk.editor.set_findings([Mark(40, 80, "error"), Mark(100, 101, "hint")])
        await check("marks")
        for theme in ("textual-light", "nord", "textual-dark"):
            desk.theme = theme
            await check(theme)
        desk.set_focus(None)
        await check("blur")
        desk.editor.focus()
        await pilot.press("down", "shift+down", "x", "pagedown")
        await check("keys")
        area.disabled = True
        await check("disabled")
        await pilot.resize_terminal(44, 9)
        await check("resized")


async def test_going_to_a_finding_selects_it_in_sight_and_takes_no_focus() -> None:
    desk = Desk("\n".join(f"line {number}" for number in range(60)))
    async with desk.run_test(size=(40, 10)) as pilot:
        desk.set_focus(None)
        start = desk.first.index("line 40")
        desk.editor.go_to(start, start + 4)
        await pilot.pause()
        area = desk.editor.area
        assert (area.selected_text, desk.editor.cursor, desk.focused) == ("line", start, None)
        assert any("line 40" in area.render_line(y).text for y in range(area.size.height))
        desk.editor.go_to(0, 0)
        await pilot.pause()
        assert area.selection.is_empty and desk.editor.cursor == 0 and area.scroll_offset.y == 0
        desk.editor.go_to(9_999, 99_999)
        assert desk.editor.cursor == len(desk.first)


@given(texts_with_marks(empty=True), st.data())
def test_after_an_edit_no_new_character_is_marked_and_no_other_is_lost(
    case: tuple[str, list[Mark]], data: st.DataObject
) -> None:
    text, marks = case
    end = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, end))
    new = data.draw(st.integers(0, 5))
    numbers = [*range(start), *[-1] * new, *range(end, len(text))]
    moved = after_edit(marks, start, end, new)
    for severity in ("error", "warning", "hint"):
        were = {at for mark in marks if mark.severity == severity for at in range(mark.start, mark.end)}
        shown = {
            numbers[at] for mark in moved if mark.severity == severity for at in range(mark.start, mark.end)
        }
        assert shown == were & set(numbers)
    assert all(0 <= mark.start <= mark.end <= len(numbers) for mark in moved)
    empty = {mark for mark in marks if mark.start == mark.end}
    assert sum(mark.start == mark.end for mark in moved) == sum(
        not start <= mark.start <= end for mark in marks if mark in empty
    )


@given(texts_with_marks(empty=True))
def test_every_mark_is_drawn_inside_the_text_the_gravest_last(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    lines = text.split("\n")
    drawn_on = by_line(held(marks, len(text)), lines, drawn)
    assert bool(drawn_on) == bool(marks)
    grave = {"hint": 0, "warning": 1, "error": 2}
    for row, stretches in drawn_on.items():
        assert all(0 <= s.start < s.end <= max(len(lines[row]), 1) for s in stretches)
        assert all(grave[a.severity] <= grave[b.severity] for a, b in pairwise(stretches))


def test_counts_are_told_in_words() -> None:
    assert told((1, 2, 0)) == [("1 error", "error"), ("2 warnings", "warning")]
    assert told((0, 0, 0)) == []
