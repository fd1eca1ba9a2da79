"""A record that two people wrote at once: the versions side by side, and the ways to settle it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Footer

from app.errors import BackspanError
from app.records.events import Retraction
from app.records.history.ancestry import common_ancestor
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.workstation.records.act_screen import ActingScreen
from app.workstation.records.acts import RecordActs, as_texts, comparisons, local, note_of
from app.workstation.records.history_rows import text_of
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.record.diff import Comparison, RevisionDiff

_NARROW = 100
"""Below this many cells one side is seen at a time."""
_PANES = ("version 1", "version 2", "ancestor")
_IDS = ("first", "second", "ancestor")


@dataclass(frozen=True, slots=True)
class ConflictResult:
    """How the screen was left."""

    outcome: Literal["settled", "both", "edit", "elsewhere"]
    """One version was taken; each became a record; a draft is to be opened; somebody else was quicker."""
    record: str
    text: str | None = None
    """Of `edit`: id of the revision whose texts the draft begins with."""
    parents: tuple[str, ...] = ()
    """Of `edit`: the ids of all heads, which the draft's revision replaces."""
    records: tuple[str, ...] = ()
    """Of `both`: the ids of the new records."""


@dataclass(frozen=True, slots=True)
class _Side:
    """What a pane shows."""

    title: str
    about: str
    fields: Sequence[Comparison]


class ConflictScreen(ActingScreen[ConflictResult | None]):
    """Gives back how the conflict was settled, what is to be edited for that, or None: it stands as it was.

    `journal_changed()` may be called at any time on the interface's thread.
    """

    HELP_SCOPES = ("conflict",)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_NARROW, "-normal"), (160, "-wide")]
    DEFAULT_CSS = """
    ConflictScreen #sides { height: 1fr; layout: horizontal; }
    ConflictScreen RevisionDiff { width: 1fr; height: 1fr; }
    ConflictScreen #second, ConflictScreen #ancestor { margin-left: 1; }
    ConflictScreen #ancestor { display: none; }
    ConflictScreen.-normal.-ancestor #ancestor, ConflictScreen.-wide.-ancestor #ancestor { display: block; }
    ConflictScreen.-normal PaneBar, ConflictScreen.-wide PaneBar { display: none; }
    ConflictScreen.-narrow #first, ConflictScreen.-narrow #second { display: none; margin-left: 0; }
    ConflictScreen.-narrow #ancestor { margin-left: 0; }
    ConflictScreen.-narrow #first.-marked, ConflictScreen.-narrow #second.-marked { display: block; }
    ConflictScreen.-narrow #ancestor.-marked { display: block; }
    """
    BINDINGS = [*bindings_for("conflict")]

    def __init__(self, acts: RecordActs, record: str) -> None:
        super().__init__(acts, record)
        self._known: RecordState | None = None
        """The conflict as it is shown; None before it is read and once it is settled."""
        self._over = ""
        """Why nothing can be settled here any more."""
        self._pair = (0, 1)
        """Which heads are shown, left and right."""
        self._each_other = False
        """Whether the versions are compared with each other, not with the ancestor."""
        self._side = 0
        """The marked pane: 0, 1, or 2 for the ancestor."""
        self._asked = 0
        """Counts what was asked for, so that an answer that comes late is dropped."""
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        yield StatusLine(
            buttons=(
                ("Take 1", "take_first"),
                ("Take 2", "take_second"),
                ("Edit", "edit"),
                ("Keep both", "both"),
                ("Ancestor", "ancestor"),
                ("Back", "back"),
            )
        )
        yield PaneBar(_PANES)
        with Container(id="sides"):
            for name in _IDS:
                yield RevisionDiff(id=name)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(StatusLine).set_left("reading…")
        self._mark(0)
        self._read()

    # -- reading

    def journal_changed(self) -> None:
        """Read the record again: somebody may have settled it, or added a version."""
        if not self._busy:  # what changed may be our own act; if it fails, all is read again
            self._read()

    def _read(self) -> None:
        self._asked += 1
        self._read_in_thread(self._asked, self._pair, self._each_other)

    @work(thread=True, group="conflict", exit_on_error=False)
    def _read_in_thread(self, asked: int, pair: tuple[int, int], each_other: bool) -> None:
        if asked != self._asked:
            return
        try:
            state = self._acts.state(self._record)
            sides = self._sides(state, pair, each_other) if state and state.status == "conflict" else ()
        except BackspanError as error:
            self.app.call_from_thread(self._say, str(error))
            return
        self.app.call_from_thread(self._show, asked, state, sides)

    def _sides(self, state: RecordState, pair: tuple[int, int], each_other: bool) -> Sequence[_Side]:
        """The two versions and their ancestor. Raises `BackspanError`."""
        left, right = (state.heads[at % len(state.heads)] for at in pair)
        shared = common_ancestor(state, left.id, right.id)
        base = state.events.get(shared) if shared is not None else None
        base_text = self._acts.text(shared) if shared is not None else None
        texts = [text_of(state, head.id) for head in (left, right)]
        whole = [self._acts.text(text.id) if text is not None else None for text in texts]
        sides: list[_Side] = []
        for at, head in enumerate((left, right)):
            new, other = whole[at], whole[1 - at]
            of = f" of {len(state.heads)}" if len(state.heads) > 2 else ""
            did = " · withdrawn" if isinstance(head, Retraction) else ""
            number = f"{at + 1}" if not of else f"{at + 1} (version {state.heads.index(head) + 1}{of})"
            title = f"{number} · {head.by} · {local(head.at)}{did}"
            if new is None:
                sides.append(_Side(title, "its text is not in this copy of the journal", ()))
                continue
            note = note_of(head.note) if isinstance(head, Retraction) else ()
            if each_other or base_text is None:
                against, about = other, f"compared with version {2 - at}"
            else:
                against, about = base_text, "compared with the ancestor"
            fields = comparisons(against, new) if against is not None else as_texts(new)
            sides.append(_Side(title, about, (*note, *fields)))
        if base is None or base_text is None:
            return (*sides, _Side("no common ancestor", "both were begun apart, or a copy is missing", ()))
        began = f"ancestor · {base.by} · {local(base.at)}"
        return (*sides, _Side(began, "what both began from", as_texts(base_text)))

    def _show(self, asked: int, state: RecordState | None, sides: Sequence[_Side]) -> None:
        if asked != self._asked or self._busy or not self.is_attached:
            return
        if state is None or state.status != "conflict":
            self._settled_elsewhere(state)
            return
        before = self._known
        if before is not None and set(before.parents) != set(state.parents):
            self.notify(
                "The versions in conflict have changed meanwhile: look again.",
                severity="warning",
                markup=False,
                timeout=10,
            )
        self._known = state
        many, item = len(state.heads), state.revision.item if state.revision else ""
        more = " · o shows the next" if many > 2 else ""
        self.query_one(StatusLine).set_left(f"{item or self._record} · conflict of {many} versions{more}")
        shown = (state.parents, self._pair, self._each_other)
        for name, side in zip(_IDS, sides, strict=True):
            view = self.query_one(f"#{name}", RevisionDiff)
            view.set_title(side.title, side.about)
            view.set_fields(side.fields, keep_place=shown == self._drawn)
        self._drawn = shown

    def _settled_elsewhere(self, state: RecordState | None) -> None:
        last = state.heads[-1] if state is not None and state.heads else None
        if last is None:
            self._over = f"There is no record {self._record} in the journal."
        elif self._known is None:
            self._over = "This record is not in conflict."
        else:
            self._over = f"{last.by} has settled this conflict ({local(last.at)})."
        self._known = None
        self.query_one(StatusLine).set_left(self._over)
        self.notify(f"{self._over} Escape goes back.", severity="warning", markup=False, timeout=15)

    # -- the panes

    @property
    def _marked(self) -> RevisionDiff:
        return self.query_one(f"#{_IDS[self._side]}", RevisionDiff)

    def _mark(self, side: int) -> None:
        self._side = side
        for at, name in enumerate(_IDS):
            self.query_one(f"#{name}").set_class(at == side, "-marked")
        self.query_one(PaneBar).active = _PANES[side]
        self.set_focus(self._marked)

    def on_descendant_focus(self) -> None:
        """A click marks the side it falls on."""
        if isinstance(self.focused, RevisionDiff) and self.focused.id in _IDS:
            side = _IDS.index(self.focused.id)
            if side != self._side:
                self._mark(side)

    def on_pane_bar_chosen(self, event: PaneBar.Chosen) -> None:
        side = _PANES.index(event.pane)
        self.set_class(self.has_class("-ancestor") or side == 2, "-ancestor")
        self._mark(side)

    def action_next_pane(self) -> None:
        """Mark the side after the marked one."""
        self._mark((self._side + 1) % (3 if self.has_class("-ancestor") else 2))

    def action_ancestor(self) -> None:
        """Show the ancestor, or hide it again."""
        hide = self.has_class("-ancestor")
        self.set_class(not hide, "-ancestor")
        if not hide and self.size.width < _NARROW:
            self._mark(2)
        elif hide and self._side == 2:
            self._mark(0)

    def action_compare(self) -> None:
        """Compare with the ancestor, or with each other."""
        self._each_other = not self._each_other
        self._read()

    def action_other(self) -> None:
        """Show the next version on the marked side."""
        many = len(self._known.heads) if self._known is not None else 0
        if many < 3 or self._side > 1:
            return
        pair = list(self._pair)
        other = pair[1 - self._side]
        pair[self._side] = (pair[self._side] + 1) % many
        if pair[self._side] == other:
            pair[self._side] = (pair[self._side] + 1) % many
        self._pair = (pair[0], pair[1])
        self._read()

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        for view in self.query(RevisionDiff):
            view.action_unfold()

    def action_next_change(self) -> None:
        """Scroll the marked side to its next change."""
        self._marked.action_next_change()

    def action_previous_change(self) -> None:
        """Scroll the marked side to the change before."""
        self._marked.action_previous_change()

    # -- settling

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        actions: dict[str, Callable[[], None]] = {
            "take_first": self.action_take_first,
            "take_second": self.action_take_second,
            "edit": self.action_edit,
            "both": self.action_both,
            "ancestor": self.action_ancestor,
            "back": self.action_back,
        }
        actions[event.action_id]()

    def action_take_first(self) -> None:
        """Settle with the version on the left."""
        self._take(0)

    def action_take_second(self) -> None:
        """Settle with the version on the right."""
        self._take(1)

    def _take(self, side: int) -> None:
        state = self._open()
        if state is None:
            return
        head, seen = self._head(state, side), state.parents

        def settle() -> Callable[[], None]:
            self._acts.settle(self._record, head.id, seen)
            said = (
                f"settled with version {side + 1}, of {head.by}; the history has the other, and undoes this"
            )
            return lambda: self._leave(said, ConflictResult("settled", self._record))

        self._act(settle)

    def action_both(self) -> None:
        """Make each version a record."""
        state = self._open()
        if state is None:
            return
        seen = state.parents

        def keep() -> Callable[[], None]:
            made = self._acts.keep_both(self._record, seen)
            said = f"kept as {len(made) + 1} records; undoing it in the history makes them one again"
            return lambda: self._leave(said, ConflictResult("both", self._record, records=made))

        self._act(keep)

    def action_edit(self) -> None:
        """Leave for the draft of a version that settles it."""
        state = self._open()
        if state is None or self.busy:
            return
        text = text_of(state, self._head(state, min(self._side, 1)).id)
        if self._side == 2:
            shared = common_ancestor(state, *(self._head(state, side).id for side in (0, 1)))
            text = text_of(state, shared) if shared is not None else None
        if text is None:
            self._say("The marked version's text is not in this copy of the journal.\n  → mark the other one")
            return
        self.dismiss(ConflictResult("edit", self._record, text.id, state.parents))

    def action_back(self) -> None:
        """Leave, once what was asked for is on disk."""
        if not self.busy:
            self.dismiss(ConflictResult("elsewhere", self._record) if self._over else None)

    def _open(self) -> RecordState | None:
        """The conflict as it is shown; says why if there is none to settle."""
        if self._known is None:
            self.notify(self._over or "Still reading; in a moment.", severity="warning", markup=False)
        return self._known

    def _head(self, state: RecordState, side: int) -> Summary | Retraction:
        return state.heads[self._pair[side] % len(state.heads)]

    def _leave(self, said: str, result: ConflictResult) -> None:
        self.notify(said, markup=False)
        self.dismiss(result)
