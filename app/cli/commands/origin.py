"""`backspan history`: the commits that made an item or lines, when a text first appeared, and the crate it is in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from app.base.text import many, printable
from app.cli.output import print_json, talk
from app.errors import SourceError, UsageError
from app.project.project import find_project
from app.project.topics.spec import SAMPLE
from app.repository.appearances import Search, first_appearance
from app.repository.crate_uses import (
    CrateFacts,
    beginning,
    crate_facts,
    introduction,
    line_range,
    parse_lines,
)
from app.repository.history import Commit, line_history
from app.repository.repository import Snapshot, open_repository
from app.rust.items import find_item, outline
from app.rust.source import SourceFile
from app.rust.syntax import parse

_LONGEST = 2_000
"""Characters of a line that are printed."""


@click.command("history")
@click.argument("file")
@click.argument("item", metavar="ITEM|LINES")
@click.option("--repo", type=click.Path(path_type=Path), help="Work tree or clone (default: the project's).")
@click.option("--commit", help="Commit, branch or tag (default: HEAD, or what the topic pins).")
@click.option("--topic", help="The topic whose repository is meant, where a project has several.")
@click.option("--text", help="Ask instead when this text first appeared anywhere, and where it came or went.")
@click.option("--everywhere", is_flag=True, help="With --text: in every file, not only in Rust files.")
@click.option("--fetch", is_flag=True, help="With --text: fetch the old contents a blob-less clone lacks.")
@click.option("--differences", "-p", is_flag=True, help="Print the differences as well.")
@click.option("--json", "as_json", is_flag=True, help="JSON, for scripts.")
@click.pass_obj
def history_command(
    folder: Path,
    file: str,
    item: str,
    repo: Path | None,
    commit: str | None,
    topic: str | None,
    text: str | None,
    everywhere: bool,
    fetch: bool,
    differences: bool,
    as_json: bool,
) -> None:
    """Print the commits that touched ITEM (or LINES, such as 40-66) of FILE, newest first, through renames."""
    snapshot = _snapshot(folder, repo, commit, topic)
    path, source, name, start, end = _place(snapshot, file, item)
    first, last = line_range(source, start, end)
    facts = crate_facts(snapshot, path, [(start, end)])
    if text is None:
        history = line_history(snapshot, path, first, last, progress=lambda step: _busy(step.phase))
        begun = introduction(history.commits, name)
    else:
        history = first_appearance(
            snapshot, text, everywhere=everywhere, fetch=fetch, progress=lambda search: _busy(_far(search))
        )
        begun = beginning(history)
    _busy("")
    if as_json:
        print_json(
            {
                "path": path,
                "commit": snapshot.commit,
                "item": name,
                "lines": [first, last],
                **({} if text is None else {"text": text}),
                "commits": [_row(one) for one in history.commits],
                "introduced": begun.oid if begun else None,
                "notes": list(history.notes),
                **_facts(facts),
            }
        )
        return
    asked = f"{printable(path)}:{first}-{last}" if text is None else f"“{printable(text)}”"
    talk(f"{asked}: {many(len(history.commits), 'commit')}")
    for one in history.commits:
        _print(one, one is begun, differences)
    for note in (*history.notes, *_told(facts)):
        talk(note)


def _snapshot(folder: Path, repo: Path | None, commit: str | None, topic: str | None) -> Snapshot:
    if repo is not None:
        return open_repository(repo).snapshot(commit)
    project = find_project(folder)
    specs = {topic: project.spec(topic)} if topic else project.specs()[0]
    # The sample crate has no history: it is meant only by who names its topic.
    meant = [spec for spec in specs.values() if topic or spec.repository.url != SAMPLE]
    places = {spec.repository.url: spec for spec in meant if project.local_path(spec) is not None}
    if topic and not places:
        return project.snapshot(specs[topic])  # says how to bring it here
    if len(places) != 1:
        raise UsageError(
            f"the project's topics read {len(places) or 'no'} repositories that are on this machine",
            "say which is meant: --topic TOPIC, or --repo PATH",
        )
    spec = next(iter(places.values()))
    if commit is None:
        return project.snapshot(spec)
    path = project.local_path(spec)
    assert path is not None  # only such specs are among the places
    return open_repository(path).snapshot(commit)


def _place(snapshot: Snapshot, file: str, wanted: str) -> tuple[str, SourceFile, str, int, int]:
    """Path, file, item path (empty for lines), first byte and end of what is asked about."""
    path = file
    if file not in snapshot:
        try:
            matches = snapshot.match([file])
        except ValueError:
            matches = ()
        if len(matches) > 1:
            shown = ", ".join(printable(one) for one in matches[:5])
            raise UsageError(f"{printable(file)} could be {shown}", "give the whole path")
        path = matches[0] if matches else file
    source = SourceFile.of(path, snapshot.read(path).data)
    if lines := parse_lines(wanted):
        first, last = lines
        if last > source.line_count:
            raise UsageError(f"{printable(path)} has {source.line_count:,} lines", "give lines it has")
        return path, source, "", source.line_start(first - 1), source.line_bounds(last - 1)[1]
    if source.obstacle:
        raise SourceError(f"{printable(path)} {source.obstacle}", "choose another file")
    tree = parse(source.data)
    assert tree is not None  # nobody cancels here
    item = find_item(outline(source.data, tree), wanted)
    return path, source, item.path, item.start, item.end


def _busy(what: str) -> None:
    """How far it is, on one line of a terminal that is watched."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{printable(what)}", err=True, nl=False)


def _far(search: Search) -> str:
    if search.transfer is not None:
        return f"fetching: {search.transfer.phase} {search.transfer.percent or 0} %"
    return f"{search.done:,} of {search.total:,} commits" + (f", {search.at:%Y-%m}" if search.at else "")


def _row(commit: Commit) -> dict[str, Any]:
    return {
        "commit": commit.oid,
        "author": commit.author,
        "date": commit.at.isoformat() if commit.at else None,
        "subject": commit.subject,
        "body": commit.body,
        "pull_request": commit.pull_request,
        "boundary": commit.boundary,
        "difference": commit.difference,
    }


def _facts(facts: CrateFacts) -> dict[str, Any]:
    crate = facts.crate
    return {
        "crate": {"name": crate.name, "version": crate.version, "manifest": crate.manifest}
        if crate
        else None,
        "licence": {"expression": facts.licence.expression, "source": facts.licence.source or None},
        "uses": [
            {
                "name": use.dependency.name,
                "package": use.dependency.package,
                "version": use.dependency.version or None,
                "source": use.dependency.source or None,
                "lines": list(use.lines),
            }
            for use in facts.uses
        ],
    }


def _told(facts: CrateFacts) -> list[str]:
    crate, licence = facts.crate, facts.licence
    told = [
        f"crate {crate.name} {crate.version}".rstrip() if crate else "no Cargo.toml stands above the file"
    ]
    told.append(
        f"licence {licence.expression}, by {licence.source} ({printable(licence.where)})"
        if licence.expression
        else "no licence is said, or none that is known"
    )
    if facts.uses:
        uses = (f"{use.dependency.package} {use.dependency.version}".rstrip() for use in facts.uses)
        told.append(f"uses {', '.join(uses)}")
    return told


def _print(commit: Commit, begun: bool, differences: bool) -> None:
    day = f"{commit.at:%Y-%m-%d}" if commit.at else "no date   "
    mark = (
        "  (introduced)"
        if begun
        else "  (history ends here: the clone is shallow)"
        if commit.boundary
        else ""
    )
    subject = printable(commit.subject) or "(no message)"
    click.echo(f"{commit.oid[:10]}  {day}  {printable(commit.author, 40)}: {subject}{mark}")
    if differences:
        for line in (*commit.body.split("\n"), "", *commit.difference.split("\n"), ""):
            click.echo(f"    {printable(line.replace(chr(9), '    '), _LONGEST)}".rstrip())
