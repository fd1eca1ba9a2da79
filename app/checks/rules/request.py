"""Request: what a maintainer might really have asked, that stands alone and does not give the answer away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks.findings import Context, Hit, shown
from app.checks.reading import Grams, Reading, shared_rows
from app.checks.registry import Example, check, limit
from app.checks.rules.structure import some
from app.checks.word_lists import listed_lines, phrases
from app.checks.words.pasted import pasted_fence, pasted_runs

_URL = re.compile(r"(?<!\w)(?:(?:https?|ftp|ssh|git)://|www\.)[^\s<>()]*[^\s<>().,;:!?'\"]", re.IGNORECASE)
_ISSUE = re.compile(
    r"(?<![\w&#])#\d{1,7}\b|\bGH-\d+\b|\b(?:issue|pull request|PR|ticket)\s+(?:no\.?\s*|number\s+)?\d+\b"
    r"|\b(?!UTF-|SHA-|ISO-|RFC-|AES-|IEEE-|CVE-|HTTP-|TLS-|RSA-|MD-|CRC-|X-)[A-Z]{2,8}-\d{1,6}\b"
)
_PATH = re.compile(
    r"(?<![\w/.-])(?:\.{0,2}/)?(?:[\w.-]+/)+[\w-]+\.(?:rs|toml|py|md|json|sql|ya?ml|lock|sh|c|h|cpp|go|ts|js)\b"
    # A settings file's own name may be a need (“readable from config.toml”), and docs.rs is a place.
    r"|(?<![\w/.-])(?!docs\.rs\b)[\w-]+\.(?:rs|py)\b"
    r"|(?<![\w/.-])(?:src|tests|crates|benches|examples)/[\w./-]+"
)
_POINTS = re.compile(
    r"\b(?:the|this|that|given) (?:following|above|below) (?:code|function|snippet|method|struct"
    r"|implementation|block)"
    r"|\b(?:the )?(?:code|function|snippet|method|struct|implementation|file|block) (?:above|below|shown|attached|"
    r"provided|given here)\b|\bthe following (?:code|function|snippet|struct|method)\b|\bsee (?:above|below"
    r"|attached)\b"
    r"|\bas (?:shown|discussed|mentioned|described|attached|seen) (?:above|below|earlier|before|here"
    r"|previously|in the "
    r"(?:code|snippet|file))\b|\bthis (?:code|snippet|code block)\b|\b(?:code|snippet) block\b"
    r"|\bthe (?:provided|given|attached) (?:code|snippet)\b",
    re.IGNORECASE,
)
_TYPE = re.compile(r"&?(?:mut )?\w+(?:::\w+)*(?:<[^().;{}]*>)?(?:::\w+)*")
_LOGGED = 12
"""Words in a row from which on a fenced log or the like gives the answer away too."""
_CONSTRAINT = re.compile(
    r"\b(?:must|never|always|only|at most|at least|no more than|no less than|not more than|without|until"
    r"|unless|before"
    r"|after|every|each|exactly|within|instead of|rather than|should(?:n['’]t| not)?|cannot|can['’]t|not|no"
    r"|even if|even when|if|when|whenever|as soon as|as long as|in case|per|limit|bound\w*|cap(?:ped)?|maximum"
    r"|minimum"
    r"|between|both|same|so that|because|once|twice|keep|allow|avoid|prevent|ensure|make sure|need\w*|require\w*)\b"
    r"|\d+",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:can|could|would|will) you\b|\bplease\b", re.IGNORECASE)


@check(
    code="BS401", family="request", severity="warning", title="request is short",
    why="A few words state no need that leads to just this code.",
    remedy="Say who needs it, and what must hold.",
    bad=Example(user="Retries must never wait longer."),
    limits=("request_words_min",),
)  # fmt: skip
def short_request(reading: Reading, context: Context) -> Iterator[Hit]:
    count, least = len(reading.user.words), limit(context, "request_words_min")
    if 0 < count < least:
        yield Hit("user", f"The request has {count:,} words; at least {least:,.0f} are asked for.")


@check(
    code="BS402", family="request", severity="warning", title="request is long",
    why="Nobody asks so for one block of code; a long request mostly spells the solution out.",
    remedy="Keep the need and the constraints that matter.",
    good=Example(context={"limits": {"request_words_max": 60}}, note="at most 60 words"),
    bad=Example(context={"limits": {"request_words_max": 15}}, note="at most 15 words"),
    limits=("request_words_max",),
)  # fmt: skip
def long_request(reading: Reading, context: Context) -> Iterator[Hit]:
    words, most = reading.user.words, limit(context, "request_words_max")
    if len(words) > most:
        said = f"The request has {len(words):,} words; at most {most:,.0f} are asked for."
        yield Hit("user", said, words[int(most)].start, words[-1].end)


def _rows(reading: Reading, length: int, other: Grams) -> list[tuple[int, int]]:
    return shared_rows(reading.user.folded, other, length)


def _leaks(reading: Reading, context: Context) -> Iterator[tuple[int, int, int]]:
    """Words shared in a row, their first and their last character."""
    length = int(min(limit(context, "leak_warning"), limit(context, "leak_error")))
    words = reading.user.words
    types = [quote for quote in reading.user.quotes if _TYPE.fullmatch(quote.text)]
    for first, count in _rows(reading, length, reading.code.grams(length)):
        start, end = words[first].start, words[first + count - 1].end
        # One type or path is one name, however many words it is made of; a log repeats what the code prints.
        logged = count < _LOGGED and any(low <= start and end <= high for low, high in reading.user.fences)
        if not logged and not any(quote.start <= start and end <= quote.end for quote in types):
            yield count, start, end


@check(
    code="BS403", family="request", severity="warning", title="words shared with the code",
    why="A row of words that stands in the code too gives a part of the answer away; of requests that people wrote "
    "0.6 % share five.",
    remedy="Say what is needed, not how it is written.",
    bad=Example(user="Receivers need time: let grown = 2u64.checked_pow(attempt), and never wait for more "
                     "than 5 min."),
    good=Example(user="Receivers need time: the wait must grow, and we never wait for more than five whole "
                      "minutes."),
    limits=("leak_warning", "leak_error"),
)  # fmt: skip
def leak_warning(reading: Reading, context: Context) -> Iterator[Hit]:
    for count, start, end in _leaks(reading, context):
        if count < limit(context, "leak_error"):
            yield Hit("user", f"{count} words in a row stand in the code as well.", start, end)


@check(
    code="BS404", family="request", severity="error", title="answer given away",
    why="The model would learn to copy from the request; no request that people wrote shares six words with "
        "its code.",
    remedy="Say what is needed, not how it is written.",
    bad=Example(user="Receivers need time: let grown = 2u64.checked_pow(attempt); grown.unwrap_or(300) is "
                     "never passed."),
    good=Example(user="Receivers need time: the wait must grow, and we never wait for more than five whole "
                      "minutes."),
    limits=("leak_warning", "leak_error"),
)  # fmt: skip
def leak_error(reading: Reading, context: Context) -> Iterator[Hit]:
    for count, start, end in _leaks(reading, context):
        if count >= limit(context, "leak_error"):
            yield Hit("user", f"{count} words in a row stand in the code as well.", start, end)


def _private(reading: Reading) -> dict[str, tuple[int, int]]:
    """Private names of the code in the request, with their first places.

    A local that is an ordinary word (`delay`) counts only in backticks: people use it without having seen the code.
    """
    found: dict[str, tuple[int, int]] = {}
    own = reading.code.locals
    for word in reading.user.words:
        if "_" in word.text and word.text in own:
            found.setdefault(word.text, (word.start, word.end))
    for quote in reading.user.quotes:
        if quote.text in own:
            found.setdefault(quote.text, (quote.start, quote.end))
    return found


@check(
    code="BS405", family="request", severity="warning", title="private name of the code",
    why="Only one who has seen the code knows what a function calls its own variables.",
    remedy="Name the thing, not the variable.",
    good=Example(user="Receivers need time: the wait must have `grown` with each failure, and never pass five "
                      "minutes.",
                 block="fn pause(attempt: u32) -> u64 {\n    let wait = grow(attempt);\n    wait.min(300)\n}"),
    bad=Example(user="Receivers need time: `grown` must follow from how often it failed, and never pass five "
                     "minutes."),
    limits=("private_names",),
)  # fmt: skip
def private_name(reading: Reading, context: Context) -> Iterator[Hit]:
    found = _private(reading)
    if len(found) < limit(context, "private_names"):
        for name, (start, end) in found.items():
            yield Hit("user", f"“{shown(name)}” is a private name of the code.", start, end)


@check(
    code="BS406", family="request", severity="error", title="private names of the code",
    why="Several private names show that the request was written from the code.",
    remedy="Name the things, not the variables.",
    good=Example(user="Receivers need time: it must grow with `attempt` and `limit`, and never pass five minutes."),
    bad=Example(user="Receivers need time: `grown` must follow from `power`, and it must never pass five minutes.",
                block="fn pause(attempt: u32) -> u64 {\n    let power = attempt.min(9);\n"
                      "    let grown = 2u64.pow(power);\n    grown\n}"),
    limits=("private_names",),
)  # fmt: skip
def private_names(reading: Reading, context: Context) -> Iterator[Hit]:
    found = _private(reading)
    if len(found) >= limit(context, "private_names"):
        for name, (start, end) in found.items():
            said = f"“{shown(name)}” is one of {len(found)} private names of the code."
            yield Hit("user", said, start, end)


@check(
    code="BS407", family="request", severity="warning", title="URL in the request",
    why="A model cannot open it: the request must stand alone.",
    remedy="Say what is to be read there.",
    bad=Example(user="Bound the wait between two attempts as in https://example.org/retry, never over five "
                     "minutes."),
)  # fmt: skip
def url(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_URL, reading.texts.user):
        yield Hit("user", f"“{shown(match[0])}” cannot be opened by a reader.", match.start(), match.end())


@check(
    code="BS408", family="request", severity="warning", title="issue number in the request",
    why="A model cannot look it up: the request must stand alone.",
    remedy="Say what the issue says.",
    good=Example(user="As in RFC 9110, a receiver may say when to come back; honour it for at most 5 minutes "
                      "in UTF-8."),
    bad=Example(user="Fix #1234: the wait between two attempts must grow, and never be longer than five minutes."),
)  # fmt: skip
def issue_number(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_ISSUE, reading.texts.user):
        yield Hit("user", f"“{shown(match[0])}” cannot be looked up by a reader.", match.start(), match.end())


@check(
    code="BS409", family="request", severity="warning", title="file path in the request",
    why="Where the code stands is part of the answer, and a reader does not have the file.",
    remedy="Name the part of the system instead.",
    good=Example(user="The worker and/or queue must wait longer after each failure, 1/2 second first, never "
                      "over 5 min."),
    bad=Example(user="In src/core/retry.rs the wait between two attempts must grow, and never pass five minutes."),
)  # fmt: skip
def path(reading: Reading, context: Context) -> Iterator[Hit]:
    plain = _URL.sub(lambda match: " " * len(match[0]), reading.texts.user)
    for match in some(_PATH, plain):
        yield Hit("user", f"“{shown(match[0])}” is a file's path.", match.start(), match.end())


@check(
    code="BS410", family="request", severity="error", title="code in the request",
    why="A request with Rust in it is an exercise to complete, and gives the answer away. Logs, settings, commands and "
    "queries in a fence are what issues are made of.",
    remedy="Say in words what the code is to do; behind a fence of another language its name can stand.",
    good=Example(user="Waits end before they should, never mind `MAX_DELAY`:\n\n```toml\nwait = 300\n```\n\nNo wait "
                      "may be cut short; it must last:\n\n- until it is over;\n- never beyond five minutes."),
    bad=Example(user="Bound the wait between attempts, and never let it grow over this:\n```rust\nlet most = "
                     "300;\n```"),
)  # fmt: skip
def pasted_code(reading: Reading, context: Context) -> Iterator[Hit]:
    fences = [
        (start, end) for start, end in reading.user.fences if pasted_fence(reading.texts.user[start:end])
    ]
    for start, end in fences:
        yield Hit("user", "A fenced block of code stands in the request.", start, end)
    if not fences:
        for start, end in pasted_runs(reading.user.unfenced):
            yield Hit("user", "These lines look like code.", start, end)


@check(
    code="BS411", family="request", severity="warning", title="order to a machine",
    why="The prompts ask for a maintainer's voice: an issue, a requirement, an internal request.",
    remedy="Say what is wrong or what is needed, as one would to a colleague.",
    bad=Example(user="Write a function that bounds the wait between two attempts, never longer than five minutes."),
)  # fmt: skip
def order(reading: Reading, context: Context) -> Iterator[Hit]:
    words = reading.user.words[:1]
    for match in phrases(listed_lines("openings")).at(reading.texts.user, words):
        yield Hit("user", f"“{shown(match[0])}” is how one speaks to a machine.", match.start(), match.end())


@check(
    code="BS412", family="request", severity="warning", title="request points outside itself",
    why="A reader has the request alone: no code, no thread, no attachment.",
    remedy="Say what is meant.",
    bad=Example(user="The code above waits the same time after each failure; it must grow, and never pass 5 "
                     "minutes."),
)  # fmt: skip
def points_outside(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_POINTS, reading.user.plain):
        yield Hit("user", f"“{shown(match[0])}” points to what a reader has not.", match.start(), match.end())


@check(
    code="BS413", family="request", severity="hint", title="few constraints",
    why="What must hold, and for whom, is what makes this code the answer and not another.",
    remedy="Say what must hold: a bound, a case, an order, what must not happen.",
    bad=Example(user="Exponential waiting for webhook deliveries in the worker of our server, please, thank "
                     "you all."),
    limits=("constraints_min",),
)  # fmt: skip
def constraints(reading: Reading, context: Context) -> Iterator[Hit]:
    least = limit(context, "constraints_min")
    if len(reading.user.words) < limit(context, "request_words_min"):
        return  # it is too short for any; one finding is enough
    found = {match[0].casefold() for match in _CONSTRAINT.finditer(reading.user.plain)}
    count = len(found) + len(reading.user.quotes)
    if count < least:
        yield Hit(
            "user", f"The request seems to state {count} constraints; {least:,.0f} or more are asked for."
        )


@check(
    code="BS414", family="request", severity="hint", title="courtesy to a machine",
    why="“Please” and “can you” are how people speak to assistants; issues and requirements state a need.",
    remedy="State the need.",
    bad=Example(user="Can you bound the wait between two attempts, so that it never gets longer than five "
                     "minutes?"),
)  # fmt: skip
def courtesy(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_ASKS, reading.user.plain):
        yield Hit("user", f"“{match[0]}” is how one speaks to an assistant.", match.start(), match.end())


@check(
    code="BS415", family="request", severity="warning", title="comment of the code copied",
    why="A comment stands in the block: a request that repeats it gives it away.",
    remedy="Say it in your own words.",
    good=Example(user="Receivers need time: say how many seconds to wait next, bounded, and never over five "
                      "minutes.",
                 block="/// How many seconds the next attempt has to wait, never more than five "
                       "minutes.\n" + "fn f() {}\n" * 3
                 + "fn g() {}"),
    bad=Example(user="Tell us how many seconds the next attempt has to wait, never more than five minutes, please.",
                block="/// How many seconds the next attempt has to wait, never more than five "
                      "minutes.\n" + "fn f() {}\n" * 3
                + "fn g() {}"),
    limits=("comment_run",),
)  # fmt: skip
def copied_comment(reading: Reading, context: Context) -> Iterator[Hit]:
    length, words = int(limit(context, "comment_run")), reading.user.words
    for first, count in _rows(reading, length, reading.code.comment_grams(length)):
        said = f"{count} words in a row stand in a comment of the code."
        yield Hit("user", said, words[first].start, words[first + count - 1].end)
