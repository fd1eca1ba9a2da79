"""The difference of two revisions: complete, clean, folded where nothing changed, and never told by colour alone."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.color import Color

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.base.drawing import plain
from widgets.record.diff import Comparison, RevisionDiff
from widgets.record.diff_rows import CONTEXT, GONE, NEW, DiffLayout, runs_of

Kind = Literal["same", "gone", "new"]


class Piece(NamedTuple):
    kind: Kind
    text: str


def same(text: str) -> Piece:
    return Piece("same", text)


def gone(text: str) -> Piece:
    return Piece("gone", text)


def new(text: str) -> Piece:
    return Piece("new", text)


def numbered(first: int, last: int) -> str:
    return "".join(f"line {number}\n" for number in range(first, last + 1))


LONG = (same(numbered(1, 20)), gone("an old word"), new("a new word"), same("\n" + numbered(21, 40)))


def texts(layout: DiffLayout, width: int = 60) -> list[str]:
    return [plain(layout.parts(row, width)) for row in range(len(layout.rows))]


def test_a_long_unchanged_stretch_is_folded_beside_its_change() -> None:
    layout = DiffLayout([Comparison("think", LONG)], 60)
    assert texts(layout)[1:] == [
        "… 18 unchanged lines …",
        "line 19",
        "line 20",
        "an old word a new word",
        "line 21",
        "line 22",
        "… 19 unchanged lines …",
    ]
    assert texts(layout)[0].startswith("think −3 +3 words ──")
    assert layout.changes == [4]


def test_a_fold_names_the_same_stretch_at_every_width() -> None:
    wide, narrow = DiffLayout([Comparison("think", LONG)], 60), DiffLayout([Comparison("think", LONG)], 4)
    assert wide.folds == narrow.folds
    opened = DiffLayout([Comparison("think", LONG)], 60, lambda key: key == wide.folds[0])
    assert texts(opened)[1:3] == ["line 1", "line 2"]
    assert texts(opened)[-1] == "… 19 unchanged lines …"


def test_a_paragraph_that_did_not_change_is_folded_whole() -> None:
    chunks = (new("first\n"), same("near\n\none\ntwo\nthree\n\n"), gone("last"))
    drawn = texts(DiffLayout([Comparison("think", chunks)], 60))
    assert drawn[1:] == ["first", "near", "… 5 unchanged lines …", "last"]


def test_a_short_unchanged_stretch_is_simply_shown() -> None:
    chunks = (gone("a"), same("\n" + numbered(1, 2 * CONTEXT + 2)), new("b"))
    assert "unchanged" not in "\n".join(texts(DiffLayout([Comparison("user", chunks)], 60)))


def test_a_field_in_which_nothing_changed_is_one_row_and_its_fold() -> None:
    layout = DiffLayout([Comparison("block", (same("fn a() {}"),)), Comparison("user", ())], 60)
    drawn = texts(layout)
    assert drawn[0].startswith("block unchanged ──")
    assert drawn[1] == "… 1 unchanged line …"
    assert drawn[2].startswith("user empty ──")


def test_what_would_not_be_seen_is_drawn() -> None:
    drawn = runs_of((same("a"), gone(" "), new("\n\n"), same("b"), gone("\u0301"), same("c\td\r\ne")))
    assert [(run.text, run.style) for run in drawn] == [
        ("a", ""),
        ("␣", GONE),
        ("↵\n↵\n", NEW),
        ("b", ""),
        ("◌\u0301", GONE),
        ("c    d\ne", ""),
    ]


def test_an_old_word_and_the_new_one_do_not_read_as_one() -> None:
    assert [run.text for run in runs_of((gone("in"), new("of"), same(" a"), gone("b"), new(", c")))] == [
        "in",
        " ",
        "of",
        " a",
        "b",
        ", c",
    ]


def test_of_white_space_that_grew_only_the_growth_is_marked() -> None:
    drawn = runs_of((gone("\n    "), new("\n        "), same("x")))
    assert [(run.text, run.style) for run in drawn] == [("\n    ", ""), ("␣␣␣␣", NEW), ("x", "")]


chunks_of_anything = st.lists(
    st.builds(
        Piece,
        st.sampled_from(("same", "gone", "new")),
        st.text(st.sampled_from("ab \n\t漢é\u0301🦀\x1b\u202e"), max_size=30),
    ),
    max_size=12,
)


@given(chunks_of_anything, st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_unfolded_every_character_is_there_and_folded_every_change_is(
    chunks: list[Piece], width: int
) -> None:
    field = Comparison("user", chunks)
    opened, folded = DiffLayout([field], width, lambda key: True), DiffLayout([field], width)
    whole = "".join(run.text for run in runs_of(chunks)).replace("\n", "")
    shown = "".join(part.text for row in range(1, len(opened.rows)) for part in opened.parts(row, width))
    assert shown.replace(" ", "") == whole.replace(" ", "")
    for style in (GONE, NEW):
        wanted = "".join(run.text for run in runs_of(chunks) if run.style == style)
        parts = [part for row in range(len(folded.rows)) for part in folded.parts(row, width)]
        found = "".join(part.text for part in parts if part.style == style)
        assert found.replace(" ", "") == wanted.replace("\n", "").replace(" ", "")
    hidden = sum(row.many - 1 for row in folded.rows if row.kind == "fold")
    assert len(folded.rows) + hidden == len(opened.rows)


@pytest.mark.parametrize("size", [(8, 6), (80, 24), (200, 60)])
async def test_rows_are_clean_whatever_the_texts_hold(size: tuple[int, int]) -> None:
    app = Bench(RevisionDiff)
    async with app.open(size) as pilot:
        view = app.query_one(RevisionDiff)
        view.set_title(HOSTILE * 9, HOSTILE)
        odd = (same(HOSTILE + "漢" * 90), gone(HOSTILE), new("🦀\u0301" * 40), same("\x1b[31m"))
        view.set_fields([Comparison(HOSTILE, odd), Comparison("block", odd)])
        await settle(pilot)
        check_clean(rows(view), view.size.width)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "solarized-light"])
@pytest.mark.parametrize("focused", [True, False])
async def test_everything_stands_out_from_its_ground(theme: str, focused: bool) -> None:
    app = Bench(RevisionDiff)
    async with app.open((60, 16)) as pilot:
        app.theme = theme
        view = app.query_one(RevisionDiff)
        view.set_title("ada", "compared with the one before")
        view.set_fields([Comparison("user", (gone("before"), new("after"))), Comparison("think", LONG)])
        app.set_focus(view if focused else None)
        await settle(pilot)
        for y in range(view.size.height):
            for text, style, _ in view.render_line(y):
                if text.strip() and style is not None and style.color and style.bgcolor:
                    ink, ground = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
                    assert abs(ink.brightness - ground.brightness) > 0.25, (text, ink, ground)


async def test_gone_and_new_differ_by_more_than_colour() -> None:
    app = Bench(RevisionDiff)
    async with app.open((60, 10)) as pilot:
        view = app.query_one(RevisionDiff)
        view.set_fields([Comparison("user", (gone("before"), new("after")))])
        await settle(pilot)
        styles = {segment.text.strip(): segment.style for segment in view.render_line(3)}
        old, now = styles["before"], styles["after"]
        assert old is not None and old.strike
        assert now is not None and now.underline and not now.strike


async def test_folds_open_by_click_and_by_key_and_shut_again() -> None:
    app = Bench(RevisionDiff)
    async with app.open((60, 20)) as pilot:
        view = app.query_one(RevisionDiff)
        view.set_fields([Comparison("think", LONG)])
        await settle(pilot)
        folded = rows(view)
        assert folded[3].startswith(" … 18 unchanged")
        await pilot.click(view, offset=(4, 3))
        await settle(pilot)
        assert [row.strip() for row in rows(view)[3:6]] == ["line 1", "line 2", "line 3"]
        await pilot.click(view, offset=(2, 2))  # the heading opens the other one as well, then shuts both
        await pilot.click(view, offset=(2, 2))
        await settle(pilot)
        assert rows(view) == folded
        view.action_unfold()
        await settle(pilot)
        assert not any("unchanged" in row for row in rows(view))
        assert view.virtual_size.height > len(LONG) + 40
        view.action_unfold()
        await settle(pilot)
        assert rows(view) == folded


async def test_changes_are_gone_through_and_a_resize_keeps_the_place() -> None:
    app = Bench(RevisionDiff)
    chunks = [piece for number in range(9) for piece in (new(f"change {number}\n"), same(numbered(1, 30)))]
    async with app.open((60, 12)) as pilot:
        view = app.query_one(RevisionDiff)
        view.set_fields([Comparison("think", chunks)])
        await settle(pilot)
        assert view.changes == 9
        seen = []
        for _ in range(3):
            view.action_next_change()
            await settle(pilot)
            seen.append(next(row.strip() for row in rows(view)[2:] if "change " in row))
        assert seen == ["change 1", "change 2", "change 3"]
        view.action_previous_change()
        await settle(pilot)
        assert any("change 2" in row for row in rows(view)[2:5])
        await pilot.resize_terminal(20, 12)
        await settle(pilot)
        assert any("change 2" in row for row in rows(view)[2:5])


async def test_only_rows_in_sight_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(RevisionDiff)
    async with app.open((60, 12)) as pilot:
        view = app.query_one(RevisionDiff)
        drawn: set[int] = set()
        draw = RevisionDiff.row_parts

        def counting(self: RevisionDiff, row: int, width: int) -> object:
            drawn.add(row)
            return draw(self, row, width)

        monkeypatch.setattr(RevisionDiff, "row_parts", counting)
        view.set_fields([Comparison("think", (new(numbered(1, 20_000)),))])
        await settle(pilot, lambda: view.virtual_size.height > 20_000)  # a worker lays it out
        view.focus()
        await pilot.press("end", "space", "home")
        await settle(pilot)
        assert 0 < len(drawn) < 60
