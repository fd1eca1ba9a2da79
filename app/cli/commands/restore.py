"""`backspan restore` and `backspan backup`: withdrawn records, journals that were lost, and copies against that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from app.base.text import printable
from app.cli.output import print_json, talk
from app.errors import BackspanError, StoreError, UsageError
from app.project import marker as projectfile
from app.project.project import MARKER, Project, find_project
from app.store.backups.backups import Backups
from app.store.backups.copies import Backup
from app.store.backups.missing import look
from app.store.backups.restore import Restoration, choose, helps, restore


def backups_of(project: Project) -> Backups:
    """The project's backups as its file sets them; what is wrong with that file is said, and defaults taken."""
    path = project.root / MARKER
    found, problems = projectfile.read(path)
    for line in projectfile.shown(path, problems):
        talk(line)
    return Backups(project.root, project.datasets_dir, found.keep, found.days)


@click.command("restore")
@click.argument("records", nargs=-1)
@click.option("--journal", metavar="TOPIC", help="Bring the journal of TOPIC back from a backup.")
@click.option("--from", "source", metavar="BACKUP", help="A backup's name or a file (default: the fullest).")
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@click.pass_context
def restore_command(
    ctx: click.Context, records: tuple[str, ...], journal: str | None, source: str | None, dry_run: bool
) -> None:
    """Restore withdrawn RECORDS, or with --journal a journal that is lost, shortened or damaged.

    A journal gets what it lacks of the backup's events. Nothing is ever taken away from it.
    """
    if journal is None:
        if source is not None or dry_run:
            raise UsageError("--from and --dry-run go with --journal", "name the journal: '--journal TOPIC'")
        if not records:
            raise UsageError("nothing to restore was named", "give RECORDS, or '--journal TOPIC'")
        from app.cli.commands import records as of_records

        ctx.invoke(of_records.restore_command, records=records)
        return
    if records:
        raise UsageError("records and --journal do not go together", "restore one after the other")
    project = find_project(ctx.obj)
    backups = backups_of(project)
    result = restore(project.store, backups, journal, choose(backups, journal, source), dry_run)
    _tell(result, dry_run)
    _tell_missing(project, backups, result, dry_run)


def _tell(result: Restoration, dry_run: bool) -> None:
    topic = result.topic
    talk(f"from    {printable(str(result.source), 1000)} ({result.held:,} events)")
    if result.whole:
        done = "would be brought back whole" if dry_run else "is back, byte for byte"
        talk(f"{topic}: there was no journal; it {done}, with {result.held:,} events")
    elif not result.added:
        talk(f"{topic}: lacks nothing of it; its {result.before:,} events stay as they are")
    else:
        done = "would be added" if dry_run else "are added"
        talk(f"{topic}: {result.added:,} events {done} to the {result.before:,} that are there")
    if result.left:
        where = "come with it" if result.whole else "stay in the backup"
        talk(f"{topic}: {len(result.left):,} lines that are no events {where}:")
        for damaged in result.left[:10]:
            talk(f"  line {damaged.line}: {printable(damaged.reason)}")


def _tell_missing(project: Project, backups: Backups, result: Restoration, dry_run: bool) -> None:
    """What the journal lacks even so, of what was seen of it."""
    topic = result.topic
    try:
        if dry_run:
            seen, now = project.memory.recall(topic), result.before + result.added
            if seen is not None and now < seen.events:
                talk(f"{topic}: {seen.events - now:,} events that were seen would still be missing")
            return
        alarm, problem = look(project.store, project.memory, topic)
    except StoreError as error:
        alarm, problem = None, str(error)
    if problem:
        talk(f"{topic}: {problem}")
    if alarm is not None:
        more = helps(project.store, backups, topic)
        talk(f"{topic}: EVENTS ARE STILL MISSING. {replace(alarm, backed_up=more).error()}")


@click.command("backup")
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@click.option("--list", "listing", is_flag=True, help="List the backups there are.")
@click.option("--json", "as_json", is_flag=True, help="With --list: one JSON array.")
@click.pass_obj
def backup_command(folder: Path, topics: tuple[str, ...], listing: bool, as_json: bool) -> None:
    """Copy the journals of all topics, or of the TOPICs, now; backups are made by themselves as well."""
    if as_json and not listing:
        raise UsageError("--json goes with --list", "add '--list'")
    project = find_project(folder)
    backups = backups_of(project)
    if listing:
        chosen = topics or tuple(sorted({*backups.topics(), *_journals(project)}))
        _list([one for topic in chosen for one in backups.list(topic)], as_json)
        return
    failed: list[BackspanError] = []
    for topic in topics or project.store.topics():
        try:
            _make(project, backups, topic)
        except StoreError as error:
            failed.append(error)
            talk(f"{topic}: {error}")
    if failed:
        raise StoreError(
            f"{len(failed)} of the backups could not be made", "see above; the journals are as they were"
        )


def _journals(project: Project) -> tuple[str, ...]:
    try:
        return project.store.topics()
    except StoreError:
        return ()


def _make(project: Project, backups: Backups, topic: str) -> None:
    if not project.store.stamp(topic):
        raise UsageError(
            f"{printable(topic)} has no journal in {printable(str(project.datasets_dir))}",
            f"if it had one: 'backspan restore --journal {printable(topic)}'",
        )
    path = backups.make(topic, "asked")
    if path is None:
        talk(f"{topic}: the newest backup holds the same bytes already")
    else:
        click.echo(str(path))
    backups.prune(topic)


def _list(found: list[Backup], as_json: bool) -> None:
    if as_json:
        keys = ("topic", "name", "at", "lines", "why", "bytes", "path")
        rows = [(b.topic, b.name, b.at.isoformat(), b.lines, b.why, b.size, str(b.path)) for b in found]
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    for one in found:
        made = f"{one.at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(
            f"{one.topic:16} {made}  {one.lines:>7,} lines  {one.size / 1e6:>8,.2f} MB  {one.why:8} {one.name}"
        )
    if not found:
        talk("there are no backups yet")
