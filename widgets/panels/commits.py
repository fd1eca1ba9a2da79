"""Commits that have to do with a piece of code: a list, and the marked one's message and difference beside it.

Messages, names and differences are strangers' texts: they are drawn as plain parts, and nothing of them goes
anywhere by itself. A person may ask for the marked line; what becomes of it is the screen's affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from widgets.base.drawing import Part, cut, pad, width
from widgets.base.line_view import LineList
from widgets.base.wrapped_text import StyledRun, WrappedText

_WRAPPED = 30_000
"""Characters of one commit that are wrapped, in some 3 ms; of lines after those only the beginning is shown."""
_WIDE_COST = 10
"""How much longer a character takes to wrap that has to be measured."""
_SPARE = 100
"""Characters without a width that a row may hold."""
_DAY = 10
_ROOMY = 60
"""From this many cells on, a row has room for the author's name."""

LineKind = Literal["subject", "about", "message", "file", "hunk", "gone", "new", "same"]


@dataclass(frozen=True, slots=True)
class CommitRow:
    """One commit, as the panel shows it. Any text may hold anything."""

    id: str
    """Full id."""
    day: str
    """When it was written, UTC, as `2026-01-31`; empty if that is not known."""
    author: str
    subject: str
    """The message's first line."""
    body: str
    """The rest of the message."""
    difference: str
    """A unified difference."""
    number: int | None = None
    """The pull request's, if the message names one."""
    mark: str = ""
    """What is special about it, a word or two, such as `introduced`."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of what is told of a commit, before it is wrapped."""

    kind: LineKind
    text: str

    @property
    def copied(self) -> str:
        """What copying it gives: a difference's line without its sign."""
        return self.text[1:] if self.kind in ("gone", "new", "same") else self.text


def lines_of(row: CommitRow) -> list[TextLine]:
    """Everything told of a commit: subject, facts, message, difference."""
    facts = [row.author, f"{row.day} UTC" if row.day else "no date", row.id[:12]]
    if row.number is not None:
        facts.insert(0, f"#{row.number}")
    lines = [TextLine("subject", row.subject or "(no message)"), TextLine("about", " · ".join(facts))]
    if row.mark:
        lines.append(TextLine("about", row.mark))
    if row.body:
        lines += [TextLine("message", ""), *(TextLine("message", text) for text in row.body.split("\n"))]
    lines.append(TextLine("message", ""))
    in_hunk = False
    for text in row.difference.split("\n"):
        in_hunk = not text.startswith("diff --git ") and (in_hunk or text.startswith("@@ "))
        lines.append(TextLine(_kind(text, in_hunk), text))
    return lines


def _kind(text: str, in_hunk: bool) -> LineKind:
    if not in_hunk:
        return "file"
    if text.startswith("@@ "):
        return "hunk"
    return "new" if text.startswith("+") else "gone" if text.startswith("-") else "same"


class CommitList(LineList):
    """The commits, in the order they are given."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "commit-list--head",
        "commit-list--quiet",
        "commit-list--number",
        "commit-list--mark",
    }
    DEFAULT_CSS = """
    CommitList { scrollbar-size-vertical: 1; }
    CommitList > .commit-list--head { background: $panel; text-style: bold; }
    CommitList:focus > .commit-list--head { background: $primary-muted; }
    CommitList > .commit-list--quiet { text-style: dim; }
    CommitList > .commit-list--number { color: $text-accent; }
    CommitList > .commit-list--mark { color: $text-success; text-style: bold; }
    """
    pinned = 1

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._commits: tuple[CommitRow, ...] = ()
        self._title = ""

    @property
    def chosen(self) -> CommitRow | None:
        """The commit at the cursor; None if there is none."""
        return self._commits[self.cursor] if self._commits else None

    def set_title(self, title: str) -> None:
        """Say what these commits answer."""
        if title != self._title:
            self._title = title
            self.refresh()

    def set_commits(self, commits: Sequence[CommitRow]) -> None:
        """Show these; the cursor stays on its commit, and goes to the first if that is gone."""
        before = self.chosen.id if self.chosen else None
        self._commits = tuple(commits)
        self.set_rows_count(len(self._commits))
        self.cursor = next((at for at, row in enumerate(self._commits) if row.id == before), 0)
        self.refresh()

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        return (Part(pad(f" {self._title}", width), "commit-list--head"),)

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        commit = self._commits[row]
        parts = [Part(" "), Part(pad(commit.day, _DAY), "commit-list--quiet"), Part(" ")]
        if commit.mark:
            parts += [Part("★ ", "commit-list--mark")]
        if width_ >= _ROOMY:
            parts += [Part(pad(commit.author, 14)), Part(" ")]
        number = f" #{commit.number}" if commit.number is not None else ""
        room = max(width_ - sum(width(part.text) for part in parts), 4)
        subject = commit.subject.removesuffix(f"(#{commit.number})").rstrip() if number else commit.subject
        return [
            *parts,
            Part(cut(subject or "(no message)", max(room - width(number), 4))),
            Part(number, "commit-list--number"),
        ]

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row >= 0:
            self.cursor = row


class CommitText(LineList):
    """What is told of one commit, line by line; the marked line can be asked for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(
            f"commit-text--{kind}"
            for kind in ("subject", "about", "message", "file", "hunk", "gone", "new", "same")
        )
    }
    DEFAULT_CSS = """
    CommitText { scrollbar-size-vertical: 1; }
    CommitText > .commit-text--subject { text-style: bold; }
    CommitText > .commit-text--about { text-style: dim; }
    CommitText > .commit-text--file { text-style: dim; }
    CommitText > .commit-text--hunk { color: $text-accent; }
    CommitText > .commit-text--gone { color: $text-error; }
    CommitText > .commit-text--new { color: $text-success; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._commit: CommitRow | None = None
        self._lines: list[TextLine] = []
        self._layout_rows: list[tuple[int, str]] = []
        """(0-based line, text) of each row."""
        self._laid_out = 0

    @property
    def line(self) -> str:
        """The line at the cursor, as copying gives it; empty if there is none."""
        return self._lines[self._layout_rows[self.cursor][0]].copied if self._layout_rows else ""

    def set_commit(self, commit: CommitRow | None) -> None:
        """Tell of this commit, from its beginning; None empties the pane."""
        if commit == self._commit:
            return
        self._commit = commit
        self._lines = lines_of(commit) if commit is not None else []
        self.cursor = 0
        self._lay_out()
        self.scroll_to(y=0)

    def on_resize(self) -> None:
        if self.cells != self._laid_out:
            at = self._layout_rows[self.cursor][0] if self._layout_rows else 0
            self._lay_out()
            self.cursor = next((y for y, (line, _) in enumerate(self._layout_rows) if line == at), 0)
        super().on_resize()

    def change_near(self, way: int) -> None:
        """Mark the next (1) or previous (-1) group of lines that came or went."""
        kinds = [self._lines[line].kind in ("gone", "new") for line, _ in self._layout_rows]
        starts = [y for y, changed in enumerate(kinds) if changed and not (y and kinds[y - 1])]
        ahead = [y for y in starts if (y > self.cursor if way > 0 else y < self.cursor)]
        if ahead:
            self.cursor = ahead[0] if way > 0 else ahead[-1]

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        line, text = self._layout_rows[row]
        return (Part(" "), Part(cut(text, width - 1), f"commit-text--{self._lines[line].kind}"))

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row >= 0:
            self.cursor = row

    def _lay_out(self) -> None:
        self._laid_out = self.cells
        room = max(self.cells - 1, 1)
        left = _WRAPPED
        self._layout_rows = []
        for at, line in enumerate(self._lines):
            text = line.text.expandtabs(4) if "\t" in line.text else line.text
            cost = len(text) if text.isascii() else len(text) * _WIDE_COST
            if (text.isascii() and len(text) <= room) or left < cost:
                # Never more of a long line than could be drawn: measuring wide characters costs.
                self._layout_rows.append((at, text[: room + _SPARE]))
                continue
            left -= cost
            wrapped = WrappedText([StyledRun(text, "")], room, line.kind in ("subject", "about", "message"))
            rows = ["".join(part.text for part in wrapped.parts(y)) for y in range(len(wrapped.rows))]
            self._layout_rows += [(at, row) for row in rows]
        self.set_rows_count(len(self._layout_rows))
        self.refresh()


class CommitPanel(Container):
    """The list, and beside it (or under it, where there is no room) what the marked commit says and did."""

    DEFAULT_CSS = """
    CommitPanel { layout: horizontal; height: 1fr; }
    CommitPanel CommitList { width: 2fr; height: 1fr; }
    CommitPanel CommitText { width: 3fr; height: 1fr; margin-left: 1; }
    CommitPanel.-stacked { layout: vertical; }
    CommitPanel.-stacked CommitList { width: 1fr; height: 2fr; }
    CommitPanel.-stacked CommitText { width: 1fr; height: 3fr; margin-left: 0; }
    """
    STACKED_BELOW = 100
    """Cells of width under which the text stands under the list."""

    class CopyRequested(Message):
        """The person wants a line in the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """The line, without a difference's sign. Any text."""

    def compose(self) -> ComposeResult:
        yield CommitList()
        yield CommitText()

    @property
    def chosen(self) -> CommitRow | None:
        """The marked commit."""
        return self.query_one(CommitList).chosen

    def set_title(self, title: str) -> None:
        """Say what these commits answer."""
        self.query_one(CommitList).set_title(title)

    def set_commits(self, commits: Sequence[CommitRow]) -> None:
        """Show these commits in this order; the mark stays on its commit if that is still there."""
        self.query_one(CommitList).set_commits(commits)
        self._tell()

    def mark(self, commit: str) -> None:
        """Mark the commit with this id, if it is there."""
        rows = self.query_one(CommitList)
        rows.cursor = next((at for at, row in enumerate(rows._commits) if row.id == commit), rows.cursor)

    def copy_line(self) -> None:
        """Ask for the marked line of the text, or for the marked commit's subject while the list has the keys."""
        listed, text = self.query_one(CommitList), self.query_one(CommitText)
        chosen = listed.chosen
        line = chosen.subject if listed.has_focus and chosen is not None else text.line
        if line:
            self.post_message(self.CopyRequested(line))

    def change_near(self, way: int) -> None:
        """Mark the next (1) or previous (-1) change of the difference; the text gets the keys."""
        text = self.query_one(CommitText)
        text.change_near(way)
        self.screen.set_focus(text)

    def next_pane(self) -> None:
        """From the list to the text, or back."""
        listed, text = self.query_one(CommitList), self.query_one(CommitText)
        self.screen.set_focus(text if listed.has_focus else listed)

    def on_resize(self) -> None:
        self.set_class(self.size.width < self.STACKED_BELOW, "-stacked")

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        if event.lines is self.query_one(CommitList):
            self._tell()

    def _tell(self) -> None:
        self.query_one(CommitText).set_commit(self.chosen)
