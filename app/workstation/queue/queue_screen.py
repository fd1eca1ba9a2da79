"""The queue: a topic's records in sections, from which they are opened, or judged many at once."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Footer, Static

from app.project.project import Project
from app.records.filters.row import Row
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import viewpoint
from app.review import Left
from app.review.passes import ORDERS, SECTIONS, Order, Plan, Section
from app.review.queue import Listing, Shown, TopicQueue, Wish
from app.settings.person import Settings
from app.workstation.queue.bulk_verdicts import BulkVerdicts
from app.workstation.queue.record_queue import Listed, RecordQueue, Working
from app.workstation.queue.saved_filter_menu import SavedFilterMenu
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.records.settling import ConflictResult
from app.workstation.routes import ReviewWish, Workplace, routes_of
from app.workstation.screen import WorkScreen
from widgets.bars.filter import FilterBar
from widgets.bars.sections import SectionBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.record.table import RecordTable

_SECTIONS: tuple[Section, ...] = tuple(SECTIONS)
_ORDERS: tuple[Order, ...] = tuple(ORDERS)


class QueueScreen(WorkScreen[None]):
    """Opens what is marked in the list; the rest is done by its parts."""

    HELP_SCOPES = ("queue", "table")
    BINDINGS = [*bindings_for("queue")]

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
        self._at = Workplace(project, settings, by)
        if left is not None:
            section, order, filter = left.section, left.mark.order, left.filter
        wish = Wish(section or ("all" if filter else "review"), order, filter)
        self.queue = RecordQueue(self, project, by, topic, wish, left)
        self.bulk = BulkVerdicts(self, self.queue)
        self.adopt(SavedFilterMenu(self, self.queue), self.bulk)

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
        yield FilterBar(self.queue.wish.filter)
        empty = Static("", id="empty", markup=False)
        empty.display = False
        yield empty
        yield RecordTable()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RecordTable))
        self.queue.begin()

    def on_unmount(self) -> None:
        """Nothing is asked any more."""
        self.queue.close()

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it."""
        self.queue.journal_changed()

    def on_screen_resume(self) -> None:
        """This screen is seen again."""
        self.queue.resumed()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        if group == "act":
            self.bulk.mistaken()

    # -- what is listed

    @on(Listed)
    def _listed(self, message: Listed) -> None:
        message.stop()
        self.queue.listed(message)

    @on(Working)
    def _working(self, message: Working) -> None:
        message.stop()
        self.queue.working(message)

    def action_section(self, step: int) -> None:
        """Show the section after this one, or with -1 the one before."""
        at = _SECTIONS.index(self.queue.wish.section)
        self.queue.ask(section=_SECTIONS[(at + step) % len(_SECTIONS)])

    def action_conflicts(self) -> None:
        """Show the conflicts."""
        self.queue.ask(section="conflicts")

    def action_order(self) -> None:
        """Show the next order."""
        at = _ORDERS.index(self.queue.wish.order)
        self.queue.ask(order=_ORDERS[(at + 1) % len(_ORDERS)])

    @on(SectionBar.Chosen)
    def _section_chosen(self, event: SectionBar.Chosen) -> None:
        event.stop()
        self.queue.ask(section=next(name for name in SECTIONS if name == event.section))

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).begin()

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self.queue.filter(event.text)

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self.set_focus(self.query_one(RecordTable))

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        """A click on one of the line's buttons is the key's action."""
        event.stop()
        getattr(self, f"action_{event.action_id}")()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    # -- one record

    @on(RecordTable.Chosen)
    def _chosen(self, event: RecordTable.Chosen) -> None:
        event.stop()
        row, shown, listing = self.queue.marked, self.queue.shown, self.queue.listing
        if row is None or shown is None or listing is None:
            return
        if row.status == "conflict":
            self.push(ConflictScreen(_SeenActs(listing.desks[row.topic]), row.record), self._conflict_left)
        elif shown.partial:
            self.say("The list is still being put in order; in a moment.")
        else:
            # In a thread: a list may hold a hundred thousand records.
            self.run("open", lambda _: _pass_over(listing, shown, row), self._review)

    def _review(self, wish: ReviewWish) -> None:
        routes_of(self.app).open_review(self._at, wish, self._came_back)

    def _came_back(self, _: object = None) -> None:
        self.queue.look_again()

    def _conflict_left(self, result: ConflictResult | None) -> None:
        topic = self.queue.topic
        if result is not None and result.outcome == "edit" and topic is not None:
            routes_of(self.app).open_topic(self._at, topic, result.record, self._came_back)
        else:
            self._came_back()

    def action_history(self) -> None:
        """Show who did what to the marked record."""
        row, listing = self.queue.marked, self.queue.listing
        if row is not None and listing is not None:
            self.push(HistoryScreen(_SeenActs(listing.desks[row.topic]), row.record), self._came_back)


def _pass_over(listing: Listing, shown: Shown, row: Row) -> ReviewWish:
    """A pass over what is listed, from this record on. Goes through the list: for a worker thread."""
    wish = shown.wish
    plan, only = Plan(wish.section, wish.order), None
    rules = listing.desks[row.topic].spec.review
    if wish.filter.strip() or wish.section == "findings" or rules.assign != "all":
        only = frozenset(one.record for one in shown.rows[:])
    if wish.section == "findings":
        plan = Plan("all", wish.order)  # the pass does not know what the checks said here
    return ReviewWish(row.topic, row.record, plan, only, wish.filter.strip(), wish.section)


class _SeenActs(JudgeActs):
    """The acts on a record as this person may see it: no verdict that is hidden stands in its history."""

    def __init__(self, desk: TopicQueue) -> None:
        super().__init__(desk.judge)
        self._viewer = desk.viewer

    def state(self, record: str) -> RecordState | None:
        found = super().state(record)
        return viewpoint(found, self._viewer) if found is not None else None
