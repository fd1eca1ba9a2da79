"""The preview: exact rows, nothing a terminal could obey, and only as much drawing as changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.records import chatml
from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, screen_rows, settle
from widgets.base.drawing import Part, cut, cut_left, pad, plain, safe, width, zone_at
from widgets.base.wrapped_text import Chapter, StyledRun, WrappedChapters, WrappedText, common_prefix, lay_out
from widgets.panels import preview as preview_module
from widgets.panels.preview import Preview
from widgets.panels.preview_difference import ADDED, REMOVED, difference

TEXTS = st.text(st.sampled_from("ab c\n漢e\u0301\t\u202e\x1b-é😀")) | st.text()
WIDTHS = st.integers(1, 30)


def joined(wrapped: WrappedText) -> str:
    """The text that the rows stand for, with a line feed wherever one lies between two rows."""
    out, at = "", 0
    for start, end in wrapped.rows:
        assert wrapped.text[at:start] in ("", "\n")
        out += wrapped.text[at:end]
        at = end
    return out


class TestRows:
    @given(TEXTS, WIDTHS, st.booleans())
    def test_rows_joined_are_the_text(self, text: str, cells: int, words: bool) -> None:
        wrapped = WrappedText([StyledRun(text, "")], cells, words)
        assert joined(wrapped) == text
        assert len(wrapped.rows) >= text.count("\n") + 1

    @given(TEXTS, st.integers(2, 30), st.booleans())
    def test_no_row_is_wider_than_the_screen(self, text: str, cells: int, words: bool) -> None:
        wrapped = WrappedText([StyledRun(text, "")], cells, words)
        for row in range(len(wrapped.rows)):
            assert cell_len(plain(wrapped.parts(row))) <= cells

    @given(TEXTS, TEXTS, TEXTS, TEXTS, WIDTHS, st.booleans())
    def test_keeping_unchanged_rows_changes_nothing(
        self, before: str, old: str, new: str, after: str, cells: int, words: bool
    ) -> None:
        first = WrappedText([StyledRun(before + old + after, "")], cells, words)
        again = WrappedText([StyledRun(before + new + after, "")], cells, words, first)
        assert again.rows == WrappedText([StyledRun(before + new + after, "")], cells, words).rows

    def test_a_change_at_the_end_keeps_the_rows_before_it(self) -> None:
        first = WrappedText([StyledRun("word " * 500, "")], 20, True)
        again = WrappedText([StyledRun("word " * 500 + "x", "")], 20, True, first)
        assert len(first._kept(again)) >= len(first.rows) - 3

    @given(st.lists(st.tuples(TEXTS, st.sampled_from(["p", "q"]))), WIDTHS)
    def test_parts_carry_every_run_and_its_style(self, runs: list[tuple[str, str]], cells: int) -> None:
        wrapped = WrappedText([StyledRun(*run) for run in runs], cells, False)
        drawn = [
            (char, part.style)
            for row in range(len(wrapped.rows))
            for part in wrapped.parts(row)
            for char in part.text
        ]
        assert drawn == [(char, style) for text, style in runs for char in text if char != "\n"]

    def test_words_stay_whole_where_they_fit(self) -> None:
        wrapped = WrappedText([StyledRun("one two  three fourfivesix", "")], 8, True)
        assert [plain(wrapped.parts(row)) for row in range(len(wrapped.rows))] == [
            "one two",
            "three",
            "fourfive",
            "six",
        ]

    @given(TEXTS, TEXTS, TEXTS)
    def test_common_prefix(self, same: str, a: str, b: str) -> None:
        left, right = same + a, same + b
        at = common_prefix(left, right)
        assert left[:at] == right[:at] and at >= len(same)
        assert at == min(len(left), len(right)) or left[at] != right[at]

    def test_an_unchanged_chapter_is_kept_as_it_is(self) -> None:
        chapters = [
            Chapter("user", (StyledRun("a b c", ""),), True),
            Chapter("", (StyledRun("code", ""),), False),
        ]
        first = lay_out(chapters, 10, WrappedChapters(()))
        chapters[0] = Chapter("user", (StyledRun("a b d", ""),), True)
        again = lay_out(chapters, 10, first)
        assert again.chapters[2] is first.chapters[2]
        assert [plain(again.parts(row, "")) for row in range(len(again))] == ["user", "a b d", "code"]


class TestDrawing:
    @given(TEXTS, st.integers(0, 20))
    def test_fitting(self, text: str, cells: int) -> None:
        assert width(cut(text, cells)) <= cells
        assert width(cut_left(text, cells)) <= cells
        assert cell_len(safe(pad(text, cells))) == cells == width(pad(text, cells))
        if width(text) <= cells:
            assert cut(text, cells) == cut_left(text, cells) == text

    @given(TEXTS)
    def test_what_is_safe_has_the_width_that_was_measured(self, text: str) -> None:
        assert cell_len(safe(text)) == width(text)

    def test_a_click_finds_its_zone_also_after_wide_characters(self) -> None:
        parts = [Part("漢", "", "a"), Part("xy"), Part("z", "", "b")]
        assert [zone_at(parts, cell) for cell in range(6)] == ["a", "a", "", "", "b", ""]


class TestDifference:
    @given(TEXTS, TEXTS)
    def test_both_texts_can_be_read_off(self, old: str, new: str) -> None:
        runs = difference(old, new)
        assert "".join(run.text for run in runs if run.style != ADDED) == old
        assert "".join(run.text for run in runs if run.style != REMOVED) == new

    def test_it_goes_by_words(self) -> None:
        runs = difference("retry with a delay", "retry with jitter and a delay")
        assert [run.text for run in runs if run.style == ADDED] == ["jitter and "] or [
            run.text.strip() for run in runs if run.style == ADDED
        ] == ["jitter and"]

    def test_a_huge_text_is_compared_by_lines_and_still_right(self) -> None:
        old = "a b c\n" * 3_000
        new = old + "d\n"
        assert [run for run in difference(old, new) if run.style] == [StyledRun("d\n", ADDED)]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(preview_module, "DELAY", 0.001)
    yield


def fill(preview: Preview, user: str = "Ask", think: str = "Because", code: str = "fn a() {}\n") -> str:
    """Give the preview a record; its exact line."""
    pieces = chatml.segments("System", user, think, code)
    line = "".join(piece.text for piece in pieces)
    preview.set_line(pieces, len(line.encode("utf-8", "replace")) + 1, [])
    preview.set_conversation("System", user, think, code)
    return line


async def test_the_line_is_shown_whole_and_exact() -> None:
    app = Bench(Preview)
    async with app.open((60, 24)) as pilot:
        preview = app.query_one(Preview)
        line = fill(preview)
        await settle(pilot, lambda: not preview.pending)
        drawn = rows(preview)
        check_clean(drawn, preview.size.width)
        assert "".join(row.strip() for row in drawn[1:]).replace(" ", "") == line.replace(" ", "")
        assert f"{len(line) + 1:,} B" in drawn[0]


async def test_problems_stand_on_top_and_in_the_title() -> None:
    app = Bench(Preview)
    async with app.open((100, 10)) as pilot:
        preview = app.query_one(Preview)
        fill(preview)
        await settle(pilot, lambda: not preview.pending)
        assert "✓ valid" in rows(preview)[0]
        preview.set_line([("json", "{")], 2, ["think: holds “</think>”", "user: is empty"])
        await settle(pilot, lambda: not preview.pending)
        drawn = rows(preview)
        assert "✗ think: holds" in drawn[0]
        assert drawn[1].startswith("✗ think") and drawn[2].startswith("✗ user") and drawn[3].startswith("{")


async def test_views_by_click_and_by_action_and_nothing_hostile_in_any() -> None:
    app = Bench(Preview)
    async with app.open((100, 30)) as pilot:
        preview = app.query_one(Preview)
        fill(preview, user=HOSTILE, think="[bold]漢字[/] </think>", code="fn f() {\n\tlet v = v[i];\n}\n")
        preview.set_saved((HOSTILE, "[bold]", "fn f() {}\n"))
        for view, cell in (("conversation", 6), ("difference", 20), ("line", 1)):
            await pilot.click(preview, offset=(cell, 0))
            await settle(pilot, lambda: not preview.pending)
            assert preview.view == view
            check_clean(rows(preview), preview.size.width)
        preview.action_next_view()
        await settle(pilot, lambda: not preview.pending)
        drawn = [row.rstrip() for row in rows(preview)]
        assert drawn.index("system") < drawn.index("user") < drawn.index("assistant") < drawn.index("<think>")
        assert "    let v = v[i];" in drawn and "[bold]漢字[/] </think>" in drawn


async def test_the_difference_says_when_there_is_nothing_saved() -> None:
    app = Bench(Preview)
    async with app.open() as pilot:
        preview = app.query_one(Preview)
        fill(preview)
        preview.view = "difference"
        await settle(pilot, lambda: not preview.pending)
        assert "Not saved yet" in rows(preview)[1]
        preview.set_saved(("Ask", "Since", "fn a() {}\n"))
        await settle(pilot, lambda: not preview.pending)
        drawn = [row.rstrip() for row in rows(preview)]
        assert "user: unchanged" in drawn and "code: unchanged" in drawn
        assert drawn[drawn.index("think") + 1] == "SinceBecause"


async def test_copy_and_save_as_by_key_and_by_mouse() -> None:
    app = Bench(Preview)
    async with app.open((100, 24)) as pilot:
        preview = app.query_one(Preview)
        line = fill(preview)
        preview.focus()
        await pilot.press("c", "w")
        title = rows(preview)[0]
        await pilot.click(preview, offset=(title.index("copy"), 0))
        await pilot.click(preview, offset=(title.index("to a file"), 0))
        assert [said.text for said in app.said(Preview.CopyRequested)] == [line, line]
        assert [said.text for said in app.said(Preview.SaveAsRequested)] == [line, line]


async def test_a_hidden_preview_lays_nothing_out_until_it_is_shown() -> None:
    app = Bench(Preview)
    async with app.open() as pilot:
        preview = app.query_one(Preview)
        preview.display = False
        await settle(pilot)
        fill(preview)
        await settle(pilot)
        assert preview.pending
        preview.display = True
        await settle(pilot, lambda: not preview.pending)
        assert "chatml" in rows(preview)[1]


async def test_typing_draws_only_the_rows_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(Preview)
    async with app.open((80, 24)) as pilot:
        preview = app.query_one(Preview)
        fill(preview, code="x" * 10_000)
        preview.view = "conversation"
        await settle(pilot, lambda: not preview.pending)
        drawn: list[int] = []
        monkeypatch.setattr(preview, "refresh_line", drawn.append)
        fill(preview, think="Because!", code="x" * 10_000)
        await settle(pilot, lambda: not preview.pending)
        assert len(drawn) == 2  # the title, whose byte count changed, and the row of the thought


async def test_many_changes_are_shown_by_one_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(Preview)
    async with app.open() as pilot:
        preview = app.query_one(Preview)
        fill(preview)
        await settle(pilot, lambda: not preview.pending)
        monkeypatch.setattr(preview_module, "DELAY", 0.05)
        count = 0
        layout = preview._lay_out

        def counted() -> None:
            nonlocal count
            count += 1
            layout()

        monkeypatch.setattr(preview, "_lay_out", counted)
        for number in range(50):
            fill(preview, think=f"word {number}")
        await settle(pilot, lambda: not preview.pending)
        assert count == 1 and "word 49" in "".join(rows(preview))


async def test_twenty_by_five() -> None:
    app = Bench(Preview)
    async with app.open((20, 5)) as pilot:
        preview = app.query_one(Preview)
        fill(preview, user="漢" * 50)
        for _ in range(3):
            preview.action_next_view()
            await settle(pilot, lambda: not preview.pending)
            preview.focus()
            await pilot.press("pagedown", "end")
            check_clean(rows(preview), preview.size.width)
        await pilot.resize_terminal(100, 30)
        await settle(pilot, lambda: not preview.pending)
        check_clean(rows(preview), preview.size.width)


async def test_no_character_of_the_line_lies_under_the_scroll_bar() -> None:
    app = Bench(Preview)
    async with app.open((60, 6)) as pilot:
        preview = app.query_one(Preview)
        line = fill(preview)
        await settle(pilot, lambda: not preview.pending)
        assert preview.show_vertical_scrollbar
        seen = "".join(row[: preview.cells].strip() for row in screen_rows(app)[1:])
        assert line.replace(" ", "").startswith(seen.replace(" ", ""))
