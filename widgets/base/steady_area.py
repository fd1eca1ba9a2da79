"""A text area that lives through undo: the ground under every text area of ours."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import TextArea


class SteadyArea(TextArea):
    """Textual's text area, which ends the program when an undo makes its scroll bar vanish (its issue 6686).

    Undo and redo change the text first, then the scroll bars, and move the cursor last. When a scroll bar comes or goes
    the area scrolls to the cursor, which may stand on a line that is gone by then.
    """

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scrolls to the cursor, unless it stands where there is no text any more: it moves next, and scrolls then."""
        if self.cursor_location != self.clamp_visitable(self.cursor_location):
            return Offset()
        return super().scroll_cursor_visible(center, animate)
