"""Topics walked to their end through the real screens, with stand-in texts: all code there is gets a record.

The stand-ins are never kept: what is tried is that the topic leads to every item that is left, and says when none is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from app.progress.coverage.states import TopicCoverage
from app.project.bundled import specs_dir
from app.project.project import Project, init_project
from app.repository.sources import map_source
from app.workstation.annotate.annotate_screen import AnnotateScreen
from tests.desk import Desk
from tests.workstation.driver import answer, open_topic, parts_of, press, settle, type_text, workstation
from widgets.dialogs.choose import Choose

pytestmark = pytest.mark.long
SVIX = ("task_processing", "background_task_runner", "retry_state_machine", "backoff_jitter")
URL = "https://github.com/svix/svix-webhooks"
MOST = 120
"""Records after which a walk that does not end is given up."""


def corpus() -> Path | None:
    """The clone of svix-webhooks in the folder that BACKSPAN_CORPUS names."""
    root = Path(os.environ.get("BACKSPAN_CORPUS") or "/nowhere")
    found = [path for path in (root / "svix-webhooks", root / "svix-webhooks" / "repo") if path.exists()]
    return found[-1] if found else None


needs_svix = pytest.mark.skipif(
    corpus() is None, reason="BACKSPAN_CORPUS names no folder with svix-webhooks in it"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("BACKSPAN_HOME", str(home))
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text('name = "ada"\n')
    return init_project(tmp_path / "project")[0]


async def paste(pilot: Pilot[Any], text: str) -> None:
    """Put a text into what has the keys."""
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


async def record(pilot: Pilot[Any], number: int, first: tuple[str, int], crates: tuple[str, ...]) -> None:
    """A record of the item that is offered first, which is at this path and line."""
    here = parts_of(pilot.app.screen).browsing.here
    if number or (here.file, here.line) != first:  # a topic may open on what it offers first
        await press(pilot, "f9")
    await press(pilot, "space", "f6")
    await paste(
        pilot, f"Stand-in request {number:03}: this text only holds a place, and no line of it is kept."
    )
    await press(pilot, "f6")
    await paste(
        pilot, f"Stand-in reasoning {number:03}, with {' and '.join(crates) or 'no crate'}: a place holder."
    )
    await press(pilot, "f2")
    if isinstance(pilot.app.screen, Choose):
        await answer(pilot, "1")
    await settle(pilot)


def counted(project: Project, topic: str) -> TopicCoverage:
    """What is known of the topic by what is on disk."""
    return Desk(project, topic, "bob").coverage()


async def walked(project: Project, topic: str) -> int:
    """Record what is offered until nothing is open; gives how many records that takes."""
    spec = project.spec(topic)
    async with workstation(project).run_test(size=(120, 36)) as pilot:
        screen = await open_topic(pilot, topic)
        records, left = 0, len(counted(project, topic).to_do())
        assert left
        while left and records < MOST:
            first = counted(project, topic).to_do()[0].unit
            await record(pilot, records, (first.path, first.line), spec.crates)
            records += 1
            found = counted(project, topic)
            done = {(one.unit.path, one.unit.item) for one in found.items if one.state == "recorded"}
            assert (first.path, first.item) in done, f"{first.item} was offered, and is not recorded"
            assert len(found.to_do()) < left
            left = len(found.to_do())
        assert isinstance(screen, AnnotateScreen)
        assert counted(project, topic).complete
        await press(pilot, "o")
        assert any("All code there is" in note.message for note in pilot.app._notifications)
        await press(pilot, "alt+t")
        if records < spec.target.min:
            await press(pilot, "f")
            await type_text(pilot, "there is no more")
            await press(pilot, "enter")
            closing = Desk(project, topic, "bob").judge.ledger().skips.closing
            assert closing is not None and closing.records == records
    return records


async def test_the_practice_topic_is_walked_to_its_end(project: Project) -> None:
    """With fewer files than it has, for each record takes a second or two."""
    path = project.specs_dir / "practice.toml"
    text = path.read_text("utf-8")
    less = text.replace(
        'sources = ["src/retry.rs", "src/backoff.rs", "src/worker.rs"]', 'sources = ["src/backoff.rs"]'
    )
    assert less != text
    path.write_text(less.replace('related = ["src/*.rs"]', 'related = ["src/retry.rs"]'), "utf-8")
    assert await walked(project, "practice") >= 15


@needs_svix
@pytest.mark.parametrize("topic", SVIX)
async def test_the_first_topics_are_walked_to_their_end(project: Project, topic: str) -> None:
    clone = corpus()
    assert clone is not None
    map_source(URL, clone)
    for name in SVIX:
        text = (Path(specs_dir()) / f"{name}.toml").read_text("utf-8")
        (project.specs_dir / f"{name}.toml").write_text(text, "utf-8")
    records = await walked(project, topic)
    print(f"{topic}: {records} records reach all the code there is")
