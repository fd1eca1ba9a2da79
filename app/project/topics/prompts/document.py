"""A prompt document taken apart: its sections, with their bullets and paragraphs, every line in one passage.

The family: plain text or light Markdown, with headings such as `Files to process:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.project.topics.prompts.account import HEADING, Passage
from app.project.topics.prompts.headings import (
    Heading,
    Title,
    known_heading,
    looks_like_title,
    other_heading,
    title_of,
)
from app.project.topics.prompts.orders import is_known_order
from app.project.topics.prompts.phrases import rust_path

_BULLET = re.compile(
    r"(?P<indent>\s*)(?P<marker>(?:[-*+•·–—▪‣◦●○■□☐☑✓✔➤→](?=\s)|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)](?=\s)"
    r"|\d{1,2}(?:\.\d{1,2})+[.)]?(?=\s+[A-ZÀ-Þ]))?"
    r"\s*(?:\[[ xX]?\](?=\s))?)\s+(?=\S)"
)
_RULE = re.compile(r"[\W_]+")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[\w-]*\s*")
_CLOSING = re.compile(r"\s*</[\w -]+>\s*")
_LISTS = frozenset(
    {"files", "related", "exclude", "focus", "extraction", "code", "crates", "traits", "reasoning"}
)
"""Sections whose lines stand each for itself, with bullets or without."""


@dataclass
class Section:
    """A heading with what stands under it."""

    key: str
    """Which part of a prompt it is; empty for a heading outside the family, or text before any heading."""
    heading: str
    """As written, for people; empty before any heading."""
    items: list[Passage] = field(default_factory=list)
    aside: str = ""
    """What stands in parentheses in the heading; empty if that changes nothing."""


@dataclass
class Document:
    """A document's sections, and every passage of it."""

    sections: list[Section]
    title: Passage | None
    """A heading of the first rank that the document begins with; None if it has none."""
    passages: list[Passage]
    """Each line with a word is in exactly one of these; those of the sections' items wait for an owner."""


def take_apart(lines: list[str]) -> Document:
    """The sections of a document's lines, in order. Blank lines end paragraphs and bullets."""
    splitter = _Splitter(lines)
    while splitter.at < len(lines):
        splitter.step()
    sections = [section for section in splitter.sections if section.heading or section.items]
    return Document(sections, splitter.title, splitter.passages)


class _Splitter:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.sections = [Section("", "")]
        self.passages: list[Passage] = []
        self.title: Passage | None = None
        self.open: Passage | None = None
        """What the next line may go on with."""
        self._is_underline = False
        """Whether a line that is drawn belongs to the heading before it."""
        self._labelled = False
        """Whether the line before was a label with its text, as in `Title: …`, so that the next may be another."""

    def step(self) -> None:
        """Place the line at hand, and what belongs to it."""
        line, number = self.lines[self.at], self.at + 1
        self.at += 1
        if not line.strip():
            self.open = None
        elif _FENCE.fullmatch(line):
            self._fence(number, line)
        elif _RULE.fullmatch(line) and not line.lstrip().startswith("{"):
            self._aside(number, line, "a line that is drawn")
            if _UNDERLINE.fullmatch(line) and not self._is_underline:
                self.sections.append(Section("", ""))
            self._is_underline = False
        elif _CLOSING.fullmatch(line):
            self._aside(number, line, "the end of a section")
            self.sections.append(Section("", ""))
        elif heading := self._heading(line):
            self._begin(number, line, heading)
        else:
            self._place(number, line)

    def _add(self, passage: Passage) -> Passage:
        self.passages.append(passage)
        return passage

    def _aside(self, number: int, line: str, why: str) -> None:
        self._add(Passage([(number, line.strip())])).claim("known", why)
        self.open = None

    def _fence(self, number: int, line: str) -> None:
        self._aside(number, line, "the border of quoted text")
        inside: list[tuple[int, str]] = []
        while self.at < len(self.lines) and not _FENCE.fullmatch(self.lines[self.at]):
            inside.append((self.at + 1, self.lines[self.at]))
            self.at += 1
        if self.at < len(self.lines):
            self._aside(self.at + 1, self.lines[self.at], "the border of quoted text")
            self.at += 1
        whole = self.sections[-1].key == "system"
        for lines in [inside] if whole else [[one] for one in inside]:
            if any(text.strip() for _, text in lines):
                passage = Passage(lines[:1] if whole else [(lines[0][0], lines[0][1].strip())])
                passage.glue, passage.fenced = "\n", True
                for after, text in lines[1:]:
                    passage.extend(after, text)
                self.sections[-1].items.append(self._add(passage))

    # Headings.

    def _heading(self, line: str) -> Heading | None:
        title, bullet = title_of(line), _BULLET.match(line)
        indented = line[:1].isspace()
        if not title.strong and bullet and bullet["marker"].strip() and not title.number:
            return None
        below = self._below()
        if not title.strong and _UNDERLINE.fullmatch(below) and self.open is None:
            title = Title(title.plain, True, title.number)
            self._is_underline = True
        if title.number and not title.strong:
            return self._numbered(line, title)
        if indented and self.open is not None and not title.strong:
            return None  # it goes on with the line before
        begins = self.open is None or ((bool(self.open.marker) or self._labelled) and not indented)
        alone = begins and not indented and self.open is None
        if found := known_heading(title, alone):
            return found
        if rust_path(title.plain) or "://" in title.plain.split(" ")[0] or is_known_order(line):
            return None
        if found := other_heading(title, begins and not indented, self._labelled):
            return found
        if alone and looks_like_title(line) and (not below.strip() or _BULLET.match(below)):
            return Heading("", title.plain, "", "")
        return None

    def _numbered(self, line: str, title: Title) -> Heading | None:
        """`1. Role: …` after a blank line is a heading; a step among steps is none."""
        following = next((line for line in self.lines[self.at :] if line.strip()), "")
        is_below_text = self.at > 1 and bool(self.lines[self.at - 2].strip())
        if (
            self.open is not None
            or is_below_text
            or not self._counts(title.number)
            or _same_list(line, following)
        ):
            return None
        if found := known_heading(title, alone=True):
            return found
        if title.plain.endswith(":"):
            return other_heading(title, begins=True)
        by_itself = looks_like_title(title.plain) or not title.number.endswith((".", ")"))
        return Heading("", title.plain, "", "") if by_itself and len(title.plain.split()) <= 8 else None

    def _below(self) -> str:
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def _begin(self, number: int, line: str, heading: Heading) -> None:
        key, label = heading.key, self._add(Passage([(number, heading.label)]))
        if key == "examples":
            kind = {"think": "reasoning"}.get(self.sections[-1].key, self.sections[-1].key)
            key = f"{kind}_examples" if kind in ("request", "reasoning") else ""
        if key:
            label.claim("known", HEADING)
        elif len(self.passages) == 1 and not heading.rest and (self._is_underline or line.startswith("# ")):
            self.title = label
        else:
            label.claim("unread", "is a heading that is not known")
        if heading.aside:
            self._add(Passage([(number, heading.aside)])).claim("unread", "stands in a heading's parentheses")
        self.sections.append(Section(key, heading.label, aside=heading.aside))
        self.open = None
        self._labelled = False
        if heading.rest.strip():
            self._new(Passage([(number, heading.rest.strip())]))
            self._labelled = True

    # What stands under them.

    def _new(self, passage: Passage) -> None:
        self._labelled = False
        self.open = self._add(passage)
        self.sections[-1].items.append(passage)

    def _place(self, number: int, line: str) -> None:
        found = _BULLET.match(line)
        bullet = (
            found if found and found["marker"].strip() and self._counts(found["marker"].strip()) else None
        )
        if bullet:
            text = line[bullet.end() :].strip()
            self._new(Passage([(number, text)], bullet["marker"].strip(), len(bullet["indent"])))
        elif self.open is not None and self._goes_on(line):
            self.open.extend(number, line.strip())
        else:
            loose = self.open is not None and bool(self.open.marker)
            self._new(Passage([(number, line.strip())], indent=len(line) - len(line.lstrip())))
            self.sections[-1].items[-1].loose = loose

    def _counts(self, marker: str) -> bool:
        """Whether `3.1` is a number of a list, and no amount: another line has a number of its kind."""
        first = re.match(r"(\d{1,2}\.)\d", marker)
        alike = re.compile(rf"\s*{re.escape(first[1])}\d{{1,2}}[.)]?\s") if first else None
        return alike is None or sum(bool(alike.match(line)) for line in self.lines) > 1

    def _goes_on(self, line: str) -> bool:
        """Whether a line without a marker goes on with what is open."""
        text = line.strip()
        if text.startswith("|") or (self.open is not None and self.open.text.startswith("|")):
            return False
        if line[:1].isspace() or (
            self.sections[-1].key not in _LISTS and not (self.open and self.open.marker)
        ):
            return True
        return text[0].islower() and not rust_path(text.split(" ")[0].strip("`,;"))


def _same_list(line: str, following: str) -> bool:
    """Whether two numbered lines are of one list: at one column, and both with digits or both with letters."""
    first, second = title_of(line).number, title_of(following).number
    columns = len(line) - len(line.lstrip()), len(following) - len(following.lstrip())
    alike = first[:1].isdigit() == second[:1].isdigit() and first.strip(".").count(".") == second.strip(
        "."
    ).count(".")
    return bool(second) and columns[0] == columns[1] and alike
