"""The review screen: one record, one screen, single keys. Each verdict is on disk before the next record comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Footer

from app.project.project import Project
from app.review.passes import Plan, Section
from app.settings.person import Settings
from app.workstation.act_runner import ActRunner
from app.workstation.review.beside import Beside
from app.workstation.review.panes import NAMES, ReviewPanes
from app.workstation.review.passing import Passing
from app.workstation.review.reader import PassWish, ReviewReader
from app.workstation.review.record_panes import RecordPanes
from app.workstation.review.verdicts import Verdicts
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.record.facts import RecordFacts
from widgets.record.view import RecordView

_SLOW = 0.15
"""Seconds after which it is said that an act is still being written."""
_BUTTONS = (("Leave", "leave"), ("Undo", "undo"), ("Help", "help"))


class ReviewScreen(WorkScreen[None]):
    """A pass over records: its parts joined to the panes. The actions of most keys are the parts' own."""

    BLANK = True
    HELP_SCOPES = ("review",)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal"), (150, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (38, "-tall")]
    BINDINGS = [*bindings_for("review")]
    DEFAULT_CSS = """
    ReviewScreen #desk { height: 1fr; layout: grid; grid-size: 2 2; grid-rows: 1fr 12; }
    ReviewScreen.-tall #desk { grid-rows: 1fr 15; }
    ReviewScreen #user { height: 3fr; }
    ReviewScreen #think { height: 8fr; }
    ReviewScreen #block { height: 1fr; border-left: tall $panel; }
    ReviewScreen #pane-evidence { column-span: 2; height: 1fr; }
    ReviewScreen RecordFacts { width: 1fr; height: 1fr; }
    ReviewScreen #about, ReviewScreen #asked { border-left: tall $panel; }
    ReviewScreen.-normal PaneBar, ReviewScreen.-wide PaneBar { display: none; }
    ReviewScreen.-narrow #desk { layout: vertical; }
    ReviewScreen.-narrow #desk > * { display: none; height: 1fr; }
    ReviewScreen.-narrow #block { border: none; }
    ReviewScreen.-narrow.-texts #pane-texts, ReviewScreen.-narrow.-code #pane-code { display: block; }
    ReviewScreen.-narrow.-findings #pane-evidence, ReviewScreen.-narrow.-about #pane-evidence { display: block; }
    ReviewScreen.-narrow #pane-evidence { layout: vertical; }
    ReviewScreen.-narrow.-findings #about, ReviewScreen.-narrow.-findings #asked { display: none; }
    ReviewScreen.-narrow.-about #findings { display: none; }
    ReviewScreen.-narrow #about, ReviewScreen.-narrow #asked { border: none; }
    """

    def __init__(
        self,
        project: Project,
        topic: str,
        settings: Settings,
        by: str,
        plan: Plan | None = None,
        *,
        only: Collection[str] | None = None,
        filtered: str = "",
        section: Section | None = None,
        record: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """What is not said here is said of `PassWish`."""
        super().__init__()
        wish = PassWish(project, topic, by, plan or Plan(), only, filtered, section, record)
        self.runner = ActRunner(self, nothing="nothing was written", slow=_SLOW)
        self.reader = ReviewReader(self, wish, self.runner, clock)
        self.panes = ReviewPanes(self, self.reader)
        self._passing = Passing(self, self.reader, self.runner)
        verdicts = Verdicts(self, self.reader, self.runner, self._passing, settings)
        beside = Beside(self, self.reader, self.panes, self._passing, settings)
        self.adopt(self.panes, self._passing, verdicts, beside)

    def compose(self) -> ComposeResult:
        yield StatusLine(_BUTTONS)
        yield PaneBar(tuple(NAMES))
        yield RecordPanes(id="desk")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.panes.show("texts")
        self.reader.begin()

    def on_unmount(self) -> None:
        self.reader.close()

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again."""
        self.reader.look_again()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        self.runner.busy = False

    def on_resize(self) -> None:
        """A narrow header has room for one way out; the footer has the others."""
        narrow = self.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]
        self.query_one(StatusLine).set_buttons(_BUTTONS[2:] if narrow else _BUTTONS)

    # -- what the panes tell

    @on(PaneBar.Chosen)
    def _pane_chosen(self, event: PaneBar.Chosen) -> None:
        self.panes.show(NAMES[event.pane])

    @on(RecordFacts.Chosen)
    def _fact_chosen(self, event: RecordFacts.Chosen) -> None:
        self.reader.touch()
        self.panes.go_to_zone(event.zone)

    @on(StatusLine.Pressed)
    async def _pressed(self, event: StatusLine.Pressed) -> None:
        if event.action_id == "help":
            await self.run_action("app.help")
        else:
            getattr(self, f"action_{event.action_id}")()

    # -- reading counts while somebody is at it

    @on(RecordView.Moved)
    def _read_on(self) -> None:
        self.reader.touch()

    def on_mouse_scroll_down(self) -> None:
        """Somebody reads on."""
        self.reader.touch()

    def on_mouse_scroll_up(self) -> None:
        """Somebody reads on."""
        self.reader.touch()

    def on_screen_suspend(self) -> None:
        """Something else covers the record."""
        self.reader.pause()

    def on_screen_resume(self) -> None:
        """The record is in sight again."""
        self.reader.resume()

    def on_key(self, event: events.Key) -> None:
        """Let through what moves; letters only if they are not typed on behind a key that did nothing."""
        if (event.is_printable or event.key in ("enter", "backspace")) and self._passing.deaf():
            event.stop()

    # -- leaving

    def action_leave(self) -> None:
        """Forget a mark, or leave once what was asked for is on disk."""
        view = self.focused
        if isinstance(view, RecordView) and view.marking:
            view.forget_range()
        elif not self.runner.busy:
            self.dismiss(None)
        else:
            self.say("The last act is still being written; in a moment.")

    @property
    def waiting(self) -> int:
        """How many acts are on their way to the disk."""
        return int(self.runner.busy)

    def leave(self) -> bool:
        """Whether nothing would be lost by the end of the program."""
        return not self.runner.busy
