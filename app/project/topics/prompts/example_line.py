"""The example of an exported line that a document gives, and how far the export's own line departs from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

FIELDS = ("type", "messages")
ROLES = ("system", "user", "assistant")
_PLACEHOLDER = re.compile(r"\s*(?:\[[^\[\]]*\]|<[^<>]*>|\{+[^{}]*\}+|\.{3}|…|\$\w+)\s*")
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\{+[^{}]*\}+")


class ExampleLine(NamedTuple):
    """A JSON object of a document."""

    value: dict[str, Any]
    lines: tuple[tuple[int, str], ...]
    """Its lines, 1-based, as far as they are its own."""


class Found(NamedTuple):
    """The JSON objects of a document."""

    examples: tuple[ExampleLine, ...]
    rest: list[str]
    """The document's lines with the objects blanked out; their numbers stay."""
    problem: str
    """Why what looks like an example line cannot be read; else empty."""


def find_examples(lines: list[str]) -> Found:
    """The JSON objects of a document that are no part of each other."""
    text, decoder = "\n".join(lines), json.JSONDecoder()
    examples: list[ExampleLine] = []
    rest, at, problem = "", 0, ""
    for brace in re.finditer(r"\{", text):
        start = brace.start()
        if start < at:
            continue
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            if not problem and '"messages"' in text[start : start + 100]:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
                problem = f"the JSON of line {text.count(chr(10), 0, start) + 1} cannot be read: {reason}"
            continue
        if value and "role" not in value:  # a message by itself is left of a line that cannot be read
            examples.append(ExampleLine(value, tuple(_lines(text, start, end))))
            rest += text[at:start] + "\n" * text.count("\n", start, end)
            at = end
    return Found(tuple(examples), (rest + text[at:]).split("\n"), problem)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    number = text.count("\n", 0, start) + 1
    for line in text[start:end].split("\n"):
        yield number, line
        number += 1


def system_of(value: dict[str, Any]) -> tuple[str, str]:
    """The system message of an example, and why there is none."""
    messages = value.get("messages")
    if messages is None:
        told = value.get("system")
        return (
            (told, "")
            if isinstance(told, str) and told and not is_placeholder(told)
            else ("", "has no messages")
        )
    known = [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []
    system = [m.get("content") for m in known if m.get("role") == "system"]
    if len(system) != 1 or not isinstance(system[0], str):
        return "", f"has {len(system)} system messages"
    if is_placeholder(system[0]):
        return "", f"has a placeholder for a system message: {system[0].strip()}"
    return system[0], ""


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for another."""
    return not text.strip() or bool(_PLACEHOLDER.fullmatch(text))


def departures(value: dict[str, Any]) -> list[str]:
    """What an example asks of a line that the export cannot deliver; empty if it is the line that is written."""
    told: list[str] = []
    fields = list(value)
    if set(fields) != set(FIELDS):
        told.append(f"its fields are {', '.join(fields)}, and the export writes {' and '.join(FIELDS)}")
    elif fields != list(FIELDS):
        told.append(
            f"its fields stand in the order {', '.join(fields)}, and the export writes {', '.join(FIELDS)}"
        )
    if "type" in value and value["type"] != "chatml":
        told.append(
            f'its type is {json.dumps(value["type"], ensure_ascii=False)}, and the export writes "chatml"'
        )
    if "messages" in value:
        told += _of_messages(value["messages"])
    return told


def _of_messages(messages: Any) -> Iterator[str]:
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        yield "its messages are no list of objects"
        return
    roles = [str(one.get("role")) for one in messages]
    if roles != list(ROLES):
        yield f"its roles are {', '.join(roles)}, and the export writes {', '.join(ROLES)}"
    for one in messages:
        if list(one) != ["role", "content"]:
            yield f"a message has the fields {', '.join(one)}, and the export writes role, content"
    texts = {role: one.get("content") for role, one in zip(roles, messages, strict=True)}
    if not _is_bare(texts.get("user", "")):
        yield "its user message holds more than the request, and the export writes the request alone"
    answer = texts.get("assistant")
    if answer is not None and not _is_answer(answer):
        yield (
            "its assistant message is not <think>, a line feed, the reasoning, a line feed, </think>, two line feeds"
            " and the code, as the export writes it"
        )


def _is_answer(text: Any) -> bool:
    found = (
        re.fullmatch(r"<think>\n(.*)\n</think>\n\n(.*)", text, re.DOTALL) if isinstance(text, str) else None
    )
    return bool(found) and _is_bare(found[1]) and _is_bare(found[2])  # type: ignore[index]


def _is_bare(text: Any) -> bool:
    """Whether a text is nothing but one thing to be filled in."""
    if not isinstance(text, str) or "```" in text:
        return False
    holes = _BRACKETS.findall(text)
    return not holes or (len(holes) == 1 and not re.search(r"\w", _BRACKETS.sub("", text)))
