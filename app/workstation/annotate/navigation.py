"""Finding in the whole repository: symbols, text, and the way back to where one was."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from textual import work
from textual.timer import Timer
from textual.worker import get_current_worker

from app.annotate.session import AnnotateSession, Opening
from app.base.cancelling import never
from app.errors import BackspanError
from app.project.project import Project
from app.repository.index.background import BackgroundIndex, State
from app.repository.index.codebase import Codebase
from app.repository.index.occurrences import ParsedFile, identifier_at
from app.repository.index.pointing import names_in
from app.repository.index.trail import LinePlace, Trail
from app.settings.person import Settings
from app.workstation.annotate.others import SharingScreen
from app.workstation.annotate.watcher import News
from app.workstation.search.definitions import (
    DefinitionFinder,
    Pointed,
    look_up,
    nothing_found,
    only_place,
)
from app.workstation.search.modal import IndexedModal, SearchModal
from app.workstation.search.symbols import SymbolFinder
from app.workstation.search.text import ReferenceFinder, TextFinder
from widgets.bars.status import StatusLine
from widgets.pick.finder import Choice, Finder
from widgets.source.pane import SourcePane

PATIENCE = 0.3
"""Seconds to wait for the index before a list says how far it is."""
INDEX_AFTER = 3.0
"""Seconds after the opening of a topic until its repository is indexed: the person's first keys come before."""
INDEX_TOLD = 0.25
"""Seconds between two looks at how far the index is."""
_STOPPED: set[tuple[Path, str]] = set()
"""Projects' folders and topics whose index was stopped, as long as this process lives."""


class SeekingScreen(SharingScreen):
    """Opens the finders, goes where they lead, and remembers the places visited."""

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__(project, topic, settings, by, record)
        self._index: BackgroundIndex | None = None
        """Begun a moment after the topic is opened, or when symbols are first asked for."""
        self._trail = Trail()
        self._index_told: Timer | None = None

    # -- the index, in the background

    def _ready(self, desk: AnnotateSession, opening: Opening, path: str, line: int) -> None:
        super()._ready(desk, opening, path, line)
        if (self._project.root, self._topic) not in _STOPPED:
            self.set_timer(INDEX_AFTER, self._begin_index)

    @work(thread=True, exclusive=True, group="index", exit_on_error=False)
    def _begin_index(self) -> None:
        code = self._codebase()
        if code is not None and not get_current_worker().is_cancelled:
            # What is there by now stays: full collections would walk all of it, 60 ms at a time, while one types.
            # The list of topics looks through it once more when this screen is gone.
            gc.freeze()
            self._indexed(code).start()
            self.app.call_from_thread(self._watch_index)

    def _watch_index(self) -> None:
        """Say how far the index is, for as long as it is under way."""
        if self._index_told is None and self.is_attached:
            self._index_told = self.set_interval(INDEX_TOLD, self._tell_index)

    def _tell_index(self) -> None:
        assert self._index is not None
        state = self._index.state
        self.query_one(StatusLine).set_work(index_text(state), "index")
        if not state.running and self._index_told is not None:
            self._index_told.stop()
            self._index_told = None
            gc.freeze()  # the index too

    def action_index(self) -> None:
        """Stop the index, or go on with it."""
        state = self._index.state if self._index is not None else None
        if self._index is not None and state is not None and state.running:
            _STOPPED.add((self._project.root, self._topic))
            self._index.cancel()
            said = "Indexing is stopped for this topic; the key goes on with it, and so does looking for symbols."
        elif state is not None and state.ready is not None:
            said = f"The index knows {len(state.ready.symbols):,} items."
        else:
            _STOPPED.discard((self._project.root, self._topic))
            self._begin_index()
            return
        self.notify(said, markup=False)

    async def on_unmount(self) -> None:
        """An index under way ends; what it read stays in the cache."""
        if self._index_told is not None:
            self._index_told.stop()
        if self._index is not None:
            self._index.cancel()

    def _show_others(self, news: News) -> None:
        super()._show_others(news)
        self._mark_covered()  # what others are on has its sign in the gutter

    def action_symbols(self) -> None:
        """Find any item of the repository by a few letters."""
        self._seek(lambda code: SymbolFinder(self._indexed(code)))

    def action_text(self) -> None:
        """Find text in all files of the repository."""
        self._seek(TextFinder)

    def action_definition(self) -> None:
        """Go to what defines the name at the cursor; where several may, show them."""
        at = self._pointed()
        if at is not None:
            self._define(at)

    def action_uses(self) -> None:
        """List where the name at the cursor is used; with several on the line, ask which."""
        at = self._pointed()
        if at is None:
            return
        names = list(names_in(*at))
        if not names:
            self._warn(nothing_found(()))
        elif len(names) == 1:
            self._list_uses(names[0])
        else:
            choices = [Choice(name, name) for name in names]
            self.app.push_screen(Finder(choices, title="Uses of which name?"), self._list_uses)

    def _pointed(self) -> Pointed | None:
        """What the cursor means: the word clicked on, what was widened to on its line, else all of the line."""
        pane = self.query_one(SourcePane)
        if pane.syntax_tree is None:
            self._warn(pane.source.obstacle or "the file is still being read")
            return None
        file = ParsedFile(pane.source, pane.syntax_tree, pane.items)
        selection = pane.selection
        start, end = pane.source.line_bounds(selection.line)
        marked = selection.marked
        if marked is not None and start <= marked[0] and marked[1] <= end:
            start, end = marked
        # Keys put the cursor on a line's first word: any other was clicked on.
        elif file.data[start : selection.offset].strip():
            word = identifier_at(file.tree, file.data, selection.offset)
            start, end = word.byte_range if word is not None else (start, end)
        return Pointed(file, start, end)

    def _list_uses(self, name: str | None) -> None:
        if name:
            self._seek(lambda code: ReferenceFinder(code, name, self._path))

    @work(thread=True, exclusive=True, group="finder", exit_on_error=False)
    def _define(self, at: Pointed) -> None:
        code = self._codebase()
        if code is None:
            return
        index = self._indexed(code).start()
        ready = index.wait(PATIENCE).ready
        if ready is not None:
            found = look_up(ready, at, never)
            place = only_place(found)
            if place is not None:
                self.app.call_from_thread(self._found, place)
                return
            if not any(each.candidates for each in found):
                self.app.call_from_thread(self._warn, nothing_found(found))
                return
        self.app.call_from_thread(self._show_finder, DefinitionFinder(index, at))

    def _indexed(self, code: Codebase) -> BackgroundIndex:
        if self._index is None:
            self._index = BackgroundIndex(code)
        return self._index

    @work(thread=True, exclusive=True, group="finder", exit_on_error=False)
    def _seek(self, finder: Callable[[Codebase], SearchModal]) -> None:
        code = self._codebase()
        if code is not None:
            self.app.call_from_thread(self._show_finder, finder(code))

    def _codebase(self) -> Codebase | None:
        """The topic's code; None where it is not here, which was told then. Not for the interface's thread."""
        desk = self._desk
        if desk is None:
            return None
        try:
            path = self._project.local_path(desk.files.spec)
            return None if path is None else Codebase.of(path, desk.files.snapshot)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return None

    def _show_finder(self, finder: SearchModal) -> None:
        if isinstance(finder, IndexedModal) and self._index is not None:
            _STOPPED.discard((self._project.root, self._topic))  # whoever looks for symbols wants them
            self._index.start()
            self._watch_index()
        self.app.push_screen(finder, self._found)

    def _found(self, place: LinePlace | None) -> None:
        if place is not None:
            self._trail = self._trail.jump(self._here(), place)
            self._visit(place)

    def action_back(self) -> None:
        """Go back to where one was before the last jump."""
        self._step(*self._trail.back(self._here()), "there is no earlier place")

    def action_forward(self) -> None:
        """Go forward again."""
        self._step(*self._trail.forward(self._here()), "there is no later place")

    def _here(self) -> LinePlace:
        return LinePlace(self._path, self.query_one(SourcePane).cursor_line)

    def _step(self, trail: Trail, place: LinePlace | None, none: str) -> None:
        self._trail = trail
        if place is None:
            self._warn(none)
        else:
            self._visit(place)

    def _visit(self, place: LinePlace) -> None:
        self._show_pane("source")
        pane = self.query_one(SourcePane)
        if place.file == self._path:
            pane.go_to(place.line)
        else:
            self._show_file(place.file, place.line)
        self.set_focus(pane)


def index_text(state: State) -> str:
    """What the status line says of an index; nothing of one that is ready, or that the cache knew all of."""
    if state.problem is not None:
        return "[no index]"
    if state.cancelled:
        return "[index stopped]"
    if state.ready is not None or not state.total or state.done == state.total:
        return ""
    return f"[index {state.done * 100 // state.total}% ■]"
