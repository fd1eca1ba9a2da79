"""Keeps the list of topics true: what each holds, found out anew when a journal changes, and how far its items are."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from app.errors import BackspanError
from app.workstation.roles import OpenTopic, tell_readers
from app.workstation.screen import run_job
from app.workstation.topics.topics_screen import TopicFacts, TopicProgress, TopicsScreen

if TYPE_CHECKING:
    from app.project.project import Project
    from app.workstation.topics.facts import ItemCounter

WATCH = 1.5
"""Seconds between two looks at the journals while no topic is open."""


class TopicNews:
    """Opens the project, then tells every list of topics what is new. The first paint needs none of it."""

    def __init__(
        self,
        app: App[Any],
        root: Path,
        annotator: Callable[[], str],
        opened: Callable[[Project], object],
    ) -> None:
        """`annotator` says who works, for a thread: it may ask git; `opened` is called once the project is open."""
        self.project: Project | None = None
        """None until it is opened."""
        self._app = app
        self._root = root
        self._annotator = annotator
        self._opened = opened
        self._settled = False
        """Whether what was imported and read at first is out of the collector's sight."""
        self._stamps: dict[str, tuple[int, ...]] = {}
        """The journals' states when the topics were last looked at."""
        self._counter: ItemCounter | None = None
        self._counting = threading.Lock()
        self._to_count = False
        """Whether the items of some topic are to be counted, or counted anew."""

    # -- what is known of each topic

    def learn(self) -> None:
        """Import what is heavy, open the project, then look at every topic."""
        run_job(self._app, "learn", lambda _: self._learn(), self._show_facts, self._unread)

    def learn_again(self) -> None:
        """A topic was left: what it held is no longer needed."""
        self._settled = False
        self.learn()

    def person_changed(self) -> None:
        """Somebody else signs from now on: what was worked out for the one before is not theirs."""
        self._counter = None
        self.learn_again()

    def _learn(self) -> list[TopicFacts]:
        from app.project.project import Project

        project = Project(self._root)
        by = self._annotator()
        if self.project is None:
            self._app.call_from_thread(self._project_ready, project)
        from app.workstation.topics.facts import topic_facts

        self._stamps = _stamps(project)  # before they are read: what comes after is seen at the next look
        facts = topic_facts(project, by)
        if not self._settled:
            self._settled = True
            # What is imported by now stays: without this each full collection would walk all of it, 20 ms at a time.
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        return facts

    def _project_ready(self, project: Project) -> None:
        self.project = project
        self._app.set_interval(WATCH, self._look)
        self._opened(project)

    def _show_facts(self, facts: list[TopicFacts]) -> None:
        for screen in self._lists():
            screen.set_signer(self._annotator())
            screen.set_facts(facts)
        self._to_count = True
        self.count()

    def _unread(self, error: BackspanError) -> None:
        self._app.notify(str(error), severity="error", markup=False, timeout=15)

    def _lists(self) -> Iterator[TopicsScreen]:
        return (screen for screen in self._app.screen_stack if isinstance(screen, TopicsScreen))

    # -- looking at the journals

    def _look(self) -> None:
        """Whether a journal changed on disk while no topic is open: an open one looks for itself, and closer."""
        project = self.project
        if project is None or any(isinstance(screen, OpenTopic) for screen in self._app.screen_stack):
            return
        run_job(self._app, "watch", lambda _: _stamps(project), self._compare, self._unread)

    def _compare(self, stamps: dict[str, tuple[int, ...]]) -> None:
        if stamps != self._stamps:
            tell_readers(self._app)
            self.learn()

    # -- counting items: only while the list is what the person sees, for reading all sources takes a while

    def count(self) -> None:
        """Count what is to be counted, if the list is seen."""
        screen = self._app.screen
        if self._to_count and isinstance(screen, TopicsScreen):
            first = screen.topic
            run_job(self._app, "count", lambda stop: self._count(first, stop), self._counted, self._unread)

    def count_later(self) -> None:
        """The list is not seen any more."""
        self._app.workers.cancel_group(self._app, "count")

    def _count(self, first: str | None, cancelled: Callable[[], bool]) -> None:
        from app.workstation.topics.facts import ItemCounter

        with self._counting:  # one that was cancelled may still be at its last file
            assert self.project is not None
            self._counter = self._counter or ItemCounter(self.project, self._annotator())
            for progress in self._counter.count(first, cancelled):
                if not cancelled():
                    self._app.call_from_thread(self._show_progress, progress)

    def _show_progress(self, progress: TopicProgress) -> None:
        for screen in self._lists():
            screen.set_progress(progress)

    def _counted(self, _: None) -> None:
        self._to_count = False


def _stamps(project: Project) -> dict[str, tuple[int, ...]]:
    try:
        return {topic: project.store.stamp(topic) for topic in project.store.topics()}
    except BackspanError:
        return {}  # the list of topics says why
