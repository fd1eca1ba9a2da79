"""Whether a record can be saved and exported: nothing empty, nothing that breaks the line or its readers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks.findings import Check, Context, Field, Finding, Texts, finding

_EMPTY: tuple[tuple[str, Field, str], ...] = (
    ("BS101", "user", "The request is empty."),
    ("BS102", "think", "The reasoning is empty."),
    ("BS103", "block", "No code is selected."),
)
_NAMES: dict[Field, str] = {"user": "the request", "think": "the reasoning", "block": "the code"}
_TAG = re.compile(r"</?think>")
_TOKEN = re.compile(r"<\|[^|<>\s]{1,40}\|>|<｜[^｜<>\s]{1,40}｜>|\[/?INST\]|</?s>|<</?SYS>>")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]"
)
_MOST = 20
"""Findings of one kind for one field; more would only hide the others."""


def _fields(texts: Texts) -> tuple[tuple[Field, str], ...]:
    return (("user", texts.user), ("think", texts.think), ("block", texts.block))


def emptiness(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS101 to BS104."""
    for (code, field, message), (_, text) in zip(_EMPTY, _fields(texts), strict=True):
        if not text.strip():
            yield finding(code, field, message)
    if context.roles and "main" not in context.roles:
        yield finding("BS104", "block", "No span of the block has the role “main”.")


def tags(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS110 and BS111: a reader would take them for the end, or the start, of the reasoning."""
    for field, text in _fields(texts):
        code = "BS111" if field == "block" else "BS110"
        for match in _some(_TAG, text):
            message = f"“{match[0]}” stands in {_NAMES[field]}."
            yield finding(code, field, message, match.start(), match.end())


def tokens(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS112 and BS113: texts that tokenizers read as their own marks."""
    for field, text in _fields(texts):
        code = "BS113" if field == "block" else "BS112"
        for match in _some(_TOKEN, text):
            message = f"“{match[0]}” in {_NAMES[field]} is a special token of some models."
            yield finding(code, field, message, match.start(), match.end())


def characters(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS120 to BS123: what no one can see, or no file can hold. Tabs and line ends of source are ordinary."""
    for field, text in _fields(texts):
        for match in _some(_ODD, text):
            if match[0] in "\r\f" and field == "block":
                continue
            code, name = _character(match[0])
            message = f"{name} (U+{ord(match[0]):04X}) stands in {_NAMES[field]}."
            yield finding(code, field, message, match.start(), match.end())


def tests(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS130."""
    if not context.allow_tests:
        for item in context.test_items:
            yield finding("BS130", "block", f"“{item}” is test code.")


def _character(char: str) -> tuple[str, str]:
    if char == "\0":
        return "BS120", "A NUL character"
    if "\ud800" <= char <= "\udfff":
        return "BS121", "Half of a surrogate pair"
    if char >= "\u00a0":
        return "BS123", "A mark of writing direction"
    return "BS122", "A control character"


def _some(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for count, match in enumerate(pattern.finditer(text)):
        if count == _MOST:
            return
        yield match


FAMILY: tuple[Check, ...] = (emptiness, tags, tokens, characters, tests)
"""In the order they run."""
