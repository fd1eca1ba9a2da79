"""What changed between two states of a record: one or more texts, word by word, wrapped, folded where nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from widgets.base.drawing import Part, pad
from widgets.base.line_view import LineView
from widgets.record.diff_rows import GONE, NEW, Comparison, DiffLayout, DiffStretch, FoldKey

__all__ = ["Comparison", "DiffStretch", "RevisionDiff"]

_AT_ONCE = 40_000
"""Characters laid out on the interface's thread, in some 3 ms; more go to a worker."""
_TITLE = "revision-diff--title"
_ABOUT = "revision-diff--about"


class _Folds(NamedTuple):
    """Which unchanged stretches are shown."""

    every: bool = False
    opened: frozenset[FoldKey] = frozenset()
    """Shown though not all are."""
    shut: frozenset[FoldKey] = frozenset()
    """Hidden though all are shown."""

    def is_open(self, key: FoldKey) -> bool:
        return (self.every or key in self.opened) and key not in self.shut

    def toggle(self, keys: Sequence[FoldKey]) -> _Folds:
        """All of these shut if all of them are open, else open."""
        if all(self.is_open(key) for key in keys):
            return self._replace(opened=self.opened.difference(keys), shut=self.shut.union(keys))
        return self._replace(opened=self.opened.union(keys), shut=self.shut.difference(keys))


class RevisionDiff(LineView):
    """Fields under each other. A click on a heading or a fold opens and shuts what is unchanged."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        _TITLE,
        _ABOUT,
        "revision-diff--quiet",
        GONE,
        NEW,
        "revision-diff--heading",
        "revision-diff--rule",
        "revision-diff--fold",
        "revision-diff--less",
        "revision-diff--more",
    }
    DEFAULT_CSS = """
    RevisionDiff { scrollbar-size-vertical: 1; }
    RevisionDiff > .revision-diff--title { background: $panel; text-style: bold; }
    RevisionDiff > .revision-diff--about { background: $panel; text-style: dim; }
    RevisionDiff:focus > .revision-diff--title { background: $primary-muted; }
    RevisionDiff:focus > .revision-diff--about { background: $primary-muted; text-style: none; }
    RevisionDiff > .revision-diff--quiet { text-style: dim; }
    RevisionDiff > .revision-diff--heading { color: $text-accent; text-style: bold; }
    RevisionDiff > .revision-diff--rule { text-style: dim; }
    RevisionDiff > .revision-diff--fold { text-style: dim italic; }
    RevisionDiff > .revision-diff--gone { color: $text-error; text-style: strike; }
    RevisionDiff > .revision-diff--new { color: $text-success; text-style: underline; }
    RevisionDiff > .revision-diff--less { color: $text-error; }
    RevisionDiff > .revision-diff--more { color: $text-success; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
        Binding("pagedown,space", "turn(1)", "Page down", show=False),
        Binding("home,g", "top", "Top", show=False),
        Binding("end,G", "bottom", "End", show=False),
    ]
    pinned = 2

    unfolding: reactive[bool] = reactive(False, repaint=False)
    """Whether unchanged stretches are shown as well, all of them."""

    class _LaidOut(Message):
        """A worker has laid a long text out."""

        def __init__(self, asked: int, plan: DiffLayout, place: tuple[int, int] | None) -> None:
            super().__init__()
            self.asked = asked
            self.plan = plan
            self.place = place

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._titles: tuple[str, str] = ("", "")
        self._fields: tuple[Comparison, ...] = ()
        self._plan = DiffLayout((), 1)
        self._folds = _Folds()
        self._asked = 0
        """Counts layouts, so that one that comes late is dropped."""

    # -- what it is given

    def set_title(self, title: str, about: str = "") -> None:
        """Two lines that stay in sight: whose text this is, and what it is compared with."""
        if (title, about) != self._titles:
            self._titles = (title, about)
            self.refresh()

    def set_fields(self, fields: Sequence[Comparison], *, keep_place: bool = False) -> None:
        """Show these fields. `keep_place`: they are the same texts anew, so scroll and folds stay."""
        self._fields = tuple(fields)
        if not keep_place:
            self._folds = _Folds(self.unfolding)
            self.scroll_to(y=0)
        self._lay_out(keep_place)

    @property
    def changes(self) -> int:
        """How many changed stretches there are."""
        return len(self._plan.changes)

    # -- what the person does

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        self.unfolding = not self.unfolding

    def action_next_change(self) -> None:
        """Bring the next change to the top."""
        self._go(self._plan.change_after(self.scroll_offset.y + 1))

    def action_previous_change(self) -> None:
        """Bring the change before to the top."""
        self._go(self._plan.change_before(self.scroll_offset.y + 1))

    def action_move(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + rows)

    def action_turn(self, pages: int) -> None:
        """Scroll by pages; a row of the one before stays in sight."""
        self.scroll_to(y=self.scroll_offset.y + pages * max(self.page - 1, 1))

    def action_top(self) -> None:
        """Go to the first row."""
        self.scroll_to(y=0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.scroll_to(y=self.max_scroll_y)

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        kind, _, rest = zone.partition(" ")
        if kind == "fold":
            field, before = rest.split()
            self._toggle([(int(field), int(before))])
        elif kind == "field":
            self._toggle([key for key in self._plan.folds if key[0] == int(rest)])

    def watch_unfolding(self) -> None:
        self._folds = _Folds(self.unfolding)
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    # -- rows

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        return (Part(pad(f" {self._titles[y]}", width), _ABOUT if y else _TITLE),)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        return (Part(" "), *self._plan.parts(row, width - 1))

    def _go(self, row: int | None) -> None:
        if row is not None:
            self.scroll_to(y=row - 1)  # with the row above it, which says where one is

    def _toggle(self, keys: Sequence[FoldKey]) -> None:
        self._folds = self._folds.toggle(keys)
        self._lay_out()

    def _lay_out(self, keep_place: bool = True) -> None:
        if not self.is_mounted or self.cells < 2:
            return
        self._asked += 1
        asked, fields, width, folds = self._asked, self._fields, self.cells - 1, self._folds
        top = self.scroll_offset.y
        place = self._plan.place(top) if keep_place and 0 < top < len(self._plan.rows) else None
        if sum(len(chunk.text) for field in fields for chunk in field.chunks) <= _AT_ONCE:
            self._take(DiffLayout(fields, width, folds.is_open), place)
            return

        def work() -> None:
            self.post_message(self._LaidOut(asked, DiffLayout(fields, width, folds.is_open), place))

        self.run_worker(work, thread=True, group="layout", exit_on_error=False)

    def on_revision_diff__laid_out(self, message: _LaidOut) -> None:
        message.stop()
        if message.asked == self._asked:
            self._take(message.plan, message.place)

    def _take(self, plan: DiffLayout, place: tuple[int, int] | None) -> None:
        self._plan = plan
        self.set_rows_count(len(plan.rows))
        if place is not None:
            self.scroll_to(y=plan.row_at(place))
        self.refresh()
