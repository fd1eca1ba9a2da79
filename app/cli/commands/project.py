"""`backspan init` and `backspan topics`."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.commands.records import seen
from app.cli.lookup import missing
from app.cli.output import cell, print_json, talk
from app.errors import BackspanError
from app.project.project import find_project, init_project
from app.store.follower import Follower


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--samples", is_flag=True, help="Begin the practice topic with a dozen sample records.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where all goes well.")
def init_command(folder: Path, samples: bool, quiet: bool) -> None:
    """Make a project in FOLDER (default: here). Files that are there stay as they are.

    With --samples, the practice topic is not empty: it has records in every status, to try a review on. They are
    left out where the topic has, or once had, a journal of its own.
    """
    project, made = init_project(folder, samples)
    if quiet:
        return
    for name in made:
        talk(f"made  {name}")
    if not made:
        talk(f"{project.root} is a project already; nothing was changed")
    else:
        talk(f"Next: cd {project.root} && backspan")


@click.command("topics")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def topics_command(folder: Path, as_json: bool) -> None:
    """List the topics of the project. In a blind topic, only what you may see as accepted counts so."""
    project = find_project(folder)
    good, bad = project.specs()
    rows = []
    for topic, spec in good.items():
        try:
            follower = Follower(project.store, topic, spec.reviews)
            follower.refresh()
            alarm = missing(project, topic)
            states = seen(project, topic, follower.ledger.records)
        except BackspanError as unreadable:
            bad[topic] = unreadable
            continue
        rows.append(
            {
                "topic": topic,
                "title": spec.title,
                "records": len(states),
                "accepted": sum(state.status == "accepted" for state in states),
                "target": {"min": spec.target.min, "max": spec.target.max},
                "here": project.local_path(spec) is not None,
                "practice": spec.practice,
                "missing": alarm.short if alarm is not None else None,
            }
        )
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            here = "" if row["here"] else "  (repository not here)"
            records = f"{row['records']} records, {row['accepted']} accepted"
            lacks = f"  ({row['missing']})" if row["missing"] else ""
            click.echo(f"{cell(str(row['topic']), 26)} {cell(records, 26)} {row['title']}{here}{lacks}")
    for error in bad.values():
        talk(f"backspan: {error}")
    if bad:
        raise SystemExit(3)
