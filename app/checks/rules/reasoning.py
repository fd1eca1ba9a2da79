"""Reasoning: it comes before the code, decides, and speaks only of what the code and its repository hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks.findings import Context, Hit, shown
from app.checks.reading import Quote, Reading, listed, names_of, shared_rows
from app.checks.registry import Example, check, limit
from app.checks.rules.structure import MOST, some
from app.checks.word_lists import claims, crate_names, list_words, std_names
from app.checks.words.denial import denied

_DECISION = re.compile(
    r"\b(?:because|since|instead|otherwise|therefore|hence|so that|so (?:the|it|we|i|a|an|no|that)|rather than"
    r"|unless|trade-?offs?"
    r"|whereas|although|though|however|but|alternative\w*|either|cheaper|simpler|safer|faster|costs?|worth"
    r"|prefer\w*"
    r"|would|could|avoid\w*|in order to|why|reasons?|decid\w+|cho(?:ose|se|ice|ices|osing)|option\w*|better|worse"
    r"|must not|risk\w*|wins?|loses?|enough|matters?)\b",
    re.IGNORECASE,
)
_HINDSIGHT = re.compile(
    r"\b(?:the|this) (?:code|function|implementation|snippet|method|block) (?:above|below|shown|provided|given)\b"
    r"|\b(?:above|following|provided|given) (?:code|snippet|implementation|function|block)\b"
    r"|\bas (?:shown|seen|implemented|written) (?:above|below|here|in the (?:code|snippet|block)(?: above| "
    r"below)?)\b"
    r"|\b(?:this|the) (?:code|snippet|code block|block of code) (?:shows|demonstrates|illustrates|implements"
    r"|uses|does|defines|handles)\b"
    r"|\bthis (?:code|snippet) (?:then |first |also |simply |just )?\w{3,}s\b"
    r"|\b(?:this|the) (?:code )?snippet\b|\bthe (?:final|finished|resulting|existing|selected) (?:code"
    r"|implementation|block)\b"
    r"|\b(?:looking at|reading|from|in) (?:the|this) (?:code|source|snippet|implementation)(?: above| "
    r"below)?,? (?:we|i|one|you) "
    r"(?:can )?(?:see|notice|find)\b|\b(?:we|you|i) can see (?:that|how|here|in)\b|\bwas implemented\b|\bhas "
    r"been implemented\b"
    r"|\bthe (?:user|request|prompt|task) (?:asks?|wants?|says|states|requires)\b",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[a-z]+|\d[\w.]*")


def _stands(name: str, reading: Reading, context: Context) -> bool:
    found = name in reading.code.names or name in context.file_names or name in std_names()
    return found or name.casefold() in reading.code.all_words or _is_crate(name, context)


def _is_crate(name: str, context: Context) -> bool:
    crates = {*context.crates, *(context.crates_used or ())}
    return name.replace("-", "_") in {crate.replace("-", "_") for crate in crates}


def _unknown(quote: Quote, reading: Reading, context: Context) -> bool:
    """Whether a quote holds a name that exists nowhere; what holds no name, as `429`, cannot."""
    known = context.known
    if known is None and not context.file_names:
        # Without file or index nothing can be said of names of the repository.
        return False
    names = [name for name in names_of(quote.text) if len(name) > 1]
    return any(not _stands(n, reading, context) and not (known is not None and known(n)) for n in names)


def _named(reading: Reading) -> list[Quote]:
    return [quote for quote in reading.think.quotes if names_of(quote.text)]


_BARE = re.compile(
    r"(?<![\w:/.@#-])(?:[A-Za-z_]\w*(?:::[A-Za-z_]\w*)+|[a-z]+\w*_\w+|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?![\w/@+=-]|\.\w)"
)
"""What is an identifier without backticks too: a path, `snake_case` and `CamelCase`."""


def _bare(reading: Reading) -> Iterator[Quote]:
    """Identifiers that stand outside backticks."""
    for match in some(_BARE, reading.think.plain):
        # A crate that is not there is another finding.
        if match[0] not in list_words("trade_names") and match[0].replace("_", "-") not in crate_names():
            yield Quote(match[0], match.start(), match.end())


def _some_known(name: str) -> bool:
    return name in {"MAX_DELAY", "attempt", "pause", "sleep_until"}


_UNKNOWN = "`MAX_DELAY` bounds the wait of `pause` because `attempt` may be any number; " * 4


@check(
    code="BS501", family="think", severity="warning", title="name that exists nowhere",
    why="A reasoning that names what does not exist teaches to make names up.",
    remedy="Correct the name, or say it without backticks.",
    good=Example(think=_UNKNOWN + "`sleep_until` would drift.", context={"known": _some_known},
                 note="sleep_until exists in the repository"),
    bad=Example(think=_UNKNOWN + "`sleep_forever` would drift.", context={"known": _some_known},
                note="sleep_forever exists nowhere"),
)  # fmt: skip
def ungrounded(reading: Reading, context: Context) -> Iterator[Hit]:
    found = 0
    for quote in sorted([*_named(reading), *_bare(reading)], key=lambda one: one.start):
        if found < MOST and _unknown(quote, reading, context):
            found += 1
            said = f"“{shown(quote.text)}” exists neither in the code nor in the repository."
            yield Hit("think", said, quote.start, quote.end)


@check(
    code="BS502", family="think", severity="error", title="names made up",
    why="Where more than a few names exist nowhere, the reasoning is not about this code.",
    remedy="Name what this code and its repository have.",
    good=Example(think=_UNKNOWN + "`sleep_until` would drift.", context={"known": _some_known},
                 note="all of them exist"),
    bad=Example(think="`Sleeper::forever` and `drift_guard` keep `MAX_DELAY`, because a queue may give any "
                      "number. " * 3,
                context={"known": _some_known}, note="two names of three exist nowhere"),
    limits=("ungrounded_share",),
)  # fmt: skip
def made_up(reading: Reading, context: Context) -> Iterator[Hit]:
    named = _named(reading)
    wrong = [quote for quote in named if _unknown(quote, reading, context)]
    if len(wrong) >= 2 and 100 * len(wrong) > limit(context, "ungrounded_share") * len(named):
        said = f"{len(wrong)} of {len(named)} names in backticks exist nowhere."
        yield Hit("think", said, wrong[0].start, wrong[0].end)


@check(
    code="BS503", family="think", severity="warning", title="few names of the code",
    why="The prompts ask not to be generic: a reasoning that would suit any code teaches nothing of this one.",
    remedy="Name the types, functions and constants it decides about, in backticks.",
    bad=Example(think="The wait has to grow, because a fixed one keeps the herd together; but it must be "
                      "bounded, or a "
                "message would sleep for days. Doubling is the simplest growth there is, and on overflow the "
                "bound is "
                "the right answer anyway, so nothing else is needed."),
    limits=("grounded_min",),
)  # fmt: skip
def generic(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.think.strip() or not reading.texts.block.strip():
        return
    quoted = {name for quote in reading.think.quotes for name in names_of(quote.text)}
    # Outside backticks only what cannot be an ordinary word.
    bare = {match for match in re.findall(r"\w+", reading.think.plain) if not _PLAIN_WORD.fullmatch(match)}
    odd = {name for name in bare if "_" in name or not name[1:].islower()}
    names = reading.code.names
    grounded = {name for name in (quoted | odd) if name in names or name in context.file_names}
    least = limit(context, "grounded_min")
    if len(grounded) < least:
        said = f"The reasoning gives {len(grounded)} names of the code; at least {least:,.0f} are asked for."
        yield Hit("think", said)


@check(
    code="BS504", family="think", severity="warning", title="restates the code",
    why="A reasoning that reads the code aloud comes after it; it has to come before.",
    remedy="Say why each step is so, and leave out what the code says itself.",
    bad=Example(think="Const MAX_DELAY is u64 300. Fn pause takes attempt: u32 and gives u64. Let grown be 2u64 "
                "checked_pow attempt. Grown unwrap_or MAX_DELAY min MAX_DELAY, because that is how it is done "
                "here."),
    limits=("restated_sentences", "restated_ratio"),
)  # fmt: skip
def restates(reading: Reading, context: Context) -> Iterator[Hit]:
    lines, share = reading.code.lines, limit(context, "restated_ratio")
    found: list[tuple[int, int]] = []
    for start, end in reading.think.sentences:
        said = reading.texts.think[start:end].casefold().replace("_", " ")
        words = frozenset(re.findall(r"\w+", said)) - _GLUE
        if len(words) >= 3 and any(_restated(words, line, share) for line in lines):
            found.append((start, end))
    if len(found) >= limit(context, "restated_sentences"):
        for start, end in found[:MOST]:
            yield Hit(
                "think", f"One of {len(found)} sentences that say what a line of code says.", start, end
            )


_GLUE = listed(
    "a an the is are be it its of to and then we i that this with in on for by as gives takes returns sets "
    "calls call"
)


def _restated(words: frozenset[str], line: frozenset[str], share: float) -> bool:
    """Whether nearly all words of the sentence stand in the line, and most of the line's in the sentence."""
    common = len(words & line)
    return 100 * common >= share * len(words) and 2 * common >= len(line)


@check(
    code="BS505", family="think", severity="warning", title="no decision",
    why="Reasoning is choosing: without a because, an instead or a trade-off there is only a description.",
    remedy="Say which other way there was, and why not that one.",
    bad=Example(think="The wait grows with `attempt` by `checked_pow`. `MAX_DELAY` is the bound of it. Every "
                      "attempt has a "
                "wait. The wait of the first attempt is one second. The wait of the second attempt is two "
                "seconds. The "
                "wait of the third is four."),
)  # fmt: skip
def no_decision(reading: Reading, context: Context) -> Iterator[Hit]:
    if reading.texts.think.strip() and not _DECISION.search(reading.think.plain):
        yield Hit("think", "No word of the reasoning weighs one thing against another.")


@check(
    code="BS506", family="think", severity="warning", title="hindsight",
    why="The reasoning is what an engineer thinks before typing: there is no code yet to point to.",
    remedy="Say what is to be done and why.",
    bad=Example(think=f"{_UNKNOWN}As shown in the code above, doubling is simple."),
)  # fmt: skip
def hindsight(reading: Reading, context: Context) -> Iterator[Hit]:
    for match in some(_HINDSIGHT, reading.think.plain):
        yield Hit("think", f"“{shown(match[0])}” looks back on finished code.", match.start(), match.end())


@check(
    code="BS507", family="think", severity="warning", title="claim the code does not bear",
    why="A reasoning that promises what the code does not do teaches to promise.",
    remedy="Leave the claim out, or say that it is not done here and why.",
    good=Example(think=_UNKNOWN + "Exponential growth is what parts the herd; jitter is not needed yet."),
    bad=Example(think=_UNKNOWN + "The counter is lock-free and adds jitter."),
)  # fmt: skip
def claim(reading: Reading, context: Context) -> Iterator[Hit]:
    if not reading.texts.block.strip():
        return
    said = 0
    lowered = reading.think.plain.lower()
    for first, pattern, evidence in claims():
        if first not in lowered:  # much quicker than the pattern, and mostly so
            continue
        for match in some(pattern, reading.think.plain):
            if denied(reading.texts.think, match.start(), match.end()):
                continue
            if not _borne(evidence, reading, context) and said < MOST:
                said += 1
                yield Hit(
                    "think", f"Nothing in the code bears “{shown(match[0])}”.", match.start(), match.end()
                )
            break  # one place of each claim is enough


def _borne(evidence: tuple[str, ...], reading: Reading, context: Context) -> bool:
    words = reading.code.all_words
    near = (part for name in context.file_names for part in name.casefold().split("_"))
    return any(word.startswith(evidence) for word in words) or any(word.startswith(evidence) for word in near)


@check(
    code="BS508", family="think", severity="warning", title="code in the reasoning",
    why="The code follows; a block of it in the reasoning says everything twice.",
    remedy="Keep the names in backticks, and leave the lines out.",
    bad=Example(think=f"{_UNKNOWN}\n```rust\nlet grown = 2u64.checked_pow(attempt);\n```\n"),
)  # fmt: skip
def fenced(reading: Reading, context: Context) -> Iterator[Hit]:
    for start, end in reading.think.fences:
        yield Hit("think", "A fenced block of code stands in the reasoning.", start, end)


@check(
    code="BS509", family="think", severity="warning", title="request repeated",
    why="A reasoning that begins by saying the request again adds nothing.",
    remedy="Begin with what the request leaves open.",
    bad=Example(think=_UNKNOWN + "Waits between attempts must grow, and no message may sleep for more than "
                                 "five minutes."),
    limits=("request_run",),
)  # fmt: skip
def repeats_request(reading: Reading, context: Context) -> Iterator[Hit]:
    length, words = int(limit(context, "request_run")), reading.think.words
    for first, count in shared_rows(reading.think.folded, reading.user.grams(length), length):
        said = f"{count} words in a row are those of the request."
        yield Hit("think", said, words[first].start, words[first + count - 1].end)
