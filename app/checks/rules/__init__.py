"""The rules, a module a family. Importing this package fills the registry with every rule."""

from app.checks.rules import (
    block,
    borne,
    given,
    language,
    personal,
    reasoning,
    record_set,
    request,
    structure,
)
from app.checks.rules import topic as spec

__all__ = [
    "block",
    "borne",
    "given",
    "language",
    "personal",
    "reasoning",
    "record_set",
    "request",
    "spec",
    "structure",
]
