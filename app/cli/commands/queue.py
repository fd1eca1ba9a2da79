"""`backspan queue`: the records of a topic by section, order and filter, as its list on the screen has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_args

import click

from app.cli.commands.check import Bar
from app.cli.lookup import missing
from app.cli.output import cell, print_json, talk
from app.project.annotator import annotator
from app.project.project import find_project
from app.records.filters.language import parse
from app.records.filters.row import Row
from app.review.passes import SECTIONS, Order, Section
from app.review.queue import Listing, Wish, check_texts

_CHECKED = frozenset({"finding", "crate"})
"""Fields that ask for what the checks say."""


@click.command("queue")
@click.argument("topic", required=False)
@click.option("--filter", "text", default="", metavar="FILTER", help="Which records; see docs/filters.md.")
@click.option(
    "--section",
    type=click.Choice(get_args(Section)),
    help="Which part: review by default, all with a filter.",
)
@click.option(
    "--order", type=click.Choice(get_args(Order)), default="oldest", show_default=True, help="Which first."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def queue_command(
    folder: Path, topic: str | None, text: str, section: str | None, order: str, as_json: bool
) -> None:
    """List what is to be reviewed of TOPIC (of all but those for practice by default), as far as you may see it.

    Where others' verdicts are hidden from you, neither sections nor filters nor counts know of them. Words, findings
    and crates are found out first, which takes milliseconds a record the first time.
    """
    parse(text)  # what is wrong with it is told before anything is read
    project = find_project(folder)
    wish = Wish(
        cast(Section, section or ("all" if text.strip() else "review")), cast(Order, order), text.strip()
    )
    listing = Listing(project, annotator(project.root), topic)
    try:
        for name in listing.desks:
            missing(project, name)
        rows = _rows(listing, wish)
    finally:
        listing.close()
    if as_json:
        print_json([_plain(row) for row in rows])
        return
    for row in rows:
        click.echo(
            f"{row.record} {cell(row.status, 10)} {cell(row.by, 10)} {cell(row.title or row.path, 30)} "
            f"{cell(row.opening, 50)}".rstrip()
        )
    if not rows:
        talk(f"no record: {SECTIONS[wish.section]}" + (f", {wish.filter}" if wish.filter else ""))


def _rows(listing: Listing, wish: Wish) -> list[Row]:
    """The records that are wished for, with all found out that the wish asks for. Raises `BackspanError`."""
    listing.read()
    listing.take()
    fields = {term.field for term in listing.check_filter(wish.filter).terms()}
    bar = Bar()
    if "text" in fields:
        listing.index_texts(bar)
    if wish.section == "findings" or wish.order == "riskiest" or fields & _CHECKED:
        check_texts(listing, bar, tell=talk)
        listing.take()
    bar.clear()
    return list(listing.show(wish).rows)


def _plain(row: Row) -> dict[str, Any]:
    facts = row.facts
    return {
        "topic": row.topic,
        "record": row.record,
        "status": row.status,
        "revision": row.revision,
        "by": row.by,
        "at": row.at.isoformat(),
        "item": row.title,
        "path": row.path,
        "user": row.opening,
        "verdicts": [{"by": by, "verdict": verdict} for by, verdict in row.reviewers],
        "judged": row.judged,
        "mine": row.mine,
        "stale": row.stale,
        "findings": list(facts.codes),
        "errors": facts.errors,
        "warnings": facts.warnings,
        "crates": list(facts.crates),
    }
