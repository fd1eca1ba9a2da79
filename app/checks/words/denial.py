"""Whether a claim is denied where it stands: by a word within a few words before it, or just behind it."""

from __future__ import annotations

import re

_BEFORE = 7
"""Words before a claim in which a denial counts."""
_AFTER = 4
_NO = re.compile(
    r"\b(?:no|not|nor|never|none|nobody|nothing|without|neither|instead of|rather than|over|beyond|isn['’]t|aren['’]t"
    r"|doesn['’]t|don['’]t|didn['’]t|won['’]t|wouldn['’]t|can['’]t|cannot|avoid\w*|would|could|might|unlike|if we|if i"
    r"|were|lacks?|skip\w*|spares?|against|out of the question|overkill|too|considered|tempting|alternative\w*|only if"
    r"|dropped|rejected|ruled out|other way|leaves? out|left out|leaving out)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|nor|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t|won['’]t|wouldn['’]t|can['’]t|cannot|would|could"
    r"|might|were|needless|unnecessary|overkill|out of the question|too (?:much|slow|long|short|many|few|little))\b",
    re.IGNORECASE,
)
"""What denies behind a claim: "no", there, begins what is said of it."""
_END = re.compile(r"[.!?;:\n]|,?\s(?:but|so|because|since|while|whereas|hence)\b", re.IGNORECASE)
_END_BEHIND = re.compile(r"[.!?;:,\n]|\s(?:but|so|because|since|while|whereas|hence|and)\b", re.IGNORECASE)
_WORD = re.compile(r"\S+")


def denied(text: str, start: int, end: int) -> bool:
    """Whether what stands between the characters is said not to be so.

    A denial counts only in the same clause: "a breaker, so that nobody can be hit, never …" denies no breaker.
    """
    before, behind = text[max(0, start - 200) : start], text[end : end + 100]
    ends = list(_END.finditer(before))
    words = _WORD.findall(before[ends[-1].end() :] if ends else before)[-_BEFORE:]
    if _NO.search(" ".join(words)):
        return True
    stop = _END_BEHIND.search(behind)
    rest = _WORD.findall(behind[: stop.start()] if stop else behind)[:_AFTER]
    return bool(_NOT.search(" ".join(rest)))
