"""`backspan check`: every check over a project's records, for people, for a pre-commit hook and for CI."""

from __future__ import annotations

import difflib
import io
import os
import re
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import click

from app.base.text import did_you_mean, many, printable
from app.checks import Finding, worst
from app.checks.running import LEFT_OUT, Audit, AuditTarget, Judged, Since
from app.cli.check_output import OutputRow, counted, json_of, sarif_of, text_of
from app.cli.commands.records import seen
from app.cli.lookup import missing
from app.cli.output import talk
from app.errors import BackspanError, UsageError
from app.project.project import Project, find_project
from app.records.tokens import lacking
from app.store.disk.plain_files import opened
from app.store.follower import Follower

EXIT_FOUND = 1
"""The exit status where there are findings at the level of --fail-on."""
EXIT_SPEC = 3
"""Where nothing of that level was found, but a spec cannot be used, so that its topic was not looked at."""
EXIT_UNCOMPARED = 4
"""Where nothing of that level was found, but records could not be compared with the code they were taken from."""
EXIT_UNREAD = 5
"""Where nothing of that level was found, but part of a journal could not be read."""
_ID = re.compile(rb'"id":\s*"([0-9a-f]{64})"')
_SHOWN = 10
"""Records that could not be compared and are told one by one; of more, the number is told."""
_WIDTH = 24
"""Cells of the progress bar."""


@click.command("check")
@click.argument("wanted", nargs=-1, metavar="[TOPIC|RECORD]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Lines for people, one JSON object a finding, or a SARIF 2.1.0 log.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="The least severity that makes the exit status 1 (default: error).",
)
@click.option(
    "--since",
    metavar="REV",
    help="Only records that changed in the journals since a git revision of the project.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A benchmark (JSONL, or any text): BS801 tells what shares 8 words in a row with it. May be repeated.",
)
@click.option(
    "--without-code",
    is_flag=True,
    help="Compare no record with the code it was taken from: for a machine that has no repositories.",
)
@click.pass_context
def check_command(
    ctx: click.Context,
    wanted: tuple[str, ...],
    form: str,
    fail_on: str,
    since: str | None,
    against: tuple[Path, ...],
    without_code: bool,
) -> None:
    """Hold records against every check: those of the TOPICs, the RECORDs (ids, or beginnings of ids), or all.

    Looked at is what a record says now. Withdrawn and rejected records, and topics for practice, are left out
    unless they are named; in a blind topic, a rejection that you may not see yet leaves nothing out. Where a
    repository, a commit or a file of it is not on this machine and cannot be had, that is told with the records
    it concerns, and the checks that compare them with their code are left out. docs/checks.md tells every check.

    Exits with 1 if there are findings at the level of --fail-on that nobody waived; else with 3 if a spec and
    with 5 if part of a journal cannot be read; else with 4 if a record could not be compared with its code, unless
    --without-code says that none is to be. In a git hook (.git/hooks/pre-commit) that looks at what is about to be
    committed, and in CI:

    \b
        backspan check --since HEAD
        backspan check --since origin/main --format sarif > checks.sarif
    """
    project = find_project(ctx.obj)
    bar = Bar()
    audit, bad = _audit(project, bar, without_code)
    topics, records = _meant(audit, bad, wanted)
    chosen = audit.pick(topics, records, Since(project, since) if since is not None else None)
    found: list[Finding] = []
    rows: list[OutputRow] = []
    lines = _Lines(project)
    for judged in audit.run(chosen, against):
        found += judged.findings
        mine = sorted(_rows(project, judged, lines, form), key=lambda row: row.order)
        if form == "sarif":
            rows += mine
        elif mine:
            bar.clear()
            _print("\n".join((text_of if form == "text" else json_of)(row) for row in mine))
    bar.clear()
    broken = bad if not wanted else {}
    for error in broken.values():
        talk(f"backspan: {error}")
    if form == "sarif":
        _print(sarif_of(rows, not audit.unread and not broken and not audit.uncompared))
    talk(f"{many(len(chosen), 'record')} checked: {counted(found)}")
    _tell_uncompared(audit)
    _explain(audit, topics, wanted, chosen, since)
    for told in sorted({lacking(audit.specs[one.topic].checks.vocabulary) for one in chosen} - {""}):
        talk(f"backspan: {told}")
    level = worst(found)
    if level == "error" or (level == "warning" and fail_on == "warning"):
        ctx.exit(EXIT_FOUND)
    ctx.exit(_status(audit, bool(broken)))


def _status(audit: Audit, broken: bool) -> int:
    """The exit status where nothing was found: what was not looked at, the gravest first."""
    if broken:
        return EXIT_SPEC
    return EXIT_UNREAD if audit.unread else EXIT_UNCOMPARED if audit.uncompared else 0


def _tell_uncompared(audit: Audit) -> None:
    """Which records the code was not there for, and why."""
    for topic, record, why in audit.uncompared[:_SHOWN]:
        talk(f"{topic}/{record} was not compared with all of its code: {printable(why, 500)}")
    if len(audit.uncompared) > _SHOWN:
        talk(f"and {many(len(audit.uncompared) - _SHOWN, 'more record')} not compared with all of their code")


def _audit(project: Project, bar: Bar, without_code: bool) -> tuple[Audit, dict[str, BackspanError]]:
    """The project's topics with their records, and the specs that cannot be used."""
    good, bad = project.specs()

    def tell(what: str) -> None:
        bar.clear()
        talk(f"backspan: {what}")

    audit = Audit(project, good, {}, tell, bar, without_code=without_code)
    for topic, spec in good.items():
        audit.unread += missing(project, topic) is not None
        follower = Follower(project.store, topic, spec.reviews)
        for damaged in follower.refresh().damaged:
            audit.unread += 1
            tell(f"{topic}: line {damaged.line} is kept but left out: {damaged.reason}")
        # Which records are left out as rejected must not tell of verdicts that are hidden from whoever asks.
        audit.ledgers[topic] = seen(project, topic, follower.ledger.records)
    return audit, dict(bad)


def _meant(
    audit: Audit, bad: dict[str, BackspanError], wanted: Sequence[str]
) -> tuple[list[str], list[AuditTarget]]:
    """The topics and the records that are named; all topics but those for practice where none is."""
    if not wanted:
        return [topic for topic, spec in audit.specs.items() if not spec.practice], []
    topics: list[str] = []
    records: list[AuditTarget] = []
    for word in wanted:
        if word in bad:
            raise bad[word]
        if word in audit.specs:
            topics.append(word)
        else:
            records.append(_record(audit, word))
    return topics, records


def _record(audit: Audit, word: str) -> AuditTarget:
    found = [
        AuditTarget(topic, state)
        for topic, states in audit.ledgers.items()
        for state in states
        if word and state.record.startswith(word.upper())
    ]
    if len(found) > 1:
        raise UsageError(f"{len(found)} records begin with {printable(word)!r}", "give more of the id")
    if not found:
        near = difflib.get_close_matches(word, audit.specs, 1)
        raise UsageError(
            f"no topic or record {printable(word)!r} in this project",
            did_you_mean(near, "see 'backspan topics' and 'backspan records TOPIC'"),
        )
    return found[0]


def _explain(
    audit: Audit,
    topics: Collection[str],
    wanted: Sequence[str],
    chosen: Sequence[AuditTarget],
    since: str | None,
) -> None:
    """Why fewer records were looked at than a person may think there are."""
    if chosen or since is not None:
        return
    if not wanted and (practice := [topic for topic, spec in audit.specs.items() if spec.practice]):
        talk(f"topics for practice are left out unless they are named: {', '.join(practice)}")
    left = sum(state.status in LEFT_OUT for topic in topics for state in audit.ledgers[topic])
    if left:
        talk(f"{many(left, 'record')} withdrawn or rejected, so left out")


def _rows(project: Project, judged: Judged, lines: _Lines, form: str) -> Iterator[OutputRow]:
    revision = judged.revision
    texts = {"user": revision.user, "think": revision.think, "block": revision.block.text}
    path = project.store.path(judged.topic)
    journal = path.relative_to(project.root).as_posix()
    for finding in judged.findings:
        line = lines.of(judged.topic, revision.id) if form != "text" else 0
        text = texts.get(finding.field, "")
        yield OutputRow(judged.topic, revision.record, revision.id, journal, line, finding, text)


class _Lines:
    """On which line of its journal each event stands."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._of: dict[str, dict[bytes, int]] = {}

    def of(self, topic: str, event: str) -> int:
        """1-based; 0 where it is not found."""
        if topic not in self._of:
            self._of[topic] = self._read(topic)
        return self._of[topic].get(event.encode("ascii"), 0)

    def _read(self, topic: str) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        try:
            with (
                opened(self._project.store.path(topic)) as handle,
                io.BufferedReader(io.FileIO(os.dup(handle))) as stream,
            ):
                for number, line in enumerate(stream, 1):
                    for name in _ID.findall(line):
                        found.setdefault(name, number)
        except OSError:
            pass  # the finding is told without its line
        return found


class Bar:
    """How far it is, on one line of a terminal that is watched, once it takes longer than a moment."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 0.5
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next = now + 0.1
        full = _WIDTH * done // total if total else _WIDTH
        bar = "#" * full + "." * (_WIDTH - full)
        click.echo(f"\r\x1b[K{what} [{bar}] {done:,} of {total:,}", err=True, nl=False)
        self._shown = True

    def clear(self) -> None:
        """Take the line away before something else is printed."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False


def _print(text: str) -> None:
    """On stdout, as UTF-8 whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
