"""One record read once for all checks: words, quotes and sentences of its prose, tokens and names of its code.

Places are characters, 0-based, end exclusive. What was read is kept for a few texts, because of three texts only one
changes at a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from app.checks.findings import Texts

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_FENCE = re.compile(r"^[ \t]*(```|~~~)[^\n]*\n.*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_TICKS = re.compile(r"(?<!`)`([^`\n]{1,200})`(?!`)")
_SENTENCE = re.compile(r"[^.!?\n](?:[^.!?\n]|[.!?](?=\S))*[.!?]*")
_NAME = re.compile(r"(?:r#)?[^\W\d]\w*")
_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*(?:[^*]|\*(?!/))*(?:\*/|\Z) )
    | (?P<string> b?c?"(?:[^"\\]|\\.)*(?:"|\Z) | [bc]?r(?P<hash>\#{0,8})"(?:(?!"(?P=hash)).)*(?:"(?P=hash)|\Z) )
    | (?P<char> b?'(?:[^'\\\n]|\\[^\n]{1,12}?)' )
    | (?P<life> '\w+ )
    | (?P<number> \d\w* )
    | (?P<name> (?:r\#)?\w+ )
    | (?P<mark> [^\s\w] )
    """,
    re.VERBOSE | re.DOTALL,
)


class Word(NamedTuple):
    """A word of prose."""

    text: str
    """Without regard to capitals."""
    start: int
    end: int


class Quote(NamedTuple):
    """What stands between two backticks."""

    text: str
    start: int
    """First character after the opening backtick."""
    end: int
    """Where the closing backtick stands."""


class Token(NamedTuple):
    """A token of Rust, near enough for checks."""

    kind: str
    """`comment`, `string`, `char`, `life`, `number`, `name` or `mark`."""
    text: str
    start: int
    end: int


Grams = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Prose:
    """The request or the reasoning."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words, those in backticks too."""
        return words_of(self.text)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Its words as they are compared."""
        return tuple(word.text for word in self.words)

    @cached_property
    def fences(self) -> tuple[tuple[int, int], ...]:
        """Its fenced blocks of code, fences included."""
        return tuple(match.span() for match in _FENCE.finditer(self.text))

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """What stands in single backticks, outside fences."""
        found = (Quote(match[1], match.start(1), match.end(1)) for match in _TICKS.finditer(self._unfenced))
        return tuple(found)

    @cached_property
    def plain(self) -> str:
        """The text, as long as it is, with blanks for all code in it."""
        text = self._unfenced
        return _TICKS.sub(lambda match: " " * len(match[0]), text)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Its sentences, roughly: up to a full stop with a blank after it, or a line's end."""
        return tuple(match.span() for match in _SENTENCE.finditer(self._unfenced))

    @cached_property
    def _unfenced(self) -> str:
        return _FENCE.sub(lambda match: _blank(match[0]), self.text)

    def grams(self, length: int) -> Grams:
        """Its rows of so many words."""
        return grams(self.folded, length)


@dataclass(frozen=True)
class Code:
    """The block."""

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All of it but white space."""
        return tuple(
            Token(match.lastgroup or "mark", match[0], match.start(), match.end())
            for match in _TOKEN.finditer(self.text)
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """Its identifiers and keywords, outside comments and strings, without `r#`."""
        return frozenset(token.text.removeprefix("r#") for token in self.tokens if token.kind == "name")

    @cached_property
    def all_words(self) -> frozenset[str]:
        """Every word of it, comments and strings included, without regard to capitals, also parts of names."""
        whole = {match[0].casefold() for match in _WORD.finditer(self.text)}
        return frozenset(whole | {part for word in whole for part in word.split("_")})

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The words of its code, in order, without comments; strings are read word by word."""
        found: list[str] = []
        for token in self.tokens:
            if token.kind in ("name", "number"):
                found.append(token.text.casefold())
            elif token.kind == "string":
                found += [word[0].casefold() for word in _WORD.finditer(token.text)]
        return tuple(found)

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """The words of its comments, in order."""
        text = " ".join(token.text for token in self.tokens if token.kind == "comment")
        return tuple(match[0].casefold() for match in _WORD.finditer(text))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines that hold code, as one row of words each; comments and lone brackets are left out."""
        bare = "".join(_blank(t.text) if t.kind == "comment" else t.text for t in self._gapless)
        rows = (" ".join(match[0] for match in _WORD.finditer(line)) for line in bare.split("\n"))
        return tuple(row.casefold().replace("_", " ") for row in rows if row.count(" ") >= 2)

    @cached_property
    def locals(self) -> frozenset[str]:
        """Names that only its functions know: parameters, and what `let` and `for` bind."""
        return frozenset(_locals(self.tokens))

    @cached_property
    def _gapless(self) -> tuple[Token, ...]:
        found: list[Token] = []
        at = 0
        for token in self.tokens:
            if token.start > at:
                found.append(Token("mark", self.text[at : token.start], at, token.start))
            found.append(token)
            at = token.end
        return tuple(found)

    def grams(self, length: int) -> Grams:
        """Its rows of so many words, comments left out."""
        return _code_grams(self, length)

    def comment_grams(self, length: int) -> Grams:
        """Its comments' rows of so many words."""
        return grams(self.comments, length)


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as the checks read it."""

    texts: Texts
    user: Prose
    think: Prose
    code: Code

    @classmethod
    def of(cls, texts: Texts) -> Reading:
        """Nothing is read before a check asks for it."""
        return cls(texts, _prose(texts.user), _prose(texts.think), _code(texts.block))


def words_of(text: str) -> tuple[Word, ...]:
    """A text's words with their places."""
    return tuple(Word(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text))


def names_of(text: str) -> tuple[str, ...]:
    """The identifiers in a piece of code such as `Retry::run(&self)`, without `r#`, in order."""
    return tuple(match[0].removeprefix("r#") for match in _NAME.finditer(text))


def grams(words: tuple[str, ...], length: int) -> Grams:
    """All rows of so many words."""
    return frozenset(zip(*(words[at:] for at in range(length)), strict=False))


def shared_rows(words: tuple[str, ...], other: Grams, length: int) -> list[tuple[int, int]]:
    """Where rows of at least `length` words stand that are made of rows in `other`: (first word, words)."""
    found: list[tuple[int, int]] = []
    at = 0
    while at + length <= len(words):
        if words[at : at + length] not in other:
            at += 1
            continue
        last = at
        while words[last + 1 : last + 1 + length] in other:
            last += 1
        found.append((at, last - at + length))
        at = last + length
    return found


def listed(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


def _blank(text: str) -> str:
    return "".join(char if char == "\n" else " " for char in text)


@lru_cache(maxsize=16)
def _prose(text: str) -> Prose:
    return Prose(text)


@lru_cache(maxsize=8)
def _code(text: str) -> Code:
    return Code(text)


@lru_cache(maxsize=16)
def _code_grams(code: Code, length: int) -> Grams:
    return grams(code.folded, length)


_KEYWORDS = listed(
    "as async await box break const continue crate dyn else enum extern false fn for if impl in let loop match mod "
    "move mut pub ref return self static struct super trait true type union unsafe use where while _"
)


def _locals(tokens: tuple[Token, ...]) -> set[str]:
    found: set[str] = set()
    code = [token for token in tokens if token.kind in ("name", "mark", "life")]
    for at, token in enumerate(code):
        if token.text == "let":
            found |= _bound(code, at + 1, {"=", ";", ":"})
        elif token.text == "for":
            bound = _bound(code, at + 1, {"in", "{", ";", "<"})
            stop = next((t.text for t in code[at + 1 : at + 24] if t.text in ("in", "{", ";", "<")), "")
            found |= bound if stop == "in" else set()
        elif token.text == "fn":
            found |= _parameters(code, at + 1)
    return {name for name in found if name not in _KEYWORDS and name[0].islower()}


def _bound(code: list[Token], at: int, stops: set[str]) -> set[str]:
    found: set[str] = set()
    for token in code[at : at + 24]:  # a pattern is short; what is longer is no local worth naming
        if token.text in stops:
            break
        if token.kind == "name":
            found.add(token.text.removeprefix("r#"))
    return found


def _parameters(code: list[Token], at: int) -> set[str]:
    found: set[str] = set()
    depth = 0
    for before, token in zip(code[at : at + 400], code[at + 1 : at + 401], strict=False):
        if before.text in "([{" and before.kind == "mark":
            if before.text == "{" and depth == 0:
                break
            depth += 1
        elif before.text in ")]}" and before.kind == "mark":
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and before.kind == "name" and token.text == ":":
            found.add(before.text.removeprefix("r#"))
    return found
