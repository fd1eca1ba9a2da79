"""What the queue says to people: why a list is empty, and what a bulk verdict would do."""

from __future__ import annotations

from app.base.text import many
from app.records.events import Verdict
from app.review.passes import ORDERS, SECTIONS, Section
from app.review.queue import Bulk, Shown
from widgets.base.drawing import cut

_EMPTY: dict[Section, str] = {
    "review": "Nothing is left for you to review here.",
    "returned": "Nothing came back to you.",
    "conflicts": "No record is in conflict.",
    "disputed": "No reviewers disagree, as far as you may see.",
    "stale": "No record changed since a verdict, as far as you may see.",
    "findings": "The checks have nothing to say about any record, as far as they have looked.",
    "all": "There are no records yet.",
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "accept": ("Accept", "accepted"),
    "return": ("Return", "returned"),
    "reject": ("Reject", "rejected"),
    "clear": ("Take back", "taken back"),
}
"""What a verdict is called before, and after."""


_LINE = 56
"""Cells of a record's line in the question: it fits on the narrowest screen."""


def empty_text(shown: Shown) -> str:
    """Why nothing is listed, and what to do next."""
    if shown.wish.filter.strip() and shown.total:
        found = many(shown.total, "record")
        return f"The filter leaves none of the {found} here. / changes it; ctrl+u in it clears it."
    if not shown.counts["all"]:
        return "There are no records yet. Escape goes back; enter on the topic opens it, to write the first."
    others = [
        f"{SECTIONS[section]} has {count:,}"
        for section, count in shown.counts.items()
        if count and section != shown.wish.section
    ]
    return f"{_EMPTY[shown.wish.section]} tab shows the next section: {', '.join(others)}."


def bulk_title(bulk: Bulk) -> str:
    """The question in one line."""
    return f"One verdict on {bulk.counted}?"


def bulk_text(bulk: Bulk) -> str:
    """What exactly is meant: the section, the filter, the first few, and who is left out."""
    wish = bulk.wish
    lines = [f"{SECTIONS[wish.section]} · {ORDERS[wish.order]} · filter: {wish.filter.strip() or 'none'}"]
    if bulk.left:
        lines.append(f"Left out: {bulk.left}.")
    lines.append("")
    for row in bulk.first:
        what = row.title or row.path or row.record
        lines.append("  " + cut(f"{what} · {row.by} · {row.opening}", _LINE))
    more = len(bulk.rows) - len(bulk.first)
    if more:
        lines.append(f"  … and {more:,} more")
    lines += [
        "",
        "A record that changes before it is written stops them all. u takes all of them back at once.",
    ]
    return "\n".join(lines)


def bulk_answers(bulk: Bulk) -> list[tuple[str, str]]:
    """(id, label): those verdicts that would say something new, then the one that does nothing."""
    ways: dict[Verdict, str] = {"accept": "", "return": " with a note", "reject": " with a reason"}
    counts = {verdict: len(bulk.of(verdict)) for verdict in ways}
    answers: list[tuple[str, str]] = [
        (verdict, f"{VERDICTS[verdict][0]} {many(count, 'record')}{ways[verdict]}")
        for verdict, count in counts.items()
        if count
    ]
    return [*answers, ("nothing", "Judge none of them")]
