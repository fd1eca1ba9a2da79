"""Opens the screens: the one place that knows all of them. Each is imported when it is first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from app.errors import BackspanError
from app.workstation.routes import ReviewWish, Then, Workplace
from app.workstation.screen import run_job
from widgets.dialogs.questions import Notice

if TYPE_CHECKING:
    from app.workstation.overview.overview_screen import OverviewScreen
    from app.workstation.queue.queue_screen import QueueScreen
    from app.workstation.records.records_screen import RecordsScreen
    from app.workstation.review.review_screen import ReviewScreen


def _nothing(_: object) -> None:
    """What most who open a screen do once it is left."""


class ScreenRoutes:
    """The routes of an app on one project."""

    def __init__(self, app: App[Any], root: Path) -> None:
        """`root`: the project's folder."""
        self._app = app
        self._root = root

    def open_topic(self, at: Workplace, topic: str, record: str | None = None, then: Then = _nothing) -> None:
        from app.workstation.annotate.annotate_screen import AnnotateScreen

        self._app.push_screen(AnnotateScreen(at.project, topic, at.settings, at.by, record), then)

    def open_records(self, at: Workplace, topic: str, then: Then = _nothing) -> None:
        def refused(error: BackspanError) -> None:
            self._app.push_screen(Notice(f"{topic} cannot be opened", str(error)))

        run_job(
            self._app,
            "errand",
            lambda _: _records(at, topic),
            lambda screen: self._app.push_screen(screen, then),
            refused,
        )

    def open_review(self, at: Workplace, wish: ReviewWish, then: Then = _nothing) -> None:
        # In a thread: the screen is slow to import.
        run_job(
            self._app,
            "open",
            lambda _: _review(at, wish),
            lambda screen: self._app.push_screen(screen, then),
            self._refused,
        )

    def open_queue(self, topic: str | None, filter: str | None = None, at: Workplace | None = None) -> None:
        if at is not None:  # whoever knows the workplace has fetched the queue
            self._app.push_screen(_queue(at, topic, filter))
            return
        run_job(
            self._app,
            "queue",
            lambda _: _queue(self._workplace(), topic, filter),
            self._app.push_screen,
            self._refused,
        )

    def open_overview(self, topic: str | None) -> None:
        run_job(
            self._app,
            "overview",
            lambda _: _overview(self._workplace(), topic),
            self._app.push_screen,
            self._refused,
        )

    def fetch_queue(self) -> None:
        import app.workstation.queue.queue_screen  # noqa: F401

    def _workplace(self) -> Workplace:
        """As it is now. Worker threads only: it reads the settings and asks git."""
        from app.project.annotator import annotator
        from app.project.project import Project
        from app.settings import person

        settings = person.read(person.settings_path())[0]
        return Workplace(Project(self._root), settings, annotator(self._root, settings))

    def _refused(self, error: BackspanError) -> None:
        self._app.notify(str(error), severity="error", markup=False, timeout=15)


# -- the screens, made in threads


def _records(at: Workplace, topic: str) -> RecordsScreen:
    from app.annotate.composer import Composer
    from app.annotate.session import AnnotateSession
    from app.project.topic_files import TopicFiles
    from app.review.acts.verdicts import Judge
    from app.workstation.records.records_screen import RecordsScreen

    files = TopicFiles(at.project, topic)
    judge = Judge.of(at.project, topic, files.spec, at.by)
    return RecordsScreen(AnnotateSession(Composer(files), judge.signer), judge)


def _review(at: Workplace, wish: ReviewWish) -> ReviewScreen:
    from app.workstation.review.review_screen import ReviewScreen

    return ReviewScreen(
        at.project,
        wish.topic,
        at.settings,
        at.by,
        wish.plan,
        only=wish.only,
        filtered=wish.filtered,
        section=wish.section,
        record=wish.record,
    )


def _queue(at: Workplace, topic: str | None, filter: str | None) -> QueueScreen:
    """With what a filter leaves, or where a pass over the topic was left."""
    from app.review import left_off
    from app.workstation.queue.queue_screen import QueueScreen

    if filter is not None or topic is None:
        return QueueScreen(*at, topic, filter=filter or "")
    return QueueScreen(*at, topic, left=left_off(at.project, topic))


def _overview(at: Workplace, topic: str | None) -> OverviewScreen:
    from app.workstation.overview.overview_screen import OverviewScreen

    return OverviewScreen(*at, topic)
