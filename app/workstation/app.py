"""The Textual App: themes, keymap, palette; opens screens. The first paint needs neither pydantic nor git."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on, work
from textual.app import SystemCommand
from textual.driver import Driver
from textual.notifications import Notification, Notify
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import get_current_worker

from app.errors import BackspanError
from app.project.topics.titles import spec_titles
from app.records.prose import left_out, pasted
from app.settings import person
from app.workstation.fence import FencedApp
from app.workstation.roles import OpenTopic, tell_readers
from app.workstation.topics.topics_screen import TopicFacts, TopicProgress, TopicsScreen
from widgets.base.key_bindings import bindings_for

if TYPE_CHECKING:
    from app.project.project import Project
    from app.workstation.topics.facts import ItemCounter

WATCH = 1.5
"""Seconds between two looks at the journals while no topic is open."""
TOASTS = 2
"""How many toasts stand at a time: more would cover what is being written."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Workstation(FencedApp[None]):
    """backspan's terminal workstation on one project."""

    TITLE = "backspan"
    CSS_PATH = "app.tcss"
    BINDINGS = [*bindings_for("app")]
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(
        self, root: Path, topic: str | None = None, record: str | None = None, *, resume: bool = True
    ) -> None:
        """`root` is the project's folder; `topic` (and its `record`) opens at once; `resume`: go on where one was."""
        super().__init__()
        self._root = root
        self._topic = topic
        self._record = record
        self._resume = resume
        self._by: str | None = None
        self._warned = False
        self._toasts: list[Notification] = []
        self.parting = ""
        """What is to be said once the screen is gone."""
        self._settled = False
        self._stamps: dict[str, tuple[int, ...]] = {}
        """The journals' states when the topics were last looked at."""
        self._project: Project | None = None
        self._counter: ItemCounter | None = None
        self._counting = threading.Lock()
        self._to_count = False
        """Whether the items of some topic are to be counted, or counted anew."""
        self.settings, self.settings_problems = person.read(person.settings_path())

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self._root

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this terminal, or ours in its place."""
        usual = super().get_driver_class()
        from textual.drivers.linux_driver import LinuxDriver

        if usual is not LinuxDriver:
            return usual  # a browser's
        from widgets.terminal.driver import SteadyDriver

        return SteadyDriver

    async def on_event(self, event: events.Event) -> None:
        """A paste goes on without what is not text, whatever field it is for."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            clean, count = pasted(event.text)
            if count and _types(self.focused):
                self.notify(left_out(count), severity="warning", markup=False)
            if not clean:
                return
            event = events.Paste(clean)
        await super().on_event(event)

    @property
    def clipboard(self) -> str:
        """What was last copied here, which may be anything from a repository: fit for the field that asks for it."""
        text = super().clipboard
        # The editors leave out what is not text by themselves, and say how much.
        return text if hasattr(self.focused, "insert_pasted") else pasted(text)[0]

    def on_mount(self) -> None:
        self.theme = self.settings.theme
        self.set_keymap(person.keymap(self.settings))
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, self._told_to_end, number)
            except (NotImplementedError, RuntimeError, ValueError):
                break  # not the main thread (tests, a browser server): the draft is written as it is typed
        try:
            titles, problem = spec_titles(self._root / "specs"), ""
        except BackspanError as error:
            titles, problem = [], str(error)
        self.push_screen(TopicsScreen(titles, self._root, problem))
        self.call_after_refresh(self._learn)

    def _told_to_end(self, number: int) -> None:
        """A signal: the draft first, then a clean end."""
        self._leave_screens()
        self.exit(return_code=128 + number)

    @on(Notify)
    def _make_room(self, event: Notify) -> None:
        """Before a new toast comes, older ones go: errors last."""
        standing = [toast for toast in self._toasts if not toast.has_expired]
        standing.sort(key=lambda toast: toast.severity == "error")
        for toast in standing[: len(standing) + 1 - TOASTS]:
            toast.timeout = 0
        self._toasts = [toast for toast in (*standing, event.notification) if not toast.has_expired]

    # -- the project

    @work(thread=True, exclusive=True, group="learn", exit_on_error=False)
    def _learn(self) -> None:
        """Import what is heavy, open the project, then look at every topic."""
        from app.project.project import Project

        project = Project(self._root)
        self._annotator()  # asks git, so it is found out here
        if self._project is None:
            self.call_from_thread(self._project_ready, project)
        from app.workstation.topics.facts import topic_facts

        self._stamps = _stamps(project)  # before they are read: what comes after is seen at the next look
        facts = topic_facts(project, self._annotator())
        if not self._settled:
            self._settled = True
            # What is imported by now stays: without this each full collection would walk all of it, 20 ms at a time.

            gc.unfreeze()
            gc.collect()
            gc.freeze()
        self.call_from_thread(self._facts_ready, facts)

    def _project_ready(self, project: Project) -> None:
        self._project = project
        self.set_interval(WATCH, self._look)
        if self.settings_problems:
            text = "\n".join(f"line {problem.line}: {problem.text}" for problem in self.settings_problems)
            title = f"{person.settings_path()}: defaults are used where it is wrong"
            self.notify(text, title=title, severity="warning", markup=False, timeout=15)
        topic, record = self._topic, self._record
        resume, self._topic, self._record, self._resume = self._resume, None, None, False
        if topic is None and resume:
            last = project.session().get("topic")
            topic = last if isinstance(last, str) and (project.specs_dir / f"{last}.toml").is_file() else None
        if topic is not None:
            self._open(topic, record)

    @work(thread=True, exclusive=True, group="watch", exit_on_error=False)
    def _look(self) -> None:
        """Whether a journal changed on disk while no topic is open: an open one looks for itself, and closer."""
        project = self._project
        if project is None or any(isinstance(screen, OpenTopic) for screen in self.screen_stack):
            return
        if _stamps(project) != self._stamps:
            self.call_from_thread(self._journals_changed)

    def _journals_changed(self) -> None:
        tell_readers(self)
        self._learn()

    def _facts_ready(self, facts: list[TopicFacts]) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, TopicsScreen):
                screen.set_facts(facts)
        self._to_count = True
        self._count()

    # -- counting items: only while the list is what the person sees, for reading all sources takes a while

    @on(TopicsScreen.Returned)
    def _count(self) -> None:
        if self._to_count and isinstance(self.screen, TopicsScreen):
            self._count_items(self.screen.topic)

    @on(TopicsScreen.Left)
    def _count_later(self) -> None:
        self.workers.cancel_group(self, "count")

    @work(thread=True, exclusive=True, group="count", exit_on_error=False)
    def _count_items(self, first: str | None) -> None:
        from app.workstation.topics.facts import ItemCounter

        worker = get_current_worker()
        with self._counting:  # one that was cancelled may still be at its last file
            assert self._project is not None
            self._counter = self._counter or ItemCounter(self._project, self._annotator())
            for progress in self._counter.count(first, lambda: worker.is_cancelled):
                if not worker.is_cancelled:
                    self.call_from_thread(self._progress_ready, progress)
        if not worker.is_cancelled:
            self.call_from_thread(self._all_counted)

    def _progress_ready(self, progress: TopicProgress) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, TopicsScreen):
                screen.set_progress(progress)

    def _all_counted(self) -> None:
        self._to_count = False

    def _open(self, topic: str, record: str | None = None) -> None:
        assert self._project is not None
        self._count_later()
        from app.workstation.annotate.annotate_screen import AnnotateScreen

        self.push_screen(
            AnnotateScreen(self._project, topic, self.settings, self._annotator(), record), self._learn_again
        )

    def _learn_again(self, _: None) -> None:
        self._settled = False  # what the topic held is no longer needed
        self._learn()

    def _annotator(self) -> str:
        from app.project.annotator import annotator

        if self._by is None:
            self._by = annotator(self._root, self.settings)
        return self._by

    @on(TopicsScreen.Chosen)
    def _wish(self, event: TopicsScreen.Chosen) -> None:
        if self._project is None:
            self.notify("Still opening the project; try again in a moment.", markup=False)
            return
        from app.workstation.topics import jobs as errands

        match event.wish:
            case "open":
                self._open(event.topic, event.record)
            case "records":
                errands.show_records(self, self._project, event.topic, self._annotator(), self._open)
            case "export":
                errands.export_topics(self, self._project, [event.topic])
            case "source":
                errands.get_source(self, self._project, event.topic, self._learn)
            case _:
                errands.check_spec(self, self._project, event.topic)

    # -- actions everywhere

    def action_command_palette(self) -> None:
        """Show the commands."""
        from widgets.dialogs.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())  # by no id: the one before may still be on its way out

    def action_help(self) -> None:
        """Explain the screen."""
        from widgets.dialogs.help import HelpScreen

        scopes = getattr(self.screen, "HELP_SCOPES", None)
        if scopes is not None:
            self.push_screen(HelpScreen(("app", *scopes), person.current_keys(self.settings)))

    async def action_quit(self) -> None:
        """Leave; the draft and the place are kept."""
        (self.focused or self).call_later(self._quit)  # after the letters that still wait for their text area

    def _quit(self) -> None:
        waiting = sum(screen.waiting for screen in self.screen_stack if isinstance(screen, OpenTopic))
        if self._leave_screens() or self._warned:
            # Said on the terminal that is left: on the screen nobody would read it any more.
            what = "1 record is" if waiting == 1 else f"{waiting} records are"
            if waiting:
                self.parting = f"{what} not saved yet: kept as a draft, which comes back at the next start."
            self.exit()
        else:
            self._warned = True
            text = "The draft is on screen only. Copy it, or press the key again to leave without it."
            self.notify(text, severity="error", markup=False, timeout=20)

    def _leave_screens(self) -> bool:
        """Let every screen keep what it holds; whether all of them could."""
        topics = [screen for screen in self.screen_stack if isinstance(screen, OpenTopic)]
        kept = [topic.leave() for topic in topics]  # every one, also after one that could not
        return all(kept)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: Textual's own commands, then every action that works on this screen."""
        yield from super().get_system_commands(screen)
        from app.settings.actions import ACTIONS

        scopes = getattr(screen, "HELP_SCOPES", ())
        for action in ACTIONS:
            if action.scope == scopes[0] if scopes else False:
                handler = getattr(screen, f"action_{action.method}", None)
                if handler is not None:
                    yield SystemCommand(action.label, action.help, handler)
        if self._project is not None:
            yield SystemCommand("Export every topic", "Write the accepted records.", self._export_all)

    def _export_all(self) -> None:
        from app.workstation.topics import jobs as errands

        if self._project is not None:
            errands.export_topics(self, self._project, [])


def _stamps(project: Project) -> dict[str, tuple[int, ...]]:
    try:
        return {topic: project.store.stamp(topic) for topic in project.store.topics()}
    except BackspanError:
        return {}  # the list of topics says why


def _types(widget: Widget | None) -> bool:
    """Whether a text is typed into this widget."""
    from textual.widgets import Input, TextArea  # late: the first paint needs neither

    return isinstance(widget, Input | TextArea)
