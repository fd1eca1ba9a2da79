"""The queue's list, kept in step with the journals, the filter and what the checks find out: all of it off-thread."""

from __future__ import annotations

import threading
from bisect import bisect
from collections.abc import Callable

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from app.base.cancelling import CancelledError
from app.base.text import many
from app.errors import BackspanError
from app.project.project import Project
from app.records.filters.language import FilterError
from app.records.filters.row import Row
from app.review import Left
from app.review.passes import ORDERS, SECTIONS, Order, Plan, Section
from app.review.queue import Listing, Shown, Wish, check_texts
from app.workstation.queue.wording import empty_text
from app.workstation.screen import WorkScreen
from widgets.bars.filter import FilterBar
from widgets.bars.sections import SectionBar
from widgets.bars.status import StatusLine
from widgets.record.table import RecordTable


class Listed(Message):
    """A worker has a list; the newest counts."""

    def __init__(self, asked: int, shown: Shown) -> None:
        super().__init__()
        self.asked = asked
        """Which question it answers: they are counted."""
        self.shown = shown

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Listed) and message.asked <= self.asked


class Working(Message):
    """How far work in the background is; empty text: it is done."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Working)


class RecordQueue:
    """Shows what is wished for. What is done to the records is others' affair."""

    def __init__(
        self,
        screen: WorkScreen[None],
        project: Project,
        by: str,
        topic: str | None,
        wish: Wish,
        left: Left | None,
    ) -> None:
        """`topic`: None for all that are not for practice. `left`: where a pass was left, and the mark goes."""
        self._screen = screen
        self._project = project
        self._by = by
        self._topic = topic
        self._left = left
        """Until the list is there."""
        self.wish = wish
        """What is to be listed."""
        self.listing: Listing | None = None
        """The topics' records; None until they are being read."""
        self.shown: Shown | None = None
        """What is listed; None before the first list."""
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

    @property
    def marked(self) -> Row | None:
        """The record under the mark."""
        return self._table.marked

    @property
    def topic(self) -> str | None:
        """The topic of the marked record, or the only one; None where neither is known."""
        row = self.marked
        desks = self.listing.desks if self.listing is not None else {}
        return row.topic if row is not None else next(iter(desks), None) if len(desks) == 1 else None

    @property
    def _table(self) -> RecordTable:
        return self._screen.query_one(RecordTable)

    # -- reading

    def begin(self) -> None:
        """Read the journals, and list what is wished for."""
        self._say_place("opening…")
        self._show_sections()
        self._screen.run("begin", self._read_first, lambda _: self._read(), self._unread)

    def close(self) -> None:
        """Nothing is asked any more."""
        if self.listing is not None:
            # Closing may wait for what is being written: not here.
            threading.Thread(target=self.listing.close, name="close-queue").start()

    def _read_first(self, cancelled: Callable[[], bool]) -> None:
        listing = self.listing = Listing(self._project, self._by, self._topic)
        listing.read(lambda share: self._post(Working(f"reading… {share:.0%}"), cancelled))
        first = listing.beginning(self.wish)
        if first is not None:
            self._post(Listed(self._asked, first), cancelled)
        listing.take(cancelled)

    def _post(self, message: Message, cancelled: Callable[[], bool]) -> None:
        """From a worker: tell the screen, if it is still there."""
        if not cancelled() and self._screen.is_attached:
            self._screen.post_message(message)

    def _read(self) -> None:
        """The rows are there, or other ones."""
        self.list()
        self._find_out()

    def _unread(self, error: BackspanError) -> None:
        self._say_place("cannot be listed")
        self._status.set_work("")
        self._screen.alarm(str(error))

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again; mark, filter and focus stay."""
        if self._screen.is_current:
            self.look_again()
        else:  # what is over this screen needs the processor more
            self._unseen = True

    def resumed(self) -> None:
        """The screen is seen again."""
        if self._unseen:
            self._unseen = False
            self.look_again()

    def look_again(self) -> None:
        """Take in what the journals say now."""
        if self.listing is not None:
            listing = self.listing
            self._screen.run(
                "read", lambda cancelled: self._look(listing, cancelled), failed=self._screen.alarm_of
            )

    def _look(self, listing: Listing, cancelled: Callable[[], bool]) -> None:
        listing.read()
        if listing.take(cancelled) and self._screen.is_attached:
            # Also where another look has begun meanwhile: that one finds nothing new any more.
            self._screen.app.call_from_thread(self._read)

    # -- listing

    def ask(self, section: Section | None = None, order: Order | None = None) -> None:
        """List another section, or in another order."""
        self.wish = self.wish._replace(section=section or self.wish.section, order=order or self.wish.order)
        self.list()

    def filter(self, text: str) -> None:
        """List what another filter leaves."""
        if text != self.wish.filter:
            self.wish = self.wish._replace(filter=text)
            self.list()

    def apply(self, wish: Wish) -> None:
        """List something else altogether."""
        self.wish = wish
        self._bar.set_value(wish.filter)
        self._screen.set_focus(self._table)
        self.list()

    def list(self) -> None:
        """List what is wished for, in a thread."""
        self._asked += 1
        self._show_sections()
        listing, asked, wish = self.listing, self._asked, self.wish
        if listing is not None:
            self._screen.run("list", lambda cancelled: self._list_in_thread(listing, asked, wish, cancelled))

    def _list_in_thread(
        self, listing: Listing, asked: int, wish: Wish, cancelled: Callable[[], bool]
    ) -> None:
        try:
            shown = listing.show(wish, cancelled)
        except FilterError as error:
            if not cancelled():
                self._screen.app.call_from_thread(self._refused, asked, error)
        else:
            self._post(Listed(asked, shown), cancelled)

    def _refused(self, asked: int, error: FilterError) -> None:
        """The filter cannot be meant so: what was listed stays."""
        if asked == self._asked:
            self._bar.set_problem(error.reason, error.remedy, error.start)

    def listed(self, message: Listed) -> None:
        """Show a list, if it answers the newest question."""
        if message.asked != self._asked:
            return
        shown = self.shown = message.shown
        self._show_sections(shown.wish)
        table = self._table
        table.set_rows(shown.rows, shown.rows.place, shown.total)
        if self._left is not None and not shown.partial:
            self._go_on(shown, self._left)
        table.set_note(ORDERS[shown.wish.order] + (" · ordering…" if shown.partial else ""))
        unread = f"{many(shown.unread, 'record')} cannot be found by words yet" if shown.unread else ""
        self._bar.set_hint(shown.hint or unread)
        self._say_empty("" if shown.rows or shown.partial else empty_text(shown))
        self._say_place()

    def _say_empty(self, said: str) -> None:
        if said != self._empty:  # laying out the screen anew costs more than the list
            self._empty = said
            empty = self._screen.query_one("#empty", Static)
            empty.update(Content(said))
            empty.display = bool(said)

    def _go_on(self, shown: Shown, left: Left) -> None:
        """Put the mark where the pass goes on: on the record that was in sight, or the next one if it was judged."""
        wish, rows, table = shown.wish, shown.rows, self._table
        at = rows.place(left.mark.record)
        if at is None and self._under_way and (wish.filter.strip() or wish.section == "findings"):
            return  # what the list goes by is still being found out
        self._left = None
        there = (left.section, left.mark.order, left.filter)
        if table.cursor or (wish.section, wish.order, wish.filter) != there:
            return  # the person has gone elsewhere meanwhile
        if not rows and wish != Wish(order=wish.order):  # that list is done
            self.apply(Wish(order=wish.order))
            return
        if at is None:
            at = bisect(rows, left.mark.key, key=Plan(wish.section, wish.order).key)
        if at < len(rows):
            table.cursor = at

    # -- what is said

    @property
    def _status(self) -> StatusLine:
        return self._screen.query_one(StatusLine)

    @property
    def _bar(self) -> FilterBar:
        return self._screen.query_one(FilterBar)

    def _show_sections(self, wish: Wish | None = None) -> None:
        section = (wish or self.wish).section
        self._screen.query_one(SectionBar).set_sections(section, _counts(self.shown))

    def _say_place(self, more: str = "") -> None:
        desks = [*self.listing.desks.values()] if self.listing is not None else []
        title = desks[0].spec.title if len(desks) == 1 else self._topic or "All topics"
        parts = [title, SECTIONS[self.wish.section], self._by]
        if self.listing is not None and self.listing.blind:
            parts.append("blind")
        self._status.set_left(" · ".join([title, more] if more else parts))

    # -- the background: words of all texts, then what the checks say

    def _find_out(self) -> None:
        if self._under_way:
            self._again = True
        elif self.listing is not None:
            self._under_way, self._again = True, False
            listing = self.listing
            self._screen.run(
                "background", lambda cancelled: self._find_out_in_thread(listing, cancelled), exclusive=False
            )

    def _find_out_in_thread(self, listing: Listing, given_up: Callable[[], bool]) -> None:
        def cancelled() -> bool:
            return given_up() or not self._screen.is_attached

        def part(what: str, done: int, total: int) -> None:
            self._post(Working(f"{what} {done:,} of {total:,}"), given_up)

        def learned() -> None:
            """The checks have said more: new rows for the list."""
            try:
                if listing.take(cancelled):
                    self._call(self.list, cancelled)
            except CancelledError:
                pass

        def remark(text: str) -> None:
            self._remark(text, cancelled)

        try:
            if listing.index_texts(part, cancelled):
                self._call(self.list, cancelled)
            checked = check_texts(listing, part, cancelled, learned, remark)
            if checked and not cancelled():
                listing.reorder()
                learned()
        except BackspanError as error:
            remark(str(error))
        finally:
            self._post(Working(""), given_up)
            if cancelled():
                listing.close()  # it may have been opened again since the screen was left
            self._call(self._found_out, cancelled)

    def _call(self, do: Callable[[], object], cancelled: Callable[[], bool]) -> None:
        """From a worker: have something done on the interface's thread, if the screen is still there."""
        if not cancelled():
            self._screen.app.call_from_thread(do)

    def _found_out(self) -> None:
        self._under_way = False
        if self._left is not None:
            self.list()
        if self._again:
            self._find_out()

    def _remark(self, text: str, cancelled: Callable[[], bool]) -> None:
        """From a worker: say something once that is not in the way of the work."""
        if text not in self._told:
            self._told.add(text)
            self._call(lambda: self._screen.warn(text, timeout=10), cancelled)

    def working(self, message: Working) -> None:
        """Say how far the background is."""
        self._status.set_work(message.text)


def _counts(shown: Shown | None) -> dict[str, int | None]:
    """What each section has; None where that is not known yet."""
    known = shown.counts if shown is not None and not shown.partial else {}
    return {section: known.get(section) for section in SECTIONS}
