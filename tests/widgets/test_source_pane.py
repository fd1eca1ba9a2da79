"""The source pane: what it posts, where its cursor and selection are, and what it draws."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from app.rust.items import find_item
from app.rust.source import SourceFile
from tests.awkward import AWKWARD
from widgets.source.messages import PaneMark, PaneSpan
from widgets.source.pane import SourcePane
from widgets.source.view import SourceHeader, SourceView

RUST = """\
use std::fmt;

/// A point.
#[derive(Debug)]
pub struct Point {
    x: u32,
}

impl Point {
    /// Where it is.
    fn place(&self) -> u32 {
        let wide = "日本"; self.x
    }

    fn other(&self) {}
}

const LIMIT: u32 = 3;

#[cfg(test)]
mod tests {
    #[test]
    fn works() {}
}
"""
SOURCE = SourceFile.of("src/point.rs", RUST.encode())
GUTTER = 6


class Bench(App[None]):
    """Nothing but a source view, and every message that reaches the application."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Message] = []

    def compose(self) -> ComposeResult:
        yield SourceView()

    def on_mount(self) -> None:
        self.pane.focus()

    @property
    def pane(self) -> SourcePane:
        return self.query_one(SourceView).pane

    @property
    def rows(self) -> list[str]:
        width, height = self.pane.size
        return [strip.text for strip in self.pane.render_lines(Region(0, 0, width, height))]

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Text and gesture of every taking."""
        data = self.pane.source.data
        return [
            (data[take.start : take.end].decode(), take.how)
            for take in self.seen
            if isinstance(take, SourcePane.Take)
        ]

    @property
    def refused(self) -> list[str]:
        return [message.reason for message in self.seen if isinstance(message, SourcePane.Refused)]

    def on_source_pane_take(self, message: SourcePane.Take) -> None:
        self.seen.append(message)

    def on_source_pane_refused(self, message: SourcePane.Refused) -> None:
        self.seen.append(message)

    def on_source_pane_parsed(self, message: SourcePane.Parsed) -> None:
        self.seen.append(message)

    def on_source_pane_token_chosen(self, message: SourcePane.TokenChosen) -> None:
        self.seen.append(message)

    def on_source_pane_role_requested(self, message: SourcePane.RoleRequested) -> None:
        self.seen.append(message)

    def on_source_pane_bare_requested(self, message: SourcePane.BareRequested) -> None:
        self.seen.append(message)

    def on_source_pane_undo_requested(self, message: SourcePane.UndoRequested) -> None:
        self.seen.append(message)

    def on_source_pane_redo_requested(self, message: SourcePane.RedoRequested) -> None:
        self.seen.append(message)


async def settle(pilot: Pilot[None]) -> None:
    """Until everything asked for has been read and drawn."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@asynccontextmanager
async def opened(
    source: SourceFile = SOURCE, size: tuple[int, int] = (80, 30), line: int = 0
) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    app = Bench()
    async with app.run_test(size=size) as pilot:
        app.pane.show(source, line=line)
        await settle(pilot)
        yield app, pilot


def line_of(text: str) -> int:
    return RUST[: RUST.index(text)].count("\n")


def item_text(app: Bench, name: str) -> str:
    item = find_item(app.pane.items, name)
    return app.pane.source.data[item.start : item.end].decode()


# Reading.


async def test_text_is_drawn_before_it_is_parsed() -> None:
    app = Bench()
    async with app.run_test(size=(80, 30)) as pilot:
        app.pane.show(SOURCE)
        assert app.pane.syntax_tree is None
        assert app.rows[0].endswith("use std::fmt;".ljust(80 - 1 - GUTTER))
        await settle(pilot)
        assert app.pane.syntax_tree is not None
        assert [item.path for item in app.pane.items][:3] == ["use std::fmt", "struct Point", "impl Point"]
        assert [type(message) for message in app.seen] == [SourcePane.Parsed]


async def test_a_file_shown_over_another_is_the_one_that_is_parsed() -> None:
    app = Bench()
    async with app.run_test() as pilot:
        app.pane.show(SourceFile.of("a.rs", b"fn a() {}\n" * 3000))
        await pilot.pause()
        app.pane.show(SourceFile.of("b.rs", b"fn b() {}\n"))
        await settle(pilot)
        assert [item.path for item in app.pane.items] == ["b"]
        parsed = [message for message in app.seen if isinstance(message, SourcePane.Parsed)]
        assert parsed[-1].source.path == "b.rs"
        assert all(message.source.data.count(b"\n") == len(message.items) for message in parsed)


# Keys.


async def test_the_key_takes_the_item_at_the_cursor_with_its_lead() -> None:
    async with opened(line=line_of("x: u32")) as (app, pilot):
        await pilot.press("space")
        assert app.taken == [(item_text(app, "struct Point"), "toggle")]
        assert app.taken[0][0].startswith("/// A point.\n#[derive")


async def test_a_widened_range_is_what_the_key_takes_and_narrowing_goes_back() -> None:
    async with opened(line=line_of('let wide = "日本"')) as (app, pilot):
        before = app.pane.current_range
        await pilot.press("w", "space")
        assert app.taken == [('{\n        let wide = "日本"; self.x\n    }', "toggle")]
        await pilot.press("W")
        assert app.pane.current_range == before


@pytest.mark.parametrize("line", range(RUST.count("\n")))
async def test_widening_never_sticks_and_narrowing_is_its_inverse(line: int) -> None:
    async with opened(line=line) as (app, _):
        selection = app.pane.selection
        steps = [selection.range]
        while selection.widen():
            assert len(steps) < 100
            steps.append(selection.range)
        widened = [step for step in steps[1:] if step is not None]
        assert widened[-1] == (0, len(RUST.encode()))
        for inner, outer in itertools.pairwise(widened):
            assert outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer
        for step in reversed(steps[:-1]):
            assert selection.narrow()
            assert selection.range == step
        assert not selection.narrow()


async def test_an_item_with_its_lead_is_a_step_of_widening() -> None:
    async with opened(line=line_of("fn place")) as (app, _):
        place = find_item(app.pane.items, "Point::place")
        ranges = []
        while app.pane.selection.widen():
            ranges.append(app.pane.current_range)
        assert (place.start, place.end) in ranges
        assert app.pane.selection.item_of(place.start, place.end) == app.pane.items.index(place)


async def test_moving_by_item_stops_at_each_item_once() -> None:
    async with opened() as (app, pilot):
        stops = []
        for _ in range(8):
            await pilot.press("J")
            stops.append(app.pane.cursor_line)
        wanted = [
            "/// A point",
            "impl Point",
            "    /// Where",
            "    fn other",
            "const",
            "#[cfg",
            "    #[test]",
        ]
        assert stops[:7] == [line_of(text) for text in wanted]
        assert stops[7] == stops[6]
        await pilot.press("K")
        assert app.pane.cursor_line == stops[5]


async def test_lines_are_selected_from_where_they_began() -> None:
    async with opened(line=line_of("x: u32")) as (app, pilot):
        await pilot.press("v", "down", "v")
        assert app.taken == [("    x: u32,\n}", "lines")]
        await pilot.press("v", "down", "W")
        assert app.pane.selection.anchor is None


async def test_page_and_ends_keep_the_cursor_in_sight() -> None:
    async with opened(SourceFile.of("a.rs", b"fn a() {}\n" * 1000), size=(40, 12)) as (app, pilot):
        for key, line in (
            ("pagedown", 9),
            ("end", 999),
            ("pageup", 990),
            ("home", 0),
            ("up", 0),
            ("pageup", 0),
        ):
            await pilot.press(key)
            assert app.pane.cursor_line == line
            assert app.pane.top <= line < app.pane.top + app.pane.size.height


async def test_requests_about_the_block_leave_as_messages() -> None:
    async with opened(line=line_of("fn place")) as (app, pilot):
        await pilot.press("r", "b", "u", "U")
        role, bare = app.seen[1:3]
        place = find_item(app.pane.items, "Point::place")
        assert isinstance(role, SourcePane.RoleRequested) and (role.start, role.end) == (
            place.start,
            place.end,
        )
        assert isinstance(bare, SourcePane.BareRequested) and app.pane.items[bare.item_index or 0] == place
        assert [type(message) for message in app.seen[3:]] == [
            SourcePane.UndoRequested,
            SourcePane.RedoRequested,
        ]


async def test_next_span_goes_round_the_spans_of_the_block() -> None:
    async with opened() as (app, pilot):
        await pilot.press("s")
        assert app.refused == ["nothing of this file is in the block yet"]
        spans = [find_item(app.pane.items, name) for name in ("LIMIT", "struct Point")]
        app.pane.set_spans([PaneSpan(span.start, span.end, "main") for span in spans])
        stops = []
        for _ in range(3):
            await pilot.press("s")
            stops.append(app.pane.cursor_line)
        assert stops == [line_of("/// A point"), line_of("const LIMIT"), line_of("/// A point")]


# Finding.


async def test_find_goes_to_matches_and_around() -> None:
    async with opened() as (app, pilot):
        await pilot.press("slash")
        assert app.query_one(Input).has_focus
        await pilot.press(*"point", "enter")
        assert app.pane.has_focus
        lines = [app.pane.cursor_line]
        for key in ("n", "n", "n", "N"):
            await pilot.press(key)
            lines.append(app.pane.cursor_line)
        doc, struct, impl = (line_of(text) for text in ("/// A point", "pub struct", "impl Point"))
        assert lines == [doc, struct, impl, doc, impl]
        app.pane.look_for("no such text")
        await pilot.pause()
        assert app.refused == ["'no such text' is not in this file"]


async def test_go_to_line_counts_from_one_and_escape_goes_back() -> None:
    async with opened() as (app, pilot):
        await pilot.press("colon", "1", "8", "enter")
        assert app.pane.cursor_line == line_of("const LIMIT")
        await pilot.press("colon", "escape")
        assert app.pane.has_focus
        await pilot.press("colon", *"99999", "enter")
        assert app.pane.cursor_line == SOURCE.line_count - 1


async def test_a_large_file_is_searched_too() -> None:
    data = b"fn a() {}\n" * 150_000 + b"const NEEDLE: u8 = 1;\n"
    app = Bench()
    async with app.run_test() as pilot:
        app.pane.show(SourceFile.of("big.rs", data))
        app.pane.look_for("NEEDLE")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.pane.cursor_line == 150_000


# Mouse.


async def test_a_click_selects_the_item_and_a_further_one_the_item_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Bench, "CLICK_CHAIN_TIME_THRESHOLD", -1.0)  # no click is the second of a double click
    async with opened() as (app, pilot):
        where = (GUTTER + 8, line_of("let wide"))
        await pilot.click(app.pane, offset=where)
        await pilot.click(app.pane, offset=where)
        assert app.taken == [
            (item_text(app, "Point::place"), "click"),
            (item_text(app, "impl Point"), "click"),
        ]
        await pilot.click(app.pane, offset=where)
        assert app.refused == ["no item is around this one"]
        await pilot.press("W", "W")
        assert app.pane.current_item is not None
        assert app.pane.items[app.pane.current_item].path == "Point::place"


async def test_a_click_below_the_last_line_is_on_nothing() -> None:
    lines = RUST.count("\n")
    async with opened(line=line_of("use")) as (app, pilot):
        await pilot.click(app.pane, offset=(GUTTER, lines))
        assert (app.taken, app.refused, app.pane.cursor_line) == ([], [], line_of("use"))
        await pilot.click(app.pane, offset=(GUTTER, lines - 1))
        assert app.taken == [(item_text(app, "mod tests"), "click")]


async def test_a_double_click_chooses_the_token_and_leaves_the_selection() -> None:
    async with opened() as (app, pilot):
        await pilot.click(app.pane, offset=(GUTTER + 7, line_of("fn place")), times=2)
        tokens = [message.text for message in app.seen if isinstance(message, SourcePane.TokenChosen)]
        assert tokens == ["place"]
        assert app.pane.looking_for == "place"
        assert app.taken == [(item_text(app, "Point::place"), "click")]


@pytest.mark.parametrize(("x", "control"), [(GUTTER + 2, True), (1, False)])
async def test_control_or_the_gutter_adds(x: int, control: bool) -> None:
    async with opened() as (app, pilot):
        await pilot.click(app.pane, offset=(x, line_of("const LIMIT")), control=control)
        assert app.taken == [("const LIMIT: u32 = 3;", "add")]


async def test_a_drag_selects_whole_lines() -> None:
    async with opened() as (app, pilot):
        first, last = line_of("pub struct"), line_of("    x: u32")
        await pilot.mouse_down(app.pane, offset=(GUTTER + 3, first))
        await pilot.hover(app.pane, offset=(GUTTER + 1, last))
        await pilot.mouse_up(app.pane, offset=(GUTTER + 1, last))
        await pilot.pause()
        assert app.taken == [("pub struct Point {\n    x: u32,", "lines")]
        assert app.mouse_captured is None


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with opened(SourceFile.of("a.rs", b"fn a() {}\n" * 100), size=(40, 12)) as (app, pilot):
        app.pane.post_message(MouseScrollDown(app.pane, 9, 3, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.pane.top == 3
        assert app.pane.cursor_line == 0


# Drawing.


@pytest.mark.parametrize("name", sorted(AWKWARD))
async def test_awkward_files_are_drawn_without_a_control_character(name: str) -> None:
    async with opened(SourceFile.of(f"{name}.rs", AWKWARD[name]), size=(60, 14)) as (app, pilot):
        for keys in ((), ("right", "right"), ("pagedown",), ("end",), ("w", "w"), ("left",)):
            await pilot.press(*keys)
            width, height = app.pane.size
            for strip in app.pane.render_lines(Region(0, 0, width, height)):
                assert strip.cell_length == width == sum(segment.cell_length for segment in strip)
                written = strip.render(app.console)
                assert not [
                    char for char in strip.text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")
                ]
                assert "\x1b" not in written.replace("\x1b[", "")


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (3, 2), (7, 3), (200, 60)])
async def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        await pilot.press("down", "pagedown", "w", "right", "end", "space")
        await pilot.resize_terminal(80, 24)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert all(len(row) <= size[0] for row in app.rows)


async def test_a_file_that_is_not_text_is_shown_and_refused() -> None:
    async with opened(SourceFile.of("bad.rs", b"fn a() {}\n\xff\x00\n")) as (app, pilot):
        await pilot.press("space")
        await pilot.click(app.pane, offset=(GUTTER + 1, 0))
        assert app.taken == []
        assert app.refused == ["bad.rs cannot be annotated: byte 10 (line 2) is not UTF-8"] * 2
        header = app.query_one(SourceHeader).render_lines(Region(0, 0, 80, 1))[0].text
        assert "read only, cannot be annotated: byte 10 (line 2) is not UTF-8" in header
        assert app.rows[1].strip().endswith("�␀")


STRANGE = "use a::b;\n\npub macro pair($a:expr) {\n    ($a)\n}\n\nfn f() {\n    g(x y);\n}\n\nfn h() {}\n"


async def test_a_file_that_is_not_understood_all_through_says_where() -> None:
    """Nothing said that a file did not parse, and what the parser did not know could not be gone to or taken."""
    async with opened(SourceFile.of("src/strange.rs", STRANGE.encode())) as (app, pilot):
        header = app.query_one(SourceHeader)

        def text() -> str:
            return header.render_lines(Region(0, 0, 80, 1))[0].text

        assert "not understood near line 3, 2 places" in text()
        assert [row[0] for row in app.rows[:11]] == [*"  ??? ", " ", "?", " ", " ", " "]
        await pilot.press("]")
        assert app.pane.cursor_line == 2
        assert text().startswith(" src/strange.rs › not understood: p")
        await pilot.press("space")
        assert app.taken == [("pub macro pair($a:expr) {\n    ($a)\n}", "toggle")]
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert "? line 3 +1" in header.render_lines(Region(0, 0, 40, 1))[0].text
        app.pane.show(SOURCE)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "understood" not in text() and not any(row.startswith("?") for row in app.rows)


async def test_a_pointer_is_shown_and_refused_and_has_no_items() -> None:
    """A Git LFS pointer was taken as code."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
    async with opened(SourceFile.of("src/bindings.rs", pointer.encode()), size=(120, 20)) as (app, pilot):
        await pilot.press("v", "down", "space")
        assert app.taken == []
        assert app.refused and all("Git LFS pointer" in reason for reason in app.refused)
        assert app.pane.file.outlined and not app.pane.items and not app.pane.file.strange
        header = app.query_one(SourceHeader).render_lines(Region(0, 0, 120, 1))[0].text
        assert "read only, cannot be annotated: it is a Git LFS pointer" in header
        assert app.rows[0].endswith("spec/v1".ljust(len(app.rows[0]) - app.rows[0].index("spec")))


async def test_the_header_names_the_items_around_what_is_seen() -> None:
    async with opened(size=(80, 6)) as (app, pilot):
        header = app.query_one(SourceHeader)

        def text() -> str:
            return header.render_lines(Region(0, 0, 80, 1))[0].text

        app.pane.go_to(line_of("self.x"))
        app.pane.scroll_to(y=line_of("let wide"), animate=False, force=True)
        await pilot.pause()
        assert text().startswith(" src/point.rs › impl Point › place ")
        assert text().endswith(f" {line_of('self.x') + 1}/{SOURCE.line_count} ")


def layer_of(app: Bench, text: str) -> object:
    """Background colour of a text's first row on screen."""
    width, height = app.pane.size
    for strip in app.pane.render_lines(Region(0, 0, width, height)):
        at = strip.text.find(text)
        if at >= 0:
            segment = next(iter(strip.crop(at, at + 1)))
            assert segment.style is not None
            return segment.style.bgcolor
    raise AssertionError(f"{text!r} is not on the screen")


async def test_selected_spans_matches_and_ranges_have_their_own_backgrounds() -> None:
    async with opened() as (app, pilot):
        plain = layer_of(app, "const LIMIT")
        limit = find_item(app.pane.items, "LIMIT")
        tints = []
        for role in ("main", "import", "helper", "context"):
            app.pane.set_spans([PaneSpan(limit.start, limit.end, role)])
            tints.append(layer_of(app, "const LIMIT"))
        app.pane.set_spans([])
        assert len({plain, *tints}) == 5
        assert layer_of(app, "const LIMIT") == plain
        app.pane.look_for("LIMIT", go=False)
        assert layer_of(app, "LIMIT: u32") not in (plain, *tints)
        app.pane.go_to(line_of("let wide"))
        await pilot.press("w")
        marked = layer_of(app, "let wide")
        assert marked != plain
        start, end = app.pane.current_range or (0, 0)
        app.pane.set_spans([PaneSpan(start, end, "main")])
        assert layer_of(app, "let wide") == tints[0]  # once taken, the role's tint is what is seen


async def test_recorded_items_are_marked_and_test_code_is_dimmed() -> None:
    async with opened() as (app, _):
        point = find_item(app.pane.items, "struct Point")
        app.pane.set_marks([PaneMark(point.start, point.end, "recorded")])
        marked = [number for number, row in enumerate(app.rows) if row.startswith("✓")]
        assert marked == list(range(line_of("/// A point"), line_of("impl Point") - 1))
        strips = app.pane.render_lines(Region(0, 0, *app.pane.size))

        def name_colour(line: str, name: str) -> object:
            strip = strips[line_of(line)]
            return next(segment.style and segment.style.color for segment in strip if segment.text == name)

        assert name_colour("    fn other", "other") != name_colour("    fn works", "works")


async def test_only_rows_that_changed_are_painted_again() -> None:
    async with opened(SourceFile.of("a.rs", b"fn a() {}\n\n" * 500), size=(60, 20)) as (app, pilot):
        painted: list[int] = []
        refresh = app.pane.refresh

        def spy(*regions: Region, **options: bool) -> SourcePane:
            painted.extend(region.y for region in regions)
            return refresh(*regions, **options)

        app.pane.refresh = spy  # type: ignore[method-assign]
        await pilot.press("down")
        assert sorted(set(painted)) == [0, 1]
