"""`backspan records`, `show`, `accept`, `withdraw`, `restore`: a journal's records from the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from app.base.text import printable
from app.cli.lookup import SHORT, find_record, find_revision, topic_states
from app.cli.output import cell, print_json, talk
from app.errors import UsageError
from app.project.annotator import annotator
from app.project.project import Project, find_project
from app.project.topics.viewer import viewer_of
from app.records import chatml
from app.records.effort_words import told_of_all
from app.records.events import Revision
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.records.history.viewpoint import viewpoint
from app.review.acts.verdicts import Judge
from app.store.efforts import Efforts


def seen(project: Project, topic: str, states: Sequence[RecordState]) -> list[RecordState]:
    """A topic's records as whoever runs the command may see them: in a blind topic, without hidden verdicts.

    Raises `SpecError`.
    """
    spec = project.spec(topic)
    if not spec.review.blind:
        return list(states)  # and nobody's name is looked up
    viewer = viewer_of(spec, annotator(project.root))
    return [viewpoint(state, viewer) for state in states]


def _summary(topic: str, state: RecordState) -> dict[str, Any]:
    """A record's row; of its request the first words."""
    revision = state.revision
    row: dict[str, Any] = {
        "topic": topic,
        "record": state.record,
        "status": state.status,
        "revisions": _count(state),
    }
    if revision is not None:
        row |= {
            "revision": revision.id,
            "by": revision.by,
            "at": revision.at.isoformat(),
            "item": revision.item,
            "path": revision.path,
            "user": revision.opening,
        }
    return row


def _count(state: RecordState) -> int:
    return sum(isinstance(event, Summary) for event in state.events.values())


def _whole(project: Project, topic: str, revision: Summary) -> Revision:
    """The revision with its texts. Raises `StoreError`."""
    found = project.store.fetch(topic, revision.id)
    assert isinstance(found, Revision)
    return found


@click.command("records")
@click.argument("topic")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def records_command(folder: Path, topic: str, as_json: bool) -> None:
    """List the records of TOPIC. In a blind topic, statuses are as far as you may see them."""
    project = find_project(folder)
    states = seen(project, topic, topic_states(project, topic))
    rows = [_summary(topic, state) for state in states]
    if as_json:
        for row, state in zip(rows, states, strict=True):
            if state.revision is not None:
                row["user"] = _whole(project, topic, state.revision).user
        print_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['record']} {cell(row['status'], 10)} {cell(row.get('item', ''), 34)} {cell(row.get('user', ''), 60)}"
        )
    if not rows:
        talk(f"{topic} has no records yet")


@click.command("show")
@click.argument("record")
@click.option("--json", "as_json", is_flag=True, help="The newest revision as JSON.")
@click.pass_obj
def show_command(folder: Path, record: str, as_json: bool) -> None:
    """Print RECORD (its id, or the beginning of it)."""
    project = find_project(folder)
    topic, state = find_record(project, record)
    (state,) = seen(project, topic, [state])
    if state.revision is None:
        raise UsageError(
            f"record {state.record} has no revision", "its journal may be incomplete: merge the other part"
        )
    revision = _whole(project, topic, state.revision)
    if as_json:
        line = chatml.line(project.spec(topic).system, revision.user, revision.think, revision.block.text)
        print_json(
            _summary(topic, state)
            | {"user": revision.user, "think": revision.think, "line": line}
            | {"revision": revision.model_dump(mode="json")}
        )
        return
    block = revision.block
    click.echo(f"record    {state.record} ({state.status}, {_count(state)} revisions)")
    click.echo(f"revision  {revision.id[:SHORT]}")
    click.echo(f"by        {printable(revision.by)} at {revision.at:%Y-%m-%d %H:%M} UTC")
    where = f"{printable(block.repository)} @ {block.commit or 'no commit'}"
    click.echo(f"code      {where} ({block.licence or 'no licence known'})")
    for span in block.spans:
        click.echo(
            f"          {span.role:8} {printable(span.path)} {span.start}-{span.end} {printable(span.item, 80)}"
        )
    behind = Efforts(project.store, topic).behind(state, revision.parents)
    if took := told_of_all(revision.effort, *behind):
        click.echo(f"written   {took}")
    for waiver in revision.waivers:
        click.echo(f"waived    {waiver.code}: {printable(waiver.reason, 1_000)}")
    for name, text in (("user", revision.user), ("think", revision.think), ("block", block.text)):
        click.echo(f"\n--- {name}")
        for line in text.split("\n"):
            click.echo(printable(line.replace("\t", "    "), 100_000))


def _each(
    folder: Path, records: tuple[str, ...], done: str, act: Callable[[Judge, RecordState], str | None]
) -> None:
    """Act on each record, in the state in which it was found, and tell of it; `act` says what more there is to tell."""
    project = find_project(folder)
    found = [find_record(project, record) for record in records]
    judge_name = annotator(project.root)
    for topic, state in found:
        more = act(Judge.of(project, topic, project.spec(topic), judge_name), state)
        talk(f"{done}: {state.record} in {topic}{more or ''}")


@click.command("accept")
@click.argument("records", nargs=-1, required=True)
@click.option(
    "--revision",
    help="The text that you have read, as 'backspan show' names it; of one record. Without it, the newest.",
)
@click.pass_obj
def accept_command(folder: Path, records: tuple[str, ...], revision: str | None) -> None:
    """Accept the newest revision of each of RECORDS, which is named. One that is saved meanwhile is not accepted.

    Your own texts are for others to accept, unless the topic's spec says own = true in its [review].
    """
    if revision is not None and len(records) > 1:
        raise UsageError("a revision is of one record", "name that record alone, or leave --revision out")

    def accept(judge: Judge, state: RecordState) -> str:
        shown = state.revision.id if state.revision is not None else ""
        if revision is not None:
            shown = find_revision(state, revision)
        return f" (revision {judge.accept(state.record, shown).revision[:SHORT]})"

    _each(folder, records, "accepted", accept)


@click.command("withdraw")
@click.argument("records", nargs=-1, required=True)
@click.pass_obj
def withdraw_command(folder: Path, records: tuple[str, ...]) -> None:
    """Withdraw each of RECORDS."""
    _each(folder, records, "withdrawn", lambda judge, state: judge.withdraw(state.record))


@click.command("restore")
@click.argument("records", nargs=-1, required=True)
@click.pass_obj
def restore_command(folder: Path, records: tuple[str, ...]) -> None:
    """Restore each of RECORDS."""
    _each(folder, records, "restored", lambda judge, state: judge.restore(state.record))
