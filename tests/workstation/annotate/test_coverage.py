"""What of a topic is done, as the annotate screen shows it: gutter, header, outline, skipping, the next open item."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.errors import StoreError
from app.project.project import Project
from app.records.draft import Draft
from app.records.events import REASON, Skip
from app.review.acts.skips import skip
from app.rust.items import find_item
from app.store.drafts.drafts import DraftKey
from app.store.presence.claims import Claims
from app.workstation.annotate.coverage import marks
from tests.desk import Desk
from tests.widgets.drawn import screen_rows
from tests.workstation.driver import (
    SIZES,
    THINK,
    TOPIC,
    USER,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from tests.workstation.host import until
from widgets.dialogs.questions import PromptLine
from widgets.pick.finder import Finder
from widgets.source.messages import SIGNS
from widgets.source.pane import SourcePane
from widgets.source.view import SourceHeader

RETRY, BACKOFF = "src/retry.rs", "src/backoff.rs"


# What others do.


def other(project: Project, by: str = "bob") -> Desk:
    """Another person's desk, on the same folder."""
    return Desk(Project(project.root), TOPIC, by)


def index_of(desk: Desk, item: str, path: str = RETRY) -> int:
    items = desk.files.parsed(path).items
    return items.index(find_item(items, item))


def drafted(desk: Desk, *items: str) -> Draft:
    """A draft with these items of the first file."""
    desk.begin()
    draft = desk.draft.write("user", USER).write("think", THINK)
    there = desk.files.parsed(RETRY).items
    for name in items:
        at = index_of(desk, name)
        draft = draft.pick(desk.composer.piece(RETRY, there[at].start, there[at].end, at), "toggle")
    return draft


def save(project: Project, *items: str) -> None:
    desk = other(project)
    draft = drafted(desk, *items)
    desk.append(desk.composer.revision(draft, desk.composer.compose(draft)))


def skip_item(project: Project, item: str, why: str, path: str = RETRY) -> None:
    desk = other(project)
    skip(desk.judge.signer, desk.tally.place(path, index_of(desk, item, path)), why)


def begin(project: Project, item: str) -> None:
    """Another person's draft on this machine."""
    desk = other(project)
    draft = drafted(desk, item)
    project.drafts.save(DraftKey(TOPIC, draft.record, desk.by), draft.payload())


def skips(project: Project) -> list[Skip]:
    """Those in force."""
    return list(other(project).ledger().skips.current)


# What is seen.


async def at(pilot: Pilot[Any], item: str) -> SourcePane:
    """Put the cursor on an item's own first line."""
    pane = pilot.app.screen.query_one(SourcePane)
    pane.go_to(pane.source.line_at(find_item(pane.items, item).name_start))
    await settle(pilot)
    return pane


def sign(pane: SourcePane) -> str:
    """The gutter's sign on the cursor's line."""
    y = pane.cursor_line - round(pane.scroll_offset.y)
    return pane.render_line(y).text[0]


def header(pilot: Pilot[Any]) -> str:
    """What stands above the source."""
    bar = pilot.app.screen.query_one(SourceHeader)
    return "".join(segment.text for strip in bar.render_lines(bar.size.region) for segment in strip)


def said(pilot: Pilot[Any]) -> str:
    return "\n".join(note.message for note in pilot.app._notifications)


def told_in_outline(pilot: Pilot[Any], item: str) -> str:
    """What the outline says of an item besides its name."""
    finder = pilot.app.screen
    assert isinstance(finder, Finder)
    return next(choice.detail for choice in finder._choices if choice.text == item)


async def looked(pilot: Pilot[Any], item: str, wanted: str) -> SourcePane:
    """Until the screen has seen what changed on disk."""
    pane = await at(pilot, item)
    await until(pilot, lambda: sign(pane) == wanted)
    return pane


# Every state.


def lay_out(project: Project) -> Claims:
    """A project in which the first file has items of every state. Gives a claim, to be let go."""
    spec = project.specs_dir / f"{TOPIC}.toml"
    text, found = re.subn(
        r"(?m)^exclude_items = .*$", 'exclude_items = ["struct Policy"]', spec.read_text("utf-8")
    )
    if not found:
        text = text.replace("\nfocus = ", '\nexclude_items = ["struct Policy"]\nfocus = ', 1)
    spec.write_text(text, "utf-8")
    save(project, "Retry::fail")
    save(project, "Retry::fail", "enum Verdict")
    skip_item(project, "enum Class", "an enum of [b]two[/b] names \x1b[31m世界 is dull")
    begin(project, "Class::of_status")
    claims = Claims(project.datasets_dir, TOPIC, "eve")
    claims.hold("01J00000000000000000000001", RETRY, "struct Schedule")
    return claims


STATES = {
    "Retry::fail": ("!", "in 2 records of practice", "recorded"),
    "enum Verdict": ("✓", "recorded: submitted", "recorded"),
    "enum Class": ("-", "skipped: an enum of [b]two[/b] names", "skipped"),
    "Class::of_status": ("•", "draft: bob", "draft"),
    "struct Schedule": ("@", "claimed: eve", "claimed"),
    "struct Policy": ("×", "excluded: the spec leaves out struct Policy", "excluded"),
    "enum Reason": (" ", "", "open"),
}
"""By item: the sign, what the header says, what the outline says."""


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_gutter_header_and_outline_tell_every_state(project: Project, size: tuple[int, int]) -> None:
    claims = lay_out(project)
    async with workstation(project).run_test(size=size) as pilot:
        await open_topic(pilot)
        for item, (mark, told, _) in STATES.items():
            pane = await at(pilot, item)
            assert (item, sign(pane)) == (item, mark)
            room = size[0] // 6  # a narrow pane cuts the reason, never the state
            assert told[: min(room, 12)] in header(pilot), item
            assert (pane.mark is None) is (not told)
            assert "\x1b" not in header(pilot)
        await press(pilot, "f4")
        for item, (_, _, state) in STATES.items():
            assert told_in_outline(pilot, item).split(" · ")[0] == state, item
        assert told_in_outline(pilot, "tests::policy").startswith("line "), "tests are not counted"
    claims.release()


async def test_an_item_of_which_only_lines_are_saved_is_partly_done(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        pane = await at(pilot, "Retry::fail")
        await press(pilot, "v", "down", "space", "f6")
        await type_text(pilot, USER)
        await press(pilot, "f6")
        await type_text(pilot, THINK)
        await press(pilot, "f2")
        assert sign(pane) == SIGNS["partly"]
        assert "partly: submitted" in header(pilot)


# Another process.


async def test_what_another_saves_skips_and_claims_is_seen_without_a_key(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await looked(pilot, "Retry::fail", " ")
        save(project, "Retry::fail")
        await looked(pilot, "Retry::fail", "✓")
        skip_item(project, "enum Reason", "dull")
        await looked(pilot, "enum Reason", "-")
        claims = Claims(project.datasets_dir, TOPIC, "eve")
        claims.hold("01J00000000000000000000001", RETRY, "enum Verdict")
        await looked(pilot, "enum Verdict", "@")
        claims.release()
        await looked(pilot, "enum Verdict", " ")


# Skipping.


async def ask(pilot: Pilot[Any], item: str) -> Input:
    """Press x on an item; gives the line in which the reason is typed."""
    await at(pilot, item)
    await press(pilot, "x")
    assert isinstance(pilot.app.screen, PromptLine)
    return pilot.app.screen.query_one(Input)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_skip_needs_a_reason_is_marked_and_taken_back_by_the_same_key(
    project: Project, size: tuple[int, int]
) -> None:
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_topic(pilot)
        await ask(pilot, "enum Reason")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, PromptLine), "an empty reason is none"
        await press(pilot, "space", "enter")
        assert isinstance(pilot.app.screen, PromptLine), "nor is a blank"
        assert skips(project) == []
        await type_text(pilot, "only names")
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, PromptLine)
        assert [one.reason for one in skips(project)] == ["only names"]
        pane = screen.query_one(SourcePane)
        assert sign(pane) == "-"
        assert "skipped:" in header(pilot)
        await press(pilot, "x")
        assert skips(project) == []
        assert sign(pane) == " "
        assert "is open again" in said(pilot)


async def test_a_reason_that_is_called_off_changes_nothing(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await ask(pilot, "enum Reason")
        await type_text(pilot, "no")
        await press(pilot, "escape")
        assert skips(project) == []


async def test_undo_takes_a_skip_back_and_redo_gives_it_again(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await ask(pilot, "enum Reason")
        await type_text(pilot, "dull")
        await press(pilot, "enter")
        pane = screen.query_one(SourcePane)
        assert sign(pane) == "-"
        await press(pilot, "f5", "z", "escape")
        assert skips(project) == []
        assert sign(pane) == " "
        await press(pilot, "f5", "Z", "escape")
        assert sign(pane) == "-"


async def test_an_impl_stands_for_all_in_it(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await ask(pilot, "impl Retry")
        await type_text(pilot, "dull")
        await press(pilot, "enter")
        pane = await at(pilot, "Retry::fail")
        assert sign(pane) == "-"
        await press(pilot, "x")
        assert "with the whole of impl Retry" in said(pilot)
        assert len(skips(project)) == 1
        await at(pilot, "impl Retry")
        await press(pilot, "x")
        assert skips(project) == []
        await at(pilot, "Retry::fail")
        assert sign(pane) == " "


async def test_in_a_trait_the_whole_trait_is_skipped(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await ask(pilot, "Classify::is_fatal")
        await type_text(pilot, "dull")
        await press(pilot, "enter")
        assert [one.item for one in skips(project)] == ["trait Classify"]
        await press(pilot, "x")
        assert skips(project) == []


async def test_what_is_never_offered_cannot_be_skipped_and_says_so_before_a_reason_is_typed(
    project: Project,
) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        for item in ("tests::policy", "use crate::{backoff::{Backoff, Entropy}, clock::Moment}"):
            await at(pilot, item)
            await press(pilot, "x")
            assert pilot.app.screen is screen
        assert "is test code" in said(pilot)
        assert "is a declaration" in said(pilot)


async def test_a_reason_that_is_too_long_stays_to_be_shortened(project: Project) -> None:
    async with workstation(project).run_test(size=(80, 24)) as pilot:
        await open_topic(pilot)
        line = await ask(pilot, "enum Reason")
        line.value = "世" * (REASON + 1)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, PromptLine)
        await press(pilot, "backspace", "enter")
        assert not isinstance(pilot.app.screen, PromptLine)
        assert [len(one.reason) for one in skips(project)] == [REASON]
        assert "skipped: " in header(pilot)


async def test_a_reason_that_cannot_be_stored_is_asked_again_with_what_was_typed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await ask(pilot, "enum Reason")
        await type_text(pilot, "dull")

        def full(*_: object) -> None:
            raise StoreError("the disk is full", "make room")

        with monkeypatch.context() as patch:
            patch.setattr("app.store.journal.store.JournalStore.append", full)
            await press(pilot, "enter")
        assert "the disk is full" in said(pilot)
        assert isinstance(pilot.app.screen, PromptLine)
        assert pilot.app.screen.query_one(Input).value == "dull"
        await press(pilot, "enter")
        assert [one.reason for one in skips(project)] == ["dull"]


# What is open next.


async def test_o_goes_through_what_is_open_by_importance(project: Project) -> None:
    save(project, "Retry::fail")
    skip_item(project, "Backoff::cap", "dull", BACKOFF)
    wanted = [(one.unit.path, one.unit.line) for one in other(project).coverage().to_do()]
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        pane = screen.query_one(SourcePane)
        visited: list[tuple[str, int]] = []
        for _ in range(6):
            await press(pilot, "o")
            await settle(pilot)
            visited.append((parts_of(screen).browsing.path, pane.cursor_line))
        first = wanted.index(visited[0])
        assert visited == [(wanted * 2)[first + step] for step in range(6)]


async def test_o_says_so_where_nothing_is_open(project: Project, tmp_path: Path) -> None:
    (tmp_path / "crate" / "src").mkdir(parents=True)
    (tmp_path / "crate" / "src" / "retry.rs").write_text("pub fn one() {}\n", "utf-8")
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(spec.read_text("utf-8").replace('"sample:webhook"', f'"{tmp_path / "crate"}"'), "utf-8")
    skip_item(project, "one", "dull")
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await press(pilot, "o")
        assert "No item is open any more." in said(pilot)


# Marks.


def test_marks_never_overlap_and_cover_what_is_not_open(project: Project) -> None:
    lay_out(project).release()
    desk = other(project)
    for file in desk.coverage().files.values():
        found = list(marks(file, "ada"))
        assert all(one.end <= two.start for one, two in itertools.pairwise(found))
        marked = {offset for mark in found for offset in range(mark.start, mark.end)}
        for one in file.items:
            unit = set(range(one.unit.start, one.unit.end))
            assert unit <= marked if one.state != "open" else not unit & marked


# Code that is in related files, and the order in which it is offered.


def of_related_files(project: Project) -> None:
    """The practice topic, as if its code had moved out of its sources."""
    spec = project.specs_dir / f"{TOPIC}.toml"
    text = spec.read_text("utf-8")
    old = 'sources = ["src/retry.rs", "src/backoff.rs", "src/worker.rs"]'
    assert old in text
    all_of_it = '"*256*", "const *", "compress", "hmac", "type Digest", "static ROUND"'
    new = f'sources = ["src/sha256.rs"]\nexclude_items = [{all_of_it}]'
    spec.write_text(text.replace(old, new), "utf-8")


async def test_a_topic_whose_sources_hold_nothing_opens_where_its_code_is(project: Project) -> None:
    of_related_files(project)
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await until(pilot, lambda: parts_of(screen).browsing.path != "src/sha256.rs")
        (first, *_) = other(project).coverage().to_do()
        assert (first.unit.path, first.unit.line) == (
            parts_of(screen).browsing.path,
            screen.query_one(SourcePane).cursor_line,
        )
        assert "The sources hold nothing of this topic" in said(pilot)


async def test_what_is_left_is_listed_with_its_reasons_and_one_goes_there(project: Project) -> None:
    left = other(project).coverage().to_do()
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "O")
        assert isinstance(pilot.app.screen, Finder)
        rows = "\n".join(screen_rows(pilot.app))
        assert "the most important first" in rows
        assert left[0].unit.item in rows and "holds" in rows
        await press(pilot, "down", "enter")
        assert parts_of(screen).browsing.path == left[1].unit.path
        assert screen.query_one(SourcePane).cursor_line == left[1].unit.line
        await press(pilot, "alt+shift+r", "O")
        assert "in the order of the files" in "\n".join(screen_rows(pilot.app))
        await press(pilot, "escape", "g", "o")
        following = other(project).coverage().next_open(left[1].unit.path, 0, order="file")
        assert following is not None and following.unit != left[0].unit
        assert parts_of(screen).browsing.path == following.unit.path
        assert screen.query_one(SourcePane).cursor_line == following.unit.line


async def test_o_says_how_many_are_open_and_why_it_is_this_ones_turn(project: Project) -> None:
    left = other(project).coverage().to_do()
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await press(pilot, "G", "o")
        assert f"1 of {len(left)} open: " in said(pilot)
        assert left[0].importance.reasons[0] in said(pilot)
