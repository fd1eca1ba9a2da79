"""How many records a sentence asks for. What is not understood in whole is told, never guessed."""

from __future__ import annotations

import re
from typing import NamedTuple

_N = r"(?<![\d.])(\d{1,6})(?![\d%]|\.\d)"
_LEAST = (
    r"(?:at least|at minimum|no fewer than|not fewer than|no less than|minimum(?: of)?|min\.?|mindestens|au moins"
    r"|al menos|como mínimo|≥|>=)\s*:?\s*"
)
_MOST = (
    r"(?:at most|no more than|not more than|up to|maximum(?: of)?|max\.?|not exceeding|not (?:above|over)|höchstens"
    r"|bis zu|au plus|au maximum|como máximo|hasta|≤|<=)\s*:?\s*"
)
_UNIT = r"(?:\s+[^\W\d]+){0,3}?\s*[,;]?\s*(?:(?:and|but|und|aber|et|mais|y|pero)\s+)?"
_BOTH = (
    rf"(?:between|zwischen|entre)\s+{_N}\s+(?:and|und|et|y)\s+{_N}",
    rf"{_LEAST}{_N}{_UNIT}{_MOST}{_N}",
    rf"(?:from\s+)?{_N}\s*(?:-|–|—|‑|to|bis|à|a|\.{{2,3}}|…)\s*~?{_N}",
)
_ENDS = {
    "max_min": rf"{_MOST}{_N}{_UNIT}{_LEAST}{_N}",
    "min_max": rf"{_N}\s+minimum{_UNIT}{_N}\s+maximum",
    "min": rf"{_LEAST}{_N}|{_N}(?:\+|\s+(?:or more|minimum|at least|at minimum|oder mehr|ou plus|o más)\b)",
    "max": rf"{_MOST}{_N}|{_N}\s+(?:or fewer|or less|maximum|at most|at maximum|oder weniger|ou moins|o menos)\b",
    "one": _N,
}
_RECORDS = (
    r"examples?|records?|pairs?|samples?|entries|entry|datapoints?|beispiele?|paare?"
    r"|exemples?|paires?|ejemplos?|pares?"
)
_HARMLESS = re.compile(
    rf"(?:{_RECORDS}|aim(?:ing)?|to|for|at|generate|produce|write|create|make|collect|aiming|a|an|the|total|of|about|around"
    r"|roughly|approximately|approx|circa|ca|some|training|high|quality|in|all|overall|please|we|you|want|need|should|be|is"
    r"|there|have|set|append(?:ed)?|sav(?:ed|e)|written|into|file|them|number|target|exactly|good|hand|written|dataset|topic|this|altogether|each|jsonl|lines|count|goal"
    r"|etwa|ungefähr|rund|insgesamt|schreibe|erstelle|environ|au|viser|produire|écrire|unos|en|und|apuntar|generar|escribir)",
    re.IGNORECASE,
)
_LIMITING = re.compile(
    r"\b(?:per|each|every|apiece|respectively|of (?:them|these|those|which)|more|fewer|less|than|over|under|above|below"
    r"|not|unless|except|without|if|when|plus|minus|additional|extra|pro|je|jede[rsn]?|par|chaque|por|cada|half|twice)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\W*(?:[\w-]+\s+){0,2}?(?:words?|tokens?|characters?|lines of|files?|modules?|functions?|minutes?|hours?"
    r"|days?|weeks?|sentences?|paragraphs?|crates?|percent|wörter|mots|palabras|zeilen|lignes|líneas|dateien|fichiers|archivos)\b"
    rf"(?!\s+(?:{_RECORDS})\b)",
    re.IGNORECASE,
)
"""What else than records a number may count."""
_CUT = "\0"
"""Stands where a number stood."""
_IN_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty"
    r"|forty|fifty|sixty|dozens?|hundreds?|scores?|zehn|zwölf|zwanzig|dix|douze|quinze|vingt|diez|doce|quince|veinte)\b",
    re.IGNORECASE,
)


class SaidCount(NamedTuple):
    """What a sentence says of the number of records."""

    ends: dict[str, int]
    """`min` and `max`, or one of them; empty if it was not understood."""
    problem: str
    """Why it was not understood, or what else it says; else empty."""


def count_of(sentence: str) -> SaidCount | None:
    """The number of records that a sentence asks for: `15-25`, `about 20`, `at least 30`; None if it has no number."""
    text = re.sub(r"\S*\.(?:jsonl|rs|py)\b", "", sentence)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    if not re.search(r"\d", text):
        return SaidCount({}, "gives its number in words") if _IN_WORDS.search(text) else None
    ends, rest = _ends(text)
    if not ends:
        return SaidCount({}, "has a number that is not understood")
    if re.search(r"\d", rest) or _IN_WORDS.search(rest):
        return SaidCount({}, "has several numbers")
    if limiting := _LIMITING.search(rest):
        return SaidCount({}, f'says "{limiting[0]}" of its number')
    if _MEASURE.match(rest.partition(_CUT)[2]):
        return SaidCount({}, "counts something else than records")
    unknown = [word for word in re.findall(r"[^\W\d_]+", rest) if not _HARMLESS.fullmatch(word)]
    return SaidCount(ends, f'says more than a number ("{" ".join(unknown[:4])}")' if unknown else "")


def speaks_of_records(sentence: str) -> bool:
    """Whether a sentence outside the part on the target may give one."""
    return bool(re.search(r"\d", sentence) and re.search(rf"\b(?:{_RECORDS})\b", sentence, re.IGNORECASE))


def _ends(text: str) -> tuple[dict[str, int], str]:
    """The ends that are named first, and the text without them."""
    for pattern in _BOTH:
        if found := re.search(pattern, text, re.IGNORECASE):
            return {"min": int(found[1]), "max": int(found[2])}, _without(text, found)
    for end, pattern in _ENDS.items():
        if found := re.search(pattern, text, re.IGNORECASE):
            numbers = [int(one) for one in found.groups() if one]
            made = {"max_min": ("max", "min"), "min_max": ("min", "max"), "one": ("min", "max")}.get(
                end, (end,)
            )
            return dict(zip(made, numbers * 2, strict=False)), _without(text, found)
    return {}, text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {_CUT} {text[found.end() :]}"
