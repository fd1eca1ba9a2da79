"""What the prompt documents ask of a record, and which checks look at it; or why no machine can."""

from __future__ import annotations

import re
from typing import NamedTuple


class Traced(NamedTuple):
    """A rule of the prompt documents."""

    asked: str
    """In words, for people."""
    pattern: str
    """Finds it in a spec: a regular expression, whatever the capitals."""
    codes: tuple[str, ...]
    """The checks that look at it."""
    left: str = ""
    """What of it is left to a person, and why."""


TRACED = (
    Traced(
        "complete definitions of functions, structs and impl blocks",
        r"^Extract (complete|struct|impl|.*(functions|orchestration|patterns))",
        ("BS212", "BS213"),
        "Whether it is the function that matters most: that is a judgement of the domain.",
    ),
    Traced("function-level attributes and documentation", r"^Include function-level attributes", ("BS204",)),
    Traced("the file's imports as context", r"^Preserve all imports", ("BS205", "BS206")),
    Traced("test modules are left out", r"^test modules", ("BS130",)),
    Traced("other topics' code is left out", r"another topic", ("BS203", "BS304", "BS603")),
    Traced(
        "a realistic request that would have led to this exact code",
        r"^Write a realistic request",
        ("BS401", "BS402", "BS403", "BS404", "BS405", "BS406", "BS410", "BS413", "BS415", "BS306"),
        "Whether a maintainer would have asked it: nobody but a maintainer knows.",
    ),
    Traced(
        "it sounds like an issue, a requirement or an internal request",
        r"^It should sound like",
        ("BS411", "BS412", "BS414", "BS702", "BS703"),
        "The voice itself: measures of style rate machine prose higher than people's.",
    ),
    Traced(
        "the reasoning an expert goes through before typing",
        r"^Write the internal reasoning",
        ("BS105", "BS504", "BS505", "BS506", "BS508", "BS509"),
        "Whether the reasons are the right ones.",
    ),
    Traced(
        "it is not generic", r"^Do not be generic", ("BS501", "BS502", "BS503", "BS702", "BS604", "BS605")
    ),
    Traced("it names certain crates", r"^Mention specific crates", ("BS201", "BS302")),
    Traced(
        "it treats certain traits, and claims nothing the code does not bear",
        r"^(Explain|Reference|Mention) ",
        ("BS303", "BS507"),
        "Words show that a trait is named; whether it is explained, and borne by this code, only a reader sees.",
    ),
    Traced("the exact code, not simplified", r"^Use the exact code", ("BS202", "BS211")),
    Traced("necessary imports", r"^Include necessary imports", ("BS205",)),
    Traced(
        "related helper functions",
        r"^Include related helper",
        ("BS214",),
        "Which helpers belong to the logic: they are proposed with reasons, and a person takes or leaves them.",
    ),
    Traced("comments and documentation", r"^Preserve all comments", ("BS202", "BS204")),
    Traced(
        "error types of the module",
        r"^Include error type",
        ("BS214",),
        "Whether an error type is specific to the module is a judgement; it is proposed as a helper.",
    ),
    Traced("the target", r"^\d+ to \d+ records", ("BS606", "BS607")),
)


def traced(rule: str) -> Traced | None:
    """The row of a spec's rule, if the table has one."""
    return next((row for row in TRACED if re.search(row.pattern, rule, re.IGNORECASE)), None)
