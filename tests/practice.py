"""Makes the practice topic's sample journal of its texts and the bundled crate: `python -m tests.practice`.

Times and ids are fixed and the code is taken anew from the crate, so that the journal's bytes follow from
`app/project/bundled/practice/records.toml` and `app/project/bundled/crate` alone; `tests/project/test_practice.py`
holds it to that.
"""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from ulid import ULID

from app.annotate.composer import Composer
from app.project.bundled import samples_dir
from app.project.project import init_project
from app.project.topic_files import TopicFiles
from app.records.chatml import normalise_prose
from app.records.draft import Draft, Selection
from app.records.events import (
    Block,
    Comment,
    Effort,
    Place,
    Retraction,
    Review,
    Revision,
    Role,
    Waiver,
    event_line,
    make_comment,
    make_retraction,
    make_review,
    make_revision,
)
from app.rust.items import find_item

TOPIC = "practice"
TEXTS = "records.toml"
JOURNAL = f"{TOPIC}.jsonl"
AGAIN = "the texts, the bundled crate or the format of events changed: python -m tests.practice"

Said = Mapping[str, Any]
Happened = Revision | Review | Retraction | Comment


def journal() -> bytes:
    """The sample journal, made anew: every event by time."""
    records: Sequence[Said] = tomllib.loads((samples_dir() / TEXTS).read_text("utf-8"))["record"]
    with tempfile.TemporaryDirectory() as folder:
        composer = Composer(TopicFiles(init_project(Path(folder) / "project")[0], TOPIC))
        made = [event for record in records for event in events(record, block(composer, record["code"]))]
    return b"".join(event_line(event) for event in sorted(made, key=lambda event: (event.at, event.id)))


def block(composer: Composer, code: Sequence[Sequence[str]]) -> Block:
    """The named items with the imports they need, as the workstation composes them."""
    pieces = []
    for role, file, name in code:
        path = f"src/{file}"
        items = composer.files.parsed(path).items
        item = find_item(items, name)
        pieces.append(composer.piece(path, item.start, item.end, items.index(item), cast(Role, role)))
    composed = composer.compose(Draft(TOPIC, "", "", selection=Selection(tuple(pieces), imports="whole")))
    if composed.problem:
        raise ValueError(f"{code}: {composed.problem}")
    return composer.block(composed)


def events(record: Said, code: Block) -> Iterator[Happened]:
    """What happened to a record, in order."""
    name = record_id(record["name"], record["events"][0]["at"])
    revisions: dict[str, Revision] = {}
    """By the name they are given, or else their number."""
    others: dict[str, str] = {}
    """Ids of the reviews and comments that have a name."""
    event: Happened
    for said in record["events"]:
        of = revisions.get(said.get("of", ""), list(revisions.values())[-1] if revisions else None)
        if said["kind"] == "revision":
            before = said.get("after", list(revisions)[-1:])
            event = _revision(name, said, [revisions[one] for one in before], code)
            revisions[said.get("name", str(len(revisions)))] = event
        elif said["kind"] == "review":
            assert of is not None
            event = _review(name, said, of)
        elif said["kind"] in ("note", "flag", "answer"):
            assert of is not None
            event = _comment(name, said, of, others.get(said.get("answers", "")))
        else:
            assert of is not None
            parents = (of.id,)
            event = make_retraction(
                record=name, by=said["by"], at=said["at"], note=said["note"], parents=parents
            )
        if "name" in said:
            others[said["name"]] = event.id
        yield event


def record_id(name: str, at: datetime) -> str:
    """The ULID of a record that was begun then; its random part is made from its name."""
    moment = int(at.timestamp() * 1000).to_bytes(6, "big")
    return str(ULID(moment + hashlib.sha256(name.encode()).digest()[:10]))


def _revision(name: str, said: Said, before: Sequence[Revision], code: Block) -> Revision:
    user = normalise_prose(said["user"] if "user" in said else before[0].user)
    think = normalise_prose(said["think"] if "think" in said else before[0].think)
    return make_revision(
        record=name,
        by=said["by"],
        at=said["at"],
        parents=tuple(revision.id for revision in before),
        block=code,
        user=user,
        think=think,
        effort=Effort(active_seconds=said["seconds"], typed=len(user) + len(think)),
        waivers=[Waiver(code=check, reason=reason) for check, reason in said.get("waive", {}).items()],
    )


def _review(name: str, said: Said, revision: Revision) -> Review:
    return make_review(
        record=name,
        by=said["by"],
        at=said["at"],
        revision=revision.id,
        verdict=said["verdict"],
        note=said.get("note", ""),
        place=_place(said["about"], revision) if "about" in said else None,
        reading_seconds=said["reading"],
    )


def _comment(name: str, said: Said, revision: Revision, answers: str | None) -> Comment:
    return make_comment(
        record=name,
        by=said["by"],
        at=said["at"],
        comment=record_id(f"{name} {said['by']} {said['note']}", said["at"]),
        revision=revision.id,
        about=said["kind"],
        note=said["note"],
        place=_place(said["about"], revision) if "about" in said else None,
        answers=answers,
    )


def _place(about: str, revision: Revision) -> Place:
    """Where the text stands that a note is about. Raises `ValueError` unless it stands in one place."""
    texts = {"user": revision.user, "think": revision.think, "block": revision.block.text}
    found = [field for field, text in texts.items() if about in text]
    if len(found) != 1 or texts[found[0]].count(about) != 1:
        raise ValueError(f"{about!r} stands in {len(found)} of the texts, or more than once")
    start = texts[found[0]].index(about)
    return Place(field=cast(Any, found[0]), start=start, end=start + len(about))


if __name__ == "__main__":
    (samples_dir() / JOURNAL).write_bytes(journal())
