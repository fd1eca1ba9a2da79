"""What goes out of the workstation and comes back: a text to the person's own editor, the line to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.errors import BackspanError
from app.settings.editor import external_edit
from app.settings.person import Settings, editor_command
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.screen import WorkScreen
from widgets.dialogs.questions import PromptLine


class OutsideWorld:
    """Hands texts to programs and files outside."""

    def __init__(self, screen: WorkScreen[Any], panes: AnnotatePanes, settings: Settings, topic: str) -> None:
        self._screen = screen
        self._panes = panes
        self._settings = settings
        self._topic = topic

    def action_editor(self) -> None:
        """Write the focused text in the person's own editor."""
        editor = self._panes.focused_editor
        if editor is None:
            self._screen.warn("put the cursor into user or think first")
            return
        if self._screen.app.is_headless or self._screen.app.is_web:
            self._screen.warn("another editor cannot be opened from here; this one stays")
            return
        text, why = None, ""
        with self._screen.app.suspend():
            try:
                text = external_edit(editor.text, editor_command(self._settings), suffix=".md")
            except BackspanError as error:  # nothing may leave the block: the terminal would stay suspended
                why = str(error)
        if why:
            self._screen.alarm(why)
        if text is not None:
            editor.replace_all(text)

    def save_as(self, line: str) -> None:
        """Ask for a file's name, and write the line there."""

        def chosen(name: str | None) -> None:
            if not name:
                return
            path = Path(name).expanduser()
            try:
                with path.open("x", encoding="utf-8", newline="\n") as stream:
                    stream.write(line + "\n")
            except OSError as error:
                self._screen.warn(f"cannot write {path}: {error.strerror}")
            else:
                self._screen.say(f"Written to {path}")

        self._screen.push(
            PromptLine("Write the line to a new file", value=f"{self._topic}-line.jsonl"), chosen
        )

    def copy(self, line: str) -> None:
        """Send the line to the terminal's clipboard."""
        self._screen.app.copy_to_clipboard(line)
        self._screen.say("Sent to the terminal's clipboard; w writes it to a file instead.")
