"""Good Rust that the grammar does not know, put into words that it does: byte for byte as long, so that nothing moves.

tree-sitter-rust 0.24 lacks some of what the compiler takes, and one such place can swallow the items around it. Where
a parse meets an error the file is therefore parsed again from a copy with *patches*: ranges filled with blanks, or with
a word of the grammar and blanks behind it. Every node then stands where it stands in the file; the file's own bytes
are never touched, and it is them that a node's text is read from. What is patched:

- a qualifier before an item, as in `safe fn`, `unsafe static`, `default type`, `auto trait`, `gen fn`: to `pub`, or to
  blanks if another word stands before it; `default impl` to `unsafe  impl`;
- an attribute on a closure's parameter, on a lifetime of `for<…>`, on a field of a pattern, in a tuple, or before an
  expression behind `=`, `=>`, `&`, `return`, and all but the last of several before a parameter: to blanks. None of
  them names anything for the compiler: they are `cfg` and lints;
- a comma behind a closure's last parameter, `:` or `+` before no bound, `'a +` behind `dyn` or `impl`: to blanks;
- the binder of `for<'a> |…|` and of `Box<for<'a> T>`; `const` in `impl const T`, `T: const U`, `T: [const] U`,
  `T: ~const U`: to blanks;
- `::<…>` before a pattern's brace: to blanks; `&&` of a pattern behind an arm's block: to ` &`; a variable that is
  called like a built-in type, before `@`: to another name;
- the number in `A { 0: x }` as a pattern: to a name; the sign in `A<-1>`: to a blank; `()` in `where (): T`: to `u8`;
- a raw string in `extern r#"C"#`: to a plain one; `macro_rules !` to `macro_rules!`;
- `default`, `raw`, `union` as names, `try` of `try!` and `macro_rules!` of no macro's name: to another name;
- white space beyond ASCII, and in a macro's tokens `~` or a `$` with no name right behind it: to blanks.

Patches are made only in the file's outermost nodes that hold an error and, but for the last kind, in no macro call,
where anything goes. The second tree counts only if less of it is in error. A file that parses cleanly costs one look
at its root.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from tree_sitter import Node, Tree

from app.rust.gaps.lexing import CLOSING, EXPRESSION_WORDS, OPENING, WORD, Tokens

_ABI = re.compile(rb'r(#*)"([\w-]*)"\1')
_ENDS = (b")", b"]", b"}", b'"', b"'")
_KNOWN: dict[bytes, frozenset[bytes]] = {
    b"fn": frozenset({b"async", b"default", b"const", b"unsafe", b"extern"}),
    b"trait": frozenset({b"unsafe"}),
    b"impl": frozenset({b"unsafe"}),
    **dict.fromkeys((b"static", b"const", b"type", b"mod"), frozenset()),
}
"""The qualifiers that the grammar takes before each word that begins an item."""
_QUALIFIERS = frozenset(b"async auto const default extern final gen safe type unsafe".split())
_BEHIND_PATTERNS = frozenset((b"=", b"=>", b"if", b"in", b"|", b")", b"]", b":"))
"""What stands behind the brace of a pattern, and not behind that of a struct's fields."""
_BEFORE_EXPRESSIONS = frozenset((b"=", b"=>", b"&", b"mut", b"return"))
"""What may stand before an attribute only if an expression is behind it."""
_BUILT_IN_TYPES = frozenset(
    b"bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize".split()
)
_FAR = 128
"""Tokens that are looked through for the end of parameters; so hostile text costs no more than its length."""
_MOST_WORDS = 8
"""Qualifiers of one item, and tokens of one visibility."""


class Patch(NamedTuple):
    """A range of the copy that is parsed, and what the grammar reads there: never longer than the range."""

    start: int
    end: int
    instead: bytes = b""


def repaired(data: bytes, tree: Tree, parse: Callable[[bytes], Tree | None]) -> Tree | None:
    """The better tree of a file: `tree`, or that of a copy with patches. None if `parse` gave nothing."""
    if not tree.root_node.has_error:
        return tree
    patches = _within(_patches(data), tuple(_damaged(tree.root_node)))
    if not patches:
        return tree
    second = parse(_patched(data, patches))
    if second is None:
        return None
    return second if _damage(second) < _damage(tree) else tree


def _damaged(root: Node) -> Iterator[tuple[int, int]]:
    """The ranges of the file's outermost nodes that hold an error."""
    if root.is_error:
        yield 0, root.end_byte
    else:
        yield from (node.byte_range for node in root.children if node.has_error)


def _within(patches: Iterator[Patch], ranges: tuple[tuple[int, int], ...]) -> list[Patch]:
    """The patches in or at one of the rising ranges, in order."""
    found: list[Patch] = []
    index = 0
    for patch in sorted(patches):
        while index < len(ranges) and ranges[index][1] < patch.start:
            index += 1
        if index < len(ranges) and ranges[index][0] <= patch.end:
            found.append(patch)
    return found


def _patched(data: bytes, patches: list[Patch]) -> bytes:
    """A copy of the data as long as it was; line ends stay, so that rows and columns do."""
    copy, done = bytearray(data), 0
    for start, end, instead in patches:
        if start < done:  # in a larger one
            continue
        done = end
        blanks = bytes(byte if byte in b"\r\n" else 0x20 for byte in data[start + len(instead) : end])
        copy[start:end] = instead + blanks
    return bytes(copy)


def _damage(tree: Tree) -> int:
    """How much of a tree is in error: bytes in ERROR nodes, and one for each of them and for each missing token."""
    cursor, total = tree.walk(), 0
    while True:
        node = cursor.node
        assert node is not None
        wrong = node.is_error or node.is_missing
        if wrong:
            total += 1 + node.end_byte - node.start_byte
        if node.has_error and not wrong and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return total


# -- rules: each is told the index of a token and gives the patches that begin with it


def _patches(data: bytes) -> Iterator[Patch]:
    tokens = Tokens(data)
    yield from (Patch(start, end) for start, end in tokens.odd)
    for index in range(len(tokens)):
        text = tokens[index]
        rules = _RULES.get(b"#" if text.startswith(b"#[") else text, ())
        yield from chain.from_iterable(rule(tokens, index) for rule in rules)


def _patch(tokens: Tokens, first: int, last: int, instead: bytes = b"") -> Patch:
    """A patch over the tokens `first` to `last`, both included."""
    return Patch(tokens.starts[first], tokens.ends[last], instead)


def _qualifiers(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Qualifiers that the grammar does not take before `fn`, `static`, `trait` …"""
    keyword = tokens[index]
    if keyword == b"const" and (tokens[index + 1] in _KNOWN or tokens[index + 1] in _QUALIFIERS):
        return  # a qualifier itself
    first = index
    while index - first < _MOST_WORDS and _qualifies(tokens, first - 1):
        first -= 1
    known = _KNOWN[keyword]
    words = [each for each in range(first, index) if tokens[each] in _QUALIFIERS]
    if all(tokens[each] in known for each in words):
        return
    instead = b""
    if tokens[first] not in known and not _shown(tokens, first):
        instead = b"unsafe" if keyword == b"impl" else b"pub"
        if len(instead) > len(tokens[first]):
            return
        yield _patch(tokens, first, first, instead)
        words.remove(first)
    for each in words:
        if tokens[each] not in known or tokens[each] == instead:
            yield _patch(tokens, each, each)


def _qualifies(tokens: Tokens, index: int) -> bool:
    """Whether a token is a qualifier, or the string behind `extern`."""
    return tokens[index] in _QUALIFIERS or (
        tokens[index].endswith((b'"', b"#")) and tokens[index - 1] == b"extern"
    )


def _shown(tokens: Tokens, index: int) -> bool:
    """Whether a visibility stands before the token."""
    before = index - 1
    if tokens[before] == b")":
        opened = (each for each in range(before, before - _MOST_WORDS, -1) if tokens[each] == b"(")
        before = next(opened, before) - 1
    return tokens[before] in (b"pub", b"crate")


def _closure(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Attributes between the bars of a closure, and a comma before the second."""
    before = tokens[index - 1]
    if before.endswith(_ENDS) and not before.startswith(b"#"):
        return  # the bar is an operator
    if WORD.fullmatch(before) and before not in EXPRESSION_WORDS:
        return
    found: list[Patch] = []
    depth = 0
    for each in range(index + 1, min(index + _FAR, len(tokens))):
        text = tokens[each]
        depth += (text in OPENING or text == b"<") - (text in CLOSING or text == b">")
        if text == b"|" and not depth:
            if tokens[each - 1] == b",":
                found.append(_patch(tokens, each - 1, each - 1))
            yield from found
        if depth < 0 or text in (b";", b"=>") or (text == b"|" and not depth):
            return
        if text.startswith(b"#["):
            found.append(_patch(tokens, each, each))


def _binder(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Attributes in `for<…>`; all of it before a closure, or before a trait without `dyn` as it was written once."""
    last = _angle_end(tokens, index + 1)
    if last is None:
        return
    after = tokens[last + 1]
    old = tokens[index - 1] in (b"<", b",", b"&", b"=") and after not in (b"fn", b"unsafe", b"extern", b"dyn")
    if after in (b"|", b"||", b"move", b"async", b"static") or (old and WORD.fullmatch(after)):
        yield _patch(tokens, index, last)
    else:
        yield from (
            _patch(tokens, each, each) for each in range(index, last) if tokens[each].startswith(b"#[")
        )


def _angle_end(tokens: Tokens, index: int) -> int | None:
    """Index of the `>` that closes the `<` at `index`."""
    depth = 0
    for each in range(index, min(index + _FAR, len(tokens))):
        depth += (tokens[each] == b"<") - (tokens[each] == b">")
        if depth <= 0:
            return each if each > index else None
    return None


def _impl_const(tokens: Tokens, index: int) -> Iterator[Patch]:
    last = _angle_end(tokens, index + 1) or index
    if tokens[last + 1] == b"const":
        yield _patch(tokens, last + 1, last + 1)


def _bounds(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Behind `:` or `+` the `const` or `async` of a trait (before a block it is an expression), or nothing at all."""
    after, word = tokens[index + 1], tokens[index + 2]
    if [after, word, tokens[index + 3]] == [b"[", b"const", b"]"]:
        yield _patch(tokens, index + 1, index + 3)
    elif after in (b"const", b"async") and WORD.fullmatch(word) and word not in EXPRESSION_WORDS:
        yield _patch(tokens, index + 1, index + 1)
    elif after in (b",", b">", b"=") or (after == b"{" and tokens[index - 2] == b"trait"):
        yield _patch(tokens, index, index)


def _expression_attribute(tokens: Tokens, index: int) -> Iterator[Patch]:
    """An attribute before an expression that is no statement, argument or element."""
    if tokens[index - 1] in _BEFORE_EXPRESSIONS:
        yield _patch(tokens, index, index)


def _parenthesized(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Attributes in a tuple, and all but the last of several before one parameter."""
    last, before = tokens.partners[index], tokens[index - 1]
    is_tuple = before in EXPRESSION_WORDS or not (WORD.fullmatch(before) or before.endswith((*_ENDS, b">")))
    each = index + 1
    while each < last:
        run = []
        while tokens[each].startswith(b"#["):
            run.append(each)
            each += 1
        if is_tuple or _is_parameter(tokens, each, last):
            yield from (_patch(tokens, one, one) for one in (run if is_tuple else run[:-1]))
        while each < last and tokens[each] != b",":
            each = max(each, tokens.partners[each]) + 1
        each += 1


def _is_parameter(tokens: Tokens, index: int, last: int) -> bool:
    """Whether a parameter begins at the token: attributes of a tuple struct's field may name macros."""
    while index < last and tokens[index] != b",":
        if tokens[index] in (b":", b"self"):
            return True
        index = max(index, tokens.partners[index]) + 1
    return False


def _unit(tokens: Tokens, index: int) -> Iterator[Patch]:
    """`()` as what a where clause speaks of."""
    if tokens[index - 1] in (b"where", b",") and [tokens[index + 1], tokens[index + 2]] == [b")", b":"]:
        yield _patch(tokens, index, index + 1, b"u8")


def _fields(tokens: Tokens, index: int) -> Iterator[Patch]:
    """Attributes and numbers before the fields of a pattern."""
    last = tokens.partners[index]
    named = WORD.fullmatch(tokens[index - 1]) or tokens[index - 1] == b">"
    if last < 0 or not named or tokens[last + 1] not in _BEHIND_PATTERNS:
        return
    each = index + 1
    while each < last:
        text = tokens[each]
        if text.startswith(b"#["):
            yield _patch(tokens, each, each)
        elif text.isdigit() and tokens[each - 1] in (b"{", b",") and tokens[each + 1] == b":":
            yield _patch(tokens, each, each, b"x" * len(text))
        each = max(each, tokens.partners[each]) + 1


def _turbofish(tokens: Tokens, index: int) -> Iterator[Patch]:
    """`::<…>` before the brace of a pattern."""
    last = tokens.partners[index]
    if last < 0 or tokens[index - 1] != b">" or tokens[last + 1] not in _BEHIND_PATTERNS:
        return
    depth, first = 0, index - 1
    while first > index - _FAR:
        depth += (tokens[first] == b">") - (tokens[first] == b"<")
        if not depth:
            if tokens[first - 1] == b"::":
                yield _patch(tokens, first - 1, index - 1)
            return
        first -= 1


def _named_as_type(tokens: Tokens, index: int) -> Iterator[Patch]:
    """A built-in type's name as a variable before `@`."""
    if tokens[index - 1] in _BUILT_IN_TYPES:
        yield _patch(tokens, index - 1, index - 1, tokens[index - 1].capitalize())


def _two_references(tokens: Tokens, index: int) -> Iterator[Patch]:
    """`&&` of a pattern behind an arm's block, which reads like an operator."""
    if tokens[index - 1] == b"}":
        yield _patch(tokens, index, index, b" &")


def _negative(tokens: Tokens, index: int) -> Iterator[Patch]:
    """The sign of a number among generic arguments."""
    around = tokens[index - 1], tokens[index + 2]
    if tokens[index + 1].isdigit() and around in ((b"<", b">"), (b"<", b","), (b",", b">")):
        yield _patch(tokens, index, index)


def _abi(tokens: Tokens, index: int) -> Iterator[Patch]:
    """A raw string as the name of a calling convention."""
    named = _ABI.fullmatch(tokens[index + 1])
    if named is not None:
        yield _patch(tokens, index + 1, index + 1, b'"' + named[2] + b'"')


def _name(tokens: Tokens, index: int) -> Iterator[Patch]:
    """A word that is a keyword here and there, as a name."""
    if not _is_keyword(tokens[index], tokens[index + 1]):
        yield _patch(tokens, index, index, tokens[index].capitalize())


def _is_keyword(word: bytes, after: bytes) -> bool:
    """Whether what stands behind one of the words makes it a keyword."""
    if word == b"try":
        return after != b"!"
    if word == b"raw":
        return after in (b"const", b"mut")
    if word == b"default":
        return after in _KNOWN or after in _QUALIFIERS
    return WORD.fullmatch(after) is not None and after not in EXPRESSION_WORDS  # `union Name`


def _macro_rules(tokens: Tokens, index: int) -> Iterator[Patch]:
    """`macro_rules !`, which is one token of the grammar; and a macro called `macro_rules`."""
    if tokens[index + 1] != b"!":
        return
    if not WORD.fullmatch(tokens[index + 2]):
        yield _patch(tokens, index, index, b"macro_rulez")
    elif tokens.data[tokens.ends[index] : tokens.ends[index] + 1] in (b" ", b"\t", b"/"):
        yield _patch(tokens, index, index + 1, b"macro_rules!")


def _lifetime_first(tokens: Tokens, index: int) -> Iterator[Patch]:
    """A lifetime as the first bound behind `dyn` or `impl`."""
    if tokens[index + 1].startswith(b"'") and tokens[index + 2] == b"+":
        yield _patch(tokens, index + 1, index + 2)


_Rule = Callable[[Tokens, int], Iterator[Patch]]
_RULES: dict[bytes, tuple[_Rule, ...]] = {
    **dict.fromkeys(_KNOWN, (_qualifiers,)),
    b"impl": (_qualifiers, _impl_const, _lifetime_first),
    b"dyn": (_lifetime_first,),
    b"|": (_closure,),
    b"for": (_binder,),
    b":": (_bounds,),
    b"+": (_bounds,),
    b"#": (_expression_attribute,),
    b"(": (_unit, _parenthesized),
    b"{": (_fields, _turbofish),
    b"@": (_named_as_type,),
    b"&&": (_two_references,),
    b"-": (_negative,),
    b"extern": (_abi,),
    b"macro_rules": (_macro_rules,),
    **dict.fromkeys((b"default", b"raw", b"try", b"union"), (_name,)),
}
