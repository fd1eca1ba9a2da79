"""The grammar that reads Rust, as tree-sitter has it."""

from __future__ import annotations

import tree_sitter_rust
from tree_sitter import Language

LANGUAGE = Language(tree_sitter_rust.language())
"""The Rust grammar. Build each `Query` on it once."""
