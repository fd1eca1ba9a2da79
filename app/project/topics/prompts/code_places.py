"""Where a document says the code is: its files, what of them it is about, and the repository."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.project.topics.prompts.account import HEADING, Passage
from app.project.topics.prompts.document import Section
from app.project.topics.prompts.gathered import SpecFields
from app.project.topics.prompts.phrases import PATH, braces_out, phrases

_FOCUS = re.compile(
    r"(?:focus(?:es|ing)?|concentrate)(?: (?:only|mainly|primarily|especially|mostly))? on:?\s+|focus:\s+"
    r"|(?:schwerpunkt|fokus)(?: auf)?:?\s+|se concentrer sur:?\s+|(?:centrarse|enfocarse) en:?\s+",
    re.IGNORECASE,
)
_EXCLUDE = re.compile(
    r"(?:exclude|excluding|skip|leave out|ignore|omit|do not include|don't include|ausschließen|ausgenommen|exclure"
    r"|excluir|omitir|ignorer|ignorar)\b:?\s+",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:related(?: files?)?|see also|also see)\b:?\s*"
    r"|(?:for )?(?:context|reference|background|understanding)(?: only| reading)?[^:`/]{0,60}:\s*",
    re.IGNORECASE,
)
_TESTS = re.compile(r"include (?:the )?tests?(?: modules?| code)?\.?", re.IGNORECASE)
_OPENS = re.compile(
    r"(?P<what>focus(?: on)?|exclude|excluding|skip|leave out|related(?: files?)?|see also"
    r"|(?:source )?files(?: to process)?):",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(r"\(th(?:at|ose) go(?:es)? to (?:the )?(.+?) agent\)")
_LIMITS_FOCUS = re.compile(
    r"\b(?:not|except|but|rather than|instead|without|only|unless|never|nicht|außer|ohne|nur|sauf|sans|pas|salvo|sin"
    r"|excepto)\b|\.rs\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:not|except|but|rather than|instead|without|only|unless|never|no|skip|exclud\w*|optional|todo|see|if"
    r"|nicht|außer|ohne|nur|sauf|sans|pas|salvo|sin|excepto)\b|\d|\.rs\b",
    re.IGNORECASE,
)
_NUMBERS = r"L?\d+(?:\s*(?:-|–|—|to|bis|à|a)\s*L?\d+)?"
_RANGE = re.compile(
    rf"\s*(?:[:#]{_NUMBERS}"
    rf"|,?\s*[(\[]?\s*(?:(?:only )?lines?|ll?\.|L(?=\d)|Zeilen?|lignes?|l[ií]neas?)\s*{_NUMBERS}\s*[)\]]?)",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"(?:\[[^\]]*\]\()?(?:\*\*|__)?[`\"']?(?P<path>{PATH})[`\"']?")
_CLOSING = re.compile(r"[`\"')]?(?:\*\*|__)?")
_NEXT = re.compile(r"\s*(?:[,;&]\s*(?:and|und|et|y)?|\b(?:and|und|et|y)\b)\s*")
_SAID = re.compile(r"\s*\((?P<aside>[^()]*(?:\([^()]*\)[^()]*)*)\)\.?\s*|(?:\s+[–—-]+\s+|:\s+)(?P<told>.+)")


class _Listed(NamedTuple):
    paths: list[str]
    ranges: list[tuple[int, int]]
    end: int


def opens_list(text: str) -> bool:
    """Whether a text is one that says what the list below it is: `Exclude:`, `Files to process:`."""
    return bool(_OPENS.fullmatch(text))


def files(gathered: SpecFields, section: Section) -> None:
    """Paths, and lines that say what of them the topic is about."""
    over: tuple[str, int] | None = None
    for passage in section.items:
        if over and passage.marker and passage.indent > over[1]:
            _one(gathered, passage, over[0])
            continue
        opens = _OPENS.fullmatch(passage.text)
        over = None
        if opens and passage.marker:
            passage.claim("known", HEADING)
            over = (_kind(opens["what"].lower()), passage.indent)
        elif _TESTS.fullmatch(passage.text):
            gathered.put("allow_tests", True, passage.claim("read", "allow_tests"))
        else:
            _one(gathered, passage, _kind_of(passage.text))


def _kind(word: str) -> str:
    begins = (
        ("focus", "focus"),
        ("rel", "related"),
        ("see", "related"),
        ("file", "sources"),
        ("source", "sources"),
    )
    return next((kind for start, kind in begins if word.startswith(start)), "exclude")


def _kind_of(text: str) -> str:
    begins = (("focus", _FOCUS), ("exclude", _EXCLUDE), ("related", _RELATED))
    return next((kind for kind, pattern in begins if pattern.match(text)), "sources")


def _one(gathered: SpecFields, passage: Passage, kind: str) -> None:
    begins = {"focus": _FOCUS, "exclude": _EXCLUDE, "related": _RELATED}.get(kind)
    label = begins.match(passage.text) if begins else None
    start = label.end() if label else 0
    if kind == "focus":
        _focus(gathered, passage, start)
    elif kind == "exclude":
        _exclude(gathered, passage, start)
    else:
        _paths(gathered, passage, start, kind)


def entries(gathered: SpecFields, section: Section, kind: str) -> None:
    """A section of nothing but what to focus on (`focus`), what to leave out (`exclude`), or files besides."""
    for passage in section.items:
        _one(gathered, passage, kind)


def _focus(gathered: SpecFields, passage: Passage, start: int) -> None:
    told = passage.text[start:].strip()
    if limits := _LIMITS_FOCUS.search(told):
        passage.claim("unread", f'says "{limits[0]}" of the focus, which is a list of what records are about')
        gathered.gaps.setdefault("focus", f"line {passage.line} is not understood")
        return
    claim = passage.claim("read", "focus")
    # `Focus on a and b` names two things; a line of a section on the focus is one.
    gathered.add("focus", claim, *(phrases(told) if start else [told]), first=not gathered.is_focus_stated)
    gathered.is_focus_stated = True
    if told and "title" not in gathered.single:
        gathered.put("title", told[0].upper() + told[1:].rstrip("."), claim)


def _exclude(gathered: SpecFields, passage: Passage, start: int) -> None:
    told = passage.text[start:].strip()
    gathered.add("exclude", passage.claim("read", "exclude"), _OTHER_TOPIC.sub(r"(another topic: \1)", told))
    if ".rs" in told or re.search(rf"(?<![\w/.-])(?:{PATH})(?![\w/])", told):
        gathered.doubt(passage, "names files: exclude is in words, so see that sources does not match them")


def _paths(gathered: SpecFields, passage: Passage, start: int, key: str) -> None:
    listed = _list(passage.text, start)
    said = _SAID.fullmatch(passage.text, listed.end) if listed.paths else None
    if not listed.paths or (passage.text[listed.end :].strip(" .") and not said):
        passage.claim(
            "unread", "neither a path of Rust files nor a line that begins with Focus on or Exclude"
        )
        if key == "sources" and ".rs" in passage.text:
            gathered.gaps.setdefault("sources", f"line {passage.line} is not understood")
        return
    for begin, end in listed.ranges:
        passage.claim(
            "unread", "names lines of a file: a spec takes whole files, and items by their names", begin, end
        )
    if said:
        _aside(gathered, passage, key, said)
    gathered.add(key, passage.claim("read", key, 0, listed.end), *listed.paths)


def _aside(gathered: SpecFields, passage: Passage, key: str, said: re.Match[str]) -> None:
    """What is said of a file is part of the focus, unless it limits what is taken, or is of no source."""
    part = "aside" if said["aside"] is not None else "told"
    if key != "sources":
        passage.claim("unread", "what is said of a related file has no place in a spec", *said.span(part))
    elif limits := _LIMITS.search(said[part]):
        passage.claim(
            "unread", f'says "{limits[0]}" of a file, which has no place in a spec', *said.span(part)
        )
    else:
        gathered.add("focus", passage.claim("read", "focus", *said.span(part)), *phrases(said[part]))


def _list(text: str, at: int) -> _Listed:
    """The paths that are listed from `at` on; none if what stands there is no path."""
    made = _Listed([], [], at)
    while found := _LISTED.match(text, at):
        if not (paths := braces_out(found["path"])):
            return _Listed([], [], at)
        made.paths.extend(paths)
        at = found.end()
        closing = _CLOSING.match(text, at) if text.startswith((")", "*", "_", "`"), at) else None
        at = closing.end() if closing else at
        if lines := _RANGE.match(text, at):
            made.ranges.append(lines.span())
            at = lines.end()
        made = made._replace(end=at)
        following = _NEXT.match(text, at)
        if not following:
            break
        at = following.end()
    return made


_URL = re.compile(
    r"[<`(]*(?P<url>(?:[a-z][a-z0-9+.-]*://|git@|\.{1,2}/|~/|/|sample:)[^\s>`),;]*)[>`)]*", re.IGNORECASE
)
_STATE = re.compile(
    r"[\s,;(@]*(?:pinned )?(?:at |on )?(?P<kind>branch|tag|commit|rev(?:ision)?|at|@)?[\s:=]*[`\"']?"
    r"(?P<name>[\w./-]*\w)[`\"']?[\s).;,]*",
    re.IGNORECASE,
)
_PAGE = re.compile(r"/(?:-/)?(?:tree|blob|commits?|pull|releases|issues)(?:/|$)")
_TREE = re.compile(r"(?P<url>[^/]+//[^/]+/[^/]+/[^/]+)/(?:-/)?tree/(?P<branch>[^/]+)/?")
"""The page of a branch, whose name has no slash: with one, nobody knows where the branch ends and a folder begins."""
_LABELLED = re.compile(r"(?P<kind>url|branch|tag|commit|rev(?:ision)?)\s*:\s*", re.IGNORECASE)


def repository(gathered: SpecFields, section: Section) -> None:
    """A URL or path, with a branch or commit beside it or in lines of their own."""
    for passage in section.items:
        label = _LABELLED.match(passage.text)
        if label and label["kind"].lower() != "url":
            _state(gathered, passage, label["kind"].lower(), label.end())
            continue
        found = _URL.match(passage.text, label.end() if label else 0)
        if not found:
            passage.claim("unread", "is neither a URL nor a path of a repository")
            gathered.gaps.setdefault("repository.url", f"line {passage.line} names none that can be used")
            continue
        url = found["url"].rstrip(".")
        if tree := _TREE.fullmatch(url):
            _table(gathered, passage, "branch", tree["branch"], 0, found.end())
            url = tree["url"]
        elif _PAGE.search(url):
            passage.claim("unread", "is a page of a repository; give the URL that git clones")
            gathered.gaps.setdefault(
                "repository.url", f"line {passage.line} names a page of it, not what git clones"
            )
            continue
        _table(gathered, passage, "url", url, 0, found.end())
        if passage.text[found.end() :].strip(" ()."):
            _state(gathered, passage, "", found.end())


def state(gathered: SpecFields, section: Section, kind: str) -> None:
    """A `branch` or a `commit` by itself."""
    for passage in section.items:
        _state(gathered, passage, kind, 0)


def _state(gathered: SpecFields, passage: Passage, kind: str, start: int) -> None:
    """What stands beside a URL, or after a label: branches, tags and commits, one after another."""
    at = start
    while at < len(passage.text) and (found := _STATE.match(passage.text, at)):
        told = (kind or found["kind"] or "").lower()
        whole = re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found["name"])
        begin = 0 if at == start else at  # with the label before it
        if told in ("branch", "tag"):
            _table(gathered, passage, "branch", found["name"], begin, found.end())
        elif told and whole:
            _table(gathered, passage, "commit", found["name"], begin, found.end())
        else:
            break
        at, kind = found.end(), ""
    passage.claim(
        "unread", "stands beside the repository, and is no branch, no tag and no commit's full id", at
    )


def _table(gathered: SpecFields, passage: Passage, key: str, value: str, start: int, end: int | None) -> None:
    claim = passage.claim("read", "repository", start, end)
    table, claims = gathered.single.get("repository", ({}, []))
    if key in table and table[key] != value:
        claim.kind, claim.why = "unread", f"names another {key} than was given before"
        return
    gathered.single["repository"] = ({**table, key: value}, [*claims, claim])
    if key == "branch":
        gathered.branch_claims.append(claim)
