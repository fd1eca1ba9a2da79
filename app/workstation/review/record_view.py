"""The review screen's panes: one record shown, from its texts at once to what takes longer to find out."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Collection

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Footer
from textual.worker import Worker, WorkerState, get_current_worker

from app.errors import BackspanError
from app.project.project import Project
from app.review import Attention, Reviewing, Sheet, Studied
from app.review.passes import Plan, Section
from app.settings.person import Settings
from app.workstation.review.sections import ReviewSections, age, tell
from widgets.bars.panes import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.bindings import bindings_for
from widgets.base.steady import SteadyScreen
from widgets.record.facts import RecordFacts
from widgets.record.view import Field, RecordView

PANES = ("texts", "code", "findings", "about")
"""The panes, in the order of their keys."""
NAMES = {f"{at} {pane}": pane for at, pane in enumerate(PANES, 1)}
"""What the bar of panes shows for each."""
_FIELDS: tuple[Field, ...] = ("user", "think", "block")
FOCUS = {"texts": "think", "code": "block", "findings": "findings", "about": "about"}
"""What has the keys first in each pane."""
WATCH = 1.0
"""Seconds between two looks at the journal."""


class _Desk(Container):
    BLANK = True  # it shows nothing itself; this spares its drawing, here and below


class _Column(Vertical):
    BLANK = True


class _Evidence(Horizontal):
    BLANK = True


class ReviewDesk(SteadyScreen[None]):
    """Shows records. What is done to them is `ReviewScreen`'s affair."""

    BLANK = True
    HELP_SCOPES = ("review",)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal"), (150, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (38, "-tall")]
    BINDINGS = [*bindings_for("review")]
    DEFAULT_CSS = """
    ReviewDesk #desk { height: 1fr; layout: grid; grid-size: 2 2; grid-rows: 1fr 12; }
    ReviewDesk.-tall #desk { grid-rows: 1fr 15; }
    ReviewDesk #user { height: 3fr; }
    ReviewDesk #think { height: 8fr; }
    ReviewDesk #block { height: 1fr; border-left: tall $panel; }
    ReviewDesk #pane-evidence { column-span: 2; height: 1fr; }
    ReviewDesk RecordFacts { width: 1fr; height: 1fr; }
    ReviewDesk #about, ReviewDesk #asked { border-left: tall $panel; }
    ReviewDesk.-normal PaneBar, ReviewDesk.-wide PaneBar { display: none; }
    ReviewDesk.-narrow #desk { layout: vertical; }
    ReviewDesk.-narrow #desk > * { display: none; height: 1fr; }
    ReviewDesk.-narrow #block { border: none; }
    ReviewDesk.-narrow.-texts #pane-texts, ReviewDesk.-narrow.-code #pane-code { display: block; }
    ReviewDesk.-narrow.-findings #pane-evidence, ReviewDesk.-narrow.-about #pane-evidence { display: block; }
    ReviewDesk.-narrow #pane-evidence { layout: vertical; }
    ReviewDesk.-narrow.-findings #about, ReviewDesk.-narrow.-findings #asked { display: none; }
    ReviewDesk.-narrow.-about #findings { display: none; }
    ReviewDesk.-narrow #about, ReviewDesk.-narrow #asked { border: none; }
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
        """`only`: ids of the records a filter left, `filtered` that filter; `record`: where to begin, not resume.

        `section`: of the list one came from, which is gone on with next time; else the plan's.
        """
        super().__init__()
        self._project = project
        self._topic = topic
        self._settings = settings
        self._by = by
        self._plan = plan or Plan()
        self._only = only
        self._filtered = filtered
        self._section = section
        self._first = record
        self._clock = clock
        self._going: Reviewing | None = None
        self._told: ReviewSections | None = None
        """What is on the screen; None where there is no record."""
        self._ahead: dict[str, Studied] = {}
        """What was found out of texts, by revision: replaced and never changed, for any thread reads it."""
        self._alone = True
        """Whether other records are not known yet to the checks."""
        self._learns = False
        """Whether the other records are being read, or were."""
        self._attention = Attention()
        self._seen = False
        """Whether what is in `_sheet` has been painted."""
        self._shown = 0
        """Counts what was shown, so that an answer that comes late is dropped."""
        self._current = ""
        self._pane = "texts"
        self._busy = False

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Leave", "leave"), ("Undo", "undo"), ("Help", "help")))
        yield PaneBar(tuple(NAMES))
        with _Desk(id="desk"):
            with _Column(id="pane-texts"):
                yield RecordView("user", id="user")
                yield RecordView("think", id="think")
            with _Column(id="pane-code"):
                yield RecordView("block", words=False, gutter=True, id="block")
            with _Evidence(id="pane-evidence"):
                yield RecordFacts(id="findings")
                yield RecordFacts(id="about")
                yield RecordFacts(id="asked")
        yield Footer(show_command_palette=False)

    # -- beginning

    def on_mount(self) -> None:
        self._say(f"{self._topic} · opening…")
        self._show_pane("texts")
        self._begin()

    @work(thread=True, group="begin", exit_on_error=False)
    def _begin(self) -> None:
        try:
            going = Reviewing(self._project, self._topic, self._by, self._plan, self._only)
            going.refresh()
            record = self._first or going.resume()
            told = self._read(going, record)
        except BackspanError as error:
            self.app.call_from_thread(self._cannot_begin, str(error))
            return
        self.app.call_from_thread(self._begun, going, told)

    def _read(self, going: Reviewing, record: str | None) -> ReviewSections | None:
        """A record as it is shown, with what is known of it by now. Worker threads only. Raises `BackspanError`."""
        return self._tell(going, going.open(record)) if record is not None else None

    def _tell(self, going: Reviewing, sheet: Sheet) -> ReviewSections:
        studied = self._ahead.get(sheet.revision.id) if sheet.revision is not None else None
        return tell(going, sheet, studied, self._alone)

    def _cannot_begin(self, why: str) -> None:
        self.app.notify(why, severity="error", markup=False, timeout=20)
        self.dismiss(None)

    def _begun(self, going: Reviewing, told: ReviewSections | None) -> None:
        self._going = going
        self._show(told)
        self.set_interval(WATCH, self._watch)

    def on_unmount(self) -> None:
        if self._going is not None:
            # What is under way ends first, and nobody waits for that.
            threading.Thread(target=self._going.close, name="close review").start()

    # -- one record

    @property
    def _sheet(self) -> Sheet | None:
        return self._told.sheet if self._told is not None else None

    def _show(self, told: ReviewSections | None) -> None:
        """Show another record, or none: what is known now; the rest comes as it is found out."""
        self._shown += 1
        self._seen, self._current = False, ""
        self._told = told
        sheet = self._sheet
        for field, text in zip(_FIELDS, sheet.texts if sheet is not None else ("", "", ""), strict=True):
            code = field == "block" and told is not None
            self._view(field).set_text(
                text,
                sheet.colours if code and sheet is not None else (),
                _counted(field, text, sheet),
                marks=told.marks[field] if told is not None else (),
                lines=told.lines if code and told is not None else (),
            )
        self._put_facts(keep_place=False)
        self.call_after_refresh(self._painted, self._shown)

    def _update(self, told: ReviewSections) -> None:
        """More is known of the record that is shown, or other people said something of it: its texts stay."""
        self._told = told
        self._mark()
        self._view("block").set_lines(told.lines)
        self._put_facts(keep_place=True)

    def _put_facts(self, keep_place: bool) -> None:
        told = self._told
        self._say(self._header())
        for name in ("findings", "about", "asked"):
            sections = getattr(told, name) if told is not None else ()
            self.query_one(f"#{name}", RecordFacts).set_sections(sections, keep_place=keep_place)

    def _mark(self) -> None:
        told = self._told
        if told is None:
            return
        now = next((one for one in told.steps if one[0] == self._current), None)
        for field in _FIELDS:
            marks = list(told.marks[field])
            if now is not None and now[1] == field and now[3] > now[2]:
                marks.append((now[2], now[3], "current"))
            self._view(field).set_marks(marks)

    def _painted(self, shown: int) -> None:
        """The record is in sight: from now on it can be judged, and reading counts."""
        if shown != self._shown:
            return
        self._seen = True
        self._attention.begin(self._clock())
        if self._told is not None:
            self._study_this(shown, self._told.sheet, self._told.studied is None)

    @work(thread=True, exclusive=True, group="study", exit_on_error=False)
    def _study_this(self, shown: int, sheet: Sheet, wanted: bool) -> None:
        """Keep the record's place, find out what is to be said of it, and read the next one ahead."""
        going, worker = self._going, get_current_worker()
        assert going is not None
        try:
            going.keep_place(sheet.record, self._section, self._filtered)
        except BackspanError:
            pass  # only convenience is lost
        if wanted:
            studied = going.study(sheet)
            if studied is not None and not worker.is_cancelled:
                told = tell(going, sheet, studied, self._alone)
                self.app.call_from_thread(self._study_ready, shown, told)
        if not self._learns and not worker.is_cancelled:
            self.app.call_from_thread(self._learn_first)
        following = going.next(sheet.record)
        if following is None or worker.is_cancelled:
            return
        try:
            after = going.open(following)
        except BackspanError:
            return  # whoever goes there is told why
        if after.revision is None or after.revision.id in self._ahead or worker.is_cancelled:
            return
        studied = going.study(after)
        if studied is not None and not worker.is_cancelled:
            self.app.call_from_thread(self._ahead_ready, studied)

    def _study_ready(self, shown: int, told: ReviewSections) -> None:
        assert told.studied is not None
        self._ahead_ready(told.studied)
        before = self._told
        if shown == self._shown and before is not None and before.sheet is told.sheet:
            self._update(told)

    def _ahead_ready(self, studied: Studied) -> None:
        self._ahead = {**dict(list(self._ahead.items())[-3:]), studied.revision: studied}

    def _learn_first(self) -> None:
        """Once something is known of the first record: its reader comes before all the others."""
        if not self._learns:
            self._learns = True
            self._learn()

    @work(thread=True, exclusive=True, group="learn", exit_on_error=False)
    def _learn(self) -> None:
        """Take in the other records, so that the checks can tell near-duplicates."""
        going, worker = self._going, get_current_worker()
        assert going is not None
        try:
            changed = going.learn(lambda: worker.is_cancelled)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        if changed or not worker.is_cancelled:  # the look that took its place finds nothing new any more
            self.app.call_from_thread(self._learnt, changed)

    def _learnt(self, changed: bool) -> None:
        if changed or self._alone:
            if self._alone:
                # What the checks have read by now stays: a collection that goes through it stops a key for 100 ms.
                gc.freeze()
            self._alone = False
            self._ahead = {}
            if self._told is None:
                return
            self._told = self._told._replace(studied=None)  # if it is not painted yet, it is studied then
            if self._seen:
                self._study_this(self._shown, self._told.sheet, True)

    # -- what others do

    @work(thread=True, exclusive=True, group="watch", exit_on_error=False)
    def _watch(self) -> None:
        going = self._going
        if going is None or self._busy:
            return
        try:
            if not going.changed():
                return
            going.refresh()
            before = self._sheet
            now = self._read(going, before.record) if before is not None else None
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._changed, before, now)

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again."""
        self._watch()

    def _changed(self, before: Sheet | None, now: ReviewSections | None) -> None:
        if before is not self._sheet or self._busy:
            return  # the person has gone on meanwhile
        if before is None or now is None or now.sheet.same_as(before):
            self._say(self._header())
        elif before.state.parents != now.sheet.state.parents:
            self._another_text(now)
        else:
            self._update(now)
        if self._learns:
            self._learn()

    def _another_text(self, now: ReviewSections) -> None:
        revision, status = now.sheet.revision, now.sheet.state.status
        whose = revision.by if revision is not None else "Somebody"
        if status == "retracted":
            said = "This record has been withdrawn meanwhile."
        elif status == "conflict":
            said = "This record has come into conflict meanwhile: enter shows the texts side by side."
        else:
            said = f"{whose} has saved a new text of this record: this is what it says now; d shows what changed."
        self.notify(said, severity="warning", markup=False, timeout=10)
        self._show(now)

    # -- what is said

    def _header(self) -> str:
        going, sheet = self._going, self._sheet
        if going is None:
            return self._topic
        parts = [self._topic]
        place = going.place(sheet.record) if sheet is not None else None
        if place is not None:
            parts.append(f"{place + 1}/{len(going.records)}")
        parts.append(f"{going.open_count} open")
        if self._filtered:
            parts.append(self._filtered)
        if sheet is None:
            return " · ".join([*parts, "nothing left here: u takes the last act back, q leaves"])
        flagged = [c.by for c in sheet.comments if c.about == "flag"]
        return " · ".join(
            [
                *parts,
                sheet.state.status,
                *(["you judged it"] if sheet.row.judged else []),
                *(["⚑ " + ", ".join(flagged)] if flagged else []),
                sheet.row.title or sheet.record,
                sheet.row.by,
                age(sheet.row.at),
            ]
        )

    def on_resize(self) -> None:
        """A narrow header has room for one way out; the footer has the others."""
        buttons = (("Leave", "leave"), ("Undo", "undo"), ("Help", "help"))
        narrow = self.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]
        self.query_one(StatusLine).set_buttons(buttons[2:] if narrow else buttons)

    def _say(self, text: str) -> None:
        self.query_one(StatusLine).set_left(text)

    def _warn(self, why: str) -> None:
        self.notify(why, severity="error", markup=False, timeout=15)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right; the fence tells of it."""
        if event.state is WorkerState.ERROR:
            self._busy = False

    # -- reading and moving about

    def _view(self, field: str) -> RecordView:
        return self.query_one(f"#{field}", RecordView)

    def _touch(self) -> None:
        self._attention.touch(self._clock())

    @on(RecordView.Moved)
    def _read_on(self) -> None:
        self._touch()

    def on_mouse_scroll_down(self) -> None:
        self._touch()

    def on_mouse_scroll_up(self) -> None:
        self._touch()

    def on_screen_suspend(self) -> None:
        """Something else covers the record."""
        self._attention.pause(self._clock())

    def on_screen_resume(self) -> None:
        """The record is in sight again."""
        if self._seen:
            self._attention.resume(self._clock())

    def _show_pane(self, pane: str, stop: str = "") -> None:
        self._pane = pane
        for name in PANES:
            self.set_class(name == pane, f"-{name}")
        self.query_one(PaneBar).active = next(shown for shown, name in NAMES.items() if name == pane)
        self.set_focus(self.query_one(f"#{stop or FOCUS[pane]}"))


def _counted(field: str, text: str, sheet: Sheet | None) -> str:
    if field == "block":
        return sheet.row.path if sheet is not None else ""
    return f"{len(text.split()):,} words"
