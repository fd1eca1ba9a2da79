"""The truth of a crate: asked of rustc once, kept as JSON, read in milliseconds."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.errors import SourceError
from tests.bench.closure.compiling import Crate
from tests.bench.closure.methods_truth import extern_leaves, extern_uses, method_uses
from tests.bench.closure.names_truth import (
    AMBIGUOUS,
    Fakes,
    Use,
    Which,
    doubted,
    handed_down,
    lost,
    plan,
    uses,
)
from tests.bench.closure.views import View, views

FORM = 1
"""Counts up when what is asked changes: older truth is asked for again."""
Range = tuple[int, int]
_QUESTIONS: tuple[tuple[Literal["names", "macros"], Which], ...] = (
    ("names", "private"),
    ("names", "exported"),
    ("macros", "all"),
)
_UNREADABLE = (
    "expected",
    "unexpected",
    "unterminated",
    "unknown start",
    "mismatched",
    "this file contains",
    "unclosed",
)


@dataclass(frozen=True, slots=True)
class FileTruth:
    """What rustc told of one file. Offsets are bytes of the file, 0-based."""

    active: frozenset[int]
    """Where the compiled items' own nodes begin, behind their leads."""
    uses: tuple[Use, ...]
    unseen: tuple[Range, ...]
    """What `cfg` leaves out of the compile."""
    unjudged: frozenset[int]
    """First bytes of leaves that cannot be judged: imports of whole crates, which edition 2018 knows without them,
    those that bring in macros by `macro_use`, and those that
    could not be found while what they import was doubtful."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What rustc told of a crate."""

    key: str
    methods: bool
    """Whether uses through methods are known."""
    files: dict[str, FileTruth]
    """By path from the crate's root, with `/`."""


def truth_of(crate: Crate, cache: Path, again: bool = False) -> Truth | None:
    """The crate's truth, from the cache if it is there; None if it cannot be had. The failure is kept too."""
    path = cache / "imports" / f"{crate.key}.json"
    if not again and path.exists():
        told = json.loads(path.read_text("utf-8"))
        if told["form"] == FORM:
            return _read(told)
    began = time.monotonic()
    told = {"form": FORM, "key": crate.key}
    try:
        told |= _asked(crate)
    except (SourceError, ValueError, OSError, StopIteration) as error:
        told["failed"] = str(error)
    told["seconds"] = round(time.monotonic() - began, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told), "utf-8")
    crate.forget()
    return _read(told)


def _asked(crate: Crate) -> dict[str, object]:
    found = views(crate)
    by_path = {view.path: view for view in found}
    told: dict[Path, set[Use]] = {view.path: set() for view in found}
    unknown: dict[Path, set[int]] = {view.path: set() for view in found}
    for kind, which in _QUESTIONS:
        fakes = Fakes(found)
        made = plan(crate, found, kind, fakes, which)
        library = fakes.build(kind, crate.scratch / "fakes")
        extra = ["--extern", f"bs_fakes={library}", "-L", str(library.parent), "--force-warn", AMBIGUOUS[1]]
        answers = crate.check({path: each.data for path, each in made.files.items()}, extra)
        broken = [
            each.message for each in answers if each.level == "error" and _is_syntax(each.code, each.message)
        ]
        if broken:
            raise SourceError(f"The changed copy does not parse: {broken[0]}")
        for path, use in uses(answers, by_path, made):
            told[path].add(use)
        for path, at in lost(answers, by_path, made) if kind == "names" else ():
            if at in doubted(by_path[path], which):
                unknown[path].add(at)
    for view in found:
        told[view.path].update(handed_down(view))
    methods = method_uses(crate, found)
    for more in (methods or {}, extern_uses(crate, found)):
        for path, each in more.items():
            told[path].update(each)
    files = {view.path.as_posix(): _file(view, told[view.path], unknown[view.path]) for view in found}
    return {"methods": methods is not None, "files": files}


def _is_syntax(code: str, message: str) -> bool:
    return code == "" and message.startswith(_UNREADABLE)


def _file(view: View, told: set[Use], unknown: set[int]) -> dict[str, object]:
    used = {use.leaf for use in told}
    judged = {leaf.node.start_byte for leaf in extern_leaves(view)} & used
    externs = [
        leaf.node.start_byte
        for module in view.modules()
        for leaf in view.leaves(module)
        if leaf.node.start_byte not in judged
        and (view.items[leaf.item].kind == "extern_crate_declaration" or leaf.path == (leaf.name,))
    ]
    return {
        "sha": hashlib.sha256(view.data).hexdigest(),
        "active": sorted(view.items[index].name_start for index in view.active),
        "uses": sorted(told),
        "unseen": view.unseen,
        "unjudged": sorted({*externs, *unknown}),
    }


def _read(told: dict[str, object]) -> Truth | None:
    files = told.get("files")
    if not isinstance(files, dict):
        return None
    return Truth(
        key=str(told["key"]),
        methods=bool(told["methods"]),
        files={
            path: FileTruth(
                frozenset(each["active"]),
                tuple(Use(*use) for use in each["uses"]),
                tuple((start, end) for start, end in each["unseen"]),
                frozenset(each["unjudged"]),
            )
            for path, each in files.items()
        },
    )
