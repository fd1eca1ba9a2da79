"""The queue: a topic's records in sections, from which they are opened, or judged many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from textual import work
from textual.app import App
from textual.screen import Screen

from app.errors import BackspanError
from app.project.annotator import annotator
from app.project.project import Project
from app.records.events import Verdict
from app.records.filters.row import Row
from app.records.filters.rows import viewpoint
from app.records.history.ledger import RecordState
from app.records.prose import many
from app.review import left_off
from app.review.passes import ORDERS, SECTIONS, Order, Plan, Section
from app.review.queue import Bulk, Saved, SavedFilters, Shown, TopicQueue, Wish
from app.review.queue.saved_filters import refusal
from app.settings import person
from app.workstation.queue.list import QueueList
from app.workstation.queue.wording import VERDICTS, bulk_answers, bulk_text, bulk_title
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict import ConflictResult, ConflictScreen
from app.workstation.records.history import HistoryScreen
from widgets.bars.filter import FilterBar
from widgets.bars.status import StatusLine
from widgets.dialogs.choose import Choose
from widgets.dialogs.questions import PromptLine
from widgets.pick.finder import Choice, Finder
from widgets.record.table import RecordTable

_SECTIONS: tuple[Section, ...] = tuple(SECTIONS)
_ORDERS: tuple[Order, ...] = tuple(ORDERS)
_FORGET = Wish()
"""Stands among saved filters for the wish to remove one."""


class QueueScreen(QueueList):
    """Opens, judges, and takes back. Every act runs in a thread, and is told when it is on disk."""

    _acting = False
    """Whether an act is on its way to the disk."""

    # -- what is listed

    def action_section(self, step: int) -> None:
        """Show the section after this one, or with -1 the one before."""
        at = _SECTIONS.index(self._wish.section)
        self.wish(section=_SECTIONS[(at + step) % len(_SECTIONS)])

    def action_conflicts(self) -> None:
        """Show the conflicts."""
        self.wish(section="conflicts")

    def action_order(self) -> None:
        """Show the next order."""
        at = _ORDERS.index(self._wish.order)
        self.wish(order=_ORDERS[(at + 1) % len(_ORDERS)])

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).begin()

    def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        """A click on one of the line's buttons is the key's action."""
        event.stop()
        actions: dict[str, Callable[[], object]] = {
            "leave": self.action_leave,
            "order": self.action_order,
            "bulk": self.action_bulk,
            "undo": self.action_undo,
            "save_filter": self.action_save_filter,
            "saved_filters": self.action_saved_filters,
        }
        actions[event.action_id]()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    # -- saved filters

    def action_save_filter(self) -> None:
        """Save filter, section and order under a name."""
        wish = self._wish
        said = f"Save “{wish.filter.strip() or 'no filter'}” in {SECTIONS[wish.section]} as"

        def named(name: str | None) -> None:
            if name is not None:
                self._save_filter(name.strip(), wish)

        self.app.push_screen(PromptLine(said, wrong=refusal), named)

    @work(thread=True, group="saved", exit_on_error=False)
    def _save_filter(self, name: str, wish: Wish) -> None:
        try:
            remark = SavedFilters().save(name, wish)
        except BackspanError as error:
            self._call(self._warn, str(error))
            return
        self._call(self._say, f"saved as {name}" + (f"; {remark}" if remark else ""))

    @work(thread=True, exclusive=True, group="saved", exit_on_error=False)
    def action_saved_filters(self) -> None:
        """Choose one of the saved filters."""
        self._call(self._choose_filter, SavedFilters().load())

    def _choose_filter(self, saved: Saved, forget: bool = False) -> None:
        if saved.problem:
            self._mention(saved.problem)
        if not saved.filters:
            self._say("No filter is saved yet. ctrl+s or F2 saves the one that is shown.")
            return
        choices = [
            Choice(f"{name}   {wish.filter}", (name, wish), detail=SECTIONS[wish.section])
            for name, wish in saved.filters.items()
        ]
        title = "Forget a saved filter" if forget else "Saved filters"
        if not forget:
            choices.append(Choice("Forget a saved filter…", ("", _FORGET)))

        def chosen(found: tuple[str, Wish] | None) -> None:
            if found is None:
                return
            name, wish = found
            if forget:
                self._forget_filter(name)
            elif not name:
                self._choose_filter(saved, forget=True)
            else:
                self._apply(wish)

        self.app.push_screen(Finder(choices, title=title), chosen)

    @work(thread=True, group="saved", exit_on_error=False)
    def _forget_filter(self, name: str) -> None:
        try:
            SavedFilters().forget(name)
        except BackspanError as error:
            self._call(self._warn, str(error))
        else:
            self._call(self._say, f"forgotten: {name}")

    def _say(self, text: str) -> None:
        self.notify(text, markup=False)

    # -- one record

    def on_record_table_chosen(self, event: RecordTable.Chosen) -> None:
        event.stop()
        row, shown = self.query_one(RecordTable).marked, self._shown
        if row is None or shown is None or self._listing is None:
            return
        if row.status == "conflict":
            acts = _SeenActs(self._listing.desks[row.topic])
            self.app.push_screen(ConflictScreen(acts, row.record), self._conflict_left)
        elif shown.partial:
            self._say("The list is still being put in order; in a moment.")
        else:
            self._open_review(shown, row)

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _open_review(self, shown: Shown, row: Row) -> None:
        """Make the pass in a thread: a list may hold a hundred thousand records."""
        from app.workstation.review.screen import ReviewScreen  # late: heavy, and it may lead back here

        wish, listing = shown.wish, self._listing
        assert listing is not None
        plan, only = Plan(wish.section, wish.order), None
        rules = listing.desks[row.topic].spec.review
        if wish.filter.strip() or wish.section == "findings" or rules.assign != "all":
            only = frozenset(one.record for one in shown.rows[:])
        if wish.section == "findings":
            plan = Plan("all", wish.order)  # the pass does not know what the checks said here
        self._call(self._push_review, ReviewScreen, row, plan, only, wish)

    def _push_review(
        self,
        screen: Callable[..., Screen[None]],
        row: Row,
        plan: Plan,
        only: Collection[str] | None,
        wish: Wish,
    ) -> None:
        review = screen(
            self._project,
            row.topic,
            self._settings,
            self._by,
            plan,
            only=only,
            filtered=wish.filter.strip(),
            section=wish.section,
            record=row.record,
        )
        self.app.push_screen(review, self._came_back)

    def _came_back(self, _: object = None) -> None:
        self._look_again()

    def _conflict_left(self, result: ConflictResult | None) -> None:
        if result is not None and result.outcome == "edit":
            from app.workstation.annotate.annotate_screen import AnnotateScreen  # late: the editor is heavy

            topic = self._topic_at()
            if topic is not None:
                editor = AnnotateScreen(self._project, topic, self._settings, self._by, result.record)
                self.app.push_screen(editor, self._came_back)
                return
        self._look_again()

    def action_history(self) -> None:
        """Show who did what to the marked record."""
        row = self.query_one(RecordTable).marked
        if row is None or self._listing is None:
            return
        acts = _SeenActs(self._listing.desks[row.topic])
        self.app.push_screen(HistoryScreen(acts, row.record), self._came_back)

    # -- many records

    @work(thread=True, exclusive=True, group="bulk", exit_on_error=False)
    def action_bulk(self) -> None:
        """Ask for a verdict on exactly what is listed."""
        shown, listing = self._shown, self._listing
        if shown is None or listing is None or shown.partial:
            self._call(self._say, "The records are still being read; in a moment.")
        elif shown.wish != self._wish:
            self._call(self._say, "The list is not what the filter says; mend the filter first.")
        else:
            self._call(self._ask_bulk, listing.bulk(shown.wish, shown.rows))

    def _ask_bulk(self, bulk: Bulk) -> None:
        answers = bulk_answers(bulk)
        if len(bulk.topics) > 1:
            self._warn(
                f"These records are of {len(bulk.topics)} topics: choose one, as in topic:{bulk.topics[0]}."
            )
        elif len(answers) == 1:
            self._say(
                "No record that is listed can be judged by you" + (f": {bulk.left}." if bulk.left else ".")
            )
        else:
            question = Choose(bulk_title(bulk), bulk_text(bulk), answers, first="nothing", harmless="nothing")
            self.app.push_screen(question, lambda answer: self._answered(bulk, answer))

    def _answered(self, bulk: Bulk, answer: str | None) -> None:
        verdict: Verdict | None = next((v for v in VERDICTS if v == answer), None)
        if verdict is None:
            return
        if verdict == "accept":
            self._give(bulk, verdict, "")
            return
        what = "What is to be changed in" if verdict == "return" else "Why are these rejected:"
        question = f"{what} {many(len(bulk.of(verdict)), 'record')}"

        def noted(note: str | None) -> None:
            if note is not None:
                self._give(bulk, verdict, note.strip())

        self.app.push_screen(PromptLine(question, wrong=_needed), noted)

    def _give(self, bulk: Bulk, verdict: Verdict, note: str) -> None:
        listing = self._listing
        assert listing is not None

        def act() -> str:
            given = listing.give(bulk, verdict, note)
            return f"{many(len(given), 'record')} {VERDICTS[verdict][1]}; u takes all of them back"

        self._act(act)

    # -- the way back

    def _topic_at(self) -> str | None:
        row = self.query_one(RecordTable).marked
        desks = self._listing.desks if self._listing is not None else {}
        return row.topic if row is not None else next(iter(desks), None) if len(desks) == 1 else None

    def action_undo(self) -> None:
        """Take back this person's last act in the topic."""
        listing, topic = self._listing, self._topic_at()
        if listing is not None and topic is not None:
            self._act(lambda: f"Taken back: {listing.undo(topic).target.text}"[:300])

    def action_redo(self) -> None:
        """Do it again."""
        listing, topic = self._listing, self._topic_at()
        if listing is not None and topic is not None:
            self._act(lambda: f"Done again: {listing.redo(topic).target.text}"[:300])

    def _act(self, act: Callable[[], str]) -> None:
        """One act at a time: a key that comes before the last act is on disk does nothing, and says so."""
        if self._acting:
            self._say("The last act is still being written; in a moment.")
            return
        self._acting = True
        self.query_one(StatusLine).set_state("saving")
        self._act_in_thread(act)

    @work(thread=True, group="act", exit_on_error=False)
    def _act_in_thread(self, act: Callable[[], str]) -> None:
        done, why = "", "something went wrong inside"
        try:
            done = act()
        except BackspanError as error:
            why = str(error)
        finally:
            self._call(self._acted, done, why)

    def _acted(self, done: str, why: str) -> None:
        self._acting = False
        if done:
            self.query_one(StatusLine).set_state("saved")
            self._say(done)
        else:
            self.query_one(StatusLine).set_state("unsaved", "nothing was changed")
            self._warn(why)
        self._look_again()


def show_queue(app: App[Any], root: Path, topic: str) -> None:
    """Open the queue of a topic of the project in `root`. Worker threads only: it reads the settings and asks git."""
    settings = person.read(person.settings_path())[0]
    project, by = Project(root), annotator(root, settings)
    left = left_off(project, topic)

    def push() -> None:
        app.push_screen(QueueScreen(project, settings, by, topic, left=left))

    app.call_from_thread(push)


class _SeenActs(JudgeActs):
    """The acts on a record as this person may see it: no verdict that is hidden stands in its history."""

    def __init__(self, desk: TopicQueue) -> None:
        super().__init__(desk.judge)
        self._viewer = desk.viewer

    def state(self, record: str) -> RecordState | None:
        found = super().state(record)
        return viewpoint(found, self._viewer) if found is not None else None


def _needed(note: str) -> str:
    return "" if note.strip() else "It needs some words: the author has to know what to do."
