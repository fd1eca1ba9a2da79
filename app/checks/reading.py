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
# No blank inside at its edges: else one backtick too many would turn all prose behind it into code.
_TICKS = re.compile(r"(?<!`)`(?!\s)([^`\n]{1,200})(?<!\s)`(?!`)")
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
        found = (Quote(match[1], match.start(1), match.end(1)) for match in _TICKS.finditer(self.unfenced))
        return tuple(found)

    @cached_property
    def plain(self) -> str:
        """The text, as long as it is, with blanks for fenced code and a mark for each character of quoted code."""
        return _TICKS.sub(lambda match: "\ufffc" * len(match[0]), self.unfenced)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Its sentences, roughly: up to a full stop with a blank after it, or a line's end."""
        return tuple(match.span() for match in _SENTENCE.finditer(self.unfenced))

    @cached_property
    def unfenced(self) -> str:
        """The text, as long as it is, with blanks for fenced code."""
        return _FENCE.sub(lambda match: _blank(match[0]), self.text)

    def grams(self, length: int) -> Grams:
        """Its rows of so many words."""
        return grams(self.folded, length)


@dataclass(frozen=True)
class BlockCode:
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
    def lines(self) -> tuple[frozenset[str], ...]:
        """The words of each of its lines that holds three or more, comments left out, names taken apart."""
        bare = "".join(_blank(t.text) if t.kind == "comment" else t.text for t in self._gapless)
        rows = (" ".join(match[0] for match in _WORD.finditer(line)) for line in bare.split("\n"))
        return tuple(
            frozenset(row.casefold().replace("_", " ").split()) for row in rows if row.count(" ") >= 2
        )

    @cached_property
    def code_lines(self) -> int:
        """Lines that hold code and not only a comment."""
        bare = "".join(_blank(t.text) if t.kind == "comment" else t.text for t in self._gapless)
        return sum(bool(line.strip()) for line in bare.split("\n"))

    @cached_property
    def locals(self) -> frozenset[str]:
        """Names that only its functions know: what `let` and `for` bind, unless anything else has that name too."""
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
    code: BlockCode

    @classmethod
    def of(cls, texts: Texts) -> Reading:
        """Nothing is read before a check asks for it."""
        return cls(texts, prose_of(texts.user), prose_of(texts.think), code_of(texts.block))


def words_of(text: str) -> tuple[Word, ...]:
    """A text's words with their places."""
    return tuple(Word(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text))


def names_of(text: str) -> tuple[str, ...]:
    """The identifiers in a piece of code such as `Retry::run(&self)`, without `r#`, in order."""
    return tuple(match[0].removeprefix("r#") for match in _NAME.finditer(text))


def grams(words: tuple[str, ...], length: int) -> Grams:
    """All rows of so many words."""
    return frozenset(zip(*(words[at:] for at in range(length)), strict=False))


@lru_cache(maxsize=32)
def text_grams(text: str, length: int) -> Grams:
    """All rows of so many words of a text that stays the same from key to key."""
    return grams(tuple(word.text for word in words_of(text)), length)


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
        at = last + 1  # the next row may overlap this one
    return found


def listed(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


def _blank(text: str) -> str:
    return "".join(char if char == "\n" else " " for char in text)


@lru_cache(maxsize=16)
def prose_of(text: str) -> Prose:
    """The text, read once for a while."""
    return Prose(text)


@lru_cache(maxsize=8)
def code_of(text: str) -> BlockCode:
    """The block, read once for a while."""
    return BlockCode(text)


@lru_cache(maxsize=16)
def _code_grams(code: BlockCode, length: int) -> Grams:
    return grams(code.folded, length)


_KEYWORDS = listed(
    "as async await box break const continue crate dyn else enum extern false fn for if impl in let loop match mod "
    "move mut pub ref return self static struct super trait true type union unsafe use where while _"
)


def _locals(tokens: tuple[Token, ...]) -> set[str]:
    code = [token for token in tokens if token.kind in ("name", "mark", "life")]
    found: set[str] = set()
    public: set[str] = set()
    for at, token in enumerate(code):
        if token.text == "let":
            found |= _bound(code, at + 1, _LET_STOPS)[0]
        elif token.text == "for":
            bound, stop = _bound(code, at + 1, _FOR_STOPS)
            found |= bound if stop == "in" else set()
        elif token.kind == "name" and _is_public(code, at):
            public.add(token.text.removeprefix("r#"))
    return {name for name in found - public if len(name) > 2 and name not in _KEYWORDS and name[0].islower()}


_LET_STOPS = frozenset("=;:")
_FOR_STOPS = frozenset({"in", "{", ";", "<"})


def _is_public(code: list[Token], at: int) -> bool:
    """Whether a name is used as a member's, an item's, a parameter's or a field's."""
    before = code[at - 1].text if at else ""
    after = code[at + 1].text if at + 1 < len(code) else ""
    named = before in ("fn", "mod", "struct", "enum", "const", "static", "use", "type", ".", ":")
    # `let name: Type` is a local; elsewhere what has a type is a parameter or a field.
    return named or after in ("(", "!") or (after == ":" and before not in ("let", "mut"))


def _bound(code: list[Token], at: int, stops: frozenset[str]) -> tuple[set[str], str]:
    """The names of a pattern, and what ended it."""
    found: set[str] = set()
    depth = 0
    for token in code[at : at + 24]:  # a pattern is short; what is longer is no local worth naming
        if token.text in stops:
            return found, token.text
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "name" and depth == 0:  # in braces stand a type's fields, which others know
            found.add(token.text.removeprefix("r#"))
    return found, ""
