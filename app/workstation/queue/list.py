"""The queue's list, kept in step with the journals, the filter and what the checks find out: all of it off-thread."""

from __future__ import annotations

import threading
from bisect import bisect
from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import Worker, get_current_worker

from app.base.cancelling import CancelledError
from app.errors import BackspanError
from app.project.project import Project
from app.records.filters.language import FilterError
from app.records.prose import many
from app.review import Left
from app.review.passes import ORDERS, SECTIONS, Order, Plan, Section
from app.review.queue import Listing, Shown, Wish, check_texts
from app.settings.person import Settings
from app.workstation.queue.wording import empty_text
from widgets.bars.filter import FilterBar
from widgets.bars.sections import SectionBar
from widgets.bars.status import StatusLine
from widgets.base.bindings import bindings_for
from widgets.base.steady import SteadyScreen
from widgets.record.table import RecordTable


class QueueList(SteadyScreen[None]):
    """Shows what is wished for. What is done to the records is `QueueScreen`'s affair."""

    HELP_SCOPES = ("queue", "table")
    BINDINGS = [*bindings_for("queue")]

    class _Listed(Message):
        """A worker has a list; the newest counts."""

        def __init__(self, asked: int, shown: Shown) -> None:
            super().__init__()
            self.asked = asked
            self.shown = shown

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, QueueList._Listed) and message.asked <= self.asked

    class _Working(Message):
        """How far work in the background is; empty text: it is done."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, QueueList._Working)

    def __init__(
        self,
        project: Project,
        settings: Settings,
        by: str,
        topic: str | None,
        filter: str = "",
        *,
        section: Section | None = None,
        order: Order = "oldest",
        left: Left | None = None,
    ) -> None:
        """`topic`: None for all that are not for practice. With a filter, and no section, all records are listed.

        `left`: where a pass was left; its list is opened, with the mark where it goes on.
        """
        super().__init__()
        self._project = project
        self._settings = settings
        self._by = by
        self._topic = topic
        self._left = left
        """Until the list is there."""
        if left is not None:
            section, order, filter = left.section, left.mark.order, left.filter
        self._wish = Wish(section or ("all" if filter else "review"), order, filter)
        self._listing: Listing | None = None
        self._shown: Shown | None = None
        self._asked = 0
        """Counts what was asked for, so that an answer that comes late is dropped."""
        self._under_way = False
        """Whether the background is at work."""
        self._again = False
        """Whether it has to begin anew once it is done."""
        self._unseen = False
        """Whether the journal changed while another screen was over this one."""
        self._told: set[str] = set()
        self._empty = ""
        """What is said in place of a list."""

    def compose(self) -> ComposeResult:
        yield StatusLine(
            buttons=(
                ("Back", "leave"),
                ("Order", "order"),
                ("Judge all", "bulk"),
                ("Undo", "undo"),
                ("Save filter", "save_filter"),
                ("Saved", "saved_filters"),
            )
        )
        yield SectionBar(tuple(SECTIONS.items()))
        yield FilterBar(self._wish.filter)
        empty = Static("", id="empty", markup=False)
        empty.display = False
        yield empty
        yield RecordTable()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RecordTable))
        self._say_place("opening…")
        self.query_one(SectionBar).set_sections(self._wish.section, _counts(None))
        self._begin()

    def on_unmount(self) -> None:
        """Nothing is asked any more."""
        if self._listing is not None:
            # Closing may wait for what is being written: not here.
            threading.Thread(target=self._listing.close, name="close-queue").start()

    # -- reading

    @work(thread=True, group="begin", exit_on_error=False)
    def _begin(self) -> None:
        worker = get_current_worker()
        try:
            listing = Listing(self._project, self._by, self._topic)
            self._listing = listing
            listing.read(lambda share: self._tell(self._Working(f"reading… {share:.0%}"), worker))
            first = listing.beginning(self._wish)
            if first is not None:
                self._tell(self._Listed(self._asked, first), worker)
            listing.take(lambda: worker.is_cancelled)
        except CancelledError:
            return
        except BackspanError as error:
            self._call(self._unread, str(error))
            return
        self._call(self._read)

    def _tell(self, message: Message, worker: Worker[object]) -> None:
        if not worker.is_cancelled and self.is_attached:
            self.post_message(message)

    def _call(self, do: Callable[..., object], *values: object) -> None:
        """From a worker: have something done on the interface's thread, if the screen is still there."""
        if self.is_attached and not get_current_worker().is_cancelled:
            self.app.call_from_thread(do, *values)

    def _read(self) -> None:
        """The rows are there, or other ones."""
        self._list()
        self._find_out()

    def _unread(self, why: str) -> None:
        self._say_place("cannot be listed")
        self.query_one(StatusLine).set_work("")
        self._warn(why)

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again; mark, filter and focus stay."""
        if self.is_current:
            self._look_again()
        else:  # what is over this screen needs the processor more
            self._unseen = True

    def on_screen_resume(self) -> None:
        """This screen is seen again."""
        if self._unseen:
            self._unseen = False
            self._look_again()

    @work(thread=True, exclusive=True, group="read", exit_on_error=False)
    def _look_again(self) -> None:
        listing, worker = self._listing, get_current_worker()
        if listing is None:
            return
        try:
            listing.read()
            changed = listing.take(lambda: worker.is_cancelled)
        except CancelledError:
            return
        except BackspanError as error:
            self._call(self._warn, str(error))
            return
        if changed and self.is_attached:
            # Also where another look has begun meanwhile: that one finds nothing new any more.
            self.app.call_from_thread(self._read)

    # -- listing

    def wish(self, section: Section | None = None, order: Order | None = None) -> None:
        """List another section, or in another order."""
        self._wish = self._wish._replace(
            section=section or self._wish.section, order=order or self._wish.order
        )
        self._list()

    def _list(self) -> None:
        self._asked += 1
        self.query_one(SectionBar).set_sections(self._wish.section, _counts(self._shown))
        self._list_in_thread(self._asked, self._wish)

    @work(thread=True, exclusive=True, group="list", exit_on_error=False)
    def _list_in_thread(self, asked: int, wish: Wish) -> None:
        listing, worker = self._listing, get_current_worker()
        if listing is None:
            return
        try:
            shown = listing.show(wish, lambda: worker.is_cancelled)
        except CancelledError:
            return
        except FilterError as error:
            self._call(self._refused, asked, error)
            return
        self._tell(self._Listed(asked, shown), worker)

    def _refused(self, asked: int, error: FilterError) -> None:
        """The filter cannot be meant so: what was listed stays."""
        if asked == self._asked:
            self.query_one(FilterBar).set_problem(error.reason, error.remedy, error.start)

    def on_queue_list__listed(self, message: _Listed) -> None:
        message.stop()
        if message.asked != self._asked:
            return
        shown = self._shown = message.shown
        self.query_one(SectionBar).set_sections(shown.wish.section, _counts(shown))
        table = self.query_one(RecordTable)
        table.set_rows(shown.rows, shown.rows.place, shown.total)
        if self._left is not None and not shown.partial:
            self._go_on(shown, self._left)
        ordering = " · ordering…" if shown.partial else ""
        table.set_note(ORDERS[shown.wish.order] + ordering)
        unread = f"{many(shown.unread, 'record')} cannot be found by words yet" if shown.unread else ""
        self.query_one(FilterBar).set_hint(shown.hint or unread)
        said = "" if shown.rows or shown.partial else empty_text(shown)
        if said != self._empty:  # laying out the screen anew costs more than the list
            self._empty = said
            empty = self.query_one("#empty", Static)
            empty.update(Content(said))
            empty.display = bool(said)
        self._say_place()

    def _go_on(self, shown: Shown, left: Left) -> None:
        """Put the mark where the pass goes on: on the record that was in sight, or the next one if it was judged."""
        wish, rows, table = shown.wish, shown.rows, self.query_one(RecordTable)
        at = rows.place(left.mark.record)
        if at is None and self._under_way and (wish.filter.strip() or wish.section == "findings"):
            return  # what the list goes by is still being found out
        self._left = None
        if table.cursor or (wish.section, wish.order, wish.filter) != (
            left.section,
            left.mark.order,
            left.filter,
        ):
            return  # the person has gone elsewhere meanwhile
        if not rows and wish != Wish(order=wish.order):  # that list is done
            self._apply(Wish(order=wish.order))
            return
        if at is None:
            at = bisect(rows, left.mark.key, key=Plan(wish.section, wish.order).key)
        if at < len(rows):
            table.cursor = at

    def _apply(self, wish: Wish) -> None:
        """List something else altogether."""
        self._wish = wish
        self.query_one(FilterBar).set_value(wish.filter)
        self.set_focus(self.query_one(RecordTable))
        self._list()

    def _say_place(self, more: str = "") -> None:
        desks = list(self._listing.desks.values()) if self._listing is not None else []
        title = desks[0].spec.title if len(desks) == 1 else self._topic or "All topics"
        parts = [title, SECTIONS[self._wish.section], self._by]
        if self._listing is not None and self._listing.blind:
            parts.append("blind")
        self.query_one(StatusLine).set_left(" · ".join([title, more] if more else parts))

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        event.stop()
        if event.text != self._wish.filter:
            self._wish = self._wish._replace(filter=event.text)
            self._list()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self.set_focus(self.query_one(RecordTable))

    @on(SectionBar.Chosen)
    def _section_chosen(self, event: SectionBar.Chosen) -> None:
        event.stop()
        self.wish(section=next(name for name in SECTIONS if name == event.section))

    # -- the background: words of all texts, then what the checks say

    def _find_out(self) -> None:
        if self._under_way:
            self._again = True
        else:
            self._under_way, self._again = True, False
            self._find_out_in_thread()

    @work(thread=True, group="background", exit_on_error=False)
    def _find_out_in_thread(self) -> None:
        listing, worker = self._listing, get_current_worker()
        assert listing is not None

        def cancelled() -> bool:
            return worker.is_cancelled or not self.is_attached

        def part(what: str, done: int, total: int) -> None:
            self._tell(self._Working(f"{what} {done:,} of {total:,}"), worker)

        try:
            texts = listing.index_texts(part, cancelled)
            if texts and not cancelled():
                self._call(self._list)
            checked = check_texts(listing, part, cancelled, lambda: self._learned(cancelled), self._remark)
            if checked and not cancelled():
                listing.reorder()
                self._learned(cancelled)
        except BackspanError as error:
            self._remark(str(error))
        finally:
            self._tell(self._Working(""), worker)
            if cancelled():
                listing.close()  # it may have been opened again since the screen was left
            self._call(self._found_out)

    def _learned(self, cancelled: Callable[[], bool]) -> None:
        """The checks have said more: new rows for the list."""
        listing = self._listing
        assert listing is not None
        try:
            if listing.take(cancelled):
                self._call(self._list)
        except CancelledError:
            pass

    def _found_out(self) -> None:
        self._under_way = False
        if self._left is not None:
            self._list()
        if self._again:
            self._find_out()

    def _remark(self, text: str) -> None:
        """From a worker: say something once that is not in the way of the work."""
        if text not in self._told:
            self._told.add(text)
            self._call(self._mention, text)

    def _mention(self, text: str) -> None:
        self.notify(text, severity="warning", markup=False, timeout=10)

    def on_queue_list__working(self, message: _Working) -> None:
        message.stop()
        self.query_one(StatusLine).set_work(message.text)

    # -- what goes wrong

    def _warn(self, why: str) -> None:
        self.notify(why, severity="error", markup=False, timeout=15)


def _counts(shown: Shown | None) -> dict[str, int | None]:
    """What each section has; None where that is not known yet."""
    known = shown.counts if shown is not None and not shown.partial else {}
    return {section: known.get(section) for section in SECTIONS}
