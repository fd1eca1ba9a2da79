"""`backspan items`, `block` and `locate`: what the workstation would select, without a project around it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from app.blocks import Piece, compose, piece_for
from app.commands.output import print_json, talk
from app.errors import InvalidRecordError, SourceError, UsageError
from app.repository import Snapshot, open_repository
from app.rust.items import Item, find_item, outline
from app.rust.source import SourceFile
from app.rust.syntax import parse
from app.topics import printable

_repo = click.option(
    "--repo", type=click.Path(path_type=Path), required=True, help="Work tree, bare clone or plain folder."
)
_commit = click.option("--commit", help="Commit, branch or tag (default: HEAD).")
_json = click.option("--json", "as_json", is_flag=True, help="JSON, for scripts.")


def _file(snapshot: Snapshot, name: str) -> tuple[str, SourceFile, tuple[Item, ...], str | None]:
    """A file by its path, or by the end of it if only one file ends so."""
    path = name
    if name not in snapshot:
        matches = (
            snapshot.match([name]) if not name.startswith(("/", "-", "!", "#")) and ".." not in name else ()
        )
        if len(matches) == 1:
            path = matches[0]
        elif matches:
            raise UsageError(f"{printable(name)} could be {', '.join(matches[:5])}", "give the whole path")
    read = snapshot.read(path)
    source = SourceFile.of(path, read.data)
    if source.obstacle:
        raise SourceError(f"{printable(path)} {source.obstacle}", "choose another file")
    tree = parse(source.data)
    assert tree is not None  # nobody cancels here
    return path, source, outline(source.data, tree), read.blob


def _row(source: SourceFile, item: Item) -> dict[str, Any]:
    return {
        "item": item.path,
        "kind": item.kind,
        "start": item.start,
        "end": item.end,
        "line_start": source.line_at(item.start) + 1,
        "line_end": source.line_at(item.end - 1) + 1,
        "test": item.test,
    }


@click.command("items")
@_repo
@_commit
@click.argument("file")
@_json
def items_command(repo: Path, commit: str | None, file: str, as_json: bool) -> None:
    """Print the items of FILE: path, kind, byte range with lead, 1-based lines, inside test code or not."""
    with open_repository(repo) as repository:
        _, source, items, _ = _file(repository.snapshot(commit), file)
    rows = [_row(source, item) for item in items]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        test = "  test" if row["test"] else ""
        click.echo(f"{row['line_start']:>6}-{row['line_end']:<6} {printable(row['item'], 120)}{test}")


@click.command("block")
@_repo
@_commit
@click.argument("file")
@click.argument("items", nargs=-1, required=True)
@click.option("--bare", is_flag=True, help="Methods without their impl's header and closing brace.")
@click.option("--allow-tests", is_flag=True, help="Take test code as well.")
@_json
def block_command(
    repo: Path,
    commit: str | None,
    file: str,
    items: tuple[str, ...],
    bare: bool,
    allow_tests: bool,
    as_json: bool,
) -> None:
    """Print the block that choosing ITEMS of FILE gives, as the workstation would compose it."""
    with open_repository(repo) as repository:
        path, source, known, blob = _file(repository.snapshot(commit), file)
    pieces: list[Piece] = []
    for name in items:
        item = find_item(known, name)
        piece = piece_for(known, known.index(item), path, "helper" if pieces else "main", bare)
        if item.kind in ("use_declaration", "extern_crate_declaration"):
            piece = piece_for(known, known.index(item), path, "import", bare)
        overlapping = [i for i in known if i.test and i.start < piece.end and piece.start < i.end]
        if overlapping and not allow_tests:
            raise InvalidRecordError(
                f"{printable(name)} holds test code", "choose code outside tests, or pass --allow-tests"
            )
        pieces.append(piece)
    composed = compose(pieces, {path: source.data}, {path: blob})
    if as_json:
        fields = ("path", "start", "end", "role", "item", "sha256")
        print_json(
            {"text": composed.text, "spans": [{f: getattr(s, f) for f in fields} for s in composed.spans]}
        )
    elif sys.stdout.isatty():
        # A terminal must not obey what stands in a source file; a pipe gets the bytes as they are.
        click.echo(
            "\n".join(printable(line.replace("\t", "    "), 100_000) for line in composed.text.split("\n"))
        )
    else:
        sys.stdout.buffer.write(composed.text.encode("utf-8") + b"\n")


@click.command("locate")
@_repo
@_commit
@click.argument("name")
@_json
def locate_command(repo: Path, commit: str | None, name: str, as_json: bool) -> None:
    """Find the items whose path is NAME, or ends in ::NAME, in every Rust file of the repository."""
    wanted = name.rsplit("::", 1)[-1].split()[-1:] or [name]
    with open_repository(repo) as repository:
        snapshot = repository.snapshot(commit)
        files = dict.fromkeys(
            hit.path for hit in snapshot.grep([wanted[0]], snapshot.files(), limit=1_000_000)
        )
        found = []
        for path in files:
            try:
                _, source, items, _ = _file(snapshot, path)
            except SourceError as error:
                talk(f"left out: {error.what}")
                continue
            found += [{"path": path, **_row(source, item)} for item in items if _named(item.path, name)]
    if as_json:
        print_json(found)
    else:
        for row in found:
            click.echo(f"{printable(row['path'])}:{row['line_start']}: {printable(row['item'], 120)}")
    if not found:
        talk(f"no item named {printable(name)}")
        raise SystemExit(1)


def _named(path: str, name: str) -> bool:
    bare = path.split("#", 1)[0]
    last = bare.rsplit(" ", 1)[-1] if not bare.startswith("impl") else bare
    return name in (path, bare, last) or last.endswith(f"::{name}")
