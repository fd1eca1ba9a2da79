"""The Textual App: themes, keymap, palette; opens screens. The first paint needs neither pydantic nor git."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import SystemCommand
from textual.driver import Driver
from textual.notifications import Notification, Notify
from textual.screen import Screen
from textual.widget import Widget

from app.errors import BackspanError
from app.project.topics.titles import spec_titles
from app.records.prose import left_out, pasted
from app.settings import person
from app.workstation.fence import FencedApp
from app.workstation.leaving import Leaving
from app.workstation.opening import ScreenRoutes
from app.workstation.routes import Routes, Workplace
from app.workstation.signing import Signing
from app.workstation.topics.news import TopicNews
from app.workstation.topics.topics_screen import TopicsScreen
from widgets.base.key_bindings import bindings_for

if TYPE_CHECKING:
    from app.project.project import Project

TOASTS = 2
"""How many toasts stand at a time: more would cover what is being written."""


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
        self._toasts: list[Notification] = []
        self.leaving = Leaving(self)
        """Ends the program."""
        self.routes: Routes = ScreenRoutes(self, root)
        """Opens the screens."""
        settings, self.settings_problems = person.read(person.settings_path())
        self._signing = Signing(self, root, settings)
        self._news = TopicNews(self, root, self._signing.name, self._project_ready)
        self._signing.changed = self._news.person_changed

    @property
    def settings(self) -> person.Settings:
        """What the person has set, as it is now."""
        return self._signing.settings

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
        self.leaving.heed_signals()
        try:
            titles, problem = spec_titles(self._root / "specs"), ""
        except BackspanError as error:
            titles, problem = [], str(error)
        self.push_screen(TopicsScreen(titles, self._root, problem))
        self.call_after_refresh(self._news.learn)

    @on(Notify)
    def _make_room(self, event: Notify) -> None:
        """Before a new toast comes, older ones go: errors last."""
        standing = [toast for toast in self._toasts if not toast.has_expired]
        standing.sort(key=lambda toast: toast.severity == "error")
        for toast in standing[: len(standing) + 1 - TOASTS]:
            toast.timeout = 0
        self._toasts = [toast for toast in (*standing, event.notification) if not toast.has_expired]

    # -- the project

    def _project_ready(self, project: Project) -> None:
        if self.settings_problems:
            text = "\n".join(f"line {problem.line}: {problem.text}" for problem in self.settings_problems)
            title = f"{person.settings_path()}: defaults are used where it is wrong"
            self.notify(text, title=title, severity="warning", markup=False, timeout=15)
        self._signing.begin(self._go_on)

    def _go_on(self) -> None:
        """Open what was asked for, or where one was."""
        project = self._news.project
        assert project is not None
        topic, record = self._topic, self._record
        resume, self._topic, self._record, self._resume = self._resume, None, None, False
        if topic is None and resume:
            last = project.session().get("topic")
            topic = last if isinstance(last, str) and (project.specs_dir / f"{last}.toml").is_file() else None
        if topic is not None:
            self._open(topic, record)

    @on(TopicsScreen.Returned)
    def _list_seen(self) -> None:
        self._news.count()

    @on(TopicsScreen.Left)
    def _list_left(self) -> None:
        self._news.count_later()

    def _open(self, topic: str, record: str | None = None) -> None:
        self._news.count_later()
        self.routes.open_topic(self._at, topic, record, lambda _: self._news.learn_again())

    @property
    def _at(self) -> Workplace:
        """Where the person works, once the project is open."""
        assert self._news.project is not None
        return Workplace(self._news.project, self.settings, self._signing.name())

    @on(TopicsScreen.Chosen)
    def _wish(self, event: TopicsScreen.Chosen) -> None:
        project, topic = self._news.project, event.topic
        if project is None:
            self.notify("Still opening the project; try again in a moment.", markup=False)
            return
        from app.workstation.topics import jobs

        match event.wish:
            case "open":
                self._open(topic, event.record)
            case "records":
                self.routes.open_records(
                    self._at, topic, lambda record: self._open(topic, record) if record is not None else None
                )
            case "export":
                jobs.export_topics(self, project, [topic])
            case "export_all":
                jobs.export_topics(self, project, [])
            case "source":
                jobs.get_source(self, project, topic, self._news.learn)
            case "close":
                jobs.close_topic(self, project, topic, self._signing.name(), self._news.learn)
            case "signer":
                self._signing.change()
            case _:
                jobs.check_spec(self, project, topic)

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
        (self.focused or self).call_later(
            self.leaving.quit
        )  # after the letters that still wait for their text area

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
        project = self._news.project
        if project is not None:

            def export() -> None:
                from app.workstation.topics.jobs import export_topics

                export_topics(self, project, [])

            yield SystemCommand("Export every topic", "Write the accepted records.", export)


def _types(widget: Widget | None) -> bool:
    """Whether a text is typed into this widget."""
    from textual.widgets import Input, TextArea  # late: the first paint needs neither

    return isinstance(widget, Input | TextArea)
