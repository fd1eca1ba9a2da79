"""`backspan` and `backspan annotate`: the workstation itself."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from app.errors import BackspanError, ProjectError, UsageError

if TYPE_CHECKING:
    from app.project.project import Project


class _Terminal:
    """A terminal to draw on that may be taken away: what nobody can see any more counts as drawn.

    Without this a closed window ends Textual's writing thread, and the process in an error nobody sees.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except OSError as error:
            return self._gone(error, len(text))

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            self._gone(error, 0)

    def _gone(self, error: OSError, count: int) -> int:
        if error.errno not in (errno.EIO, errno.EPIPE, errno.ENXIO):
            raise error
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


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
    import io
    import sys

    from rich.console import Console

    root = _root(folder)
    if topic is not None:
        from app.project.project import Project

        project = Project(root)
        project.spec(topic)
        if record is not None:
            record = _known(project, topic, record)
    # Textual draws on stderr, so that must be the terminal too.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the workstation needs a terminal", "see 'backspan --help' for what works without one"
        )
    # Milliseconds that an escape waits for what makes it alt+key. A key typed within them is taken for part of an
    # unknown sequence, and `^` and letters land in the text: Textual's 100 is within a quick hand's reach.
    os.environ.setdefault("ESCDELAY", "50")
    from app.workstation.app import Workstation

    sys.stderr = sys.__stderr__ = _Terminal(sys.stderr)  # type: ignore[assignment,misc]
    workstation = Workstation(root, topic, record)
    with io.StringIO() as trouble:
        # Textual prints an unexpected error with its traceback there; a person gets words, and a file to pass on.
        workstation.error_console = Console(file=trouble, width=120)
        workstation.run()
        report = trouble.getvalue()
    if report.strip():
        _report(report)
    if workstation.leaving.parting:
        click.echo(workstation.leaving.parting, err=True)
    if workstation.return_code:
        raise SystemExit(workstation.return_code)


def _known(project: Project, topic: str, record: str) -> str:
    """The whole id of a record of the topic, saved or only drafted. Raises `UsageError`."""
    from app.cli.lookup import find_record

    drafted = {one.key.record for one in project.drafts.all(topic).drafts}
    near = [name for name in drafted if record and name.startswith(record.upper())]
    try:
        found, state = find_record(project, record)
    except UsageError:
        if len(near) != 1:
            raise
        return near[0]
    if found != topic:
        raise UsageError(f"record {state.record} is in {found}, not in {topic}", f"open {found}")
    return state.record


def _report(text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", prefix="backspan-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.write(text)
    raise BackspanError(
        f"something went wrong inside, and the workstation had to end; details are in {file.name}",
        "start it again: the draft comes back as it was within the last second",
    )


@click.command("annotate")
@click.argument("topic")
@click.argument("record", required=False)
@click.pass_obj
def annotate_command(folder: Path, topic: str, record: str | None) -> None:
    """Open the workstation on TOPIC, or on its RECORD."""
    run_workstation(folder, topic, record)
