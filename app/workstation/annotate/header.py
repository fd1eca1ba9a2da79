"""What the status line says of the place and of the draft's safety."""

from __future__ import annotations

from pathlib import Path

from app.annotate.session import AnnotateSession
from app.annotate.session_events import FileShown
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.panes import AnnotatePanes

MISSING = "Events are missing from the journal"


class Header:
    """The words at the top: topic, file and commit, who else is here, and what is wrong."""

    def __init__(self, session: AnnotateSession, panes: AnnotatePanes, browsing: Browsing) -> None:
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self.others = ""
        """What others are on."""
        self.missing = ""
        """What the journal lacks of what was seen of it."""

    def listen(self) -> None:
        """Say where one is whenever that changes."""
        self._session.announcer.on(FileShown, lambda _: self.show())

    def show(self) -> None:
        """Say it anew."""
        self._panes.status.set_left(" · ".join(self._words()))

    def _words(self) -> list[str]:
        """The part that may be cut first stands at the end."""
        files = self._session.files
        commit = files.snapshot.commit
        at = commit[:10] if commit else "no commit: a plain folder"
        title, file = files.spec.title, Path(self._browsing.path).name
        alarm = [MISSING.upper()] if self.missing else []
        return [*alarm, file, self.others, title, at] if self.others else [*alarm, title, file, at]
