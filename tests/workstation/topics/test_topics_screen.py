"""The list of topics: how many items of each are done, counted after the list is there, and only while it is seen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from app.progress.coverage.states import TopicCoverage
from app.progress.coverage.tracker import CoverageTracker
from app.project.project import Project
from app.review.acts.skips import skip
from app.rust.items import find_item
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.topics.facts import ItemCounter, counts_text, progress_of
from app.workstation.topics.topics_screen import TopicsScreen
from tests.desk import Desk
from tests.gitfixtures import commit, make_repo
from tests.workstation.driver import TOPIC, press, save_a_record, settle, type_text, workstation
from tests.workstation.host import until
from widgets.dialogs.questions import PromptLine

BACKOFF = "src/backoff.rs"


def listed(pilot: Pilot[Any]) -> str:
    """What the list says of all topics."""
    choices = pilot.app.screen.query_one(OptionList)
    return "\n".join(str(choices.get_option_at_index(at).prompt) for at in range(choices.option_count))


def details(pilot: Pilot[Any]) -> str:
    """What stands beside the list."""
    return str(pilot.app.screen.query_one("#facts", Static).render())


def desk_of(project: Project, by: str = "bob") -> Desk:
    """Another person at work on the practice topic."""
    return Desk(Project(project.root), TOPIC, by)


def skip_item(project: Project, item: str, why: str = "trivial") -> None:
    """Another person leaves an item of `src/backoff.rs` out."""
    desk = desk_of(project)
    items = desk.files.parsed(BACKOFF).items
    skip(desk.judge.signer, desk.tally.place(BACKOFF, items.index(find_item(items, item))), why)


def open_items(text: str) -> int:
    """How many items are said to be open."""
    found = re.search(r"of (\d+) items done, .*?(\d+) open", text)
    assert found is not None, text
    return int(found[2])


async def test_each_topic_whose_code_is_here_tells_how_many_items_are_done(project: Project) -> None:
    skip_item(project, "Backoff::cap")
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        found = desk_of(project).coverage()
        assert counts_text(found.counts) in listed(pilot)
        assert "0 of" in listed(pilot)
        assert "1 skipped" in listed(pilot)
        assert listed(pilot).count("items done") == 1, "the other topics' repositories are not here"
        assert pilot.app.screen.query_one(OptionList).highlighted is not None
        for path, file in found.files.items():
            if file.related and not file.items:
                assert path not in details(pilot), "nothing of the topic is in it"
                continue
            assert path in details(pilot)
            assert counts_text(file.counts) in details(pilot)


async def test_a_saved_record_and_what_others_do_are_counted(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        before = open_items(listed(pilot))
        await save_a_record(pilot)
        await press(pilot, "alt+t")
        assert open_items(listed(pilot)) == before - 1
        assert "1 of" in listed(pilot)
        skip_item(project, "Backoff::cap")
        for _ in range(5):  # the next look at the journals, later on a busy machine
            if "1 skipped" in listed(pilot):
                break
            await pilot.pause(1.6)
            await settle(pilot)
        assert open_items(listed(pilot)) == before - 2


class Held:
    """Holds each counting up until it is let go, and tells how often one began and was called off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.began = 0
        self.called_off = 0
        self.go = threading.Event()
        refresh = CoverageTracker.refresh

        def held(tally: CoverageTracker, *args: Any, **named: Any) -> TopicCoverage:
            cancelled: Callable[[], bool] = named["cancelled"]
            self.began += 1
            while not self.go.wait(0.01):
                if cancelled():
                    self.called_off += 1
                    break
            return refresh(tally, *args, **named)

        monkeypatch.setattr(CoverageTracker, "refresh", held)


async def test_the_list_and_its_facts_do_not_wait_for_the_counting(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: held.began == 1)
        assert "no records yet" in listed(pilot)
        assert "counting items" in listed(pilot)
        held.go.set()
        await until(pilot, lambda: "items done" in listed(pilot))
        assert "counting items" not in listed(pilot)


@pytest.mark.parametrize("key", ["enter", "r", "f1"])
async def test_leaving_the_list_calls_the_counting_off_and_coming_back_takes_it_up(
    project: Project, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    held = Held(monkeypatch)
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: held.began == 1)
        await pilot.press(key)
        await until(pilot, lambda: held.called_off >= 1)
        await until(pilot, lambda: not isinstance(pilot.app.screen, TopicsScreen))
        held.go.set()
        await settle(pilot)
        if key == "enter":
            assert isinstance(pilot.app.screen, AnnotateScreen)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, TopicsScreen))
        await until(pilot, lambda: "items done" in listed(pilot))


def test_what_is_counted_is_kept_as_long_as_spec_and_commit_are_the_same(
    project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "hooks"
    make_repo(root, {BACKOFF: b"pub fn one() {}\n"})
    spec = (project.specs_dir / f"{TOPIC}.toml").read_text("utf-8")
    text = spec.replace('"sample:webhook"', f'"{root}"').replace("practice = true", "practice = false")
    (project.specs_dir / f"{TOPIC}.toml").write_text(text, "utf-8")
    counter = ItemCounter(project, "ada")

    def counted() -> list[str]:
        return [told.counts for told in counter.count(None, lambda: False)]

    assert counted() == ["0 of 1 item done, 1 open"]
    kept = counter._known[TOPIC]
    assert counted() == ["0 of 1 item done, 1 open"]
    assert counter._known[TOPIC] is kept
    commit(root, {BACKOFF: b"pub fn one() {}\n\npub fn two() {}\n"})
    assert counted() == ["0 of 2 items done, 2 open"]


def test_one_topic_that_cannot_be_read_does_not_stop_the_others(project: Project) -> None:
    spec = (project.specs_dir / f"{TOPIC}.toml").read_text("utf-8")
    (project.specs_dir / "away.toml").write_text(
        spec.replace('"sample:webhook"', f'"{project.datasets_dir}"').replace("practice.jsonl", "away.jsonl"),
        "utf-8",
    )
    told = {progress.topic: progress for progress in ItemCounter(project, "ada").count("away", lambda: False)}
    assert list(told) == ["away", TOPIC]
    assert "no file of the repository" in told["away"].details
    assert "items done" in told[TOPIC].counts


def test_what_several_records_use_and_what_is_gone_is_told(project: Project) -> None:
    desk = desk_of(project)
    items = desk.files.parsed(BACKOFF).items
    at = items.index(find_item(items, "Backoff::cap"))
    for _ in range(2):
        desk.begin()
        draft = desk.draft.write("user", "Cap it.").write("think", "With tokio and tracing.")
        draft = draft.pick(desk.composer.piece(BACKOFF, items[at].start, items[at].end, at), "toggle")
        desk.append(desk.composer.revision(draft, desk.composer.compose(draft)))
    progress = progress_of(desk.tally.refresh())
    assert "1 of" in progress.counts
    assert progress.counts.endswith("1 item in several records")
    assert BACKOFF in progress.details


async def test_f_says_that_all_code_there_is_is_recorded_and_takes_it_back(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f")
        assert isinstance(pilot.app.screen, PromptLine)
        await press(pilot, "enter")
        assert "say why" in str(pilot.app.screen.query_one("#wrong", Static).content)
        await type_text(pilot, "it is small")
        await press(pilot, "enter")
        await settle(pilot)
        closing = desk_of(project).judge.ledger().skips.closing
        assert closing is not None and closing.reason == "it is small"
        await until(pilot, lambda: "all code there is" in listed(pilot))
        assert f"says {closing.by}: it is small" in details(pilot)
        await press(pilot, "f", "n")
        assert desk_of(project).judge.ledger().skips.closing is not None
        await press(pilot, "f", "y")
        await until(pilot, lambda: "all code there is" not in listed(pilot))
        assert desk_of(project).judge.ledger().skips.closing is None
