"""What lies beside the journals: drafts, backups, the memory of what was seen, and the folders themselves."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.base.text import printable
from app.errors import BackspanError, StoreError
from app.project.doctor.findings import Observation, Repair, of_error
from app.project.doctor.journals import Ward
from app.project.marker import ATTRIBUTES
from app.records.draft import draft_from_payload
from app.store.disk import mounts
from app.store.disk.files import is_topic, make_folder, make_own_folder, sync_folder, write_all, write_whole
from app.store.disk.plain_files import opened
from app.store.drafts.drafts import FORMAT, DraftFile, Unreadable

OLD_DAYS = 14
"""Days after which a draft is worth a word."""
_LOCKS_IGNORE = b"*\n"


# -- drafts


def draft_topics(ward: Ward) -> tuple[str, ...]:
    """The topics that have a folder of drafts in the project, sorted."""
    try:
        names = [entry.name for entry in os.scandir(ward.project.work_dir / "drafts")]
    except OSError:
        return ()
    return tuple(sorted(name for name in names if is_topic(name)))


def drafts(ward: Ward, topic: str, known: bool) -> tuple[int, list[Observation]]:
    """How many drafts a topic has, and what is to be said of them; `known`: it has a spec or a journal."""
    listing = ward.project.drafts.all(topic)
    findings = [_unreadable(ward, lost) for lost in listing.unreadable]
    for draft in listing.drafts:
        findings += _draft(ward, draft)
    if listing.drafts and not known:
        where = ward.shown(listing.drafts[0].path.parent)
        what = f"There are {len(listing.drafts)} drafts of {topic}, which has neither a spec nor a journal."
        findings.append(Observation("warning", where, what, "Bring its spec back to open them."))
    return len(listing.drafts) + len(listing.unreadable), findings


def _draft(ward: Ward, draft: DraftFile) -> Iterator[Observation]:
    where = ward.shown(draft.path)
    by = printable(draft.key.by, 60)
    try:
        draft_from_payload(draft.payload)
    except BackspanError as error:
        yield of_error(where, error, "warning")
    age = datetime.now(UTC) - draft.saved_at
    if age > timedelta(days=OLD_DAYS):
        what = f"The draft of {draft.key.record} by {by} was last written {age.days} days ago."
        yield Observation("remark", where, printable(what, 300), "Finish it, or put it in the trash.")
    if not draft.path.is_relative_to(ward.project.root):
        what = f"The draft of {draft.key.record} by {by} is kept outside, as the project's folder failed."
        remedy = "Opening and saving it takes it from there."
        yield Observation("remark", where, printable(what, 300), remedy)


def _unreadable(ward: Ward, lost: Unreadable) -> Observation:
    where = ward.shown(lost.path)
    reason = printable(lost.reason)
    if _newer_format(lost.path):
        what = f"The draft cannot be opened: {reason}."
        return Observation("warning", where, what, "Update backspan; the file is kept.")
    what = f"The draft cannot be read: {reason}."
    remedy = "Its texts may still be read in an editor."
    if lost.path.parent.is_symlink():
        return Observation("error", where, what, remedy + " It lies behind a link, so it is left there.")

    def act() -> str:
        return f"moved it to {ward.shown(_to_trash(lost.path))}, where it can still be read"

    return Observation("error", where, what, remedy, (), Repair("move it to the trash", act))


def _newer_format(path: Path) -> bool:
    try:
        with opened(path) as handle:
            body = json.loads(os.pread(handle, 100_000_000, 0))
    except (OSError, ValueError, RecursionError):
        return False
    number = body.get("format") if isinstance(body, dict) else None
    return type(number) is int and number > FORMAT


def _to_trash(path: Path) -> Path:
    """Move a draft's file as it is, beside the drafts that are done with. Raises `OSError`."""
    folder = path.parents[2]
    for part in ("trash", "drafts", path.parent.name):
        folder /= part
        make_folder(folder)
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    target = folder / f"{path.stem}.{moment}.{secrets.token_hex(3)}{path.suffix}"
    path.rename(target)
    sync_folder(folder)
    return target


# -- backups, memory


def backups(ward: Ward, topic: str) -> Iterator[Observation]:
    """Whether a journal has a backup, and the newest holds what it says. Raises `StoreError`."""
    found = ward.backups.list(topic)
    where = ward.shown(ward.backups.folder(topic))
    if found:
        if problem := ward.backups.proof(found[0]):
            remedy = f"Make another: 'backspan backup {topic}'. Older ones: 'backspan backup --list'."
            yield Observation("warning", ward.shown(found[0].path), printable(problem, 1000), remedy)
    elif ward.backups.keep:

        def act() -> str:
            path = ward.backups.make(topic)
            return f"made {ward.shown(path)}" if path else "found nothing to copy"

        what = f"The journal of {topic} has no backup yet."
        remedy = "One is made when the topic is next opened."
        yield Observation("remark", where, what, remedy, (), Repair("make one", act))


def memory(ward: Ward) -> Iterator[Observation]:
    """Whether what was last seen of the journals is known."""
    try:
        ward.memory.topics()
    except StoreError as error:

        def act() -> str:
            path = ward.memory.set_aside()
            return f"set aside as {ward.shown(path)}" if path else "found it gone"

        where = ward.shown(ward.memory.path)
        yield Observation(
            "warning", where, printable(error.what), error.remedy, (), Repair("set it aside", act)
        )


# -- folders


def datasets(ward: Ward) -> Iterator[Observation]:
    """The folder of journals and that of their locks."""
    folder = ward.project.datasets_dir
    where = ward.shown(folder)
    if not folder.is_dir():
        remedy = "Bring it back (is a drive or a share not mounted?): nothing can be saved, and nothing is made anew."
        yield Observation("error", where, "The folder of the journals is not there.", remedy)
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        remedy = "Change its permissions or owner; until then no new journal and no lock can be made."
        yield Observation("error", where, "You may not write in the folder of the journals.", remedy)
    if said := mounts.remark(folder):
        yield Observation("remark", where, printable(said, 1000))
    yield from _locks(ward, folder / ".locks")


def _locks(ward: Ward, folder: Path) -> Iterator[Observation]:
    where = ward.shown(folder)
    try:
        mode = folder.lstat().st_mode
    except OSError:
        return  # the first save makes it
    if not stat.S_ISDIR(mode):
        what = "The folder of the locks is a link or a file, so nobody can save."
        yield Observation("error", where, what, "Remove it; the next save makes it anew.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        what = "You may not write in the folder of the locks, so you cannot save."
        remedy = "Let all who share the project write there, or delete the folder when nobody is at work."
        yield Observation("error", where, what, remedy)
    for entry in os.scandir(folder):
        if not entry.is_file(follow_symlinks=False):
            what = "What should be a lock file is a link or a folder."
            yield Observation(
                "error", ward.shown(Path(entry.path)), what, "Remove it when nobody is at work."
            )
    if not (folder / ".gitignore").exists():

        def act() -> str:
            write_whole(folder / ".gitignore", _LOCKS_IGNORE)
            return "wrote its .gitignore"

        what = "The folder of the locks is not kept out of git."
        yield Observation("remark", where, what, "", (), Repair("write its .gitignore", act))


# -- git


def attributes(ward: Ward) -> Iterator[Observation]:
    """Whether git merges journals by union, where the project is in git. Raises `OSError`."""
    root = ward.project.root
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return
    path = root / ".gitattributes"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    if _merges_by_union(text.splitlines()):
        return
    what = "Git is not told to merge journals by union, so that merging leaves conflict marks in them."
    remedy = f"Add the line: {ATTRIBUTES}"
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield Observation("warning", ".gitattributes", what, remedy)
        return

    def act() -> str:
        kept = _kept_before(ward, path) if text else None
        _add_line(path, ATTRIBUTES)
        return "added the line" + (f"; {ward.shown(kept)} is the file before" if kept else "")

    yield Observation("warning", ".gitattributes", what, remedy, (), Repair("add that line", act))


def _merges_by_union(lines: Sequence[str]) -> bool:
    told = False
    for line in lines:
        pattern, *given = line.split() or [""]
        if pattern.removeprefix("/") in ("datasets/*.jsonl", "datasets/**", "*.jsonl", "*", "datasets/*"):
            merges = [one for one in given if one.lstrip("-!").partition("=")[0] in ("merge", "binary")]
            told = merges[-1] == "merge=union" if merges else told
    return told


def _kept_before(ward: Ward, path: Path) -> Path:
    """A copy of a file that is about to be changed. Raises `OSError`."""
    make_own_folder(ward.project.work_dir)
    folder = ward.project.work_dir / "before-repair"
    make_folder(folder)
    target = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{path.name.lstrip('.')}"
    shutil.copyfile(path, target, follow_symlinks=False)
    return target


def _add_line(path: Path, line: str) -> None:
    with opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as handle:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        write_all(handle, (("\n" if torn else "") + line + "\n").encode())
        os.fsync(handle)
