"""What of the topic is done: marks in the source pane, the next open item, and leaving an item out for a reason."""

from __future__ import annotations

from collections.abc import Iterator

from textual import work
from textual.worker import get_current_worker

from app.coverage import FileCoverage, ItemCoverage, Overlap, TopicCoverage
from app.errors import BackspanError
from app.repository.transfer import Cancelled
from app.screens.desk_screen import DeskScreen
from app.skips import skip, take_back
from app.topics import printable
from widgets.dialogs import PromptLine
from widgets.source_messages import PaneMark
from widgets.source_pane import SourcePane


class CoveringScreen(DeskScreen):
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
            coverage = desk.coverage(self._claims.others(), lambda: worker.is_cancelled)
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
        item = pane.items[index]
        index = index if item.whole is None else item.whole
        here = file.at(pane.cursor_line)
        if here is not None and here.skip is not None and here.skip.item == pane.items[index].path:
            self._skip(self._path, index, None)
            return
        name = pane.items[index].path

        def answered(reason: str | None) -> None:
            if reason is not None:
                self._skip(self._path, index, reason)

        self.app.push_screen(
            PromptLine(f"Skip {name}, because …", wrong=lambda said: "" if said.strip() else "say why"),
            answered,
        )

    @work(thread=True, group="skip", exit_on_error=False)
    def _skip(self, path: str, index: int, reason: str | None) -> None:
        desk = self._desk
        assert desk is not None
        try:
            place = desk.tally.place(path, index)
            if reason is None:
                take_back(desk.judge, place)
            else:
                skip(desk.judge, place, reason)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        did = "is open again" if reason is None else "is skipped; x there takes it back"
        self.app.call_from_thread(self.notify, f"{printable(place.item)} {did}.", markup=False)
        self.app.call_from_thread(self._mark_covered)


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
    if item.state in ("recorded", "partly"):
        counted = [use for use in item.uses if use.counts]
        return f"{item.state}: {', '.join(dict.fromkeys(use.status for use in counted))}"
    return f"{item.state}: {item.reason}" if item.reason else item.state


def _twice(overlap: Overlap) -> str:
    records = {(use.topic, use.record) for use in overlap.uses}
    return f"in {len(records)} records of {', '.join(overlap.topics)}"
