"""`backspan source`: where the repositories that topics read are on this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from app.base.text import printable
from app.cli.output import print_json, talk
from app.errors import BackspanError, ProjectError, SourceError
from app.project import anchors
from app.project.project import Project, find_project
from app.records.events import Block, Revision
from app.records.history.summary import Summary
from app.repository import sources


@click.group("source")
def source_command() -> None:
    """Clone, map and list the repositories that topics read."""


@source_command.command("add")
@click.argument("url")
def add(url: str) -> None:
    """Clone URL into backspan's own folder (without file contents, which come as they are opened).

    With - for URL, a line of standard input is it: what stands on a command line, others on this machine can read. A
    user name and password in it are kept in a file that only you may read; no command of git's shows them.
    """
    if url == "-":
        url = sys.stdin.readline().strip()
    last = ""

    def progress(step: sources.Progress) -> None:
        nonlocal last
        text = f"{step.phase} {step.percent}%" if step.percent is not None else step.phase
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{printable(text, 70)}", nl=False, err=True)
        elif step.phase != last:
            talk(printable(text, 70))
        last = step.phase

    try:
        path = sources.clone(url, progress)
    finally:
        if sys.stderr.isatty():
            click.echo(err=True)
    click.echo(path)


@source_command.command("map")
@click.argument("url")
@click.argument("path", type=click.Path(path_type=Path))
def map_(url: str, path: Path) -> None:
    """Read URL from PATH: a work tree, bare clone or plain folder on this machine."""
    sources.map_source(url, path)
    talk(f"{sources.shown_url(url)} is read from {printable(str(path))}")


@source_command.command("unmap")
@click.argument("url")
def unmap(url: str) -> None:
    """Forget where URL is read from; the folder itself stays."""
    sources.unmap(url)


@source_command.command("update")
@click.argument("url")
@click.pass_context
def update(ctx: click.Context, url: str) -> None:
    """Fetch what is new at URL into its clone.

    In a project, the commits that its records were taken from are kept, whatever became of their branches.
    """
    path = sources.locate(url, Path.cwd())
    if path is None:
        raise SourceError(
            f"{sources.shown_url(url)} is not here yet",
            f"clone it with 'backspan source add {sources.shown_url(url)}'",
        )
    try:
        project = find_project(ctx.obj)
    except ProjectError:
        sources.update(path)
        return
    blocks = _recorded(project, path)
    lost = sources.update(path, recorded=blocks)
    for commit in lost:
        talk(f"commit {commit[:12]}, which records were taken from, is no more at {sources.shown_url(url)}")
    for commit in blocks.keys() - set(lost):
        for block in blocks[commit]:
            try:
                anchors.hold(anchors.origin_of(block), anchors.paths_of(block), project.root)
            except SourceError as error:
                talk(f"code that records were taken from is not all here: {error}")


def _recorded(project: Project, clone: Path) -> dict[str, list[Block]]:
    """The commits of the clone that the project's records were taken from, each with blocks of all its files.

    What of a journal cannot be read is told.
    """
    found: dict[str, list[Block]] = {}
    for topic in project.store.topics():
        try:
            for block in _blocks(project, topic):
                if block.commit and anchors.own_clone(block.repository, project.root) == clone:
                    found.setdefault(block.commit, []).append(block)
        except BackspanError as error:
            talk(f"{topic}: {error}")
    return found


def _blocks(project: Project, topic: str) -> Iterator[Block]:
    """Blocks that together have every file of every commit that the topic's revisions name. Raises `StoreError`."""
    seen: set[tuple[str, str]] = set()
    for entry in project.store.survey(topic).entries:
        if not isinstance(entry, Summary) or not entry.commit:
            continue
        new = {(entry.commit, path) for path in entry.paths()} - seen
        if new:
            event = project.store.fetch(topic, entry.id)
            if isinstance(event, Revision):
                seen |= new
                yield event.block


@source_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_(as_json: bool) -> None:
    """List the known URLs and their folders."""
    known = {url: str(path) for url, path in sources.mappings().items()}
    if as_json:
        print_json(known)
    else:
        for url, path in known.items():
            click.echo(f"{printable(url)}\t{printable(path)}")
