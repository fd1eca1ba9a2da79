"""`backspan doctor`: look everything through, say what is wrong, and repair what can be."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from app.base.text import many, printable
from app.cli.output import print_json, talk
from app.errors import StoreError, UsageError
from app.project.doctor.examine import SEVERITIES, DoctorReport, Observation, examine, repaired, ward_of
from app.project.project import Project, find_project
from app.store.disk.files import is_topic

EXIT_ERRORS = 5
"""The exit status where errors remain."""
_SHOWN = 20
"""Details of one finding that are printed; `--json` has them all."""
_BETWEEN = 64 << 20
"""Bytes between two words about how far it is."""


@click.command("doctor")
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@click.option(
    "--repair", is_flag=True, help="Repair what can be, after a backup of each file that it touches."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="TOPIC",
    help="TOPIC's journal is meant to be as it is: forget that more was seen of it.",
)
@click.pass_context
def doctor_command(
    ctx: click.Context, topics: tuple[str, ...], repair: bool, as_json: bool, accepted: tuple[str, ...]
) -> None:
    """Check journals, drafts, specs, repositories and backups: of all topics, or of the TOPICs.

    Changes nothing without --repair. Exits with 5 if errors remain.
    """
    project = find_project(ctx.obj)
    _check_names(project, (*topics, *accepted))
    for topic in accepted:
        known = ward_of(project).memory.forget(topic)
        talk(f"{topic}: " + ("what was seen of it is forgotten" if known else "nothing was remembered of it"))
    report = examine(project, topics, _Progress())
    if repair:
        report = repaired(report)
    if as_json:
        print_json(_body(report))
    else:
        _tell(report, repair)
    if report.errors:
        ctx.exit(EXIT_ERRORS)


def _check_names(project: Project, names: Iterable[str]) -> None:
    for name in names:
        folders = (project.work_dir / "drafts", project.work_dir / "backups")
        files = (project.datasets_dir / f"{name}.jsonl", project.specs_dir / f"{name}.toml")
        there = [*files, *(folder / name for folder in folders)]
        if not is_topic(name) or not (
            any(p.exists() or p.is_symlink() for p in there) or _seen(project, name)
        ):
            raise UsageError(
                f"no topic {printable(name)!r} in this project: it has no journal, spec, draft or backup",
                "see 'backspan topics', or leave the topic out to check all",
            )


def _seen(project: Project, topic: str) -> bool:
    try:
        return ward_of(project).memory.recall(topic) is not None
    except StoreError:
        return False


class _Progress:
    """Says on a terminal how far a long journal is."""

    def __init__(self) -> None:
        self._next = _BETWEEN
        self._topic = ""

    def __call__(self, topic: str, read: int) -> None:
        if topic != self._topic:
            self._topic, self._next = topic, _BETWEEN
        if read >= self._next:
            self._next = read + _BETWEEN
            if sys.stderr.isatty():
                talk(f"{topic}: {read / 1e6:,.0f} MB read")


def _body(report: DoctorReport) -> dict[str, object]:
    return {
        "findings": [finding.as_json() for finding in _graded(report)],
        "counts": {severity: report.count(severity) for severity in SEVERITIES},
        "errors_left": report.errors,
        "journals": report.journals,
        "events": report.events,
        "drafts": report.drafts,
    }


def _graded(report: DoctorReport) -> list[Observation]:
    """The gravest first, otherwise as found."""
    return sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))


def _tell(report: DoctorReport, repair: bool) -> None:
    for finding in _graded(report):
        _tell_one(finding)
    counts = ", ".join(
        many(report.count(severity), severity) for severity in SEVERITIES if report.count(severity)
    )
    click.echo(counts or "nothing wrong")
    click.echo(
        f"{many(report.journals, 'journal')}, {many(report.events, 'event')}, "
        f"{many(report.drafts, 'draft')} checked"
    )
    if not repair and any(finding.repair for finding in report.findings):
        talk("'backspan doctor --repair' does what stands after “repair”, after a backup of what it touches")


def _tell_one(finding: Observation) -> None:
    click.echo(f"{finding.severity:9}{finding.where}")
    rows = [("", finding.what), *(("", f"  {detail}") for detail in finding.details[:_SHOWN])]
    if len(finding.details) > _SHOWN:
        rows.append(("", f"  and {len(finding.details) - _SHOWN:,} more: see --json"))
    rows.append(("→", finding.remedy))
    if finding.done:
        rows.append(("repaired", finding.done))
    elif finding.failed:
        rows.append(("not repaired", finding.failed))
    elif finding.repair:
        rows.append(("repair", finding.repair.says))
    for label, text in rows:
        if text:
            click.echo(" " * 9 + (f"{label}: " if len(label) > 1 else f"{label} " if label else "") + text)
    click.echo()
