"""The list of findings: what it shows at three sizes, what it asks for, and a mark that stays where it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.message import Message
from textual.pilot import Pilot

from app.records.finding import Finding
from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.base.drawing import width
from widgets.panels.finding_rows import folded
from widgets.panels.findings_panel import FindingsPanel

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
LONG = "the request and the code share seven words in a row, " * 3 + "the last word"
EMPTY = Finding("BS101", "error", "user", None, None, "the request is empty", "Write it.")
LEAK = Finding("BS404", "error", "user", 10, 40, LONG, "Say it in your own words.")
NAME = Finding("BS501", "warning", "think", 20, 25, "`cjk漢字漢字` exists nowhere", "Check the name.")
OTHER = Finding("BS501", "warning", "think", 60, 65, "`other` exists nowhere", "Check the name.")
FEW = Finding("BS413", "hint", "user", None, None, "one constraint", "Say more.")
KEPT = Finding("BS702", "warning", "think", 5, 9, "a stock phrase", "Leave it out.", waived="a quotation")
ALL = (EMPTY, LEAK, NAME, OTHER, FEW, KEPT)


async def fill(app: Bench, pilot: Pilot[Any], *findings: Finding, focus: bool = True) -> FindingsPanel:
    panel = app.query_one(FindingsPanel)
    panel.set_findings(findings)
    app.set_focus(panel if focus else None)
    await settle(pilot)
    return panel


@SIZES
async def test_a_summary_and_a_row_for_each_finding(size: tuple[int, int]) -> None:
    app = Bench(FindingsPanel)
    async with app.open(size) as pilot:
        panel = await fill(app, pilot, *ALL, focus=False)
        drawn = rows(panel)
        check_clean(drawn, panel.size.width)
        assert panel.size.height == len(ALL) + 1
        wanted = "✗2 !2 ·1 ~1" if size[0] == 40 else "Checks  2 errors · 2 warnings · 1 hint · 1 waived"
        assert drawn[0].startswith(wanted) and "explain" in drawn[0]
        assert [row[:8] for row in drawn[1:]] == [
            "✗ BS101 ",
            "✗ BS404 ",
            "! BS501 ",
            "! BS501 ",
            "· BS413 ",
            "~ BS702 ",
        ]
        assert "user" in drawn[2] and ("…" in drawn[2]) is (size[0] < 180)
        assert "漢字" in drawn[3] and "think" in drawn[3]
        if size[0] > 40:
            assert "(waived: a quotation)" in drawn[6]


@SIZES
async def test_with_the_focus_the_marked_message_is_told_in_up_to_three_rows(size: tuple[int, int]) -> None:
    app = Bench(FindingsPanel)
    async with app.open(size) as pilot:
        panel = await fill(app, pilot, *ALL)
        before = panel.size.height
        await pilot.press("down")
        await settle(pilot)
        drawn = rows(panel)
        check_clean(drawn, panel.size.width)
        wrapped = panel.size.height - before
        assert 1 <= wrapped <= 2
        shown = " ".join(" ".join(drawn[2 : 3 + wrapped]).split())
        assert ("the last word" in shown) is (size[0] > 40) and ("…" in shown) is (size[0] == 40)
        assert drawn[3 + wrapped].startswith("! BS501")
        app.set_focus(None)
        await settle(pilot)
        assert panel.size.height == before


async def test_nothing_to_say_and_checks_under_way() -> None:
    app = Bench(FindingsPanel)
    async with app.open((100, 10)) as pilot:
        panel = app.query_one(FindingsPanel)
        await settle(pilot)

        async def first_row(*findings: Finding, busy: bool = False, note: str = "") -> str:
            panel.set_findings(findings, busy=busy, note=note)
            await settle(pilot)
            return rows(panel)[0].rstrip()

        assert rows(panel)[0].rstrip() == "Checks …"
        assert await first_row(busy=True) == "Checks …"  # nothing is said to be well before it was looked at
        assert await first_row() == "✓ nothing to say"
        assert await first_row(busy=True) == "Checks …"  # nor of a text that is not the one that was
        assert (await first_row(KEPT)).startswith("✓ nothing to say · 1 waived")
        assert (await first_row(EMPTY, busy=True, note="without\nthe other [b]records")).startswith(
            "Checks  1 error …  (without the other [b]records)"
        )


async def test_an_empty_list_asks_for_nothing() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot)
        await pilot.press("enter", "e", "w", "down", "end", "pagedown", "home", "up")
        await pilot.click(panel, offset=(3, 0))
        await settle(pilot)
        assert panel.current is None and panel.step(1) is None
        for kind in (FindingsPanel.Chosen, FindingsPanel.ExplainRequested, FindingsPanel.WaiveRequested):
            assert not app.said(kind)


def found(app: Bench, kind: type[Message]) -> list[Finding]:
    return [message.finding for message in app.said(kind)]  # type: ignore[attr-defined]


async def test_every_request_by_key() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        await fill(app, pilot, *ALL)
        await pilot.press("down", "enter", "e", "j", "question_mark", "end", "w", "home", "enter")
        await settle(pilot)
        assert found(app, FindingsPanel.Chosen) == [LEAK, EMPTY]
        assert found(app, FindingsPanel.ExplainRequested) == [LEAK, NAME]
        assert found(app, FindingsPanel.WaiveRequested) == [KEPT]


@SIZES
async def test_every_request_by_mouse(size: tuple[int, int]) -> None:
    app = Bench(FindingsPanel)
    async with app.open(size) as pilot:
        panel = await fill(app, pilot, LEAK, EMPTY, NAME, FEW, focus=False)
        # The press gives the panel the focus, which unfolds the first finding above the one that is clicked.
        await pilot.click(panel, offset=(20, 3))
        await settle(pilot)
        assert panel.current == NAME and found(app, FindingsPanel.Chosen) == [NAME]
        top = rows(panel)[0]
        await pilot.click(panel, offset=(top.index("explain"), 0))
        await pilot.click(panel, offset=(top.index("waive"), 0))
        await settle(pilot)
        assert found(app, FindingsPanel.ExplainRequested) == [NAME]
        assert found(app, FindingsPanel.WaiveRequested) == [NAME]
        assert found(app, FindingsPanel.Chosen) == [NAME]


async def test_a_double_click_goes_twice_to_one_place_though_rows_fold_between() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, LEAK, EMPTY, NAME, OTHER, FEW)
        at = next(y for y, row in enumerate(rows(panel)) if "BS101" in row)
        await pilot.double_click(panel, offset=(20, at))
        await settle(pilot)
        assert panel.current == EMPTY and found(app, FindingsPanel.Chosen) == [EMPTY, EMPTY]


async def test_what_can_never_be_waived_has_no_word_to_click() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, EMPTY, KEPT)
        assert "waive" not in rows(panel)[0].replace("1 waived", "")
        await pilot.press("down")
        await settle(pilot)
        assert rows(panel)[0].split()[-2:] == ["explain", "unwaive"]


async def test_the_next_finding_goes_round_and_leaves_out_what_was_waived() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, EMPTY, KEPT, NAME, focus=False)
        assert [panel.step(1) for _ in range(3)] == [EMPTY, NAME, EMPTY]
        assert [panel.step(-1) for _ in range(3)] == [NAME, EMPTY, NAME]
        panel.set_findings([KEPT])
        assert panel.step(1) is None and panel.current == KEPT


async def test_stepping_on_from_a_finding_that_was_mended_passes_none_over() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, EMPTY, LEAK, NAME, FEW, focus=False)
        panel.step(1)
        assert panel.step(1) == LEAK
        panel.set_findings([EMPTY, NAME, FEW])
        assert panel.step(1) == NAME


async def test_the_mark_stays_on_its_finding_while_the_list_changes() -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, EMPTY, NAME, OTHER)
        await pilot.press("end")
        # Forty characters were typed before both: by place alone the mark would go to the other.
        moved = [replace(one, start=one.start + 40, end=one.end + 40) for one in (NAME, OTHER)]  # type: ignore[operator]
        panel.set_findings([FEW, KEPT, *moved])
        assert panel.current == moved[1]
        retold = [
            replace(moved[0], message="other words", start=70),
            replace(moved[1], message="others", start=80),
        ]
        panel.set_findings(retold)
        assert panel.current == retold[1]
        panel.set_findings([EMPTY, FEW, KEPT])
        assert panel.current == FEW  # its row, where it is gone
        panel.set_findings([])
        assert panel.current is None


async def test_only_rows_that_changed_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(FindingsPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, *ALL, focus=False)
        drawn: list[object] = []
        monkeypatch.setattr(panel, "refresh", lambda *regions, **_: drawn.extend(regions or ["all"]))
        panel.set_findings(list(ALL))
        assert drawn == []
        panel.set_findings([*ALL[:4], replace(FEW, message="no constraint"), KEPT])
        assert [region.y for region in drawn] == [5]  # type: ignore[attr-defined]
        rows(panel)  # as the screen does
        drawn.clear()
        panel.set_findings([*ALL[:4], replace(FEW, message="no constraint"), KEPT], busy=True)
        assert [region.y for region in drawn] == [0]  # type: ignore[attr-defined]


async def test_two_hundred_findings_scroll_and_new_ones_do_not_pull_the_list_back() -> None:
    class Low(FindingsPanel):
        DEFAULT_CSS = "Low { max-height: 6; }"

    many = [Finding("BS701", "warning", "think", n, n + 1, f"slip {n}", "Look.") for n in range(200)]
    app = Bench(Low)
    async with app.open((40, 12)) as pilot:
        panel = await fill(app, pilot, *many)
        assert panel.size.height == 6
        await pilot.press("end")
        await settle(pilot)
        assert panel.current == many[-1] and "slip 199" in rows(panel)[-1]
        await pilot.press("pageup")
        await settle(pilot)
        assert panel.current == many[194]
        panel.scroll_to(y=50)
        await settle(pilot)
        panel.set_findings(many[1:])
        await settle(pilot)
        assert panel.scroll_offset.y == 50 and panel.current == many[194]
        await pilot.press("down")
        await settle(pilot)
        assert any("slip 195" in row for row in rows(panel))
        check_clean(rows(panel), panel.size.width)


@SIZES
async def test_hostile_texts_and_a_change_of_size(size: tuple[int, int]) -> None:
    bad = Finding("BS122", "warning", "think", 0, 1, HOSTILE + "漢" * 90, HOSTILE, waived="")
    app = Bench(FindingsPanel)
    async with app.open(size) as pilot:
        panel = await fill(app, pilot, bad, replace(bad, waived=HOSTILE))
        panel.set_findings([bad, replace(bad, waived=HOSTILE)], note=HOSTILE)
        for wide in (20, 97, size[0]):
            await pilot.resize_terminal(wide, size[1])
            await settle(pilot)
            check_clean(rows(panel), panel.size.width)
            assert panel.virtual_size.height == 5  # the summary, three rows of the marked one, and the other


@given(
    st.text(alphabet="ab  漢\u0301", max_size=80), st.integers(1, 20), st.integers(1, 20), st.integers(1, 4)
)
def test_folding_keeps_to_its_rows_and_loses_only_what_it_says(
    text: str, first: int, rest: int, most: int
) -> None:
    text = " ".join(text.split())
    found = folded(text, first, rest, most)
    assert len(found) <= most
    assert all(width(row) <= (rest if at else first) for at, row in enumerate(found))
    said = "".join("".join(found).split())
    letters = "".join(text.split())
    assert said == letters or (said.endswith("…") and letters.startswith(said[:-1]))
