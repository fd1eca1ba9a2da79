"""The overview: what it shows at each size, where its figures lead, and what it keeps to itself in blind topics."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from app.progress.stats.board import WHOLE, Board, Gathering
from app.project.project import Project, init_project
from app.records.events import Review, Revision
from app.records.filters.language import parse
from app.settings.person import Settings
from app.workstation import app as application
from app.workstation.fence import FencedApp
from app.workstation.opening import ScreenRoutes
from app.workstation.overview.figure_list import FigureLine, FigureList
from app.workstation.overview.overview_screen import OverviewScreen
from app.workstation.overview.rows import SECTIONS, section
from app.workstation.queue.queue_screen import QueueScreen
from app.workstation.routes import Routes
from app.workstation.topics.topics_screen import TopicsScreen
from tests.store.events import review, revision
from tests.workstation.driver import TOPIC, press, settle, workstation
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.drawing import plain
from widgets.panels.chart import Chart

SIZES = ((80, 24), (120, 40), (160, 45))
HOSTILE = "[red]eve[/]\x1b[31m\u202e"


class Host(FencedApp[None]):
    """Shows one screen, laid out as in the workstation."""

    CSS_PATH = str(Path(application.__file__).parent / "app.tcss")

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._made = screen
        self.routes: Routes = ScreenRoutes(self, Path())

    def on_mount(self) -> None:
        self.push_screen(self._made)

    @property
    def said(self) -> str:
        """Every notification there was."""
        return "\n".join(note.message for note in self._notifications)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def samples(home: Path) -> Project:
    return init_project(home / "project", samples=True)[0]


def project_with(home: Path, *events: Revision | Review, blind: bool = False) -> Project:
    """A project with the practice topic only, which holds these events."""
    project = init_project(home / "project")[0]
    for path in project.specs_dir.glob("*.toml"):
        if path.stem != TOPIC:
            path.unlink()
    if blind:
        path = project.specs_dir / f"{TOPIC}.toml"
        path.write_text(path.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    project = Project(project.root)
    project.store.append(TOPIC, events)
    return project


def overview(project: Project, topic: str | None = TOPIC, by: str = "ada") -> OverviewScreen:
    return OverviewScreen(project, Settings(), by, topic)


def board_of(project: Project, by: str = "ada") -> Board:
    """All that is known in the end."""
    return list(Gathering(project, by).steps(lambda what, done, total: None))[-1]


def texts_on(screen: Screen[Any]) -> str:
    """Everything that is drawn."""
    strips = screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def lines_of(screen: Screen[Any]) -> list[FigureLine]:
    return list(screen.query_one("#lines", FigureList).lines)


def names(lines: list[FigureLine]) -> dict[str, str]:
    return {line.name: line.value for line in lines}


def run(screen: OverviewScreen, size: tuple[int, int]) -> Any:
    return Host(screen).run_test(size=size)


@pytest.mark.parametrize("size", SIZES)
async def test_the_samples_are_told_at_every_size(samples: Project, size: tuple[int, int]) -> None:
    screen = overview(samples)
    async with run(screen, size) as pilot:
        await settle(pilot)
        shown = texts_on(screen)
        for said in ("of 3-10, 1 missing", "submitted", "returned", "time to accept", "of 55 asked for"):
            assert said in shown
        assert ("background_task_runner" in shown) == (size[0] >= 100)
        assert ("⣿" in shown) == (size[0] >= 100)  # the plot


@pytest.mark.parametrize("size", SIZES)
async def test_every_section_is_reached_by_its_key(samples: Project, size: tuple[int, int]) -> None:
    screen = overview(samples)
    async with run(screen, size) as pilot:
        await settle(pilot)
        seen = [screen.query_one(PaneBar).active]
        for _ in SECTIONS[1:]:
            await press(pilot, "n")
            assert lines_of(screen)
            seen.append(screen.query_one(PaneBar).active)
        assert tuple(seen) == SECTIONS
        await press(pilot, "n", "left_square_bracket")
        assert screen.query_one(PaneBar).active == SECTIONS[-1]


async def test_on_a_narrow_screen_one_pane_is_seen_at_a_time(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (80, 24)) as pilot:
        await settle(pilot)
        seen: list[set[str]] = []
        for _ in range(3):
            await press(pilot, "tab")
            panes = screen.query("#topics, #lines, #plot")
            seen.append({str(pane.id) for pane in panes if pane.display and pane.region.area})
            assert screen.focused is not None and {screen.focused.id} == seen[-1]
        assert seen == [{"plot"}, {"topics"}, {"lines"}]


async def test_a_plot_is_a_table_by_one_key(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        chart = screen.query_one(Chart)
        assert chart.as_table and "submitted" in plain(chart.row_parts(0, 60))
        await press(pilot, "t")
        assert not chart.as_table and chart.has_focus


async def test_each_section_s_plots_are_gone_through(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        chart, titles = screen.query_one(Chart), set()
        for _ in range(4):
            titles.add(chart.plot.title)
            await press(pilot, "p")
        assert titles >= {"Work by week", "Work by day"}


async def test_the_topic_under_the_cursor_is_the_one_that_is_told(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        assert names(lines_of(screen))["records"] == "12"
        await press(pilot, "shift+tab", "up")
        assert names(lines_of(screen))["records"] == "0"
        await press(pilot, "home")
        assert "background_task_runner" in names(lines_of(screen))  # all topics, a row each


class Queue(Screen[None]):
    """Stands for the queue."""

    def __init__(
        self, project: Project, settings: Settings, by: str, topic: str | None, *, filter: str
    ) -> None:
        super().__init__()
        self.asked = (by, topic, filter)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("app.workstation.queue.queue_screen")
    module.QueueScreen = Queue  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.workstation.queue.queue_screen", module)


def marked(screen: OverviewScreen, name: str) -> None:
    """Put the cursor on a row."""
    rows = [line.name for line in lines_of(screen)]
    screen.query_one("#lines", FigureList).cursor = rows.index(name)


@pytest.mark.usefixtures("queue")
async def test_a_row_leads_to_the_records_behind_it(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        marked(screen, "returned")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Queue)
        assert pilot.app.screen.asked == ("ada", TOPIC, f"topic:{TOPIC} status:returned")


@pytest.mark.usefixtures("queue")
async def test_a_bar_of_a_plot_leads_to_its_records(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "right", "enter")
        assert isinstance(pilot.app.screen, Queue)
        assert pilot.app.screen.asked == ("ada", TOPIC, f"topic:{TOPIC} status:returned")


async def test_the_real_queue_takes_the_filter(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        marked(screen, "returned")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, QueueScreen)
        assert f"topic:{TOPIC} status:returned" in texts_on(pilot.app.screen)
        await press(pilot, "escape")
        assert screen.is_current


async def test_figures_of_all_topics_lead_to_the_queue_of_all(samples: Project) -> None:
    screen = overview(samples, None)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        marked(screen, "submitted")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, QueueScreen)
        assert "status:submitted" in texts_on(pilot.app.screen)
        assert "something went wrong" not in pilot.app.said.casefold()


async def test_what_leads_nowhere_says_so(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        marked(screen, "Items")
        await press(pilot, "enter")
        assert "no filter leads" in pilot.app.said
        assert pilot.app.screen is screen


def test_every_row_that_leads_somewhere_has_a_filter_that_can_be_read(samples: Project) -> None:
    board = board_of(samples)
    links = [
        line.link
        for name in SECTIONS
        for topic in board.topics
        for line in section(name, board, topic).lines
        if line.link is not None
    ]
    assert len(links) > 50
    assert [text for text in links if str(parse(text)) != text] == []


async def test_a_project_without_topics_says_what_to_do(home: Path) -> None:
    project = project_with(home)
    (project.specs_dir / f"{TOPIC}.toml").unlink()
    screen = overview(Project(project.root), None)
    async with run(screen, (80, 24)) as pilot:
        await settle(pilot)
        assert "There is no topic yet." in texts_on(screen)
        await press(pilot, "n", "p", "t", "enter", "tab", "r")
        assert pilot.app.screen is screen


async def test_a_topic_without_records_has_every_section(home: Path) -> None:
    screen = overview(project_with(home))
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        assert names(lines_of(screen))["records"] == "0"
        for _ in SECTIONS:
            await press(pilot, "n", "enter")
        assert "something went wrong" not in pilot.app.said.casefold()


@pytest.mark.parametrize("what", ["spec", "journal"])
async def test_a_broken_topic_hides_no_other(samples: Project, what: str) -> None:
    if what == "spec":
        (samples.specs_dir / "backoff_jitter.toml").write_text("title = [broken\n", "utf-8")
    else:
        (samples.datasets_dir / "backoff_jitter.jsonl").mkdir()
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        assert names(lines_of(screen))["records"] == "12"
        topics = screen.query_one("#topics", FigureList)
        await press(pilot, "shift+tab", "end")
        assert topics.chosen is not None and topics.chosen.name == "backoff_jitter"
        assert "cannot be used" in lines_of(screen)[0].name
        await press(pilot, "r")
        assert "something went wrong" not in pilot.app.said.casefold()


@pytest.mark.usefixtures("queue")
async def test_untrusted_names_are_drawn_and_never_interpreted(home: Path) -> None:
    first = revision(1, by=HOSTILE)
    project = project_with(home, first, review(first, "return", 9, by=f"{HOSTILE}2"))
    screen = overview(project)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "n", "down")
        shown = texts_on(screen)
        assert "[red]eve[/]" in shown
        assert not {"\x1b", "\u202e"} & set(shown)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Queue)
        (term,) = [one for one in parse(pilot.app.screen.asked[2]).terms() if one.field == "author"]
        assert term.values == (HOSTILE.strip(),)


async def test_the_journal_s_news_is_told_without_moving_the_mark(home: Path) -> None:
    project = project_with(home, revision(1))
    screen = overview(project)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        marked(screen, "rejected")
        project.store.append(TOPIC, [revision(2, second=5)])
        screen.journal_changed()
        await settle(pilot)
        assert names(lines_of(screen))["submitted"] == "2"
        chosen = screen.query_one("#lines", FigureList).chosen
        assert chosen is not None and chosen.name == "rejected"
        for _ in range(4):
            await press(pilot, "n")
        assert any("earlier state" in line.name for line in lines_of(screen))
        await press(pilot, "r")
        assert not any("earlier state" in line.name for line in lines_of(screen))


async def test_leaving_while_figures_are_gathered_stops_it(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.screen is not screen
        assert not screen.workers or all(not worker.is_running for worker in pilot.app.workers)


async def test_the_overview_opens_from_the_list_of_topics(samples: Project) -> None:
    app = workstation(samples)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, TopicsScreen)
        app.screen.highlight(TOPIC)
        await press(pilot, "i")
        screen = app.screen
        assert isinstance(screen, OverviewScreen)
        assert "Practice" in screen.query_one("#status", StatusLine).left
        await press(pilot, "escape")
        assert isinstance(app.screen, TopicsScreen)


# -- blind topics


def everything(board: Board) -> str:
    """All that the overview says of all topics."""
    rows = [
        "|".join((name, line.name, line.value, str(line.share), line.note, str(line.link)))
        for name in SECTIONS
        for topic in board.topics
        for line in section(name, board, topic).lines
    ]
    rows += [
        repr((graph.title, graph.labels, graph.series))
        for topic in board.topics
        for name in SECTIONS
        for graph in section(name, board, topic).graphs
    ]
    return "\n".join(rows)


def verdicts() -> tuple[list[Revision | Review], list[Revision | Review]]:
    """The same journal without another's verdicts, and with them."""
    one, other, own = revision(1), revision(2, second=1), revision(3, second=2, by="cleo")
    texts: list[Revision | Review] = [one, other, own]
    given: list[Revision | Review] = [review(one, "reject", 20, "bob"), review(other, "return", 21, "bob")]
    return texts, [*texts, *given]


def fixed(project: Project, by: str) -> Board:
    from datetime import UTC, datetime

    now: Callable[[], datetime] = lambda: datetime(2026, 3, 1, tzinfo=UTC)  # noqa: E731
    return list(Gathering(project, by, now).steps(lambda what, done, total: None))[-1]


def test_blind_what_another_said_changes_no_figure_of_mine(home: Path) -> None:
    without, with_ = verdicts()
    before = everything(fixed(project_with(home / "a", *without, blind=True), "cleo"))
    after = everything(fixed(project_with(home / "b", *with_, blind=True), "cleo"))
    assert before == after
    assert "count what you may see" in after and "bob" not in after


def test_without_blind_mode_the_same_verdicts_are_told(home: Path) -> None:
    _, with_ = verdicts()
    told = everything(fixed(project_with(home, *with_), "cleo"))
    assert "bob" in told and "what you may see" not in told


def test_blind_one_s_own_verdict_opens_the_others(home: Path) -> None:
    _, with_ = verdicts()
    first = with_[0]
    assert isinstance(first, Revision)
    board = fixed(project_with(home, *with_, review(first, "accept", 30, "cleo"), blind=True), "cleo")
    counts = board.judged(TOPIC)
    assert counts is not None and (counts.ratings, counts.shared, counts.alike) == (2, 1, 0)


def test_all_topics_together_are_the_sum_of_those_trained_on(samples: Project) -> None:
    board = board_of(samples)
    real = [one for name, one in board.topics.items() if name != WHOLE and not one.practice]
    whole = board.topics[WHOLE]
    assert whole.ledger.records == sum(one.ledger.records for one in real) == 0
    assert whole.ledger.target.minimum == sum(one.ledger.target.minimum for one in real) == 60


@pytest.mark.usefixtures("queue")
async def test_clicks_do_what_keys_do(samples: Project) -> None:
    screen = overview(samples)
    async with run(screen, (120, 40)) as pilot:
        await settle(pilot)
        await click_on(pilot, screen, "People")
        assert screen.query_one(PaneBar).active == "People"
        await pilot.click("#lines", offset=(2, 1), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, Queue)
        assert pilot.app.screen.asked[2].startswith(f"topic:{TOPIC} author:")


async def click_on(pilot: Pilot[Any], screen: Screen[Any], name: str) -> None:
    bar = screen.query_one(PaneBar)
    target = next(child for child in bar.children if getattr(child, "pane", "") == name)
    await pilot.click(target)
    await settle(pilot)
