"""The prompt document behind a topic, whole and as it stands, over whatever screen it was asked for on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from app.base.text import many, one_newline
from app.errors import BackspanError
from app.project.topics.prompt_document import FOLDER, read_document
from app.project.topics.spec import Spec
from app.workstation.screen import Job
from widgets.base.drawing import safe
from widgets.base.ordered_keys import LineInput
from widgets.base.steady import SteadyModal
from widgets.dialogs.questions import Notice
from widgets.record.view import RecordView

_LONGEST = 200
"""Characters that are looked for."""
_MOST = 2_000
"""Places that are set off: a letter alone stands everywhere."""


class Opener(Protocol):
    """The screen over which it is opened; see `WorkScreen`."""

    def run(
        self,
        group: str,
        job: Job[str],
        then: Callable[[str], object] | None = None,
        failed: Callable[[BackspanError], object] | None = None,
    ) -> None:
        """Run a job in a thread."""

    def push(self, screen: Screen[Any]) -> None:
        """Open a screen over this one."""


def open_prompt(opener: Opener, root: Path, topic: str, spec: Spec) -> None:
    """Show the topic's prompt document over the screen; where there is none, say how to add it."""
    if not spec.prompt:
        opener.push(Notice(f"{topic} names no prompt document", _how_to_add(topic)))
        return
    opener.run(
        "prompt",
        lambda _: read_document(root, spec.prompt),
        lambda text: opener.push(PromptScreen(spec.prompt, text)),
        lambda error: opener.push(Notice("The prompt document cannot be shown", str(error))),
    )


def _how_to_add(topic: str) -> str:
    return (
        f"Put the document into the project's folder {FOLDER}/, and name it in specs/{topic}.toml:\n\n"
        f'prompt = "{FOLDER}/{topic}.txt"\n\n'
        "“backspan spec new --from-prompt FILE” does both for a new topic."
    )


class PromptScreen(SteadyModal[None]):
    """A text to be read and searched; nothing in it is obeyed, and nothing of it can be changed."""

    DEFAULT_CSS = """
    PromptScreen { align: center middle; }
    PromptScreen > Vertical { width: 92%; max-width: 120; height: 92%; background: $surface; border: round $primary; }
    PromptScreen.-short > Vertical { width: 100%; height: 100%; border: none; }
    PromptScreen RecordView { height: 1fr; padding: 0; }
    PromptScreen Input { display: none; }
    PromptScreen.-finding Input { display: block; }
    PromptScreen #hint { height: 1; padding: 0 1; color: $text-muted; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    AUTO_FOCUS = "RecordView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", priority=True),
        Binding("q", "leave", "Back"),
        Binding("slash,f", "find", "Find"),
        Binding("n", "step(1)", "Next"),
        Binding("N,p", "step(-1)", "Before"),
    ]

    def __init__(self, place: str, text: str) -> None:
        """`place`: the document's path in the project."""
        super().__init__()
        self._place = place
        self._text = one_newline(text).rstrip("\n")
        self._found: list[tuple[int, int]] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield RecordView("user", called="prompt")
            yield LineInput(placeholder="find", compact=True, max_length=_LONGEST)
            yield Static(Content(""), id="hint")

    def on_mount(self) -> None:
        self._view.set_text(self._text, title=safe(self._place))
        self._say()

    @property
    def _view(self) -> RecordView:
        return self.query_one(RecordView)

    # -- finding

    def action_find(self) -> None:
        """Look for words; small letters find capitals too."""
        self.add_class("-finding")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._found = places(self._text, event.value)
        at = self._view.cursor
        self._at = next((number for number, (start, _) in enumerate(self._found) if start >= at), 0)
        self._show()

    @on(Input.Submitted)
    def _found_it(self, event: Input.Submitted) -> None:
        event.stop()
        self._view.focus()

    def action_step(self, way: int) -> None:
        """Go to the next place that was found, or the one before."""
        if self._found:
            self._at = (self._at + way) % len(self._found)
            self._show()

    def _show(self) -> None:
        marks = [(*place, "note") for place in self._found]
        if self._found:
            marks.append((*self._found[self._at], "current"))
            self._view.go_to(self._found[self._at][0])
        self._view.set_marks(marks)
        self._say()

    def _say(self) -> None:
        said = "/ finds · escape goes back"
        if wanted := self.query_one(Input).value:
            count = f"{self._at + 1:,} of {many(len(self._found), 'place')}" if self._found else "not found"
            said = f"{safe(wanted)}: {count} · n and N go on · escape goes back"
        self.query_one("#hint", Static).update(Content(said))

    # -- leaving

    def action_leave(self) -> None:
        """Leave the search, or the document."""
        if self.query_one(Input).has_focus:
            self._view.focus()
        else:
            self.dismiss(None)


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where words stand in a text, as characters, at most `_MOST`; capitals matter if some were typed."""
    if not wanted.strip():
        return []
    flags = re.NOFLAG if wanted != wanted.lower() else re.IGNORECASE
    pattern = r"\s+".join(re.escape(word) for word in wanted.split())
    found: list[tuple[int, int]] = []
    for one in re.finditer(pattern, text, flags):
        found.append(one.span())
        if len(found) == _MOST:
            break
    return found
