"""`backspan spec`: check specs, or make one from a prompt document."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from app.base.text import many, printable
from app.cli.output import print_json, talk
from app.errors import BackspanError, ProjectError, SourceError, UsageError
from app.project import bundled
from app.project.project import find_project
from app.project.topics.claims import check_claims
from app.project.topics.prompt_document import copy_document
from app.project.topics.prompts import Conversion, read_prompt_file, spec_toml
from app.project.topics.proposals import propose, with_proposals
from app.project.topics.spec import SAMPLE
from app.project.topics.titles import TOPIC
from app.repository.repository import open_repository
from app.repository.snapshot import Snapshot
from app.repository.sources import locate


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
@click.option("--topic", default="", help="The topic's name (default: from the document's output file).")
@click.option(
    "--stdout", "to_stdout", is_flag=True, help="Print the spec instead of writing specs/<topic>.toml."
)
@click.pass_obj
def new(folder: Path, prompt: Path, topic: str, repository: str, to_stdout: bool) -> None:
    """Read a prompt document into a spec, and account for each of its lines.

    Told are the parts it lacks, the lines that were not read or want a look, and those left out on purpose. Where the
    repository is on this machine, related files and items to leave out are proposed from it. The document is copied
    to the project's prompts/, where the workstation opens it.
    """
    conversion = read_prompt_file(prompt, repository, topic)
    if not TOPIC.fullmatch(conversion.name):
        raise UsageError(
            f"{printable(conversion.name)!r} cannot name a topic",
            "give one with --topic: small letters, digits, _ and -",
        )
    _account(conversion)
    proposed = _proposed(folder, conversion)
    if to_stdout:
        click.echo(spec_toml(proposed), nl=False)
        return
    project = find_project(folder)
    path = project.specs_dir / f"{conversion.name}.toml"
    if path.exists():
        raise UsageError(f"{path} is there already", "choose another --topic; nothing was changed")
    _write_spec(path, spec_toml(_with_document(project.root, prompt, proposed)))
    click.echo(path)


def _with_document(root: Path, prompt: Path, conversion: Conversion) -> Conversion:
    """The conversion that names its document, once that lies in the project; where it cannot, that is told."""
    try:
        place, copied = copy_document(prompt, root)
    except BackspanError as error:
        talk(f"prompt: {error.what} ({error.remedy})")
        return conversion
    talk(f"prompt: {printable(place)} {'is a copy of the document' if copied else 'is the document'}")
    return replace(conversion, fields={**conversion.fields, "prompt": place})


def _write_spec(path: Path, written: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(written)
    except FileExistsError:
        raise UsageError(f"{path} is there already", "choose another --topic; nothing was changed") from None
    except OSError as error:
        raise BackspanError(
            f"cannot write {path}: {error.strerror}", "check the folder's permissions"
        ) from error


def _account(conversion: Conversion) -> None:
    """Tell what became of the document."""
    for part in conversion.missing:
        need = "the spec cannot do without it" if part.required else "left empty"
        talk(f"missing: {part.key}: {printable(part.what, 200)} ({need})")
    for label, notes in (
        ("not read", conversion.unread),
        ("to check", conversion.doubts),
        ("left out on purpose", conversion.dropped),
    ):
        for note in notes:
            talk(f"{label}: {note.place}: {printable(note.text, 100)} ({printable(note.why, 300)})")
    for key, why in conversion.reasons.items():
        talk(f"read: {key} = {printable(str(conversion.fields[key]))}: {printable(' '.join(why), 300)}")
    kinds = Counter(conversion.lines.values())
    told = f"{kinds['read']} read, {kinds['known']} that are headings or left out, {kinds['unread']} not read in whole"
    talk(f"{many(len(conversion.lines), 'line')}: {told}")


def _proposed(folder: Path, conversion: Conversion) -> Conversion:
    """The conversion with what its repository proposes, if that is on this machine."""
    where = conversion.fields.get("repository", {})
    try:
        snapshot = _at_hand(folder, where) if "url" in where else None
        if snapshot is None:
            talk("proposed: nothing, because the repository is not on this machine")
            return conversion
        proposals = propose(conversion.fields, snapshot)
    except BackspanError as error:
        talk(f"proposed: nothing: {error.what}")
        return conversion
    for key, some in proposals.items():
        for one in some:
            talk(f"proposed: {key}: {printable(one.value, 200)} ({printable(one.why, 300)})")
    return with_proposals(conversion, proposals)


def _at_hand(folder: Path, where: dict[str, str]) -> Snapshot | None:
    """The repository as the spec will name it; None if it is not on this machine."""
    try:
        root = find_project(folder).root
    except ProjectError:
        root = folder
    path = bundled.crate_dir() if where["url"] == SAMPLE else locate(where["url"], root)
    if path is None:
        return None
    repository = open_repository(path)
    if repository.git_dir is None:
        return repository.snapshot()
    return repository.snapshot(where.get("commit"), where.get("branch"))
