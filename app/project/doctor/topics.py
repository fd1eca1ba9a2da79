"""The project's own file, its specs, and where the code is that topics and records speak of. Never the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.base.text import many, printable
from app.errors import BackspanError, SourceError
from app.project.anchors import Gap, Origin, fill, gaps
from app.project.doctor.findings import Observation, Repair
from app.project.doctor.journals import Ward
from app.project.marker import read
from app.project.project import MARKER
from app.project.topics.spec import SAMPLE, Spec
from app.repository import sources
from app.repository.repository import open_repository

_PLACED = re.compile(r"(.+?\.toml:\d+)(?::\d+)?: (.+)", re.DOTALL)


def marker(ward: Ward) -> Iterator[Observation]:
    """The project's file. Raises nothing."""
    _, problems = read(ward.project.root / MARKER)
    for line, text in problems:
        yield Observation(
            "warning", f"{MARKER}:{line}", text, "Correct that line; the default is used meanwhile."
        )


def specs(ward: Ward, bad: Mapping[str, BackspanError]) -> Iterator[Observation]:
    """Why specs cannot be used, each mistake by itself."""
    for topic, error in sorted(bad.items()):
        default = ward.shown(ward.project.specs_dir / f"{topic}.toml")
        for line in error.what.split("\n"):
            placed = _PLACED.fullmatch(line)
            where = ward.shown(Path(placed[1])) if placed else default
            what = placed[2] if placed else line
            yield Observation("error", where, _sentence(printable(what, 500)), printable(error.remedy, 500))


def without_spec(ward: Ward, topic: str) -> Observation:
    """A journal that no spec asks for."""
    where = ward.shown(ward.project.store.path(topic))
    what = f"The journal has no spec ({ward.shown(ward.project.specs_dir)}/{topic}.toml)."
    return Observation(
        "warning", where, what, "Bring the spec back: without it the records are not shown or exported."
    )


def repositories(ward: Ward, specs: Mapping[str, Spec]) -> Iterator[Observation]:
    """Whether the topics' code is on this machine, at the commits that their specs name."""
    missing: dict[tuple[str, str, str], list[str]] = {}
    for topic, spec in sorted(specs.items()):
        if spec.repository.url == SAMPLE:
            continue
        try:
            ward.project.snapshot(spec)
        except BackspanError as error:
            url = printable(sources.shown_url(spec.repository.url), 300)
            missing.setdefault((url, error.what, error.remedy), []).append(topic)
    for (url, what, remedy), topics in missing.items():
        said = _sentence(printable(what, 500))
        yield Observation("warning", url, said, printable(remedy, 500), (f"read by {', '.join(topics)}",))


def commits(ward: Ward, used: Iterable[tuple[str, str]]) -> Iterator[Observation]:
    """Records whose code is not on this machine, so that it cannot be proven here."""
    missing: dict[str, list[str]] = {}
    for url, commit in sorted(used):
        if url == SAMPLE:
            continue
        try:
            place = sources.locate(url, ward.project.root)
            if place is None or not place.is_dir():
                continue  # a topic that reads it says so
            with open_repository(place) as there:
                if not there.has_commit(commit):
                    missing.setdefault(url, []).append(commit)
        except SourceError:
            continue
    for url, names in missing.items():
        shown = printable(sources.shown_url(url), 300)
        what = f"{len(names)} of the commits that records name are not in the repository on this machine."
        remedy = f"Fetch them ('backspan source update {shown}'), or map {shown} to a clone that has them."
        yield Observation("remark", shown, what, remedy, tuple(names))


def unanchored(ward: Ward, used: Mapping[Origin, Collection[str]]) -> Iterator[Observation]:
    """Records whose code is lost should upstream rewrite its branch and git tidy up: no ref of ours keeps it.

    Raises `SourceError`.
    """
    open_: dict[Path, list[Gap]] = {}
    for gap in gaps(used, ward.project.root):
        open_.setdefault(gap.clone, []).append(gap)
    for found in open_.values():
        url = printable(sources.shown_url(found[0].origin.repository), 300)
        count = many(len(found), "commit")
        what = f"{count} that records were taken from could be lost, should a branch be rewritten."
        remedy = "'backspan check' and 'backspan source update' give them refs of backspan's own, too."
        names = tuple(printable(gap.origin.commit) for gap in found)
        yield Observation("warning", url, what, remedy, names, Repair("give them refs", _filling(found)))


def _filling(found: Sequence[Gap]) -> Callable[[], str]:
    def act() -> str:
        fill(found)
        return f"gave refs to {many(len(found), 'commit')} in our clone"

    return act


def mapped(ward: Ward) -> Iterator[Observation]:
    """Mappings that lead nowhere. Raises `SourceError` where the file of the mappings is broken."""
    for url, place in sources.mappings().items():
        if not place.is_dir():
            shown = printable(sources.shown_url(url), 300)
            what = f"It is mapped to {printable(str(place), 300)}, where there is no folder."
            remedy = f"Map it anew: 'backspan source map {shown} PATH', or 'backspan source unmap {shown}'."
            yield Observation("remark", shown, what, remedy)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
