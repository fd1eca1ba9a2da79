"""What of the topic is done: marks in the source pane, the next open item, and leaving an item out for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textual import work
from textual.worker import get_current_worker

from app.base.cancelling import Cancelled
from app.errors import BackspanError
from app.progress.coverage.states import FileCoverage, ItemCoverage, Overlap, TopicCoverage
from app.project.topics.titles import printable
from app.records.draft import Selection
from app.records.events import REASON
from app.review.acts.skips import skip, take_back
from app.workstation.annotate.checks import CheckingScreen
from widgets.dialogs.questions import PromptLine
from widgets.source.messages import PaneMark
from widgets.source.pane import SourcePane


class CoveringScreen(CheckingScreen):
    """Keeps the coverage of the topic in step with what is saved, drafted, claimed and skipped."""

    _coverage: TopicCoverage | None = None
    """As last worked out; None before the first time."""
    _acknowledge = ""
    """What is to be said of a save once it is known what is open next."""

    @work(thread=True, exclusive=True, group="cover", exit_on_error=False)
    def _mark_covered(self) -> None:
        desk, worker = self._desk, get_current_worker()
        if desk is None:
            return
        try:
            # What is on the desk just as it was saved is no draft of anything, though its file may still be there.
            draft = desk.draft if desk.dirty else replace(desk.draft, selection=Selection())
            coverage = desk.tally.refresh(draft, self._claims.others(), cancelled=lambda: worker.is_cancelled)
        except Cancelled:
            return
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            self.app.call_from_thread(self._say_saved, "")
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._covered, coverage)

    def _covered(self, coverage: TopicCoverage) -> None:
        self._coverage = coverage
        self._show_marks()
        self._say_saved(self._what_next())

    def _say_saved(self, what_next: str) -> None:
        if self._acknowledge:
            said, self._acknowledge = self._acknowledge, ""
            self.notify(f"{said} {what_next}".rstrip(), markup=False)

    def _what_next(self) -> str:
        assert self._coverage is not None
        following = self._coverage.next_open(self._path, self.query_one(SourcePane).cursor_line)
        if following is None:
            return "No item of the sources is open any more."
        return f"Next open item: {following.unit.item} in {following.unit.path}. F9 begins it."

    def _show_marks(self) -> None:
        file = self._coverage.files.get(self._path) if self._coverage is not None else None
        self.query_one(SourcePane).set_marks(list(marks(file, self._by)) if file is not None else [])

    def _state_of(self, index: int) -> str:
        """The state of an item of the file shown, in a word; empty if nothing is known of it."""
        file = self._coverage.files.get(self._path) if self._coverage is not None else None
        state = file.states[index] if file is not None and index < len(file.states) else None
        return state or ""

    # -- leaving an item out

    def action_skip(self) -> None:
        """Say why the item at the cursor makes no record, or take that back."""
        pane = self.query_one(SourcePane)
        index = pane.current_item
        if self._desk is None or index is None:
            self._warn("put the cursor on an item in the source pane first")
            return
        file = self._coverage.files.get(self._path) if self._coverage is not None else None
        if file is None:
            self._warn("only items of the topic's own sources are counted; this file is none of them")
            return
        whole = pane.items[index].whole
        index = index if whole is None else whole
        name = pane.items[index].path
        around = skipped_with(file, index, name)
        if around is None:
            self._ask_why(self._path, index)
        elif around == name:
            self._take_back(self._path, index)
        else:
            self._warn(f"{printable(name)} is skipped with the whole of {printable(around)}: press x there")

    @work(thread=True, group="skip", exit_on_error=False)
    def _ask_why(self, path: str, index: int, reason: str = "") -> None:
        """Ask for the reason, unless the item is one that cannot be skipped."""
        desk = self._desk
        assert desk is not None
        try:
            place = desk.tally.place(path, index)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return

        def answered(said: str | None) -> None:
            if said is not None:
                self._skip(path, index, said)

        question = PromptLine(f"Skip {printable(place.item)}, because …", reason, _wrong_reason)
        self.app.call_from_thread(self.app.push_screen, question, answered)

    @work(thread=True, group="skip", exit_on_error=False)
    def _skip(self, path: str, index: int, reason: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            place = desk.tally.place(path, index)
            skip(desk.judge, place, reason)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            self.app.call_from_thread(self._ask_why, path, index, reason)  # a full disk takes nobody's words
            return
        self._skipped(f"{printable(place.item)} is skipped; x there takes it back.")

    @work(thread=True, group="skip", exit_on_error=False)
    def _take_back(self, path: str, index: int) -> None:
        desk = self._desk
        assert desk is not None
        try:
            place = desk.tally.place(path, index)
            take_back(desk.judge, place)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self._skipped(f"{printable(place.item)} is open again.")

    def _skipped(self, said: str) -> None:
        """Worker threads only."""
        self.app.call_from_thread(self.notify, said, markup=False)
        self.app.call_from_thread(self._mark_covered)


def _wrong_reason(said: str) -> str:
    """Why this is no reason for a skip; empty if it is one."""
    if not said.strip():
        return "say why"
    return f"say it in {REASON:,} characters; these are {len(said):,}" if len(said) > REASON else ""


def skipped_with(file: FileCoverage, index: int, name: str) -> str | None:
    """The item that was skipped and the one at `index` (whose path is `name`) with it; None if none was.

    A skip that is known by its bytes, because the item has another name by now, is one of the item itself.
    """
    for one in file.items:
        if one.skip is None:
            continue
        skipped = one.skip.item if one.skip.item in one.unit.within else one.unit.item
        if skipped == name or one.unit.index == index:
            return skipped
    return None


def marks(file: FileCoverage, by: str) -> Iterator[PaneMark]:
    """What the gutter shows `by` of a file: its units by state, what several records use set off."""
    overlaps: dict[int, list[Overlap]] = {}
    for overlap in file.overlaps:
        overlaps.setdefault(overlap.unit.index, []).append(overlap)
    for item in file.items:
        at = item.unit.start
        for overlap in overlaps.get(item.unit.index, ()):
            yield from _mark(item, at, overlap.start, by)
            yield PaneMark(overlap.start, overlap.end, "overlap", _twice(overlap))
            at = overlap.end
        yield from _mark(item, at, item.unit.end, by)


def _mark(item: ItemCoverage, start: int, end: int, by: str) -> Iterator[PaneMark]:
    if start < end and item.state != "open":
        yield PaneMark(start, end, item.state, told(item, by))


def told(item: ItemCoverage, by: str) -> str:
    """What is known of an item, in a few words to the person called `by`; safe to print."""
    if item.state == "draft" and {draft.by for draft in item.drafts} == {by}:
        return "in your draft"
    if item.state == "skipped" and item.skip is not None:
        return f"skipped: {printable(item.skip.reason, 300)} ({printable(item.skip.by, 40)})"
    if item.state in ("recorded", "partly"):
        counted = [use for use in item.uses if use.counts]
        return f"{item.state}: {', '.join(dict.fromkeys(use.status for use in counted))}"
    return f"{item.state}: {item.reason}" if item.reason else item.state


def _twice(overlap: Overlap) -> str:
    records = {(use.topic, use.record) for use in overlap.uses}
    return f"in {len(records)} records of {', '.join(overlap.topics)}"
