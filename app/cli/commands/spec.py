"""`backspan spec`: check specs, or make one from a prompt document."""

from __future__ import annotations

from pathlib import Path

import click

from app.base.text import printable
from app.cli.output import print_json, talk
from app.errors import BackspanError, SourceError, UsageError
from app.project.project import find_project
from app.project.topics.claims import check_claims
from app.project.topics.prompts import read_prompt_file, spec_toml
from app.project.topics.titles import TOPIC


@click.group("spec")
def spec_command() -> None:
    """Check specs, or make one from a prompt document."""


@spec_command.command("check")
@click.argument("topics", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("-v", "--verbose", is_flag=True, help="Also the claims that hold.")
@click.option(
    "--offline", is_flag=True, help="Only the files themselves, not their claims about a repository."
)
@click.pass_obj
def check(folder: Path, topics: tuple[str, ...], as_json: bool, verbose: bool, offline: bool) -> None:
    """Validate the specs of TOPICS (default: all), and check what they claim against the repository at its commit."""
    project = find_project(folder)
    good, bad = project.specs()
    unknown = [topic for topic in topics if topic not in good and topic not in bad]
    if unknown:
        raise UsageError(f"no topic {printable(unknown[0])!r}", f"topics here: {', '.join([*good, *bad])}")
    rows = [
        {"topic": topic, "severity": "error", "key": "", "text": str(error), "hint": ""}
        for topic, error in bad.items()
        if not topics or topic in topics
    ]
    for topic, spec in good.items():
        if topics and topic not in topics:
            continue
        claims = []
        if not offline:
            try:
                claims = check_claims(spec, project.snapshot(spec))
            except SourceError as error:
                rows.append(
                    {
                        "topic": topic,
                        "severity": "hint",
                        "key": "repository.url",
                        "text": error.what,
                        "hint": error.remedy,
                    }
                )
        rows += [
            {"topic": topic, "severity": c.severity, "key": c.key, "text": c.text, "hint": c.hint}
            for c in claims
        ]
        if not as_json:
            holding = sum(c.severity == "holds" for c in claims)
            talk(f"{topic}: the file is right; {holding} of its {len(claims)} claims hold")
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo(
                f"{row['topic']}: {row['severity']}: {row['key']}{': ' if row['key'] else ''}{row['text']}"
            )
            if row["hint"]:
                click.echo(f"  → {row['hint']}")
    if any(row["severity"] == "error" for row in rows):
        raise SystemExit(3)


@spec_command.command("new")
@click.option(
    "--from-prompt", "prompt", type=click.Path(path_type=Path), required=True, help="The document to read."
)
@click.option(
    "--repository", default="", help="URL or path of the repository, which such documents do not say."
)
@click.option("--topic", help="The topic's name (default: from the document's output file).")
@click.option(
    "--stdout", "to_stdout", is_flag=True, help="Print the spec instead of writing specs/<topic>.toml."
)
@click.pass_obj
def new(folder: Path, prompt: Path, topic: str | None, repository: str, to_stdout: bool) -> None:
    """Read a prompt document into a spec, and say what could not be read."""
    conversion = read_prompt_file(prompt, repository)
    written = spec_toml(conversion)
    for part in conversion.missing:
        need = "the spec cannot do without it" if part.required else "left empty"
        talk(f"missing: {part.key}: {printable(part.what)} ({need})")
    for note in conversion.unread:
        talk(f"not placed: line {note.line}: {printable(note.text, 100)} ({note.why})")
    talk(
        f"left out on purpose: {len(conversion.dropped)} lines for an automated writer, or the same in every record"
    )
    if to_stdout:
        click.echo(written, nl=False)
        return
    name = topic or conversion.name
    if not TOPIC.fullmatch(name):
        raise UsageError(
            f"{printable(name)!r} cannot name a topic",
            "give one with --topic: small letters, digits, _ and -",
        )
    path = find_project(folder).specs_dir / f"{name}.toml"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(written)
    except FileExistsError:
        raise UsageError(f"{path} is there already", "choose another --topic; nothing was changed") from None
    except OSError as error:
        raise BackspanError(
            f"cannot write {path}: {error.strerror}", "check the folder's permissions"
        ) from error
    click.echo(path)
