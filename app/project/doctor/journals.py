"""One journal: is it there and a plain file, what in it is no event, and what its events do not agree on."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.base.text import many, printable
from app.errors import StoreError
from app.project.doctor.damaged_lines import BadLine, copied, copy_lines
from app.project.doctor.findings import Observation, Repair, near
from app.project.doctor.scan import Scan, scan
from app.project.project import Project
from app.records.events import Review
from app.store.backups.backups import Backups
from app.store.backups.last_seen import Alarm, Memory
from app.store.backups.restore import finish_last_line, helps
from app.store.disk.files import failure

_MARK = "it is a conflict mark"
"""How the reason begins that `app.store.journal.lines` gives for git's conflict marks."""


@dataclass(frozen=True, slots=True)
class Ward:
    """What the checks of a project share."""

    project: Project
    backups: Backups
    memory: Memory

    def shown(self, path: Path) -> str:
        """A path for people."""
        return near(path, self.project.root)


def presence(ward: Ward, topic: str) -> tuple[bool, list[Observation]]:
    """Whether the topic's journal can be read, and what is wrong with the file itself."""
    path = ward.project.store.path(topic)
    where = ward.shown(path)
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        alarm = ward.memory.alarm(topic, False, 0, lambda _: False)
        return False, [_alarmed(ward, where, alarm)] if alarm else []
    except OSError as error:
        wrong = failure(error, f"{where} cannot be looked at")
        return False, [Observation("error", where, wrong.what, wrong.remedy)]
    if not stat.S_ISREG(mode):
        kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no plain file"
        remedy = "Put the real file in its place; nothing is read or saved here until then."
        return False, [Observation("error", where, f"The journal is {kind}.", remedy)]
    if not os.access(path, os.R_OK):
        remedy = "Change the file's permissions or owner."
        return False, [Observation("error", where, "The journal may not be read by you.", remedy)]
    if not os.access(path, os.W_OK):
        remedy = "Change the file's permissions or owner; until then every save stays a draft."
        return True, [Observation("error", where, "The journal may not be written by you.", remedy)]
    return True, []


def examine(
    ward: Ward, topic: str, seen: Callable[[int], None] = lambda _: None
) -> tuple[Scan, list[Observation]]:
    """Read a journal through and say what is wrong in it. Raises `StoreError`."""
    path = ward.project.store.path(topic)
    try:
        found = scan(ward.project.store, topic, seen)
    except OSError as error:
        raise failure(error, f"{ward.shown(path)} cannot be read") from error
    where = ward.shown(path)
    findings = [*_damaged(ward, topic, where, found.bad), *_newer(where, found.bad)]
    findings += _torn(ward, topic, where, found)
    findings += [*_strays(where, found), *_parents(where, found), *_undone(where, found)]
    findings += [*_conflicts(where, found), *_duplicates(where, found)]
    try:
        alarm = ward.memory.alarm(topic, True, len(found.lines), found.knows)
    except StoreError:
        alarm = None  # told once, for the project
    if alarm:
        findings.append(_alarmed(ward, where, alarm))
    return found, findings


def _alarmed(ward: Ward, where: str, alarm: Alarm) -> Observation:
    """What is missing, and what does bring it back: no backup is named that adds nothing."""
    told = replace(alarm, backed_up=helps(ward.project.store, ward.backups, alarm.topic))
    return Observation("error", where, told.what, told.remedy)


def _listed(lines: list[BadLine]) -> tuple[str, ...]:
    return tuple(f"line {line.number}: {line.reason}" for line in lines)


def _damaged(ward: Ward, topic: str, where: str, lines: list[BadLine]) -> Iterator[Observation]:
    """Lines that are no events: an error until they have a copy, and worth a word from then on."""
    bad = [line for line in lines if not line.newer]
    if not bad:
        return
    known = copied(ward.project.root, topic)
    fresh = [line for line in bad if line.digest not in known]
    remedy = "What is damaged stays in the file, and everything else is read."
    if any(line.reason.startswith(_MARK) for line in bad):
        remedy += (
            " Git left its conflict marks: what stands between them is read, and the marks may be deleted."
        )
    place = f"{where}:{bad[0].number}"
    if not fresh:
        what = f"{many(len(bad), 'line is no event', 'lines are no events')}; copied to .backspan/damaged before."
        yield Observation("warning", place, what, remedy, _listed(bad))
        return

    def act() -> str:
        ward.backups.make(topic, "repair")
        copy = copy_lines(ward.project.root, topic, ward.project.store.path(topic), fresh)
        return f"copied {many(len(fresh), 'line')} to {ward.shown(copy)}; the journal is as it was"

    says = f"copy {many(len(fresh), 'line')} to .backspan/damaged and leave the journal as it is"
    remedy += f" A backup may hold them whole: 'backspan restore --journal {topic} --dry-run'."
    what = f"{many(len(bad), 'line is', 'lines are')} damaged."
    yield Observation("error", place, what, remedy, _listed(bad), Repair(says, act))


def _newer(where: str, lines: list[BadLine]) -> Iterator[Observation]:
    newer = [line for line in lines if line.newer]
    if newer:
        what = f"{many(len(newer), 'line was', 'lines were')} probably written by a newer backspan; not shown here."
        yield Observation(
            "error", f"{where}:{newer[0].number}", what, "Update backspan on this machine.", _listed(newer)
        )


def _torn(ward: Ward, topic: str, where: str, found: Scan) -> Iterator[Observation]:
    if not found.torn:
        return
    whole = not found.bad or found.bad[-1].number != found.torn
    what = "The last line has no line feed" + (
        ", and is an event all the same." if whole else ": a save that broke off before it was confirmed."
    )

    def act() -> str:
        ward.backups.make(topic, "repair")
        if finish_last_line(ward.project.store, topic):
            return "ended the last line with a line feed"
        return "found the last line ended already"

    remedy = "The next save begins a line of its own; nothing is ever joined to it."
    yield Observation(
        "warning", f"{where}:{found.torn}", what, remedy, (), Repair("end it with a line feed", act)
    )


def _strays(where: str, found: Scan) -> Iterator[Observation]:
    lost = [(found.line(review.id), f"record {review.record}") for review in found.ledger.strays]
    for state in found.ledger.records:
        for event in state.events.values():
            if isinstance(event, Review) and event.revision not in state.events:
                lost.append((found.line(event.id), f"revision {event.revision[:12]} of {event.record}"))
    reviews = len(lost)
    for comment in found.ledger.comments.events:
        known = found.ledger.get(comment.record)
        if known is None:
            lost.append((found.line(comment.id), f"record {comment.record}"))
        elif comment.revision not in known.events:
            lost.append((found.line(comment.id), f"revision {comment.revision[:12]} of {comment.record}"))
    if lost:
        lost.sort()
        details = tuple(f"line {line}: of {name}, which is not here" for line, name in lost)
        one = "review" if reviews == len(lost) else "comment" if not reviews else "review or comment"
        several = one.replace("review", "reviews").replace("comment", "comments")
        what = f"{many(len(lost), f'{one} speaks', f'{several} speak')} of what is not here."
        remedy = "Another copy of this journal has it: merge it with 'backspan merge FILE'."
        yield Observation("warning", f"{where}:{lost[0][0]}", what, remedy, details)


def _parents(where: str, found: Scan) -> Iterator[Observation]:
    lost = sorted(
        (found.line(event.id), event.record, parent)
        for state in found.ledger.records
        for event in state.events.values()
        if not isinstance(event, Review)
        for parent in event.parents
        if parent not in state.events
    )
    if lost:
        details = tuple(f"line {line}: {record} replaces {name[:12]}" for line, record, name in lost)
        what = f"{many(len(lost), 'event replaces', 'events replace')} what is not here."
        remedy = "An older part of the history is missing: merge the copy that has it, or restore a backup."
        yield Observation("warning", f"{where}:{lost[0][0]}", what, remedy, details)


def _undone(where: str, found: Scan) -> Iterator[Observation]:
    lost = sorted(
        (found.line(event.id), event.record, event.undoes)
        for state in found.ledger.records
        for event in state.events.values()
        if event.undoes and not found.knows(event.undoes)
    )
    if lost:
        details = tuple(f"line {line}: {record} takes {name[:12]} back" for line, record, name in lost)
        what = f"{many(len(lost), 'event takes', 'events take')} back what is not here."
        yield Observation("remark", f"{where}:{lost[0][0]}", what, "Merge the copy that has it.", details)


def _conflicts(where: str, found: Scan) -> Iterator[Observation]:
    open_ = [state for state in found.ledger.records if state.status == "conflict"]
    if open_:
        details = tuple(f"{state.record}: {len(state.heads)} texts" for state in open_)
        what = f"{many(len(open_), 'record has', 'records have')} more than one newest text."
        yield Observation("remark", where, what, "Settle them in the workstation; no text is lost.", details)


def _duplicates(where: str, found: Scan) -> Iterator[Observation]:
    if found.duplicates:
        what = f"{many(len(found.duplicates), 'line holds', 'lines hold')} an event that is there already."
        yield Observation(
            "remark", f"{where}:{found.duplicates[0]}", what, "That is what merging leaves, and harmless."
        )


def strangers(ward: Ward, names: tuple[str, ...]) -> Iterator[Observation]:
    """Files among the journals that are none, though they look so, or that a crash left. Raises `OSError`."""
    if not ward.project.datasets_dir.is_dir():
        return
    for entry in sorted(os.scandir(ward.project.datasets_dir), key=lambda entry: entry.name):
        where = ward.shown(Path(entry.path))
        if entry.name.startswith(".") and entry.name.endswith(".tmp"):
            what = "It was left by a write that was killed; no journal misses it."
            yield Observation("remark", where, what, "Delete it when nobody is at work here.")
        elif entry.name.endswith(".jsonl") and entry.name.removesuffix(".jsonl") not in names:
            what = "Its name cannot be a topic's, so it is not read."
            yield Observation("warning", where, printable(what), "Rename it, or move it elsewhere.")
