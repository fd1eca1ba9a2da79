"""What is shown over a record while it is reviewed: its code in its file, the guidelines, a difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, Static

from app.checks.asked import Seen, asked
from app.errors import BackspanError
from app.project.topics.spec import Spec
from app.records.events import Revision
from app.rust.source import SourceFile
from app.workstation.asking import asked_sections, examples
from app.workstation.records.acts import comparisons
from app.workstation.screen import WorkScreen, run_job
from widgets.bars.status import StatusLine
from widgets.base.drawing import safe
from widgets.base.steady import SteadyModal
from widgets.panels.guide import Guide
from widgets.record.diff import RevisionDiff
from widgets.source.messages import PaneSpan
from widgets.source.view import SourceView


class CodeInFile(SteadyModal[None]):
    """The file that a record's code comes from, at its place, to be looked at."""

    DEFAULT_CSS = """
    CodeInFile SourceView { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,o", "leave", "Back")]

    def __init__(self, read: Callable[[], bytes], path: str, start: int, spans: Sequence[PaneSpan]) -> None:
        """`read` gives the file's bytes, in a worker thread; `start` is the byte to begin at."""
        super().__init__()
        self._read = read
        self._path = path
        self._start = start
        self._spans = spans

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Back", "leave"),))
        yield SourceView()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(StatusLine).set_left(f"{self._path} · reading…")
        self.set_focus(self.query_one(SourceView).pane)
        run_job(self, "code", lambda _: SourceFile.of(self._path, self._read()), self._show, self._failed)

    def _show(self, source: SourceFile) -> None:
        pane = self.query_one(SourceView).pane
        pane.show(source, line=source.line_at(self._start))
        pane.set_spans(self._spans)
        self.query_one(StatusLine).set_left(f"{self._path} · the record's code is tinted by its roles")

    def _failed(self, error: BackspanError) -> None:
        self.app.notify(str(error), severity="error", markup=False, timeout=15)
        self.dismiss(None)

    def on_status_line_pressed(self) -> None:
        """The button."""
        self.action_leave()

    def action_leave(self) -> None:
        """Back to the record."""
        self.dismiss(None)


class Guidelines(SteadyModal[None]):
    """The topic's guidelines and examples, in full."""

    DEFAULT_CSS = """
    Guidelines { align: center middle; }
    Guidelines > Vertical { width: 90%; max-width: 110; height: 90%; background: $surface; border: round $primary; }
    Guidelines #title { text-style: bold; height: 1; padding: 0 1; }
    Guidelines Guide { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,g,enter", "leave", "Back")]

    def __init__(self, spec: Spec, seen: Seen) -> None:
        """`seen`: what is known of the record in sight."""
        super().__init__()
        self._spec, self._seen = spec, seen

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._spec.title)), id="title")
            yield Guide()

    def on_mount(self) -> None:
        topic, guide = asked(self._spec), self.query_one(Guide)
        guide.set_topic(self._spec.guidelines, asked_sections(topic, self._seen), examples(topic))
        guide.focus()

    def action_leave(self) -> None:
        """Back to the record."""
        self.dismiss(None)


class Difference(WorkScreen[None]):
    """What changed from one text of the record to another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "leave", "Back"),
        Binding("n", "change(1)", "Next change"),
        Binding("p,N", "change(-1)", "Previous change"),
        Binding("z", "unfold", "Unfold"),
    ]

    def __init__(self, title: str, about: str, old: Callable[[], Revision | None], new: Revision) -> None:
        """`old` fetches the text it is compared with, in a worker thread."""
        super().__init__()
        self._titles = (title, about)
        self._old = old
        self._new = new

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Back", "leave"),))
        yield RevisionDiff()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        view = self.query_one(RevisionDiff)
        view.set_title(*self._titles)
        self.query_one(StatusLine).set_left("what changed")
        self.set_focus(view)
        self.run("compare", lambda _: comparisons(self._old(), self._new), view.set_fields, self.alarm_of)

    def on_status_line_pressed(self) -> None:
        """The button."""
        self.action_leave()

    def action_change(self, way: int) -> None:
        """Scroll to the next change, or the one before."""
        view = self.query_one(RevisionDiff)
        if way > 0:
            view.action_next_change()
        else:
            view.action_previous_change()

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        self.query_one(RevisionDiff).action_unfold()

    def action_leave(self) -> None:
        """Back to the record."""
        self.dismiss(None)
