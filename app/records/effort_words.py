"""How it is said what the writing took: everywhere in the same words."""

from __future__ import annotations

from app.records.events import Effort


def told(effort: Effort) -> str:
    """Such as `3 min, typed 1,400, pasted 20`; empty where nothing was counted."""
    if effort == Effort():
        return ""
    minutes = [f"{effort.active_seconds // 60:,} min"] if effort.active_seconds >= 60 else []
    more = [f"{effort.rapid:,} faster than hands type"] if effort.rapid else []
    moved = [f"moved {effort.moved:,}"] if effort.moved else []
    return ", ".join((*minutes, f"typed {effort.typed:,}", f"pasted {effort.pasted:,}", *more, *moved))


def told_of_all(effort: Effort, behind: Effort, revisions: int) -> str:
    """The same of a revision and of those behind it together, and then of the revision alone if there are any."""
    own, whole = told(effort), told(effort.plus(behind))
    if not revisions or not whole:
        return whole
    return f"{whole} in {revisions + 1} revisions" + (f"; the last {own}" if own else "")
