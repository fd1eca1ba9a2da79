"""What the review screen tells beside a record's texts: findings, comments, verdicts, provenance, a checklist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from app.base.text import many
from app.checks.asked import Seen, asked
from app.project.topics.spec import Spec
from app.records.effort_words import told_of_all
from app.records.history.summary import Summary
from app.review import Reviewing, Sheet, Studied
from app.workstation.asking import NOTHING, asked_sections
from app.workstation.records.acts import local
from widgets.panels.finding_rows import SIGNS, grade_of
from widgets.record.facts import Fact, FactSection
from widgets.record.view import Line

Step = tuple[str, str, int, int]
"""Zone, field (empty for the whole record), start and end in characters."""
_EVENTS = 12
"""Events of the history that stand on the screen; all are in the history itself."""
_VERDICTS = {
    "accept": ("✓ accepted", "good"),
    "return": ("↩ returned", "warning"),
    "reject": ("✗ rejected", "bad"),
}
_ABOUT = {"note": "✎", "flag": "⚑", "answer": "↳"}


class ReviewSections(NamedTuple):
    """All that is drawn beside a record's texts, and over them."""

    sheet: Sheet
    studied: Studied | None
    findings: tuple[FactSection, ...]
    """Findings and comments."""
    about: tuple[FactSection, ...]
    """Verdicts, provenance, history."""
    asked: tuple[FactSection, ...]
    """The checklist."""
    marks: Mapping[str, Sequence[tuple[int, int, str]]]
    """By field, the places that something is said about."""
    lines: Sequence[Line]
    """The gutter beside the code."""
    steps: Sequence[Step]
    """The places from finding to finding, then from comment to comment."""


def tell(going: Reviewing, sheet: Sheet, studied: Studied | None, alone: bool) -> ReviewSections:
    """Some milliseconds: for a worker thread. `alone`: the other records are not known yet to the checks."""
    return ReviewSections(
        sheet,
        studied,
        (*conflict_fact(sheet), *findings_sections(sheet, studied, alone)),
        tuple(about_sections(sheet, going.assigned(sheet.row))),
        tuple(checklist(going.spec, studied)),
        {field: marks_of(sheet, studied, field) for field in ("user", "think", "block")},
        lines_of(sheet, studied),
        steps(sheet, studied),
    )


def findings_sections(sheet: Sheet, studied: Studied | None, alone: bool) -> list[FactSection]:
    """What the checks say, then what people say of this text; `alone`: other records are not known yet."""
    return [_findings(studied, alone), _comments(sheet)]


def _findings(studied: Studied | None, alone: bool) -> FactSection:
    if studied is None:
        return FactSection("Findings", (Fact("checking…", style="quiet"),))
    facts = [
        Fact(
            f"{found.field}: {found.message}" + (f" (waived: {found.waived})" if found.waived else ""),
            f"{SIGNS[grade_of(found)]} {found.code}",
            "quiet" if found.waived else found.severity,
            f"finding {at}",
        )
        for at, found in enumerate(studied.findings)
    ]
    live = sum(not found.waived for found in studied.findings)
    if not live:
        facts.insert(0, Fact("the checks have nothing to say", "✓", "good"))
    if studied.remark:
        facts.append(Fact(studied.remark, "!", "quiet"))
    note = " · without the other records yet" if alone else ""
    return FactSection(f"Findings {live}{note}", tuple(facts))


def _comments(sheet: Sheet) -> FactSection:
    here = {comment.id for comment in sheet.here}
    facts = []
    for at, comment in enumerate(sheet.comments):
        where = f" on {comment.place.field}" if comment.place is not None else ""
        old = "" if comment.id in here else " · of an earlier text"
        said = comment.note or {"flag": "flagged", "answer": "answered"}.get(comment.about, "")
        text = f"{comment.by}{where}{old}: {said}"
        zone = f"comment {at}" if comment.id in here and comment.place is not None else ""
        facts.append(Fact(text, _ABOUT[comment.about], "note" if not old else "quiet", zone))
    facts += [
        Fact(f"{review.by}: {review.note}", "✎", "note", f"verdict {at}" if review.place else "")
        for at, review in enumerate(sheet.state.verdicts)
        if review.note
    ]
    return FactSection(f"Comments {len(facts)}", tuple(facts) or (Fact("none", style="quiet"),))


def about_sections(sheet: Sheet, assigned: frozenset[str] | None) -> list[FactSection]:
    """Verdicts, provenance and the newest of the history."""
    return [_verdicts(sheet, assigned), _provenance(sheet), _history(sheet)]


def _verdicts(sheet: Sheet, assigned: frozenset[str] | None) -> FactSection:
    facts = []
    for review in sheet.state.verdicts:
        sign, style = _VERDICTS[review.verdict]
        read = f" · read for {review.reading_seconds} s" if review.reading_seconds else ""
        facts.append(Fact(f"{review.by} · {local(review.at)}{read}", sign, style))
    if assigned is not None:
        facts.append(Fact(f"for {', '.join(sorted(assigned))}", style="quiet"))
    return FactSection("Verdicts", tuple(facts) or (Fact("none to be seen", style="quiet"),))


def _provenance(sheet: Sheet) -> FactSection:
    said = sheet.revision
    if said is None:
        return FactSection(
            "Provenance", (Fact("the text is not in this copy of the journal", style="quiet"),)
        )
    block = said.block
    authors = dict.fromkeys(e.by for e in sheet.state.history if isinstance(e, Summary))
    spans = {span.path: [s for s in block.spans if s.path == span.path] for span in block.spans}
    commit = block.commit[:12] if block.commit else "a plain folder"
    source = " · ".join((block.repository, commit, block.licence or "licence not known"))
    facts = [Fact(source, "from", "quiet" if block.licence else "warning")]
    for path, there in spans.items():
        imports = sum(span.role == "import" for span in there)
        items = [f"{span.role} {span.item}".strip() for span in there if span.role != "import"]
        roles = ", ".join(dict.fromkeys([*items, *([many(imports, "import")] if imports else [])]))
        facts.append(Fact(f"{path}: {roles}", "file", "quiet"))
    took = told_of_all(said.effort, *sheet.behind)
    facts.append(Fact(", ".join(authors) + (f" · {took}" if took else ""), "by  ", "quiet"))
    facts += [Fact(f"{one.code} waived: {one.reason}", "~", "quiet") for one in said.waivers]
    return FactSection("Provenance", tuple(facts))


def _history(sheet: Sheet) -> FactSection:
    from app.workstation.records.history_rows import event_rows

    rows = event_rows(sheet.state)
    facts = [
        Fact(f"{row.at}  {row.by} {row.what}", style="" if row.head else "quiet") for row in rows[:_EVENTS]
    ]
    if len(rows) > _EVENTS:
        facts.append(Fact(f"{len(rows) - _EVENTS:,} more (h)", style="quiet"))
    return FactSection("History", tuple(facts))


def checklist(spec: Spec, studied: Studied | None) -> list[FactSection]:
    """What the spec asks for: what is ticked by what the checks found, and what is there to read by."""
    return list(asked_sections(asked(spec), seen_of(studied)))


def seen_of(studied: Studied | None) -> Seen:
    """What the checks know of a record's text."""
    if studied is None:
        return NOTHING
    return Seen(studied.findings, studied.crates, studied.traits, code=not studied.remark)


def marks_of(sheet: Sheet, studied: Studied | None, field: str) -> list[tuple[int, int, str]]:
    """The places in a field that findings, comments and notes are about."""
    found: list[tuple[int, int, str]] = [
        (one.start, one.end, one.severity)
        for one in (studied.findings if studied is not None else ())
        if one.field == field and not one.waived and one.start is not None and one.end is not None
    ]
    places = [comment.place for comment in sheet.here] + [review.place for review in sheet.state.verdicts]
    found += [(one.start, one.end, "note") for one in places if one is not None and one.field == field]
    return found


def lines_of(sheet: Sheet, studied: Studied | None) -> list[Line]:
    """What the gutter says beside each line of the code."""
    text = sheet.texts[2]
    found: list[Line] = []
    at, standings = 0, list(sheet.standings)
    for line in text.split("\n"):
        end = at + len(line)
        there = next(((n, one) for n, one in enumerate(standings) if one.start <= end and one.end > at), None)
        if there is None or not line.strip():
            found.append(Line())
        else:
            span, standing = there
            first = studied.lines[span] if studied is not None and span < len(studied.lines) else None
            number = first + text.count("\n", standing.start, max(at, standing.start)) if first else None
            found.append(Line(standing.role, number))
        at = end + 1
    return found


def age(moment: datetime) -> str:
    """How long ago, in one word or two."""
    seconds = max((datetime.now(UTC) - moment).total_seconds(), 0)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{many(int(seconds // size), unit)} ago"
    return "just now"


def steps(sheet: Sheet, studied: Studied | None) -> list[Step]:
    """Where one goes from finding to finding: (zone, field, start, end), the findings first, then comments."""
    return [*_finding_steps(sheet, studied), *_comment_steps(sheet)]


def _finding_steps(sheet: Sheet, studied: Studied | None) -> Iterator[Step]:
    for at, found in enumerate(studied.findings if studied is not None else ()):
        if not found.waived:
            field = "" if found.field == "record" else found.field
            yield f"finding {at}", field, found.start or 0, found.end or 0


def _comment_steps(sheet: Sheet) -> Iterator[Step]:
    here = {comment.id for comment in sheet.here}
    for at, comment in enumerate(sheet.comments):
        if comment.place is not None and comment.id in here:
            yield f"comment {at}", comment.place.field, comment.place.start, comment.place.end
    for at, review in enumerate(sheet.state.verdicts):
        if review.place is not None and review.note:
            yield f"verdict {at}", review.place.field, review.place.start, review.place.end


def conflict_fact(sheet: Sheet) -> Sequence[FactSection]:
    """What is said first of a record that says several things at once; nothing of any other."""
    if sheet.state.status != "conflict":
        return ()
    said = (
        f"{len(sheet.state.heads)} texts stand beside each other; enter shows them side by side, to settle it"
    )
    return (FactSection("Conflict", (Fact(said, "!", "error"),)),)
