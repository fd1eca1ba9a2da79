"""The codes of the checks and the numbers they go by, where a spec can be checked against them.

Kept below `app.project.topics.spec`, and free of any check: `app.checks` has the checks themselves, and a test holds
both together.
"""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """A number that checks go by, and that a spec may set."""

    default: float
    least: float
    """The smallest value a spec may give."""
    most: float
    """The largest value a spec may give."""
    help: str
    """What it is, with its unit; and where the default comes from, if not from common sense."""


FIXED = frozenset({"BS101", "BS102", "BS103", "BS104", "BS110", "BS111", "BS120", "BS121", "BS202"})
"""Codes that no spec lowers and no reason waives: the record would be lost, or not be what it says it is."""


# One row a family; a code never changes its meaning, also where its number is older than the families' numbers.
def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CODES = _listed(
    """
    BS101 BS102 BS103 BS104 BS105 BS106 BS107 BS110 BS111 BS112 BS113 BS120 BS121 BS122 BS123 BS124 BS125 BS126 BS140
    BS130 BS202 BS203 BS204 BS205 BS206 BS207 BS208 BS209 BS210 BS211 BS212 BS213 BS214 BS215 BS216 BS220
    BS201 BS302 BS303 BS304 BS305 BS306 BS307
    BS401 BS402 BS403 BS404 BS405 BS406 BS407 BS408 BS409 BS410 BS411 BS412 BS413 BS414 BS415 BS416 BS417
    BS501 BS502 BS503 BS504 BS505 BS506 BS507 BS508 BS509 BS510 BS511 BS512 BS513 BS514 BS515
    BS601 BS602 BS603 BS604 BS605 BS606 BS607 BS608
    BS701 BS702 BS703 BS704 BS705 BS706 BS707 BS708 BS709 BS710
    BS801
    """
)
"""Every code there is."""

LIMITS: dict[str, Limit] = {
    "request_words_min": Limit(10, 0, 10_000, "Words a request should have at least (published: 10)."),
    "request_words_max": Limit(250, 1, 100_000, "Words a request should have at most (published: 250)."),
    "think_words_min": Limit(40, 0, 10_000, "Words a reasoning should have at least."),
    "think_words_max": Limit(1200, 1, 100_000, "Words a reasoning should have at most."),
    "tokens_max": Limit(
        0, 0, 10_000_000, "Tokens a line should have at most, by the spec's vocabulary; 0 sets no limit."
    ),
    "code_lines_min": Limit(3, 0, 10_000, "Lines a block should have at least (published: 3)."),
    "code_lines_max": Limit(150, 1, 100_000, "Lines a block should have at most (published: 150)."),
    "leak_warning": Limit(
        5, 2, 100, "Words in a row that request and code share: a warning (0.6 % of human texts)."
    ),
    "leak_error": Limit(6, 2, 100, "Words in a row that request and code share: an error (none of them)."),
    "comment_run": Limit(
        8, 3, 100, "Words in a row that a request may not share with a comment of the code."
    ),
    "example_run": Limit(8, 3, 100, "Words in a row that a text may not share with an example of the spec."),
    "documented_run": Limit(
        12, 5, 100, "Words in a row that a reasoning may not share with comments of its files or a README."
    ),
    "request_run": Limit(12, 3, 100, "Words in a row that a reasoning may not share with its request."),
    "private_names": Limit(2, 1, 100, "Private names of the code in a request from which on it is an error."),
    "constraints_min": Limit(2, 0, 100, "Concrete constraints a request should state."),
    "grounded_min": Limit(3, 0, 100, "Names of the code that a reasoning should give in backticks."),
    "ungrounded_share": Limit(20, 0, 100, "Per cent of the names in backticks that may exist nowhere."),
    "restated_sentences": Limit(3, 1, 1000, "Sentences that restate the code from which on it is a warning."),
    "restated_ratio": Limit(
        80, 50, 100, "How alike (per cent of its words) a sentence and a line of code must be to restate it."
    ),
    "paste_characters": Limit(200, 1, 1_000_000, "Characters pasted below which nothing is said."),
    "paste_share": Limit(50, 0, 100, "Per cent of the two texts that may be pasted."),
    "near_overlap": Limit(70, 30, 100, "Per cent of overlap that makes near-duplicates (published: 70)."),
    "near_ratio": Limit(
        95, 50, 100, "Per cent of letters in common that makes near-duplicates (published: 95)."
    ),
    "paraphrase": Limit(
        45, 20, 100, "Per cent of the letters of their words that two texts have in common, in other words."
    ),
    "think_run": Limit(12, 9, 100, "Words in a row that two reasonings may not share."),
    "opening_words": Limit(4, 2, 20, "Words that make an opening."),
    "opening_records": Limit(3, 1, 1000, "Other records of the topic that may begin alike."),
    "file_share": Limit(60, 1, 100, "Per cent of a topic's records that may come from one file."),
    "file_records": Limit(10, 1, 100_000, "Records of a topic below which nothing is said of its files."),
}
"""Every number by its name in a spec, `[checks.limits]`."""


VOCABULARY_NAMES = ("qwen", "qwen3.5", "deepseek", "mistral")
"""Whose tokens a spec can have counted; `app.records.tokens` has what they are."""
