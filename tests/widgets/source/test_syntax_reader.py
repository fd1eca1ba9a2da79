"""Which file is read, and what becomes of syntax that comes too late."""

from __future__ import annotations

from tests.widgets.source.paper import PaperPane
from widgets.source.shown_file import ShownFile
from widgets.source.syntax_reader import Read, SyntaxReader


def test_only_the_file_that_is_shown_and_not_read_yet_is_read() -> None:
    pane = PaperPane(parsed=False)
    reader = SyntaxReader(pane)
    reader.begin(ShownFile(pane.file.source))
    assert pane.jobs == []
    reader.begin(pane.file)
    assert [group for group, _ in pane.jobs] == ["parse"]
    pane.file = PaperPane().file
    reader.begin(pane.file)
    pane.file = ShownFile()
    reader.begin(pane.file)
    assert len(pane.jobs) == 1


def test_syntax_of_a_file_that_is_shown_no_more_is_dropped() -> None:
    read, pane = PaperPane().file, PaperPane(parsed=False)
    tree, items = read.selection.tree, read.selection.items
    assert tree is not None
    reader, late = SyntaxReader(pane), pane.file
    assert reader.keep(Read(late, tree, None))
    assert late.selection.tree is tree and not late.outlined
    assert reader.keep(Read(late, tree, items, [(0, 3)]))
    assert late.outlined and late.selection.items == items and late.strange == [(0, 3)]
    pane.file = PaperPane(parsed=False).file
    assert not reader.keep(Read(late, tree, items))
    assert pane.file.selection.tree is None
