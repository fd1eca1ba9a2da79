"""`backspan items`, `block` and `locate`: what the workstation would select, without a project around it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
from tree_sitter import Tree

from app.base.text import printable
from app.cli.output import print_json, talk
from app.errors import InvalidRecordError, SourceError, UsageError
from app.records.block_needs import Mode, all_helpers, import_offers, imports_taken, why
from app.records.blocks import Piece, compose, piece_for
from app.records.events import Role, Span
from app.repository.repository import Snapshot, open_repository
from app.rust.gaps.unknowns import NOT_UNDERSTOOD, Range, said
from app.rust.items import Item, find_item, outline, unknowns
from app.rust.needs.crate_files import CrateFiles
from app.rust.source import SourceFile
from app.rust.syntax import parse

_repo = click.option(
    "--repo", type=click.Path(path_type=Path), required=True, help="Work tree, bare clone or plain folder."
)
_commit = click.option("--commit", help="Commit, branch or tag (default: HEAD).")
_json = click.option("--json", "as_json", is_flag=True, help="JSON, for scripts.")


class _File(NamedTuple):
    """A file that was read."""

    path: str
    source: SourceFile
    items: tuple[Item, ...]
    strange: tuple[Range, ...]
    """The places that are not understood."""

    def lines(self, start: int, end: int) -> list[int]:
        """The 1-based lines on which places of a range begin that are not understood."""
        touched = (low for low, high in self.strange if low < end and start < max(high, low + 1))
        return [self.source.line_at(low) + 1 for low in touched]


def _file(snapshot: Snapshot, name: str) -> _File:
    """A file by its path, or by the end of it if only one file ends so. Raises `SourceError`, `UsageError`."""
    path = name
    if name not in snapshot:
        try:
            matches = snapshot.match([name])
        except ValueError:
            matches = ()  # no glob, so no file's end either
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
    items = outline(source.data, tree)
    return _File(path, source, items, unknowns(source.data, tree, items))


def _row(file: _File, item: Item) -> dict[str, Any]:
    source = file.source
    return {
        "item": item.path,
        "kind": item.kind,
        "start": item.start,
        "end": item.end,
        "line_start": source.line_at(item.start) + 1,
        "line_end": source.line_at(item.end - 1) + 1,
        "test": item.test,
        "not_understood": file.lines(item.start, item.end) if item.broken else [],
    }


def _say_strange(file: _File) -> None:
    """Tell that the parser does not know all of a file, and where."""
    if places := said([file.source.line_at(low) for low, _ in file.strange]):
        talk(f"{printable(file.path)}: {places}; what stands there may be new syntax, or no Rust")


@click.command("items")
@_repo
@_commit
@click.argument("file")
@_json
def items_command(repo: Path, commit: str | None, file: str, as_json: bool) -> None:
    """Print the items of FILE: path, kind, byte range with lead, 1-based lines, inside test code or not."""
    with open_repository(repo) as repository:
        read = _file(repository.snapshot(commit), file)
    _say_strange(read)
    rows = [_row(read, item) for item in read.items]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        test = "  test" if row["test"] else ""
        strange = _marked(row["not_understood"]) if row["kind"] != NOT_UNDERSTOOD else ""
        click.echo(
            f"{row['line_start']:>6}-{row['line_end']:<6} {printable(row['item'], 120)}{test}{strange}"
        )


def _marked(lines: Sequence[int]) -> str:
    return f"  {said([line - 1 for line in lines])}" if lines else ""


_MODES = ("none", "whole", "pruned", "all")


class _BlockCommand(click.Command):
    """Lets `--imports` and `--helpers` stand without a value before FILE, which click would take for the value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        told: list[str] = []
        for at, arg in enumerate(args):
            following = args[at + 1] if at + 1 < len(args) else ""
            if arg == "--imports" and following not in _MODES:
                arg = "--imports=whole"
            elif arg == "--helpers" and not following.isdecimal():
                arg = "--helpers=0"
            told.append(arg)
        return super().parse_args(ctx, told)


@click.command("block", cls=_BlockCommand)
@_repo
@_commit
@click.argument("file")
@click.argument("items", nargs=-1, required=True)
@click.option("--bare", is_flag=True, help="Methods without their impl's header and closing brace.")
@click.option("--allow-tests", is_flag=True, help="Take test code as well.")
@click.option(
    "--imports",
    "mode",
    type=click.Choice(_MODES),
    is_flag=False,
    flag_value="whole",
    default="none",
    help="The imports the code needs for certain: whole, only their used names, or every one in scope.",
)
@click.option(
    "--likely", is_flag=True, help="With --imports: also those that syntax cannot prove to be needed."
)
@click.option(
    "--helpers",
    "wanted",
    type=click.IntRange(0),
    is_flag=False,
    flag_value=0,
    help="The helpers the code uses for certain in its file, N at most (without N: all of them).",
)
@click.option("--spans", is_flag=True, help="Print each span's role and reason instead of the block.")
@_json
def block_command(
    repo: Path,
    commit: str | None,
    file: str,
    items: tuple[str, ...],
    bare: bool,
    allow_tests: bool,
    mode: Mode,
    likely: bool,
    wanted: int | None,
    spans: bool,
    as_json: bool,
) -> None:
    """Print the block that choosing ITEMS of FILE gives, as the workstation would compose it."""
    with open_repository(repo) as repository:
        snapshot = repository.snapshot(commit)
        opened = _file(snapshot, file)
        pieces = list(_chosen(opened.path, opened.items, items, bare, allow_tests))
        files = CrateFiles(lambda other: other in snapshot, lambda other: _read(snapshot, other))
        if wanted is not None:
            offers = all_helpers(pieces, files, wanted or None, allow_tests)
            pieces += [offer.piece for offer in offers]
        needed = import_offers(pieces, files)
        ticked = frozenset(offer.name for offer in needed) if likely else frozenset()
        pieces += imports_taken(pieces, mode, frozenset(), ticked, files, needed)
        told = why(pieces, files, needed)
        used = dict.fromkeys(piece.path for piece in pieces)
        read = {each: snapshot.read(each) for each in used}
    touched = {line for p in pieces if p.path == opened.path for line in opened.lines(p.start, p.end)}
    if touched:
        places = said([line - 1 for line in sorted(touched)])
        talk(f"{printable(opened.path)}: the block holds what is {places}")
    composed = compose(
        pieces, {each: r.data for each, r in read.items()}, {each: r.blob for each, r in read.items()}
    )
    rows = [_span_row(span, pieces, told) for span in composed.spans]
    if as_json:
        print_json({"text": composed.text, "spans": rows})
    elif spans:
        for row in rows:
            place = f"{printable(row['path'])}:{row['start']}-{row['end']}"
            click.echo(
                f"{row['role']:<8} {place}  {printable(row['item'], 120)}  {printable(row['reason'], 300)}".rstrip()
            )
    elif sys.stdout.isatty():
        # A terminal must not obey what stands in a source file; a pipe gets the bytes as they are.
        click.echo(
            "\n".join(printable(line.replace("\t", "    "), 100_000) for line in composed.text.split("\n"))
        )
    else:
        sys.stdout.buffer.write(composed.text.encode("utf-8") + b"\n")


def _read(snapshot: Snapshot, path: str) -> tuple[bytes, Tree, tuple[Item, ...]]:
    data = snapshot.read(path).data
    source = SourceFile.of(path, data)
    tree = None if source.obstacle else parse(data)
    if tree is None:
        raise SourceError(f"{printable(path)} {source.obstacle}", "choose another file")
    return data, tree, outline(data, tree)


def _chosen(
    path: str, known: tuple[Item, ...], items: tuple[str, ...], bare: bool, allow_tests: bool
) -> Iterator[Piece]:
    """The pieces that choosing the items by name takes. Raises `InvalidRecordError` for test code."""
    for at, name in enumerate(items):
        item = find_item(known, name)
        role: Role = "helper" if at else "main"
        if item.kind in ("use_declaration", "extern_crate_declaration"):
            role = "import"
        piece = piece_for(known, known.index(item), path, role, bare)
        overlapping = [i for i in known if i.test and i.start < piece.end and piece.start < i.end]
        if overlapping and not allow_tests:
            raise InvalidRecordError(
                f"{printable(name)} holds test code", "choose code outside tests, or pass --allow-tests"
            )
        yield piece


def _span_row(span: Span, pieces: Sequence[Piece], told: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """A span with the reason it is there: that it was asked for, what uses it, or whose header it is."""
    row = {field: getattr(span, field) for field in ("path", "start", "end", "role", "item", "sha256")}
    piece = next((p for p in pieces if p.path == span.path and p.start <= span.start < p.end), None)
    if span.part in ("head", "tail"):
        reason = "around the member that was taken"
    else:
        reason = told.get((piece.path, piece.start), "chosen") if piece is not None else ""
    return {**row, "reason": reason}


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
                file = _file(snapshot, path)
            except SourceError as error:
                talk(f"left out: {error.what}")
                continue
            found += [{"path": path, **_row(file, item)} for item in file.items if _named(item.path, name)]
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
