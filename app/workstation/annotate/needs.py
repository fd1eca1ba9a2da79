"""What the block's code needs: the next helper by one key, and all of it as a tree to tick."""

from __future__ import annotations

from functools import partial

from app.annotate.needs_rows import NeedRow, needs, ticked_draft
from app.annotate.session import AnnotateSession
from app.errors import BackspanError
from app.records.block_needs import HelperOffer
from app.records.draft import Draft
from app.repository.search.trail import LinePlace
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.host import Host
from app.workstation.annotate.navigation import Navigation
from app.workstation.annotate.needs_screen import NeedsScreen, Ticked
from app.workstation.annotate.panes import AnnotatePanes


class Needs:
    """Offers code that belongs to the block; the person takes or leaves each offer."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        editing: Editing,
        navigation: Navigation,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._editing = editing
        self._navigation = navigation

    # -- the next helper

    def action_helper(self) -> None:
        """Take the next helper that the block's code uses."""
        if not self._session.draft.selection.pieces:
            self._host.warn("take an item first: its helpers are what it uses")
        else:
            self._next_helper()

    def _next_helper(self) -> None:
        draft = self._session.draft
        self._host.run(
            "helper",
            lambda _: self._offer(draft),
            lambda found: self._helper_found(draft, *found),
            exclusive=False,
        )

    def _offer(self, draft: Draft) -> tuple[HelperOffer | None, int]:
        """The next certain helper; where there is none, how many others may belong to the block."""
        offer = self._session.composer.next_helper(draft)
        if offer is not None:
            return offer, 0
        held = {(p.path, p.start) for p in draft.selection.pieces}
        left = self._session.composer.helper_tree(draft)
        return None, sum((top.piece.path, top.piece.start) not in held for top in left)

    def _helper_found(self, draft: Draft, offer: HelperOffer | None, unsure: int) -> None:
        now = self._session.draft
        if draft.record != now.record:
            return
        if draft.selection != now.selection:
            self._next_helper()  # asked again while the last one was on its way
            return
        if offer is None:
            more = f"; {unsure} more may belong to it: alt+c shows them" if unsure else ""
            self._panes.status.set_left(f"every certain helper of the file is in the block{more}")
            return
        chosen = draft.selection
        self._editing.change(
            draft.take_needs([offer.piece], [], chosen.imports, chosen.unwanted, chosen.likely)
        )
        # No toast: it would stand before the very panel in which the helper appears.
        self._panes.status.set_left(f"took {offer.piece.item}: {offer.helper.reason}")

    # -- the tree

    def action_closure(self) -> None:
        """Show all that the block's code needs."""
        draft = self._session.draft
        if not draft.selection.pieces:
            self._host.warn("take an item first: what it needs is what can be ticked")
            return
        self._host.run("needs", lambda _: self._read(draft), lambda read: self._show(draft, *read))

    def _read(self, draft: Draft) -> tuple[tuple[NeedRow, ...], str]:
        """The rows, and why the block cannot be composed if it cannot. Raises `BackspanError`."""
        composition = self._session.composer.compose(draft)
        return needs(self._session.composer, draft, composition), composition.problem

    def _show(self, draft: Draft, rows: tuple[NeedRow, ...], problem: str) -> None:
        if problem:
            self._host.warn(problem)
        elif not rows:
            self._host.say("The block's code needs nothing else of this crate.")
        else:
            self._host.push(NeedsScreen(rows, self._code_of), partial(self._chosen, draft, rows))

    def _code_of(self, need: NeedRow) -> str:
        """Whole lines of a row's item, from its first line on; or why they cannot be read."""
        try:
            source = self._session.files.open(need.path).source
        except BackspanError as error:
            return str(error)
        first = source.data.rfind(b"\n", 0, need.start) + 1
        return source.data[first : need.end].decode("utf-8", "replace")

    def _chosen(self, draft: Draft, rows: tuple[NeedRow, ...], chosen: Ticked | LinePlace | None) -> None:
        now = self._session.draft
        if chosen is None:
            return
        if isinstance(chosen, LinePlace):
            self._navigation.jump(chosen)
        elif draft.selection != now.selection or draft.record != now.record:
            self._host.warn("the block has changed meanwhile; nothing was taken")
        else:
            self._editing.change(ticked_draft(now, rows, chosen.rows))
