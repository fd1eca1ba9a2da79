"""The drafts that were thrown away: one of them is taken out of the trash, to go on with."""

from __future__ import annotations

from collections.abc import Callable

from app.annotate.session import AnnotateSession
from app.base.moments import local
from app.errors import BackspanError
from app.store.drafts.trash import Discarded
from app.workstation.screen import WorkScreen
from widgets.pick.finder import Choice, Finder


class DraftTrash:
    """Offers a person's drafts in a topic's trash; the screen gives back the record of the one taken out."""

    def __init__(self, screen: WorkScreen[str | None], session: AnnotateSession) -> None:
        self._screen = screen
        self._session = session

    def action_trash(self) -> None:
        """Choose a draft of the trash to go on with."""

        def found(_: Callable[[], bool]) -> list[Choice[Discarded]]:
            return [
                Choice(
                    " ".join((draft.user or draft.think or "nothing written yet").split())[:200],
                    discarded,
                    detail=f"{local(discarded.saved_at):%Y-%m-%d %H:%M}",
                )
                for discarded, draft in self._session.trash()
            ]

        self._screen.run("trash", found, self._choose_discarded, self._refused)

    def _choose_discarded(self, choices: list[Choice[Discarded]]) -> None:
        if choices:
            self._screen.push(Finder(choices, title="Drafts in the trash"), self._take_back)
        else:
            self._screen.say("No draft of yours is in the trash of this topic.")

    def _take_back(self, discarded: Discarded | None) -> None:
        if discarded is not None:
            self._screen.run(
                "trash", lambda _: self._session.take_back(discarded), self._screen.dismiss, self._refused
            )

    def _refused(self, error: BackspanError) -> None:
        self._screen.alarm(str(error), timeout=10)
