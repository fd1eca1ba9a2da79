"""The first screen: the topics of the project, what is known of each, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Footer, OptionList, Static
from textual.widgets.option_list import Option

from app.project.topics.titles import TopicTitle
from app.workstation.routes import routes_of
from widgets.base.drawing import safe
from widgets.base.key_bindings import bindings_for
from widgets.base.steady import SteadyList, SteadyScreen

if TYPE_CHECKING:
    from app.review.feedback import Waiting


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What a look at the topic's spec, repository and journal told; read after the first paint."""

    topic: str
    here: bool
    """Whether its repository can be read on this machine."""
    counts: str
    """Records by status, in words."""
    details: str
    """Several lines for the panel beside the list."""
    waiting: Waiting | None = None
    """The records that came back to this person, where there are any."""


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """How many of the topic's items are done; counted after everything else is on screen."""

    topic: str
    counts: str
    """Items by state, in words."""
    details: str
    """The same for each file, and what several records use, for the panel beside the list."""


class TopicsScreen(SteadyScreen[None]):
    """Lists the topics. Needs neither pydantic nor git: the facts come later, from the app."""

    HELP_SCOPES = ("topics",)
    BINDINGS = [*bindings_for("topics")]
    DEFAULT_CSS = """
    TopicsScreen { layout: vertical; }
    TopicsScreen #title { height: 1; padding: 0 1; background: $panel; color: $text; }
    TopicsScreen OptionList { width: 1fr; height: 1fr; border: none; padding: 0 1; }
    TopicsScreen #details { width: 1fr; height: 1fr; padding: 0 2; }
    TopicsScreen #buttons { height: auto; padding: 1 1 0 1; }
    TopicsScreen Button { margin: 0 1 0 0; min-width: 10; }
    TopicsScreen.-narrow #details { display: none; }
    TopicsScreen.-narrow #buttons { height: 1; padding: 0 1; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]

    class Chosen(Message):
        """A person asked for something about a topic."""

        def __init__(self, topic: str, wish: str, record: str | None = None) -> None:
            super().__init__()
            self.topic = topic
            """The topic's name."""
            self.wish = wish
            """`open`, `records`, `export`, `export_all`, `source`, `check`, `close` or `signer`."""
            self.record = record
            """The record to open, where one is meant."""

    class Left(Message):
        """Something else is over the list now, or it is gone: counting for it can wait."""

    class Returned(Message):
        """The list is seen again."""

    def __init__(self, titles: list[TopicTitle], root: Path, problem: str = "") -> None:
        super().__init__()
        self._titles = titles
        self._root = root
        self._problem = problem
        self._facts: dict[str, TopicFacts] = {}
        self._progress: dict[str, TopicProgress] = {}
        self._touched = False
        self._signer = ""
        """Who signs; empty until it is known."""
        self._told: frozenset[str] = frozenset()
        """Records that came back, as far as that was told."""

    def compose(self) -> ComposeResult:
        yield Static(Content(f"backspan · {self._root.name}"), id="title")
        with Horizontal(id="body"):
            yield SteadyList(*(self._option(title) for title in self._titles), markup=False)
            with VerticalScroll(id="details", can_focus=False):
                yield Static(Content(self._problem or "Reading the topics…"), id="facts")
        with Horizontal(id="buttons"):
            for label, wish in (
                ("Open", "open"),
                ("Records", "records"),
                ("Export", "export"),
                ("Source", "source"),
                ("Check spec", "check"),
            ):
                yield Button(
                    label, id=f"wish-{wish}", compact=True, variant="primary" if wish == "open" else "default"
                )
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        choices = self.query_one(OptionList)
        if self._titles:
            choices.highlighted = 0
        self.set_focus(choices)

    def _option(self, title: TopicTitle) -> Option:
        facts = self._facts.get(title.topic)
        if title.problem:
            state = f"cannot be used: {title.problem}"
        elif facts is None:
            state = f"{title.minimum}-{title.maximum} records wanted"
        else:
            state = facts.counts + ("" if facts.here else " · repository not here yet (s)")
        mark = "practice · " if title.practice else ""
        lines = [mark + state]
        if facts is not None and facts.here:  # the line is there from the first, so that nothing moves later
            progress = self._progress.get(title.topic)
            lines.append(progress.counts if progress is not None else "counting items…")
        said = "".join(f"\n  {line}" for line in lines)
        return Option(Content.assemble((title.title, "bold"), (said, "dim")), id=title.topic or None)

    def set_signer(self, name: str) -> None:
        """Say who signs."""
        self._signer = name

    def set_facts(self, facts: list[TopicFacts]) -> None:
        """Show what was found out about the topics."""
        self._facts = {fact.topic: fact for fact in facts}
        self._tell_returned()
        choices = self.query_one(OptionList)
        for title in self._titles:
            choices.replace_option_prompt(title.topic, self._option(title).prompt)
        if not self._touched:
            # Nothing was chosen yet: the first topic whose code is on this machine can be worked on at once.
            ready = next((fact.topic for fact in facts if fact.here), None)
            if ready is not None:
                self.highlight(ready)
        self._show_details()

    def set_progress(self, progress: TopicProgress) -> None:
        """Show how many of a topic's items are done."""
        if progress == self._progress.get(progress.topic):
            return
        self._progress[progress.topic] = progress
        title = next((title for title in self._titles if title.topic == progress.topic), None)
        if title is not None:
            self.query_one(OptionList).replace_option_prompt(title.topic, self._option(title).prompt)
        if self.topic == progress.topic:
            self._show_details()

    def on_screen_suspend(self) -> None:
        """Another screen is opened over this one."""
        self.post_message(self.Left())

    def on_screen_resume(self) -> None:
        """This screen is seen again."""
        self.post_message(self.Returned())

    def on_key(self) -> None:
        """From now on the cursor is the person's."""
        self._touched = True

    def on_mouse_down(self) -> None:
        """From now on the cursor is the person's."""
        self._touched = True

    def highlight(self, topic: str) -> None:
        """Put the cursor on a topic."""
        self._touched = True
        choices = self.query_one(OptionList)
        if any(title.topic == topic for title in self._titles):
            choices.highlighted = choices.get_option_index(topic)

    @property
    def topic(self) -> str | None:
        """The topic under the cursor."""
        choices = self.query_one(OptionList)
        index = choices.highlighted
        return None if index is None else choices.get_option_at_index(index).id

    @on(OptionList.OptionHighlighted)
    def _show_details(self) -> None:
        topic = self.topic
        facts = self._facts.get(topic or "")
        title = next((t for t in self._titles if t.topic == topic), None)
        if title is not None and title.problem:
            self.query_one("#facts", Static).update(Content(title.problem))
        elif facts is not None:
            progress = self._progress.get(facts.topic)
            counted = f"\n\n{progress.details}" if progress is not None else ""
            self.query_one("#facts", Static).update(Content(facts.details + counted))

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self._wish("open")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id:
            self._wish(event.button.id.removeprefix("wish-"))

    def _wish(self, wish: str) -> None:
        if self.topic is not None:
            self.post_message(self.Chosen(self.topic, wish))

    def action_open(self) -> None:
        """Open the topic under the cursor."""
        self._wish("open")

    def action_records(self) -> None:
        """List its records."""
        self._wish("records")

    def _tell_returned(self) -> None:
        """Say what came back to this person: above the list as long as it is so, and once as it comes."""
        waiting = {topic: fact.waiting for topic, fact in self._facts.items() if fact.waiting is not None}
        said = ""
        if waiting:
            from app.review.feedback import notice  # late: whoever found it out has imported it

            said = notice(waiting)
        records = frozenset(record for one in waiting.values() for record in one.records)
        signer = f" · signed by {self._signer} (n)" if self._signer else ""
        title = f"backspan · {self._root.name}{signer}" + (f" · b: {said}" if said else "")
        self.query_one("#title", Static).update(Content(safe(title)))
        if not records <= self._told:
            how = "b opens the first." if self.is_current else "In the list of topics b opens the first."
            self.notify(f"{said}. {how}", title="Came back to you", markup=False, timeout=12)
        self._told = records

    def action_returned(self) -> None:
        """Open the first record that came back: of the topic under the cursor, else of any."""
        topics = sorted(self._facts, key=lambda topic: topic != self.topic)
        for topic in topics:
            waiting = self._facts[topic].waiting
            if waiting is not None and waiting.records:
                self.post_message(self.Chosen(topic, "open", waiting.records[0]))
                return
        self.notify("No record of yours came back.", markup=False)

    def action_signer(self) -> None:
        """See and change who signs."""
        self.post_message(self.Chosen(self.topic or "", "signer"))

    def action_export(self) -> None:
        """Export."""
        self._wish("export")

    def action_export_all(self) -> None:
        """Export all topics."""
        self._wish("export_all")

    def action_source(self) -> None:
        """Clone or map its repository."""
        self._wish("source")

    def action_close(self) -> None:
        """Say that all code there is is recorded, or take it back."""
        self._wish("close")

    def action_check(self) -> None:
        """Check its spec's claims."""
        self._wish("check")

    def action_review(self) -> None:
        """Show what of the topic under the cursor is to be reviewed."""
        if self.topic is not None:
            routes_of(self.app).open_queue(self.topic)

    def action_overview(self) -> None:
        """Show the figures of the project, those of the topic under the cursor first."""
        routes_of(self.app).open_overview(self.topic)
