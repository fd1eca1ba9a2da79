"""Orders to an automated writer that the family is known to hold. Here people write by hand, so they are left out.

A sentence is known if it is one of the family's in whole, or made of nothing but their words: one that says anything
besides is a person's to judge.
"""

from __future__ import annotations

import re

_THING = (
    r"(?:(?!\b(?:except|but|not|never|only|unless|without|skip|exclude|ignore|until|if|than|at least|at most)\b)"
    r"[^.:;!?()\d])*"
)
_FILES = r"[\w./-]+\.rs(?:(?:,| and|, and) [\w./-]+\.rs)*(?: (?:in|under) [\w./-]+)?"
_SENTENCES = (
    r"you are a self-sustaining agent",
    r"you must:?",
    rf"identify {_THING}files?: {_FILES}",
    rf"for (?:the|each|every) files?, directly extract {_THING}",
    r"for each (?:extracted )?code block(?: you extract)?,? you must:?",
    r"for each extracted code block, directly generate training data following the format below"
    r"(?: - write the jsonl line yourself)?",
    rf"read (?:the )?files?: {_FILES}",
    rf"identify all {_THING}",
    r"extract each definition with its complete body",
    r"generate training data for each block",
    r"report (?:the )?total number of examples(?: generated)?",
    r"do not provide any conversational intro",
    r"the \S+\.py script exists but you should not use it or write similar scripts - you must do the work directly",
)
_KNOWN = re.compile("|".join(f"(?:{one})" for one in _SENTENCES), re.IGNORECASE)
_TEXT = (
    "do not don't never write scripts script or automation code you must should directly extract blocks block "
    "and generate jsonl training examples example yourself writing python tools helper programs program is are "
    "forbidden manually read the rust files file content lines line each as a single to output use any using "
    "by hand return result single-line object chatml format only append automated in for per one this these "
    "every of data written appended saved into"
)
_WORDS = frozenset(_TEXT.split())
_CORE = re.compile(r"script|automat|helper program|jsonl|manually|yourself", re.IGNORECASE)
_NAMED = re.compile(r"\S+\.jsonl\b")
_LABEL = re.compile(r"(?:SCAN|EXTRACT|PROCESS|OUTPUT|READ|WRITE):\s+")


def is_known_order(sentence: str) -> bool:
    """Whether a sentence tells an automated writer how to work, and nothing else."""
    told = _LABEL.sub("", sentence.strip(), count=1).rstrip(".!")
    tail = re.sub(
        r" - (?:read the file content and extract code blocks yourself|write the JSONL line yourself)$",
        "",
        told,
    )
    if _KNOWN.fullmatch(told) or _KNOWN.fullmatch(tail):
        return True
    plain = _NAMED.sub("jsonl", told)
    words = re.findall(r"[\w'-]+", plain.lower().replace("line(s)", "lines"))
    return (
        bool(_CORE.search(plain))
        and "\x1b" not in plain
        and all(word in _WORDS or word == "-" for word in words)
    )
