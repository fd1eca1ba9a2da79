"""Saving: the screen stays until the disk has acknowledged it, and looks first whether someone else saved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from textual.timer import Timer

from app.annotate.outbox import Outbox, Pending, texts_of, write_out
from app.annotate.session import AnnotateSession
from app.annotate.session_events import CheckedDraft, DraftChanged, DraftOpened, RecordSaved
from app.base.moments import local
from app.base.text import many, printable
from app.checks import errors
from app.errors import BackspanError, StoreError
from app.records.draft import Draft
from app.records.events import Retraction, Revision
from app.records.finding import Finding
from app.records.history.ledger import RecordState
from app.workstation.annotate.checks import LiveChecks
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import BUTTONS, AnnotatePanes
from app.workstation.autosave import Autosave
from widgets.dialogs.choose import GRACE, Choose
from widgets.dialogs.questions import PromptLine

_TOLD = 6
"""Warnings that the question before a save lists."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A draft on its way to the journal."""

    draft: Draft
    seen: frozenset[str] = frozenset()
    """Heads of its record, other than those it began from, that the person knows of."""
    waiting: Pending | None = None
    """What the outbox tries again by itself; None where the person asked for it just now."""


class Saving:
    """Appends the draft's revision, and says so only when it is on disk. What cannot be saved waits in an outbox."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        editing: Editing,
        checks: LiveChecks,
        autosave: Autosave,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._editing = editing
        self._checks = checks
        self._autosave = autosave
        self.look_at: Callable[[str], object] = lambda record: None
        """Shows a record's history."""
        self.nothing_new: Callable[[], object] = self.say_nothing_new
        """What to do where nothing of the draft is unsaved."""
        self.under_way = False
        """Whether a save is on its way to the disk."""
        self._refusal = ""
        """Why the last save was refused; stands in the header until a save is acknowledged."""
        self._outbox = Outbox()
        self._retry_timer: Timer | None = None
        self._told_of_code: set[str] = set()
        """Why code could not be kept, as far as the person was told."""
        self._asked: set[tuple[str, str, str]] = set()
        """Record, code and field of the warnings that the person has been asked about."""

    def listen(self) -> None:
        """Show how safe the draft is whenever it changes."""
        self._session.announcer.on(DraftOpened, lambda _: self._opened())
        self._session.announcer.on(DraftChanged, lambda _: self.show_state())

    @property
    def waiting(self) -> int:
        """How many records were asked to be saved and are not yet."""
        return len(self._outbox)

    def _opened(self) -> None:
        self._refusal = ""
        self.show_state()

    def begin(self) -> None:
        """Validate and append; the screen stays until the disk has acknowledged it."""
        if self.under_way:
            return
        self._editing.take_texts()
        draft = self._session.draft
        if not self._session.dirty:
            self.nothing_new()
        elif self._outbox.supersede(draft, monotonic()):
            self._try_again()
        else:
            self._send(Sending(draft))

    def say_nothing_new(self) -> None:
        """Tell that there is nothing to save."""
        self._host.say("Nothing has changed since the last save.")

    def _send(self, sending: Sending) -> None:
        self.under_way = True
        self._panes.status.set_state("saving", "")
        # What comes of it is a call, because a save that is refused, asked about or done ends in different ones.
        self._host.run(
            "save",
            lambda _: self._save(sending),
            lambda then: then(),
            partial(self._not_saved, sending.draft),
            exclusive=False,
        )

    def _save(self, sending: Sending) -> Callable[[], None]:
        """Append the revision; gives back what is to be shown. Raises `BackspanError` where it cannot be saved."""
        session, draft, waiting = self._session, sending.draft, sending.waiting
        revision = again = waiting.revision if waiting is not None else None
        try:
            state = session.newer_than(draft)
            # What could not be appended before may have reached the disk after all.
            arrived = state is not None and again is not None and again.id in state.events
            if state is not None and not arrived and not sending.seen.issuperset(state.parents):
                ask = self._changed_meanwhile if waiting is None else self._changed_while_waiting
                return partial(ask, draft, state)
            if revision is None:
                composition = session.composer.compose(draft)
                found = self._checks.judge(draft, composition)
                if self._to_ask(found):
                    return partial(self._ask_about, found, sending.seen)
                revision = session.signed(draft, composition, found.findings)
            if not arrived:
                session.append(revision)
        except StoreError as error:
            kept = session.try_keeping(draft) if waiting is None else None  # a retry has nothing new to keep
            return partial(self._waits, draft, error, revision, kept)
        return partial(self._saved, draft, revision)

    def _saved(self, sent: Draft, revision: Revision) -> None:
        self.under_way, self._refusal = False, ""
        session = self._session
        self._outbox.done(sent, revision.id, monotonic())
        here = session.draft.record == sent.record
        if here:
            session.acknowledge(sent, revision)
            self._panes.preview.set_saved((revision.user, revision.think, revision.block.text))
        if not (here and session.dirty):
            self._autosave.forget(sent)
        self.show_state()
        session.announcer.tell(RecordSaved(sent, revision, here))
        self._hold(revision)

    def _hold(self, revision: Revision) -> None:
        """Keep the code that the record was taken from. The save is done: what goes wrong here is told, no more."""
        # Where the screen is left meanwhile, the next check, or look of the doctor's, sees to it.
        self._host.run(
            "hold",
            lambda cancelled: self._session.hold(revision, cancelled),
            failed=self._not_held,
            exclusive=False,
        )

    def _not_held(self, error: BackspanError) -> None:
        why = f"The record is saved. Its code may be lost if its branch is rewritten: {error}"
        if why not in self._told_of_code:  # once is enough: the next save has the same commit
            self._told_of_code.add(why)
            self._host.warn(why, title="The code is not kept", timeout=15)

    def failed(self, why: str) -> None:
        """A save ended by a mistake of ours."""
        self._refuse(None, why)

    def _not_saved(self, sent: Draft, error: BackspanError) -> None:
        """It cannot be saved as it is; trying again would not help."""
        self._refuse(sent, str(error))

    def _refuse(self, sent: Draft | None, why: str) -> None:
        self.under_way = False
        if sent is not None:
            self._outbox.take_out(sent.record)
        where, _, reason = why.splitlines()[0].rpartition(": ")
        # The reason first: the line is cut at its end, and a path alone tells nothing.
        self._refusal = f"{reason} ({where})" if where else reason
        self.show_state()
        self._host.alarm(why, title="Not saved; your text is kept")
        self._editing.keep()

    # -- how safe the draft is

    def show_state(self) -> None:
        """Say in the header whether the draft is on disk."""
        self._show_outbox()
        session = self._session
        if self._outbox.pending or self.under_way:
            return
        status = self._panes.status
        if self._refusal and session.dirty:
            status.set_state("unsaved", self._refusal)
        elif session.dirty:
            status.set_state("draft")
        elif session.revision is not None:
            status.set_state("saved", f"{local(session.revision.at):%H:%M}")
        else:
            status.set_state("", "")

    # -- what the checks warn of is asked about once

    def _to_ask(self, found: CheckedDraft) -> list[Finding]:
        """Warnings of a record that can be saved, if there is one among them that nobody was asked about."""
        warnings = [one for one in found.findings if one.severity == "warning" and not one.waived]
        new = {_asked(found.draft, one) for one in warnings} - self._asked
        return warnings if new and not errors(found.findings) else []

    def _ask_about(self, found: CheckedDraft, seen: frozenset[str]) -> None:
        """Nothing is written until the person has chosen; the draft is kept meanwhile."""
        self._call_off(found.draft)
        self._checks.judged(found)
        warnings = self._to_ask(found)
        told = [f"{one.code} {one.field}: {one.message}" for one in warnings[:_TOLD]]
        if len(warnings) > _TOLD:
            told.append(f"… and {len(warnings) - _TOLD} more, in the list under the editors")

        def chosen(answer: str | None) -> None:
            self._asked |= {_asked(found.draft, one) for one in warnings}
            if answer == "save":
                self._send(Sending(found.draft, seen))
            elif answer == "look":
                self._checks.go_to(warnings[0])

        answers = (
            ("save", "Save; I have seen them"),
            ("look", "Go to the first"),
            ("wait", "Go on writing"),
        )
        title = f"Save it as it is? {many(len(warnings), 'warning')}"
        self._host.push(
            Choose(title, "\n".join(told), answers, first="look", harmless="wait", grace=GRACE), chosen
        )

    # -- what could not be saved is tried again until it is

    def _waits(self, sent: Draft, error: StoreError, revision: Revision | None, kept: Path | None) -> None:
        self.under_way = False
        now = monotonic()
        pending = self._outbox.failed(sent, error, now, revision=revision, kept=kept)
        if pending.tries == 1:
            title = "Not saved; your text is kept" if kept else "Not saved, and no draft could be written"
            self._host.alarm(pending.said(now), title=title)
        self._show_outbox()
        if self._retry_timer is None:
            self._retry_timer = self._host.set_interval(1.0, self._try_again)

    def _try_again(self) -> None:
        now = monotonic()
        for pending in self._outbox.due(now):
            if self.under_way:
                break
            if (one := self._outbox.begin(pending.draft.record)) is not None:
                self._send(Sending(one.draft, waiting=one))
        self._show_outbox()

    def _show_outbox(self) -> None:
        """Say what waits, and offer the ways out; all as usual once nothing does."""
        waiting = self._outbox.pending
        if not waiting and self._retry_timer is not None:
            self._retry_timer.stop()
            self._retry_timer = None
        status = self._panes.status
        if not waiting:
            status.set_buttons(BUTTONS)
        elif not self.under_way:
            status.set_buttons((("Try now", "save"), ("To a file", "write_out"), *BUTTONS))
            first = waiting[0]
            here = first.draft.record == self._session.draft.record
            said = first.short(monotonic())
            status.set_state("unsaved", said if here else f"the record before: {said}")

    def action_write_out(self) -> None:
        """Write the record to a file of its own, for when it cannot be saved."""
        self._editing.take_texts()
        files, session = self._session.files, self._session
        name = f"~/backspan-{files.topic}-{session.draft.record}.jsonl"

        def chosen(answer: str | None) -> None:
            if answer:
                draft = session.draft
                self._host.run(
                    "write-out", lambda _: self._write_out(answer, draft), self._written_out, exclusive=False
                )

        def wrong(answer: str) -> str:
            try:
                there = (files.project.root / Path(answer).expanduser()).exists()
            except (OSError, RuntimeError, ValueError):
                return ""  # the writing says what is wrong with the name
            return "that exists already: give another name" if answer and there else ""

        self._host.push(PromptLine("Write this record to a new file", value=name, wrong=wrong), chosen)

    def _write_out(self, name: str, draft: Draft) -> str:
        """What was written, and what to do with it. Raises `BackspanError`."""
        composer, files = self._session.composer, self._session.files
        composition = composer.compose(draft)
        try:
            event = self._session.signed(draft, composition)
            path = write_out(name, events=[event], base=files.project.root)
            return f"Written to {path}. 'backspan merge --topic {files.topic} FILE' brings it in."
        except StoreError:
            raise
        except BackspanError:  # not valid yet: its texts can be written all the same
            path = write_out(name, texts=texts_of(draft, composition.text), base=files.project.root)
            return f"Written to {path}. It is no valid record yet, so its texts are there to read."

    def _written_out(self, said: str) -> None:
        self._host.say(said, timeout=15)

    # -- someone else saved the same record meanwhile

    def _changed_meanwhile(self, draft: Draft, state: RecordState) -> None:
        """Ask before a save would stand beside another's; nothing is written until the person has chosen."""
        self._call_off(draft)
        said = f"{news_of(draft, state)}\nYours is kept as a draft. Whatever you choose, no text is lost."
        withdrawn = all(head.kind == "retract" for head in state.heads)
        save = (
            "Save mine, which restores the record"
            if withdrawn
            else "Save mine beside it, then settle the two"
        )

        def chosen(answer: str | None) -> None:
            if answer == "save":
                whole = draft if not withdrawn else draft.on_top_of(state.parents)
                if withdrawn and self._session.draft is draft:
                    self._session.draft = whole
                self._send(Sending(whole, frozenset(state.parents)))
            elif answer == "look":
                self.look_at(draft.record)

        title = "This record was changed while you were writing"
        answers = (("wait", "Go on writing; save later"), ("look", "Look at what changed"), ("save", save))
        self._host.push(
            Choose(title, said, answers, first="look", harmless="wait", grace=GRACE),
            chosen,
        )

    def _changed_while_waiting(self, draft: Draft, state: RecordState) -> None:
        """The same for a save that is tried again by itself: nobody expects a question then, so none is asked."""
        self._call_off(draft)
        self._refusal = f"{news_of(draft, state)} Save again to decide which text stands."
        self.show_state()
        self._host.warn(self._refusal, title="Not saved; your text is kept", timeout=15)

    def _call_off(self, draft: Draft) -> None:
        self.under_way = False
        self._outbox.take_out(draft.record)
        self.show_state()
        self._editing.keep()


def _asked(draft: Draft, finding: Finding) -> tuple[str, str, str]:
    return draft.record, finding.code, finding.field


def news_of(draft: Draft, state: RecordState) -> str:
    """Who did what to the record since the draft was begun, in sentences."""
    said: list[str] = []
    for head in state.heads:
        if head.id not in draft.parents:
            act = "withdrew" if isinstance(head, Retraction) else "saved"
            said.append(f"{printable(head.by)} {act} it at {local(head.at):%H:%M}.")
    return " ".join(said)
