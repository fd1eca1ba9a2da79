"""The phrases in a passage of a prompt document: examples, sentences, names, paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_PART = r"(?:[\w.*?\[\]~-]|\{[^{}\s]*\})"
PATH = rf"(?:/|{_PART}+/)*{_PART}+(?:\.rs|/|/\*\*?)"
"""A path of Rust files, of a folder, or a glob."""
_PATH = re.compile(rf"[`\"']?({PATH})[`\"']?")
_COMMON = re.compile(
    r"(calculation|logic|pattern|function|operation|error|type|state|machine|general)s?|with|from|code"
)
_EXAMPLES = re.compile(
    r"\((?:e\.? ?g\.?|for example|for instance|such as|z\. ?B\.|zum Beispiel|p(?:ar|\.)? ?ex(?:emple|\.)"
    r"|por ejemplo|p\. ?ej\.)[,:]?\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„]([^\"“”„]*)[\"”“]|«\s*([^«»]*?)\s*»")
_ABBREVIATED = re.compile(r"\b(?:e\. ?g|z\. ?b|p\. ?ex|p\. ?ej|i\. ?e|approx|ca|vs)\.$", re.IGNORECASE)
"""Ends that end no sentence."""
_BETWEEN = re.compile(r"\s*(?:[,;]\s*)?(?:(?:or|and|oder|und|ou|et|o|y)\s+)?")
_QUOTE = r"(?:[\"“„][^\"“”„]+[\"”“]|«\s*[^«»]+?\s*»)"
_WHOLE = re.compile(
    rf"(?:(?P<label>[^\"“”„«»()]*\w\.?)\s*(?P<colon>[:–—-]?)\s*)?"
    rf"(?P<quotes>{_QUOTE}(?:\s*[,;]?\s*(?:(?:or|and) )?{_QUOTE})*)\.?"
)
_EXAMPLE = re.compile(
    r"(?:for |by way of )?(?:examples?|instance|samples?|models?)|e\.? ?g\.?|beispiele?|z\. ?b\.?|(?:par )?exemples?"
    r"|(?:por )?ejemplos?|p\. ?ej\.?",
    re.IGNORECASE,
)
"""Labels of examples that say no more than that."""


class Examples(NamedTuple):
    """A text parted into what it says and what it quotes."""

    rest: str
    """The text without its examples."""
    quoted: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where the examples stand."""
    whole: bool = False
    """Whether the text is nothing but a quotation, with a label or without."""


def take_examples(text: str) -> Examples:
    """Part a text from its `(e.g., "…", "…")`."""
    quoted: list[str] = []
    spans: list[tuple[int, int]] = []
    for opening in _EXAMPLES.finditer(text):
        inside, end = _quotes(text, opening.end())
        if end is not None:
            quoted += inside
            spans.append((opening.start(), end))
    whole = _WHOLE.fullmatch(text) if not quoted else None
    label = (whole["label"] or "") if whole else ""
    if whole and (not label or whole["colon"] or _EXAMPLE.fullmatch(label)):
        found = tuple(one[1] or one[2] or "" for one in _QUOTED.finditer(text, whole.start("quotes")))
        rest = "" if _EXAMPLE.fullmatch(label) else label
        return Examples(rest, found, ((whole.start("quotes") if rest else 0, len(text)),), whole=True)
    rest = text
    for start, end in reversed(spans):
        rest = re.sub(r"\s+([.;,])", r"\1", rest[:start] + rest[end:]).strip()
    return Examples(rest, tuple(quoted), tuple(spans))


def _quotes(text: str, at: int) -> tuple[list[str], int | None]:
    """The quoted phrases from `at` up to a closing parenthesis, and where that ends, if there is one."""
    quoted: list[str] = []
    while found := _QUOTED.match(text, at):
        quoted.append(found[1] or found[2] or "")
        between = _BETWEEN.match(text, found.end())
        at = between.end() if between else found.end()
    return (quoted, at + 1) if quoted and text.startswith(")", at) else ([], None)


def quotes_left(text: str) -> bool:
    """Whether a text quotes a phrase of three words or more."""
    return any(len((one[1] or one[2] or "").split()) >= 3 for one in _QUOTED.finditer(text))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a paragraph stand. A quotation is not parted."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    ends = [found.start() for found in re.finditer(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ\"“„«])", text)]
    inside = [end for end in ends if any(start < end < stop for start, stop in quoted)]
    ends = [end for end in ends if end not in inside and not _ABBREVIATED.search(text, 0, end)] + [len(text)]
    starts = [0, *ends]
    return [(start, end) for start, end in zip(starts, ends, strict=False) if text[start:end].strip()]


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def names(text: str) -> list[str]:
    """The members of a list in words: `tokio, chrono and http`."""
    parts = re.split(r"\s*(?:[,;&]|\b(?:and|or|und|oder|et|ou|y)\b)\s*", text)
    return [name for part in parts if (name := part.strip(" `'\"“”.*"))]


def phrases(text: str) -> list[str]:
    """The members of a list of topics: `task processing, acknowledgment and delivery`."""
    return [phrase for part in re.split(r"[,;]|\b(?:and|und|et|y)\b", text) if (phrase := part.strip(" .*`"))]


def rust_path(text: str) -> str:
    """The path, or glob, that the text is; empty if it is neither a Rust file's nor a folder's."""
    found = _PATH.fullmatch(text)
    return found[1] if found else ""


def braces_out(path: str) -> list[str]:
    """`src/{a,b}.rs` as the paths it stands for; empty if its braces say something else."""
    found = re.search(r"\{([^{}]*)\}", path)
    if not found:
        return [path]
    parts = found[1].split(",")
    if not all(re.fullmatch(r"[\w*?-]+(?:/[\w*?-]+)*", part) for part in parts):
        return []
    return [one for part in parts for one in braces_out(path[: found.start()] + part + path[found.end() :])]


def focus_words(fields: Mapping[str, Any]) -> tuple[str, ...]:
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
