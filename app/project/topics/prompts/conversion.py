"""A prompt document as a spec: what was read, what was not, and the file that a person goes on editing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base.text import printable
from app.errors import SpecError
from app.project.topics.prompts.account import HEADING, Kind, Note
from app.project.topics.spec import Spec
from app.project.topics.spec_toml import toml_text


@dataclass(frozen=True)
class Missing:
    """A part that the document lacks."""

    key: str
    """The spec's key, such as `target.min`."""
    what: str
    """In words, for people; not safe to print as it is."""
    required: bool
    """Whether a spec cannot do without it."""


@dataclass(frozen=True)
class Conversion:
    """What a document says, as a spec's fields, and what it lacks."""

    name: str
    """The topic: as it was given, or by the output file, or else by the document's own name."""
    fields: dict[str, Any]
    """Keys of `Spec` with what could be read; tables as dictionaries."""
    missing: tuple[Missing, ...]
    notes: tuple[Note, ...]
    """Every word of the document, by line: read, known to be no part of a spec, or not read."""
    lines: dict[int, Kind]
    """1-based line to what became of it, for each line with words."""
    doubts: tuple[Note, ...]
    """What was read in a way that a person should look at."""
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key to why it has its value, in lines; not safe to print as they are."""

    @property
    def unread(self) -> tuple[Note, ...]:
        """What could not be placed: a person decides."""
        return tuple(note for note in self.notes if note.kind == "unread")

    @property
    def dropped(self) -> tuple[Note, ...]:
        """What was left out on purpose: orders to an automated writer, and what is the same in every record."""
        return tuple(note for note in self.notes if note.kind == "known" and note.why != HEADING)

    def spec(self) -> Spec:
        """The spec. Raises `SpecError` that names what is missing."""
        if lacking := [f"{one.key}: {one.what}" for one in self.missing if one.required]:
            raise SpecError("\n".join(lacking), "add it to the document, or to the spec made from it")
        return Spec.model_validate(self.fields)


def spec_toml(conversion: Conversion) -> str:
    """The conversion as a spec file: what is missing, and what was not read, stands there as comments."""
    gaps = {one.key: printable(one.what, 300) for one in conversion.missing}
    reasons = {key: [printable(line, 500) for line in why] for key, why in conversion.reasons.items()}
    toml = toml_text(conversion.fields, gaps, reasons)
    toml += _listed("These lines of the prompt document have no place above:", conversion.unread)
    return toml + _listed("These lines have one, but look at what was made of them:", conversion.doubts)


def _listed(heading: str, notes: tuple[Note, ...]) -> str:
    lines = [f"#   {note.place}: {printable(note.text, 300)} ({printable(note.why, 300)})" for note in notes]
    return f"\n# {heading}\n" + "\n".join(lines) + "\n" if lines else ""
