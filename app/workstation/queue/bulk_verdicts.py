"""One verdict on all that is listed, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from app.base.text import many
from app.records.events import Verdict
from app.review.queue import Bulk, Listing
from app.workstation.act_runner import ActRunner
from app.workstation.queue.record_queue import RecordQueue
from app.workstation.queue.wording import VERDICTS, bulk_answers, bulk_text, bulk_title
from app.workstation.screen import WorkScreen
from widgets.dialogs.choose import Choose
from widgets.dialogs.questions import PromptLine


class BulkVerdicts:
    """Judges many records at once. Every act runs in a thread, and is told when it is on disk."""

    def __init__(self, screen: WorkScreen[None], queue: RecordQueue) -> None:
        self._screen = screen
        self._queue = queue
        self._runner = ActRunner(screen)

    def action_bulk(self) -> None:
        """Ask for a verdict on exactly what is listed."""
        shown, listing = self._queue.shown, self._queue.listing
        if shown is None or listing is None or shown.partial:
            self._screen.say("The records are still being read; in a moment.")
        elif shown.wish != self._queue.wish:
            self._screen.say("The list is not what the filter says; mend the filter first.")
        else:
            self._screen.run("bulk", lambda _: listing.bulk(shown.wish, shown.rows), self._ask)

    def _ask(self, bulk: Bulk) -> None:
        answers = bulk_answers(bulk)
        if len(bulk.topics) > 1:
            self._screen.alarm(
                f"These records are of {len(bulk.topics)} topics: choose one, as in topic:{bulk.topics[0]}."
            )
        elif len(answers) == 1:
            left = f": {bulk.left}." if bulk.left else "."
            self._screen.say(f"No record that is listed can be judged by you{left}")
        else:
            question = Choose(bulk_title(bulk), bulk_text(bulk), answers, first="nothing", harmless="nothing")
            self._screen.push(question, lambda answer: self._answered(bulk, answer))

    def _answered(self, bulk: Bulk, answer: str | None) -> None:
        verdict: Verdict | None = next((v for v in VERDICTS if v == answer), None)
        if verdict is None:
            return
        if verdict == "accept":
            self._give(bulk, verdict, "")
            return
        what = "What is to be changed in" if verdict == "return" else "Why are these rejected:"
        question = f"{what} {many(len(bulk.of(verdict)), 'record')}"

        def noted(note: str | None) -> None:
            if note is not None:
                self._give(bulk, verdict, note.strip())

        self._screen.push(PromptLine(question, wrong=_needed), noted)

    def _give(self, bulk: Bulk, verdict: Verdict, note: str) -> None:
        def give(listing: Listing) -> str:
            given = listing.give(bulk, verdict, note)
            return f"{many(len(given), 'record')} {VERDICTS[verdict][1]}; u takes all of them back"

        self._act(give)

    # -- the way back

    def action_undo(self) -> None:
        """Take back this person's last act in the topic."""
        topic = self._queue.topic
        if topic is not None:
            self._act(lambda listing: f"Taken back: {listing.undo(topic).target.text}"[:300])

    def action_redo(self) -> None:
        """Do it again."""
        topic = self._queue.topic
        if topic is not None:
            self._act(lambda listing: f"Done again: {listing.redo(topic).target.text}"[:300])

    def _act(self, act: Callable[[Listing], str]) -> None:
        """One act at a time: a key that comes before the last act is on disk does nothing, and says so."""
        listing = self._queue.listing
        if listing is not None and self._runner.free():
            self._runner.run(lambda: act(listing), self._done, self._failed)

    def _done(self, said: str) -> str:
        self._screen.say(said)
        self._queue.look_again()
        return ""

    def _failed(self, why: str) -> None:
        self._screen.alarm(why)
        self._queue.look_again()

    def mistaken(self) -> None:
        """An act ended by a mistake of ours, which was told."""
        self._runner.mistaken()
        self._queue.look_again()


def _needed(note: str) -> str:
    return "" if note.strip() else "It needs some words: the author has to know what to do."
