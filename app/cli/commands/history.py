"""`backspan log`, `undo`, `redo`, `settle`, `bring-back`: what was done to records, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from app.base.text import printable
from app.base.word_diff import Chunk, word_diff
from app.cli.commands.records import seen
from app.cli.lookup import SHORT, find_event, find_record
from app.cli.output import print_json, talk
from app.errors import StoreError, UsageError
from app.project.annotator import annotator
from app.project.project import Project, find_project
from app.project.topics.viewer import viewer_of
from app.records.events import Comment, Place, Retraction, Review, Revision
from app.records.history.ancestry import ancestors, texts_behind
from app.records.history.deeds import brought_back, chronicle, comment_deeds, deed
from app.records.history.ledger import Ledger, RecordState
from app.records.history.light import Entry
from app.records.history.reversals import ReversalTrail
from app.records.history.summary import Summary
from app.records.history.viewpoint import viewpoint, visible
from app.review.acts.undo import Done, UndoTarget, redo, redo_target, undo, undo_target
from app.review.acts.verdicts import Judge
from app.store.follower import Follower

_MARKS = {"gone": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}
_LONGEST = 100_000
"""Characters of a line that are printed."""


class _Texts:
    """The revisions of one record, whole."""

    def __init__(self, project: Project, topic: str, state: RecordState) -> None:
        self._by_id: dict[str, Revision] = {}
        for entry in state.events.values():
            if isinstance(entry, Summary):
                try:
                    found = project.store.fetch(topic, entry.id)
                except StoreError as error:
                    talk(f"{topic}: {printable(error.what, _LONGEST)}")  # one damaged line hides no other
                    continue
                assert isinstance(found, Revision)
                self._by_id[entry.id] = found

    def of(self, entry: Entry) -> dict[str, str]:
        """A revision's three texts; a retraction has none."""
        text = self._by_id.get(entry.id)
        return {"user": text.user, "think": text.think, "block": text.block.text} if text else {}


@click.command("log")
@click.argument("record")
@click.option("--full", is_flag=True, help="Whole texts, not only the lines that changed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, with every text's differences.")
@click.pass_obj
def log_command(folder: Path, record: str, full: bool, as_json: bool) -> None:
    """Print who did what to RECORD and said what about it, and when, the newest last.

    [-Words that went-] and {+words that came+} are marked, from each revision to the next.
    """
    project = find_project(folder)
    topic, state = find_record(project, record)
    comments = _comments(project, topic, state)
    spec = project.spec(topic)
    if spec.review.blind:
        viewer = viewer_of(spec, annotator(project.root))
        comments, state = visible(comments, state, viewer), viewpoint(state, viewer)
    rows = list(_rows(state, comments, _Texts(project, topic, state)))
    if as_json:
        print_json([_plain(row) for row in rows])
        return
    talk(f"{state.record} in {topic}: {state.status}")
    for row in rows:
        _print(row, full)


def _comments(project: Project, topic: str, state: RecordState) -> tuple[Comment, ...]:
    """Every event of the comments on a record, by time."""
    follower = Follower(project.store, topic)
    follower.refresh()
    return follower.ledger.comments.about(state.record)


def _rows(state: RecordState, comments: tuple[Comment, ...], texts: _Texts) -> Iterator[dict[str, Any]]:
    trail = ReversalTrail(state)
    words = comment_deeds(comments)
    said: set[str] = set()
    for entry in chronicle(state, comments):
        row: dict[str, Any] = {
            "id": entry.id,
            "kind": entry.kind,
            "at": entry.at.isoformat(),
            "by": entry.by,
            "what": words.get(entry.id, entry.about) if isinstance(entry, Comment) else deed(trail, entry.id),
            "undoes": entry.undoes,
            "head": entry.id in state.parents,
        }
        if isinstance(entry, Review):
            row |= {"revision": entry.revision, "verdict": entry.verdict, "note": entry.note}
            row |= {"place": _placed(entry.place), "reading_seconds": entry.reading_seconds}
        elif isinstance(entry, Comment):
            row |= {"revision": entry.revision, "note": entry.note, "place": _placed(entry.place)}
            row |= {"comment": entry.comment, "about": entry.about, "answers": entry.answers}
            row |= {"withdrawn": entry.withdrawn}
        elif isinstance(entry, Retraction):
            row |= {"parents": list(entry.parents), "note": entry.note}
        else:
            replaced = (texts_behind(state.events, (parent,)) for parent in entry.parents)
            before = [text for texts in replaced for text in sorted(texts, key=lambda text: text.id)]
            again = brought_back(state, entry)
            if trail.kind(entry.id) == "act" and again is not None:
                row["what"] = f"brought back {again[:SHORT]} of"
            # Of two who wrote the same apart, neither brought the other's back.
            twins = (state.alike(entry.id) & said) - ancestors(state.events, entry.id)
            row["same_as"] = min(twins, default=None)
            said.add(entry.id)
            row |= {"parents": list(entry.parents), "origin": entry.origin, "item": entry.item}
            row["changes"] = [_change(texts, old, entry) for old in before] or [_change(texts, None, entry)]
        yield row


def _placed(place: Place | None) -> dict[str, Any] | None:
    return place.model_dump() if place is not None else None


def _change(texts: _Texts, old: Entry | None, new: Entry) -> dict[str, Any]:
    before = texts.of(old) if old is not None else {}
    differences = {name: word_diff(before.get(name, ""), text) for name, text in texts.of(new).items()}
    return {"from": old.id if old is not None else None, "texts": differences}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row as JSON values."""
    changes = [
        {
            "from": change["from"],
            **{
                name: [{"kind": chunk.kind, "text": chunk.text} for chunk in chunks]
                for name, chunks in change["texts"].items()
            },
        }
        for change in row.get("changes", ())
    ]
    return row | ({"changes": changes} if changes else {})


def _print(row: dict[str, Any], full: bool) -> None:
    when = f"{row['at'][:10]} {row['at'][11:16]} UTC"
    about = f" {row['revision'][:SHORT]}" if "revision" in row else " it"
    now = "  (now)" if row["head"] else ""
    if row.get("reading_seconds"):
        now = f" after {row['reading_seconds']:,} s{now}"
    click.echo(f"{row['id'][:SHORT]}  {when}  {printable(row['by'])} {row['what']}{about}{now}")
    if row.get("answers"):
        click.echo(f"    answers {row['answers'][:SHORT]}")
    if row.get("place"):
        place = row["place"]
        click.echo(f"    on {place['field']}, characters {place['start']:,} to {place['end']:,}")
    if row.get("note"):
        for line in row["note"].split("\n"):
            click.echo(f"    “{printable(line, _LONGEST)}”")
    if row.get("same_as"):
        click.echo(f"    says the same as {row['same_as'][:SHORT]}")
    changes = row.get("changes", ())
    for change in changes:
        if len(changes) > 1:
            same = all(piece.kind == "same" for chunks in change["texts"].values() for piece in chunks)
            click.echo(f"    from {change['from'][:SHORT]}:{' the same' if same else ''}")
        for name, chunks in change["texts"].items():
            first = change["from"] is None and not full
            lines = [f"{len(chunks[-1].text)} characters"] if first and chunks else _marked(chunks, full)
            for index, line in enumerate(lines):
                click.echo(f"    {name if not index else '':6} {line}")


def _marked(chunks: tuple[Chunk, ...], full: bool) -> list[str]:
    """The text's lines with what went and came marked; only those where something did, unless `full`."""
    lines: list[str] = [""]
    changed = [False]
    for chunk in chunks:
        for index, part in enumerate(chunk.text.split("\n")):
            if index:
                lines.append("")
                changed.append(False)
            lines[-1] += _shown(chunk.kind, part)
            changed[-1] |= chunk.kind != "same"
    return [line for line, touched in zip(lines, changed, strict=True) if full or touched]


def _shown(kind: str, text: str) -> str:
    safe = printable(text.replace("\t", "    "), _LONGEST)
    if kind not in _MARKS:
        return safe
    opening, closing, colour = _MARKS[kind]
    return click.style(f"{opening}{safe}{closing}", fg=colour)


@click.command("undo")
@click.argument("topic", required=False)
@click.option("--record", help="Only what was done to this record.")
@click.pass_obj
def undo_command(folder: Path, topic: str | None, record: str | None) -> None:
    """Take back what you did last: in TOPIC, to one record, or in the whole project.

    Saves, withdrawals, restores, settlements, verdicts and comments can be undone, one after another, also much later
    and on another machine. Nothing is removed, and what others built on stays: see 'backspan log' and
    'backspan bring-back'.
    """
    _turn(folder, topic, record, undo_target, undo, "take back")


@click.command("redo")
@click.argument("topic", required=False)
@click.option("--record", help="Only what was done to this record.")
@click.pass_obj
def redo_command(folder: Path, topic: str | None, record: str | None) -> None:
    """Do again what you undid last: in TOPIC, to one record, or in the whole project."""
    _turn(folder, topic, record, redo_target, redo, "do again")


def _turn(
    folder: Path,
    topic: str | None,
    record: str | None,
    find: Callable[[Ledger, str], UndoTarget | None],
    turn: Callable[[Judge, str | None], Done],
    what: str,
) -> None:
    project = find_project(folder)
    by = annotator(project.root)
    if record is not None:
        found, state = find_record(project, record)
        if topic not in (None, found):
            raise UsageError(
                f"record {state.record} is in {found}, not in {printable(topic or '')}", "leave one out"
            )
        judge, name = _judge(project, found, by), state.record
    else:
        judge, name = _judge(project, topic, by) if topic else _latest(project, by, find, what), None
    done = turn(judge, name)
    talk(f"{done.text} in {judge.signer.topic}")


def _judge(project: Project, topic: str, by: str) -> Judge:
    return Judge.of(project, topic, project.spec(topic), by)


def _latest(project: Project, by: str, find: Callable[[Ledger, str], UndoTarget | None], what: str) -> Judge:
    """The topic where the person did last what can be turned back."""
    good, _ = project.specs()
    judges = [_judge(project, topic, by) for topic in good]
    targets = [(target, judge) for judge in judges if (target := find(judge.signer.ledger(), by)) is not None]
    if not targets:
        raise UsageError(f"there is nothing of {printable(by)} to {what}", "see 'backspan log RECORD'")
    return max(targets, key=lambda pair: pair[0].last)[1]


@click.command("settle")
@click.argument("record")
@click.option("--keep", metavar="REVISION", help="Which of the texts in conflict the record is to have.")
@click.option(
    "--both", is_flag=True, help="Keep the first in the record, and make each other one a new record."
)
@click.pass_obj
def settle_command(folder: Path, record: str, keep: str | None, both: bool) -> None:
    """Settle the conflict of RECORD. 'backspan log RECORD' shows its texts; the one not kept stays in its history."""
    if (keep is None) == (not both):
        raise UsageError("a conflict is settled in one of two ways", "say --keep REVISION, or --both")
    project = find_project(folder)
    topic, state = find_record(project, record)
    (state,) = seen(project, topic, [state])
    judge = _judge(project, topic, annotator(project.root))
    if keep is not None:
        judge.settle(state.record, find_event(state, keep))
        talk(f"settled: {state.record} in {topic}")
        return
    new = judge.keep_both(state.record)
    talk(f"settled: {state.record} in {topic}; kept as records of their own: {', '.join(new)}")


@click.command("bring-back")
@click.argument("record")
@click.argument("revision")
@click.pass_obj
def bring_back_command(folder: Path, record: str, revision: str) -> None:
    """Let RECORD say again what its old REVISION says, as a new revision. 'backspan log RECORD' shows them all."""
    project = find_project(folder)
    topic, state = find_record(project, record)
    (state,) = seen(project, topic, [state])  # the beginning of a hidden verdict's id names nothing
    old = find_event(state, revision)
    _judge(project, topic, annotator(project.root)).bring_back(state.record, old)
    talk(f"brought back: {old[:SHORT]} of {state.record} in {topic}")
