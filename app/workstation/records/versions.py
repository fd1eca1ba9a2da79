"""The versions of a record that two people wrote at once: which two are looked at, and what a pane shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.records.events import Retraction
from app.records.history.ancestry import common_ancestor
from app.records.history.ledger import RecordState
from app.workstation.records.acts import RecordActs, as_texts, comparisons, local, note_of
from app.workstation.records.history_rows import text_of
from widgets.record.diff import Comparison


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """What a pane shows."""

    title: str
    about: str
    fields: Sequence[Comparison]


def next_pair(pair: tuple[int, int], side: int, count: int) -> tuple[int, int]:
    """The pair with the next of `count` heads on one side (0 or 1): never the head of the other side."""
    other = pair[1 - side]
    following = (pair[side] + 1) % count
    if following == other:
        following = (following + 1) % count
    return (following, other) if side == 0 else (other, following)


def sides_of(
    acts: RecordActs, state: RecordState, pair: tuple[int, int], each_other: bool
) -> Sequence[ConflictSide]:
    """The two versions and their ancestor. Worker threads only; raises `BackspanError`.

    `pair`: which heads, left and right; `each_other`: whether they are compared with each other, not with the ancestor.
    """
    left, right = (state.heads[at % len(state.heads)] for at in pair)
    shared = common_ancestor(state.events, left.id, right.id)
    base = state.events.get(shared) if shared is not None else None
    base_text = acts.text(shared) if shared is not None else None
    texts = [text_of(state, head.id) for head in (left, right)]
    whole = [acts.text(text.id) if text is not None else None for text in texts]
    sides: list[ConflictSide] = []
    for at, head in enumerate((left, right)):
        new, other = whole[at], whole[1 - at]
        of = f" of {len(state.heads)}" if len(state.heads) > 2 else ""
        did = " · withdrawn" if isinstance(head, Retraction) else ""
        number = f"{at + 1}" if not of else f"{at + 1} (version {state.heads.index(head) + 1}{of})"
        title = f"{number} · {head.by} · {local(head.at)}{did}"
        if new is None:
            sides.append(ConflictSide(title, "its text is not in this copy of the journal", ()))
            continue
        note = note_of(head.note) if isinstance(head, Retraction) else ()
        if each_other or base_text is None:
            against, about = other, f"compared with version {2 - at}"
        else:
            against, about = base_text, "compared with the ancestor"
        fields = comparisons(against, new) if against is not None else as_texts(new)
        sides.append(ConflictSide(title, about, (*note, *fields)))
    if base is None or base_text is None:
        return (*sides, ConflictSide("no common ancestor", "both were begun apart, or a copy is missing", ()))
    began = f"ancestor · {base.by} · {local(base.at)}"
    return (*sides, ConflictSide(began, "what both began from", as_texts(base_text)))
