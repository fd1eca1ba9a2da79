"""The menu of saved filters: saving one, choosing one, forgetting one."""

from __future__ import annotations

from app.review.passes import SECTIONS
from app.review.queue import Saved, SavedFilters, Wish
from app.review.queue.saved_filters import refusal
from app.workstation.queue.record_queue import RecordQueue
from app.workstation.screen import WorkScreen
from widgets.dialogs.questions import PromptLine
from widgets.pick.finder import Choice, Finder

_FORGET = Wish()
"""Stands among saved filters for the wish to remove one."""


class SavedFilterMenu:
    """Keeps what a person lists often."""

    def __init__(self, screen: WorkScreen[None], queue: RecordQueue) -> None:
        self._screen = screen
        self._queue = queue

    def action_save_filter(self) -> None:
        """Save filter, section and order under a name."""
        wish = self._queue.wish
        question = f"Save “{wish.filter.strip() or 'no filter'}” in {SECTIONS[wish.section]} as"

        def saved(name: str, remark: str) -> None:
            self._screen.say(f"saved as {name}" + (f"; {remark}" if remark else ""))

        def named(given: str | None) -> None:
            if given is not None:
                name = given.strip()
                self._screen.run(
                    "saved",
                    lambda _: SavedFilters().save(name, wish),
                    lambda remark: saved(name, remark),
                    self._screen.alarm_of,
                    exclusive=False,
                )

        self._screen.push(PromptLine(question, wrong=refusal), named)

    def action_saved_filters(self) -> None:
        """Choose one of the saved filters."""
        self._screen.run("saved", lambda _: SavedFilters().load(), self._choose)

    def _choose(self, saved: Saved, forget: bool = False) -> None:
        if saved.problem:
            self._screen.warn(saved.problem, timeout=10)
        if not saved.filters:
            self._screen.say("No filter is saved yet. ctrl+s or F2 saves the one that is shown.")
            return
        choices = [
            Choice(f"{name}   {wish.filter}", (name, wish), detail=SECTIONS[wish.section])
            for name, wish in saved.filters.items()
        ]
        title = "Forget a saved filter" if forget else "Saved filters"
        if not forget:
            choices.append(Choice("Forget a saved filter…", ("", _FORGET)))

        def chosen(found: tuple[str, Wish] | None) -> None:
            if found is None:
                return
            name, wish = found
            if forget:
                self._forget(name)
            elif not name:
                self._choose(saved, forget=True)
            else:
                self._queue.apply(wish)

        self._screen.push(Finder(choices, title=title), chosen)

    def _forget(self, name: str) -> None:
        self._screen.run(
            "saved",
            lambda _: SavedFilters().forget(name),
            lambda _: self._screen.say(f"forgotten: {name}"),
            self._screen.alarm_of,
            exclusive=False,
        )
