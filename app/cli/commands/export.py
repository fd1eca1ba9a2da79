"""`backspan export`: the finished files."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.output import talk
from app.export.deliver import deliver, summary_text
from app.project.project import find_project


@click.command("export")
@click.argument("topics", nargs=-1)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the files; made if missing."
)
@click.option(
    "--include", multiple=True, help="Records of this status too, such as submitted; may be repeated."
)
@click.pass_obj
def export_command(folder: Path, topics: tuple[str, ...], out: Path, include: tuple[str, ...]) -> None:
    """Write the accepted records of TOPICS (default: all but practice) as JSONL, one file a topic."""
    project = find_project(folder)
    summary = deliver(project, topics, out, include)
    talk(summary_text(summary))
    _, bad = project.specs()
    for error in bad.values():
        talk(f"backspan: {error}")
    if bad and not topics:
        raise SystemExit(3)
