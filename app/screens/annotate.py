"""The annotate screen: source, block, `user` and `think`, and the line they make, all at once."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from app import chatml
from app.checks import crates_met, errors, traits_met
from app.desk import Desk
from app.draft import Draft, ImportMode
from app.editor import external_edit
from app.errors import BackspanError
from app.project import Project
from app.records import Revision
from app.rust.items import item_at
from app.screens.keeper import Keeper
from app.screens.records import RecordsScreen
from app.screens.rows import block_rows
from app.settings import Settings, editor_command
from app.workbench import Composition, Parsed, Workbench
from widgets.bindings import bindings_for
from widgets.block_panel import BlockPanel
from widgets.dialogs import Notice, PromptLine
from widgets.finder import Choice, Finder
from widgets.guide import Guide
from widgets.pane_bar import PaneBar
from widgets.preview import Preview
from widgets.prose_editor import ProseEditor
from widgets.source_messages import PaneSpan
from widgets.source_pane import SourcePane
from widgets.source_view import SourceView
from widgets.status_line import StatusLine

IDLE = 30.0
"""Seconds without a key after which time no longer counts as active."""

_NEXT_MODE: dict[ImportMode, ImportMode] = {
    "none": "whole",
    "whole": "pruned",
    "pruned": "all",
    "all": "none",
}


class AnnotateScreen(Screen[None]):
    """One topic being annotated. The desk holds the state; this screen joins it to the panes."""

    HELP_SCOPES = ("annotate", "source", "prose", "block", "preview")
    BINDINGS = [*bindings_for("annotate")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    PANES = ("source", "write", "block", "preview", "guide")

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__()
        self._project = project
        self._topic = topic
        self._settings = settings
        self._by = by
        self._record = record
        self._desk: Desk | None = None
        self._keeper: Keeper | None = None
        self._path = ""
        self._last_key = 0.0
        self._active = 0.0
        self._saving = False
        self._after_edit: int | None = None

    def compose(self) -> ComposeResult:
        vim = self._settings.vim
        yield StatusLine(
            buttons=(
                ("Save", "save"),
                ("New", "new"),
                ("Files", "files"),
                ("Records", "records"),
                ("Topics", "topics"),
            )
        )
        yield PaneBar(self.PANES)
        with Container(id="work"):
            yield SourceView(id="pane-source")
            with Vertical(id="pane-write"):
                yield ProseEditor("user", vim=vim, id="user")
                yield ProseEditor("think", vim=vim, id="think")
            yield Guide(id="pane-guide")
            yield Preview(id="pane-preview")
            yield BlockPanel(id="pane-block")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(StatusLine).set_left(f"{self._topic} · opening…")
        self._show_pane("source")
        self.query_one(SourcePane).focus()
        self._open()

    # -- opening

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _open(self) -> None:
        try:
            desk = Desk(Workbench(self._project, self._topic), self._by)
            session = self._project.session().get("topics", {}).get(self._topic, {})
            record = self._record or session.get("record")
            try:
                draft, revision = desk.resume(record)
            except BackspanError:
                draft, revision = desk.resume(None)
            path, line = self._first_place(desk, session, draft)
        except BackspanError as error:
            self.app.call_from_thread(self._cannot_open, str(error))
            return
        self.app.call_from_thread(self._ready, desk, draft, revision, path, line)

    def _first_place(self, desk: Desk, session: dict[str, object], draft: Draft) -> tuple[str, int]:
        path, line = session.get("path"), session.get("line")
        if isinstance(path, str) and path in desk.bench.snapshot:
            return path, line if isinstance(line, int) else 0
        for piece in draft.selection.pieces:
            if piece.path in desk.bench.snapshot:
                return piece.path, desk.bench.open(piece.path).source.line_at(piece.start)
        files = desk.bench.sources() or desk.bench.related() or desk.bench.snapshot.files()
        return (files[0], 0) if files else ("", 0)

    def _cannot_open(self, why: str) -> None:
        self.app.push_screen(Notice(f"{self._topic} cannot be opened", why), lambda _: self.app.pop_screen())

    def _ready(self, desk: Desk, draft: Draft, revision: Revision | None, path: str, line: int) -> None:
        self._desk = desk
        self._keeper = Keeper(self, desk, self._not_kept)
        spec = desk.bench.spec
        guide = self.query_one(Guide)
        guide.set_topic(
            spec.guidelines,
            spec.crates,
            spec.traits,
            request_examples=spec.request_examples,
            reasoning_examples=spec.reasoning_examples,
        )
        self._take_up(draft, revision)
        if path:
            self._show_file(path, line)
        else:
            self._warn("the repository holds no Rust file")

    def _take_up(self, draft: Draft, revision: Revision | None) -> None:
        """Put a draft on the desk and show all of it."""
        assert self._desk is not None
        self._desk.take_up(draft, revision)
        self.query_one("#user", ProseEditor).load(draft.user)
        self.query_one("#think", ProseEditor).load(draft.think)
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
            opened = self._desk.bench.open(path)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._file_ready, path, line, opened.source)

    def _file_ready(self, path: str, line: int, source: object) -> None:
        from app.rust.source import SourceFile

        assert isinstance(source, SourceFile)
        self._path = path
        pane = self.query_one(SourcePane)
        pane.show(source, line=line)
        self._show_spans()
        self._show_place()

    @on(SourcePane.Parsed)
    def _parsed(self, event: SourcePane.Parsed) -> None:
        if self._desk is not None and not event.source.obstacle:
            self._desk.bench.keep(Parsed(event.source, event.tree, tuple(event.items)))
            self._mark_covered()

    @work(thread=True, exclusive=True, group="cover", exit_on_error=False)
    def _mark_covered(self) -> None:
        assert self._desk is not None
        try:
            covered = self._desk.ledger().covered()
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(
            lambda: self.query_one(SourcePane).set_covered(
                [(span.start, span.end) for span in covered.get(self._path, ())]
            )
        )

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
        composition = desk.bench.compose(draft)
        rows = block_rows(desk.bench, composition, draft)
        self.app.call_from_thread(self._composed, draft, composition, rows)

    def _composed(self, draft: Draft, composition: Composition, rows: object) -> None:
        desk = self._desk
        if desk is None or draft.selection != desk.draft.selection or draft.record != desk.draft.record:
            return
        desk.composition = composition
        self._show_rows(composition, rows)
        self._show_spans()
        self._show_line()
        if composition.problem:
            self._warn(composition.problem)

    def _show_rows(self, composition: Composition, rows: object) -> None:
        from widgets.block_panel import BlockRow

        assert isinstance(rows, tuple)
        typed: tuple[BlockRow, ...] = rows
        assert self._desk is not None
        text = composition.text
        lines = text.count("\n") + 1 if text else 0
        self.query_one(BlockPanel).set_rows(
            typed, len(text.encode("utf-8")), lines, self._desk.draft.selection.imports
        )

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
        system = desk.bench.spec.system
        segments = chatml.segments(system, user, think, text)
        wrong = errors(desk.bench.findings(draft, desk.composition))
        problems = [f"{f.field}: {f.message}" for f in wrong]
        preview = self.query_one(Preview)
        preview.set_line(segments, chatml.line_bytes("".join(s.text for s in segments)) + 1, problems)
        preview.set_conversation(system, user, think, text)
        spec = desk.bench.spec
        self.query_one(Guide).set_ticks(crates_met(think, spec.crates), traits_met(think, spec.traits))

    def _show_state(self) -> None:
        desk = self._desk
        if desk is None or self._saving:
            return
        status = self.query_one(StatusLine)
        if desk.dirty:
            status.set_state("draft")
        elif desk.revision is not None:
            status.set_state("saved", f"{desk.revision.at.astimezone():%H:%M}")
        else:
            status.set_state("", "")

    def _show_place(self) -> None:
        desk = self._desk
        if desk is not None:
            commit = desk.bench.snapshot.commit
            at = commit[:10] if commit else "no commit: a plain folder"
            self.query_one(StatusLine).set_left(f"{desk.bench.spec.title} · {Path(self._path).name} · {at}")

    # -- messages of the panes

    @on(ProseEditor.Changed)
    def _wrote(self, event: ProseEditor.Changed) -> None:
        if self._desk is None:
            return
        now = time.monotonic()
        if now - self._last_key < IDLE:
            self._active += now - self._last_key
        self._last_key = now
        draft = self._desk.draft
        known = draft.user if event.field == "user" else draft.think
        if known == event.text and not event.typed and not event.pasted:
            return
        draft = draft.write(event.field, event.text, event.typed, event.pasted)
        whole = int(self._active)
        if whole:
            draft = draft.spend(whole)
            self._active -= whole
        self._change(draft)

    @on(SourcePane.Take)
    def _take(self, event: SourcePane.Take) -> None:
        self._pick(event.start, event.end, event.item_index, event.how)

    @work(thread=True, group="pick", exit_on_error=False)
    def _pick(self, start: int, end: int, item: int | None, how: str) -> None:
        desk = self._desk
        if desk is None:
            return
        try:
            piece = desk.bench.piece(self._path, start, end, item)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(lambda: self._change(desk.draft.pick(piece, how)))  # type: ignore[arg-type]

    @on(SourcePane.Refused)
    def _refused(self, event: SourcePane.Refused) -> None:
        self._warn(event.reason)

    @on(SourcePane.RoleRequested)
    def _source_role(self, event: SourcePane.RoleRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.set_role(self._path, event.start))

    @on(SourcePane.BareRequested)
    def _source_bare(self, event: SourcePane.BareRequested) -> None:
        self._toggle_bare(self._path, event.start)

    @on(BlockPanel.BareRequested)
    def _block_bare(self, event: BlockPanel.BareRequested) -> None:
        self._toggle_bare(event.path, event.start)

    @work(thread=True, group="pick", exit_on_error=False)
    def _toggle_bare(self, path: str, start: int) -> None:
        desk = self._desk
        if desk is None:
            return
        piece = next(
            (p for p in desk.draft.selection.pieces if p.path == path and p.start <= start < p.end), None
        )
        if piece is None:
            self.app.call_from_thread(
                self._warn, "take the method first, then choose with or without its header"
            )
            return
        wrap = None
        if piece.wrap is None:
            items = desk.bench.parsed(path).items
            index = item_at(items, piece.start)
            wrap = items[index].wrap if index is not None else None
            if wrap is None:
                self.app.call_from_thread(self._warn, f"{piece.item} has no impl header around it")
                return
        self.app.call_from_thread(lambda: self._change(desk.draft.set_wrap(path, piece.start, wrap)))

    @on(BlockPanel.RoleRequested)
    def _block_role(self, event: BlockPanel.RoleRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.set_role(event.path, event.start))

    @on(BlockPanel.DropRequested)
    def _block_drop(self, event: BlockPanel.DropRequested) -> None:
        if self._desk is not None:
            self._change(self._desk.draft.drop(event.path, event.start, event.item))

    @on(BlockPanel.GoRequested)
    def _block_go(self, event: BlockPanel.GoRequested) -> None:
        desk = self._desk
        if desk is None:
            return
        line = desk.bench.open(event.path).source.line_at(event.start)
        self._show_pane("source")
        if event.path == self._path:
            self.query_one(SourcePane).go_to(line)
        else:
            self._show_file(event.path, line)
        self.query_one(SourcePane).focus()

    @on(BlockPanel.ImportsRequested)
    def action_imports(self) -> None:
        """Take the next of the import modes."""
        if self._desk is not None:
            mode = self._desk.draft.selection.imports
            self._change(self._desk.draft.take_imports(_NEXT_MODE[mode]))

    @on(SourcePane.UndoRequested)
    @on(BlockPanel.UndoRequested)
    def action_undo_block(self) -> None:
        """Undo the last change to the block."""
        if self._desk is not None:
            self._change(self._desk.draft.undo())

    @on(SourcePane.RedoRequested)
    @on(BlockPanel.RedoRequested)
    def action_redo_block(self) -> None:
        """Redo it."""
        if self._desk is not None:
            self._change(self._desk.draft.redo())

    # -- saving

    def _take_texts(self) -> None:
        """Take over what stands in the editors now: their messages may still be on the way."""
        assert self._desk is not None
        draft = self._desk.draft
        for name in ("user", "think"):
            text = self.query_one(f"#{name}", ProseEditor).text
            if text != getattr(draft, name):
                draft = draft.write(name, text)
        self._change(draft)

    @on(ProseEditor.SaveWanted)
    def action_save(self) -> None:
        """Validate and append; the screen stays until the disk has acknowledged it."""
        desk = self._desk
        if desk is None or self._saving:
            return
        self._take_texts()
        if not desk.dirty:
            self.notify("Nothing has changed since the last save.", markup=False)
            return
        self._saving = True
        self.query_one(StatusLine).set_state("saving", "")
        self._save(desk.draft)

    @work(thread=True, group="save", exit_on_error=False)
    def _save(self, draft: Draft) -> None:
        desk = self._desk
        assert desk is not None
        try:
            composition = desk.bench.compose(draft)
            sent = replace(draft)
            revision = desk.append(sent, composition)
        except BackspanError as error:
            self.app.call_from_thread(self._not_saved, str(error))
            return
        following = next(desk.open_items(), None)
        offer = f"{following.item.path} in {following.path}" if following else ""
        self.app.call_from_thread(self._saved, draft, revision, offer)

    def _saved(self, sent: Draft, revision: Revision, offer: str) -> None:
        self._saving = False
        desk = self._desk
        assert desk is not None
        if desk.draft.record == sent.record:
            desk.acknowledge(sent, revision)
            self.query_one(Preview).set_saved((revision.user, revision.think, revision.block.text))
        if self._keeper is not None and not desk.dirty:
            self._keeper.forget(sent)
        self._show_state()
        self._mark_covered()
        self.notify(
            f"Saved. Next open item: {offer}. F9 begins it." if offer else "Saved. Every item is recorded.",
            markup=False,
        )

    def _not_saved(self, why: str) -> None:
        self._saving = False
        self.query_one(StatusLine).set_state("failed", why.splitlines()[0])
        self.notify(why, title="Not saved; your text is kept", severity="error", markup=False, timeout=15)
        if self._keeper is not None:
            self._keeper.soon()

    def _not_kept(self, why: str) -> None:
        self.notify(why, title="The draft could not be kept", severity="error", markup=False, timeout=15)

    def _warn(self, why: str) -> None:
        self.notify(why, severity="warning", markup=False, timeout=8)

    # -- going about

    def action_new(self) -> None:
        """Begin a new record at the next open item."""
        if self._desk is not None and self._keeper is not None:
            self._keeper.soon()
            self._begin()

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _begin(self) -> None:
        desk = self._desk
        assert desk is not None
        try:
            following = next(desk.open_items(), None)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            following = None
        self.app.call_from_thread(self._begun, following)

    def _begun(self, following: object) -> None:
        from app.desk import OpenItem
        from app.draft import new_draft

        desk = self._desk
        assert desk is not None
        self._take_up(new_draft(self._topic, desk.by), None)
        if isinstance(following, OpenItem):
            source = desk.bench.open(following.path).source
            line = source.line_at(following.item.name_start)
            if following.path == self._path:
                self.query_one(SourcePane).go_to(line)
            else:
                self._show_file(following.path, line)
        self._show_pane("source")
        self.query_one(SourcePane).focus()

    def action_files(self) -> None:
        """Find a file."""
        self._find_file()

    @work(thread=True, exclusive=True, group="finder", exit_on_error=False)
    def _find_file(self) -> None:
        desk = self._desk
        if desk is None:
            return
        try:
            own, related = desk.bench.sources(), desk.bench.related()
            rest = desk.bench.snapshot.files()
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        near = {*own, *related}
        choices = [Choice(path, path, group="sources of the topic") for path in own]
        choices += [Choice(path, path, group="related") for path in related]
        choices += [Choice(p, p, group="rest of the repository") for p in rest if p not in near]
        self.app.call_from_thread(self._ask_file, choices)

    def _ask_file(self, choices: list[Choice[str]]) -> None:
        def chosen(path: str | None) -> None:
            if path:
                self._show_pane("source")
                self._show_file(path)
                self.query_one(SourcePane).focus()

        self.app.push_screen(Finder(choices, title="Files"), chosen)

    def action_outline(self) -> None:
        """Find an item of this file."""
        pane = self.query_one(SourcePane)
        source = pane.source
        if source is None or not pane.items:
            self._warn("this file has no items, or is still being read")
            return
        choices = [
            Choice(
                item.path,
                source.line_at(item.name_start),
                detail=f"line {source.line_at(item.name_start) + 1}",
            )
            for item in pane.items
        ]

        def chosen(line: int | None) -> None:
            if line is not None:
                self._show_pane("source")
                pane.go_to(line)
                pane.focus()

        self.app.push_screen(Finder(choices, title="Items"), chosen)

    def action_records(self) -> None:
        """List the topic's records."""
        if self._desk is None or self._keeper is None:
            return
        self._keeper.soon()

        def chosen(record: str | None) -> None:
            if record is not None:
                self._load_record(record)
            else:
                self._mark_covered()

        self.app.push_screen(RecordsScreen(self._desk), chosen)

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _load_record(self, record: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            draft, revision = desk.load(record)
            path, line = self._first_place(desk, {}, draft)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return

        def show() -> None:
            self._take_up(draft, revision)
            if path:
                self._show_file(path, line)

        self.app.call_from_thread(show)

    @on(ProseEditor.LeaveWanted)
    def action_topics(self) -> None:
        """Back to the topics; the draft is kept."""
        self.leave()
        self.dismiss()

    def leave(self) -> None:
        """Keep the draft and the place, and return when both are on disk."""
        if self._desk is None or self._keeper is None:
            return
        self._take_texts()
        try:
            self._keeper.now()
            session = self._project.session()
            topics = session.get("topics")
            places = dict(topics) if isinstance(topics, dict) else {}
            places[self._topic] = {
                "record": self._desk.draft.record if not self._desk.draft.empty else None,
                "path": self._path,
                "line": self.query_one(SourcePane).cursor_line,
                "pane": self._focused_pane(),
            }
            self._project.save_session({"topic": self._topic, "topics": places})
        except BackspanError as error:
            self._not_kept(str(error))

    def action_editor(self) -> None:
        """Write the focused text in the person's own editor."""
        editor = self._focused_editor()
        if editor is None:
            self._warn("put the cursor into user or think first")
            return
        if self.app.is_headless or self.app.is_web:
            self._warn("another editor cannot be opened from here; this one stays")
            return
        try:
            with self.app.suspend():
                text = external_edit(editor.text, editor_command(self._settings), suffix=".md")
        except BackspanError as error:
            self.notify(str(error), severity="error", markup=False, timeout=15)
            return
        if text is not None:
            editor.replace_all(text)

    @on(Preview.SaveAsRequested)
    def _save_as(self, event: Preview.SaveAsRequested) -> None:
        def chosen(name: str | None) -> None:
            if not name:
                return
            path = Path(name).expanduser()
            try:
                with path.open("x", encoding="utf-8", newline="\n") as stream:
                    stream.write(event.text + "\n")
            except OSError as error:
                self._warn(f"cannot write {path}: {error.strerror}")
            else:
                self.notify(f"Written to {path}", markup=False)

        self.app.push_screen(
            PromptLine("Write the line to a new file", value=f"{self._topic}-line.jsonl"), chosen
        )

    @on(Preview.CopyRequested)
    def _copy(self, event: Preview.CopyRequested) -> None:
        self.app.copy_to_clipboard(event.text)
        self.notify("Sent to the terminal's clipboard; w writes it to a file instead.", markup=False)

    @on(StatusLine.Pressed)
    def _button(self, event: StatusLine.Pressed) -> None:
        getattr(self, f"action_{event.action}", partial(self._warn, "unknown button"))()

    # -- panes

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step_pane(-1)

    def _stops(self) -> list[Widget]:
        stops: list[Widget] = [
            self.query_one(SourcePane),
            self.query_one("#user", ProseEditor).area,
            self.query_one("#think", ProseEditor).area,
            self.query_one(BlockPanel),
            self.query_one(Preview),
        ]
        return stops

    def _step_pane(self, step: int) -> None:
        stops = self._stops()
        focused = self.focused
        at = next((i for i, stop in enumerate(stops) if stop is focused), -1 if step > 0 else 0)
        target = stops[(at + step) % len(stops)]
        self._show_pane(self._pane_of(target))
        target.focus()

    def _pane_of(self, widget: Widget) -> str:
        for name in self.PANES:
            if any(node.id == f"pane-{name}" for node in widget.ancestors_with_self):
                return name
        return "source"

    def _focused_pane(self) -> str:
        return self._pane_of(self.focused) if self.focused is not None else "source"

    def _focused_editor(self) -> ProseEditor | None:
        focused = self.focused
        if focused is None:
            return None
        return next((n for n in focused.ancestors_with_self if isinstance(n, ProseEditor)), None)

    def _show_pane(self, name: str) -> None:
        """On a narrow screen one pane is seen at a time."""
        for pane in self.PANES:
            self.query_one(f"#pane-{pane}").set_class(pane == name, "-active")
        self.query_one(PaneBar).active = name

    @on(PaneBar.Chosen)
    def _pane_chosen(self, event: PaneBar.Chosen) -> None:
        self._show_pane(event.pane)
        stop = {
            "source": self.query_one(SourcePane),
            "write": self.query_one("#user", ProseEditor).area,
            "block": self.query_one(BlockPanel),
            "preview": self.query_one(Preview),
            "guide": self.query_one(Guide),
        }[event.pane]
        stop.focus()

    def action_view(self) -> None:
        """Show the next view of the preview."""
        preview = self.query_one(Preview)
        self._show_pane("preview" if self.has_class("-narrow") else self._focused_pane())
        preview.action_next_view()

    def action_guide(self) -> None:
        """Show or hide the guidelines."""
        if self.has_class("-narrow"):
            self._show_pane("guide")
            self.query_one(Guide).focus()
        else:
            self.toggle_class("-guide")
