"""What the prompt documents ask of a record, and which checks look at it; or why no machine can.

Each line of a spec that asks for something is traced by exactly one row, which a test holds for all bundled specs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    pass

DOCUMENT = ""
"""The part of what a prompt document asks in sentences of its own, so that no spec repeats it."""


class Traced(NamedTuple):
    """A rule of the prompt documents."""

    part: str
    """The spec's key under which it stands, or `DOCUMENT`."""
    asked: str
    """In words, for people."""
    pattern: str
    """Finds it among the lines of that key: a regular expression, whatever the capitals."""
    codes: tuple[str, ...]
    """The checks that look at it."""
    left: str = ""
    """What of it is left to a person or to another part of the program, and why."""
    ticks: tuple[str, ...] = ()
    """Those of the checks whose silence says that it is kept, so that it can be ticked; none where it says less."""
    mode: str = ""
    """The import mode of a spec in which it does; empty for any."""


TRACED = (
    # -- which code
    Traced(
        "sources",
        "code of certain files, and of related ones",
        "",
        ("BS304",),
        "A related file is let pass: whether this code of it serves the topic, a person sees.",
    ),
    Traced("related", "code of related files", "", ("BS304",), "As above."),
    Traced(
        "focus",
        "what the topic is about",
        "",
        ("BS305",),
        "A word of the focus shows little; what a block is about, a reader sees.",
    ),
    Traced(
        "extraction",
        "complete definitions",
        r"^(Extract|Take) complete\b",
        ("BS212", "BS213", "BS208"),
        "Whether it is the function that matters most: that is a judgement of the domain.",
        ("BS212", "BS213"),
    ),
    Traced(
        "extraction",
        "structs and impl blocks of a certain purpose",
        r"^Extract (struct|impl)\b",
        ("BS212", "BS213", "BS208"),
        "Which of them a record is to hold: coverage lists what is left, and a person chooses.",
    ),
    Traced(
        "extraction",
        "functions of a certain purpose: scheduling, calculation, orchestration, acknowledgment",
        r"^Extract (?!(complete|struct|impl)\b)",
        ("BS304", "BS305", "BS603"),
        "What a function is for: names mislead, so coverage lists what is left and a person chooses.",
    ),
    Traced(
        "extraction",
        "function-level attributes and documentation",
        r"^(Include function-level attributes|Take attributes)",
        ("BS204",),
        ticks=("BS204",),
    ),
    Traced(
        "extraction",
        "the file's imports as context",
        r"^Preserve all imports",
        ("BS205", "BS206"),
        ticks=("BS205",),
        mode="all",
    ),
    Traced(
        "extraction",
        "the helpers without which the block cannot be understood",
        r"^Take the helpers",
        ("BS214",),
        "Which those are: they are proposed with reasons, and a person takes or leaves them.",
    ),
    Traced("exclude", "test modules are left out", r"^test modules", ("BS130",), ticks=("BS130",)),
    Traced(
        "exclude",
        "other topics' code is left out",
        r"another topic",
        ("BS203", "BS304", "BS603"),
        "What belongs to a topic without having its name among the excluded items.",
    ),
    Traced(
        "exclude",
        "other parts of the crate, except as related code",
        r"except as related",
        ("BS305",),
        "Which code is related to what else stands in the block: that is a judgement of the domain.",
    ),
    # -- the request
    Traced(
        "request_rules",
        "a realistic request that would have led to this exact code",
        r"^Write (a realistic request|what a maintainer)",
        ("BS401", "BS402", "BS403", "BS404", "BS405", "BS406", "BS410", "BS413", "BS415", "BS306"),
        "Whether a maintainer would have asked it: nobody but a maintainer knows.",
    ),
    Traced(
        "request_rules",
        "one need and its constraints, no solution and no private names",
        r"^One need",
        ("BS402", "BS403", "BS404", "BS405", "BS406", "BS410", "BS413"),
        "Whether it is one need, and whether another sentence would give the solution away in other words.",
    ),
    Traced(
        "request_rules",
        "it sounds like an issue, a requirement or an internal request",
        r"^It should sound like",
        ("BS407", "BS408", "BS409", "BS411", "BS412", "BS414", "BS702", "BS703"),
        "The voice itself: measures of style rate machine prose higher than people's.",
    ),
    Traced(
        "request_examples",
        "requests like the examples, not the examples",
        "",
        ("BS306", "BS601", "BS604"),
        ticks=("BS306",),
    ),
    # -- the reasoning
    Traced(
        "reasoning_rules",
        "the reasoning an expert goes through before typing",
        r"^(Write the internal reasoning|Think forward)",
        ("BS105", "BS106", "BS504", "BS505", "BS506", "BS508", "BS509"),
        "Whether the reasons are the right ones.",
    ),
    Traced(
        "reasoning_rules",
        "it is not generic",
        r"^Do not be generic",
        ("BS501", "BS502", "BS503", "BS702", "BS602", "BS604", "BS605"),
        "Whether what it names decides anything.",
    ),
    Traced(
        "reasoning_rules",
        "it names the crates and types that the block uses",
        r"^(Mention specific crates|Name the crates)",
        ("BS201", "BS302", "BS501", "BS502", "BS503"),
    ),
    Traced(
        "reasoning_rules",
        "it explains, references or mentions certain subjects",
        r"^(Explain|Reference|Mention (?!specific crates))",
        ("BS303", "BS507"),
        "The subjects are the traits in fewer words. That one is named shows; whether it is explained, a reader sees.",
    ),
    Traced(
        "reasoning_rules",
        "it claims nothing that the block does not bear",
        r"^Claim nothing",
        ("BS302", "BS501", "BS507"),
        "Claims in words that no list has.",
    ),
    Traced("crates", "the crates that the reasoning names", "", ("BS201", "BS302")),
    Traced(
        "traits",
        "the traits that the reasoning treats",
        "",
        ("BS303", "BS507"),
        "Words show that a trait is named; whether it is explained, and borne by this code, only a reader sees.",
    ),
    Traced(
        "reasoning_examples",
        "reasons like the examples, not the examples",
        "",
        ("BS307", "BS602", "BS605"),
        ticks=("BS307",),
    ),
    # -- the code
    Traced(
        "code_rules",
        "the exact code, not simplified",
        r"^Use the exact code",
        ("BS202", "BS211", "BS212"),
        ticks=("BS202", "BS211", "BS212"),
    ),
    Traced(
        "code_rules",
        "necessary imports",
        r"^Include (necessary|the) imports",
        ("BS205", "BS206"),
        ticks=("BS205",),
    ),
    Traced(
        "code_rules",
        "related helper functions",
        r"^Include related helper",
        ("BS214",),
        "Which helpers belong to the logic: they are proposed with reasons, and a person takes or leaves them.",
    ),
    Traced(
        "code_rules",
        "comments and documentation",
        r"^(Preserve|Keep) all comments",
        ("BS202", "BS204"),
        ticks=("BS202", "BS204"),
    ),
    Traced(
        "code_rules",
        "error types of the module",
        r"^Include error type",
        ("BS214", "BS216"),
        "Whether an error type is specific to the module is a judgement; it is the first helper proposed.",
        ticks=("BS216",),
    ),
    # -- the record and the set
    Traced(
        "system",
        "one system message, to the letter",
        "",
        (),
        "No check: no record holds one. Export takes it from the spec, and the preview shows it.",
    ),
    Traced("output", "a file of a certain name", "", (), "No check: export names the file as the spec says."),
    Traced(
        "target",
        "15 to 25 records; fewer where there is less code, the most important where there is more",
        "",
        ("BS606", "BS607"),
        "Too few is no fault of any one record: coverage and the overview tell it. What is important, people say.",
    ),
    Traced(
        DOCUMENT,
        "one line of JSON a record, in the ChatML form, with the reasoning between think tags",
        "",
        ("BS101", "BS102", "BS103", "BS104", "BS110", "BS111", "BS112", "BS113", "BS120", "BS121"),
        "The form is made by export alone, and read back before the file is put in place.",
    ),
    Traced(
        DOCUMENT,
        "only the record: no introduction, nothing left of the template",
        "",
        ("BS703", "BS706"),
    ),
    Traced(
        DOCUMENT,
        "texts written by hand, not by a script",
        "",
        ("BS140", "BS601", "BS602", "BS604", "BS605", "BS608"),
        "Who thought of the words: characters typed and pasted are evidence for a lead, and no verdict.",
    ),
    Traced(
        DOCUMENT,
        "analysing the code before writing: its pattern, its operation",
        "",
        (),
        "It happens in a head; what came of it is what the rules of the reasoning ask.",
    ),
)
