"""What a topic's journal holds: revisions, reviews, retractions, skips, comments and closings, as strict models.

An event is named by its content (`content_id`), so that two journals merge by set union. Offsets are bytes,
0-based, end exclusive. The block's own law is checked here, without any repository: the text is its spans'
bytes with white-space joints between them (`docs/file-formats.md` says which joint stands where).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    TypeAdapter,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from app.base.json_line import escape_separators
from app.base.letters import person
from app.base.moments import FIRST_YEAR, LAST_YEAR, possible
from app.records.prose import Characters

Role = Literal["main", "import", "helper", "context"]
"""Why a span is in the block."""

Part = Literal["whole", "head", "tail", "fragment"]
"""What a span is of its item: all, a container's header, its closing brace, or what a cut left of it."""

Verdict = Literal["accept", "return", "reject", "clear"]
"""`clear` takes one's own verdict on that revision back; it counts as none."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ObjectId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
RecordId = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
"""A ULID: sorts by the time the record was begun."""
Person = Annotated[str, StringConstraints(min_length=1, max_length=200)]

About = Literal["note", "flag", "answer"]
"""What a comment is: something to say, a mark for attention, or an answer to a comment or a verdict."""

CheckCode = Annotated[str, StringConstraints(pattern=r"^BS[0-9]{3}$")]
"""A check's code; whether there is such a check is for `app.checks` to say, so that old journals stay readable."""

REASON = 1000
"""Characters of the longest reason for a skip or a waiver."""

COMMENT = 10_000
"""Characters of the longest comment."""

JOINT_BYTES = b" \t\r\n\f\v"
"""The only bytes a joint may hold."""


class Model(BaseModel):
    """Strict, closed and frozen: nothing read from a file is coerced or carried along unseen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, serialize_by_alias=True)


def _check_path(path: str) -> None:
    if path.startswith("/") or "\0" in path or ".." in path.split("/"):
        raise ValueError(f"the path {path!r} leaves the repository")


class Span(Model):
    """One byte range of one file, as it stands in a block."""

    path: str = Field(min_length=1)
    """From the repository's root, with forward slashes."""
    start: int = Field(ge=0)
    """First byte."""
    end: int = Field(gt=0)
    """One past the last byte."""
    role: Role
    item: str
    """Item path for people, such as `Retry::run`; empty for plain lines."""
    sha256: Sha256
    """Of the range's bytes."""
    part: Part = "whole"
    joint: str = ""
    """White space that stands before this span in the block; not part of the span."""
    blob: ObjectId | None = None
    """The git blob the range is in; none for a plain folder."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        _check_path(self.path)
        if self.end <= self.start:
            raise ValueError(f"span of {self.path} ends at byte {self.end}, before it starts ({self.start})")
        if self.joint.encode("utf-8").strip(JOINT_BYTES):
            raise ValueError(f"the joint before {self.path}:{self.start} holds more than white space")
        return self


def main_span(spans: Sequence[Span]) -> Span:
    """The span a block is known by: its first with the role `main`, else its first. `spans` must not be empty."""
    return next((span for span in spans if span.role == "main"), spans[0])


class Block(Model):
    """The code of a record: its spans' bytes, verbatim, and where they come from."""

    repository: str = Field(min_length=1)
    """URL of the repository, or the path of a plain folder."""
    commit: ObjectId | None
    """None only for a plain folder."""
    licence: str | None = None
    """SPDX expression, if known."""
    spans: tuple[Span, ...] = Field(min_length=1)
    text: str = Field(min_length=1)

    @model_validator(mode="after")
    def _law(self) -> Self:
        data = self.text.encode("utf-8")
        at = 0
        for span in self.spans:
            joint = span.joint.encode("utf-8")
            if data[at : at + len(joint)] != joint:
                raise ValueError(f"the block lacks the joint before {span.path}:{span.start}")
            at += len(joint)
            piece = data[at : at + span.end - span.start]
            if hashlib.sha256(piece).hexdigest() != span.sha256:
                raise ValueError(
                    f"the block's bytes for {span.path}:{span.start}-{span.end} are not the recorded ones"
                )
            at += len(piece)
        if at != len(data):
            raise ValueError(f"the block has {len(data) - at} bytes that belong to no span")
        if self.spans[0].joint or data[:1].strip(JOINT_BYTES) == b"" or data[-1:].strip(JOINT_BYTES) == b"":
            raise ValueError("the block must begin and end with a byte that is not blank")
        return self


class Effort(Model):
    """What the writing took, counted without looking at the words."""

    active_seconds: int = Field(default=0, ge=0)
    typed: int = Field(default=0, ge=0)
    """Characters typed."""
    pasted: int = Field(default=0, ge=0)
    """Characters pasted."""
    rapid: int = Field(default=0, ge=0)
    """Characters that came as keys, faster than hands type; they do not count as typed."""
    moved: int = Field(default=0, ge=0)
    """Characters put in at once that stood in the record already; they do not count as pasted."""

    def with_characters(self, took: Characters) -> Effort:
        """With the characters of one change. What is found to be too fast after a save stays typed in what is saved."""
        typed = self.typed + took.typed
        return Effort(
            active_seconds=self.active_seconds,
            typed=max(0, typed),
            pasted=self.pasted + took.pasted,
            rapid=max(0, self.rapid + took.rapid + min(0, typed)),
            moved=self.moved + took.moved,
        )

    def plus(self, other: Effort) -> Effort:
        """The effort of both."""
        return Effort(**{name: getattr(self, name) + getattr(other, name) for name in _EFFORT})

    def since(self, before: Effort) -> Effort:
        """What it is more than an earlier one."""
        return Effort(**{name: max(0, getattr(self, name) - getattr(before, name)) for name in _EFFORT})

    @model_serializer(mode="wrap")
    def _without_what_came_later(self, usual: SerializerFunctionWrapHandler) -> dict[str, int]:
        # A line or a draft without any is written as it was before there was such a field.
        said: dict[str, int] = usual(self)
        return {name: value for name, value in said.items() if value or name not in ("rapid", "moved")}


_EFFORT = tuple(Effort.model_fields)
"""The names of what is counted."""


class Waiver(Model):
    """A check whose findings a person lets stand in one record, and why."""

    code: CheckCode
    reason: str = Field(min_length=1, max_length=REASON)

    @model_validator(mode="after")
    def _some_reason(self) -> Self:
        if not self.reason.strip():
            raise ValueError(f"the reason for waiving {self.code} is empty")
        return self


class _Event(Model):
    id: Sha256
    """`content_id` of everything else in the event."""
    record: RecordId
    at: datetime
    """UTC, of the years 1970 to 2200: a clock of ours can have said it, and any can show it."""
    signed: Person = Field(alias="by")
    """Who made it, exactly as the line says, because the id is made of that; `by` is who that is."""
    undoes: Sha256 | None = None
    """Id of the event that this one takes back; where that one took another back, this one does it again."""
    act: RecordId | None = None
    """A ULID that all events of one act share, and no others; None of events from before there was one."""

    @field_validator("at", mode="before")
    @classmethod
    def _utc(cls, value: Any) -> Any:
        # Strict JSON gives a string; models built in code give a datetime. Both must say UTC.
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, datetime) or moment.utcoffset() is None:
            raise ValueError("must be a time with its offset, such as 2026-01-31T12:00:00+00:00")
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("is a time that UTC cannot say") from None
        if not possible(moment):
            raise ValueError(f"is of the year {moment.year}, not of {FIRST_YEAR} to {LAST_YEAR}")
        return moment

    @property
    def by(self) -> str:
        """Who made it, in the one form of a name (`app.base.letters.person`)."""
        return person(self.signed)

    @field_serializer("at", when_used="json")
    def _moment(self, value: datetime) -> str:
        # Spelt out here because ids are made from it: no library's next release may change it.
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    @model_validator(mode="after")
    def _named_by_content(self) -> Self:
        if self.id != content_id(_named(self)):
            raise ValueError(
                "the event's id is not the hash of its content: the line was changed by hand or damaged"
            )
        return self


class Revision(_Event):
    """What a record says at one time."""

    kind: Literal["revision"]
    parents: tuple[Sha256, ...] = ()
    """Ids of the events it replaces: none for a new record, two where it settles a conflict."""
    block: Block
    user: str
    think: str
    effort: Effort = Effort()
    origin: Sha256 | None = None
    """The revision of another record that this one was begun from: what became of a conflict kept as two."""
    waivers: tuple[Waiver, ...] = ()
    """Checks that do not apply to this record, each code once, by code: who saves it again says them again."""

    @field_validator("waivers")
    @classmethod
    def _each_once(cls, value: tuple[Waiver, ...]) -> tuple[Waiver, ...]:
        codes = [waiver.code for waiver in value]
        if codes != sorted(set(codes)):
            raise ValueError("waivers must stand in the order of their codes, each code once")
        return value


class Place(Model):
    """A range of characters of one field, which the note of a review or a comment is about."""

    field: Literal["user", "think", "block"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Review(_Event):
    """A person's verdict on one revision."""

    kind: Literal["review"]
    revision: Sha256
    verdict: Verdict
    note: str = ""
    place: Place | None = None
    reading_seconds: int = Field(default=0, ge=0)
    """Seconds of attention before the verdict; 0 where nobody counted."""


class Retraction(_Event):
    """A record's withdrawal; a later revision restores it."""

    kind: Literal["retract"]
    parents: tuple[Sha256, ...] = Field(min_length=1)
    note: str = ""


class Skip(_Event):
    """An item of the topic that a person leaves out, and why; or that it is to be done after all.

    `record` is no record's: it is the skip's own name, which only what takes it back, or gives it again, shares. Of
    those that share it the latest counts.
    """

    kind: Literal["skip"]
    repository: str = Field(min_length=1)
    """As in a block: the repository's URL, or the path of a plain folder."""
    commit: ObjectId | None
    """The commit whose file the person saw; None only for a plain folder."""
    path: str = Field(min_length=1)
    """The file, from the repository's root."""
    item: str = Field(min_length=1)
    """Item path; of a container it leaves out all that is in it."""
    sha256: Sha256
    """Of the item's bytes then, so that it is known again where its name changes."""
    reason: str = Field(min_length=1, max_length=REASON)
    """Why; of one that takes the skip back too, which may say the same again."""
    withdrawn: bool = False
    """Whether the item is to be done after all."""

    @model_validator(mode="after")
    def _some_reason(self) -> Self:
        _check_path(self.path)
        if not self.reason.strip():
            raise ValueError("the reason is empty")
        return self


class Closing(_Event):
    """A person's word that all code there is of the topic is recorded, and why; or that there is more to do after all.

    `record` is no record's: it is the closing's own name, as a skip's is. Of those that share it the latest counts.
    """

    kind: Literal["close"]
    records: int = Field(ge=0)
    """How many records stood then: those that were not withdrawn."""
    reason: str = Field(min_length=1, max_length=REASON)
    """Why there is no more, for whoever wonders that there are so few."""
    withdrawn: bool = False
    """Whether there is more to do after all."""

    @model_validator(mode="after")
    def _some_reason(self) -> Self:
        if not self.reason.strip():
            raise ValueError("the reason is empty")
        return self


class Comment(_Event):
    """What a person has to say about a record, without judging it: statuses do not know of it.

    `comment` is its own name, which only what changes it, takes it back, or gives it again, shares. Of those of a
    record that share it the latest counts.
    """

    kind: Literal["comment"]
    comment: RecordId
    revision: Sha256
    """The revision it speaks of; it says nothing of later ones."""
    about: About
    note: str = Field(default="", max_length=COMMENT)
    """What is said; a flag or an answer may do without words."""
    place: Place | None = None
    answers: Sha256 | None = None
    """Id of the comment's or review's event that an answer answers; none of anything else."""
    withdrawn: bool = False
    """Whether it is taken back."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.about == "note" and not self.note.strip():
            raise ValueError("the note is empty")
        if (self.about == "answer") != (self.answers is not None):
            raise ValueError("an answer, and nothing else, names what it answers")
        return self


TopicEvent = Skip | Closing
"""Events that are of no record: what a topic asks for."""
AnyEvent = Revision | Review | Retraction | TopicEvent | Comment
Event = Annotated[AnyEvent, Field(discriminator="kind")]
_E = TypeVar("_E", bound=_Event)
EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(Event)
"""Reads one line of a journal: `EVENTS.validate_json(line)`."""


def canonical(value: Any) -> bytes:
    """The one JSON form that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def content_id(fields: dict[str, Any]) -> str:
    """SHA-256 (hex) of an event's fields as JSON, without `id` and without those at their default."""
    return hashlib.sha256(canonical(fields)).hexdigest()


def _named(event: _Event) -> dict[str, Any]:
    # Defaults are left out, so that an optional field added one day renames no event written before it.
    return event.model_dump(mode="json", exclude={"id"}, exclude_defaults=True, warnings=False)


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def make_revision(
    *,
    record: str,
    by: str,
    block: Block,
    user: str,
    think: str,
    parents: tuple[str, ...] = (),
    effort: Effort | None = None,
    origin: str | None = None,
    waivers: Iterable[Waiver] = (),
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Revision:
    """A revision with its time (now, to the millisecond) and its id. Raises `pydantic.ValidationError`."""
    fields: dict[str, Any] = {
        "kind": "revision",
        "record": record,
        "at": at or _now(),
        "by": by,
        "parents": parents,
        "block": block,
        "user": user,
        "think": think,
        "effort": effort or Effort(),
        "origin": origin,
        "waivers": tuple(sorted(waivers, key=lambda waiver: waiver.code)),
        "undoes": undoes,
        "act": act,
    }
    return _make(Revision, fields)


def make_review(
    *,
    record: str,
    by: str,
    revision: str,
    verdict: Verdict,
    note: str = "",
    place: Place | None = None,
    reading_seconds: int = 0,
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Review:
    """A review with its time and id. Raises `pydantic.ValidationError`."""
    fields: dict[str, Any] = {
        "kind": "review",
        "record": record,
        "at": at or _now(),
        "by": by,
        "revision": revision,
        "verdict": verdict,
        "note": note,
        "place": place,
        "reading_seconds": reading_seconds,
        "undoes": undoes,
        "act": act,
    }
    return _make(Review, fields)


def make_retraction(
    *,
    record: str,
    by: str,
    parents: tuple[str, ...],
    note: str = "",
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Retraction:
    """A retraction with its time and id. Raises `pydantic.ValidationError`."""
    fields: dict[str, Any] = {
        "kind": "retract",
        "record": record,
        "at": at or _now(),
        "by": by,
        "parents": parents,
        "note": note,
        "undoes": undoes,
        "act": act,
    }
    return _make(Retraction, fields)


def make_skip(
    *,
    record: str,
    by: str,
    repository: str,
    commit: str | None,
    path: str,
    item: str,
    sha256: str,
    reason: str,
    withdrawn: bool = False,
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Skip:
    """A skip with its time and id; `record` is a new ULID, or that of the skip it changes.

    Raises `pydantic.ValidationError`.
    """
    fields: dict[str, Any] = {
        "kind": "skip",
        "record": record,
        "at": at or _now(),
        "by": by,
        "repository": repository,
        "commit": commit,
        "path": path,
        "item": item,
        "sha256": sha256,
        "reason": reason,
        "withdrawn": withdrawn,
        "undoes": undoes,
        "act": act,
    }
    return _make(Skip, fields)


def make_closing(
    *,
    record: str,
    by: str,
    records: int,
    reason: str,
    withdrawn: bool = False,
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Closing:
    """A closing with its time and id; `record` is a new ULID, or that of the closing it changes.

    Raises `pydantic.ValidationError`.
    """
    fields: dict[str, Any] = {
        "kind": "close",
        "record": record,
        "at": at or _now(),
        "by": by,
        "records": records,
        "reason": reason,
        "withdrawn": withdrawn,
        "undoes": undoes,
        "act": act,
    }
    return _make(Closing, fields)


def make_comment(
    *,
    record: str,
    by: str,
    comment: str,
    revision: str,
    about: About,
    note: str = "",
    place: Place | None = None,
    answers: str | None = None,
    withdrawn: bool = False,
    undoes: str | None = None,
    act: str | None = None,
    at: datetime | None = None,
) -> Comment:
    """A comment with its time and id; `comment` is a new ULID, or that of the comment it changes.

    Raises `pydantic.ValidationError`.
    """
    fields: dict[str, Any] = {
        "kind": "comment",
        "record": record,
        "at": at or _now(),
        "by": by,
        "comment": comment,
        "revision": revision,
        "about": about,
        "note": note,
        "place": place,
        "answers": answers,
        "withdrawn": withdrawn,
        "undoes": undoes,
        "act": act,
    }
    return _make(Comment, fields)


def _make(model: type[_E], fields: dict[str, Any]) -> _E:
    if isinstance(fields["by"], str):
        fields["by"] = person(fields["by"])
    try:
        name = content_id(_named(model.model_construct(**fields)))
    except (ValueError, TypeError, AttributeError):
        name = "0" * 64  # cannot be hashed, so it is not valid: validation says which field
    return model.model_validate(fields | {"id": name})


def event_line(event: AnyEvent) -> bytes:
    """The event as its line of the journal, with the line feed. One line whatever the texts hold.

    A revision without waivers does not mention them, nor a review the seconds nobody counted, nor any event an act
    that it does not name: so a line written before there was such a field is written the same again.
    """
    unsaid = {name for name in _UNSAID if not getattr(event, name, True)}
    return escape_separators(event.model_dump_json(exclude=unsaid)).encode("utf-8") + b"\n"


_UNSAID = ("waivers", "reading_seconds", "act")
"""Fields that came later, which a line does not mention where they say nothing."""
