"""One person's work on one topic: the draft in hand, what of it is saved, and where it is kept.

No Textual here. What touches a disk is marked so; call it from a worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from app.annotate.composer import EMPTY, Composer, Composition
from app.annotate.recovery import KeptDraft, RecoveryOffer, assess, choose
from app.base.announcing import Announcer
from app.base.cancelling import never
from app.base.moments import LOCAL
from app.checks import Finding
from app.errors import BackspanError, StoreError, UsageError
from app.project.anchors import hold, origin_of, paths_of
from app.records.chatml import normalise_prose
from app.records.draft import Draft, draft_from_payload, draft_of, new_draft
from app.records.events import Revision
from app.records.history.ledger import Ledger, RecordState
from app.store.drafts.drafts import DraftKey
from app.store.drafts.trash import Discarded
from app.store.presence.claims import Claim
from app.store.signer import Signer


class Opening(NamedTuple):
    """What comes on the desk, and what is to be asked about it."""

    draft: Draft
    revision: Revision | None
    """What of its record is saved."""
    offer: RecoveryOffer | None = None
    """A question about the draft; what is on the desk meanwhile is the answer that changes nothing."""
    settles: bool = False
    """Whether saving it settles a conflict, even unchanged."""


class AnnotateSession:
    """The state behind the annotate screen. One thread at a time changes it: the screen's."""

    def __init__(self, composer: Composer, signer: Signer) -> None:
        """`signer`: who works here, with the topic's records."""
        self.composer = composer
        """Makes blocks and records of drafts."""
        self.files = composer.files
        """The topic's files, with its spec and its project."""
        self.signer = signer
        """Who works here."""
        self.by = signer.by
        self.draft: Draft = self.fresh()
        self.saved: Draft | None = None
        """The draft as it was when it was last saved or loaded from the journal; None if it never was."""
        self.revision: Revision | None = None
        """The saved revision that the draft began from."""
        self.composition: Composition = EMPTY
        self.records_effort = self.files.project.file[0].authorship
        """Whether the project keeps how a revision was written: time, characters typed and pasted."""
        self.announcer = Announcer()
        """Tells the events of `app.annotate.session_events`, on the thread of whoever changes the draft."""
        composer.followers[self.files.topic] = signer.follower
        composer.by = self.by

    @property
    def dirty(self) -> bool:
        """Whether the draft says something that is not in the journal."""
        if self.saved is not None:
            return not self.draft.same_content(self.saved)
        return not self.draft.empty

    # -- reads and writes: worker threads only

    def ledger(self) -> Ledger:
        """What the topic's journal amounts to now. Raises `StoreError`."""
        return self.signer.ledger()

    def keep(self, draft: Draft) -> None:
        """Write the draft's file, durably. Raises `StoreError`."""
        self.files.project.drafts.save(DraftKey(draft.topic, draft.record, draft.by), draft.payload())

    def newer_than(self, draft: Draft) -> RecordState | None:
        """The record as it is now, if others changed it since the draft was begun; else None. Raises `StoreError`."""
        state = self.ledger().get(draft.record)
        return state if state is not None and set(state.parents) != set(draft.parents) else None

    def try_keeping(self, draft: Draft) -> Path | None:
        """Write the draft's file if that can be done; gives back where it is."""
        try:
            key = DraftKey(draft.topic, draft.record, draft.by)
            return self.files.project.drafts.save(key, draft.payload())
        except StoreError:
            return None

    def signed(
        self, draft: Draft, composition: Composition, findings: Sequence[Finding] | None = None
    ) -> Revision:
        """The revision that saving this draft appends, as this person's next act. Raises as `Workbench.revision`."""
        return self.composer.revision(draft, composition, findings, self.signer.stamp())

    def append(self, revision: Revision) -> None:
        """Append a revision of the topic. On return it is on disk. Raises `StoreError`."""
        self.files.project.store.append(self.files.topic, [revision])

    def hold(self, revision: Revision, cancelled: Callable[[], bool] = never) -> None:
        """See that the saved code stays in our clone, whatever becomes of its branch. Raises `SourceError`.

        May ask the network.
        """
        root, block = self.files.project.root, revision.block
        hold(origin_of(block), paths_of(block), root, self.files.snapshot, cancelled=cancelled)

    def drop_file(self, draft: Draft) -> None:
        """Set the draft's file aside once its content is in the journal. Raises `StoreError`.

        Where the record is not on the desk any more, a file that says something else stays: it was written later.
        """
        key = DraftKey(draft.topic, draft.record, draft.by)
        if self.draft.record != draft.record:
            found = self.files.project.drafts.load(key)
            if found is not None and not draft_from_payload(found.payload).same_content(draft):
                return
        self.files.project.drafts.delete(key)

    def _adopted(self, draft: Draft) -> Draft:
        """The draft, its file known as ours from now on: what others write there later is left alone."""
        self.files.project.drafts.load(DraftKey(draft.topic, draft.record, draft.by))
        return draft

    def own_drafts(self) -> list[Draft]:
        """This person's drafts of the topic, newest first; what cannot be read is left where it is."""
        return [one.draft for one in self._kept()]

    def _kept(self) -> list[KeptDraft]:
        found: list[KeptDraft] = []
        for entry in self.files.project.drafts.all(self.files.topic).drafts:
            try:
                draft = draft_from_payload(entry.payload)
            except BackspanError:
                continue
            if draft.by == self.by:
                found.append(KeptDraft(draft, entry.saved_at))
        return found

    def opening(
        self, record: str | None, last: str | None, left: datetime | None, claims: Sequence[Claim] = ()
    ) -> Opening:
        """What to begin with: a record that was asked for, else what a crash left, else where one was (`last`).

        `left` is when the topic was last left in good order, `claims` what other workstations are on. A record that
        is not there any more is no reason not to begin. Raises `BackspanError`.
        """
        kept = self._kept()
        if record is not None:
            kept = [one for one in kept if one.draft.record == record]
        chosen = choose(kept, record or last, left if record is None else None)
        if chosen is not None:
            # A record that is asked for by name was not left by a crash, whenever its draft was written.
            since = left if record is None else chosen.saved_at
            others = sum(since is None or one.saved_at > since for one in kept) - 1
            state, saved = self._saved(chosen.draft.record)
            now = datetime.now(LOCAL)
            offer = assess(chosen, state, saved, left=since, now=now, claims=claims, others=max(0, others))
            return self.take(offer, offer.harmless if offer.answers else offer.first)
        wanted = record or last
        if wanted is not None and (record is not None or self.ledger().get(wanted) is not None):
            return Opening(*self.load(wanted))
        return Opening(self.fresh(), None)

    def take(self, offer: RecoveryOffer, answer: str) -> Opening:
        """What an answer to an offer puts on the desk. Worker threads only. Raises `BackspanError`."""
        draft = offer.kept.draft
        state, saved = self._saved(draft.record)
        asks = offer if offer.answers else None
        if answer == "keep":
            return Opening(self._adopted(draft), saved, asks)
        if answer == "settle":
            return Opening(self._adopted(draft).on_top_of(offer.heads), saved, asks)
        if answer == "open":
            self._adopted(draft)
            self.files.project.drafts.delete(DraftKey(draft.topic, draft.record, draft.by))
            if state is not None and saved is not None and offer.kind != "withdrawn":
                return Opening(self._draft_of(saved), saved, asks)
        return Opening(self.fresh(), None, asks)

    def load(self, record: str) -> tuple[Draft, Revision | None]:
        """A draft of the record: the one kept for it, else its newest revision. Raises `UsageError`."""
        kept = next((d for d in self.own_drafts() if d.record == record), None)
        state, revision = self._saved(record)
        if kept is not None:
            return self._adopted(kept), revision
        if state is None or revision is None:
            raise UsageError(f"no record {record} in {self.files.topic}", "see 'backspan records'")
        return self._draft_of(revision), revision

    def _draft_of(self, revision: Revision) -> Draft:
        """A draft of what is saved. It replaces the one text it shows, and its twins that say the same.

        To settle a conflict, and to bring a withdrawn record back, are acts of their own: a save asks first.
        """
        state = self.ledger().get(revision.record)
        twins = state is not None and state.agreed and revision.id in state.parents
        parents = state.parents if state and twins else None
        return draft_of(self.files.topic, self.by, revision, parents, self.composer.reopened(revision))

    def in_conflict(self, record: str) -> bool:
        """Whether several texts of a record stand beside each other. Raises `StoreError`."""
        state = self.ledger().get(record)
        return state is not None and state.status == "conflict"

    def begun_from(self, record: str, revision: str, parents: tuple[str, ...]) -> Opening:
        """A draft with the texts of one revision that replaces all of `parents`: a conflict settled by editing."""
        text = self.signer.text(revision)
        chosen = self.composer.reopened(text)
        return Opening(draft_of(self.files.topic, self.by, text, parents, chosen), text, settles=True)

    def _saved(self, record: str) -> tuple[RecordState | None, Revision | None]:
        """What the journal has of a record, and its newest revision with its texts. Raises `StoreError`."""
        state = self.ledger().get(record)
        if state is None or state.revision is None:
            return state, None
        revision = self.signer.text(state.revision.id)
        self.composer.reopened(revision)  # worked out here, in a thread, for whoever compares a draft with it
        return state, revision

    def trash(self, most: int = 50) -> list[tuple[Discarded, Draft]]:
        """This person's discarded drafts, newest first, so many at most. Raises `StoreError`."""
        drafts = self.files.project.drafts
        found: list[tuple[Discarded, Draft]] = []
        for one in drafts.trash(self.files.topic).drafts:
            if one.key.by != self.by or len(found) >= most:
                continue
            try:
                found.append((one, draft_from_payload(drafts.take_out(one.path).payload)))
            except BackspanError:
                continue  # what cannot be read stays where it is; the doctor tells of it
        return found

    def take_back(self, discarded: Discarded) -> str:
        """Make a discarded draft its record's draft again; gives back the record. Raises `StoreError`.

        The draft that stands there goes to the trash in its turn.
        """
        drafts = self.files.project.drafts
        found = drafts.take_out(discarded.path)
        drafts.load(found.key)
        drafts.delete(found.key)
        drafts.save(found.key, found.payload)
        return found.key.record

    # -- the draft in hand

    def take_up(self, draft: Draft, revision: Revision | None, settles: bool = False) -> None:
        """Put a draft on the desk. It counts as saved if it says just what `revision` says, unless its save settles."""
        self.draft, self.revision, self.composition = draft, revision, EMPTY
        self.saved = None
        if revision is not None and not settles:
            # A draft of before modes were kept has the imports piece by piece: that alone is no change.
            ways = (self.composer.remembered(revision), None)
            saved = [draft_of(draft.topic, draft.by, revision, draft.parents, way) for way in ways]
            same = any(draft.same_content(one) for one in saved)
            self.saved = draft if same else replace(saved[0], effort=draft.effort)

    def fresh(self) -> Draft:
        """A new, empty draft, whose imports are taken as the spec says."""
        return new_draft(self.files.topic, self.by, self.files.spec.imports)

    def begin(self) -> None:
        """Put a new, empty draft on the desk."""
        self.take_up(self.fresh(), None)

    def acknowledge(self, sent: Draft, revision: Revision) -> None:
        """The revision made of `sent` is on disk; what was changed meanwhile stays a draft on top of it."""
        self.draft = self.draft.saved_as(revision.id, sent.effort)
        self.saved = replace(
            sent, parents=(revision.id,), user=normalise_prose(sent.user), think=normalise_prose(sent.think)
        )
        if (self.draft.user, self.draft.think) == (sent.user, sent.think):
            # The journal holds the texts without trailing blanks: that alone is no change.
            self.saved = replace(self.saved, user=sent.user, think=sent.think)
        self.revision = revision
