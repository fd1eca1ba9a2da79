"""Item paths: how items are named for people.

Names come from source that nobody has vetted: line breaks become blanks, and characters that a terminal or a reader
could be misled by are left out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from tree_sitter import Node

_KEYWORDS = {
    "const_item": "const",
    "static_item": "static",
    "type_item": "type",
    "associated_type": "type",
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "trait_item": "trait",
    "mod_item": "mod",
    "macro_definition": "macro_rules!",
}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_IMPORT = re.compile(r"(?:(?:r#)?[\w?]+::)*(?:use|extern crate) ")
_PATH_TYPES = frozenset({"type_identifier", "scoped_type_identifier", "generic_type", "primitive_type"})


class PathScope(NamedTuple):
    """Where an item stands, for its name."""

    modules: str = ""
    """`outer::inner::`, or empty at the file's top level."""
    owner: str = ""
    """`Retry::` in an impl or a trait, `<Retry as Display>::` in a trait's impl; else empty."""

    def inside(self, data: bytes, kind: str, node: Node) -> PathScope:
        """The scope of what the module, impl or trait `node` holds."""
        if kind == "mod_item":
            return PathScope(self.modules + _field(data, node, "name") + "::")
        if kind == "trait_item":
            return PathScope(self.modules, _field(data, node, "name") + "::")
        if kind == "impl_item":
            owner, is_path = _self_type(data, node)
            trait = node.child_by_field_name("trait")
            if trait is not None:
                owner = f"<{owner} as {_text(data, trait)}>"
            elif not is_path:
                owner = f"<{owner}>"
            return PathScope(self.modules, owner + "::")
        return self


def item_name(data: bytes, kind: str, node: Node, scope: PathScope) -> str:
    """The item path, without the suffix that tells same-named items apart."""
    prefix = scope.modules + scope.owner
    if kind in ("function_item", "function_signature_item"):
        return prefix + _field(data, node, "name")
    if kind in _KEYWORDS:
        return f"{_KEYWORDS[kind]} {prefix}{_field(data, node, 'name')}"
    if kind == "impl_item":
        return prefix + _header(data, node)
    if kind == "macro_invocation":
        return prefix + _macro_name(data, node)
    if kind == "extern_crate_declaration":
        return _bare(data, node).replace("crate ", f"crate {prefix}", 1)
    if kind == "foreign_mod_item":
        return prefix + _header(data, node)
    return prefix + _bare(data, node).replace("{ ", "{").replace(", }", "}").replace(" }", "}")


def is_import(path: str) -> bool:
    """Whether an item path names a `use` or `extern crate` declaration, of the file or of a module in it."""
    return _IMPORT.match(path) is not None


def plain(text: str) -> str:
    """The text on one line, white space collapsed, without characters that cannot be seen."""
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return "".join(each for each in text if unicodedata.category(each) not in _UNSEEN)


def _text(data: bytes, node: Node, end: int | None = None) -> str:
    return plain(data[node.start_byte : node.end_byte if end is None else end].decode("utf-8", "replace"))


def _bare(data: bytes, node: Node) -> str:
    """A declaration's text from its keyword on, without its semicolon."""
    keyword = next((child for child in node.children if child.type in ("use", "extern")), node)
    return _text(data, keyword, node.end_byte).rstrip(";").rstrip()


def _field(data: bytes, node: Node, name: str) -> str:
    child = node.child_by_field_name(name)
    return "?" if child is None else _text(data, child) or "?"


def _header(data: bytes, node: Node) -> str:
    """An impl's or a foreign block's text up to its where clause or brace."""
    for child in node.named_children:
        if child.type in ("where_clause", "declaration_list"):
            return _text(data, node, child.start_byte)
    return _text(data, node).rstrip("; ")


def _macro_name(data: bytes, node: Node) -> str:
    call = node
    if node.type == "expression_statement":
        call = node.named_child(0) or node
    return _field(data, call, "macro") + "!"


def _self_type(data: bytes, impl: Node) -> tuple[str, bool]:
    """The type, and whether it is a path.

    Its arguments are kept only where they tell this impl from the type's others.
    """
    node = impl.child_by_field_name("type")
    if node is None:
        return "?", True
    arguments = node.child_by_field_name("type_arguments")
    if arguments is None or not _only_parameters(data, arguments, _parameters(data, impl)):
        return _text(data, node), node.type in _PATH_TYPES
    return _text(data, node, arguments.start_byte).removesuffix("::"), node.type in _PATH_TYPES


def _parameters(data: bytes, impl: Node) -> frozenset[bytes]:
    """Names of the impl's own type and const parameters."""
    names = set()
    listed = impl.child_by_field_name("type_parameters")
    for parameter in listed.named_children if listed is not None else ():
        name = parameter.child_by_field_name("name")
        if name is not None:
            names.add(data[name.start_byte : name.end_byte])
    return frozenset(names)


def _only_parameters(data: bytes, arguments: Node, parameters: frozenset[bytes]) -> bool:
    return all(
        argument.type == "lifetime" or data[argument.start_byte : argument.end_byte] in parameters
        for argument in arguments.named_children
    )
