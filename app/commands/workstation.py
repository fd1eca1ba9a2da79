"""`backspan` and `backspan annotate`: the workstation itself."""

from __future__ import annotations

from pathlib import Path

import click

from app.errors import ProjectError, UsageError


def _root(folder: Path) -> Path:
    """The project's folder, found without importing what a project needs."""
    here = folder.absolute()
    if not here.is_dir():
        raise ProjectError(f"{here} is not a folder", "go to a project, or name one with -C")
    for parent in (here, *here.parents):
        if (parent / "backspan.toml").is_file():
            return parent
    raise ProjectError(
        f"no backspan project in {here} or any folder above it (none holds backspan.toml)",
        "make one here with 'backspan init', or go to one",
    )


def run_workstation(folder: Path, topic: str | None = None, record: str | None = None) -> None:
    """Open the workstation on the project that holds `folder`."""
    import sys

    root = _root(folder)
    if topic is not None:
        from app.project import Project

        Project(root).spec(topic)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the workstation needs a terminal", "see 'backspan --help' for what works without one"
        )
    from app.workstation import Workstation

    workstation = Workstation(root, topic, record)
    workstation.run()
    if workstation.return_code:
        raise SystemExit(workstation.return_code)


@click.command("annotate")
@click.argument("topic")
@click.argument("record", required=False)
@click.pass_obj
def annotate_command(folder: Path, topic: str, record: str | None) -> None:
    """Open the workstation on TOPIC, or on its RECORD."""
    run_workstation(folder, topic, record)
