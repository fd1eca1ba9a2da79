"""A prompt document taken apart: its sections, their bullets and paragraphs, and the phrases in them.

The family: plain text or light Markdown, with headings such as `Files to process:`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_HEADINGS = {
    "role": r"(?:your )?role|persona",
    "files": r"(?:source |rust )?files?(?: to (?:process|read|annotate|cover|use))?|sources?",
    "extraction": r"(?:code )?extraction (?:strategy|rules)|what to extract",
    "task": r"task",
    "analysis": r"analy[sz]e the code|what to look for",
    "request": r"(?:(?:generate|write) )?(?:an? |the )?[\"“']?user prompts?[\"”']?|rules for requests?",
    "think": r"(?:generate |write )?(?:an? |the )?[\"“']?think[\"”']?(?: block)?|traits",
    "format": r"format the output|(?:output|return) format",
    "schema": r"(?:jsonl? )?schema",
    "system": r"system (?:message|prompt)",
    "reasoning": r"rules for (?:the )?(?:reasoning|think(?:ing)?)|reasoning rules",
    "code": r"rules for (?:the )?code|code rules",
    "crates": r"(?:required )?crates?(?: to (?:name|mention))?",
    "repository": r"repository|repo|code ?base",
    "target": r"targets?",
    "workflow": r"workflow|steps|autonomous operation(?: instructions)?",
    "critical": r"critical(?: reminder)?|important|reminder|warning",
}
_KNOWN = [
    (key, re.compile(rf"(?:{names})(?:\s*\([^)]*\))?\s*(?::\s*(?P<rest>.*)|$)", re.IGNORECASE))
    for key, names in _HEADINGS.items()
]
_MARKDOWN = re.compile(r"\s*#{1,6}\s+")
_BULLET = re.compile(r"\s*(?:[-*+•·–—▪‣◦]|\d{1,2}[.)])\s+")
_PATH = re.compile(r"[`\"']?((?:[\w.*?\[\]-]+/)*[\w.*?\[\]-]+(?:\.rs|/|/\*\*?))[`\"']?")
_RANGE = re.compile(r"(\d{1,6})\s*(?:-|–|—|to|and)\s*(\d{1,6})")
_COMMON = re.compile(
    r"(calculation|logic|pattern|function|operation|error|type|state|machine|general)s?|with|from|code"
)
_EXAMPLES = re.compile(r"\((?:e\.?g\.?|for example|for instance|such as)[,:]?\s*", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"“”]*)[\"”]")
_BETWEEN = re.compile(r"\s*(?:[,;]\s*)?(?:or\s+)?")


@dataclass(frozen=True)
class PromptItem:
    """A bullet, or a paragraph, with wrapped lines joined by spaces."""

    line: int
    """1-based line on which it begins."""
    text: str
    """Without the bullet's marker."""


@dataclass
class PromptSection:
    """A heading with what stands under it."""

    key: str
    """Which part of a prompt it is; empty for a heading outside the family, or text before any heading."""
    line: int
    """1-based line of the heading."""
    heading: str
    """As written, for people."""
    items: list[PromptItem] = field(default_factory=list)


def split_sections(lines: list[str]) -> list[PromptSection]:
    """The sections of a document's lines, in order. Blank lines end paragraphs and bullets."""
    sections = [PromptSection("", 1, "")]
    open_item = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            open_item = False
            continue
        blank_before = number == 1 or not lines[number - 2].strip()
        if heading := _heading(line, number, blank_before):
            section, rest = heading
            sections.append(section)
            open_item = bool(rest)
            if rest:
                section.items.append(PromptItem(number, rest))
            continue
        items = sections[-1].items
        marker = _BULLET.match(line)
        if open_item and not marker:
            items[-1] = PromptItem(items[-1].line, f"{items[-1].text} {line.strip()}")
        else:
            items.append(PromptItem(number, line[marker.end() if marker else 0 :].strip()))
            open_item = True
    return [section for section in sections if section.heading or section.items]


def _heading(line: str, number: int, blank_before: bool) -> tuple[PromptSection, str] | None:
    markdown = _MARKDOWN.match(line)
    bold = re.fullmatch(r"\s*(?:\*\*|__)(.+?)(?:\*\*|__)\s*(:?.*)", line)
    plain = line[markdown.end() :] if markdown else f"{bold[1]}{bold[2]}" if bold else line
    plain = re.sub(r"^\s*\d{1,2}[.)]\s+", "", plain).strip().strip("*_").strip()
    for key, pattern in _KNOWN:
        found = pattern.match(plain)
        # `Task` alone on a line is a heading; without Markdown or a colon it could be any word.
        if found and (found["rest"] is not None or markdown or bold):
            return PromptSection(key, number, plain[: found.start("rest")].strip() or plain), found[
                "rest"
            ] or ""
    bare_heading = (
        plain.endswith(":") and len(plain.split()) <= 6 and blank_before and not _BULLET.match(line)
    )
    if markdown or bare_heading:
        return PromptSection("", number, plain), ""
    return None


def take_examples(text: str) -> tuple[str, list[str]]:
    """The text without its `(e.g., "…", "…")` parts, and what was quoted in them."""
    examples: list[str] = []
    at = 0
    while opening := _EXAMPLES.search(text, at):
        quoted, end = _quotes(text, opening.end())
        if end is None:
            at = opening.end()
            continue
        examples += quoted
        text = re.sub(r"\s+([.;,])", r"\1", text[: opening.start()] + text[end:]).strip()
    if not examples and (whole := re.fullmatch(r"(?:(.*\w)\s*[:–—-]\s*)?[\"“]([^\"“”]+)[\"”]\.?", text)):
        return whole[1] or "", [whole[2]]
    return text, examples


def _quotes(text: str, at: int) -> tuple[list[str], int | None]:
    """The quoted phrases from `at` up to a closing parenthesis, and where that ends, if there is one."""
    quoted: list[str] = []
    while found := _QUOTED.match(text, at):
        quoted.append(found[1])
        between = _BETWEEN.match(text, found.end())
        at = between.end() if between else found.end()
    return (quoted, at + 1) if quoted and text.startswith(")", at) else ([], None)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", text.strip()) if part]


def names(text: str) -> list[str]:
    """The members of a list in words: `tokio, chrono and http`."""
    parts = re.split(r"\s*(?:[,;&]|\band\b|\bor\b)\s*", text)
    return [name for part in parts if (name := part.strip(" `'\"“”.*"))]


def phrases(text: str) -> list[str]:
    """The members of a list of topics: `task processing, acknowledgment and delivery`."""
    return [phrase for part in re.split(r"[,;]|\band\b", text) if (phrase := part.strip(" ."))]


def rust_path(text: str) -> str:
    """The path, or glob, that the text is; empty if it is neither a Rust file's nor a folder's."""
    found = _PATH.fullmatch(text)
    return found[1] if found else ""


class Schema(NamedTuple):
    """The example of an exported line that a document gives."""

    value: dict[str, Any]
    """The JSON object with `messages`; empty if there is none that can be read."""
    line: int
    """1-based line on which it begins."""
    rest: str
    """The document with the example blanked out; its line numbers stay."""
    problem: str
    """Why what looks like it cannot be read; else empty."""


def find_schema(text: str) -> Schema:
    """The first JSON object of a text that has `messages`."""
    decoder = json.JSONDecoder()
    problem = ""
    for brace in re.finditer(r"\{", text):
        start, line = brace.start(), text.count("\n", 0, brace.start()) + 1
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            if not problem and "messages" in text[start : start + 100]:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
                problem = f"the JSON of line {line} cannot be read: {reason}"
            continue
        if isinstance(value, dict) and "messages" in value:
            return Schema(value, line, text[:start] + "\n" * text.count("\n", start, end) + text[end:], "")
    return Schema({}, 0, text, problem)


def count_range(text: str) -> dict[str, int]:
    """The `min` and `max` of a number of records: `15-25`, `about 20`; only one of them for `at least 30`."""
    if numbers := _RANGE.search(text):
        return {"min": int(numbers[1]), "max": int(numbers[2])}
    single = re.search(r"(at least|no more than|at most|up to)?\s*[~≈]?\s*\b(\d{1,6})\b", text, re.IGNORECASE)
    if not single:
        return {}
    bound = (single[1] or "").lower()
    ends = ("min", "max") if not bound else ("min",) if bound == "at least" else ("max",)
    return {end: int(single[2]) for end in ends}


def focus_words(fields: dict[str, Any]) -> tuple[str, ...]:
    """Words that the code may be expected to hold: those of the focus, and the identifiers that are named."""
    words = [word for phrase in fields.get("focus", ()) for word in re.findall(r"[A-Za-z]{4,}", phrase)]
    telling = [re.sub("ies$", "y", word.lower()) for word in words if not _COMMON.fullmatch(word.lower())]
    found = [word.removesuffix("s") for word in telling if not word.endswith("ing")]
    for rule in fields.get("extraction", ()):
        for listed in re.findall(r"\(([\w:]+(?:\s*[,/]\s*[\w:]+)*)\)", rule):
            found += re.split(r"\s*[,/]\s*", listed)
    for trait in fields.get("traits", ()):
        found += re.findall(r"\b[a-z_]\w*(?:::\w+)+", trait)
    return tuple(dict.fromkeys(found))
