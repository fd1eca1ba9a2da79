"""What a document asks of the texts and of the code: roles, rules, examples, traits, crates, the number of records."""

from __future__ import annotations

import re

from app.project.topics.prompts.account import Ownership, Passage
from app.project.topics.prompts.counts import count_of
from app.project.topics.prompts.document import Section
from app.project.topics.prompts.example_line import is_placeholder
from app.project.topics.prompts.gathered import SpecFields
from app.project.topics.prompts.phrases import names, quotes_left, sentence_spans, take_examples

_CRATES = re.compile(r'(?:^|(?<=\. ))(?P<verb>[^.]*)\bcrates?\b[^.:("“]*:\s*(?P<names>.+)$', re.IGNORECASE)
_CRATES_MARKED = re.compile(
    r"(?P<verb>(?:mention|name|refer to)[^.`]*)\bcrates?\s+(?P<names>`[\w-]+`(?:(?:, and|,| and)\s*`[\w-]+`)*)\.?$",
    re.IGNORECASE,
)
_ORDERED = r"\b(?:must|has to|have to|shall|should|always|to) (?:mention|name|cite)\s+"
_IDENTIFIERS = r"`?[a-z][\w-]*`?(?:(?:,| and|, and) `?[a-z][\w-]*`?)*"
_MAY_NAME = re.compile(
    rf"{_ORDERED}{_IDENTIFIERS}(?:\.|$)|\b(?:mention|name|cite)\b[^.]*\bby name\b", re.IGNORECASE
)
"""Sentences whose objects may be crates."""
_NO_CRATE = re.compile(
    r"etc|others?|more|all|any|none|relevant|similar|such|as|needed|where|used", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not|don't|never|no|avoid|without|nicht|ne|pas)\b", re.IGNORECASE)
_COUNTER = re.compile(
    r"\b(?:counter\w*|never|not|don't|avoid|bad|wrong|unlike|nicht|nie|jamais|pas|nunca|no)\b", re.IGNORECASE
)
_TRAITS_FOLLOW = re.compile(
    r"(?:mention|cover|treat|address|touch on|consider|discuss|talk about|weigh|bring in|speak of|erwähne|nenne"
    r"|mentionne[rz]?|menciona)\b.*:",
    re.IGNORECASE,
)


def role(gathered: SpecFields, section: Section) -> None:
    """Who writes."""
    for passage in section.items:
        gathered.say("role", passage.told(), passage.claim("read", "role"))


def analysis(gathered: SpecFields, section: Section) -> None:
    """What to look for in the code."""
    for passage in section.items:
        gathered.write("What to look for", passage.told())
        passage.claim("read", "guidelines")


def title(gathered: SpecFields, section: Section) -> None:
    """What the topic is called."""
    for passage in section.items[:1]:
        told = passage.told()
        gathered.put("title", told, passage.claim("read", "title"))


def plain(gathered: SpecFields, section: Section, key: str) -> None:
    """Which code to take, or what must hold of it, a rule a passage; `key` is the spec's."""
    for passage in section.items:
        rule = passage.told()
        gathered.rules.append((passage.line, rule, passage))
        gathered.add(key, passage.claim("read", key), rule)


def request(gathered: SpecFields, section: Section) -> None:
    """What the request must be like."""
    for passage in section.items:
        _rules(gathered, passage, "request", passage.told())


def examples(gathered: SpecFields, section: Section, key: str) -> None:
    """Requests, or sentences of reasoning, that show the voice; `key` is the spec's."""
    for passage in section.items:
        taken = take_examples(passage.text)
        if taken.quoted and taken.rest:
            passage.claim("unread", "stands beside an example", 0, taken.spans[0][0])
        gathered.add(key, passage.claim("read", key), *(taken.quoted or (passage.text,)))


def _rules(gathered: SpecFields, passage: Passage, kind: str, told: str) -> None:
    """Rules, a sentence each, and what they quote as examples."""
    shift = passage.text.find(told)
    for start, end in sentence_spans(told):
        at = (shift + start, shift + end) if shift >= 0 else (0, len(passage.text))
        _rule(gathered, passage, kind, told[start:end], at)


def _rule(gathered: SpecFields, passage: Passage, kind: str, told: str, at: tuple[int, int]) -> None:
    sentence = told.strip()
    taken = take_examples(sentence)
    if taken.whole and _COUNTER.search(taken.rest):
        passage.claim("unread", "quotes what is not to be written", *at)
        return
    begin = at[0] + len(told) - len(told.lstrip())
    for start, end in taken.spans:
        claim = passage.claim("read", f"{kind}_examples", begin + start, begin + end)
        gathered.add(f"{kind}_examples", claim, *taken.quoted)
    claim = passage.claim("read", f"{kind}_rules" if taken.rest else f"{kind}_examples", *at)
    gathered.add(f"{kind}_rules", claim, taken.rest)
    if quotes_left(taken.rest):
        why = f"quotes something, which was read as part of a rule and not as one of the {kind}_examples"
        gathered.doubt(passage, why)


def reasoning(gathered: SpecFields, section: Section) -> None:
    """What the reasoning must be like, and which crates it must name."""
    for passage in section.items:
        _reasons(gathered, passage)


def _reasons(gathered: SpecFields, passage: Passage) -> None:
    text = passage.text
    found = _CRATES.search(text) or _CRATES_MARKED.search(text)
    if found and not _NEGATED.search(found["verb"]):
        _crates(gathered, passage, found.start("names"), found.end("names"))
        passage.claim("read", "crates", found.start(), found.end())
        text = text[: found.start()].strip()
    else:
        text = passage.told()
        if re.search(r"\bcrates?\b", text, re.IGNORECASE) or _MAY_NAME.search(text):
            gathered.doubt(passage, "may name crates, and was read as a rule: no crate was taken from it")
            gathered.gaps.setdefault(
                "crates", f"line {passage.line} may name some in a way that is not understood"
            )
    if text:
        _rules(gathered, passage, "reasoning", text)


def crates(gathered: SpecFields, section: Section) -> None:
    """Names of crates."""
    for passage in section.items:
        _crates(gathered, passage, 0, len(passage.text))


def _crates(gathered: SpecFields, passage: Passage, start: int, end: int) -> None:
    """Take the names of a list up to the first that is none: what follows that may be no list any more."""
    known: list[str] = []
    for name in names(passage.text[start:end].strip().strip("[]")):
        if not re.fullmatch(r"[A-Za-z][\w-]*", name) or _NO_CRATE.fullmatch(name):
            passage.claim(
                "unread", "stands where a crate's name should stand", passage.text.find(name, start), end
            )
            gathered.gaps.setdefault("crates", f"line {passage.line} is not understood")
            break
        known.append(name)
    gathered.add("crates", passage.claim("read", "crates", start, end), *known)


def think(gathered: SpecFields, section: Section) -> None:
    """What is considered before writing: rules, and the list of traits that a sentence leads to."""
    lead = ""
    for passage in section.items:
        if passage.marker:
            _trait(gathered, passage, lead)
            continue
        spans = sentence_spans(passage.text)
        last = passage.text[slice(*spans[-1])].strip() if spans else ""
        lead = ""
        if last.endswith(":"):
            lead = "traits" if _TRAITS_FOLLOW.fullmatch(last) and not _NEGATED.search(last) else "other"
            kind, why = (
                ("known", "says only that the list of traits follows")
                if lead == "traits"
                else ("unread", _LEADS)
            )
            passage.claim("known" if kind == "known" else "unread", why, *spans[-1])
            told = passage.text[: spans[-1][0]].strip()
        else:
            told = passage.told()
        if told:
            _thoughts(gathered, passage, told)


_LEADS = "leads to a list, and it is not understood to what"


def _trait(gathered: SpecFields, passage: Passage, lead: str) -> None:
    if listed := re.match(r"(?:(?:mention|name) )?(?:specific )?crates?:\s*", passage.text, re.IGNORECASE):
        _crates(gathered, passage, listed.end(), len(passage.text))
        passage.claim("read", "crates", 0, listed.end())
        return
    if lead == "other":
        passage.claim("unread", "belongs to a list, and it is not understood of what")
        return
    if not lead:
        gathered.doubt(passage, "was read as one of the traits, though no sentence before it says so")
    gathered.add("traits", passage.claim("read", "traits"), passage.told())


def _thoughts(gathered: SpecFields, passage: Passage, told: str) -> None:
    if re.search(r"\bcrates?\b", told, re.IGNORECASE) or _MAY_NAME.search(told):
        gathered.doubt(passage, "may name crates, and was read as a rule: no crate was taken from it")
    _rules(gathered, passage, "reasoning", told)


def traits(gathered: SpecFields, section: Section) -> None:
    """What the reasoning should treat."""
    for passage in section.items:
        gathered.add("traits", passage.claim("read", "traits"), passage.told())


def target(gathered: SpecFields, section: Section) -> None:
    """How many records, and what to do with fewer or more blocks than that."""
    for passage in section.items:
        if section.aside:
            gathered.doubt(passage, f"its heading says ({section.aside})")
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end].strip()
            if _count(gathered, passage, start, end, sentence):
                gathered.write("How many records", sentence)


def _count(gathered: SpecFields, passage: Passage, start: int, end: int, sentence: str) -> bool:
    """Read one sentence on the number of records. False if a person has to."""
    count = count_of(sentence)
    if count is None:
        passage.claim("read", "guidelines", start, end)
        if not _OF_FAMILY.match(sentence):
            gathered.doubt(
                passage,
                "says more than a number of records: it is shown beside the work, and nothing counts it",
            )
        return True
    if not count.ends:
        passage.claim("unread", count.problem, start, end)
        _no_target(gathered, f"line {passage.line} {count.problem}")
        return False
    claim = passage.claim("read", "target", start, end)
    if count.problem:
        gathered.doubt(passage, count.problem)
    return set_target(gathered, passage, count.ends, claim)


def set_target(gathered: SpecFields, passage: Passage, ends: dict[str, int], claim: Ownership) -> bool:
    """Add what was understood to the target. False if the document said otherwise before."""
    table, claims = gathered.single.get("target", ({}, []))
    if any(table.get(end, number) != number for end, number in ends.items()):
        claim.kind, claim.why = "unread", "names another number of records than the document did before"
        _no_target(gathered, f"line {passage.line} names another number than the document did before")
        return False
    gathered.single["target"] = ({**table, **ends}, [*claims, claim])
    for end in {"min", "max"} - {*table, *ends}:
        gathered.gaps[f"target.{end}"] = (
            f"line {passage.line} gives only the other end: {sentence_of(passage)}"
        )
    return True


def sentence_of(passage: Passage) -> str:
    """The beginning of a passage, for people; not safe to print as it is."""
    return passage.text if len(passage.text) <= 60 else f"{passage.text[:59]}…"


_OF_FAMILY = re.compile(r"if you find (?:fewer|more)\b|extract all\b|fewer blocks|more blocks", re.IGNORECASE)
"""Sentences on the target that people follow."""


def _no_target(gathered: SpecFields, why: str) -> None:
    for claim in gathered.single.pop("target", (None, []))[1]:
        claim.kind, claim.why = (
            "unread",
            "gives a number of records, and another line one that does not go with it",
        )
    for end in ("min", "max"):
        gathered.gaps[f"target.{end}"] = why
    gathered.single["target"] = ({}, [])


def system(gathered: SpecFields, section: Section) -> None:
    """The exact system message."""
    if len(section.items) != 1:
        for passage in section.items:
            passage.claim(
                "unread", "is one of several parts of a system message, and nobody knows how they are joined"
            )
        if section.items:
            gathered.gaps.setdefault("system", f"line {section.items[0].line} begins one of several parts")
        return
    passage = section.items[0]
    whole = re.fullmatch(r"[\"“](.*)[\"”]", passage.text, re.DOTALL)
    text = whole[1] if whole else passage.text
    if is_placeholder(text):
        passage.claim("unread", "is a placeholder for a system message")
        gathered.gaps.setdefault("system", f"line {passage.line} is a placeholder")
        return
    if (
        gathered.put("system", text, passage.claim("read", "system"))
        and passage.wrapped
        and not passage.fenced
    ):
        gathered.doubt(
            passage, "was read as a system message of one line; see that no line end belongs to it"
        )
