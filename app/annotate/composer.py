"""How a draft becomes a block, and then a record.

Everything here may take longer than a screen can wait (git, parsing, imports): call it from a worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.base.cancelling import never
from app.checks import Finding, errors
from app.errors import BackspanError, InvalidRecordError
from app.project.topic_files import TopicFiles
from app.records import chatml
from app.records.block_needs import (
    HelperOffer,
    ImportOffer,
    helper_tree,
    import_offers,
    imports_taken,
    next_helper,
    takings,
    why,
)
from app.records.blocks import Piece, compose, piece_for, pieces_of
from app.records.draft import Draft, Selection
from app.records.events import Block, Revision, Role, Span, main_span, make_revision
from app.repository.crates import licence_of
from app.rust.item_paths import is_import
from app.rust.items import Item
from app.rust.source import SourceFile
from app.store.efforts import Behind, Efforts
from app.store.follower import Follower
from app.store.signer import Stamp

if TYPE_CHECKING:
    from app.checks.running import Live


@dataclass(frozen=True, slots=True)
class Composition:
    """What a draft amounts to at this moment."""

    text: str
    """The block; empty if nothing is chosen or it cannot be composed."""
    spans: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    """What the block was made of, imports taken by the mode included."""
    automatic: frozenset[tuple[str, int]]
    """(path, start) of the pieces that the import mode took."""
    problem: str
    """Why there is no block though pieces are chosen; else empty."""
    offers: tuple[ImportOffer, ...] = ()
    """Imports that the block's code needs, for certain or likely, taken or not."""
    reasons: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """(path, start) of a piece → why the block's code needs it, where it does."""

    @property
    def left_likely(self) -> int:
        """Names that the block's code may need of imports, and that are not in the block."""
        held = {(piece.path, piece.start): piece for piece in self.pieces}
        left = 0
        for offer in self.offers:
            piece = held.get((offer.path, offer.proposal.item.start))
            likely = [name for name in offer.proposal.names if name.certainty == "likely"]
            cuts = piece.cuts if piece is not None else ()
            left += sum(
                piece is None or any(low <= name.start < high for low, high in cuts) for name in likely
            )
        return left


EMPTY = Composition("", (), (), frozenset(), "")


class Composer:
    """Makes blocks and revisions of drafts of one topic. Safe to use from several threads."""

    def __init__(self, files: TopicFiles) -> None:
        self.files = files
        """The topic's files, shared with whoever else reads them."""
        self.followers: dict[str, Follower] = {}
        """Of journals that somebody follows already: the checks know the other records through them."""
        self.by = ""
        """Who works here: the checks go by what this person may see. Empty, somebody who has judged nothing."""
        self._reopened: dict[str, Selection] = {}
        """By a revision's id."""
        self._efforts = Efforts(files.project.store, files.topic)

    # -- from a record to a draft

    def reopened(self, revision: Revision) -> Selection:
        """What a saved block is chosen by: where a mode takes just its imports today, the mode; else piece by piece.

        So a helper that is added to a record brings its imports, as it did while the record was first written. A
        mode is believed only if it composes to the very spans that are saved.
        """
        known = self._reopened.get(revision.id)
        if known is None:
            try:
                known = self._moded(revision.block)
            except BackspanError:
                known = None  # the code is not here: it is said where the block is composed
            known = known or Selection(pieces_of(revision.block.spans))
            self._reopened[revision.id] = known
        return known

    def remembered(self, revision: Revision) -> Selection:
        """The same as far as it was worked out before, else piece by piece: for the screen's thread."""
        return self._reopened.get(revision.id) or Selection(pieces_of(revision.block.spans))

    def _moded(self, block: Block) -> Selection | None:
        """A mode's selection that composes to the block. Raises `BackspanError` where its code cannot be read."""
        pieces = pieces_of(block.spans)
        held = [piece for piece in pieces if piece.role == "import" and is_import(piece.item)]
        code = tuple(piece for piece in pieces if piece not in held)
        for taking in takings(code, held, self.files.crate_files, self.files.spec.imports):
            selection = Selection(code, *taking)
            made = self.compose(Draft(self.files.topic, "", self.by, selection=selection))
            if [_said(span) for span in made.spans] == [_said(span) for span in block.spans]:
                return selection
        return None

    # -- from a draft to a record

    def piece(self, path: str, start: int, end: int, item: int | None, role: Role = "helper") -> Piece:
        """What taking a range of a file takes. Raises `InvalidRecordError` where it must not be taken."""
        parsed = self.files.parsed(path)
        if item is not None:
            piece = piece_for(parsed.items, item, path, role)
        else:
            piece = Piece(path, start, end, role, _name_of_lines(parsed.source, start, end))
        if not self.files.spec.allow_tests and _in_tests(parsed.items, piece.start, piece.end):
            raise InvalidRecordError(
                f"{piece.item} holds test code, which {self.files.topic} leaves out",
                "choose code outside tests, or set allow_tests in the spec",
            )
        return piece

    def compose(self, draft: Draft) -> Composition:
        """The draft's block. What stands in its way is said in the result, never raised."""
        chosen = draft.selection.pieces
        if not chosen:
            return EMPTY
        selection = draft.selection
        try:
            offers = import_offers(chosen, self.files.crate_files)
            taken = imports_taken(
                chosen,
                selection.imports,
                selection.unwanted,
                selection.likely,
                self.files.crate_files,
                offers,
            )
            pieces = (*chosen, *taken)
            paths = dict.fromkeys(piece.path for piece in pieces)
            opened = {path: self.files.open(path) for path in paths}
            data = {path: file.source.data for path, file in opened.items()}
            composed = compose(pieces, data, {path: file.blob for path, file in opened.items()})
            reasons = why(chosen, self.files.crate_files, offers)
        except BackspanError as error:
            return replace(EMPTY, pieces=chosen, problem=str(error))
        automatic = frozenset((piece.path, piece.start) for piece in taken)
        settled = pieces_of(composed.spans)
        return Composition(composed.text, composed.spans, settled, automatic, "", offers, reasons)

    # -- what the block's code needs

    def next_helper(self, draft: Draft) -> HelperOffer | None:
        """The certain helper of the block's own files to take next. Raises `SourceError`."""
        return next_helper(draft.selection.pieces, self.files.crate_files, self.files.spec.allow_tests)

    def helper_tree(self, draft: Draft) -> tuple[HelperOffer, ...]:
        """All helpers that the block's code uses, taken or not, certain or likely. Raises `SourceError`."""
        return helper_tree(draft.selection.pieces, self.files.crate_files, self.files.spec.allow_tests)

    # -- what the checks say

    @cached_property
    def live(self) -> Live:
        """The checks on what is being written. Worker threads only: it is slow to import."""
        from app.checks.running import Code, Live

        code = Code(
            self.files.snapshot, self.files.crate_files, lambda path: self.files.open(path).source.data
        )
        return Live(self.files.project, self.files.topic, self.files.spec, code, self.followers, self.by)

    def close(self) -> None:
        """Let go of the files that the checks hold open, if anybody asked for the checks."""
        if "live" in vars(self):
            self.live.close()

    def findings(
        self,
        draft: Draft,
        composition: Composition,
        cancelled: Callable[[], bool] = never,
    ) -> tuple[Finding, ...]:
        """What the checks say of the draft as it stands; nothing where `cancelled` says so. Worker threads only."""
        return self.live.judge(
            draft.record,
            chatml.normalise_prose(draft.user),
            chatml.normalise_prose(draft.think),
            self.block_or_none(composition),
            draft.effort.plus(self.behind(draft).effort),
            {waiver.code: waiver.reason for waiver in draft.waivers},
            cancelled,
        )

    def behind(self, draft: Draft) -> Behind:
        """The saved revisions that a draft comes from. Worker threads only."""
        follower = self.followers.get(self.files.topic)
        state = follower.ledger.get(draft.record) if follower is not None else None
        return self._efforts.behind(state, draft.parents)

    def tokens(self, draft: Draft, composition: Composition) -> int | None:
        """Tokens of the line's contents by the spec's vocabulary; None where it names none that can be had."""
        from app.records.tokens import tokens_of

        user, think = chatml.normalise_prose(draft.user), chatml.normalise_prose(draft.think)
        return tokens_of(self.files.spec, user, think, composition.text)

    def block_or_none(self, composition: Composition) -> Block | None:
        """The composed block; None where there is none, or none that could be saved."""
        if not composition.text:
            return None
        try:
            return self.block(composition)
        except ValueError:
            return None

    def place_of(self, composition: Composition, character: int) -> tuple[str, int] | None:
        """The path and byte that a character of the block (0-based) comes from; of a joint what stands behind it."""
        at, wanted = 0, len(composition.text[:character].encode("utf-8"))
        for span in composition.spans:
            at += len(span.joint.encode("utf-8"))
            if wanted < at + span.end - span.start:
                return span.path, span.start + max(0, wanted - at)
            at += span.end - span.start
        return None

    def revision(
        self,
        draft: Draft,
        composition: Composition,
        findings: Sequence[Finding] | None = None,
        stamp: Stamp | None = None,
    ) -> Revision:
        """The revision that saving this draft appends. Raises `InvalidRecordError` with every error found.

        `findings`: what the checks said of just this draft, where that is known. `stamp`: of the person's act.
        """
        if composition.problem:
            raise InvalidRecordError(composition.problem)
        wrong = errors(self.findings(draft, composition) if findings is None else findings)
        if wrong:
            raise InvalidRecordError(
                "; ".join(f"{f.code} {f.field}: {f.message}" for f in wrong),
                " ".join(dict.fromkeys(f.remedy for f in wrong if f.remedy)),
            )
        try:
            return make_revision(
                record=draft.record,
                by=draft.by,
                parents=draft.parents,
                block=self.block(composition),
                user=chatml.normalise_prose(draft.user),
                think=chatml.normalise_prose(draft.think),
                effort=draft.effort,
                waivers=draft.waivers,
                act=stamp.act if stamp is not None else None,
                at=stamp.at if stamp is not None else None,
            )
        except ValueError as error:
            raise InvalidRecordError(
                f"the record is not valid: {error}", "nothing was saved; the draft is kept"
            ) from error

    def block(self, composition: Composition) -> Block:
        """The composed block with its provenance. Raises `pydantic.ValidationError`."""
        main = main_span(composition.spans)
        return Block(
            repository=self.files.repository,
            commit=self.files.snapshot.commit,
            licence=licence_of(self.files.snapshot, main.path).expression,
            spans=composition.spans,
            text=composition.text,
        )


def _said(span: Span) -> Span:
    """A span without the blob, which records of plain folders and of old versions lack."""
    return span.model_copy(update={"blob": None})


def _in_tests(items: Sequence[Item], start: int, end: int) -> bool:
    return any(item.test and item.start < end and start < item.end for item in items)


def _name_of_lines(source: SourceFile, start: int, end: int) -> str:
    first, last = source.line_at(start) + 1, source.line_at(max(start, end - 1)) + 1
    return f"line {first}" if first == last else f"lines {first}-{last}"
