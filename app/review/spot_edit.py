"""A reviewer's edit of a record's texts, on the spot: what is changed, what is kept of it, and what is done with."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from app.errors import UsageError
from app.records.chatml import normalise_prose
from app.records.draft import Draft, draft_from_payload, draft_of
from app.records.prose import NONE, Characters
from app.review.session import Reviewing
from app.review.sheet import Sheet
from app.rust.item_paths import is_import
from app.store.drafts.drafts import DraftKey

TEXTS: tuple[Literal["user", "think"], ...] = ("user", "think")
"""The fields that are edited here."""


class SpotEdit:
    """The draft of one record's texts. Its file is written by whoever keeps drafts (`keep`, `drop_file`)."""

    def __init__(self, going: Reviewing, sheet: Sheet) -> None:
        assert sheet.revision is not None
        self._drafts = going.project.drafts
        self._base = draft_of(going.topic, going.by, sheet.revision, sheet.state.parents)
        self._key = DraftKey(going.topic, sheet.record, going.by)
        self.counts = going.project.file[0].authorship
        """Whether it is counted how the texts came to be."""
        self.draft = self._base
        """The texts as they are now."""
        self.over = False
        """Whether the draft is done with, so that no late write brings its file back."""

    @property
    def changed(self) -> bool:
        """Whether anything is said otherwise than in the record."""
        return any(
            normalise_prose(getattr(self.draft, name)) != normalise_prose(getattr(self._base, name))
            for name in TEXTS
        )

    # -- the texts

    def write(
        self, field: Literal["user", "think"], text: str, took: Characters = NONE, seconds: int = 0
    ) -> None:
        """Have another text in a field. `took`: how its new characters came; `seconds`: active ones."""
        if not self.counts:
            self.draft = self.draft.write(field, text)
            return
        draft = self.draft.write(field, text, took)
        self.draft = draft.spend(seconds) if seconds else draft

    def found(self) -> Draft | None:
        """What a crash, or an earlier edit, left of this record.

        Raises `BackspanError`, also where a draft of other code stands in the way.
        """
        kept = self._drafts.load(self._key)
        draft = draft_from_payload(kept.payload) if kept is not None else None
        if draft is not None and not _same_code(draft, self._base):
            raise UsageError(
                "You have a draft of this record with other code.", "finish it where you annotate"
            )
        return draft

    def take_up(self, found: Draft) -> bool:
        """Go on with what was found; whether there is anything in it, and nothing is written here yet."""
        if all(getattr(found, name) == getattr(self._base, name) for name in TEXTS) or self.changed:
            return False
        texts = self._base.write("user", found.user).write("think", found.think)
        self.draft = replace(texts, effort=found.effort)
        return True

    # -- its file; worker threads, and the end of the program

    @property
    def dirty(self) -> bool:
        """Whether there is anything to keep."""
        return not self.over and self.draft is not self._base

    def keep(self, draft: Draft) -> None:
        """Write the draft's file. Raises `StoreError`."""
        if not self.over:
            self._drafts.save(self._key, draft.payload())

    def drop_file(self, draft: Draft) -> None:
        """The draft is in the journal, or not wanted: its file goes to the trash. Raises `StoreError`."""
        self.over = True
        self._drafts.delete(self._key)


def _same_code(draft: Draft, base: Draft) -> bool:
    """Whether a draft has the code of the record that it is of, as far as that shows without the code's repository.

    Where a mode takes its imports they are not among its pieces; they are the record's if the block was left alone.
    """
    mine, saved = draft.selection.pieces, base.selection.pieces
    if draft.selection.imports == "none":
        return mine == saved
    return not draft.past and mine == tuple(piece for piece in saved if not is_import(piece.item))
