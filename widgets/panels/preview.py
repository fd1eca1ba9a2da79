"""The live preview of a record: the exact line, the conversation, or what changed since it was saved.

Typing must not feel it: the setters only store; a timer lays the view out again at most ten times a second, from
where the text changed, and only rows in sight that look different are drawn. A hidden preview does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Literal, NamedTuple, get_args

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from widgets.base.drawing import Part
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineView
from widgets.base.wrapped_text import Chapter, StyledRun, WrappedChapters, lay_out, untabbed
from widgets.panels.preview_difference import changed, difference

View = Literal["line", "conversation", "difference"]
VIEWS: tuple[View, ...] = get_args(View)
DELAY = 0.1
"""Seconds between a change and its showing; changes in between are shown together."""
_NARROW = 64
"""Below this many cells the title says less."""
_SHORT = {"line": "line", "conversation": "conv", "difference": "diff"}
_STYLES = {kind: f"preview--{kind}" for kind in ("json", "system", "user", "tag", "think", "code")}


class PreviewTexts(NamedTuple):
    """The written parts of a record."""

    user: str
    think: str
    code: str


class Preview(LineView):
    """One pane, three views; the title row switches them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "preview--title",
        "preview--chosen",
        "preview--button",
        "preview--valid",
        "preview--problem",
        "preview--heading",
        "preview--added",
        "preview--removed",
        *_STYLES.values(),
    }
    DEFAULT_CSS = """
    Preview { overflow-y: scroll; scrollbar-size-vertical: 1; }
    Preview > .preview--title { text-style: dim; }
    Preview > .preview--chosen { text-style: bold underline; }
    Preview > .preview--button { text-style: underline; }
    Preview > .preview--valid { color: $text-success; }
    Preview > .preview--problem { color: $text-error; }
    Preview > .preview--heading { color: $text-accent; text-style: bold; }
    Preview > .preview--added { color: $text-success; text-style: underline; }
    Preview > .preview--removed { color: $text-error; text-style: strike; }
    Preview > .preview--json { text-style: dim; }
    Preview > .preview--system { color: $text-secondary; }
    Preview > .preview--user { color: $text-warning; }
    Preview > .preview--tag { color: $text-accent; text-style: bold; }
    Preview > .preview--think { color: $text-success; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("preview")
    pinned = 1

    view: reactive[View] = reactive[View]("line", repaint=False)
    """What is shown."""

    class CopyRequested(Message):
        """The person wants the line in the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """The exact line, without a line feed."""

    class SaveAsRequested(Message):
        """The person wants the line in a file."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """The exact line, without a line feed."""

    class ViewChanged(Message):
        """Another view is shown."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    class _Compared(Message):
        """A worker has compared the texts."""

        def __init__(
            self, pair: tuple[PreviewTexts, PreviewTexts], runs: tuple[tuple[StyledRun, ...], ...]
        ) -> None:
            super().__init__()
            self.pair = pair
            self.runs = runs

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._segments: Sequence[tuple[str, str]] = ()
        self._bytes = 0
        self._problems: tuple[str, ...] = ()
        self._system = ""
        self._texts = PreviewTexts("", "", "")
        self._saved: PreviewTexts | None = None
        self._document = WrappedChapters(())
        self._compared: tuple[tuple[PreviewTexts, PreviewTexts], tuple[tuple[StyledRun, ...], ...]] | None = (
            None
        )
        self._comparing: tuple[PreviewTexts, PreviewTexts] | None = None
        self._timer: Timer | None = None
        self._shown = False
        self._stale = True

    # -- what it is given

    def set_line(self, segments: Sequence[tuple[str, str]], nbytes: int, problems: Sequence[str]) -> None:
        """The line as (kind, text), joined the exact line; its bytes with the line feed; why it is not valid."""
        self._segments, self._bytes, self._problems = segments, nbytes, tuple(problems)
        self._schedule()

    def set_conversation(self, system: str, user: str, think: str, code: str) -> None:
        """The four texts of the record as it is now."""
        self._system, self._texts = system, PreviewTexts(user, think, code)
        self._schedule()

    def set_saved(self, saved: tuple[str, str, str] | None) -> None:
        """`user`, `think` and `code` as they were saved last; None if never."""
        self._saved = PreviewTexts(*saved) if saved is not None else None
        self._schedule()

    @property
    def line_text(self) -> str:
        """The exact line, without a line feed."""
        return "".join([text for _kind, text in self._segments])

    @property
    def pending(self) -> bool:
        """Whether something it was given is not shown yet."""
        return self._stale or self._comparing is not None

    # -- when to lay out

    def _schedule(self) -> None:
        self._stale = True
        if self._shown and self._timer is None:
            self._timer = self.set_timer(DELAY, self._due)

    def _due(self) -> None:
        self._timer = None
        if self._shown and self._stale:
            self._lay_out()

    def on_show(self) -> None:
        self._shown = True
        if self._stale:
            self._lay_out()

    def on_hide(self) -> None:
        self._shown = False

    def on_resize(self, event: events.Resize) -> None:
        if self._shown:
            self._lay_out()
        else:
            self._stale = True

    def watch_view(self, view: View) -> None:
        if not self.is_mounted:
            return
        self._stale = True
        self._document = WrappedChapters(())
        if self._shown:
            self.scroll_to(y=0)
            self._lay_out()
        self.post_message(self.ViewChanged(view))

    def _lay_out(self) -> None:
        self._stale = False
        problems = "\n".join(f"✗ {problem}" for problem in self._problems)
        top = Chapter("", (StyledRun(problems, "preview--problem"),), True)
        chapters = [top] if problems else []
        chapters += {
            "line": self._line,
            "conversation": self._conversation,
            "difference": self._difference,
        }[self.view]()
        self._document = lay_out(chapters, self.cells, self._document)
        self.set_rows_count(len(self._document))
        self.repaint_changed()

    # -- the three views

    def _line(self) -> list[Chapter]:
        runs = tuple(StyledRun(text, _STYLES.get(kind, "")) for kind, text in self._segments)
        return [Chapter("", runs, False)]

    def _conversation(self) -> list[Chapter]:
        user, think, code = self._texts
        opening, closing = StyledRun("<think>\n", "preview--tag"), StyledRun("\n</think>", "preview--tag")
        return [
            Chapter("system", (StyledRun(self._system, "preview--system"),), True),
            Chapter("user", (StyledRun(user, ""),), True),
            Chapter("assistant", (opening, StyledRun(think, ""), closing), True),
            Chapter(" ", (StyledRun(untabbed(code), ""),), False),
        ]

    def _difference(self) -> list[Chapter]:
        if self._saved is None:
            return [Chapter("", (StyledRun("Not saved yet: there is nothing to compare with.", ""),), True)]
        pair = (self._saved, self._texts)
        if self._compared is None or self._compared[0] != pair:
            self._compare(pair)
        if self._compared is None:
            return [Chapter("", (StyledRun("Comparing…", ""),), True)]
        runs = self._compared[1]
        return [
            Chapter(name if changed(found) else f"{name}: unchanged", found, name != "code")
            for name, found in zip(PreviewTexts._fields, runs, strict=True)
        ]

    def _compare(self, pair: tuple[PreviewTexts, PreviewTexts]) -> None:
        if self._comparing == pair:
            return
        self._comparing = pair
        self.run_worker(
            partial(self._compare_in_thread, pair),
            thread=True,
            exclusive=True,
            group="difference",
            exit_on_error=False,
        )

    def _compare_in_thread(self, pair: tuple[PreviewTexts, PreviewTexts]) -> None:
        old, new = pair
        fields = [
            (old.user, new.user),
            (old.think, new.think),
            (untabbed(old.code), untabbed(new.code)),
        ]
        self.post_message(self._Compared(pair, tuple(difference(a, b) for a, b in fields)))

    def on_preview__compared(self, message: _Compared) -> None:
        message.stop()
        if message.pair != self._comparing:
            return  # of texts that have changed since: a newer comparison is under way
        self._comparing = None
        self._compared = (message.pair, message.runs)
        if self.view == "difference":
            self._schedule()

    # -- drawing

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        return self._document.parts(row, "preview--heading") if row < len(self._document) else ()

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        narrow = width < _NARROW
        parts: list[Part] = []
        for view in VIEWS:
            style = "preview--chosen" if view == self.view else "preview--title"
            parts += [Part(_SHORT[view] if narrow else view, style, view), Part(" ")]
        parts += [Part("copy", "preview--button", "copy"), Part(" ")]
        parts += [Part("file" if narrow else "to a file", "preview--button", "save_as"), Part("  ")]
        parts.append(Part(f"{self._bytes:,} B" if narrow else f"{self._bytes:,} bytes", "preview--title"))
        parts.append(Part("  "))
        if self._problems:
            parts.append(Part(f"✗ {self._problems[0]}", "preview--problem"))
        elif self._segments:
            parts.append(Part("✓ valid", "preview--valid"))
        return parts

    # -- what the person does

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        for view in VIEWS:
            if zone == view:
                self.view = view
        if zone == "copy":
            self.action_copy()
        elif zone == "save_as":
            self.action_save_as()

    def action_next_view(self) -> None:
        """Show the next of the three views."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def action_copy(self) -> None:
        self.post_message(self.CopyRequested(self.line_text))

    def action_save_as(self) -> None:
        self.post_message(self.SaveAsRequested(self.line_text))
