"""What the block's code needs: the next helper by one key, all of it as a tree to tick, and what is open next."""

from __future__ import annotations

from functools import partial

from textual import work

from app.annotate.needs_rows import NeedRow, needs, ticked_draft
from app.errors import BackspanError
from app.records.block_needs import HelperOffer
from app.records.draft import Draft
from app.repository.index.trail import LinePlace
from app.workstation.annotate.navigation import SeekingScreen
from app.workstation.annotate.needs_screen import NeedsScreen, Ticked
from widgets.bars.status import StatusLine


class NeedingScreen(SeekingScreen):
    """Offers code that belongs to the block; the person takes or leaves each offer."""

    # -- the next helper

    def action_helper(self) -> None:
        """Take the next helper that the block's code uses."""
        if self._desk is None:
            return
        if not self._desk.draft.selection.pieces:
            self._warn("take an item first: its helpers are what it uses")
            return
        self._next_helper()

    @work(thread=True, group="helper", exit_on_error=False)
    def _next_helper(self) -> None:
        desk = self._desk
        assert desk is not None
        draft = desk.draft
        try:
            offer = desk.composer.next_helper(draft)
            left = [] if offer is not None else list(desk.composer.helper_tree(draft))
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        held = {(p.path, p.start) for p in draft.selection.pieces}
        unsure = sum((top.piece.path, top.piece.start) not in held for top in left)
        self.app.call_from_thread(self._helper_found, draft, offer, unsure)

    def _helper_found(self, draft: Draft, offer: HelperOffer | None, unsure: int) -> None:
        desk = self._desk
        if desk is None or draft.record != desk.draft.record:
            return
        if draft.selection != desk.draft.selection:
            self._next_helper()  # asked again while the last one was on its way
            return
        if offer is None:
            more = f"; {unsure} more may belong to it: alt+c shows them" if unsure else ""
            self.query_one(StatusLine).set_left(f"every certain helper of the file is in the block{more}")
            return
        chosen = draft.selection
        self._change(draft.take_needs([offer.piece], [], chosen.imports, chosen.unwanted, chosen.likely))
        # No toast: it would stand before the very panel in which the helper appears.
        self.query_one(StatusLine).set_left(f"took {offer.piece.item}: {offer.helper.reason}")

    # -- the tree

    def action_closure(self) -> None:
        """Show all that the block's code needs."""
        if self._desk is None:
            return
        if not self._desk.draft.selection.pieces:
            self._warn("take an item first: what it needs is what can be ticked")
            return
        self._read_needs()

    @work(thread=True, exclusive=True, group="needs", exit_on_error=False)
    def _read_needs(self) -> None:
        desk = self._desk
        assert desk is not None
        draft = desk.draft
        composition = desk.composer.compose(draft)
        try:
            rows = needs(desk.composer, draft, composition)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._show_needs, draft, rows, composition.problem)

    def _show_needs(self, draft: Draft, rows: tuple[NeedRow, ...], problem: str) -> None:
        if problem:
            self._warn(problem)
        elif not rows:
            self.notify("The block's code needs nothing else of this crate.", markup=False)
        else:
            self.app.push_screen(NeedsScreen(rows, self._code_of), partial(self._needs_chosen, draft, rows))

    def _code_of(self, need: NeedRow) -> str:
        """Whole lines of a row's item, from its first line on."""
        assert self._desk is not None
        source = self._desk.files.open(need.path).source
        first = source.data.rfind(b"\n", 0, need.start) + 1
        return source.data[first : need.end].decode("utf-8", "replace")

    def _needs_chosen(
        self, draft: Draft, rows: tuple[NeedRow, ...], chosen: Ticked | LinePlace | None
    ) -> None:
        desk = self._desk
        if desk is None or chosen is None:
            return
        if isinstance(chosen, LinePlace):
            self._found(chosen)
        elif draft.selection != desk.draft.selection or draft.record != desk.draft.record:
            self._warn("the block has changed meanwhile; nothing was taken")
        else:
            self._change(ticked_draft(desk.draft, rows, chosen.rows))

    # -- what is open next

    def action_open_item(self) -> None:
        """Go to the topic's next open item."""
        if self._desk is not None:
            self._find_open(self._here())

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _find_open(self, here: LinePlace) -> None:
        place = self._next_open(here)
        if place is None:
            said = "No item of the topic's sources is open."
            self.app.call_from_thread(self.notify, said, markup=False)
        else:
            self.app.call_from_thread(self._found, place)

    def _next_open(self, here: LinePlace) -> LinePlace | None:
        """The open item that follows a place, or None. Worker threads only."""
        desk = self._desk
        assert desk is not None
        try:
            following = desk.coverage(self._claims.others()).next_open(here.file, here.line)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return None
        return None if following is None else LinePlace(following.unit.path, following.unit.line)
