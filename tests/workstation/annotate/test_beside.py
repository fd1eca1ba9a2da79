"""A commit kept beside the editors: in sight at every size, plain text, in no editor."""

from __future__ import annotations

import pytest

from app.project.project import Project
from tests.workstation.driver import SIZES, open_topic, parts_of, press, settle, workstation
from widgets.panels.commits import CommitRow
from widgets.panels.guide import Guide
from widgets.prose.editor import ProseEditor

KEPT = CommitRow(
    id="0123456789abcdef",
    day="2024-05-06",
    author="Eve [red]",
    subject="Wait [bold]longer",
    body="Because \x1b[2J of herds.",
    difference="-a\n+b",
    number=7,
)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_kept_commit_stands_beside_the_editors(project: Project, size: tuple[int, int]) -> None:
    async with workstation(project).run_test(size=size) as pilot:
        screen = await open_topic(pilot)
        parts_of(screen).navigation.keep_beside(KEPT)
        await settle(pilot)
        guide = screen.query_one(Guide)
        shown = str(guide._evidence.render())
        assert "0123456789 · 2024-05-06 · Eve [red] · #7" in shown
        assert "Wait [bold]longer" in shown
        assert "\x1b" not in shown
        if size[0] < 100:
            await press(pilot, "f10")
        assert guide._evidence.region.height > 0
        assert guide.region.width > 0
        assert [screen.query_one(f"#{name}", ProseEditor).text for name in ("user", "think")] == ["", ""]


async def test_nothing_kept_changes_nothing(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        parts_of(screen).navigation.keep_beside(None)
        await settle(pilot)
        assert not screen.query_one(Guide)._evidence.display
