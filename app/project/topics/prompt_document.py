"""The prompt document that a spec names: where it may lie, how it is read, and how a new spec gets its copy.

It is somebody else's text: shown and never obeyed. It lies in the project, so that everybody reads the same one.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path, PurePosixPath

from app.base.text import printable
from app.errors import BackspanError, SpecError

FOLDER = "prompts"
"""The folder of a project's prompt documents."""
MOST = 256 * 1024
"""Bytes of the longest document that is read: a prompt has a few pages, and one of fifty is another file."""
_PLACE = re.compile(r"[^\\\x00-\x1f\x7f-\x9f]+")


def check_place(place: str) -> str:
    """The path of a document from the project's folder, if it is one. Raises `ValueError`. Empty: there is none."""
    parts = PurePosixPath(place).parts
    if place and (not _PLACE.fullmatch(place) or place.startswith("/") or re.match(r"[A-Za-z]:", place)):
        raise ValueError("must be a path from the project's folder, such as prompts/retry.txt")
    if place and (not parts or ".." in parts):
        raise ValueError("must name a file in the project: no ..")
    return place


def read_document(root: Path, place: str) -> str:
    """The text of the document at a place of the project `root`. Raises `SpecError` where it cannot be had.

    A link is followed only where it ends in the project too.
    """
    shown = printable(place)
    try:
        check_place(place)
        home, path = root.resolve(), (root / place).resolve()
        if not path.is_relative_to(home):
            raise SpecError(f"{shown} leads out of the project", "put the document itself into the project")
        if not path.is_file():
            kind = "is not a file" if path.exists() else "is not there"
            raise SpecError(f"{shown} {kind}", "put the prompt document there, or correct prompt in the spec")
        with path.open("rb") as stream:
            data = stream.read(MOST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise SpecError(f"{shown} cannot be read: {why}", "check the file and who may read it") from None
    except (ValueError, RuntimeError) as error:  # a name that no disk has, links in a circle
        raise SpecError(f"{shown} cannot be read: {error}", "correct prompt in the spec") from None
    return _text(data, shown)


def _text(data: bytes, shown: str) -> str:
    if len(data) > MOST:
        raise SpecError(
            f"{shown} is larger than {MOST:,} bytes", "a prompt has a few pages: check what file this is"
        )
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            f"{shown}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8"
        ) from None


def copy_document(source: Path, root: Path) -> tuple[str, bool]:
    """Put a copy of a document into the project's `prompts/`: its place there, and whether it was written just now.

    One that is there already with the same bytes stays; a document that lies in the project stays where it is. Raises
    `BackspanError`, also where another document has that name: it is not overwritten.
    """
    try:
        home, path = root.resolve(), source.resolve()
        if path.stat().st_size > MOST:
            raise SpecError(f"{printable(source.name)} is larger than {MOST:,} bytes", "it is not shown then")
        if path.is_relative_to(home):
            return check_place(path.relative_to(home).as_posix()), False
        place = check_place(f"{FOLDER}/{source.name}")
        target = home / place
        if not target.parent.resolve().is_relative_to(home):
            raise SpecError(f"{FOLDER}/ leads out of the project", "put a folder in its place")
        target.parent.mkdir(exist_ok=True)
        data = path.read_bytes()
        try:
            _write_new(target, data)
        except FileExistsError:
            if target.is_symlink() or not target.is_file() or target.read_bytes() != data:
                raise _taken(place) from None
            return place, False
    except OSError as error:
        why = error.strerror or os.strerror(error.errno or errno.EIO)
        raise BackspanError(
            f"the document cannot be copied to {FOLDER}/: {why}", "copy it by hand, and name it in the spec"
        ) from error
    except ValueError:
        name = printable(source.name)
        raise SpecError(
            f"{name} cannot be named in a spec", "rename the document, and copy it by hand"
        ) from None
    return place, True


def _taken(place: str) -> SpecError:
    return SpecError(
        f"{printable(place)} is there already and says something else: it was left as it is",
        "copy the document under another name, and set prompt in the spec",
    )


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all. Raises `OSError`, `FileExistsError` if it is there."""
    with path.open("xb") as stream:
        try:
            stream.write(data)
            stream.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise
