"""Reading the syntax of the file shown, beside the interface; and freeing there what is not shown any more."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from widgets.source.selection import Range
from widgets.source.shown_file import EMPTY, ShownFile
from widgets.source.source_host import SourceHost

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.items import Item


@dataclass
class Read(Message, namespace="source_pane", bubble=False):
    """The syntax of one `show`, from a thread: first for its colours, a little later with its items."""

    file: ShownFile
    """What was shown; by now it may be another."""
    tree: Tree
    items: Sequence[Item] | None
    strange: Sequence[Range] = ()
    """Bytes of the places that are not understood, ordered."""


class SyntaxReader:
    """Reads one file after the other; what it found arrives as `Read`."""

    def __init__(self, host: SourceHost) -> None:
        self._host = host
        self._gone: list[object] = []

    def drop(self, *gone: object) -> None:
        """These are not needed any more. A large tree takes long to free: that waits for a thread."""
        self._gone += gone

    def end(self) -> None:
        """Free what was dropped; nobody waits for it."""
        threading.Thread(target=self._gone.clear, daemon=True).start()

    def begin(self, file: ShownFile) -> None:
        """Read a file, if it is still the one that is shown."""
        if file is self._host.file and file.selection.tree is None and file.source is not EMPTY:
            self._host.in_thread("parse", partial(self._read, file))

    def _read(self, file: ShownFile) -> None:
        from app.rust import highlight, syntax
        from app.rust.items import outline, unknowns

        self._gone.clear()
        worker, source = get_current_worker(), file.source
        highlight.warm()
        data = source.data if source.is_code else b""
        tree = syntax.parse(data, lambda: worker.is_cancelled)
        if tree is None:
            return
        self._host.post_message(Read(file, tree, None))
        items = outline(data, tree)
        # What cannot be annotated says so already.
        strange = () if source.obstacle else unknowns(data, tree, items)
        if not worker.is_cancelled:
            self._host.post_message(Read(file, tree, items, strange))

    def keep(self, read: Read) -> bool:
        """Keep what was read, unless it is of a file that is not shown any more; whether it was kept."""
        if read.file is not self._host.file:
            self.drop(read.tree, read.items)
            return False
        file, selection = read.file, read.file.selection
        selection.tree = read.tree
        selection.items = read.items or ()
        file.outlined, file.strange = read.items is not None, read.strange
        return True
