"""Names in what has no syntax of its own: macro arguments, macro bodies and attributes.

A name counts where it stands by itself or begins a path: not behind `.` or `::`, not as a field or a named argument,
not where the tokens themselves bind it. Strings are read for inline captures (`"{e}"`) and, in attributes, for paths
as serde has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from app.rust.names.bindings import Call, Scope
from app.rust.names.scopes import Space
from app.rust.names.traits import PRIMITIVES
from app.rust.names.walk import Walk

_OPENED = frozenset({")", "]"})
_NAMES = frozenset({"identifier", "crate", "self", "super", "primitive_type", "metavariable"})
_CAPTURE = re.compile(rb"(?<!\{)(?:\{\{)*\{(?:r#)?([^\W\d]\w*)|([^\W\d]\w*)\$")
_BINDS = re.compile(rb"\b(?:let|for|ref|mut|static|const|in\s+mut)\s+(?:r#)?([^\W\d]\w*)")
_CLOSURE = re.compile(rb"\|([^|(){};]*)\|")
_ARGUMENT = re.compile(rb"[({,]\s*(?:r#)?([^\W\d]\w*)\s*=(?![=>])")
_WORD = re.compile(rb"[^\W\d]\w*")
_DEFINERS = frozenset({"fn", "struct", "enum", "trait", "type", "mod", "let", "static", "union"})
_STRING_PATH = re.compile(rb"\s*(?:[^\W\d]\w*)(?:\s*::\s*[^\W\d]\w*)*\s*(?:<.*>)?\s*")
_PATH = re.compile(rb"(?<![\w:'])([^\W\d]\w*)((?:\s*::\s*[^\W\d]\w*)*)")
_PATH_KEYS = frozenset(
    b"with serialize_with deserialize_with default skip_serializing_if from into try_from remote getter crate bound as "
    b"function custom schema_with value_parser parse_with validate_with convert map sort_by_key using fn".split()
)
_NO_PATH_KEYS = frozenset(
    b"rename rename_all rename_all_fields tag content alias doc path feature name reason note since target".split()
)
_BUILT_IN = frozenset(
    b"allow warn deny forbid expect cfg doc inline cold must_use deprecated repr non_exhaustive path macro_use "
    b"macro_export no_mangle link link_name export_name used automatically_derived test ignore should_panic "
    b"track_caller target_feature global_allocator panic_handler recursion_limit rustfmt clippy proc_macro "
    b"proc_macro_derive proc_macro_attribute default".split()
)
FIELDS = frozenset(
    {
        "field_declaration_list",
        "ordered_field_declaration_list",
        "enum_variant_list",
        "field_initializer_list",
    }
)


def arguments(walk: Walk, tree: Node, scope: Scope, macro: bytes) -> None:
    """Read the arguments of a call of `macro` (its last name; empty if unknown)."""
    flat = list(_flat(tree))
    bound = _bound(walk.data[tree.start_byte : tree.end_byte])
    if macro in (b"write", b"writeln") and len(flat) > 2:
        _called_by_write(walk, flat, scope)
    _scan(walk, flat, scope, bound)


def definition(walk: Walk, macro: Node, scope: Scope) -> None:
    """Read what the rules of a `macro_rules!` expand to."""
    for rule in macro.named_children:
        body = rule.child_by_field_name("right") if rule.type == "macro_rule" else None
        if body is not None:
            bound = _bound(walk.data[body.start_byte : body.end_byte])
            _scan(walk, list(_flat(body)), scope, bound)


def _flat(tree: Node) -> Iterator[Node]:
    """The tokens in order, brackets of nested trees included."""
    waiting = [iter(tree.children)]
    while waiting:
        for child in waiting[-1]:
            if child.type in ("token_tree", "token_repetition", "ERROR", "token_tree_pattern"):
                waiting.append(iter(child.children))
                break
            yield child
        else:
            waiting.pop()


def _bound(text: bytes) -> set[bytes]:
    """Names that the tokens bind themselves, as far as one can tell without knowing the macro."""
    bound = {*_BINDS.findall(text), *_ARGUMENT.findall(text)}
    for parameters in _CLOSURE.findall(text):
        for parameter in parameters.split(b","):
            bound.update(_WORD.findall(parameter.split(b":")[0]))
    return bound


def _kind(flat: Sequence[Node], index: int) -> str:
    return flat[index].type if 0 <= index < len(flat) else ""


def _scan(walk: Walk, flat: Sequence[Node], scope: Scope, bound: set[bytes]) -> None:
    index = 0
    while index < len(flat):
        node = flat[index]
        kind = node.type
        if kind in ("string_literal", "raw_string_literal"):
            _captures(walk, node, scope, bound)
        elif kind in _NAMES:
            index = _name(walk, flat, index, scope, bound)
            continue
        index += 1


def _name(walk: Walk, flat: Sequence[Node], index: int, scope: Scope, bound: set[bytes]) -> int:
    """Read the path that begins at a token; the index behind it."""
    node, before = flat[index], _kind(flat, index - 1)
    end = index + 1
    while _kind(flat, end) == "::" and _kind(flat, end + 1) in _NAMES:
        end += 2
    after = _kind(flat, end)
    if before == ".":
        if after == "(" or (after == "::" and _kind(flat, end + 1) == "<"):
            count, awaited = _called(flat, end) if after == "(" else (-1, False)
            call = Call(node.start_byte, walk.text(node), _receiver(flat, index - 1), scope, count, awaited)
            walk.call(call)
        return end
    if before in ("'", "$", "::") or (before in _DEFINERS and end == index + 1):
        return end
    path = tuple(walk.text(each) for each in flat[index:end:2])
    if node.type == "metavariable":
        if path[0] != b"$crate":
            return end
        path = (b"crate", *path[1:])
    if after == "!" and _kind(flat, end + 1) in ("(", "[", "{"):
        walk.path(path, "macro", node.start_byte, scope)
    elif len(path) > 1:
        walk.path(path, None, node.start_byte, scope)
    elif node.type in ("identifier", "primitive_type") and not _is_key(path[0], before, after, bound):
        walk.path(path, _space(path[0], before, after), node.start_byte, scope)
    return end


def _space(name: bytes, before: str, after: str) -> Space | None:
    """Namespace of a single name, where the tokens beside it tell."""
    if before in ("as", "->") or (name in PRIMITIVES and after != "(" and before in (":", "<", "&")):
        return "type"
    return "value" if after == "(" and name.islower() else None


def _is_key(name: bytes, before: str, after: str, bound: set[bytes]) -> bool:
    """Whether a name by itself is a field, a named argument or something that the tokens bind."""
    if name in bound and not name[:1].isupper():
        return True
    opens = before in ("(", ",", "{", "[", ";", "")
    if after == "=" and opens:
        bound.add(name)
        return True
    return after == ":" and opens and not name[:1].isupper()


def _receiver(flat: Sequence[Node], dot: int) -> tuple[Node, ...] | None:
    """The tokens of `a.b` before the dot at `dot`; None if anything else stands there.

    Of `a.b(…)` and `a.b[…]` only the opening bracket is kept.
    """
    found: list[Node] = []
    index = dot
    while _kind(flat, index) == ".":
        index -= 1
        while _kind(flat, index) in _OPENED:
            index = _opening(flat, index)
            if index < 1:
                return None
            found.append(flat[index])
            index -= 1
        if _kind(flat, index) not in ("identifier", "self", "integer_literal"):
            return None
        found.append(flat[index])
        index -= 1
    if not found or _kind(flat, index) in (".", "::", ")", "]", "?", "'", "$"):
        return None
    return tuple(reversed(found))


def _opening(flat: Sequence[Node], index: int) -> int:
    """Index of the bracket that the one at `index` closes; -1 if there is none."""
    depth = 0
    while index >= 0:
        kind = flat[index].type
        depth += (kind in _OPENED) - (kind in ("(", "["))
        if depth == 0:
            return index
        index -= 1
    return -1


def _called(flat: Sequence[Node], bracket: int) -> tuple[int, bool]:
    """How many arguments stand in the bracket, and whether `.await` follows."""
    depth, commas, index = 0, 0, bracket
    while index < len(flat):
        kind = flat[index].type
        depth += (kind in ("(", "[", "{")) - (kind in (")", "]", "}"))
        if depth == 0:
            break
        commas += kind == "," and depth == 1
        index += 1
    empty = index == bracket + 1
    trailing = _kind(flat, index - 1) == ","
    awaited = _kind(flat, index + 1) == "." and _kind(flat, index + 2) == "await"
    return (0 if empty else commas + (not trailing)), awaited


def _called_by_write(walk: Walk, flat: Sequence[Node], scope: Scope) -> None:
    """`write!(to, …)` calls `to.write_fmt(…)`."""
    stop = next((index for index, node in enumerate(flat) if node.type == ","), len(flat))
    chain = [node for node in flat[1:stop] if node.type not in ("&", "mut", "mutable_specifier", "*", ".")]
    simple = all(node.type in ("identifier", "self", "integer_literal") for node in chain)
    to = tuple(chain) if chain and simple else None
    walk.call(Call(flat[0].start_byte, b"write_fmt", to, scope, 1))


def _captures(walk: Walk, literal: Node, scope: Scope, bound: set[bytes]) -> None:
    content = walk.data[literal.start_byte : literal.end_byte]
    if b"{" not in content:
        return
    for match in _CAPTURE.finditer(content):
        name = match[1] or match[2]
        if name not in bound:
            at = literal.start_byte + match.start(1 if match[1] else 2)
            walk.path((name,), "value", at, scope, weak=True)


# -- attributes


def attribute(walk: Walk, item: Node, scope: Scope, inert: bool = False) -> None:
    """Read an `attribute_item`: the macro it names, what it derives, and the paths in its arguments."""
    for child in item.named_children:
        if child.type != "attribute":
            continue
        flat: list[Node] = []
        for part in child.children:
            flat += _flat_path(part) if part.type != "token_tree" else _flat(part)
        _attribute(walk, flat, scope, inert)


def _flat_path(node: Node) -> Iterator[Node]:
    if node.type == "scoped_identifier":
        for child in node.children:
            yield from _flat_path(child)
    else:
        yield node


def _attribute(walk: Walk, flat: Sequence[Node], scope: Scope, inert: bool, depth: int = 0) -> None:
    end = 1
    while _kind(flat, end) == "::" and _kind(flat, end + 1) in _NAMES:
        end += 2
    if not flat or flat[0].type not in _NAMES:
        return
    path = tuple(walk.text(each) for each in flat[0:end:2])
    rest = flat[end:]
    if path == (b"derive",):
        _derived(walk, rest, scope)
    elif path == (b"cfg_attr",) and depth < 8:
        for part in _parts(rest)[1:]:
            _attribute(walk, part, scope, inert, depth + 1)
    elif path[0] not in _BUILT_IN:
        if not inert:
            walk.path(path, "macro", flat[0].start_byte, scope, weak=len(path) == 1)
        _attribute_arguments(walk, rest, scope)


def _derived(walk: Walk, flat: Sequence[Node], scope: Scope) -> None:
    for part in _parts(flat):
        names = [node for node in part if node.type in _NAMES]
        if names and _kind(part, 0) != "::":
            walk.path(tuple(walk.text(node) for node in names), "macro", names[0].start_byte, scope)


def _parts(flat: Sequence[Node]) -> list[list[Node]]:
    """What stands between the commas of the outermost bracket."""
    parts: list[list[Node]] = [[]]
    depth = 0
    for node in flat:
        kind = node.type
        if kind in (")", "]", "}"):
            depth -= 1
        if kind == "," and depth == 1:
            parts.append([])
        elif depth > 0:
            parts[-1].append(node)
        if kind in ("(", "[", "{"):
            depth += 1
    return [part for part in parts if part]


def _attribute_arguments(walk: Walk, flat: Sequence[Node], scope: Scope) -> None:
    index, key = 0, b""
    while index < len(flat):
        node, before = flat[index], _kind(flat, index - 1)
        if node.type in ("string_literal", "raw_string_literal"):
            if before == "=" and key not in _NO_PATH_KEYS:
                _path_in_string(walk, node, key, scope)
        elif node.type == "default":  # a word of the grammar, not an identifier
            key = b"default"
        elif node.type in _NAMES and before not in (".", "::", "'", "$"):
            end = index + 1
            while _kind(flat, end) == "::" and _kind(flat, end + 1) in _NAMES:
                end += 2
            key = walk.text(node)
            path = tuple(walk.text(each) for each in flat[index:end:2])
            if len(path) > 1 or key[:1].isupper():
                walk.path(path, None, node.start_byte, scope)
            elif before == "=" and node.type == "identifier":
                walk.path(path, "value", node.start_byte, scope, weak=True)
            index = end
            continue
        index += 1


def _path_in_string(walk: Walk, literal: Node, key: bytes, scope: Scope) -> None:
    content = next((child for child in literal.named_children if child.type == "string_content"), None)
    if content is None:
        return
    text = walk.data[content.start_byte : content.end_byte]
    if key != b"bound" and not _STRING_PATH.fullmatch(text):
        return
    for match in _PATH.finditer(text):
        path = (match[1], *_WORD.findall(match[2]))
        if len(path) > 1 or key in _PATH_KEYS:
            walk.path(path, None, content.start_byte + match.start(), scope)
