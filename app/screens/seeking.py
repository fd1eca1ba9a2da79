"""Finding in the whole repository: symbols, text, and the way back to where one was."""

from __future__ import annotations

from collections.abc import Callable

from textual import work

from app.errors import BackspanError
from app.index.background import BackgroundIndex
from app.index.codebase import Codebase
from app.index.places import Place, Trail
from app.project import Project
from app.screens.search import SearchModal, SymbolFinder, TextFinder
from app.screens.sharing import SharingScreen
from app.settings import Settings
from widgets.source_pane import SourcePane


class SeekingScreen(SharingScreen):
    """Opens the finders, goes where they lead, and remembers the places visited."""

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__(project, topic, settings, by, record)
        self._index: BackgroundIndex | None = None
        """Begun when symbols are first asked for; goes on while the screen is open."""
        self._trail = Trail()

    def on_unmount(self) -> None:
        """An index under way ends; what it read stays in the cache."""
        if self._index is not None:
            self._index.cancel()

    def action_symbols(self) -> None:
        """Find any item of the repository by a few letters."""
        self._seek(lambda code: SymbolFinder(self._indexed(code)))

    def action_text(self) -> None:
        """Find text in all files of the repository."""
        self._seek(TextFinder)

    def _indexed(self, code: Codebase) -> BackgroundIndex:
        if self._index is None:
            self._index = BackgroundIndex(code)
        return self._index

    @work(thread=True, exclusive=True, group="finder", exit_on_error=False)
    def _seek(self, finder: Callable[[Codebase], SearchModal]) -> None:
        desk = self._desk
        if desk is None:
            return
        try:
            path = self._project.local_path(desk.bench.spec)
            if path is None:
                return
            code = Codebase.of(path, desk.bench.snapshot)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._show_finder, finder(code))

    def _show_finder(self, finder: SearchModal) -> None:
        self.app.push_screen(finder, self._found)

    def _found(self, place: Place | None) -> None:
        if place is not None:
            self._trail = self._trail.jump(self._here(), place)
            self._visit(place)

    def action_back(self) -> None:
        """Go back to where one was before the last jump."""
        self._step(*self._trail.back(self._here()), "there is no earlier place")

    def action_forward(self) -> None:
        """Go forward again."""
        self._step(*self._trail.forward(self._here()), "there is no later place")

    def _here(self) -> Place:
        return Place(self._path, self.query_one(SourcePane).cursor_line)

    def _step(self, trail: Trail, place: Place | None, none: str) -> None:
        self._trail = trail
        if place is None:
            self._warn(none)
        else:
            self._visit(place)

    def _visit(self, place: Place) -> None:
        self._show_pane("source")
        pane = self.query_one(SourcePane)
        if place.file == self._path:
            pane.go_to(place.line)
        else:
            self._show_file(place.file, place.line)
        self.set_focus(pane)
