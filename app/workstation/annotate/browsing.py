"""Which file the source pane shows, and the way to a line of another."""

from __future__ import annotations

from functools import partial

from app.annotate.session import AnnotateSession
from app.annotate.session_events import FileParsed, FileShown
from app.errors import BackspanError
from app.project.topic_files import FileSyntax
from app.repository.search.trail import LinePlace
from app.rust.source import SourceFile
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from widgets.pick.finder import Choice, Finder
from widgets.source.pane import SourcePane


class Browsing:
    """Opens files in the source pane."""

    def __init__(self, host: Host, session: AnnotateSession, panes: AnnotatePanes) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self.path = ""
        """The file shown; empty before the first."""

    @property
    def here(self) -> LinePlace:
        """Where the cursor is."""
        return LinePlace(self.path, self._panes.source.cursor_line)

    def show(self, path: str, line: int = 0) -> None:
        """Show a file, the cursor on this line (0-based)."""
        self._host.run(
            "file", lambda _: self._session.files.open(path).source, partial(self._ready, path, line)
        )

    def _ready(self, path: str, line: int, source: SourceFile) -> None:
        self.path = path
        self._panes.source.show(source, line=line)
        self._session.announcer.tell(FileShown(path))

    def parsed(self, event: SourcePane.Parsed) -> None:
        """The pane has read the file's syntax: nobody needs to read it again."""
        if not event.source.obstacle:
            file = FileSyntax(event.source, event.tree, tuple(event.items))
            self._session.files.keep(file)
            self._session.announcer.tell(FileParsed(file))

    def visit(self, place: LinePlace) -> None:
        """Go to a line of any file."""
        self._panes.show("source")
        pane = self._panes.source
        if place.file == self.path:
            pane.go_to(place.line)
        else:
            self.show(place.file, place.line)
        self._panes.focus(pane)

    def visit_byte(self, path: str, start: int) -> None:
        """Go to the line of a byte (0-based) of a file; one that is not there any more is told."""
        try:
            line = self._session.files.open(path).source.line_at(start)
        except BackspanError as error:
            self._host.warn(str(error))
        else:
            self.visit(LinePlace(path, line))

    # -- finding a file

    def action_files(self) -> None:
        """Find a file."""
        self._host.run("finder", lambda _: self._choices(), self._ask)

    def _choices(self) -> list[Choice[str]]:
        files = self._session.files
        own, related = files.sources(), files.related()
        near = {*own, *related}
        choices = [Choice(path, path, group="sources of the topic") for path in own]
        choices += [Choice(path, path, group="related") for path in related]
        rest = files.snapshot.files()
        return choices + [Choice(p, p, group="rest of the repository") for p in rest if p not in near]

    def _ask(self, choices: list[Choice[str]]) -> None:
        def chosen(path: str | None) -> None:
            if path:
                self._panes.show("source")
                self.show(path)
                self._panes.focus(self._panes.source)

        self._host.push(Finder(choices, title="Files"), chosen)
