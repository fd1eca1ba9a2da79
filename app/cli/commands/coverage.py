"""`backspan coverage` and `skip`: what of a topic is done and what is left; and leaving an item out of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from app.base.text import many, printable
from app.cli.lookup import missing
from app.cli.output import cell, print_json, talk
from app.errors import UsageError
from app.progress.coverage.states import STATES, ItemCoverage, Order, Overlap, TopicCoverage, Use
from app.progress.coverage.tracker import CoverageTracker
from app.project.annotator import annotator
from app.project.project import Project, find_project
from app.project.topic_files import TopicFiles
from app.review.acts.closings import close, reopen
from app.review.acts.skips import skip, take_back
from app.rust.gaps.unknowns import said
from app.rust.items import find_item
from app.store.presence.claims import Claims
from app.store.signer import Signer

_LEFT = ("open", "partly")
"""States of what is still to do."""


@click.command("coverage")
@click.argument("topic")
@click.option(
    "--open", "only_open", is_flag=True, help="Only what is left, in the order in which it is offered."
)
@click.option(
    "--order",
    type=click.Choice(("importance", "file")),
    help="With --open: what matters most first, or as the files stand; the spec's order without it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def coverage_command(folder: Path, topic: str, only_open: bool, order: Order | None, as_json: bool) -> None:
    """Print what of TOPIC is done, by whom, and what is left: by file, then item by item.

    An item is recorded, in a draft, claimed, skipped, in another topic, excluded by the spec, partly recorded, or
    open. Items of related files are listed where they are the topic's. A star marks one that holds a focus word of
    the spec. Of what is left the order is told with its reasons. Of a file that cannot be read, or not all of it,
    that is said.
    """
    project = find_project(folder)
    found = _coverage(project, topic)
    if as_json:
        print_json(_plain(found, only_open, order))
        return
    if only_open:
        _print_left(_left(found, order))
    else:
        _print_files(found)
        _print_items(found.items)
        for overlap in found.overlaps:
            click.echo(_overlap_text(found, overlap))
    for record in found.elsewhere:
        talk(f"record {record} has its code in none of these files")
    for problem in found.problems:
        talk(problem)
    if only_open and not any(True for _ in _left(found, order)):
        talk(_nothing_left(found))


def _coverage(project: Project, topic: str) -> TopicCoverage:
    files, signer = _desk(project, topic)
    missing(project, topic)
    for damaged in signer.follower.refresh().damaged:
        talk(f"{topic}: line {damaged.line} is kept but left out: {damaged.reason}")
    claims = Claims(project.datasets_dir, topic, signer.by)
    return CoverageTracker(files, signer.follower, signer.by).refresh(claims=claims.others())


def _desk(project: Project, topic: str) -> tuple[TopicFiles, Signer]:
    files = TopicFiles(project, topic)
    return files, Signer(project, topic, files.spec.reviews, annotator(project.root))


def _nothing_left(found: TopicCoverage) -> str:
    """That nothing is left; not without saying so where there never was anything."""
    if found.complete:
        return f"nothing of {found.topic} is left: all code there is is recorded"
    if found.empty:
        return f"no code of {found.topic} was found in its sources and related files"
    return f"nothing of {found.topic} is open"


def _left(found: TopicCoverage, order: Order | None) -> Iterable[ItemCoverage]:
    yield from found.to_do(order)
    yield from (one for one in found.items if one.state == "partly" and one.counted)


def _print_files(found: TopicCoverage) -> None:
    click.echo(f"{'':40}" + "".join(f"{state:>9}" for state in STATES))
    for path, file in found.files.items():
        if file.related and not file.items and not file.problem:
            continue  # nothing of the topic is in it
        told = printable(file.problem) or said(file.strange)
        row = cell(path, 40) + "".join(f"{file.counts[state]:9}" for state in STATES)
        click.echo(f"{row}  {told}" if told else row)
    if len(found.files) > 1:
        click.echo(
            cell("in related files", 40) + "".join(f"{found.related_counts[state]:9}" for state in STATES)
        )
        click.echo(cell("in all", 40) + "".join(f"{found.counts[state]:9}" for state in STATES))
    click.echo()


def _print_items(items: Iterable[ItemCoverage]) -> None:
    for one in items:
        unit = one.unit
        where = cell(f"{unit.path}:{unit.line + 1}", 32)
        mark = "*" if unit.focus else " "
        click.echo(
            f"{one.state:8} {mark} {where} {cell(unit.item, 40)} {printable(one.reason, 300)}".rstrip()
        )


def _print_left(items: Iterable[ItemCoverage]) -> None:
    for number, one in enumerate(items, 1):
        where = cell(f"{one.unit.path}:{one.unit.line + 1}", 32)
        reasons = " · ".join(one.importance.reasons)
        state = "" if one.state == "open" else f"{one.state}: "
        click.echo(
            f"{number:3}  {where} {cell(one.unit.item, 40)} {printable(state + reasons, 300)}".rstrip()
        )


def _overlap_text(found: TopicCoverage, overlap: Overlap) -> str:
    users = ", ".join(f"{use.record} ({use.role}) of {use.topic}" for use in overlap.uses)
    where = f"{overlap.unit.path}:{overlap.unit.line + 1} {overlap.unit.item}"
    return f"used {len(overlap.uses)} times: {printable(where, 300)}: {printable(users, 1000)}"


def _plain(found: TopicCoverage, only_open: bool, order: Order | None) -> dict[str, Any]:
    return {
        "topic": found.topic,
        "counts": found.counts,
        "related_counts": found.related_counts,
        "complete": found.complete,
        "order": order or found.order,
        "files": [
            {
                "path": path,
                "related": file.related,
                "problem": file.problem or None,
                "not_understood": [line + 1 for line in file.strange],
                "counts": dict(file.counts),
                "items": [_item(one) for one in file.items if not only_open or one.state in _LEFT],
            }
            for path, file in found.files.items()
        ],
        "next": [[one.unit.path, one.unit.item] for one in found.to_do(order)],
        "overlaps": [
            {
                "path": one.unit.path,
                "item": one.unit.item,
                "start": one.start,
                "end": one.end,
                "records": [_use(use) for use in one.uses],
            }
            for one in found.overlaps
        ],
        "elsewhere": list(found.elsewhere),
        "problems": list(found.problems),
    }


def _item(one: ItemCoverage) -> dict[str, Any]:
    unit, skipped = one.unit, one.skip
    return {
        "item": unit.item,
        "line": unit.line + 1,
        "start": unit.start,
        "end": unit.end,
        "state": one.state,
        "focus": unit.focus,
        "part_of": list(one.importance.part_of),
        "owner": one.importance.owner or None,
        "score": round(-one.importance.rank.score, 2),
        "reasons": list(one.importance.reasons),
        "records": [_use(use) for use in one.uses],
        "drafts": [{"record": draft.record, "by": draft.by} for draft in one.drafts],
        "claims": [{"record": claim.record, "by": claim.by, "host": claim.host} for claim in one.claims],
        "excluded": unit.excluded or None,
        "skip": skipped
        and {"by": skipped.by, "at": skipped.at.isoformat(), "reason": skipped.reason, "item": skipped.item},
    }


def _use(use: Use) -> dict[str, Any]:
    return use._asdict()


@click.command("close")
@click.argument("topic")
@click.option("--because", metavar="TEXT", help="Why there is no more code to record.")
@click.option("--take-back", "back", is_flag=True, help="There is more to do after all.")
@click.pass_obj
def close_command(folder: Path, topic: str, because: str | None, back: bool) -> None:
    """Say that all code there is of TOPIC is recorded, because of a reason that everybody sees.

    The topic then counts as complete below its target, in the list of topics, in 'backspan stats' and in exports.
    'backspan undo' takes it back too.
    """
    if (because is None) == (not back):
        raise UsageError("say why, or take it back", "--because TEXT, or --take-back")
    project = find_project(folder)
    signer = Signer(project, topic, project.spec(topic).reviews, annotator(project.root))
    if back:
        reopen(signer)
        talk(f"{topic} is open again")
        return
    closing = close(signer, because or "")
    said = many(closing.records, "record")
    talk(f"{topic}: all code there is is recorded, {said}; 'backspan undo {topic}' takes it back")


@click.command("skip")
@click.argument("topic")
@click.argument("file")
@click.argument("item")
@click.option("--because", metavar="TEXT", help="Why nobody is to write a record about it.")
@click.option("--take-back", "back", is_flag=True, help="Have an item in again that was left out.")
@click.pass_obj
def skip_command(folder: Path, topic: str, file: str, item: str, because: str | None, back: bool) -> None:
    """Leave ITEM of FILE out of TOPIC, because of a reason that everybody sees; 'backspan undo' takes it back.

    FILE is one of the topic's files, sources or related, or the end of its path; ITEM as 'backspan coverage' prints
    it. An impl or a module stands for all that is in it.
    """
    if (because is None) == (not back):
        raise UsageError("say why, or take it back", "--because TEXT, or --take-back")
    files, signer = _desk(find_project(folder), topic)
    path = _source(files, file)
    items = files.parsed(path).items
    place = CoverageTracker(files, signer.follower, signer.by).place(
        path, items.index(find_item(items, item))
    )
    if back:
        take_back(signer, place)
        talk(f"to be done after all: {printable(place.item)} of {printable(path)}")
        return
    skip(signer, place, because or "")
    talk(f"skipped: {printable(place.item)} of {printable(path)}; 'backspan undo {topic}' takes it back")


def _source(files: TopicFiles, name: str) -> str:
    """One of the topic's files, by its path or the end of it. Raises `UsageError`."""
    sources = (*files.sources(), *files.related())
    found = [path for path in sources if path == name] or [p for p in sources if p.endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(printable(path) for path in (found or sources)[:8]) or "none"
    if found:
        raise UsageError(f"{printable(name)} could be several files of {files.topic}", f"one of: {shown}")
    raise UsageError(f"{printable(name)} is no file of {files.topic}", f"its files: {shown}")
