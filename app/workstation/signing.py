"""Who signs here: asked once where nobody has said so, shown above the list of topics, and changed from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.app import App

from app.errors import BackspanError
from app.settings import person
from app.workstation.roles import OpenTopic
from app.workstation.screen import run_job

FIRST = "Who signs your records? The name stands beside each of them, and is kept in your settings."
ANEW = "Who signs your records from now on? Drafts and records that are signed stay whose they are."


class Signing:
    """Knows the name. What asks git or touches the disk is for threads."""

    def __init__(self, app: App[Any], root: Path, settings: person.Settings) -> None:
        self._app = app
        self._root = root
        self.settings = settings
        """The person's settings, with the name as it is now."""
        self.changed: Callable[[], object] = lambda: None
        """Called on the interface's thread once there is another name."""
        self._by: str | None = None
        self._guessed = False

    def name(self) -> str:
        """Who signs. Asks git the first time: for a thread."""
        if self._by is None:
            from app.project.annotator import signs

            self._by, self._guessed = signs(self._root, self.settings)
        return self._by

    def begin(self, then: Callable[[], object]) -> None:
        """Ask where nobody has said who signs, then go on; unanswered, it is asked again at the next start."""
        name = self.name()
        if self._guessed:
            self._guessed = False
            self._ask(FIRST, name, then)
        else:
            then()

    def change(self) -> None:
        """Ask for another name. Not over an open topic: what is being written there has its signer."""
        if any(isinstance(screen, OpenTopic) for screen in self._app.screen_stack):
            self._app.notify("Leave the topic first: what you write there has its signer.", markup=False)
            return
        self._ask(ANEW, self.name(), lambda: None)

    def _ask(self, question: str, name: str, then: Callable[[], object]) -> None:
        from widgets.dialogs.questions import PromptLine

        def answered(answer: str | None) -> None:
            if answer is None:
                then()
            else:
                self._keep(answer, then)

        self._app.push_screen(PromptLine(question, name, person.unfit_name, str.strip), answered)

    def _keep(self, name: str, then: Callable[[], object]) -> None:
        from app.project.annotator import annotator, keep_name

        def kept(_: None) -> None:
            self.settings = replace(self.settings, name=name)
            self._by = annotator(self._root, self.settings)
            self.changed()
            then()

        def failed(error: BackspanError) -> None:
            self._app.notify(
                str(error), title="The name is not kept", severity="error", markup=False, timeout=15
            )
            then()

        run_job(self._app, "signer", lambda _: keep_name(name), kept, failed)
