"""The block panel: every request by key and by mouse, and what it shows."""

from __future__ import annotations

from textual.message import Message

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.panels.block_panel import BlockPanel, BlockRow

MAIN = BlockRow("server/src/worker.rs", (10, 20), "main", "Retry::run", 400, 250, cuts=2, wrapped=True)
USES = BlockRow("server/src/worker.rs", (1, 1), "import", "use std::time", 0, 30, automatic=True)


async def fill(app: Bench) -> BlockPanel:
    panel = app.query_one(BlockPanel)
    panel.set_rows([USES, MAIN], 281, 12, "pruned")
    panel.focus()
    return panel


async def test_rows_say_what_each_span_is() -> None:
    app = Bench(BlockPanel)
    async with app.open((110, 10)) as pilot:
        panel = await fill(app)
        await settle(pilot)
        drawn = rows(panel)
        check_clean(drawn, panel.size.width)
        assert "2 spans · 12 lines · 281 bytes" in drawn[0] and "imports: pruned" in drawn[0]
        assert drawn[1].startswith("import") and "automatic" in drawn[1]
        for said in ("main", "worker.rs:10-20", "Retry::run", "250 B", "2 cuts", "in its impl", "✕"):
            assert said in drawn[2]


async def test_every_request_by_key() -> None:
    app = Bench(BlockPanel)
    async with app.open() as pilot:
        await fill(app)
        await pilot.press("down", "r", "d", "b", "enter", "u", "U")
        await settle(pilot)
        place = (MAIN.path, MAIN.start)
        kinds: list[type[Message]] = [
            BlockPanel.RoleRequested,
            BlockPanel.BareRequested,
            BlockPanel.GoRequested,
        ]
        for kind in kinds:
            assert [(m.path, m.start) for m in app.said(kind)] == [place]  # type: ignore[attr-defined]
        assert [(m.path, m.start, m.item) for m in app.said(BlockPanel.DropRequested)] == [
            (*place, MAIN.item)
        ]
        assert len(app.said(BlockPanel.UndoRequested)) == len(app.said(BlockPanel.RedoRequested)) == 1


async def test_every_request_by_mouse() -> None:
    app = Bench(BlockPanel)
    async with app.open((100, 12)) as pilot:
        panel = await fill(app)
        await settle(pilot)
        drawn = rows(panel)
        await pilot.click(panel, offset=(2, 2))
        await pilot.click(panel, offset=(drawn[2].index("Retry"), 2))
        await pilot.click(panel, offset=(drawn[1].index("✕"), 1))
        for label in ("imports", "undo", "redo"):
            await pilot.click(panel, offset=(drawn[0].index(label), 0))
        await settle(pilot)
        assert [m.start for m in app.said(BlockPanel.RoleRequested)] == [MAIN.start]
        assert [m.start for m in app.said(BlockPanel.GoRequested)] == [MAIN.start]
        assert [m.start for m in app.said(BlockPanel.DropRequested)] == [USES.start]
        for kind in (BlockPanel.ImportsRequested, BlockPanel.UndoRequested, BlockPanel.RedoRequested):
            assert len(app.said(kind)) == 1


async def test_an_empty_block_says_how_to_take_code_and_asks_for_nothing() -> None:
    app = Bench(BlockPanel)
    async with app.open((80, 10)) as pilot:
        panel = app.query_one(BlockPanel)
        panel.set_rows([], 0, 0, "none")
        panel.focus()
        await pilot.press("r", "d", "b", "enter")
        await pilot.click(panel, offset=(3, 2))
        await settle(pilot)
        text = "\n".join(rows(panel))
        assert "The block is empty" in text and "space" in text and "click" in text
        assert not app.said(BlockPanel.RoleRequested) and not app.said(BlockPanel.GoRequested)


async def test_the_cursor_stays_on_its_span_when_others_come_before_it() -> None:
    app = Bench(BlockPanel)
    async with app.open() as pilot:
        panel = await fill(app)
        await pilot.press("down")
        helper = BlockRow("a.rs", (1, 2), "helper", "f", 7, 9)
        panel.set_rows([USES, helper, MAIN], 290, 14, "none")
        await settle(pilot)
        assert panel.chosen == MAIN
        panel.set_rows([helper], 9, 2, "none")
        assert panel.chosen == helper


async def test_twenty_by_five_and_hostile_names() -> None:
    app = Bench(BlockPanel)
    async with app.open((20, 5)) as pilot:
        panel = app.query_one(BlockPanel)
        many = [
            BlockRow(f"{HOSTILE}/漢{n}.rs", (n, n), HOSTILE, HOSTILE, n, 1, note=HOSTILE)
            for n in range(1, 30)
        ]
        panel.set_rows(many, 29, 29, "all")
        panel.focus()
        await pilot.press("end")
        await settle(pilot)
        check_clean(rows(panel), panel.size.width)
        assert panel.chosen == many[-1] and panel.scroll_offset.y == len(many) - panel.page
        await pilot.resize_terminal(150, 20)
        await settle(pilot)
        check_clean(rows(panel), panel.size.width)
