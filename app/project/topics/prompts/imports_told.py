"""What a document says of imports, as the mode a new block starts with.

Both `Preserve all imports from the file as context` and `Include necessary imports` stand in the first documents. The
file's imports include the necessary ones, so `all` keeps both sentences, and anything less would break the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_IMPORTS = r"(?:imports?|use[ -](?:statements?|declarations?|lines?))"
_SPEAKS = re.compile(rf"\b{_IMPORTS}\b|`use`", re.IGNORECASE)
_VERB = r"(?:preserve|keep|include|retain|copy|take|add|bring(?: along| in)?|carry over)"
_NEED = r"(?:necessary|needed|required|relevant)"
_ALL = re.compile(
    rf"{_VERB} (?:all|every one of|the full list of|the complete) (?:of )?(?:the )?(?:file['’]s |file )?{_IMPORTS}"
    r"(?: (?:from|of|in|at the top of) (?:the|each|its) (?:source )?(?:file|module)s?)?(?: as (?:\w+ )?context)?"
    r"(?: at the (?:head|top) of (?:the|each) block)?[.]?",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"{_VERB} (?P<only>only )?(?:all |any )?(?:of )?(?:the )?(?:{_NEED} {_IMPORTS}(?: for [\w/ -]+| as context)?"
    rf"|{_IMPORTS} (?:that )?(?:the|each|this) (?:code|block|code block|item)s? (?:needs?|uses?|requires?))[.]?",
    re.IGNORECASE,
)


class ImportsTold(NamedTuple):
    """The mode that a document's sentences ask for."""

    mode: str
    """`all` or `whole`; empty if nothing was understood."""
    why: str
    """The sentences, with their lines, and what follows from them."""
    doubts: tuple[int, ...]
    """Which of the rules speak of imports in a way that was not understood, or against another."""


def imports_told(rules: Sequence[tuple[int, str]]) -> ImportsTold:
    """Read the mode from rules, each with its 1-based line."""
    every = [(line, text) for line, text in rules if _ALL.fullmatch(text.strip())]
    needed = [(line, text, found) for line, text in rules if (found := _WHOLE.fullmatch(text.strip()))]
    understood = {text for _, text in every} | {text for _, text, _ in needed}
    doubts = [at for at, (_, text) in enumerate(rules) if _SPEAKS.search(text) and text not in understood]
    if every and any(found["only"] for _, _, found in needed):
        return ImportsTold("", "", tuple(at for at, (_, text) in enumerate(rules) if text in understood))
    if every:
        line, text = every[0]
        why = f'line {line} says "{text}"'
        if needed:
            why += (
                f'; so "{needed[0][1]}" (line {needed[0][0]}) is kept too, because all imports include those'
            )
        return ImportsTold("all", why, tuple(doubts))
    if needed:
        return ImportsTold("whole", f'line {needed[0][0]} says "{needed[0][1]}"', tuple(doubts))
    return ImportsTold("", "", tuple(doubts))
