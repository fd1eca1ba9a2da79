"""What screens are made of, and how they are drawn, whatever others said."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.project.project import Project
from app.project.topics.viewer import viewer_of
from app.records.events import Effort, Revision
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from app.records.history.viewpoint import Viewer
from app.review.feedback import waiting
from app.store.follower import Follower
from app.workstation import app as workstation
from app.workstation.annotate import navigation
from app.workstation.app import Workstation
from app.workstation.records.records_screen import RecordRows
from app.workstation.topics.facts import ItemCounter, topic_facts
from tests.acting import Acting
from tests.blind.world import BLIND, FIRST, ME, SECOND, World, second_texts, texts, worlds
from tests.desk import Desk
from tests.memory import give
from tests.store.events import comment, record_id, revision
from tests.widgets.drawn import screen_rows
from tests.workstation.driver import press, settle

# -- what the screens are made of


def both(world: World, look: Callable[[Project], object]) -> tuple[object, object]:
    """What the same look finds in either project."""
    return look(world.quiet), look(world.loud)


def list_of_topics(project: Project) -> object:
    return topic_facts(project, ME)


def counted_items(project: Project) -> object:
    """What the list of topics tells of each topic's items."""
    return list(ItemCounter(project, ME).count(None, lambda: False))


def list_of_records(project: Project) -> object:
    follower = Follower(project.store, FIRST)
    follower.refresh()
    return list(RecordRows(follower.ledger, (), viewer_of(project.spec(FIRST), ME)))


def covered_code(project: Project) -> object:
    """The marks beside the source, and what is open next."""
    return Desk(project, FIRST, ME).coverage()


def checks_while_writing(project: Project) -> object:
    """What the checks say of a text that is in the project already."""
    composer = Desk(project, FIRST, ME).composer
    try:
        composer.live.refresh()
        said = next(event for event in second_texts(texts()) if isinstance(event, Revision))
        return composer.live.judge(record_id(99), said.user, said.think, said.block, Effort(), {})
    finally:
        composer.live.close()


LOOKS = [list_of_topics, counted_items, list_of_records, covered_code, checks_while_writing]


@pytest.mark.parametrize("look", LOOKS)
def test_a_screen_is_made_of_the_same_whatever_others_said(
    world: World, look: Callable[[Project], object]
) -> None:
    quiet, loud = both(world, look)
    assert normal(loud, world) == normal(quiet, world)


@pytest.mark.parametrize("look", LOOKS)
def test_where_nobody_is_blind_the_same_look_tells_of_others(
    open_world: World, look: Callable[[Project], object]
) -> None:
    quiet, loud = both(open_world, look)
    assert normal(loud, open_world) != normal(quiet, open_world)


def normal(found: object, world: World) -> str:
    """What was found, whichever project it was found in."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(found)).replace(str(world.loud.root), str(world.quiet.root))


def test_my_own_verdict_tells_the_checks_that_write_beside_me_what_others_rejected(
    home: Path, tmp_path: Path
) -> None:
    project = worlds(tmp_path, topics=(SECOND,)).quiet
    text, *_ = (event for event in second_texts(texts()) if isinstance(event, Revision))
    mine, his = (Acting(project, SECOND, 1, by) for by in (ME, "dov"))
    live = Desk(project, SECOND, ME).composer.live

    def twice() -> bool:
        """Whether the text is said to be in another record."""
        live.refresh()
        found = live.judge(record_id(99), text.user, text.think, text.block, Effort(), {})
        return any(text.record in finding.message for finding in found)

    assert twice()
    give(his, text.record, "reject", "too long")
    assert twice()
    give(mine, text.record, "return", "wrong")
    assert not twice()
    give(mine, text.record, "clear")
    assert twice()
    live.close()


def test_the_notice_at_start_up_knows_no_comment_that_is_hidden() -> None:
    hers = revision(1)
    his = revision(1, 10, (hers,), by="dov", user="Write a rest.")
    quiet: list[Event] = [hers, his, comment(his, "fine", 20, "ada", 9002)]
    loud: list[Event] = [*quiet, comment(his, "why?", 30, "bob")]
    blind, seeing = Viewer("ada", blind=True), Viewer("ada")
    assert waiting(Ledger(loud), seeing) != waiting(Ledger(quiet), seeing)
    assert waiting(Ledger(loud), blind) == waiting(Ledger(quiet), blind)


# -- the screens themselves

WALK = (
    *("v", "shift+tab"),  # the queue, all of it
    *("enter", "4", "h", "escape", "q", "escape"),  # a pass over it
    *("r", "h", "escape", "escape"),  # the list of records
    *("i", *("right_square_bracket",) * 5, "escape"),  # the overview, each of its sections
    *("enter", "o", "o", "f4", "escape", "escape"),  # marks beside the source, and what is open
)
"""Keys from the list of topics to every screen that shows records, and back."""


class Heard(Workstation):
    """Keeps what is said in passing."""

    CSS_PATH = str(Path(workstation.__file__).with_name("app.tcss"))

    def __init__(self, project: Project) -> None:
        super().__init__(project.root)
        self.heard: list[str] = []

    def notify(self, message: str, **how: Any) -> None:
        self.heard.append(message)


@pytest.fixture
def without_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far the index is tells of the machine, and of nothing else."""
    monkeypatch.setattr(navigation, "INDEX_AFTER", 3600.0)


async def walked(project: Project, *keys: str) -> list[list[str]]:
    """What is drawn and said after each key."""
    drawn = []
    app = Heard(project)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for key in keys:
            await press(pilot, key)
            drawn.append([f"{key} {type(app.screen).__name__}", *app.heard, *screen_rows(app)])
            app.heard.clear()
    return drawn


@pytest.mark.usefixtures("without_index")
@pytest.mark.long
@pytest.mark.parametrize("rules", [BLIND, ""], ids=["blind", "seeing"])
async def test_screens_are_drawn_the_same_to_the_blind_alone(home: Path, tmp_path: Path, rules: str) -> None:
    made_for = worlds(tmp_path, rules, topics=(FIRST,))
    quiet, loud = [await walked(project, *WALK) for project in (made_for.quiet, made_for.loud)]
    told = [[row.replace("noisy", "quiet") for row in rows] for rows in loud]
    differ = {rows[0].split()[1] for rows, other in zip(quiet, told, strict=True) if rows != other}
    seen = {"QueueScreen", "ReviewScreen", "HistoryScreen", "RecordsScreen", "TopicsScreen", "OverviewScreen"}
    seen |= {"AnnotateScreen", "Finder"}
    assert {rows[0].split()[1] for rows in quiet} == seen
    assert differ == (set() if rules else seen)
