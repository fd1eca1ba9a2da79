"""Misses of development crates, sorted by what seems to be their cause, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.bench.closure.score import Judged

_REASON = re.compile(r"trait of the method `\.(\w+)\(\)`")


@dataclass(frozen=True, slots=True)
class Miss:
    """One import that is needed and not proposed, or proposed and not needed."""

    cause: str
    place: str
    """Crate, file and item."""
    told: str
    """The import, and why it is needed or was proposed."""


def misses(judged: Iterable[Judged]) -> Iterator[Miss]:
    """Every miss, in the order of the items."""
    for each in judged:
        place = f"{each.crate} {each.file} {each.item}"
        for at in sorted(each.needed - each.proposed):
            yield Miss(_missed(each, at), place, each.names[at])
        for at in sorted(each.proposed - each.needed):
            sure = "certain" if at in each.certain else "likely"
            yield Miss(f"not needed, {sure}: {_proposed(each.names[at])}", place, each.names[at])


def _missed(each: Judged, at: int) -> str:
    told = each.names[at]
    path = told.split(" ", 1)[0]
    if at in each.by_method:
        first = path.split("::")[0]
        where = (
            "std" if first in ("std", "core", "alloc") else "the crate" if first in _OWN else "another crate"
        )
        return f"not proposed: trait of {where} used through a method"
    how = told.rpartition(": ")[2].rstrip(")")
    return f"not proposed: {how}" if "needed in line" in told else "not proposed: needed by another import"


_OWN = ("crate", "self", "super")


def _proposed(told: str) -> str:
    if (method := _REASON.search(told)) is not None:
        return (
            f"trait of `.{method[1]}()`"
            if method[1][:1].islower()
            else "trait of a variant taken for a method"
        )
    if "comes by the glob" in told:
        return "name taken to come by a glob"
    if "begins the path of another import" in told:
        return "beginning of another import's path"
    return "name taken for the import"


def page(found: Iterable[Miss], most: int = 25, samples: int = 15) -> str:
    """Causes by how often they occur, each with samples from as many items as can be."""
    causes: dict[str, list[Miss]] = {}
    for miss in found:
        causes.setdefault(miss.cause, []).append(miss)
    ordered = sorted(causes.items(), key=lambda each: -len(each[1]))
    lines = ["# Misses of development crates", ""]
    lines += [f"- {len(listed)} x {cause}" for cause, listed in ordered[:most]]
    for cause, listed in ordered[:most]:
        lines += ["", f"## {len(listed)} x {cause}", ""]
        step = max(1, len(listed) // samples)
        lines += [f"- {miss.place}: {miss.told}" for miss in listed[::step][:samples]]
    return "\n".join(lines) + "\n"
