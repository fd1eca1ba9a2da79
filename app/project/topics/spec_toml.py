"""A spec's fields written as the TOML file a person goes on editing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

from app.project.topics.spec import field_help


def toml_text(
    fields: Mapping[str, Any], gaps: Mapping[str, str], reasons: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The file's text: keys in the order of `Spec`, each under a line that says what it is.

    `fields` are what is known, tables as mappings; `gaps` are wanted keys that are not known, with
    the reason: comments stand in their place, for a person to fill in. `reasons` are lines of comment
    before a key's value, without line feeds.
    """
    lines: list[str] = []
    for key, help_text in field_help():
        table, _, inner = key.partition(".")
        value = fields.get(table)
        if inner:
            value = value.get(inner) if isinstance(value, Mapping) else None
        elif isinstance(value, Mapping) or key in ("repository", "target"):
            lines += ["", f"# {help_text}"]  # its keys follow, dotted: a table would end the file's own keys
            continue
        if value is None or value == ():
            if key in gaps:
                lines += [*([] if inner else ["", f"# {help_text}"]), f"# {key} is missing: {gaps[key]}"]
            continue
        why = [f"# {reason}" for reason in (reasons or {}).get(key, ())]
        lines += [*([] if inner else ["", f"# {help_text}"]), *why, f"{key} = {_value(value)}"]
    return "\n".join(lines).strip("\n") + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        inner = [_value(one) for one in value]
        short = ", ".join(inner)
        if len(short) <= 80 and len(inner) <= 4:
            return f"[{short}]"
        return "[\n" + "".join(f"  {one},\n" for one in inner) + "]"
    return str(tomlkit.item(value).as_string())


def _text(text: str) -> str:
    plain = all(char == "\n" or char.isprintable() for char in text)
    if "\n" in text:
        literal = plain and "'''" not in text and not text.endswith("'")
        quoted = str(tomlkit.string(text, multiline=True, literal=literal).as_string())
        # A line feed right after the opening quotes is not part of the text.
        return quoted if text.startswith("\n") else f"{quoted[:3]}\n{quoted[3:]}"
    literal = plain and "'" not in text and ('"' in text or "\\" in text)
    return str(tomlkit.string(text, literal=literal).as_string())
