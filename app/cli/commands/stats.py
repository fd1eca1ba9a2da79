"""`backspan stats`: how far topics are, who did what, and how good it is, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from app.base.moments import LOCAL
from app.base.text import many, printable
from app.cli.commands.check import Bar
from app.cli.lookup import missing
from app.cli.output import cell, print_json, talk
from app.errors import BackspanError, SpecError, UsageError
from app.progress.agreement import AgreementReport
from app.progress.stats.figures import Count, Lengths, Spread
from app.progress.stats.ledgers import LedgerStats, Period, Person
from app.progress.stats.overview import Overview, TopicStats, problem_of
from app.progress.stats.quality import Cluster, FindingStats
from app.progress.stats.texts import TextStats
from app.progress.stats.viewers import blind_topics, viewers_of
from app.project.annotator import annotator
from app.project.project import Project, find_project
from app.project.topics.spec import Spec
from app.records.history.ledger import RecordState
from app.store.follower import Follower

_WIDTH = 24
"""Cells of a bar."""
_ROWS = 12
"""Rows of a table that is cut; JSON has all."""
EXIT_SPEC = 3
"""The exit status where a spec cannot be used, so that its topic is not told of."""
EXIT_UNREAD = 5
"""Where part of a journal could not be read."""


@click.command("stats")
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@click.option(
    "--full", is_flag=True, help="Also what the checks find, and which records say nearly the same."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def stats_command(ctx: click.Context, topics: tuple[str, ...], full: bool, as_json: bool) -> None:
    """Print how far the TOPICs are, who did what, and how good it is; of all but those for practice by default.

    Told are records by status and towards the target, people, weeks, times, lengths, crates and openings, and what
    of the code is covered where its repository is on this machine. --full takes milliseconds a record. Every figure
    in the JSON has the filter that leads to the records behind it. docs/stats.md tells what each one means.
    """
    run = _Run(find_project(ctx.obj), topics)
    found = [run.topic(topic) for topic in run.wanted]
    if full:
        found = run.with_findings(found)
    clusters = run.clusters() if full else None
    agreement = run.agreement()
    run.bar.clear()
    if as_json:
        print_json({**_plain(found, run.together(), clusters, run.blind), "agreement": agreement.as_json()})
    else:
        _print(found, run.together(), clusters, run.blind)
        _print_agreement(agreement)
    for error in run.broken:
        talk(f"backspan: {error}")
    ctx.exit(EXIT_SPEC if run.broken else EXIT_UNREAD if run.unread else 0)


class _Run:
    """One run over a project."""

    def __init__(self, project: Project, wanted: Sequence[str]) -> None:
        good, bad = project.specs()
        for topic in wanted:
            if topic in bad:
                raise bad[topic]
            if topic not in good:
                project.spec(topic)  # says which topics there are
                raise SpecError(f"the spec of {printable(topic)} cannot be used", "see 'backspan spec check'")
        named = [topic for topic in good if not good[topic].practice]
        self.wanted = tuple(dict.fromkeys(wanted)) or tuple(named)
        self.broken = [] if wanted else list(bad.values())
        self.bar = Bar()
        self.unread = False
        self._specs: dict[str, Spec] = good
        self._followers: dict[str, Follower] = {}
        self.blind = blind_topics(good)
        me = annotator(project.root) if self.blind else ""
        self._overview = Overview(project, good, datetime.now(LOCAL), viewers_of(good, me))
        for topic, spec in good.items():
            self._follow(project, topic, spec)
        if not self.wanted and not self.broken:
            raise UsageError(
                "there is no topic but those for practice", "name one, as in 'backspan stats practice'"
            )

    def _follow(self, project: Project, topic: str, spec: Spec) -> None:
        follower = self._followers[topic] = Follower(project.store, topic, spec.reviews)
        told = topic in self.wanted
        if told and missing(project, topic) is not None:
            self.unread = True
        for damaged in follower.refresh().damaged:
            if told:
                self.unread = True
                talk(f"{topic}: line {damaged.line} is kept but left out: {damaged.reason}")

    def _records(self, topic: str) -> tuple[RecordState, ...]:
        return self._followers[topic].ledger.records

    def topic(self, topic: str) -> TopicStats:
        """Everything but what is costly."""
        records = self._records(topic)
        closing = self._followers[topic].ledger.skips.closing
        found = self._overview.topic(topic, records, closing)
        found = self._overview.with_texts(found, records, self.bar)
        try:
            return self._overview.with_coverage(found, self._followers[topic], self.bar)
        except BackspanError as error:
            self._tell(f"{topic}: what is covered is not known: {problem_of(error)}")
            return found

    def together(self) -> LedgerStats | None:
        """All that are told of, as one; None where that is one."""
        if len(self.wanted) < 2:
            return None
        return self._overview.together({topic: self._records(topic) for topic in self.wanted})

    def with_findings(self, found: Sequence[TopicStats]) -> list[TopicStats]:
        """The same with what the checks say."""
        ledgers = {topic: self._records(topic) for topic in self._specs}
        said = self._overview.findings(ledgers, self.wanted, self._tell, self.bar)
        return [replace(one, findings=said[one.topic]) for one in found]

    def clusters(self) -> tuple[Cluster, ...]:
        """Near-duplicates within and across the topics that are told of."""
        return self._overview.clusters({topic: self._records(topic) for topic in self.wanted}, self.bar)

    def agreement(self) -> AgreementReport:
        """How far people agree, over the topics that are told of."""
        return self._overview.agreement({topic: self._records(topic) for topic in self.wanted})

    def _tell(self, what: str) -> None:
        self.bar.clear()
        talk(f"backspan: {what}")


def _plain(
    found: Sequence[TopicStats],
    together: LedgerStats | None,
    clusters: Sequence[Cluster] | None,
    blind: Collection[str],
) -> dict[str, Any]:
    return {
        "topics": [{**one.as_json(), "by_what_you_may_see": one.topic in blind} for one in found],
        "together": together and together.as_json(),
        "clusters": None if clusters is None else [one.as_json() for one in clusters],
    }


# -- tables


def _print(
    found: Sequence[TopicStats],
    together: LedgerStats | None,
    clusters: Sequence[Cluster] | None,
    blind: Collection[str],
) -> None:
    for number, one in enumerate(found):
        if number:
            click.echo()
        _print_topic(one, one.topic in blind)
    if together is not None:
        click.echo()
        click.echo(f"In all: {many(len(found), 'topic')}")
        _print_progress(together)
        _print_people(together.people)
    if clusters is not None:
        click.echo()
        _print_clusters(clusters)


def _print_topic(one: TopicStats, blind: bool) -> None:
    click.echo(f"{one.topic}: {printable(one.title, 80)}" + (" (for practice)" if one.practice else ""))
    if blind:
        click.echo("  blind review: figures of verdicts count what you may see")
    _print_progress(one.ledger)
    if one.coverage is not None:
        done = one.coverage.states.get("recorded", 0)
        click.echo(f"  {'items':12} {_bar(one.coverage.share)} {done} of {one.coverage.asked} recorded")
    _print_people(one.ledger.people)
    _print_weeks(one.ledger.weeks)
    if one.texts is not None and one.texts.records:
        _print_texts(one.texts)
    if one.findings is not None:
        _print_findings(one.findings)


def _print_progress(ledger: LedgerStats) -> None:
    target = ledger.target
    said = ", ".join((f"{target.accepted} of {target.aim} accepted", *target.remarks))
    if target.closed:
        said += f"; all code there is ({printable(target.closed, 300)})"
    click.echo(f"  {'target':12} {_bar(target.share)} {said}")
    parts = [f"{one.count} {one.name}" for one in ledger.statuses if one.count]
    click.echo(f"  {'records':12} {ledger.records}" + (f": {', '.join(parts)}" if parts else ""))
    _print_spread("to accept", ledger.to_accept, _duration)
    _print_spread("waiting", ledger.waiting, _duration)


def _print_spread(name: str, found: Spread, shown: Callable[[float], str]) -> None:
    if found.count:
        middle = f"half within {shown(found.median)}, a quarter within {shown(found.lower)}"
        click.echo(f"  {name:12} {middle}, three quarters within {shown(found.upper)} ({found.count})")


def _print_people(people: Sequence[Person]) -> None:
    if not people:
        return
    click.echo()
    click.echo(
        f"  {'person':24}{'records':>8}{'accepted':>9}{'returned':>9}{'rejected':>9}{'verdicts':>9}  reads"
    )
    for person in people[:_ROWS]:
        statuses = {one.name: one.count for one in person.statuses}
        told = "".join(f"{statuses.get(name, 0):9}" for name in ("accepted", "returned", "rejected"))
        reads = f"  {_duration(person.reading.median)}" if person.reading.count else "  -"
        click.echo(f"  {cell(person.name, 24)}{person.records:8}{told}{person.given:9}{reads}")
    _more(len(people))


def _print_weeks(weeks: Sequence[Period]) -> None:
    if not weeks:
        return
    click.echo()
    click.echo(f"  {'week of':12}{'begun':>8}{'revised':>8}{'verdicts':>9}{'accepted':>9}")
    for week in weeks[-_ROWS:]:
        click.echo(f"  {week.start:12}{week.begun:8}{week.revised:8}{week.verdicts:9}{week.accepted:9}")


def _print_texts(found: TextStats) -> None:
    click.echo()
    parts: tuple[tuple[str, Lengths], ...] = (
        ("request", found.request),
        ("think", found.think),
        ("block", found.block),
    )
    click.echo(f"  {'length':12}{'unit':8}{'least':>8}{'quarter':>8}{'half':>8}{'quarter':>8}{'most':>8}")
    for name, one in parts:
        five = (one.spread.least, one.spread.lower, one.spread.median, one.spread.upper, one.spread.most)
        click.echo(f"  {name:12}{one.unit:8}" + "".join(f"{number:8,.0f}" for number in five))
    if found.seconds.count:
        pasted = "" if found.pasted_share is None else f", {found.pasted_share:.0%} of the text pasted"
        click.echo(f"  {'writing':12}{_duration(found.seconds.median)} a revision in the middle{pasted}")
    _print_counts("crate named", found.crates)
    _print_counts("requests that begin alike", found.request_openings)
    _print_counts("reasonings that begin alike", found.think_openings)


def _print_counts(heading: str, counts: Sequence[Count]) -> None:
    if not counts:
        return
    click.echo()
    click.echo(f"  {heading}")
    most = max(one.count for one in counts)
    for one in counts[:_ROWS]:
        share = one.count / most if most else 0.0
        click.echo(f"  {one.count:6} {_bar(share)} {printable(one.name, 60)}")
    _more(len(counts))


def _print_findings(found: FindingStats) -> None:
    click.echo()
    click.echo(f"  {many(found.records, 'record')} checked, {found.clean} without findings")
    for one in found.codes[:_ROWS]:
        waived = f" ({one.waived} waived)" if one.waived else ""
        click.echo(f"  {one.records:6} {one.code} {one.severity:8} {one.title}{waived}")
    _more(len(found.codes))


def _print_clusters(found: Sequence[Cluster]) -> None:
    click.echo(f"{many(len(found), 'group')} of records that say nearly the same")
    for one in found[:_ROWS]:
        where = f"{', '.join(one.fields)}; {', '.join(one.topics)}"
        shown = " ".join(one.records[:4]) + (" …" if len(one.records) > 4 else "")
        click.echo(f"  {len(one.records):4} records, {one.share} % alike in {where}: {shown}")
    _more(len(found))


def _print_agreement(found: AgreementReport) -> None:
    click.echo()
    click.echo(f"Agreement: {found.counts.told}")
    for figure in (*found.figures, *found.spans):
        if figure.value is not None:
            click.echo(f"  {figure.title:24} {figure.told}")
    if found.items:
        said = f"{many(found.items, 'item')} annotated by two people, {found.identical} with the same bytes"
        click.echo(f"  {said}")
    if all(figure.value is None for figure in found.figures):
        click.echo(f"  no figures under {found.minimum} revisions that two people judged")


def _more(count: int) -> None:
    if count > _ROWS:
        click.echo(f"  … and {count - _ROWS} more; --json tells all")


def _bar(share: float) -> str:
    full = int(_WIDTH * min(max(share, 0.0), 1.0))
    return "[" + "#" * full + "." * (_WIDTH - full) + "]"


def _duration(seconds: float) -> str:
    """A time as people say it, in its largest unit and one figure after the point."""
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"
