"""`backspan export`: the finished files."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.output import talk
from app.errors import UsageError
from app.export import export, summary_text
from app.project import find_project
from app.topics import printable


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
    good, bad = project.specs()
    for topic in topics:
        if topic not in good:
            raise bad.get(topic) or UsageError(
                f"no topic {printable(topic)!r}", f"topics here: {', '.join(good)}"
            )
    wanted = {t: s for t, s in good.items() if t in topics or (not topics and not s.practice)}
    summary = export(wanted, project.store, out, include={"accepted", *include})
    talk(summary_text(summary))
    for error in bad.values():
        talk(f"backspan: {error}")
    if bad and not topics:
        raise SystemExit(3)
