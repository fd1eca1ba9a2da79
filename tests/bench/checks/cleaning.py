"""What of a doc comment or a commit message is prose that could be a request; the rules stand in the docs too."""

from __future__ import annotations

import re

WORDS = (10, 250)
"""Words that a text must have, least and most: the limits a request has."""

_LINK = re.compile(r"\[((?:`[^`\n]+`|[^\[\]\n])+)\](?:\([^()\s]*\)|\[[^\[\]\n]*\])?")
_LINK_TARGET = re.compile(r"^\s*\[[^\]\n]+\]:")
_ENDS_DOC = re.compile(r"^\s*(?:#{1,6}\s|```|~~~|\||<)")
_TRAILER = re.compile(
    r"^(?:[A-Z][a-z]+(?:-[a-z]+)+|Fixes|Closes|Refs?|Resolves|See|CC|cc|Issue|Bug|PR): ?\S"
    r"|^(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?|refs?|part of|follow-?up (?:to|of)|cc|ref:?)\s+\S*#\d+[.,]?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*\(#\d+\)\s*$")
_LABEL = re.compile(r"^[a-z][\w/,+ -]{0,30}(?:\([^()]*\))?!?:\s*(?=\S)")
_NOT_PROSE = re.compile(
    r"```|~~~|^(?: {4}|\t)\S|^(?:diff|\+\+\+|---|@@|\$|>) |^\s*(?:error|warning)(?:\[\w+\])?:", re.M
)
_ELSEWHERE = re.compile(r"://|\bwww\.|(?<!&)#\d+\b")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MACHINE = re.compile(
    r"^(?:merge\b|revert\b|auto merge|rollup|bump\b|chore|prepare\b|release\b|fmt\b|cargo\b|update\b|upgrade\b"
    r"|:arrow_up:|ci\b|v?\d+\.\d+)",
    re.IGNORECASE,
)


def clean_doc(comment: str) -> str:
    """The leading prose of a doc comment (its `///` lines): up to its first heading, fence or table, links unfolded.

    Empty if that is not prose of a request's length.
    """
    lines: list[str] = []
    for raw in comment.splitlines():
        line = raw.strip().removeprefix("///").removeprefix(" ")
        if _ENDS_DOC.match(line):
            break
        if not _LINK_TARGET.match(line):
            lines.append(line.rstrip())
    return _prose(_LINK.sub(r"\1", "\n".join(lines)))


def clean_message(message: str) -> str:
    """A commit message without trailers, its subject without label and number; empty if it is no person's prose."""
    subject, _, body = message.strip().partition("\n")
    subject = _LABEL.sub("", _NUMBER.sub("", subject)).strip()
    if _MACHINE.match(subject):
        return ""
    kept = [line.rstrip() for line in body.split("\n") if not _TRAILER.match(line.strip())]
    return _prose(f"{subject}\n" + "\n".join(kept))


def points_elsewhere(text: str) -> bool:
    """Whether it names a URL or an issue's number, as no request may: such texts are counted apart."""
    return bool(_ELSEWHERE.search(text))


def _prose(text: str) -> str:
    text = text.strip()
    if _NOT_PROSE.search(text) or not WORDS[0] <= len(_WORD.findall(text)) <= WORDS[1]:
        return ""
    return text
