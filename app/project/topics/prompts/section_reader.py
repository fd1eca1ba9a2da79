"""A prompt document read into a topic's spec, and an account of its words: read, left out, or not read.

Such documents brief an automated writer. What they ask of a record becomes the spec; how that writer was to
work is left out on purpose, because here people write by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.base.text import printable
from app.project.topics.prompts import code_places, writing_rules
from app.project.topics.prompts.account import Ownership, Passage, lines_of, notes_of
from app.project.topics.prompts.conversion import Conversion, Missing
from app.project.topics.prompts.counts import SaidCount, count_of, speaks_of_records
from app.project.topics.prompts.document import Section, take_apart
from app.project.topics.prompts.example_line import ExampleLine, departures, find_examples, system_of
from app.project.topics.prompts.gathered import SpecFields
from app.project.topics.prompts.imports_told import imports_told
from app.project.topics.prompts.orders import is_known_order
from app.project.topics.prompts.phrases import focus_words, sentence_spans
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
_ORDERS = ("task", "format", "workflow", "critical")
_FILE_IN = re.compile(r"\b([\w.-]+\.rs)\b(?:(?:,| and) [\w.-]+\.rs)* (?:in|under) ([\w.-]+(?:/[\w.-]+)*/?)")
_JSONL = re.compile(r"[^\s\"'“”`(),;<>*]+\.jsonl\b")
_GOES_THERE = re.compile(
    r"\b(?:append(?:ed)?|writes?|written|saved?|stored?|output|emit|put|goes?|go|into|to|file(?: ?name)?|called|named"
    r"|in|nach|dans|vers|en|datei|fichier|archivo|schreibe)\b",
    re.IGNORECASE,
)
_COMES_FROM = re.compile(
    r"\b(?:see|read|from|style|format of|as in|like|example"
    r"|examples in|found in|found|contained|already|compare|copy|aus|depuis|desde)\b",
    re.IGNORECASE,
)

_NEGATED = re.compile(
    r"\b(?:not|don't|never|instead of|rather than|unlike|except|nicht|ne|no)\b[^,;–—]*$", re.IGNORECASE
)

_Handler = Callable[[SpecFields, Section], None]
_SECTIONS: dict[str, _Handler] = {
    "role": writing_rules.role,
    "title": writing_rules.title,
    "files": code_places.files,
    "focus": partial(code_places.entries, kind="focus"),
    "exclude": partial(code_places.entries, kind="exclude"),
    "related": partial(code_places.entries, kind="related"),
    "repository": code_places.repository,
    "branch": partial(code_places.state, kind="branch"),
    "commit": partial(code_places.state, kind="commit"),
    "extraction": partial(writing_rules.plain, key="extraction"),
    "analysis": writing_rules.analysis,
    "request": writing_rules.request,
    "request_examples": partial(writing_rules.examples, key="request_examples"),
    "think": writing_rules.think,
    "traits": writing_rules.traits,
    "reasoning": writing_rules.reasoning,
    "reasoning_examples": partial(writing_rules.examples, key="reasoning_examples"),
    "code": partial(writing_rules.plain, key="code_rules"),
    "crates": writing_rules.crates,
    "system": writing_rules.system,
    "target": writing_rules.target,
}
_WHY_UNREAD = {
    "schema": "stands where the example of a line should, but is no such JSON object",
    **dict.fromkeys(
        _ORDERS, "stands among orders to an automated writer, but is none of those that are known"
    ),
}
_LEADS_KNOWN = ("think", "role", "analysis", "repository", "", *_ORDERS)
"""Sections that see to sentences that lead to lists themselves, or read none."""
_FENCES = ("files", "related", "crates", "system", "target", "output")
"""Sections that may quote what they say between lines of backticks."""


def read_prompt_file(path: Path, repository: str = "", topic: str = "") -> Conversion:
    """`read_prompt` of a file. Raises `SpecError` if it is no readable UTF-8 text."""
    return read_prompt(read_text(path, "a text file that holds a prompt"), path.stem, repository, topic)


def read_prompt(text: str, name: str, repository: str = "", topic: str = "") -> Conversion:
    """Read a prompt document called `name`. `topic` is what the topic shall be called, `repository` what it lacks."""
    return _Reader(text, repository).read(name, topic)


class _Reader:
    def __init__(self, text: str, repository: str) -> None:
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        found = find_examples(lines)
        self.gathered = SpecFields()
        if repository:
            self.gathered.single["repository"] = ({"url": repository}, [])
        self.document = take_apart(found.rest)
        self.outputs: dict[str, int] = {}
        self.output_claims: list[Ownership] = []
        self.examples = [self._example(one) for one in found.examples]
        self.unreadable = found.problem

    def read(self, name: str, topic: str) -> Conversion:
        """Read everything, and say what became of it."""
        self._schema()
        if title := self.document.title:
            self.gathered.put("title", title.text, title.claim("read", "title"))
        for section in self.document.sections:
            self._outputs_of(section)
        for section in sorted(self.document.sections, key=lambda one: one.key in _ORDERS):
            self._section(section)
        self._outputs()
        self._counts_elsewhere()
        self._imports()
        self._passed_over()
        self.gathered.settle_state()
        self.gathered.drop_refused()
        return self._conversion(name, topic)

    # The example line.

    def _example(self, example: ExampleLine) -> tuple[ExampleLine, Passage]:
        passage = Passage(example.lines)
        self.document.passages.append(passage)
        return example, passage

    def _schema(self) -> None:
        """Take the system message from the first example line, and say what of it the export cannot deliver."""
        if self.unreadable:
            self.gathered.gaps["system"] = self.unreadable
        chosen = next((one for one in self.examples if "messages" in one[0].value), None) or next(
            iter(self.examples), None
        )
        for example, passage in self.examples:
            if chosen is None or example is not chosen[0]:
                passage.claim("unread", "is another JSON object than the example of a line")
                continue
            self.unreadable = ""
            system, problem = system_of(example.value)
            told = departures(example.value)
            why = (
                f"asks for another form of line than the one that is exported: {'; '.join(told)}"
                if told
                else problem
            )
            claim = passage.claim("unread" if why else "read", why or "system")
            if system:
                self.gathered.single["system"] = (system, [claim])
            else:
                self.gathered.gaps["system"] = f"the schema of line {passage.line} {problem}"

    # Sections.

    def _section(self, section: Section) -> None:
        items = list(section.items)
        lead: Passage | None = None
        for passage in items:
            self._odd(section, passage)
            self._orders(section, passage)
            lead = self._led(section, passage, lead)
        section.items = [passage for passage in items if not passage.is_owned]
        if handler := _SECTIONS.get(section.key):
            handler(self.gathered, section)
        section.items = items
        where = (
            f'stands under "{section.heading}", which is not known'
            if section.heading
            else "stands under no heading"
        )
        for passage in items:
            self._claim_outputs(passage, 0, len(passage.text))
            passage.settle(
                _WHY_UNREAD.get(section.key, where if not section.key else "has no place in a spec")
            )

    def _odd(self, section: Section, passage: Passage) -> None:
        """Give what is no sentence, bullet or path to those that are not read."""
        text = passage.text
        if text.startswith("|"):
            passage.claim("unread", "is a row of a table")
        elif text.startswith("<!--"):
            passage.claim("unread", "is a comment")
        elif re.match(r'\{\s*(?:"|$)', text) or '"role"' in text:
            passage.claim("unread", self.unreadable or "looks like JSON, but is none that can be read")
        elif passage.loose:
            passage.claim("unread", "stands below a list without a marker of its own")
        elif passage.fenced and section.key not in _FENCES:
            passage.claim("unread", "is quoted between lines of backticks")
        elif re.fullmatch(r".*\[[xX]\]", passage.marker):
            passage.claim("unread", "has a ticked box, which may mean that it is wanted or that it is done")

    def _led(self, section: Section, passage: Passage, lead: Passage | None) -> Passage | None:
        """Give a list that an unknown sentence leads to, and that sentence, to those that are not read.

        Returns what leads to the next passage: `Never take:` turns round what follows.
        """
        if section.key in _LEADS_KNOWN or passage.is_owned:
            return None if lead is None or not passage.marker else lead
        if passage.text.rstrip().endswith(":") and not code_places.opens_list(passage.text):
            passage.claim("unread", "leads to a list, and it is not understood to what")
            return passage
        if lead is None or not passage.marker or (lead.marker and passage.indent <= lead.indent):
            return None
        passage.claim("unread", "belongs to a list, and it is not understood of what")
        return lead

    def _orders(self, section: Section, passage: Passage) -> None:
        """Leave out the known orders to an automated writer."""
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            if (section.key in _ORDERS or _JSONL.search(sentence)) and is_known_order(sentence):
                self._files_of_step(passage, start, end)
                self._claim_outputs(passage, start, end)
                passage.claim("known", "tells an automated writer how to work", start, end)

    def _claim_outputs(self, passage: Passage, start: int, end: int) -> None:
        for found in _JSONL.finditer(passage.text, start, end):
            if found[0] in self.outputs:
                self.output_claims.append(passage.claim("read", "output", *found.span()))

    def _files_of_step(self, passage: Passage, start: int, end: int) -> None:
        """The steps name the files again: they stand in for a missing list, and must not contradict one."""
        gathered = self.gathered
        for found in _FILE_IN.finditer(passage.text, start, end):
            folder = found[2].rstrip("/")
            named = [f"{folder}/{name}" for name in re.findall(r"[\w.-]+\.rs", found[0])]
            stated = gathered.texts("sources")
            if not stated or "steps" in gathered.reasons:
                if not stated:
                    gathered.doubt(
                        passage, "names the files in a step alone, because no list of files was read"
                    )
                gathered.reasons["steps"] = ()
                gathered.add("sources", passage.claim("read", "sources", *found.span()), *named)
            elif strange := [one for one in named if one not in (*stated, *gathered.texts("related"))]:
                why = f"a step names {' and '.join(strange)}, which the list of files does not"
                passage.claim("unread", why, *found.span())

    # What stands anywhere in the document.

    def _outputs_of(self, section: Section) -> None:
        """Find the names of files that lines are written to; one that may be read from is not taken."""
        for passage in section.items:
            for start, end in sentence_spans(passage.text):
                for found in _JSONL.finditer(passage.text, start, end):
                    before = passage.text[start : found.start()]
                    if self._is_output(section.key, before):
                        self.outputs.setdefault(found[0], passage.line_at(found.start()))
                    else:
                        passage.claim("unread", "is not said to be where the lines go", *found.span())

    def _is_output(self, key: str, before: str) -> bool:
        last = max((found.end() for found in _GOES_THERE.finditer(before)), default=-1)
        other = max((found.end() for found in _COMES_FROM.finditer(before)), default=-1)
        return not _NEGATED.search(before) and (other < last or (key == "output" and other < 0))

    def _outputs(self) -> None:
        if len(self.outputs) == 1:
            self.gathered.put("output", next(iter(self.outputs)), *self.output_claims)
        elif self.outputs:
            told = ", ".join(
                f"{printable(name, 60)} (line {number})" for name, number in self.outputs.items()
            )
            self.gathered.gaps["output"] = f"several output files are named: {told}"

    def _counts_elsewhere(self) -> None:
        """A number of records outside its part stands in for a missing one, and must not contradict one."""
        found: list[tuple[Passage, SaidCount]] = []
        for section in self.document.sections:
            for passage in section.items if section.key != "target" else ():
                for start, end in sentence_spans(passage.text):
                    sentence = passage.text[start:end].strip()
                    if speaks_of_records(sentence) and (count := count_of(sentence)):
                        found.append((passage, count))
        stated = self.gathered.single.get("target")
        if stated is None and len(found) == 1 and not found[0][1].problem:
            passage, count = found[0]
            self.gathered.doubt(
                passage, "gives a number of records, outside the part on the target: it was read as that"
            )
            writing_rules.set_target(
                self.gathered, passage, count.ends, passage.claim("read", "target", 0, 0)
            )
            return
        for passage, count in found:
            self._count(passage, count, stated[0] if stated else {})

    def _count(self, passage: Passage, count: SaidCount, stated: dict[str, int]) -> None:
        if count.ends and not count.problem and all(stated.get(end) == n for end, n in count.ends.items()):
            return
        self.gathered.doubt(passage, "may give a number of records, outside the part on the target")
        if not stated:
            for end in ("min", "max"):
                self.gathered.gaps.setdefault(
                    f"target.{end}", f"line {passage.line} may give one, outside the part on it"
                )

    def _imports(self) -> None:
        told = imports_told([(line, rule) for line, rule, _ in self.gathered.rules])
        if told.mode:
            self.gathered.single["imports"] = (told.mode, [])
            self.gathered.reasons["imports"] = (told.why,)
        for at in told.doubts:
            why = "speaks of imports in a way that was not understood: see whether `imports` is what it means"
            self.gathered.doubt(self.gathered.rules[at][2], why)

    def _passed_over(self) -> None:
        """A last look at every passage: nothing is without an owner."""
        for passage in self.document.passages:
            passage.settle("has no place in a spec")

    # The end.

    def _conversion(self, name: str, topic: str) -> Conversion:
        gathered = self.gathered
        fields = gathered.fields()
        if not fields.get("target", True):
            del fields["target"]
        if words := focus_words(fields):
            fields["focus_words"] = words
        called = topic or topic_of(str(fields.get("output", name)))
        fields.setdefault("title", called.replace("_", " ").replace("-", " ").capitalize())
        missing = [
            Missing(key, gathered.gaps.get(key, what), key in _REQUIRED)
            for key, what in _PARTS.items()
            if _lacks(fields, key)
        ]
        gathered.reasons.pop("steps", None)
        passages = self.document.passages
        return Conversion(
            called,
            fields,
            tuple(missing),
            notes_of(passages),
            lines_of(passages),
            tuple(gathered.doubts),
            gathered.reasons,
        )


def topic_of(name: str) -> str:
    """A topic's name from that of a file."""
    stem = name.removesuffix(".jsonl").lower()
    return re.sub(r"[^a-z0-9_-]+", "_", stem).strip("_-")[:100] or "topic"


def _lacks(fields: dict[str, object], key: str) -> bool:
    table, _, inner = key.partition(".")
    value = fields.get(table)
    return not (value.get(inner) if inner and isinstance(value, dict) else value)
