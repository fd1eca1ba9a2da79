"""The annotate screen: source, block, `user` and `think`, and the line they make, all at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from app.errors import BackspanError
from app.project.project import Project
from app.settings.person import Settings
from app.store.presence.claims import Claims
from app.workstation.annotate.outside import OutsideWorld
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.annotate.parts import Parts
from app.workstation.annotate.records import BegunTopic, begin
from app.workstation.asking import NOTHING, asked_sections, examples
from app.workstation.roles import tell_readers
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.dialogs.questions import Notice
from widgets.panels.block_panel import BlockPanel
from widgets.panels.findings_panel import FindingsPanel
from widgets.panels.preview import Preview
from widgets.panels.remarks_panel import RemarksPanel
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane

PARTING = 1.0
"""Seconds that a screen which is left waits at most for its claim to be taken back."""
HEARD: dict[type[Message], Callable[[Parts], Callable[..., object]]] = {
    SourcePane.Parsed: lambda parts: parts.browsing.parsed,
    SourcePane.Take: lambda parts: parts.block.take,
    SourcePane.Refused: lambda parts: parts.block.refused,
    SourcePane.RoleRequested: lambda parts: parts.block.role_in_source,
    SourcePane.BareRequested: lambda parts: parts.block.bare_in_source,
    SourcePane.UndoRequested: lambda parts: lambda _: parts.block.action_undo_block(),
    SourcePane.RedoRequested: lambda parts: lambda _: parts.block.action_redo_block(),
    BlockPanel.RoleRequested: lambda parts: parts.block.role,
    BlockPanel.MainRequested: lambda parts: parts.block.main,
    BlockPanel.BareRequested: lambda parts: parts.block.bare,
    BlockPanel.DropRequested: lambda parts: parts.block.drop,
    BlockPanel.GoRequested: lambda parts: parts.block.go,
    BlockPanel.ImportsRequested: lambda parts: lambda _: parts.block.action_imports(),
    BlockPanel.UndoRequested: lambda parts: lambda _: parts.block.action_undo_block(),
    BlockPanel.RedoRequested: lambda parts: lambda _: parts.block.action_redo_block(),
    ProseEditor.Changed: lambda parts: parts.editing.wrote,
    FindingsPanel.Chosen: lambda parts: parts.checks.chosen,
    FindingsPanel.ExplainRequested: lambda parts: parts.checks.explain_wanted,
    FindingsPanel.WaiveRequested: lambda parts: parts.checks.waive_wanted,
    RemarksPanel.Chosen: lambda parts: parts.remarks.chosen,
    RemarksPanel.AnswerRequested: lambda parts: parts.remarks.answer_wanted,
}
"""What the panes tell, and which part is told. Before the topic is open nobody is."""


class AnnotateScreen(WorkScreen[None]):
    """One topic being annotated: its parts joined to the panes. The actions of keys are the parts' own."""

    HELP_SCOPES = ("annotate", "source", "prose", "findings", "remarks", "block", "preview")
    BINDINGS = [*bindings_for("annotate")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        """`record`: the one to begin with; else the topic goes on where it was left."""
        super().__init__()
        self._project = project
        self._topic = topic
        self._settings = settings
        self._by = by
        self._record = record
        self.panes = AnnotatePanes(self, vim=settings.vim, layout=settings.layout)
        self._claims = Claims(project.datasets_dir, topic, by)
        """Tells others what this person is on, and this one what the others are on."""
        self.parts: Parts | None = None
        """What works on the topic; None until it is open."""
        self._outside = OutsideWorld(self, self.panes, settings, topic)
        self.adopt(self.panes, self._outside)

    # -- opening

    def compose(self) -> ComposeResult:
        yield from self.panes.compose()

    def on_mount(self) -> None:
        if not self.panes.there:
            return  # told to end while the panes were being made
        self.panes.status.set_left(f"{self._topic} · opening…")
        self.panes.show("source")
        pane = self.panes.source
        pane.tab_size = self._settings.tab_size
        self.set_focus(pane)
        self.app.app_suspend_signal.subscribe(self, lambda _: self._stopped(), immediate=True)
        self.run(
            "open",
            lambda _: begin(self._project, self._topic, self._by, self._record, self._claims),
            self._ready,
            self._cannot_open,
        )

    def _cannot_open(self, error: BackspanError) -> None:
        def left(_: object) -> None:
            self.dismiss()

        self.push(Notice(f"{self._topic} cannot be opened", str(error)), left)

    def _ready(self, begun: BegunTopic) -> None:
        parts = self.parts = Parts(self, self, begun, self.panes, self._claims)
        self.adopt(*parts.acting)
        found, spec = begun.found, begun.session.files.spec
        topic = parts.checks.topic
        self.panes.guide.set_topic(spec.guidelines, asked_sections(topic, NOTHING), examples(topic))
        parts.editing.take_up(found.opening)
        if found.path:
            parts.browsing.show(found.path, found.line)
        else:
            self.warn("the repository holds no Rust file")
        parts.begin()
        self.panes.focus_stop(begun.stop)
        parts.records.opened(found)

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        if self.parts is not None and group == "save":
            self.parts.saving.failed(why)
            return
        if self.parts is not None and group == "compose":
            self.parts.checks.not_composed()

    # -- what happens on the screen

    def on_resize(self) -> None:
        """Divide the screen anew."""
        self.panes.divide()

    @on(PaneBar.Chosen)
    def _pane_chosen(self, event: PaneBar.Chosen) -> None:
        self.panes.choose(event.pane)

    @on(StatusLine.Pressed)
    def _button(self, event: StatusLine.Pressed) -> None:
        getattr(self, f"action_{event.action_id}", partial(self.warn, "unknown button"))()

    def _pane_told(self, message: Message) -> None:
        """Hand what a pane told to the part whose concern it is."""
        if self.parts is not None:
            HEARD[type(message)](self.parts)(message)

    for _kind in HEARD:
        _pane_told = on(_kind)(_pane_told)
    del _kind

    def tell_readers(self) -> None:
        """Let every open screen that reads a journal look again: the list of records may stand over this one."""
        tell_readers(self.app)

    def on_descendant_blur(self) -> None:
        """Another pane, a dialog or another window: what stands here is written at once."""
        self._keep()

    def on_screen_suspend(self) -> None:
        """Another screen is opened over this one."""
        self._keep()

    def keep_draft(self) -> bool:
        """Write what stands in the editors to disk, now; whether it is there once this returns."""
        return self.parts is None or self.parts.editing.kept()

    def _keep(self) -> None:
        if self.parts is not None:
            self.parts.editing.keep()

    def _stopped(self) -> None:
        """The process is stopped (ctrl+z of a shell, an editor): it may never be continued."""
        if self.parts is not None:
            self.parts.editing.stopped()

    # -- acts that wait until every key pressed so far has reached its text

    def _after_typing(self, act: Callable[[Parts], object]) -> None:
        """Do this once every key pressed so far has reached its text, if the topic is open by then.

        A binding that works while typing is looked at before the letters that still wait in the text area's queue.
        """
        (self.focused or self).call_later(lambda: act(self.parts) if self.parts is not None else None)

    @on(ProseEditor.SaveWanted)
    def action_save(self) -> None:
        """Validate and append; the screen stays until the disk has acknowledged it."""
        self._after_typing(lambda parts: parts.saving.begin())

    def action_new(self) -> None:
        """Begin a new record at the next open item."""
        self._after_typing(lambda parts: parts.records.begin_new())

    def action_records(self) -> None:
        """List the topic's records."""
        self._after_typing(lambda parts: parts.records.list())

    @on(ProseEditor.LeaveWanted)
    def action_topics(self) -> None:
        """Back to the topics; the draft is kept."""

        def go() -> None:
            if self.leave(topic=None):
                self.dismiss()

        (self.focused or self).call_later(go)

    # -- leaving

    @property
    def waiting(self) -> int:
        """How many records were asked to be saved and are not yet."""
        return self.parts.saving.waiting if self.parts is not None else 0

    def leave(self, topic: str | None = "") -> bool:
        """Keep the draft and the place; whether the draft is safe once this returns.

        `topic` is what the next start opens: this one unless said; None for the list of topics.
        """
        if self.parts is None:
            return True
        if not self.parts.editing.kept():
            return False
        draft, here = self.parts.session.draft, self.parts.browsing.here
        place = {
            "record": draft.record if not draft.empty else None,
            "path": here.file,
            "line": here.line,
            "stop": self.panes.focused_stop,
            "at": datetime.now(UTC).isoformat(),
        }
        try:
            session = self._project.session()
            topics = session.get("topics")
            places = dict(topics) if isinstance(topics, dict) else {}
            places[self._topic] = place
            # What other screens keep there (where a review pass was left) stays.
            session |= {"topic": self._topic if topic == "" else topic, "topics": places}
            self._project.save_session(session)
        except BackspanError as error:
            self.warn_of(error)
        return True

    async def on_unmount(self) -> None:
        """Nobody is on anything here any more."""
        if self.parts is not None:
            self.parts.leave()
        # Its own thread, and no daemon: whatever the disk does, the process ends only once others are told.
        leaving = threading.Thread(target=self._claims.release, name="leave")
        leaving.start()
        await asyncio.to_thread(leaving.join, PARTING)

    # -- the line elsewhere

    @on(Preview.SaveAsRequested)
    def _save_as(self, event: Preview.SaveAsRequested) -> None:
        self._outside.save_as(event.text)

    @on(Preview.CopyRequested)
    def _copy(self, event: Preview.CopyRequested) -> None:
        self._outside.copy(event.text)
