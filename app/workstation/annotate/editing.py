"""The annotate screen's heart: a desk opened, every change of its draft, and the panes told what it says now."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from textual import on, work
from textual.worker import Worker, WorkerState

from app.annotate.composer import Composer, Composition
from app.annotate.session import AnnotateSession, Opening
from app.base.moments import local
from app.errors import BackspanError, UsageError
from app.project.project import Project
from app.project.topic_files import ParsedFile, TopicFiles
from app.records import chatml
from app.records.draft import Draft
from app.rust.source import SourceFile
from app.settings.person import Settings
from app.store.presence.claims import Claims
from app.workstation.annotate.autosave import Keeper
from app.workstation.annotate.block_rows import block_rows
from app.workstation.annotate.panes import PanedScreen
from widgets.bars.status import StatusLine
from widgets.dialogs.questions import Notice
from widgets.panels.block import BlockPanel, BlockRow
from widgets.panels.guide import Guide
from widgets.panels.preview import Preview
from widgets.prose.editor import ProseEditor
from widgets.source.messages import PaneSpan
from widgets.source.pane import SourcePane

IDLE = 30.0
"""Seconds without a key after which time no longer counts as active."""


class DeskScreen(PanedScreen):
    """Joins a desk to the panes: opening, changing, showing. State flows down through the panes' setters."""

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__(vim=settings.vim, layout=settings.layout)
        self._project = project
        self._topic = topic
        self._settings = settings
        self._by = by
        self._record = record
        self._desk: AnnotateSession | None = None
        self._claims = Claims(project.datasets_dir, topic, by)
        """Tells others what this person is on, and this one what the others are on."""
        self._keeper: Keeper | None = None
        self._path = ""
        self._refusal = ""
        """Why the last save was refused; stands in the header until a save is acknowledged."""
        self._last_key = 0.0
        self._active = 0.0
        self._saving = False
        self._after_edit: int | None = None

    def on_mount(self) -> None:
        if not self.query(SourcePane):
            return  # told to end while the panes were being made
        self.query_one(StatusLine).set_left(f"{self._topic} · opening…")
        self._show_pane("source")
        pane = self.query_one(SourcePane)
        pane.tab_size = self._settings.tab_size
        self.set_focus(pane)
        self.app.app_suspend_signal.subscribe(self, lambda _: self._stopped(), immediate=True)
        self._open()

    # -- keeping what is typed: a moment after each change, and whenever the person turns elsewhere

    def on_descendant_blur(self) -> None:
        """Another pane, a dialog or another window: what stands here is written at once."""
        self._keep()

    def on_screen_suspend(self) -> None:
        """Another screen is opened over this one."""
        self._keep()

    def _keep(self) -> None:
        if self._keeper is not None:
            self._keeper.soon()

    def _stopped(self) -> None:
        """The process is stopped (ctrl+z of a shell, an editor): it may never be continued."""
        if self._keeper is not None:
            try:
                self._keeper.now(patience=0.5)
            except BackspanError as error:
                self._not_kept(str(error))

    def keep_draft(self) -> bool:
        """Write what stands in the editors to disk, now; whether it is there once this returns."""
        return self._kept()

    def _kept(self) -> bool:
        """Whether all that stands in the editors is on disk now; if not, the person is told and stays."""
        if self._keeper is None:
            return True
        self._take_texts()
        try:
            self._keeper.now()
        except BackspanError as error:
            self._not_kept(str(error))
            return False
        return True

    # -- opening

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _open(self) -> None:
        try:
            desk = AnnotateSession(Composer(TopicFiles(self._project, self._topic)), self._by)
            place = self._last_place()
            last = place.get("record")
            opening, conflict = self._look_up(desk, self._record, last if isinstance(last, str) else None)
            path, line = self._first_place(desk, place if not self._record else {}, opening.draft)
        except BackspanError as error:
            self.app.call_from_thread(self._cannot_open, str(error))
            return
        self.app.call_from_thread(self._ready, desk, opening, path, line)
        self.app.call_from_thread(self._focus_stop, str(place.get("stop", "source")))
        self.app.call_from_thread(self._opened, opening, conflict)

    def _look_up(self, desk: AnnotateSession, record: str | None, last: str | None) -> tuple[Opening, bool]:
        """What to begin with, and whether its record is in conflict. Raises `BackspanError`."""
        left = _left(self._last_place())
        claims = self._claims.others()
        try:
            opening = desk.opening(record, last, left, claims)
        except UsageError:
            if record is not None and self._desk is not None:
                raise
            opening = desk.opening(None, None, left, claims)
        return opening, desk.in_conflict(opening.draft.record)

    def _opened(self, opening: Opening, conflict: bool) -> None:
        """A draft is on the desk: what is to be asked about it is asked by the subclass that can."""

    def _last_place(self) -> dict[str, object]:
        """Where this topic was left; the file may hold anything."""
        topics = self._project.session().get("topics")
        place = topics.get(self._topic) if isinstance(topics, dict) else None
        return place if isinstance(place, dict) else {}

    def _first_place(
        self, desk: AnnotateSession, session: dict[str, object], draft: Draft
    ) -> tuple[str, int]:
        path, line = session.get("path"), session.get("line")
        if isinstance(path, str) and path in desk.files.snapshot:
            return path, line if isinstance(line, int) else 0
        for piece in sorted(draft.selection.pieces, key=lambda piece: piece.role != "main"):
            if piece.path in desk.files.snapshot:
                return piece.path, desk.files.open(piece.path).source.line_at(piece.start)
        files = desk.files.sources() or desk.files.related() or desk.files.snapshot.files()
        return (files[0], 0) if files else ("", 0)

    def _cannot_open(self, why: str) -> None:
        self.app.push_screen(Notice(f"{self._topic} cannot be opened", why), lambda _: self.dismiss())

    def _ready(self, desk: AnnotateSession, opening: Opening, path: str, line: int) -> None:
        self._desk = desk
        self._keeper = Keeper(self, desk, self._not_kept)
        spec = desk.files.spec
        guide = self.query_one(Guide)
        guide.set_topic(
            spec.guidelines,
            spec.crates,
            spec.traits,
            request_examples=spec.request_examples,
            reasoning_examples=spec.reasoning_examples,
        )
        self._take_up(opening)
        if path:
            self._show_file(path, line)
        else:
            self._warn("the repository holds no Rust file")

    def _take_up(self, opening: Opening) -> None:
        """Put a draft on the desk and show all of it. What it changed of the saved texts can be undone."""
        assert self._desk is not None
        self._refusal = ""
        draft, revision = opening.draft, opening.revision
        self._desk.take_up(draft, revision, opening.settles)
        for name in ("user", "think"):
            editor = self.query_one(f"#{name}", ProseEditor)
            text: str = getattr(draft, name)
            saved: str = getattr(revision, name) if revision is not None else ""
            editor.load(saved or text)
            editor.replace_all(text)
            editor.cursor = len(text)
        preview = self.query_one(Preview)
        if revision is None:
            preview.set_saved(None)
        else:
            preview.set_saved((revision.user, revision.think, revision.block.text))
        self._compose_block()
        self._show_state()

    def _show_file(self, path: str, line: int = 0) -> None:
        self._load_file(path, line)

    @work(thread=True, exclusive=True, group="file", exit_on_error=False)
    def _load_file(self, path: str, line: int) -> None:
        assert self._desk is not None
        try:
            opened = self._desk.files.open(path)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._file_ready, path, line, opened.source)

    def _file_ready(self, path: str, line: int, source: SourceFile) -> None:
        self._path = path
        pane = self.query_one(SourcePane)
        pane.show(source, line=line)
        self._show_spans()
        self._show_place()

    @on(SourcePane.Parsed)
    def _parsed(self, event: SourcePane.Parsed) -> None:
        if self._desk is not None and not event.source.obstacle:
            self._desk.files.keep(ParsedFile(event.source, event.tree, tuple(event.items)))
            self._show_marks()
            self._mark_covered()

    def _mark_covered(self) -> object:
        """Work out anew what of the topic is done, and show it: `CoveringScreen` does."""

    def _show_marks(self) -> None:
        """Show what is known of the file in its pane: `CoveringScreen` does."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right; the fence tells of it."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            self._failed(event.worker.group, f"something went wrong inside ({type(error).__name__}: {error})")

    def _failed(self, group: str, why: str) -> None:
        """What hangs on work that failed is put right by subclasses."""

    # -- the draft changes

    def _change(self, draft: Draft) -> None:
        """Every change of the draft on screen comes through here."""
        desk = self._desk
        if desk is None or draft is desk.draft:
            return
        block_changed = draft.selection != desk.draft.selection
        desk.draft = draft
        if self._keeper is not None:
            self._keeper.changed()
        if block_changed:
            self._compose_block()
        else:
            self._show_line()
        self._show_state()

    @work(thread=True, exclusive=True, group="compose", exit_on_error=False)
    def _compose_block(self) -> None:
        desk = self._desk
        if desk is None:
            return
        draft = desk.draft
        composition = desk.composer.compose(draft)
        rows = block_rows(desk.files, composition, draft)
        self.app.call_from_thread(self._composed, draft, composition, rows)

    def _composed(self, draft: Draft, composition: Composition, rows: tuple[BlockRow, ...]) -> None:
        desk = self._desk
        if desk is None or draft.selection != desk.draft.selection or draft.record != desk.draft.record:
            return
        desk.composition = composition
        self._show_rows(composition, rows)
        self._show_spans()
        self._show_line()
        self._composed_anew()
        self._mark_covered()
        if composition.problem:
            self._warn(composition.problem)

    def _composed_anew(self) -> None:
        """The block is another one: what hangs on it is worked out anew by subclasses."""

    def _show_rows(self, composition: Composition, rows: tuple[BlockRow, ...]) -> None:
        assert self._desk is not None
        text = composition.text
        lines = text.count("\n") + 1 if text else 0
        mode, likely = self._desk.draft.selection.imports, composition.left_likely
        by_hand = mode == "none" and any(piece.role == "import" for piece in composition.pieces)
        imports: str = "by hand" if by_hand else mode
        if likely and mode != "none":
            imports += f", {likely} likely left"
        self.query_one(BlockPanel).set_rows(rows, len(text.encode("utf-8")), lines, imports)

    def _show_spans(self) -> None:
        desk = self._desk
        if desk is None:
            return
        spans = [PaneSpan(s.start, s.end, s.role) for s in desk.composition.spans if s.path == self._path]
        self.query_one(SourcePane).set_spans(spans)

    def _show_line(self) -> None:
        desk = self._desk
        if desk is None:
            return
        draft, text = desk.draft, desk.composition.text
        user, think = chatml.normalise_prose(draft.user), chatml.normalise_prose(draft.think)
        system = desk.files.spec.system
        segments = chatml.segments(system, user, think, text)
        problems = self._problems()
        if desk.composition.problem:
            problems = [
                f"block: {desk.composition.problem}",
                *(p for p in problems if not p.startswith("block:")),
            ]
        preview = self.query_one(Preview)
        preview.set_line(segments, chatml.line_bytes("".join(s.text for s in segments)) + 1, problems)
        preview.set_conversation(system, user, think, text)

    def _problems(self) -> list[str]:
        """Why the line is not valid, as far as it is known: `CheckingScreen` does."""
        return []

    def _show_state(self) -> None:
        desk = self._desk
        if desk is None or self._saving:
            return
        status = self.query_one(StatusLine)
        if self._refusal and desk.dirty:
            status.set_state("unsaved", self._refusal)
        elif desk.dirty:
            status.set_state("draft")
        elif desk.revision is not None:
            status.set_state("saved", f"{local(desk.revision.at):%H:%M}")
        else:
            status.set_state("", "")

    def _show_place(self) -> None:
        if self._desk is not None:
            self.query_one(StatusLine).set_left(" · ".join(self._place()))

    def _place(self) -> list[str]:
        """Where one is, the part that may be cut first at the end."""
        assert self._desk is not None
        commit = self._desk.files.snapshot.commit
        at = commit[:10] if commit else "no commit: a plain folder"
        return [self._desk.files.spec.title, Path(self._path).name, at]

    @on(ProseEditor.Changed)
    def _wrote(self, event: ProseEditor.Changed) -> None:
        if self._desk is None or event.stale:
            return
        now = time.monotonic()
        if now - self._last_key < IDLE:
            self._active += now - self._last_key
        self._last_key = now
        draft = self._desk.draft
        known = draft.user if event.field == "user" else draft.think
        if known == event.text and not event.typed and not event.pasted:
            return
        counted = (event.typed, event.pasted) if self._desk.records_effort else (0, 0)
        draft = draft.write(event.field, event.text, *counted)
        whole = int(self._active) if self._desk.records_effort else 0
        if whole:
            draft = draft.spend(whole)
            self._active -= whole
        self._change(draft)

    def _take_texts(self) -> None:
        """Take over what stands in the editors now: their messages may still be on the way."""
        assert self._desk is not None
        draft = self._desk.draft
        for name in ("user", "think"):
            text = self.query_one(f"#{name}", ProseEditor).text
            if text != getattr(draft, name):
                draft = draft.write(name, text)
        self._change(draft)

    def _not_kept(self, why: str) -> None:
        self.notify(why, title="The draft could not be kept", severity="error", markup=False, timeout=15)

    def _warn(self, why: str) -> None:
        self.notify(why, severity="warning", markup=False, timeout=8)


def _left(place: dict[str, object]) -> datetime | None:
    """When the topic was last left in good order, as the session file says; the file may hold anything."""
    try:
        moment = datetime.fromisoformat(str(place.get("at")))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
