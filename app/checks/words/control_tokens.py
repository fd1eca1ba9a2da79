"""Control tokens of models in texts and code: what some tokenizer reads as a mark, where a person reads words.

Which there are, by family, stands in `data/control_tokens.toml`. Places are characters, 0-based, end exclusive.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from app.checks.reading import BlockCode, Token

_BARS = r"<\|[^|<>\s]{1,40}(?: [^|<>\s]{1,40}){0,3}\|>|<｜[^｜<>\s]{1,40}｜>"
_MAKERS = r"</?(?:seed|minimax|longcat|dsml):\w{1,40}>"
_CANDIDATE = re.compile(
    rf"(?P<sure>{_BARS}|{_MAKERS})|<</?\w{{1,8}}>>|</?[\w|-]{{1,40}}\|?>|<\|\w{{1,40}}>|\[[/|\w]{{1,40}}\]"
    r"|\]~!?b[\[\]]|\[e~\[|｜DSML｜"
)
_DIGITS = re.compile(r"\d+")
_BEFORE = re.compile(r"[\w:)\]!#]")
"""Before a bracket in code: a generic's, an index's, a macro's or an attribute's."""


class ControlToken(NamedTuple):
    """A token as it stands in a text."""

    text: str
    start: int
    end: int
    spoken: bool
    """Whether people write it with another meaning too."""
    family: str
    """A family of models that has it; empty where its shape tells that it is one."""


@lru_cache(maxsize=1)
def listed_tokens() -> dict[str, tuple[str, bool]]:
    """Each token of the list, numbers written `#`: its first family, and whether people write it otherwise too."""
    text = (files("app.checks") / "data" / "control_tokens.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[str, bool]] = {}
    for family, rows in tomllib.loads(text).items():
        for key, spoken in (("tokens", False), ("spoken", True)):
            for token in rows.get(key, ()):
                found.setdefault(token, (family, spoken))
    return found


def control_tokens(text: str) -> Iterator[ControlToken]:
    """The control tokens of a text, in order."""
    listed = listed_tokens()
    for match in _CANDIDATE.finditer(text):
        family, spoken = listed.get(_DIGITS.sub("#", match[0]), ("", False))
        if family or match["sure"]:
            yield ControlToken(match[0], match.start(), match.end(), spoken, family)


def code_tokens(code: BlockCode) -> Iterator[ControlToken]:
    """The control tokens of code: not where the brackets are Rust's own, nor those that people write otherwise."""
    for found in control_tokens(code.text):
        if not found.spoken and ("|" in found.text or "｜" in found.text or not _rust(code, found)):
            yield found


def _rust(code: BlockCode, found: ControlToken) -> bool:
    """Whether the brackets are a generic's, an index's, a macro's, an attribute's or a path's; in strings none are."""
    if _token_at(code, found.start).kind == "string":
        return False
    before, after = code.text[max(0, found.start - 1) : found.start], code.text[found.end : found.end + 2]
    return bool(_BEFORE.match(before)) or after == "::"


def _token_at(code: BlockCode, at: int) -> Token:
    return code.tokens[bisect_right(code.tokens, at, key=lambda token: token.start) - 1]
