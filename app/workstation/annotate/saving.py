"""Saving: the screen stays until the disk has acknowledged it, and looks first whether someone else saved meanwhile."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from textual import on, work
from textual.timer import Timer
from textual.worker import get_current_worker

from app.annotate.outbox import Outbox, Pending, texts_of, write_out
from app.base.moments import local
from app.checks import Finding, errors
from app.errors import BackspanError, StoreError
from app.project.project import Project
from app.project.topics.titles import printable
from app.records.draft import Draft
from app.records.events import Retraction, Revision
from app.records.history.ledger import RecordState
from app.records.prose import many
from app.repository.repository import Cancelled
from app.settings.person import Settings
from app.workstation.annotate.block import BlockScreen
from app.workstation.annotate.checks import CheckedDraft
from widgets.bars.status import StatusLine
from widgets.dialogs.choose import GRACE, Choose
from widgets.dialogs.questions import PromptLine
from widgets.panels.preview import Preview
from widgets.prose.editor import ProseEditor

_TOLD = 6
"""Warnings that the question before a save lists."""


class SavingScreen(BlockScreen):
    """Appends the draft's revision, and says so only when it is on disk. What cannot be saved waits in an outbox."""

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__(project, topic, settings, by, record)
        self._outbox = Outbox()
        self._retry_timer: Timer | None = None
        self._told_of_code: set[str] = set()
        """Why code could not be kept, as far as the person was told."""
        self._asked: set[tuple[str, str, str]] = set()
        """Record, code and field of the warnings that the person has been asked about."""

    @property
    def waiting(self) -> int:
        """How many records were asked to be saved and are not yet."""
        return len(self._outbox)

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
            self._nothing_to_save()
        elif self._outbox.supersede(desk.draft, monotonic()):
            self._try_again()
        else:
            self._send(desk.draft)

    def _nothing_to_save(self) -> None:
        self.notify("Nothing has changed since the last save.", markup=False)

    def _send(
        self, draft: Draft, *, seen: frozenset[str] = frozenset(), waiting: Pending | None = None
    ) -> None:
        """Save a draft.

        `seen` are heads of its record, other than those it began from, that the person knows of; `waiting` is what
        the outbox tries again by itself.
        """
        self._saving = True
        self.query_one(StatusLine).set_state("saving", "")
        self._save(draft, seen, waiting)

    @work(thread=True, group="save", exit_on_error=False)
    def _save(self, draft: Draft, seen: frozenset[str], waiting: Pending | None) -> None:
        desk = self._desk
        assert desk is not None
        revision = again = waiting.revision if waiting is not None else None
        try:
            state = desk.newer_than(draft)
            # What could not be appended before may have reached the disk after all.
            arrived = state is not None and again is not None and again.id in state.events
            if state is not None and not arrived and not seen.issuperset(state.parents):
                asked = self._changed_meanwhile if waiting is None else self._changed_while_waiting
                self.app.call_from_thread(asked, draft, state)
                return
            if revision is None:
                composition = desk.composer.compose(draft)
                found = self._judge(draft, composition)
                if self._to_ask(found):
                    self.app.call_from_thread(self._ask_about, found, seen)
                    return
                revision = desk.signed(draft, composition, found.findings)
            if not arrived:
                desk.append(revision)
        except StoreError as error:
            kept = desk.try_keeping(draft) if waiting is None else None  # a retry has nothing new to keep
            self.app.call_from_thread(self._waits, draft, error, revision, kept)
            return
        except BackspanError as error:
            self.app.call_from_thread(self._not_saved, draft, str(error))
            return
        self.app.call_from_thread(self._saved, draft, revision)

    def _saved(self, sent: Draft, revision: Revision) -> None:
        self._saving, self._refusal = False, ""
        desk = self._desk
        assert desk is not None
        self._outbox.done(sent, revision.id, monotonic())
        here = desk.draft.record == sent.record
        if here:
            desk.acknowledge(sent, revision)
            self.query_one(Preview).set_saved((revision.user, revision.think, revision.block.text))
        if self._keeper is not None and not (here and desk.dirty):
            self._keeper.forget(sent)
        self._show_state()
        self._acknowledge = "Saved." if here else "The record that could not be saved before is saved."
        self._mark_covered()
        self._hold(revision)

    @work(thread=True, group="hold", exit_on_error=False)
    def _hold(self, revision: Revision) -> None:
        """Keep the code that the record was taken from. The save is done: what goes wrong here is told, no more."""
        desk, worker = self._desk, get_current_worker()
        assert desk is not None
        try:
            desk.hold(revision, lambda: worker.is_cancelled)
        except Cancelled:
            return  # the screen was left: the next check, or look of the doctor's, sees to it
        except BackspanError as error:
            why = f"The record is saved. Its code may be lost if its branch is rewritten: {error}"
            self.app.call_from_thread(self._not_held, why)

    def _not_held(self, why: str) -> None:
        if why not in self._told_of_code:  # once is enough: the next save has the same commit
            self._told_of_code.add(why)
            self.notify(why, title="The code is not kept", severity="warning", markup=False, timeout=15)

    def _failed(self, group: str, why: str) -> None:
        if group == "save":
            self._not_saved(None, why)
        else:
            super()._failed(group, why)

    def _not_saved(self, sent: Draft | None, why: str) -> None:
        """It cannot be saved as it is; trying again would not help."""
        self._saving = False
        if sent is not None:
            self._outbox.take_out(sent.record)
        where, _, reason = why.splitlines()[0].rpartition(": ")
        # The reason first: the line is cut at its end, and a path alone tells nothing.
        self._refusal = f"{reason} ({where})" if where else reason
        self._show_state()
        self.notify(why, title="Not saved; your text is kept", severity="error", markup=False, timeout=15)
        self._keep()

    # -- what the checks warn of is asked about once

    def _to_ask(self, found: CheckedDraft) -> list[Finding]:
        """Warnings of a record that can be saved, if there is one among them that nobody was asked about."""
        warnings = [one for one in found.findings if one.severity == "warning" and not one.waived]
        new = {_asked(found.draft, one) for one in warnings} - self._asked
        return warnings if new and not errors(found.findings) else []

    def _ask_about(self, found: CheckedDraft, seen: frozenset[str]) -> None:
        """Nothing is written until the person has chosen; the draft is kept meanwhile."""
        self._call_off(found.draft)
        self._judged(found)
        warnings = self._to_ask(found)
        told = [f"{one.code} {one.field}: {one.message}" for one in warnings[:_TOLD]]
        if len(warnings) > _TOLD:
            told.append(f"… and {len(warnings) - _TOLD} more, in the list under the editors")

        def chosen(answer: str | None) -> None:
            self._asked |= {_asked(found.draft, one) for one in warnings}
            if answer == "save":
                self._send(found.draft, seen=seen)
            elif answer == "look":
                self._go_to_finding(warnings[0])

        self.app.push_screen(
            Choose(
                f"Save it as it is? {many(len(warnings), 'warning')}",
                "\n".join(told),
                (
                    ("save", "Save; I have seen them"),
                    ("look", "Go to the first"),
                    ("wait", "Go on writing"),
                ),
                first="look",
                harmless="wait",
                grace=GRACE,
            ),
            chosen,
        )

    # -- what could not be saved is tried again until it is

    def _waits(self, sent: Draft, error: StoreError, revision: Revision | None, kept: Path | None) -> None:
        self._saving = False
        now = monotonic()
        pending = self._outbox.failed(sent, error, now, revision=revision, kept=kept)
        if pending.tries == 1:
            title = "Not saved; your text is kept" if kept else "Not saved, and no draft could be written"
            self.notify(pending.said(now), title=title, severity="error", markup=False, timeout=15)
        self._show_outbox()
        if self._retry_timer is None:
            self._retry_timer = self.set_interval(1.0, self._try_again)

    def _try_again(self) -> None:
        now = monotonic()
        for pending in self._outbox.due(now):
            if self._saving:
                break
            if (one := self._outbox.begin(pending.draft.record)) is not None:
                self._send(one.draft, waiting=one)
        self._show_outbox()

    def _show_outbox(self) -> None:
        """Say what waits, and offer the ways out; all as usual once nothing does."""
        waiting = self._outbox.pending
        if not waiting and self._retry_timer is not None:
            self._retry_timer.stop()
            self._retry_timer = None
        status = self.query_one(StatusLine)
        if not waiting:
            status.set_buttons(self.BUTTONS)
        elif not self._saving:
            status.set_buttons((("Try now", "save"), ("To a file", "write_out"), *self.BUTTONS))
            first = waiting[0]
            here = self._desk is not None and first.draft.record == self._desk.draft.record
            said = first.short(monotonic())
            status.set_state("unsaved", said if here else f"the record before: {said}")

    def _show_state(self) -> None:
        self._show_outbox()
        if not self._outbox.pending:
            super()._show_state()

    def action_write_out(self) -> None:
        """Write the record to a file of its own, for when it cannot be saved."""
        desk = self._desk
        if desk is None:
            return
        self._take_texts()
        name = f"~/backspan-{self._topic}-{desk.draft.record}.jsonl"

        def chosen(answer: str | None) -> None:
            if answer:
                self._write_out(answer, desk.draft)

        def wrong(answer: str) -> str:
            try:
                there = (desk.files.project.root / Path(answer).expanduser()).exists()
            except (OSError, RuntimeError, ValueError):
                return ""  # the writing says what is wrong with the name
            return "that exists already: give another name" if answer and there else ""

        self.app.push_screen(PromptLine("Write this record to a new file", value=name, wrong=wrong), chosen)

    @work(thread=True, group="write-out", exit_on_error=False)
    def _write_out(self, name: str, draft: Draft) -> None:
        desk = self._desk
        assert desk is not None
        composition = desk.composer.compose(draft)
        try:
            try:
                event = desk.signed(draft, composition)
                path = write_out(name, events=[event], base=desk.files.project.root)
                hint = f"'backspan merge --topic {self._topic} FILE' brings it in."
            except StoreError:
                raise
            except BackspanError:  # not valid yet: its texts can be written all the same
                texts = texts_of(draft, composition.text)
                path = write_out(name, texts=texts, base=desk.files.project.root)
                hint = "It is no valid record yet, so its texts are there to read."
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self.notify, f"Written to {path}. {hint}", markup=False, timeout=15)

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
                if withdrawn and self._desk is not None and self._desk.draft is draft:
                    self._desk.draft = whole
                self._send(whole, seen=frozenset(state.parents))
            elif answer == "look":
                self._look_at(draft.record)

        self.app.push_screen(
            Choose(
                "This record was changed while you were writing",
                said,
                (("wait", "Go on writing; save later"), ("look", "Look at what changed"), ("save", save)),
                first="look",
                harmless="wait",
                grace=GRACE,
            ),
            chosen,
        )

    def _changed_while_waiting(self, draft: Draft, state: RecordState) -> None:
        """The same for a save that is tried again by itself: nobody expects a question then, so none is asked."""
        self._call_off(draft)
        why = f"{news_of(draft, state)} Save again to decide which text stands."
        self._refusal = why
        self._show_state()
        self.notify(why, title="Not saved; your text is kept", severity="warning", markup=False, timeout=15)

    def _call_off(self, draft: Draft) -> None:
        self._saving = False
        self._outbox.take_out(draft.record)
        self._show_state()
        self._keep()

    def _look_at(self, record: str) -> None:
        """Show a record's history; joined by the subclass that knows the other screens."""


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
