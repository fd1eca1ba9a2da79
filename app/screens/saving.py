"""Saving: the screen stays until the disk has acknowledged it, and looks first whether someone else saved meanwhile."""

from __future__ import annotations

from textual import on, work

from app.draft import Draft
from app.errors import BackspanError
from app.records import Revision
from app.screens.block_screen import BlockScreen
from app.store.ledger import RecordState
from app.workbench import Composition
from widgets.choose import Choose
from widgets.preview import Preview
from widgets.prose_editor import ProseEditor
from widgets.status_line import StatusLine


class SavingScreen(BlockScreen):
    """Appends the draft's revision, and says so only when it is on disk."""

    @on(ProseEditor.SaveWanted)
    def action_save(self) -> None:
        """Validate and append; the screen stays until the disk has acknowledged it."""
        self.after_typing(self._begin_saving)

    def _begin_saving(self) -> None:
        desk = self._desk
        if desk is None or self._saving:
            return
        self._take_texts()
        if not desk.dirty:
            self.notify("Nothing has changed since the last save.", markup=False)
            return
        self._send(desk.draft)

    def _send(self, draft: Draft, *, seen: frozenset[str] = frozenset()) -> None:
        """Save a draft; `seen` are heads of its record, other than those it began from, that the person knows of."""
        self._saving = True
        self.query_one(StatusLine).set_state("saving", "")
        self._save(draft, seen)

    @work(thread=True, group="save", exit_on_error=False)
    def _save(self, draft: Draft, seen: frozenset[str]) -> None:
        desk = self._desk
        assert desk is not None
        try:
            composition: Composition = desk.bench.compose(draft)
            state = desk.newer_than(draft)
            if state is not None and not seen.issuperset(state.parents):
                self.app.call_from_thread(self._changed_meanwhile, draft, state)
                return
            revision = desk.append(draft, composition)
        except BackspanError as error:
            self.app.call_from_thread(self._not_saved, str(error))
            return
        following = next(desk.open_items(), None)
        offer = f"{following.item.path} in {following.path}" if following else ""
        self.app.call_from_thread(self._saved, draft, revision, offer)

    def _saved(self, sent: Draft, revision: Revision, offer: str) -> None:
        self._saving, self._refusal = False, ""
        desk = self._desk
        assert desk is not None
        if desk.draft.record == sent.record:
            desk.acknowledge(sent, revision)
            self.query_one(Preview).set_saved((revision.user, revision.think, revision.block.text))
        if self._keeper is not None and not desk.dirty:
            self._keeper.forget(sent)
        self._show_state()
        self._mark_covered()
        self.notify(
            f"Saved. Next open item: {offer}. F9 begins it." if offer else "Saved. Every item is recorded.",
            markup=False,
        )

    def _failed(self, group: str, why: str) -> None:
        if group == "save":
            self._not_saved(why)
        else:
            super()._failed(group, why)

    def _not_saved(self, why: str) -> None:
        self._saving = False
        where, _, reason = why.splitlines()[0].rpartition(": ")
        # The reason first: the line is cut at its end, and a path alone tells nothing.
        self._refusal = f"{reason} ({where})" if where else reason
        self.query_one(StatusLine).set_state("unsaved", self._refusal)
        self.notify(why, title="Not saved; your text is kept", severity="error", markup=False, timeout=15)
        if self._keeper is not None:
            self._keeper.soon()

    # -- someone else saved the same record meanwhile

    def _changed_meanwhile(self, draft: Draft, state: RecordState) -> None:
        """Ask before a save would stand beside another's; nothing is written until the person has chosen."""
        self._saving = False
        self._show_state()
        if self._keeper is not None:
            self._keeper.soon()
        news = [head for head in state.heads if head.id not in draft.parents]
        said = "\n".join(f"{head.by} {_act(head.kind)} it at {head.at.astimezone():%H:%M}." for head in news)
        withdrawn = all(head.kind == "retract" for head in state.heads)
        save = (
            "Save mine, which restores the record"
            if withdrawn
            else "Save mine beside it, then settle the two"
        )

        def chosen(answer: str | None) -> None:
            if answer == "save":
                whole = draft if not withdrawn else draft.on_top_of(state.parents)
                if withdrawn and self._desk is not None and self._desk.draft is draft:
                    self._desk.draft = whole
                self._send(whole, seen=frozenset(state.parents))
            elif answer == "look":
                self._look_at(draft.record)

        self.app.push_screen(
            Choose(
                "This record was changed while you were writing",
                f"{said}\nYour text is not saved yet; the draft is kept. Neither text is lost, whatever you choose.",
                (("wait", "Go on writing; save later"), ("look", "Look at what changed"), ("save", save)),
                first="look",
                harmless="wait",
            ),
            chosen,
        )

    def _look_at(self, record: str) -> None:
        """Show a record's history; joined by the subclass that knows the other screens."""


def _act(kind: str) -> str:
    return "withdrew" if kind == "retract" else "saved"
