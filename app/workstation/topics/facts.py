"""What the topic list tells of each topic: its repository, its records, what is missing, and what is done.

The facts are known in a moment. Counting items takes every source read and parsed, so it comes after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from app.base.cancelling import Cancelled
from app.base.text import many, printable
from app.errors import BackspanError
from app.progress.coverage.states import State, TopicCoverage
from app.progress.coverage.tracker import CoverageTracker
from app.project.project import Project
from app.project.topic_files import TopicFiles
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.history.viewpoint import viewpoint
from app.review.feedback import waiting
from app.store.follower import Follower
from app.store.presence.claims import Claims
from app.workstation.topics.topics_screen import TopicFacts, TopicProgress

_SAID: tuple[tuple[State, str], ...] = (
    ("partly", "partly done"),
    ("draft", "in draft"),
    ("claimed", "taken by others"),
    ("skipped", "skipped"),
    ("other", "in other topics"),
    ("excluded", "left out by the spec"),
    ("open", "open"),
)
"""The states besides `recorded`, as they are told."""
_OFFERED = 3
"""Items that are named of those to come."""


def topic_facts(project: Project, by: str = "") -> list[TopicFacts]:
    """Reads every spec and journal and looks for every repository: for a worker thread.

    `by` is who is told: what came back to them, and in a blind topic no more than they may see; nobody if empty.
    """
    good, bad = project.specs()
    facts = [_facts(project, topic, spec, by) for topic, spec in good.items()]
    facts += [TopicFacts(topic, False, "cannot be used", str(error)) for topic, error in bad.items()]
    return facts


def _facts(project: Project, topic: str, spec: Spec, by: str) -> TopicFacts:
    lines = [spec.title, "", f"sources   {', '.join(spec.sources)}"]
    if spec.related:
        lines.append(f"related   {', '.join(spec.related)}")
    lines.append(f"crates    {', '.join(spec.crates) or 'none required'}")
    lines.append(f"writes    {spec.output}")
    counts = Counter[str]()
    unread = ""
    back = None
    closing = None
    try:
        follower = Follower(project.store, topic, spec.reviews)
        damaged = follower.refresh().damaged
        viewer = viewer_of(spec, by)
        if viewer.blind:  # all of them are gone through, which the ledger's own counts spare
            counts.update(viewpoint(state, viewer).status for state in follower.ledger.records)
        else:
            counts.update({status: number for status, number in follower.ledger.counts().items() if number})
        back = waiting(follower.ledger, viewer) if by else None
        closing = follower.ledger.skips.closing
        if damaged:
            lines.append(f"journal   {len(damaged)} damaged lines are kept and left out")
    except BackspanError as error:
        lines.append(f"journal   {error}")
        unread = "the journal cannot be read"
    counted = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    said = unread or counted or "no records yet"
    said += f" of {spec.target.min}-{spec.target.max}"
    if closing is not None:
        said += " · all code there is"
        lines.append(f"complete  says {printable(closing.by)}: {printable(closing.reason)}")
    here = False
    try:
        path = project.local_path(spec)
        here = path is not None and path.exists()
        url = spec.repository.url
        if spec.practice:
            lines.append("code      the sample crate that comes with backspan")
        elif here:
            lines.append(f"code      {url}\n          here: {path}")
        else:
            lines += [
                f"code      {url}",
                "",
                "This repository is not on this machine yet. Press s (or the Source button) to clone it",
                "or to point to a checkout you have; or on the command line:",
                f"  backspan source add {url}",
                f"  backspan source map {url} PATH",
            ]
    except BackspanError as error:
        lines.append(f"code      {error}")
    lines += ["", *(f"· {rule}" for rule in spec.focus)]
    return TopicFacts(
        topic, here, said, "\n".join(lines), back if back is not None and back.records else None
    )


class _Counted(NamedTuple):
    spec: Spec
    commit: str
    tally: CoverageTracker
    claims: Claims


class ItemCounter:
    """Counts the items of one topic after the other, and keeps what it read. Worker threads only, one at a time."""

    def __init__(self, project: Project, by: str) -> None:
        """`by`: whose workstation this is; the claims of others count."""
        self._project = project
        self._by = by
        self._known: dict[str, _Counted] = {}

    def count(self, first: str | None, cancelled: Callable[[], bool]) -> Iterator[TopicProgress]:
        """Every topic whose repository is here, `first` before the others; ends early where `cancelled` says so."""
        good, _ = self._project.specs()
        for topic in sorted(good, key=lambda name: name != first):
            try:
                if not self._here(good[topic]):
                    continue
                known = self._counted(topic, good[topic])
                found = known.tally.refresh(claims=known.claims.others(), cancelled=cancelled)
            except Cancelled:
                return
            except BackspanError as error:
                yield TopicProgress(topic, "items cannot be counted", f"items     {error}")
            else:
                yield progress_of(found)

    def _here(self, spec: Spec) -> bool:
        path = self._project.local_path(spec)
        return path is not None and path.exists()

    def _counted(self, topic: str, spec: Spec) -> _Counted:
        """What counts a topic: as it was kept, unless its spec or its code is another one now."""
        files = TopicFiles(self._project, topic)
        commit = files.snapshot.commit
        known = self._known.get(topic)
        if known is not None and commit is not None and (known.spec, known.commit) == (files.spec, commit):
            return known
        tally = CoverageTracker(files, Follower(self._project.store, topic, spec.reviews), self._by)
        claims = known.claims if known else Claims(self._project.datasets_dir, topic, self._by)
        self._known[topic] = _Counted(files.spec, commit or "", tally, claims)
        return self._known[topic]


def progress_of(found: TopicCoverage) -> TopicProgress:
    """A topic's coverage, as the list says it; safe to print."""
    twice = len({(overlap.unit.path, overlap.unit.index) for overlap in found.overlaps})
    counts = counts_text(found.counts)
    if found.complete:
        counts += " · all code there is is recorded"
    if twice:
        counts += f" · {many(twice, 'item')} in several records"
    lines = [f"items     {counts}"]
    for path, file in found.files.items():
        if file.related and not file.items and not file.problem:
            continue  # nothing of the topic is in it
        where = " (related)" if file.related else ""
        lines += [f"· {printable(path)}{where}", f"    {printable(file.problem) or counts_text(file.counts)}"]
    following = found.to_do()
    if following:
        lines += ["", "offered next"]
        lines += [f"· {printable(one.unit.item)}" for one in following[:_OFFERED]]
    if not found.files:
        lines.append("· no file of the repository matches the topic's sources")
    if found.elsewhere:
        lines.append(f"· the code of {many(len(found.elsewhere), 'record')} is in none of these files")
    lines += [f"· {printable(problem)}" for problem in found.problems]
    return TopicProgress(found.topic, counts, "\n".join(lines))


def counts_text(counts: Mapping[State, int]) -> str:
    """`12 of 70 items done, 3 skipped, 55 open`: together they are all items."""
    rest = [f"{counts[state]:,} {said}" for state, said in _SAID if counts[state]]
    return ", ".join([f"{counts['recorded']:,} of {many(sum(counts.values()), 'item')} done", *rest])
