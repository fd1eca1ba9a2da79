"""The overview's sections: figures as rows and plots, each row with the filter that leads to its records. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.base.text import many
from app.progress.agreement import Figure
from app.progress.stats.board import WHOLE, Board
from app.progress.stats.figures import Count, Lengths, Spread
from app.progress.stats.filter_links import where
from app.progress.stats.graphs import Graph, graphs
from app.progress.stats.ledgers import Person
from app.progress.stats.overview import TopicStats
from app.workstation.overview.figure_list import FigureLine

SECTIONS = ("Progress", "Work", "People", "Texts", "Findings", "Alike", "Agreement")
"""In the order in which they are shown; also the names of the panes."""
_GRAPHS = {
    "Progress": ("Records by status",),
    "Work": (
        "Work by week",
        "Work by day",
        "Minutes a revision, in the middle",
        "Typed and pasted by week",
    ),
    "Texts": ("Length of requests", "Length of reasonings", "Length of blocks"),
    "Findings": ("Records by finding",),
}
_STATUS_KINDS = {"accepted": "good", "returned": "warn", "rejected": "bad", "conflict": "bad"}
_SEVERITY_KINDS = {"error": "bad", "warning": "warn"}
_VERDICTS = ("accept", "return", "reject")
UNKNOWN = FigureLine("not known yet", kind="quiet")


@dataclass(frozen=True)
class FigureSection:
    """What is shown of one section."""

    lines: tuple[FigureLine, ...]
    graphs: tuple[Graph, ...] = ()


def section(name: str, board: Board, topic: str) -> FigureSection:
    """One section of one topic's figures, or of all together (`WHOLE`); of an unknown topic, why it has none."""
    one = board.topics.get(topic)
    if one is None:
        why = board.broken.get(topic)
        return FigureSection((FigureLine(f"cannot be used: {why}", kind="bad") if why else UNKNOWN,))
    lines = tuple(_MAKERS[name](board, one))
    wanted = _GRAPHS.get(name, ())
    return FigureSection(lines, tuple(graph for graph in graphs(one) if graph.title in wanted))


def topic_lines(board: Board) -> tuple[FigureLine, ...]:
    """The list of topics, each with its bar; those that cannot be used last. `FigureLine.topic` says which."""
    found: list[FigureLine] = []
    for name, one in board.topics.items():
        target = one.ledger.target
        found.append(
            FigureLine(
                one.title if name == WHOLE else name,
                f"{target.accepted}/{target.aim}",
                target.share,
                "",
                where(topic=name),
                name,
                "head" if name == WHOLE else "quiet" if one.practice else "",
            )
        )
    found += [
        FigureLine(name, "cannot be used", None, "", None, name, "bad") for name in sorted(board.broken)
    ]
    return tuple(found)


def duration(seconds: float) -> str:
    """A time as people say it, in its largest unit and one figure after the point."""
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"


def _head(text: str, note: str = "") -> FigureLine:
    return FigureLine(text, kind="head", note=note)


def _share(count: float, whole: float) -> float:
    return count / whole if whole else 0.0


def _spread(
    name: str, found: Spread, shown: Callable[[float], str], topic: str, link: str | None
) -> FigureLine:
    note = f"in the middle of {found.count:,}; half of them {shown(found.lower)} to {shown(found.upper)}"
    return FigureLine(name, shown(found.median), None, note, link, topic)


def _counts(counts: Sequence[Count], topic: str, whole: int = 0, note: str = "") -> Iterator[FigureLine]:
    most = whole or max((one.count for one in counts), default=0)
    for one in counts:
        yield FigureLine(one.name, f"{one.count:,}", _share(one.count, most), note, one.link or None, topic)


# -- sections


def _progress(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    ledger, topic = one.ledger, one.topic
    if topic in board.blind or (topic == WHOLE and board.blind & board.topics.keys()):
        yield FigureLine("Blind review: figures of verdicts count what you may see.", kind="quiet")
    if topic == WHOLE:
        yield _head("Topics")
        for name, each in board.topics.items():
            if name != WHOLE:
                yield _toward(name, each)
        yield _head("Together")
    yield _toward("accepted", one)
    yield FigureLine("records", f"{ledger.records:,}", None, "in every status", where(topic=topic), topic)
    for count in ledger.statuses:
        kind = _STATUS_KINDS.get(count.name, "") if count.count else "quiet"
        share = _share(count.count, ledger.records)
        yield FigureLine(count.name, f"{count.count:,}", share, "", count.link, topic, kind)
    if ledger.to_accept.count:
        link = where(topic=topic, status="accepted")
        yield _spread("time to accept", ledger.to_accept, duration, topic, link)
    if ledger.waiting.count:
        link = where(topic=topic, status="submitted")
        yield _spread("waiting", ledger.waiting, duration, topic, link)
    yield from _items(board, one)
    if ledger.files:
        yield _head("Records by file")
        yield from _counts(ledger.files, topic)


def _toward(name: str, one: TopicStats) -> FigureLine:
    target, topic = one.ledger.target, one.topic
    note = ", ".join((f"of {target.aim}", *target.remarks))
    if target.closed:
        note += f", all code there is ({target.closed})"
    if one.practice:
        note += " (practice)"
    kind = "warn" if target.over else "good" if not target.missing else ""
    link = where(topic=topic, status="accepted")
    return FigureLine(name, f"{target.accepted:,}", target.share, note, link, topic, kind)


def _items(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    found = one.coverage
    left = [name for name in board.uncovered if one.topic in (WHOLE, name)]
    if found is None:
        yield _head("Items")
        yield FigureLine(
            f"not counted: {board.uncovered[one.topic]}" if one.topic in left else UNKNOWN.name, kind="quiet"
        )
        return
    yield _head("Items", f"without {many(len(left), 'topic')} whose code is not here" if left else "")
    done = found.states.get("recorded", 0)
    link = f"{where(topic=one.topic)} -status:rejected,retracted".strip()
    yield FigureLine("recorded", f"{done:,}", found.share, f"of {found.asked:,} asked for", link, one.topic)
    for state, count in found.states.items():
        if state != "recorded" and count:
            yield FigureLine(state, f"{count:,}", _share(count, found.items))


def _work(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    ledger, topic = one.ledger, one.topic
    if not ledger.weeks:
        yield FigureLine("Nothing has been done yet.", kind="quiet")
        return
    yield _head("Weeks", "the newest first; enter: records whose newest text is of that week")
    most = max(week.begun for week in ledger.weeks)
    for week in reversed(ledger.weeks):
        note = f"begun · {week.revised} revised · {week.verdicts} verdicts · {week.accepted} accepted"
        yield FigureLine(week.start, f"{week.begun:,}", _share(week.begun, most), note, week.link, topic)
    if one.texts is None:
        yield UNKNOWN
        return
    known = [week for week in one.texts.effort if week.revisions]
    if known:
        yield _head("Effort", "active minutes a revision, in the middle of the week")
        longest = max(week.median_seconds for week in known)
        for effort in reversed(known):
            more = f" · {effort.rapid:,} faster than hands type" if effort.rapid else ""
            more += f" · {effort.moved:,} moved" if effort.moved else ""
            written = f"{effort.typed:,} typed · {effort.pasted:,} pasted{more}"
            note = f"min · {effort.revisions} revisions · {written}"
            share, minutes = (
                _share(effort.median_seconds, longest),
                f"{effort.median_seconds / 60:.1f}",
            )
            yield FigureLine(effort.start, minutes, share, note, effort.link, topic)


def _people(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    ledger, topic = one.ledger, one.topic
    yield _head("Authors", "records whose newest text is theirs")
    most = max((person.records for person in ledger.authors), default=0)
    for person in ledger.authors:
        note = " · ".join(f"{count.count} {count.name}" for count in person.statuses)
        share = _share(person.records, most)
        yield FigureLine(person.name, f"{person.records:,}", share, note, person.link, topic)
    yield _head("Reviewers", "verdicts they gave")
    given = max((person.given for person in ledger.reviewers), default=0)
    for person in ledger.reviewers:
        share = _share(person.given, given)
        yield FigureLine(
            person.name, f"{person.given:,}", share, _gave(person), where_reviewed(topic, person), topic
        )


def where_reviewed(topic: str, person: Person) -> str:
    """The filter of what a person reviewed."""
    return person.reviewed or where(topic=topic, reviewer=person.name)


def _gave(person: Person) -> str:
    note = " · ".join(f"{count.count} {count.name}" for count in person.verdicts)
    return f"{note} · reads {duration(person.reading.median)}" if person.reading.count else note


def _texts(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    found, topic = one.texts, one.topic
    if found is None:
        yield UNKNOWN
        return
    parts: tuple[tuple[str, Lengths], ...] = (
        ("request", found.request),
        ("reasoning", found.think),
        ("block", found.block),
    )
    yield _head("Length, in the middle", f"of {many(found.records, 'record')}")
    for name, each in parts:
        if each.spread.count:
            five = each.spread
            half = f"half of them {five.lower:,.0f} to {five.upper:,.0f}"
            note = f"{each.unit} · {five.least:,.0f} to {five.most:,.0f}, {half}"
            yield FigureLine(name, f"{five.median:,.0f}", None, note, where(topic=topic), topic)
    if found.seconds.count:
        pasted = "" if found.pasted_share is None else f" · {found.pasted_share:.0%} of the text pasted"
        link = where(topic=topic)
        yield FigureLine("writing", duration(found.seconds.median), None, f"a revision{pasted}", link, topic)
    if found.crates:
        yield _head("Crates that reasonings name")
        yield from _counts(found.crates, topic, found.records)
    for heading, counts in (
        ("Requests that begin alike", found.request_openings),
        ("Reasonings that begin alike", found.think_openings),
    ):
        yield _head(heading, "" if counts else "none")
        yield from _counts(counts, topic, found.records)


def _findings(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    found, topic = one.findings, one.topic
    if found is None:
        yield UNKNOWN
        return
    if board.stale:
        yield FigureLine("Of an earlier state of the journals; r counts again.", kind="quiet")
    share = _share(found.clean, found.records)
    yield FigureLine("without findings", f"{found.clean:,}", share, f"of {many(found.records, 'record')}")
    for code in found.codes:
        waived = f" ({code.waived} waived)" if code.waived else ""
        kind = _SEVERITY_KINDS.get(code.severity, "")
        share = _share(code.records, found.records)
        yield FigureLine(code.code, f"{code.records:,}", share, code.title + waived, code.link, topic, kind)


def _alike(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    if board.clusters is None:
        yield UNKNOWN
        return
    if board.stale:
        yield FigureLine("Of an earlier state of the journals; r counts again.", kind="quiet")
    practice = {name for name, each in board.topics.items() if each.practice}
    mine = [c for c in board.clusters if one.topic in c.topics or _of_whole(one, c.topics, practice)]
    if not mine:
        yield FigureLine("No two records say nearly the same.", kind="good")
    for cluster in mine:
        note = f"{', '.join(cluster.fields)} · {', '.join(cluster.topics)}"
        share = cluster.share / 100
        topic = one.topic if len(cluster.topics) == 1 else WHOLE
        yield FigureLine(
            f"{len(cluster.records)} records", f"{cluster.share} %", share, note, cluster.link, topic
        )


def _of_whole(one: TopicStats, topics: Iterable[str], practice: set[str]) -> bool:
    return one.topic == WHOLE and not practice.issuperset(topics)


def _agreement(board: Board, one: TopicStats) -> Iterator[FigureLine]:
    report, topic = board.reports.get(WHOLE), one.topic
    if report is None:
        yield UNKNOWN
        return
    if topic in board.blind or (topic == WHOLE and board.blind & board.topics.keys()):
        yield FigureLine("Blind review: only verdicts that you may see count.", kind="quiet")
    counts = report.counts if topic == WHOLE else board.judged(topic)
    if counts is not None:
        yield _head("This topic" if topic else "All topics")
        yield FigureLine(counts.told)
        for verdict in _VERDICTS:
            count = counts.labels.get(verdict, 0)
            share = _share(count, counts.ratings)
            yield FigureLine(verdict, f"{count:,}", share, "", where(topic=topic, verdict=verdict), topic)
    if topic == WHOLE or len(board.topics) == 1:
        yield from _figures("Over verdicts", report.figures)
        alike = f"{many(report.items, 'item')} taken by two people, {report.identical} with the same bytes"
        yield from _figures("Over the bytes taken", report.spans, alike)
        yield FigureLine(report.method, kind="quiet")
    else:
        yield FigureLine(
            "Figures of agreement are given over all topics: one has too few records.", kind="quiet"
        )


def _figures(heading: str, figures: Sequence[Figure], note: str = "") -> Iterator[FigureLine]:
    yield _head(heading, note)
    for figure in figures:
        if figure.value is None:
            yield FigureLine(f"{figure.title}: {figure.told}", kind="quiet")
        else:
            yield FigureLine(figure.title, f"{figure.value:.2f}", max(figure.value, 0.0), figure.told)


_MAKERS: dict[str, Callable[[Board, TopicStats], Iterator[FigureLine]]] = {
    "Progress": _progress,
    "Work": _work,
    "People": _people,
    "Texts": _texts,
    "Findings": _findings,
    "Alike": _alike,
    "Agreement": _agreement,
}
