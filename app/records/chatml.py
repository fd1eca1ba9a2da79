"""A record as the exact line that is trained on, and back. Light, since the preview runs it at every key.

The form, the only one that `parse_line` takes:
`{"type":"chatml","messages":[{"role":"system",…},{"role":"user",…},{"role":"assistant",…}]}`, where the
assistant's content is the reasoning between `<think>` and `</think>`, an empty line, and the code.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal, NamedTuple

from app.base.json_line import one_line

THINK_OPEN = "<think>\n"
"""What the assistant's content begins with."""
THINK_CLOSE = "\n</think>\n\n"
"""What stands between the reasoning and the code."""
END_TAG = "</think>"
"""The one text that `think` and the code must not hold: a reader would end the reasoning there."""

Kind = Literal["json", "system", "user", "tag", "think", "code"]
"""What a piece of the line is: JSON around the texts, one of the four texts, or a `<think>` tag."""


class Conversation(NamedTuple):
    """The four texts of a line."""

    system: str
    user: str
    think: str
    code: str


class Segment(NamedTuple):
    """A piece of the line. The texts of all segments, joined, are the line."""

    kind: Kind
    text: str
    """As it stands in the line, escapes included."""


def normalise_prose(text: str) -> str:
    """`user` and `think` as they are stored: line feeds as line ends, and nothing blank after the last word.

    What stands before the first word, and inside, stays as it was written. Doing it twice changes nothing.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def segments(system: str, user: str, think: str, code: str) -> tuple[Segment, ...]:
    """The line in pieces, in order. Never raises: what is wrong with a text is for the checks to say."""
    return (
        Segment("json", '{"type":"chatml","messages":[{"role":"system","content":"'),
        Segment("system", _inner(system)),
        Segment("json", '"},{"role":"user","content":"'),
        Segment("user", _inner(user)),
        Segment("json", '"},{"role":"assistant","content":"'),
        Segment("tag", _inner(THINK_OPEN)),
        Segment("think", _inner(think)),
        Segment("tag", _inner(THINK_CLOSE)),
        Segment("code", _inner(code)),
        Segment("json", '"}]}'),
    )


def line(system: str, user: str, think: str, code: str) -> str:
    """The exact exported line, without a line feed at its end."""
    return "".join(segment.text for segment in segments(system, user, think, code))


def line_bytes(text: str) -> int:
    """The line's length in bytes of UTF-8; a lone surrogate, which UTF-8 cannot say, counts three."""
    return len(text.encode("utf-8", "surrogatepass"))


def parse_line(text: str) -> Conversation:
    """The texts of a line that `line` wrote; `line(*parse_line(text)) == text` always holds.

    Raises `ValueError` that says why for anything else, down to another order of keys or one more space.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is not a conversation: it nests without end") from None
    system, user, assistant = _contents(value)
    found = Conversation(system, user, *_split(assistant))
    exact = line(*found)
    if exact != text:
        at = next((i for i, (a, b) in enumerate(zip(exact, text, strict=False)) if a != b), len(exact))
        raise ValueError(f"it is not written in the exact form: it departs from it at character {at + 1}")
    return found


def _inner(text: str) -> str:
    return one_line(text)[1:-1]


def _contents(value: Any) -> tuple[str, str, str]:
    if not isinstance(value, dict) or set(value) != {"type", "messages"}:
        raise ValueError("it must be an object with exactly the keys “type” and “messages”")
    if value["type"] != "chatml":
        raise ValueError("its type must be “chatml”")
    messages = value["messages"]
    if not isinstance(messages, list) or len(messages) != 3:
        raise ValueError("it must hold exactly three messages")
    system, user, assistant = (
        _content(message, role)
        for message, role in zip(messages, ("system", "user", "assistant"), strict=True)
    )
    return system, user, assistant


def _content(message: Any, role: str) -> str:
    if not isinstance(message, dict) or set(message) != {"role", "content"} or message["role"] != role:
        raise ValueError(f"the {role} message must hold exactly a “role” ({role}) and a “content”")
    content = message["content"]
    if not isinstance(content, str):
        raise ValueError(f"the content of the {role} message must be a text")
    return content


_ASSISTANT = re.compile(r"<think>\n(.*?)\n</think>\n\n(.*)", re.DOTALL)


def _split(assistant: str) -> tuple[str, str]:
    if not assistant.startswith(THINK_OPEN):
        raise ValueError("the answer must begin with “<think>” and a line feed")
    if assistant.count(END_TAG) != 1:
        raise ValueError(
            f"the answer must hold “</think>” exactly once, not {assistant.count(END_TAG)} times"
        )
    match = _ASSISTANT.fullmatch(assistant)
    if not match:
        raise ValueError("“</think>” must stand on a line of its own, with an empty line after it")
    return match[1], match[2]
