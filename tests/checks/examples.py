"""An example of the registry as a check gets it."""

from __future__ import annotations

from typing import Any

from app.checks import Context, Texts
from app.checks.near_duplicates import Light, SetIndex
from app.checks.registry import Example


def context_of(example: Example) -> Context:
    """The example's context, with an index of its other records."""
    fields: dict[str, Any] = dict(example.context)
    records: tuple[Texts, ...] = fields.pop("records", ())
    if records:
        own = example.texts
        index = SetIndex(
            Light(f"record {number}", "practice", texts.user, texts.think, texts.block, "src/retry.rs")
            for number, texts in enumerate(records)
        )
        fields["others"] = index.view(
            Light("new", "practice", own.user, own.think, own.block, "src/retry.rs")
        )
    return Context(**fields)
