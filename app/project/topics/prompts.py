"""A prompt document read into a topic's spec, and an account of its lines: placed, left out, or not read.

Such documents brief an automated writer. What they ask of a record becomes the spec; how that writer was to
work is left out on purpose, because here people write by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.base.text import printable
from app.errors import SpecError
from app.project.topics.prompt_document import (
    PromptItem,
    count_range,
    find_schema,
    focus_words,
    names,
    phrases,
    rust_path,
    sentences,
    split_sections,
    take_examples,
)
from app.project.topics.spec import Spec
from app.project.topics.spec_toml import toml_text
from app.project.topics.titles import read_text

_PARTS = {
    "repository.url": "no repository is named; give its URL or path",
    "sources": "no files to process are named",
    "system": "no system message is given (there is no JSONL Schema line)",
    "output": "no output file (a name ending in .jsonl) is named",
    "target.min": "no number of records to aim for is given",
    "target.max": "no upper number of records to aim for is given",
    "focus": "no line says what to focus on",
    "extraction": "there is no section on which code to extract",
    "request_rules": 'nothing says what the request is to be like (Generate a "User Prompt")',
    "request_examples": "there are no examples of requests",
    "crates": "no crates are named that the reasoning must mention",
    "traits": 'there is no list of traits to mention (Generate a "Think" block)',
    "reasoning_rules": "there are no rules for reasoning",
    "reasoning_examples": "there are no examples of reasoning",
    "code_rules": "there are no rules for code",
}
"""What a document of the family says, and how its lack is told."""

_REQUIRED = ("repository.url", "sources", "system", "output", "target.min", "target.max")

_BY_HAND = re.compile(
    r"script|automat|helper program|jsonl|you must:?$|self-sustaining|conversational intro|chatml"
    r"|^(?:\w+: )?(?:read file|scan|identify|extract each|generate training|report total|for the file, directly)",
    re.IGNORECASE,
)
_FILE_IN = re.compile(r"\b([\w.-]+\.rs)\b(?:(?:,| and) [\w.-]+\.rs)* (?:in|under) ([\w.-]+(?:/[\w.-]+)*/?)")
_JSONL = re.compile(r"[^\s\"'“”`(),;]+\.jsonl\b")
_CRATES = re.compile(r'(?:^|(?<=\. ))[^.]*\bcrates?\b[^.:("“]*:\s*(.+)$', re.IGNORECASE)


@dataclass(frozen=True)
class Note:
    """A place of a document, and what became of it."""

    line: int
    """1-based."""
    text: str
    """As written; not safe to print as it is."""
    why: str


@dataclass(frozen=True)
class Missing:
    """A part that the document lacks."""

    key: str
    """The spec's key, such as `target.min`."""
    what: str
    """In words, for people."""
    required: bool
    """Whether a spec cannot do without it."""


@dataclass(frozen=True)
class Conversion:
    """What a document says, as a spec's fields, and what it lacks."""

    name: str
    """The topic."""
    fields: dict[str, Any]
    """Keys of `Spec` with what could be read; tables as dictionaries."""
    missing: tuple[Missing, ...]
    unread: tuple[Note, ...]
    """Lines that could not be placed: a person decides."""
    dropped: tuple[Note, ...]
    """Lines left out on purpose: orders to an automated writer, and what is the same in every record."""

    def spec(self) -> Spec:
        """The spec. Raises `SpecError` that names what is missing."""
        if lacking := [f"{one.key}: {one.what}" for one in self.missing if one.required]:
            raise SpecError("\n".join(lacking), "add it to the document, or to the spec made from it")
        return Spec.model_validate(self.fields)


def read_prompt_file(path: Path, repository: str = "") -> Conversion:
    """`read_prompt` of a file, which names the topic. Raises `SpecError` if it is no readable UTF-8 text."""
    name = re.sub(r"[^a-z0-9_-]+", "_", path.stem.lower()).strip("_-") or "topic"
    return read_prompt(read_text(path, "a text file that holds a prompt"), name, repository)


def read_prompt(text: str, name: str, repository: str = "") -> Conversion:
    """Read a prompt document. `name` is the topic, `repository` a URL or path it lacks."""
    return _Reader(text, name, repository).read()


def spec_toml(conversion: Conversion) -> str:
    """The conversion as a spec file: what is missing, and what was not read, stands there as comments."""
    gaps = {one.key: one.what for one in conversion.missing}
    toml = toml_text(conversion.fields, gaps)
    notes = [f"#   line {note.line}: {printable(note.text, 300)} ({note.why})" for note in conversion.unread]
    if notes:
        toml += "\n# These lines of the prompt document have no place above:\n" + "\n".join(notes) + "\n"
    return toml


class _Reader:
    def __init__(self, text: str, name: str, repository: str) -> None:
        self.name = name
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.lists: dict[str, list[str]] = {}
        self.fields: dict[str, Any] = {"repository": {"url": repository}} if repository else {}
        self.prose: dict[str, list[str]] = {}
        self.unread: list[Note] = []
        self.dropped: list[Note] = []
        self.gaps: dict[str, str] = {}
        self.from_steps = False

    def read(self) -> Conversion:
        self._schema()
        for section in split_sections(self.lines):
            place = _PLACES.get(section.key)
            for item in section.items:
                if place is None:
                    where = (
                        f'under "{section.heading}", which' if section.heading else "before any heading, and"
                    )
                    self._unread(item, f"{where} is not known")
                elif _JSONL.search(item.text) and not item.text.startswith("{"):
                    self._by_hand(item)  # wherever it stands, it says where the lines go
                else:
                    place(self, item)
        self._outputs()
        self._workflow_files()
        self._finish()
        missing = [
            Missing(key, self.gaps.get(key, what), key in _REQUIRED)
            for key, what in _PARTS.items()
            if self._lacks(key)
        ]
        return Conversion(
            self.name, self.fields, tuple(missing), _by_line(self.unread), _by_line(self.dropped)
        )

    # What each section says.

    def _role(self, item: PromptItem) -> None:
        self.prose.setdefault("Who writes", []).append(item.text)

    def _analysis(self, item: PromptItem) -> None:
        self.prose.setdefault("What to look for", []).append(item.text)

    def _files(self, item: PromptItem) -> None:
        text = item.text
        if focus := re.match(r"focus(?:es)? on:?\s+(.+)", text, re.IGNORECASE):
            self._add("focus", *phrases(focus[1]), first=True)
            self.fields.setdefault("title", focus[1][0].upper() + focus[1][1:].rstrip("."))
        elif exclude := re.match(r"(?:exclude|skip|leave out|ignore):?\s+(.+)", text, re.IGNORECASE):
            other = r"\(th(?:at|ose) go(?:es)? to (?:the )?(.+?) agent\)"
            self._add("exclude", re.sub(other, r"(another topic: \1)", exclude[1]))
        elif re.fullmatch(r"include (?:the )?tests?(?: modules?| code)?\.?", text, re.IGNORECASE):
            self.fields["allow_tests"] = True
        else:
            self._paths(item)

    def _paths(self, item: PromptItem) -> None:
        related = re.match(r"(?:related(?: files?)?|see also|also see)\b:?\s*", item.text, re.IGNORECASE)
        body = item.text[related.end() if related else 0 :]
        listed = re.split(r"\s+\(|\s+[–—-]\s+|:\s+", body, maxsplit=1)
        paths = [found for part in names(listed[0]) if (found := rust_path(part))]
        if not paths or len(paths) != len(names(listed[0])):
            self._unread(item, "neither a path of Rust files nor a line that begins with Focus on or Exclude")
            return
        self._add("related" if related else "sources", *paths)
        if len(listed) > 1:
            self._add("focus", *phrases(listed[1].rstrip(") .")))

    def _extraction(self, item: PromptItem) -> None:
        self._add("extraction", item.text)

    def _request(self, item: PromptItem) -> None:
        self._rules(item, "request")

    def _reasoning(self, item: PromptItem) -> None:
        if crates := _CRATES.search(item.text):
            self._crates(PromptItem(item.line, crates[1]))
            item = PromptItem(item.line, item.text[: crates.start()].strip())
        self._rules(item, "reasoning")

    def _rules(self, item: PromptItem, kind: str) -> None:
        rest, examples = take_examples(item.text)
        self._add(f"{kind}_examples", *examples)
        self._add(f"{kind}_rules", *sentences(rest))

    def _crates(self, item: PromptItem) -> None:
        for name in names(item.text):
            if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
                self._add("crates", name)
            else:
                self._unread(PromptItem(item.line, name), "stands where a crate's name should stand")

    def _think(self, item: PromptItem) -> None:
        if re.match(r"[-*+•·–—▪‣◦]|\s*\d+[.)]", self.lines[item.line - 1].strip()):
            self._add("traits", item.text)
            return
        told = sentences(item.text)
        if told and re.fullmatch(r"mention .*(?:traits|aspects|topics|things).*:", told[-1], re.IGNORECASE):
            self._drop(PromptItem(item.line, told.pop()), "says only that the list of traits follows")
        self._rules(PromptItem(item.line, " ".join(told)), "reasoning")

    def _code(self, item: PromptItem) -> None:
        self._add("code_rules", item.text)

    def _target(self, item: PromptItem) -> None:
        self.prose.setdefault("How many records", []).append(item.text)
        ends = count_range(item.text)
        if ends and "target" not in self.fields:
            self.fields["target"] = ends
            for end in {"min", "max"} - set(ends):
                self.gaps[f"target.{end}"] = (
                    f"line {item.line} gives only the other end: {printable(item.text, 60)}"
                )

    def _system(self, item: PromptItem) -> None:
        whole = re.fullmatch(r"[\"“](.*)[\"”]", item.text)
        self.fields.setdefault("system", whole[1] if whole else item.text)

    def _repository(self, item: PromptItem) -> None:
        self.fields.setdefault("repository", {"url": item.text.strip("`<> ")})

    def _beside_schema(self, item: PromptItem) -> None:
        self._unread(item, "stands where the example of a line should, but is no such JSON object")

    def _by_hand(self, item: PromptItem) -> None:
        for sentence in sentences(item.text):
            part = PromptItem(item.line, sentence)
            if _BY_HAND.search(sentence):
                self._drop(part, "tells an automated writer how to work")
            else:
                self._unread(
                    part, "stands among orders to an automated writer, but is none of those that are known"
                )

    # What stands anywhere in the document.

    def _schema(self) -> None:
        """Take the system message from the example line, and blank that line out."""
        found = find_schema("\n".join(self.lines))
        if problem := found.problem or self._messages(found.value, found.line):
            self.gaps["system"] = problem
        self.lines = found.rest.split("\n")

    def _messages(self, value: dict[str, Any], line: int) -> str:
        if not value:
            return ""
        messages = value["messages"]
        known = [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []
        system = [m.get("content") for m in known if m.get("role") == "system"]
        if len(system) != 1 or not isinstance(system[0], str):
            return f"the schema of line {line} has {len(system)} system messages"
        self.fields["system"] = system[0]
        answer = known[-1].get("content") if known else ""
        form = [m.get("role") for m in known] == ["system", "user", "assistant"] and value.get(
            "type"
        ) == "chatml"
        if not form or set(value) != {"type", "messages"} or not str(answer).startswith("<think>\n"):
            shown = json.dumps(value, ensure_ascii=False)
            self.unread.append(
                Note(line, shown, "asks for another form of line than the one that is exported")
            )
        else:
            self._drop(
                PromptItem(line, "JSONL Schema"), "the form of an exported line; its system message is taken"
            )
        return ""

    def _outputs(self) -> None:
        found: dict[str, int] = {}
        for number, line in enumerate(self.lines, 1):
            for name in _JSONL.findall(line):
                found.setdefault(name, number)
        if len(found) == 1:
            self.fields["output"] = next(iter(found))
        elif found:
            told = ", ".join(f"{printable(name, 60)} (line {number})" for name, number in found.items())
            self.gaps["output"] = f"several output files are named: {told}"

    def _workflow_files(self) -> None:
        """The steps name the files again: they stand in for a missing list, and must not contradict one."""
        for number, line in enumerate(self.lines, 1):
            for found in _FILE_IN.finditer(line):
                folder = found[2].rstrip("/")
                for name in re.findall(r"[\w.-]+\.rs", found[0]):
                    self._workflow_file(PromptItem(number, f"{folder}/{name}"))

    def _workflow_file(self, item: PromptItem) -> None:
        stated = self.lists.get("sources", [])
        if not stated or self.from_steps:
            self.from_steps = True
            self._add("sources", item.text)
        elif item.text not in stated and item.text not in self.lists.get("related", []):
            self._unread(item, "a step names this file, which the list of files does not")

    def _finish(self) -> None:
        self.fields |= {key: tuple(values) for key, values in self.lists.items()}
        if words := focus_words(self.fields):
            self.fields["focus_words"] = words
        self.fields.setdefault("title", self.name.replace("_", " ").replace("-", " ").capitalize())
        guidelines = [f"## {heading}\n\n" + "\n\n".join(texts) for heading, texts in self.prose.items()]
        if guidelines:
            self.fields["guidelines"] = "\n\n".join(guidelines) + "\n"
        self._validate()

    def _validate(self) -> None:
        """Take out what a spec would refuse, and say so."""
        try:
            Spec.model_validate(self.fields)
            return
        except ValidationError as error:
            problems = error.errors(include_url=False)
        for problem in problems:
            key, *inner = problem["loc"]
            if problem["type"] == "missing" or key not in self.fields:
                continue
            why = problem["msg"].removeprefix("Value error, ")
            shown = printable(str(problem["input"]), 100)
            if inner and isinstance(inner[0], int):
                refused = self.lists[str(key)][inner[0]]
                self.fields[str(key)] = tuple(one for one in self.fields[str(key)] if one != refused)
                self.unread.append(Note(self._line_with(refused), refused, f"{key} {why}"))
            else:
                del self.fields[str(key)]
                for part in _PARTS:
                    if part.partition(".")[0] == key:
                        self.gaps[part] = f"{shown}: {why}"

    # Bookkeeping.

    def _line_with(self, text: str) -> int:
        return next((number for number, line in enumerate(self.lines, 1) if text in line), 1)

    def _lacks(self, key: str) -> bool:
        table, _, inner = key.partition(".")
        value = self.fields.get(table)
        return not (value.get(inner) if inner and isinstance(value, dict) else value)

    def _add(self, key: str, *values: str, first: bool = False) -> None:
        known = self.lists.setdefault(key, [])
        new = [value for value in dict.fromkeys(values) if value and value not in known]
        self.lists[key] = new + known if first else known + new

    def _unread(self, item: PromptItem, why: str) -> None:
        self.unread.append(Note(item.line, item.text, why))

    def _drop(self, item: PromptItem, why: str) -> None:
        self.dropped.append(Note(item.line, item.text, why))


_PLACES: dict[str, Callable[[_Reader, PromptItem], None]] = {
    "role": _Reader._role,
    "files": _Reader._files,
    "extraction": _Reader._extraction,
    "task": _Reader._by_hand,
    "analysis": _Reader._analysis,
    "request": _Reader._request,
    "think": _Reader._think,
    "format": _Reader._by_hand,
    "schema": _Reader._beside_schema,
    "system": _Reader._system,
    "reasoning": _Reader._reasoning,
    "code": _Reader._code,
    "crates": _Reader._crates,
    "repository": _Reader._repository,
    "target": _Reader._target,
    "workflow": _Reader._by_hand,
    "critical": _Reader._by_hand,
}


def _by_line(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line))
