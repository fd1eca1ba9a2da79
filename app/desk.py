"""One person's work on one topic: the bench, the draft in hand, what of it is saved, and where it is kept.

No Textual here. What touches a disk is marked so; call it from a worker thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from app.chatml import normalise_prose
from app.draft import Draft, ImportMode, draft_from_payload, draft_of, new_draft
from app.errors import BackspanError, UsageError
from app.records import Revision
from app.rust.items import Item
from app.store.drafts import DraftKey
from app.store.ledger import Ledger, RecordState
from app.verdicts import Judge
from app.workbench import EMPTY, Composition, Workbench

_NOT_OFFERED = ("use_declaration", "extern_crate_declaration", "mod_item")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item of the topic that no record covers yet."""

    path: str
    item: Item


class Desk:
    """The state behind the annotate screen. One thread at a time changes it: the screen's."""

    def __init__(self, bench: Workbench, by: str) -> None:
        self.bench = bench
        self.by = by
        self.draft: Draft = new_draft(bench.topic, by)
        self.saved: Draft | None = None
        """The draft as it was when it was last saved or loaded from the journal; None if it never was."""
        self.revision: Revision | None = None
        """The saved revision that the draft began from."""
        self.composition: Composition = EMPTY
        self.judge = Judge(bench.project, bench.topic, bench.spec.reviews, by)
        """What acts on saved records."""

    @property
    def dirty(self) -> bool:
        """Whether the draft says something that is not in the journal."""
        if self.saved is not None:
            return not self.draft.same_content(self.saved)
        return not self.draft.empty

    @property
    def key(self) -> DraftKey:
        """The draft file's key."""
        return DraftKey(self.bench.topic, self.draft.record, self.by)

    # -- reads and writes: worker threads only

    def ledger(self) -> Ledger:
        """What the topic's journal amounts to now. Raises `StoreError`."""
        return self.judge.ledger()

    def keep(self, draft: Draft) -> None:
        """Write the draft's file, durably. Raises `StoreError`."""
        self.bench.project.drafts.save(DraftKey(draft.topic, draft.record, draft.by), draft.payload())

    def newer_than(self, draft: Draft) -> RecordState | None:
        """The record as it is now, if others changed it since the draft was begun; else None. Raises `StoreError`."""
        state = self.ledger().get(draft.record)
        return state if state is not None and set(state.parents) != set(draft.parents) else None

    def append(self, draft: Draft, composition: Composition) -> Revision:
        """Validate the draft and append its revision. On return it is on disk. Raises `BackspanError`."""
        revision = self.bench.revision(draft, composition)
        self.bench.project.store.append(self.bench.topic, [revision])
        return revision

    def drop_file(self, draft: Draft) -> None:
        """Set the draft's file aside once its content is in the journal. Raises `StoreError`."""
        self.bench.project.drafts.delete(DraftKey(draft.topic, draft.record, draft.by))

    def _adopted(self, draft: Draft) -> Draft:
        """The draft, its file known as ours from now on: what others write there later is left alone."""
        self.bench.project.drafts.load(DraftKey(draft.topic, draft.record, draft.by))
        return draft

    def own_drafts(self) -> list[Draft]:
        """This person's drafts of the topic, newest first; what cannot be read is left where it is."""
        return [draft for _, draft in self._dated_drafts()]

    def _dated_drafts(self) -> list[tuple[datetime, Draft]]:
        found: list[tuple[datetime, Draft]] = []
        for entry in self.bench.project.drafts.all(self.bench.topic).drafts:
            try:
                draft = draft_from_payload(entry.payload)
            except BackspanError:
                continue
            if draft.by == self.by:
                found.append((entry.saved_at, draft))
        return found

    def resume(self, record: str | None, left: datetime | None = None) -> tuple[Draft, Revision | None]:
        """The draft to go on with: that record's, else the newest, else a new one.

        `left` is when the topic was last left in good order: a draft kept after that was being written when the
        workstation ended without notice, and comes first.
        """
        dated = self._dated_drafts()
        if left is not None and dated and dated[0][0] > left:
            draft = self._adopted(dated[0][1])
            return draft, self._revision_of(self.ledger().get(draft.record))
        drafts = [draft for _, draft in dated]
        chosen = next((d for d in drafts if d.record == record), None)
        if chosen is None and record is not None and self.ledger().get(record) is not None:
            return self.load(record)
        if chosen is None and drafts and record is None:
            chosen = drafts[0]
        if chosen is None:
            return new_draft(self.bench.topic, self.by), None
        return self._adopted(chosen), self._revision_of(self.ledger().get(chosen.record))

    def load(self, record: str) -> tuple[Draft, Revision | None]:
        """A draft of the record: the one kept for it, else its newest revision. Raises `UsageError`."""
        kept = next((d for d in self.own_drafts() if d.record == record), None)
        state = self.ledger().get(record)
        revision = self._revision_of(state)
        if kept is not None:
            return self._adopted(kept), revision
        if state is None or revision is None:
            raise UsageError(f"no record {record} in {self.bench.topic}", "see 'backspan records'")
        return draft_of(self.bench.topic, self.by, revision, state.parents), revision

    def _revision_of(self, state: RecordState | None) -> Revision | None:
        """The record's newest revision, whole. Raises `StoreError`."""
        if state is None or state.revision is None:
            return None
        found = self.judge.fetch(state.revision.id)
        return found if isinstance(found, Revision) else None

    def open_items(self) -> Iterator[OpenItem]:
        """The topic's items that no record covers, in the order of its sources."""
        covered = self.ledger().covered()
        for path in self.bench.sources():
            try:
                parsed = self.bench.parsed(path)
            except BackspanError:
                continue
            spans = covered.get(path, ())
            patterns = self.bench.spec.exclude_items
            for item in parsed.items:
                offered = item.parent is None or parsed.items[item.parent].kind == "impl_item"
                whole = item.kind == "impl_item" and not _is_trait_impl(item)
                if item.test or whole or not offered or item.kind in _NOT_OFFERED or item.whole is not None:
                    continue
                if any(fnmatchcase(item.path, pattern) for pattern in patterns):
                    continue
                if not any(span.start < item.end and item.start < span.end for span in spans):
                    yield OpenItem(path, item)

    # -- the draft in hand

    def take_up(self, draft: Draft, revision: Revision | None) -> None:
        """Put a draft on the desk. It counts as saved if it says just what `revision` says."""
        self.draft, self.revision, self.composition = draft, revision, EMPTY
        self.saved = None
        if revision is not None:
            of_record = draft_of(draft.topic, draft.by, revision, draft.parents)
            same = replace(of_record, effort=draft.effort)
            self.saved = draft if draft.same_content(same) else same

    def begin(self, imports: ImportMode = "none") -> None:
        """Put a new, empty draft on the desk."""
        self.take_up(new_draft(self.bench.topic, self.by, imports), None)

    def acknowledge(self, sent: Draft, revision: Revision) -> None:
        """The revision made of `sent` is on disk; what was changed meanwhile stays a draft on top of it."""
        self.draft = replace(self.draft.saved_as(revision.id))
        self.saved = replace(
            sent, parents=(revision.id,), user=normalise_prose(sent.user), think=normalise_prose(sent.think)
        )
        if (self.draft.user, self.draft.think) == (sent.user, sent.think):
            # The journal holds the texts without trailing blanks: that alone is no change.
            self.saved = replace(self.saved, user=sent.user, think=sent.think)
        self.revision = revision


def _is_trait_impl(item: Item) -> bool:
    return item.kind == "impl_item" and " for " in item.path
