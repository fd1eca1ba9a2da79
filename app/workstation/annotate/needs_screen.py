"""All that a block's code needs, as a tree to tick: imports, helpers of the file, impls, items of other files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, Static

from app.annotate.needs_rows import NeedRow
from app.records.block_needs import ImportOffer
from app.repository.search.trail import LinePlace
from widgets.base.drawing import safe_lines
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.base.steady import SteadyModal
from widgets.pick.tick_tree import TickRow, TickTree

_CODE_LINES = 7
"""Lines of the marked item that are shown at most."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What the person ticked: 0-based rows."""

    rows: frozenset[int]


class NeedsScreen(SteadyModal[Ticked | LinePlace | None]):
    """Gives back what is ticked, or a place to go to, or None. Nothing changes before that."""

    HELP_SCOPES = ("closure",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("closure")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    DEFAULT_CSS = """
    NeedsScreen { align: center middle; }
    NeedsScreen > Vertical {
        width: 96%; max-width: 170; height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    NeedsScreen.-short > Vertical { width: 100%; max-width: 100%; height: 100%; border: none; padding: 0; }
    NeedsScreen #needs-title { text-style: bold; height: 1; }
    NeedsScreen TickTree { height: 1fr; }
    NeedsScreen #needs-more { height: auto; max-height: 10; border-top: solid $primary; }
    NeedsScreen.-short #needs-more { max-height: 6; }
    """

    def __init__(self, rows: Sequence[NeedRow], code: Callable[[NeedRow], str]) -> None:
        """`code` gives the source of a row's item, whole lines; it is quick, the files are open."""
        super().__init__()
        self._needs = tuple(rows)
        self._code = code

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="needs-title", markup=False)
            yield TickTree()
            yield Static(id="needs-more", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        tree = self.query_one(TickTree)
        tree.show([_row(need) for need in self._needs], [at for at, n in enumerate(self._needs) if n.held])
        tree.focus()
        self._count()
        self._tell(tree.cursor)

    @on(TickTree.Changed)
    def _count(self) -> None:
        ticked = self.query_one(TickTree).ticked
        fresh = [self._needs[at] for at in ticked if not self._needs[at].held]
        gone = sum(need.held and at not in ticked for at, need in enumerate(self._needs))
        size = sum(need.nbytes for need in fresh)
        said = f"{len(ticked)} ticked"
        said += f" · to take: {len(fresh)}, {size:,} bytes" if fresh else ""
        said += f" · to drop: {gone}" if gone else ""
        self.query_one("#needs-title", Static).update(Content(f"What the block's code needs · {said}"))

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        self._tell(event.row)

    def _tell(self, row: int) -> None:
        more = self.query_one("#needs-more", Static)
        if row >= len(self._needs) or self._needs[row].heading:
            more.update(Content(""))
            return
        need = self._needs[row]
        sure = "certain" if need.certain else "likely"
        lines = self._code(need).split("\n")
        shown = lines[:_CODE_LINES] + (
            [f"… {len(lines) - _CODE_LINES} more lines"] if len(lines) > _CODE_LINES else []
        )
        text = (
            f"{need.label} · {need.path}:{need.line} · {need.nbytes:,} bytes\n{sure}: {need.reason}\n"
            + "\n".join(shown)
        )
        more.update(Content(safe_lines(text)))

    # -- what the person does

    def action_tick(self) -> None:
        """Tick the row or untick it."""
        self.query_one(TickTree).action_tick()

    def action_below(self) -> None:
        """The row with all below it."""
        self.query_one(TickTree).action_below()

    def action_certain(self) -> None:
        """Everything that is certain."""
        self.query_one(TickTree).action_certain()

    def action_go_there(self) -> None:
        """Show the row's code in its file."""
        row = self.query_one(TickTree).cursor
        if row < len(self._needs) and not self._needs[row].heading:
            need = self._needs[row]
            self.dismiss(LinePlace(need.path, need.line - 1))

    @on(TickTree.Taken)
    def action_take(self) -> None:
        """Make the block hold what is ticked."""
        self.dismiss(Ticked(frozenset(self.query_one(TickTree).ticked)))

    def action_leave(self) -> None:
        """Go back; the block stays as it was."""
        self.dismiss(None)


def _row(need: NeedRow) -> TickRow:
    where = f"{PurePosixPath(need.path).name}:{need.line}" if need.path else ""
    near = isinstance(need.offer, ImportOffer) or (need.offer is not None and need.offer.helper.tier == 1)
    return TickRow(need.label, need.kind, where, need.reason, need.depth, need.certain, near)
