"""For orientation: a file in Textual's own TextArea, coloured by the grammar with Textual's own query. area.py FILE"""

from __future__ import annotations

import sys
from pathlib import Path

import textual
import tree_sitter_rust
from textual.app import App, ComposeResult
from textual.widgets import TextArea
from tree_sitter import Language

QUERY = Path(textual.__file__).parent / "tree-sitter" / "highlights" / "rust.scm"


class Area(App[None]):
    """One TextArea with the whole file."""

    def compose(self) -> ComposeResult:
        area = TextArea(read_only=True, show_line_numbers=True, theme="monokai")
        area.register_language("rust", Language(tree_sitter_rust.language()), QUERY.read_text("utf-8"))
        area.load_text(Path(sys.argv[1]).read_text("utf-8"))
        area.language = "rust"
        yield area


if __name__ == "__main__":
    Area().run()
