"""`backspan merge`: other copies of journals taken into the project's own."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from app.base.text import printable
from app.cli.output import print_json, talk
from app.errors import SpecError, StoreError, UsageError
from app.project.project import Project, find_project
from app.store.follower import Follower
from app.store.journal.merge import STDIN, Merged, check_files, merge_into

_OUTBOX = re.compile(r"backspan-(.+)-[0-9A-HJKMNP-TV-Z]{26}")
"""How the workstation names the file of a save that could not be made."""
_SHOWN = 10
"""Damaged lines and conflicts told one by one; of more, the number is told."""


@click.command("merge")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--topic", help="The topic of all FILEs; by default each file's name says it.")
@click.option("--dry-run", is_flag=True, help="Only tell what would come.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as JSON.")
@click.pass_obj
def merge_command(
    folder: Path, files: tuple[str, ...], topic: str | None, dry_run: bool, as_json: bool
) -> None:
    """Take what FILEs have and the project's journals lack.

    A FILE is another copy of a journal (retry.jsonl goes into the topic retry), or what the workstation wrote of a save
    that could not be made; - is standard input. FILEs are only read. Order and repetition do not matter: merging again
    changes nothing. Records that two people changed apart are in conflict afterwards, with both texts kept.
    """
    project = find_project(folder)
    wanted = _by_topic(project, files, topic)
    check_files(files)
    rows = []
    barren: list[str] = []
    for name, paths in wanted.items():
        merged = merge_into(project.store, name, paths, dry_run)
        conflicts = _conflicts(project, merged)
        rows.append(_row(merged, conflicts, dry_run))
        if not as_json:
            _tell(merged, conflicts, dry_run)
        barren += [tally.name for tally in merged.files if tally.barren]
    if as_json:
        print_json(rows)
    if barren:
        raise StoreError(
            f"nothing could be read from {', '.join(map(printable, barren))}: no line is an event",
            "check that it is a journal; the file is as it was",
        )


def _by_topic(project: Project, files: tuple[str, ...], topic: str | None) -> dict[str, list[str]]:
    """The files of each topic, in the order given. Raises `UsageError`."""
    if topic is not None:
        _known(project, topic)
        return {topic: list(dict.fromkeys(files))}
    there = set(project.store.topics()) | {path.stem for path in project.specs_dir.glob("*.toml")}
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(files):
        found.setdefault(_topic_of(name, there), []).append(name)
    return found


def _known(project: Project, topic: str) -> None:
    if topic in project.store.topics():
        return
    try:
        project.spec(topic)
    except SpecError:
        pass  # a spec with a mistake is a topic all the same


def _topic_of(name: str, topics: Collection[str]) -> str:
    """The topic that a file's name says."""
    if name == STDIN:
        raise UsageError("standard input has no name to tell its topic by", "say --topic TOPIC")
    stem = Path(name).name.removesuffix(".jsonl")
    outbox = _OUTBOX.fullmatch(stem)
    candidates = [stem, stem.partition(".")[0], outbox.group(1) if outbox else ""]
    found = next((candidate for candidate in candidates if candidate in topics), None)
    if found is None:
        raise UsageError(
            f"the name of {printable(name)} is none of this project's topics",
            f"say --topic TOPIC; topics here: {', '.join(map(printable, sorted(topics))) or 'none'}",
        )
    return found


def _conflicts(project: Project, merged: Merged) -> list[str]:
    """The topic's records in conflict, now or after what a dry run would bring."""
    follower = Follower(project.store, merged.topic)
    follower.refresh()
    follower.ledger.add(merged.entries)
    return [state.record for state in follower.ledger.records if state.status == "conflict"]


def _row(merged: Merged, conflicts: list[str], dry_run: bool) -> dict[str, Any]:
    return {
        "topic": merged.topic,
        "dry_run": dry_run,
        "new": merged.new,
        "known": merged.known,
        "changed": list(merged.changed),
        "conflicts": conflicts,
        "files": [
            {
                "file": tally.name,
                "new": tally.new,
                "known": tally.known,
                "damaged": [{"line": d.line, "reason": d.reason, "newer": d.newer} for d in tally.damaged],
            }
            for tally in merged.files
        ],
    }


def _tell(merged: Merged, conflicts: list[str], dry_run: bool) -> None:
    came = "would come" if dry_run else "came"
    events = "event" if merged.new == 1 else "events"
    click.echo(f"{merged.topic}: {merged.new} {events} {came}, {merged.known} were known")
    for tally in merged.files:
        for damaged in tally.damaged[:_SHOWN]:
            talk(f"  {printable(tally.name)}:{damaged.line} is left there: {printable(damaged.reason)}")
        if len(tally.damaged) > _SHOWN:
            talk(f"  {printable(tally.name)}: and {len(tally.damaged) - _SHOWN} more such lines")
    state = "would be in conflict" if dry_run else "is in conflict"
    for record in conflicts[:_SHOWN]:
        talk(f"  {record} {state}: settle it in the workstation, or with 'backspan settle'")
    if len(conflicts) > _SHOWN:
        talk(f"  and {len(conflicts) - _SHOWN} more")
