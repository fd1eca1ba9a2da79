"""The draft: what is on screen and not yet saved, as a plain value. Every change goes through a method here.

A draft is frozen; each method gives the next one. Changes to the block are kept as a stack, so that any of them can
be undone. Nothing here touches a disk or a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

from ulid import ULID

from app.base.letters import person
from app.errors import StoreError
from app.records.blocks import Piece, pieces_of
from app.records.events import Effort, Revision, Role, Waiver
from app.records.prose import NONE, Characters
from app.rust.item_paths import is_import
from app.rust.items import Wrap

ImportMode = Literal["none", "whole", "pruned", "all"]
"""Which of the file's imports the block takes: none, those it uses, their used leaves, or every one."""

How = Literal["toggle", "add", "click", "lines", "main"]
"""How a piece was pointed at: a key, ctrl+click or the gutter, a plain click, a range of lines, or as main code too."""

Import = tuple[str, str]
"""Path and item path of a `use` or `extern crate` declaration."""

ROLES: tuple[Role, ...] = get_args(Role)
_UNDO_DEPTH = 200
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Selection:
    """What the block is made of: the part of a draft that its own undo covers."""

    pieces: tuple[Piece, ...] = ()
    """Chosen by the person, in the order of choosing; imports taken by `imports` are not among them."""
    imports: ImportMode = "none"
    unwanted: frozenset[Import] = frozenset()
    """(path, item) of imports the person dropped though the mode takes them."""
    likely: frozenset[Import] = frozenset()
    """(path, item) of imports of which the person also wants the names that syntax cannot prove to be needed."""
    floating: bool = False
    """Whether the only piece came from a plain click, so that the next plain click may move it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One record being written."""

    topic: str
    record: str
    """ULID; given when the draft is begun, so that a crash between two saves cannot make two records of it."""
    by: str
    parents: tuple[str, ...] = ()
    """Ids of the events a save replaces; empty for a record never saved."""
    selection: Selection = Selection()
    user: str = ""
    think: str = ""
    effort: Effort = field(default_factory=Effort)
    waivers: tuple[Waiver, ...] = ()
    """Checks that the person lets stand in this record, by code."""
    past: tuple[Selection, ...] = ()
    """Selections that undo goes back to, newest last."""
    future: tuple[Selection, ...] = ()
    """Selections that redo goes to, next last."""

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost by leaving it."""
        return not (self.selection.pieces or self.user.strip() or self.think.strip() or self.parents)

    def same_content(self, other: Draft) -> bool:
        """Whether a save of either would say the same."""
        mine, others = replace(self.selection, floating=False), replace(other.selection, floating=False)
        return (mine, self.user, self.think, self.waivers) == (others, other.user, other.think, other.waivers)

    # -- the texts

    def write(self, name: Literal["user", "think"], text: str, took: Characters = NONE) -> Draft:
        """The draft with one text changed; `took`: how the characters came that this change put in."""
        changed = replace(self, user=text) if name == "user" else replace(self, think=text)
        return replace(changed, effort=self.effort.with_characters(took))

    def spend(self, seconds: int) -> Draft:
        """The draft with some active seconds added."""
        return replace(self, effort=self.effort.plus(Effort(active_seconds=seconds)))

    def waive(self, code: str, reason: str) -> Draft:
        """The draft with a check's findings let stand for a reason; an empty reason takes the waiver back."""
        others = tuple(waiver for waiver in self.waivers if waiver.code != code)
        if reason.strip():
            others = (*others, Waiver(code=code, reason=reason.strip()))
        return replace(self, waivers=tuple(sorted(others, key=lambda waiver: waiver.code)))

    # -- the block

    def pick(self, piece: Piece, how: How) -> Draft:
        """Take a piece into the block, or drop it.

        A key or ctrl+click takes what is not there and drops what is. A plain click takes only while the block holds
        nothing but an earlier plain click's piece: once a block is being assembled, clicking about cannot change it.
        As main code too, what is there changes its role (`toggle_main`).
        """
        chosen = self.selection
        if how == "main" and any(_inside(piece, p) for p in chosen.pieces):
            return self.toggle_main(piece.path, piece.start)
        same = next((p for p in chosen.pieces if _same_place(p, piece)), None)
        if how == "click":
            if (chosen.pieces and not chosen.floating) or same is not None:
                return self
            first = replace(piece, role="import" if is_import(piece.item) else "main")
            return self._select(replace(chosen, pieces=(first,), floating=True))
        if same is not None:
            return self._select(replace(chosen, pieces=_without(chosen.pieces, same), floating=False))
        role: Role = piece.role
        if is_import(piece.item):
            role = "import"
        elif how == "main" or not any(p.role == "main" for p in chosen.pieces):
            role = "main"
        swallowed = tuple(p for p in chosen.pieces if not _inside(p, piece))
        unwanted = chosen.unwanted - {(piece.path, piece.item)}
        return self._select(
            replace(chosen, pieces=(*swallowed, replace(piece, role=role)), floating=False, unwanted=unwanted)
        )

    def drop(self, path: str, start: int, item: str) -> Draft:
        """Drop the piece of `path` that holds byte `start`, or the import of that name."""
        chosen = self.selection
        found = _holding(chosen.pieces, path, start)
        if found is not None:
            return self._select(replace(chosen, pieces=_without(chosen.pieces, found), floating=False))
        if chosen.imports != "none":
            return self._select(replace(chosen, unwanted=chosen.unwanted | {(path, item)}))
        return self

    def set_role(self, path: str, start: int, role: Role | None = None) -> Draft:
        """Give the piece that holds byte `start` of `path` a role; the next one in turn if none is said."""
        found = _holding(self.selection.pieces, path, start)
        if found is None:
            return self
        chosen = role or ROLES[(ROLES.index(found.role) + 1) % len(ROLES)]
        return self._exchange(found, replace(found, role=chosen))

    def toggle_main(self, path: str, start: int) -> Draft:
        """Make the piece that holds byte `start` main code beside what is main already; or a helper, if it is main.

        The only main piece stays what it is, and so does an import.
        """
        found = _holding(self.selection.pieces, path, start)
        if found is None or is_import(found.item):
            return self
        others = any(piece.role == "main" and piece is not found for piece in self.selection.pieces)
        role: Role = "helper" if found.role == "main" and others else "main"
        return self._exchange(found, replace(found, role=role))

    def set_wrap(self, path: str, start: int, wrap: Wrap | None) -> Draft:
        """Take the method that holds byte `start` with its impl's header (`wrap`) or bare (None)."""
        found = _holding(self.selection.pieces, path, start)
        return self if found is None else self._exchange(found, replace(found, wrap=wrap))

    def take_imports(self, mode: ImportMode) -> Draft:
        """Choose which imports the block takes; imports dropped before come back, those taken by hand give way."""
        pieces = tuple(piece for piece in self.selection.pieces if not is_import(piece.item))
        return self._select(replace(self.selection, pieces=pieces, imports=mode, unwanted=frozenset()))

    def take_needs(
        self,
        take: Iterable[Piece],
        drop: Iterable[Piece],
        imports: ImportMode,
        unwanted: frozenset[Import],
        likely: frozenset[Import],
    ) -> Draft:
        """Take and drop pieces and say how imports are taken, all in one step of undo."""
        gone = {(piece.path, piece.start, piece.end) for piece in drop}
        pieces = [
            piece for piece in self.selection.pieces if (piece.path, piece.start, piece.end) not in gone
        ]
        for piece in take:
            if not any(_inside(piece, each) for each in pieces):
                pieces = [each for each in pieces if not _inside(each, piece)] + [piece]
        floating = self.selection.floating and len(pieces) == len(self.selection.pieces)
        return self._select(Selection(tuple(pieces), imports, unwanted, likely, floating))

    def undo(self) -> Draft:
        """The draft before the last change to its block."""
        if not self.past:
            return self
        future = (*self.future, self.selection)
        return replace(self, selection=self.past[-1], past=self.past[:-1], future=future)

    def redo(self) -> Draft:
        """The draft with the change last undone made again."""
        if not self.future:
            return self
        past = (*self.past, self.selection)
        return replace(self, selection=self.future[-1], past=past, future=self.future[:-1])

    def saved_as(self, revision: str, effort: Effort) -> Draft:
        """The draft once `revision` is on disk, with this effort: what is said next replaces it; only more counts."""
        return replace(self, parents=(revision,), effort=self.effort.since(effort))

    def on_top_of(self, heads: Iterable[str]) -> Draft:
        """The draft as one whose save replaces these events: for a person who has seen them all."""
        return replace(self, parents=tuple(heads))

    def _select(self, selection: Selection) -> Draft:
        if selection == self.selection:
            return self
        past = (*self.past, self.selection)[-_UNDO_DEPTH:]
        return replace(self, selection=selection, past=past, future=())

    def _exchange(self, old: Piece, new: Piece) -> Draft:
        pieces = tuple(new if piece is old else piece for piece in self.selection.pieces)
        return self._select(replace(self.selection, pieces=pieces))

    # -- to and from a draft file

    def payload(self) -> dict[str, Any]:
        """The draft as plain JSON values."""
        return {
            "version": _VERSION,
            "topic": self.topic,
            "record": self.record,
            "by": self.by,
            "parents": list(self.parents),
            "user": self.user,
            "think": self.think,
            "effort": self.effort.model_dump(),
            "waivers": [waiver.model_dump() for waiver in self.waivers],
            "selection": _selection_payload(self.selection),
            "past": [_selection_payload(s) for s in self.past[-20:]],
            "future": [_selection_payload(s) for s in self.future[-20:]],
        }


def new_draft(topic: str, by: str, imports: ImportMode = "none") -> Draft:
    """A draft of a record that does not exist yet."""
    return Draft(topic=topic, record=str(ULID()), by=person(by), selection=Selection(imports=imports))


def draft_of(
    topic: str,
    by: str,
    revision: Revision,
    parents: Iterable[str] | None = None,
    selection: Selection | None = None,
) -> Draft:
    """A draft that begins as a saved revision; `parents` are the record's heads, the revision alone by default.

    `selection`: how its block is chosen, where more is known of that than its pieces.
    """
    selection = selection or Selection(pieces=pieces_of(revision.block.spans))
    return Draft(
        topic=topic,
        record=revision.record,
        by=person(by),
        parents=tuple(parents) if parents is not None else (revision.id,),
        selection=selection,
        user=revision.user,
        think=revision.think,
        waivers=revision.waivers,
    )


def draft_from_payload(payload: Mapping[str, Any]) -> Draft:
    """The draft that `Draft.payload` wrote. Raises `StoreError` if the file is not ours, or from the future."""
    if payload.get("version") != _VERSION:
        raise StoreError(
            f"the draft says version {payload.get('version')!r}, this backspan reads {_VERSION}",
            "open it with the backspan that wrote it; the file is kept as it is",
        )
    try:
        return Draft(
            topic=str(payload["topic"]),
            record=str(payload["record"]),
            by=person(str(payload["by"])),
            parents=tuple(str(p) for p in payload["parents"]),
            selection=_selection_from(payload["selection"]),
            user=str(payload["user"]),
            think=str(payload["think"]),
            effort=Effort.model_validate(payload["effort"]),
            # A draft of before there were waivers has none.
            waivers=tuple(Waiver.model_validate(one) for one in payload.get("waivers", ())),
            past=tuple(_selection_from(s) for s in payload["past"]),
            future=tuple(_selection_from(s) for s in payload["future"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise StoreError(
            f"a draft file cannot be understood ({type(wrong).__name__}: {wrong})",
            "the file is kept; its texts can be read in it as plain JSON",
        ) from wrong


def _selection_payload(selection: Selection) -> dict[str, Any]:
    return {
        "pieces": [asdict(piece) for piece in selection.pieces],
        "imports": selection.imports,
        "unwanted": sorted(list(pair) for pair in selection.unwanted),
        "likely": sorted(list(pair) for pair in selection.likely),
        "floating": selection.floating,
    }


def _selection_from(value: Mapping[str, Any]) -> Selection:
    if value["imports"] not in get_args(ImportMode):
        raise ValueError(f"unknown import mode {value['imports']!r}")
    return Selection(
        pieces=tuple(_piece_from(piece) for piece in value["pieces"]),
        imports=value["imports"],
        unwanted=frozenset((str(path), str(item)) for path, item in value["unwanted"]),
        likely=frozenset((str(path), str(item)) for path, item in value.get("likely", ())),
        floating=bool(value["floating"]),
    )


def _piece_from(value: Mapping[str, Any]) -> Piece:
    if value["role"] not in ROLES:
        raise ValueError(f"unknown role {value['role']!r}")
    wrap = value["wrap"]
    return Piece(
        path=str(value["path"]),
        start=int(value["start"]),
        end=int(value["end"]),
        role=value["role"],
        item=str(value["item"]),
        wrap=Wrap(str(wrap["item"]), _pair(wrap["head"]), _pair(wrap["tail"])) if wrap else None,
        cuts=tuple(_pair(cut) for cut in value["cuts"]),
    )


def _pair(value: Sequence[int]) -> tuple[int, int]:
    start, end = value
    return int(start), int(end)


def _same_place(a: Piece, b: Piece) -> bool:
    return (a.path, a.start, a.end) == (b.path, b.start, b.end)


def _inside(inner: Piece, outer: Piece) -> bool:
    return inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end


def _holding(pieces: Sequence[Piece], path: str, offset: int) -> Piece | None:
    holding = [p for p in pieces if p.path == path and p.start <= offset < p.end]
    return min(holding, key=lambda p: p.end - p.start, default=None)


def _without(pieces: tuple[Piece, ...], gone: Piece) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece is not gone)
