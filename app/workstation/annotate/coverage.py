"""What of the topic is done: marks in the source pane, the next open item, and leaving an item out for a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from app.annotate.session import AnnotateSession
from app.annotate.session_events import BlockComposed, FileParsed, NewsHeard, RecordSaved
from app.base.text import printable
from app.errors import BackspanError
from app.progress.coverage.states import FileCoverage, ItemCoverage, Order, Overlap, TopicCoverage
from app.progress.coverage.tracker import CoverageTracker
from app.records.draft import Selection
from app.records.item_place import ItemPlace
from app.repository.search.trail import LinePlace
from app.review.acts.reasons import wrong_reason
from app.review.acts.skips import skip, take_back
from app.store.presence.claims import Claims
from app.store.signer import Signer
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from widgets.dialogs.questions import PromptLine
from widgets.pick.finder import Choice, Finder
from widgets.source.messages import PaneMark


class Offered(NamedTuple):
    """An open item that is offered, and what is said of it."""

    place: LinePlace
    said: str
    """How many are open, and why it is this one's turn; safe to print."""


class Coverage:
    """Keeps the coverage of the topic in step with what is saved, drafted, claimed and skipped."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        browsing: Browsing,
        tracker: CoverageTracker,
        signer: Signer,
        claims: Claims,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self._tracker = tracker
        self._signer = signer
        self._claims = claims
        self._coverage: TopicCoverage | None = None
        """As last worked out; None before the first time."""
        self._order: Order = session.files.spec.offer.order
        """In which order open items are offered just now."""
        self._acknowledge = ""
        """What is to be said of a save once it is known what is open next."""

    def listen(self) -> None:
        """Count anew whenever something may have changed."""
        on = self._session.announcer.on
        on(FileParsed, lambda _: self._parsed())
        on(BlockComposed, lambda _: self.refresh())
        on(RecordSaved, self._saved)
        on(NewsHeard, self._heard)

    def _parsed(self) -> None:
        self._show_marks()
        self.refresh()

    def _saved(self, saved: RecordSaved) -> None:
        self._acknowledge = "Saved." if saved.here else "The record that could not be saved before is saved."
        self.refresh()

    def _heard(self, heard: NewsHeard) -> None:
        if (
            heard.news.journal or heard.news.others is not None
        ):  # what others are on has its sign in the gutter
            self.refresh()

    def refresh(self) -> None:
        """Work out anew what of the topic is done, and show it."""
        draft, dirty = self._session.draft, self._session.dirty
        # What is in hand just as it was saved is no draft of anything, though its file may still be there.
        counted = draft if dirty else replace(draft, selection=Selection())
        self._host.run(
            "cover",
            lambda cancelled: self._tracker.refresh(counted, self._claims.others(), cancelled=cancelled),
            self._covered,
            self._not_covered,
        )

    def _covered(self, coverage: TopicCoverage) -> None:
        first, self._coverage = self._coverage is None, coverage
        self._show_marks()
        if first:
            self._go_where_code_is(coverage)
        self._say_saved(self._what_next(coverage))

    def _not_covered(self, error: BackspanError) -> None:
        self._host.warn(str(error))
        self._say_saved("")

    def _say_saved(self, what_next: str) -> None:
        if self._acknowledge:
            said, self._acknowledge = self._acknowledge, ""
            self._host.say(f"{said} {what_next}".rstrip())

    def _what_next(self, coverage: TopicCoverage) -> str:
        here = self._browsing.here
        following = coverage.next_open(here.file, here.line, order=self._order)
        if following is None:
            return nothing_open(coverage)
        return f"Next open item: {following.unit.item} in {following.unit.path}. F9 begins it."

    def next_open(self, here: LinePlace) -> Offered | None:
        """The open item that follows a place, or None. Raises `BackspanError`. Worker threads only."""
        found = self._now()
        following = found.next_open(here.file, here.line, order=self._order)
        return None if following is None else _offered(following, found.to_do(self._order))

    def nothing_open(self) -> str:
        """What is to be said where no item is open."""
        return nothing_open(self._coverage) if self._coverage is not None else "No item is open."

    def _now(self) -> TopicCoverage:
        draft = self._session.draft
        return self._tracker.refresh(None if draft.empty else draft, self._claims.others())

    def _go_where_code_is(self, coverage: TopicCoverage) -> None:
        """Show the first item that is offered where the sources hold nothing, and nobody went anywhere yet."""
        sources = [file for file in coverage.files.values() if not file.related]
        there = any(item.counted and item.state != "excluded" for file in sources for item in file.items)
        offered, here = coverage.to_do(self._order), self._browsing.here
        fresh = self._session.draft.empty and here.line == 0 and here.file in coverage.files
        if there or not offered or not fresh or coverage.files[here.file].related:
            return
        self._browsing.visit(LinePlace(offered[0].unit.path, offered[0].unit.line))
        self._host.say("The sources hold nothing of this topic: its code is in related files.", timeout=8)

    # -- the order in which items are offered

    def action_open_items(self) -> None:
        """List what is open, in the order in which it is offered, with the reasons; go to the one chosen."""
        self._host.run("open", lambda _: self._now(), self._list_open)

    def _list_open(self, coverage: TopicCoverage) -> None:
        left = coverage.to_do(self._order)
        if not left:
            self._host.say(nothing_open(coverage))
            return
        choices = [
            Choice(
                printable(item.unit.item),
                LinePlace(item.unit.path, item.unit.line),
                detail=_reasons(item),
            )
            for item in left
        ]

        def chosen(place: LinePlace | None) -> None:
            if place is not None:
                self._browsing.visit(place)

        self._host.push(Finder(choices, title=f"Open items, {_ORDERS[self._order]}"), chosen)

    def action_offer_order(self) -> None:
        """Offer by importance, or in the order of the files."""
        self._order = "file" if self._order == "importance" else "importance"
        self._host.say(f"Open items are offered {_ORDERS[self._order]} from here on.")

    # -- what is shown

    @property
    def _file(self) -> FileCoverage | None:
        """What is known of the file shown."""
        return self._coverage.files.get(self._browsing.path) if self._coverage is not None else None

    def _show_marks(self) -> None:
        file = self._file
        self._panes.source.set_marks(list(marks(file, self._session.by)) if file is not None else [])

    def state_of(self, index: int) -> str:
        """The state of an item of the file shown, in a word; empty if nothing is known of it."""
        file = self._file
        state = file.states[index] if file is not None and index < len(file.states) else None
        return state or ""

    # -- leaving an item out

    def action_skip(self) -> None:
        """Say why the item at the cursor makes no record, or take that back."""
        pane, file = self._panes.source, self._file
        index = pane.current_item
        if index is None:
            self._host.warn("put the cursor on an item in the source pane first")
            return
        if file is None:
            self._host.warn("only items of the topic's sources and related files are counted")
            return
        whole = pane.items[index].whole
        index = index if whole is None else whole
        name = pane.items[index].path
        around = skipped_with(file, index, name)
        if around is None:
            self._ask_why(self._browsing.path, index)
        elif around == name:
            self._take_back(self._browsing.path, index)
        else:
            self._host.warn(
                f"{printable(name)} is skipped with the whole of {printable(around)}: press x there"
            )

    def _ask_why(self, path: str, index: int, reason: str = "") -> None:
        """Ask for the reason, unless the item is one that cannot be skipped."""

        def answered(said: str | None) -> None:
            if said is not None:
                self._skip(path, index, said)

        def ask(place: ItemPlace) -> None:
            question = f"Skip {printable(place.item)}, because …"
            self._host.push(PromptLine(question, reason, wrong_reason), answered)

        self._act(lambda: self._tracker.place(path, index), ask)

    def _skip(self, path: str, index: int, reason: str) -> None:
        def act() -> ItemPlace:
            place = self._tracker.place(path, index)
            skip(self._signer, place, reason)
            return place

        def refused(error: BackspanError) -> None:
            self._host.warn(str(error))
            self._ask_why(path, index, reason)  # a full disk takes nobody's words

        self._act(
            act, lambda place: self._told(f"{_name(place)} is skipped; x there takes it back."), refused
        )

    def _take_back(self, path: str, index: int) -> None:
        def act() -> ItemPlace:
            place = self._tracker.place(path, index)
            take_back(self._signer, place)
            return place

        self._act(act, lambda place: self._told(f"{_name(place)} is open again."))

    def _act(
        self,
        act: Callable[[], ItemPlace],
        then: Callable[[ItemPlace], object],
        refused: Callable[[BackspanError], object] | None = None,
    ) -> None:
        self._host.run("skip", lambda _: act(), then, refused, exclusive=False)

    def _told(self, said: str) -> None:
        self._host.say(said)
        self.refresh()


_ORDERS: dict[Order, str] = {"importance": "the most important first", "file": "in the order of the files"}


def _reasons(item: ItemCoverage) -> str:
    """Why an item stands where it does in a list, its file first: the kind is in the item's own name."""
    return " · ".join((printable(item.unit.path.rsplit("/", 1)[-1]), *item.importance.reasons[1:]))


def _offered(item: ItemCoverage, left: tuple[ItemCoverage, ...]) -> Offered:
    number = next((at for at, one in enumerate(left, 1) if one is item), 0)
    said = f"{number} of {len(left)} open: {' · '.join(item.importance.reasons)}"
    return Offered(LinePlace(item.unit.path, item.unit.line), said)


def nothing_open(coverage: TopicCoverage) -> str:
    """What is to be said where no item is open: whether all is recorded, and never that nothing is complete."""
    if coverage.complete:
        return "All code there is of this topic is recorded."
    if coverage.empty:
        return "No code of this topic was found in its sources and related files."
    return "No item is open any more."


def _name(place: ItemPlace) -> str:
    return printable(place.item)


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
    if item.state == "other":
        return item.reason
    if item.state in ("recorded", "partly"):
        counted = [use for use in item.uses if use.counts]
        return f"{item.state}: {', '.join(dict.fromkeys(use.status for use in counted))}"
    return f"{item.state}: {item.reason}" if item.reason else item.state


def _twice(overlap: Overlap) -> str:
    records = {(use.topic, use.record) for use in overlap.uses}
    return f"in {len(records)} records of {', '.join(overlap.topics)}"
