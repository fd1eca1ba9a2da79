"""The annotate screen: source, block, `user` and `think`, and the line they make, all at once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work

from app.annotate.session import Opening
from app.errors import BackspanError
from app.records.draft import new_draft
from app.repository.index.trail import LinePlace
from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.settings.editor import external_edit
from app.settings.person import editor_command
from app.workstation.annotate.remarks import AnsweringScreen
from app.workstation.records.screen import RecordsScreen
from widgets.bars.status import StatusLine
from widgets.dialogs.questions import PromptLine
from widgets.panels.commits import CommitRow
from widgets.panels.guide import Guide
from widgets.panels.preview import Preview
from widgets.pick.finder import Choice, Finder
from widgets.prose.editor import ProseEditor
from widgets.source.pane import SourcePane

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from app.rust.items import Item


class AnnotateScreen(AnsweringScreen):
    """One topic being annotated: beginning, finding, leaving. What lies under it is in its base classes."""

    # -- going about

    def action_new(self) -> None:
        """Begin a new record at the next open item."""
        self.after_typing(self._begin_new)

    def _begin_new(self) -> None:
        if self._desk is not None and self._kept():
            self._begin()

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _begin(self) -> None:
        desk = self._desk
        assert desk is not None
        following = self._next_open(self._here())
        self.app.call_from_thread(self._begun, following)

    def _begun(self, following: LinePlace | None) -> None:
        desk = self._desk
        assert desk is not None
        self._take_up(Opening(new_draft(self._topic, desk.by), None))
        if following is not None:
            self._visit(following)
        self._show_pane("source")
        self.set_focus(self.query_one(SourcePane))

    def action_files(self) -> None:
        """Find a file."""
        self._find_file()

    @work(thread=True, exclusive=True, group="finder", exit_on_error=False)
    def _find_file(self) -> None:
        desk = self._desk
        if desk is None:
            return
        try:
            own, related = desk.files.sources(), desk.files.related()
            rest = desk.files.snapshot.files()
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
                self.set_focus(self.query_one(SourcePane))

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
                detail=" · ".join(
                    word
                    for word in (
                        _strange(item),
                        self._state_of(at),
                        f"line {source.line_at(item.name_start) + 1}",
                    )
                    if word
                ),
            )
            for at, item in enumerate(pane.items)
        ]

        def chosen(line: int | None) -> None:
            if line is not None:
                self._show_pane("source")
                pane.go_to(line)
                self.set_focus(pane)

        self.app.push_screen(Finder(choices, title="Items"), chosen)

    def action_origin(self) -> None:
        """Show where the selected code came from."""
        desk, pane = self._desk, self.query_one(SourcePane)
        found = pane.current_range
        if desk is None or found is None:
            self._warn("put the cursor on an item, or select lines, in the source pane first")
            return
        from app.workstation.origin import OriginQuestion, OriginScreen  # late: only who asks waits for it

        item = pane.items[pane.current_item].path if pane.current_item is not None else ""
        chosen = OriginQuestion(self._path, *found, item)
        self.app.push_screen(OriginScreen(desk.files.snapshot, chosen), self._keep_beside)

    def _keep_beside(self, commit: CommitRow | None) -> None:
        """Have a commit in sight while one writes: it is evidence, and goes into no editor."""
        if commit is None:
            return
        number = f" · #{commit.number}" if commit.number is not None else ""
        title = f"{commit.id[:10]} · {commit.day} · {commit.author}{number}"
        parts = (commit.subject, commit.body.strip(), commit.difference)
        self.query_one(Guide).set_evidence(title, "\n\n".join(part for part in parts if part))
        if self.has_class("-narrow"):
            self.notify("The commit is in the guide pane (F10).", markup=False)
        elif self.has_class("-wide") == self.has_class("-guide"):
            self.action_guide()

    def action_records(self) -> None:
        """List the topic's records."""
        self.after_typing(self._list_records)

    def _list_records(self) -> None:
        if self._desk is None or not self._kept():
            return

        def chosen(record: str | None) -> None:
            if record is not None:
                self._load_record(record)
            else:
                self._mark_covered()

        self.app.push_screen(RecordsScreen(self._desk), chosen)

    @on(ProseEditor.LeaveWanted)
    def action_topics(self) -> None:
        """Back to the topics; the draft is kept."""
        self.after_typing(self._go_to_topics)

    def _go_to_topics(self) -> None:
        if self.leave(topic=None):
            self.dismiss()

    def leave(self, topic: str | None = "") -> bool:
        """Keep the draft and the place; whether the draft is safe once this returns.

        `topic` is what the next start opens: this one unless said; None for the list of topics.
        """
        if self._desk is None:
            return True
        if not self._kept():
            return False
        place = {
            "record": self._desk.draft.record if not self._desk.draft.empty else None,
            "path": self._path,
            "line": self.query_one(SourcePane).cursor_line,
            "stop": self._focused_stop(),
            "at": datetime.now(UTC).isoformat(),
        }
        try:
            session = self._project.session()
            topics = session.get("topics")
            places = dict(topics) if isinstance(topics, dict) else {}
            places[self._topic] = place
            # What other screens keep there (where a review pass was left) stays.
            session |= {"topic": self._topic if topic == "" else topic, "topics": places}
            self._project.save_session(session)
        except BackspanError as error:
            self._warn(str(error))
        return True

    def action_editor(self) -> None:
        """Write the focused text in the person's own editor."""
        editor = self._focused_editor()
        if editor is None:
            self._warn("put the cursor into user or think first")
            return
        if self.app.is_headless or self.app.is_web:
            self._warn("another editor cannot be opened from here; this one stays")
            return
        text, why = None, ""
        with self.app.suspend():
            try:
                text = external_edit(editor.text, editor_command(self._settings), suffix=".md")
            except BackspanError as error:  # nothing may leave the block: the terminal would stay suspended
                why = str(error)
        if why:
            self.notify(why, severity="error", markup=False, timeout=15)
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
        getattr(self, f"action_{event.action_id}", partial(self._warn, "unknown button"))()


def _strange(item: Item) -> str:
    """What an outline says of an item that is not understood all through; a piece's own path says it."""
    return "in part not understood" if item.broken and item.kind != NOT_UNDERSTOOD else ""
