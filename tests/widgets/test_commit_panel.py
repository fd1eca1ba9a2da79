"""The panel of commits: everything told, nothing obeyed, and no line goes anywhere unless a person asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.panels.commits import CommitList, CommitPanel, CommitRow, CommitText, lines_of

DIFFERENCE = """\
diff --git a/src/a.rs b/src/a.rs
--- a/src/a.rs
+++ b/src/a.rs
@@ -1,5 +1,5 @@ fn a()
 fn a() {
-    old();
--- a removed line of SQL
+\tnew();
 }
@@ -50 +50 @@ fn b()
+last"""
ROW = CommitRow(
    "a" * 40, "2024-02-06", "Ada", "Wait longer (#12)", "Because.", DIFFERENCE, 12, "★ introduced wait"
)
OTHER = replace(ROW, id="b" * 40, day="2023-01-17", subject="Begin", number=None, mark="", body="")


def shown(panel: CommitPanel) -> tuple[list[str], list[str]]:
    """The rows of the list and of the text, without blanks around them."""
    both = (rows(panel.query_one(CommitList)), rows(panel.query_one(CommitText)))
    return [row.strip() for row in both[0] if row.strip()], [row.strip() for row in both[1] if row.strip()]


def test_every_line_of_a_commit_is_told_and_known_for_what_it_is() -> None:
    lines = lines_of(ROW)
    assert lines[0].text == "Wait longer (#12)"
    assert lines[1].text == "#12 · Ada · 2024-02-06 UTC · aaaaaaaaaaaa"
    assert [(line.kind, line.text) for line in lines if line.kind in ("gone", "new", "hunk")] == [
        ("hunk", "@@ -1,5 +1,5 @@ fn a()"),
        ("gone", "-    old();"),
        ("gone", "--- a removed line of SQL"),
        ("new", "+\tnew();"),
        ("hunk", "@@ -50 +50 @@ fn b()"),
        ("new", "+last"),
    ]
    assert [line.text for line in lines if line.kind == "file"] == DIFFERENCE.split("\n")[:3]


def test_a_line_of_a_difference_is_copied_without_its_sign() -> None:
    copied = {line.text: line.copied for line in lines_of(ROW)}
    assert copied["+\tnew();"] == "\tnew();"
    assert copied["-    old();"] == "    old();"
    assert copied[" fn a() {"] == "fn a() {"
    assert copied["Because."] == "Because."


@given(st.text(max_size=200))
def test_whatever_a_difference_holds_all_of_it_is_told(difference: str) -> None:
    told = [line.text for line in lines_of(replace(ROW, difference=difference))]
    assert "\n".join(told).endswith(difference)


@pytest.mark.parametrize(("size", "stacked"), [((80, 24), True), ((120, 34), False), ((200, 60), False)])
async def test_list_and_text_are_both_in_sight_at_every_size(size: tuple[int, int], stacked: bool) -> None:
    app = Bench(CommitPanel)
    async with app.open(size) as pilot:
        panel = app.query_one(CommitPanel)
        panel.set_title("newest first")
        panel.set_commits([ROW, OTHER])
        await settle(pilot)
        listed, text = shown(panel)
        assert panel.has_class("-stacked") is stacked
        assert listed[0] == "newest first"
        assert listed[1].startswith("2024-02-06 ★")
        assert listed[1].endswith("Wait longer #12")
        assert listed[2].endswith("Begin")
        assert text[0] == "Wait longer (#12)"
        assert "Because." in text
        assert "+   new();" in text


@pytest.mark.parametrize("size", [(12, 8), (80, 24), (200, 60)])
async def test_strangers_texts_are_drawn_and_never_obeyed(size: tuple[int, int]) -> None:
    app = Bench(CommitPanel)
    async with app.open(size) as pilot:
        panel = app.query_one(CommitPanel)
        bad = CommitRow(
            "a", HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}\n漢{HOSTILE * 9}", f"@@ \n+{HOSTILE}", 1, HOSTILE
        )
        panel.set_title(HOSTILE)
        panel.set_commits([bad])
        await settle(pilot)
        for part in (panel.query_one(CommitList), panel.query_one(CommitText)):
            check_clean(rows(part), part.size.width)


async def test_commits_that_come_later_leave_the_mark_where_it_is() -> None:
    app = Bench(CommitPanel)
    async with app.open((120, 20)) as pilot:
        panel = app.query_one(CommitPanel)
        panel.set_commits([OTHER])
        await settle(pilot)
        panel.set_commits([ROW, OTHER])
        await settle(pilot)
        assert panel.chosen is OTHER
        assert shown(panel)[1][0] == "Begin"
        panel.mark(ROW.id)
        await settle(pilot)
        assert panel.chosen is ROW
        assert shown(panel)[1][0] == "Wait longer (#12)"
        panel.mark("nothing like it")
        assert panel.chosen is ROW
        panel.set_commits([])
        await settle(pilot)
        assert panel.chosen is None
        assert shown(panel)[1] == []


async def test_a_line_is_copied_only_when_the_person_asks() -> None:
    app = Bench(CommitPanel)
    async with app.open((120, 34)) as pilot:
        panel = app.query_one(CommitPanel)
        panel.set_commits([ROW])
        app.set_focus(panel.query_one(CommitList))
        await settle(pilot)
        await pilot.press("down", "up")
        assert app.said(CommitPanel.CopyRequested) == []
        panel.copy_line()
        panel.change_near(1)
        await settle(pilot)
        panel.copy_line()
        panel.change_near(1)
        panel.copy_line()
        panel.change_near(1)  # there is none after the last
        panel.change_near(-1)
        panel.copy_line()
        await settle(pilot)
        said = [message.text for message in app.said(CommitPanel.CopyRequested)]
        assert said == ["Wait longer (#12)", "    old();", "last", "    old();"]


async def test_a_long_message_is_wrapped_at_words_and_kept_in_place_by_a_resize() -> None:
    app = Bench(CommitPanel)
    words = [f"word{number}" for number in range(200)]
    async with app.open((120, 34)) as pilot:
        panel = app.query_one(CommitPanel)
        panel.set_commits([replace(ROW, body=" ".join(words))])
        await settle(pilot)
        assert [word for row in shown(panel)[1] for word in row.split() if word.startswith("word")] == words
        panel.change_near(1)
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        panel.copy_line()
        await settle(pilot)
        assert app.said(CommitPanel.CopyRequested)[-1].text == "    old();"


async def test_of_a_huge_commit_only_what_is_in_sight_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(CommitPanel)
    async with app.open((120, 20)) as pilot:
        panel = app.query_one(CommitPanel)
        drawn: set[int] = set()
        draw = CommitText.row_parts

        def counting(self: CommitText, row: int, width: int) -> Sequence[object]:
            drawn.add(row)
            return draw(self, row, width)

        monkeypatch.setattr(CommitText, "row_parts", counting)
        long = "\n".join(["@@ -1 +1 @@", *("+" + "漢" * 900 for _ in range(600))])
        panel.set_commits([replace(ROW, difference=long)])
        await settle(pilot)
        assert 0 < len(drawn) < 60
