"""Finding in the whole repository: items, symbols, text, and the way back to where one was."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual.timer import Timer

from app.annotate.session import AnnotateSession
from app.base.cancelling import never
from app.repository.index.background import BackgroundIndex, State
from app.repository.index.codebase import Codebase
from app.repository.search.occurrences import ParsedFile, identifier_at
from app.repository.search.pointing import names_in
from app.repository.search.trail import LinePlace, Trail
from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.rust.items import Item
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.coverage import Coverage, Offered
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.search.definitions import (
    DefinitionFinder,
    Pointed,
    look_up,
    nothing_found,
    only_place,
)
from app.workstation.search.modal import HitSource, SearchModal
from app.workstation.search.symbols import SymbolFinder
from app.workstation.search.text import ReferenceFinder, TextFinder
from widgets.panels.commits import CommitRow
from widgets.pick.finder import Choice, Finder

PATIENCE = 0.3
"""Seconds to wait for the index before a list says how far it is."""
INDEX_AFTER = 3.0
"""Seconds after the opening of a topic until its repository is indexed: the person's first keys come before."""
INDEX_TOLD = 0.25
"""Seconds between two looks at how far the index is."""
_STOPPED: set[tuple[Path, str]] = set()
"""Projects' folders and topics whose index was stopped, as long as this process lives."""


class Navigation:
    """Opens the finders, goes where they lead, and remembers the places visited."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        browsing: Browsing,
        coverage: Coverage,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self._coverage = coverage
        self._topic = (session.files.project.root, session.files.topic)
        self.index: BackgroundIndex | None = None
        """Begun a moment after the topic is opened, or when symbols are first asked for."""
        self._trail = Trail()
        self._index_told: Timer | None = None

    # -- the index, in the background

    def begin(self) -> None:
        """Index the repository in a while, unless somebody stopped that."""
        if self._topic not in _STOPPED:
            self._host.set_timer(INDEX_AFTER, self._begin_index)

    def _begin_index(self) -> None:
        self._host.run("index", self._start_index, self._watch_index)

    def _start_index(self, cancelled: Callable[[], bool]) -> bool:
        """Whether there is something to index."""
        code = self._codebase()
        if code is None or cancelled():
            return False
        # What is there by now stays: full collections would walk all of it, 60 ms at a time, while one types.
        # The list of topics looks through it once more when this screen is gone.
        gc.freeze()
        self._indexed(code).start()
        return True

    def _watch_index(self, begun: bool) -> None:
        """Say how far the index is, for as long as it is under way."""
        if begun and self._index_told is None and self._host.is_attached:
            self._index_told = self._host.set_interval(INDEX_TOLD, self._tell_index)

    def _tell_index(self) -> None:
        assert self.index is not None
        state = self.index.state
        self._panes.status.set_work(index_text(state), "index")
        if not state.running and self._index_told is not None:
            self._index_told.stop()
            self._index_told = None
            gc.freeze()  # the index too

    def action_index(self) -> None:
        """Stop the index, or go on with it."""
        state = self.index.state if self.index is not None else None
        if self.index is not None and state is not None and state.running:
            _STOPPED.add(self._topic)
            self.index.cancel()
            said = "Indexing is stopped for this topic; the key goes on with it, and so does looking for symbols."
        elif state is not None and state.ready is not None:
            said = f"The index knows {len(state.ready.symbols):,} items."
        else:
            _STOPPED.discard(self._topic)
            self._begin_index()
            return
        self._host.say(said)

    def leave(self) -> None:
        """An index under way ends; what it read stays in the cache."""
        if self._index_told is not None:
            self._index_told.stop()
        if self.index is not None:
            self.index.cancel()

    def _indexed(self, code: Codebase) -> BackgroundIndex:
        if self.index is None:
            self.index = BackgroundIndex(code)
        return self.index

    def _codebase(self) -> Codebase | None:
        """The topic's code; None where it is not here. Raises `BackspanError`. Not for the interface's thread."""
        files = self._session.files
        path = files.project.local_path(files.spec)
        return None if path is None else Codebase.of(path, files.snapshot)

    # -- the finders

    def action_outline(self) -> None:
        """Find an item of this file."""
        pane = self._panes.source
        source = pane.source
        if source is None or not pane.items:
            self._host.warn("this file has no items, or is still being read")
            return

        def detail(at: int, item: Item, line: int) -> str:
            words = (_strange(item), self._coverage.state_of(at), f"line {line + 1}")
            return " · ".join(word for word in words if word)

        choices: list[Choice[int]] = []
        for at, item in enumerate(pane.items):
            line = source.line_at(item.name_start)
            choices.append(Choice(item.path, line, detail=detail(at, item, line)))

        def chosen(line: int | None) -> None:
            if line is not None:
                self._browsing.visit(LinePlace(self._browsing.path, line))

        self._host.push(Finder(choices, title="Items"), chosen)

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
            self._host.run("finder", lambda _: self._define(at), lambda then: then())

    def action_uses(self) -> None:
        """List where the name at the cursor is used; with several on the line, ask which."""
        at = self._pointed()
        if at is None:
            return
        names = list(names_in(*at))
        if not names:
            self._host.warn(nothing_found(()))
        elif len(names) == 1:
            self._list_uses(names[0])
        else:
            choices = [Choice(name, name) for name in names]
            self._host.push(Finder(choices, title="Uses of which name?"), self._list_uses)

    def _pointed(self) -> Pointed | None:
        """What the cursor means: the word clicked on, what was widened to on its line, else all of the line."""
        pane = self._panes.source
        if pane.syntax_tree is None:
            self._host.warn(pane.source.obstacle or "the file is still being read")
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
            self._seek(lambda code: ReferenceFinder(code, name, self._browsing.path))

    def _define(self, at: Pointed) -> Callable[[], object]:
        """What shows the definitions of what is pointed at. Raises `BackspanError`."""
        code = self._codebase()
        if code is None:
            return lambda: None
        index = self._indexed(code).start()
        ready = index.wait(PATIENCE).ready
        if ready is not None:
            found = look_up(ready, at, never)
            place = only_place(found)
            if place is not None:
                return partial(self.jump, place)
            if not any(each.candidates for each in found):
                return partial(self._host.warn, nothing_found(found))
        return partial(self._show_finder, DefinitionFinder(index, at))

    def _seek(self, finder: Callable[[Codebase], HitSource]) -> None:
        def made(_: Callable[[], bool]) -> HitSource | None:
            code = self._codebase()
            return finder(code) if code is not None else None

        self._host.run("finder", made, lambda found: self._show_finder(found) if found is not None else None)

    def _show_finder(self, finder: HitSource) -> None:
        if finder.index is not None and self.index is not None:
            _STOPPED.discard(self._topic)  # whoever looks for symbols wants them
            self.index.start()
            self._watch_index(True)
        self._host.push(SearchModal(finder), self.jump)

    # -- where code came from

    def action_origin(self) -> None:
        """Show where the selected code came from."""
        pane = self._panes.source
        found = pane.current_range
        if found is None:
            self._host.warn("put the cursor on an item, or select lines, in the source pane first")
            return
        from app.workstation.origin import OriginQuestion, OriginScreen  # late: only who asks waits for it

        item = pane.items[pane.current_item].path if pane.current_item is not None else ""
        question = OriginQuestion(self._browsing.path, *found, item)
        self._host.push(OriginScreen(self._session.files.snapshot, question), self.keep_beside)

    def keep_beside(self, commit: CommitRow | None) -> None:
        """Have a commit in sight while one writes: it is evidence, and goes into no editor."""
        if commit is None:
            return
        number = f" · #{commit.number}" if commit.number is not None else ""
        title = f"{commit.id[:10]} · {commit.day} · {commit.author}{number}"
        parts = (commit.subject, commit.body.strip(), commit.difference)
        self._panes.guide.set_evidence(title, "\n\n".join(part for part in parts if part))
        if not self._panes.show_guide():
            self._host.say("The commit is in the guide pane (F10).")

    # -- what the topic was made from

    def action_prompt(self) -> None:
        """Show the topic's prompt document."""
        from app.workstation.prompt_screen import open_prompt  # late: only who asks waits for it

        files = self._session.files
        open_prompt(self._host, files.project.root, files.topic, files.spec)

    # -- the way there and back

    def action_open_item(self) -> None:
        """Go to the topic's next open item."""
        here = self._browsing.here

        def found(offered: Offered | None) -> None:
            if offered is None:
                self._host.say(self._coverage.nothing_open())
            else:
                self.jump(offered.place)
                self._host.say(offered.said)

        self._host.run("open", lambda _: self._coverage.next_open(here), found)

    def jump(self, place: LinePlace | None) -> None:
        """Go to a place, so that one can come back; None is no place."""
        if place is not None:
            self._trail = self._trail.jump(self._browsing.here, place)
            self._browsing.visit(place)

    def action_back(self) -> None:
        """Go back to where one was before the last jump."""
        self._step(*self._trail.back(self._browsing.here), "there is no earlier place")

    def action_forward(self) -> None:
        """Go forward again."""
        self._step(*self._trail.forward(self._browsing.here), "there is no later place")

    def _step(self, trail: Trail, place: LinePlace | None, none: str) -> None:
        self._trail = trail
        if place is None:
            self._host.warn(none)
        else:
            self._browsing.visit(place)


def _strange(item: Item) -> str:
    """What an outline says of an item that is not understood all through; a piece's own path says it."""
    return "in part not understood" if item.broken and item.kind != NOT_UNDERSTOOD else ""


def index_text(state: State) -> str:
    """What the status line says of an index; nothing of one that is ready, or that the cache knew all of."""
    if state.problem is not None:
        return "[no index]"
    if state.cancelled:
        return "[index stopped]"
    if state.ready is not None or not state.total or state.done == state.total:
        return ""
    return f"[index {state.done * 100 // state.total}% ■]"
