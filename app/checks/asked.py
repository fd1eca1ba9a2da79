"""What a topic's spec tells the checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.checks.findings import Context

if TYPE_CHECKING:
    from app.specs import Spec


def spec_context(spec: Spec, files: Iterable[str] | None = None) -> Context:
    """A context with all that the spec says; `files` are the topic's own, where they are known.

    What is known of the block, of its repository and of other records is added by `dataclasses.replace`.
    """
    return Context(
        crates=spec.crates,
        allow_tests=spec.allow_tests,
        exclude_items=spec.exclude_items,
        files=None if files is None else frozenset(files),
        traits=spec.traits,
        trait_words=spec.checks.trait_words,
        focus_words=spec.focus_words,
        request_examples=spec.request_examples,
        reasoning_examples=spec.reasoning_examples,
        target=(spec.target.min, spec.target.max),
        stock_phrases=spec.checks.stock_phrases,
        vocabulary=spec.checks.vocabulary,
        severities=spec.checks.severities,
        limits=spec.checks.limits,
    )
