"""A file's tokens, for what has to be read where the grammar fails. Offsets are bytes, 0-based, end exclusive."""

from __future__ import annotations

import re
from array import array

# A text that never ends takes the rest of the file with it, so that none is looked for twice.
_PIECE = re.compile(
    rb"""(?P<gap>\s+|//[^\n]*)
    |(?P<comment>/\*)
    |(?P<odd>\xc2\x85|\xe2\x80[\x8e\x8f\xa8\xa9]|~|\$(?![\w\x80-\xff(]))
    |[bc]?r(?P<hashes>\#*)"(?:.*?"(?P=hashes)|.*+)
    |[bc]?"(?:[^"\\]++|\\.)*+"?
    |b?'(?:[^'\\\n\x80-\xff]|[\x80-\xff]{2,4}|\\(?:u\{[^}]*\}|x..|.))'
    |'(?:r\#)?\w+
    |(?:r\#)?(?:\w|(?!\xc2\x85|\xe2\x80[\x8e\x8f\xa8\xa9])[\x80-\xff])+
    |<<=|>>=|[-+*/%^&|=!<>]=|\|\||&&|=>|->|::
    |.""",
    re.DOTALL | re.VERBOSE,
)
_SHEBANG = re.compile(rb"(?:\xef\xbb\xbf)?#!(?!\s*\[)[^\n]*")
_COMMENT_MARK = re.compile(rb"/\*|\*/")
WORD = re.compile(rb"(?:r#)?[\w\x80-\xff]+")
"""A name, a keyword or a number."""
OPENING = (b"(", b"[", b"{")
CLOSING = (b")", b"]", b"}")
EXPRESSION_WORDS = frozenset(
    b"as async await break const else for if in let loop match move mut ref return static unsafe where while".split()
)
"""Keywords behind which an expression, a pattern or a block may begin."""


class Tokens:
    """The tokens of a file: comments left out, an attribute or the arguments of a macro call as one token."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.starts, self.ends = array("I"), array("I")
        self.partners = array("i")
        """Index of the closing bracket for an opening one; -1 for anything else."""
        self.odd: list[tuple[int, int]] = []
        """Ranges of what is no token of the grammar, in macro calls too: they are not among the tokens."""
        self._open: list[int] = []
        self._group = -1  # brackets open when the group that is one token began; -1 outside
        self._read()

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, index: int) -> bytes:
        """A token's text; empty beyond either end."""
        return self.data[self.starts[index] : self.ends[index]] if 0 <= index < len(self.starts) else b""

    def _read(self) -> None:
        data, at = self.data, 0
        if first := _SHEBANG.match(data):
            at = first.end()
            if at == len(data):  # the grammar wants a line end
                self.odd.append((0, at))
        while found := _PIECE.match(data, at):
            start, at = found.span()
            kind = found.lastgroup
            if kind == "comment":
                at = _comment_end(data, start)
            elif kind == "odd":
                self.odd.append((start, at))
            elif kind != "gap":
                self._add(start, at)

    def _add(self, start: int, end: int) -> None:
        text = self.data[start:end]
        if self._group < 0:
            self.starts.append(start)
            self.ends.append(end)
            self.partners.append(-1)
        if text in OPENING:
            if self._group < 0 and self._begins_group():
                self._group = len(self._open)
            self._open.append(len(self.starts) - 1)
        elif text in CLOSING and self._open:
            opened = self._open.pop()
            if self._group < 0:
                self.partners[opened] = len(self.starts) - 1
            elif self._group == len(self._open):
                self._group = -1
                self.ends[-1] = end

    def _begins_group(self) -> bool:
        """Whether the bracket just added opens an attribute (its `#` becomes the token) or a macro's arguments."""
        last = len(self) - 1
        before = self[last - 1]
        if self[last] == b"[" and b"#" in (before, self[last - 2] if before == b"!" else b""):
            first = last - 1 if before == b"#" else last - 2
            del self.starts[first + 1 :], self.ends[first + 1 :], self.partners[first + 1 :]
            return True
        name = self[last - 2]
        if before == b"!":
            return WORD.fullmatch(name) is not None and name not in EXPRESSION_WORDS
        return name == b"!" and self[last - 3] == b"macro_rules"


def _comment_end(data: bytes, start: int) -> int:
    """Where the block comment ends that begins at `start`: they nest."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(data, start):
        depth += 1 if mark[0] == b"/*" else -1
        if not depth:
            return mark.end()
    return len(data)
