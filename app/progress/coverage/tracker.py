"""Gathers what `app.progress.coverage.states` needs of one topic, and keeps that in step at the price of what changed.

Everything here touches the disk (git, parsing, journals, drafts): worker threads and the command line only.
"""

from __future__ import annotations

import posixpath
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from app.base.cancelling import Cancelled, never
from app.errors import BackspanError, SourceError, StoreError
from app.progress.coverage.importance import Importance, Neighbour, TopicItems, words_of
from app.progress.coverage.states import Begun, FileCoverage, TopicCoverage, Use, cover_file, uncovered
from app.progress.coverage.units import FileUnits, Rules, Unit
from app.project.topic_files import TopicFiles
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.draft import Draft, draft_from_payload
from app.records.events import Revision, Role, Skip
from app.records.history.ledger import Covered, Ledger, Status
from app.records.history.viewpoint import SeenRecords
from app.records.item_place import ItemPlace, place_of
from app.repository.snapshot import Snapshot
from app.rust.items import unknowns
from app.store.follower import Follower
from app.store.presence.claims import Claim

_ALL: frozenset[Status] = frozenset()
_MOST_RELATED = 60
"""Related files that are read in any case; further ones only if they hold a focus word."""
_MOST_FILES = 2_000
"""Files of which words are counted; of more the topic's own have to do."""
_Inputs = tuple[tuple[Use, ...], tuple[Begun, ...], tuple[Claim, ...], tuple[tuple[Unit, Skip], ...]]
"""All that a file's coverage is made of, besides the file."""
_Place = tuple[str, Role, int, int, bool]
"""Path, role, first byte, end, and whether the bytes are the recorded ones."""


class CoverageTracker:
    """The coverage of one topic. Any thread may refresh, one after the other; what it gives never changes."""

    def __init__(self, files: TopicFiles, follower: Follower, by: str | None) -> None:
        """`follower`: the topic's own, as `Desk.judge.follower`. Nothing is read before the first `refresh`.

        `by` is who looks, None for one who may see all: code that only rejected records hold counts as open, which
        in a blind topic must not tell of a verdict that this person may not see yet.
        """
        self._topic_files = files
        self._follower = follower
        self._by = by
        self._seen = {files.topic: SeenRecords(viewer_of(files.spec, by))}
        """By topic: what this person may see of its records."""
        self._rules = Rules(files.spec)
        self._guard = threading.Lock()
        self._files: dict[str, FileUnits | str] = {}
        """By path, sources before related files; why a file cannot be read, where it cannot."""
        self._aside: set[str] = set()
        """Related files that hold no focus word, where there are too many to read them all."""
        self._importance: dict[tuple[str, int], Importance] | None = None
        """By path and index in the outline; None until all files are read."""
        self._neighbours: dict[str, Follower] | None = None
        """Other topics of the same repository."""
        self._uses: dict[tuple[str, str], tuple[tuple[Covered, ...], tuple[Use, ...]]] = {}
        """By topic and path: what the ledger told, and what that amounts to here."""
        self._moved: dict[str, tuple[_Place, ...]] = {}
        """By revision of another commit: where its spans are now."""
        self._inputs: dict[str, _Inputs] = {}
        self._covered: dict[str, FileCoverage] = {}

    def refresh(
        self,
        draft: Draft | None = None,
        claims: Sequence[Claim] = (),
        on_file: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> TopicCoverage:
        """What is known now. The first time it reads and parses every file; later only what changed is done again.

        `draft` is the one in hand, saved to its file or not; `claims` what other workstations are on. `on_file` is
        told how many files are read, and of how many. A file about which nothing new is known keeps its very
        `FileCoverage`. Raises `StoreError`, `SourceError`, and `Cancelled` where `cancelled` says so.
        """
        with self._guard:
            self._read(on_file or (lambda done, total: None), cancelled)
            self._follower.refresh()
            problems: list[str] = []
            ledgers = {self._topic_files.topic: self._follower.ledger, **self._others(problems)}
            inputs, elsewhere = self._gather(ledgers, self._begun(draft), claims)
            for path, file in self._files.items():
                known = inputs[path]
                if path in self._covered and self._inputs[path] == known:
                    continue
                self._covered[path] = (
                    uncovered(path, file, path in self._topic_files.related())
                    if isinstance(file, str)
                    else cover_file(file, self._topic_files.topic, *known, self._importance)
                )
            self._inputs = inputs
            files = {path: self._covered[path] for path in self._files}
            order = self._topic_files.spec.offer.order
            return TopicCoverage(self._topic_files.topic, files, elsewhere, tuple(problems), order)

    def units(self, path: str) -> FileUnits | None:
        """A file's items and units, once read; None for one that is neither source nor related."""
        found = self._files.get(path)
        return found if isinstance(found, FileUnits) else None

    def place(self, path: str, index: int) -> ItemPlace:
        """The item at `index` of a file's outline, as `app.review.acts.skips.skip` wants it. Raises `BackspanError`."""
        topic_files = self._topic_files
        parsed = topic_files.parsed(path)
        return place_of(
            topic_files.repository, topic_files.snapshot.commit, path, parsed.source.data, parsed.items, index
        )

    # -- files

    def _read(self, on_file: Callable[[int, int], None], cancelled: Callable[[], bool]) -> None:
        sources, related = self._topic_files.sources(), self._topic_files.related()
        paths = (*sources, *related)
        if not self._files:
            with suppress(SourceError):  # each file that is not here says so itself
                self._topic_files.snapshot.prefetch(paths, cancelled=cancelled)
        for number, path in enumerate(paths):
            if path in self._aside or isinstance(self._files.get(path), FileUnits):
                continue
            self._covered.pop(path, None)
            _stop_if(cancelled)
            try:
                if number >= len(sources) + _MOST_RELATED and not self._is_about(path):
                    self._aside.add(path)
                    continue
                parsed = self._topic_files.parsed(path, cancelled)
            except BackspanError as error:
                _stop_if(cancelled, error)
                self._files[path] = error.what
            else:
                strange = unknowns(parsed.source.data, parsed.tree, parsed.items)
                self._files[path] = FileUnits(
                    parsed.source, parsed.items, self._rules, strange, number >= len(sources)
                )
                self._importance = None
            on_file(number + 1, len(paths))
        if self._importance is None:
            self._weigh(cancelled)

    def _is_about(self, path: str) -> bool:
        """Whether a file holds a focus word at all. Raises `SourceError`."""
        data = self._topic_files.open(path).source.data
        return self._rules.focus(data, 0, len(data))

    def _weigh(self, cancelled: Callable[[], bool]) -> None:
        """Find out what of the files is the topic's, and what matters most."""
        items = TopicItems(self._rules, self._known(), self._words_elsewhere(cancelled))
        self._importance = items.importance(self._others_rules())
        self._covered.clear()

    def _others_rules(self) -> list[Neighbour]:
        """What the other topics of the repository say of its items."""
        files = self._topic_files
        found = []
        for topic, spec in self._near.items():
            sources = files.snapshot.match(spec.sources)
            related = files.snapshot.match(spec.related)
            found.append(Neighbour(topic, Rules(spec), frozenset(sources), frozenset(related)))
        return found

    def _words_elsewhere(self, cancelled: Callable[[], bool]) -> Counter[bytes]:
        """By a word, how many other files of the topic's crates hold it; nothing is fetched for that."""
        snapshot = self._topic_files.snapshot
        roots = {root for path in self._files if (root := _crate_root(snapshot, path)) is not None}
        found: Counter[bytes] = Counter()
        paths = [path for path in snapshot.files() if path not in self._files and _within(path, roots)]
        for path in snapshot.at_hand(paths) if len(paths) <= _MOST_FILES else ():
            _stop_if(cancelled)
            try:
                found.update(set(words_of(snapshot.read(path).data)))
            except SourceError:
                continue  # whoever opens the file is told why
        return found

    def _known(self) -> Iterator[FileUnits]:
        return (file for file in self._files.values() if isinstance(file, FileUnits))

    # -- what people did

    @cached_property
    def _near(self) -> dict[str, Spec]:
        """The specs of the other topics that read the same repository."""
        files = self._topic_files
        specs, _ = files.project.specs()
        url = files.spec.repository.url
        return {t: s for t, s in specs.items() if t != files.topic and s.repository.url == url}

    def _others(self, problems: list[str]) -> dict[str, Ledger]:
        """The ledgers of the other topics that read the same repository."""
        topic_files = self._topic_files
        if self._neighbours is None:
            near = self._near
            self._seen |= {topic: SeenRecords(viewer_of(spec, self._by)) for topic, spec in near.items()}
            self._neighbours = {
                topic: Follower(topic_files.project.store, topic, spec.reviews)
                for topic, spec in near.items()
            }
        found: dict[str, Ledger] = {}
        for topic, follower in self._neighbours.items():
            try:
                follower.refresh()
            except StoreError as error:
                problems.append(str(error))
            found[topic] = follower.ledger
        return found

    def _begun(self, draft: Draft | None) -> list[Draft]:
        """Everybody's drafts on this machine, the one in hand in place of its file."""
        found = [] if draft is None else [draft]
        for entry in self._topic_files.project.drafts.all(self._topic_files.topic).drafts:
            if draft is not None and (entry.key.record, entry.key.by) == (draft.record, draft.by):
                continue
            try:
                found.append(draft_from_payload(entry.payload))
            except BackspanError:
                continue  # the doctor tells of it
        return found

    # -- what that means for each file

    def _gather(
        self, ledgers: Mapping[str, Ledger], drafts: Iterable[Draft], claims: Iterable[Claim]
    ) -> tuple[dict[str, _Inputs], tuple[str, ...]]:
        begun: dict[str, list[Begun]] = {}
        for draft in drafts:
            for piece in draft.selection.pieces:
                if piece.role != "import":
                    there = Begun(draft.record, draft.by, piece.start, piece.end)
                    begun.setdefault(piece.path, []).append(there)
        claimed: dict[str, list[Claim]] = {}
        for claim in claims:
            claimed.setdefault(claim.path, []).append(claim)
        skipped = self._skipped(ledgers[self._topic_files.topic].skips.current)
        moved, elsewhere = self._strangers(ledgers)
        inputs: dict[str, _Inputs] = {}
        for path in self._files:
            uses = [use for topic, ledger in ledgers.items() for use in self._held(topic, ledger, path)]
            uses += moved.get(path, ())
            inputs[path] = (
                tuple(uses),
                tuple(begun.get(path, ())),
                tuple(claimed.get(path, ())),
                tuple(skipped.get(path, ())),
            )
        return inputs, elsewhere

    def _held(self, topic: str, ledger: Ledger, path: str) -> tuple[Use, ...]:
        """What records of our own commit have of a file."""
        covered = ledger.covered(_ALL).get(path, ())
        known = self._uses.get((topic, path))
        if known is not None and known[0] is covered:  # the ledger makes another one of whatever changes
            return known[1]
        here = self._topic_files.snapshot.commit
        uses = tuple(
            Use(topic, one.record, self._status(topic, ledger, one.record), one.role, one.start, one.end)
            for one in covered
            if here is not None and one.commit == here
        )
        self._uses[topic, path] = (covered, uses)
        return uses

    def _status(self, topic: str, ledger: Ledger, record: str) -> Status:
        """A record's status, as far as this person may know it."""
        state = ledger.get(record)
        return self._seen[topic].state(state).status if state is not None else "submitted"

    def _strangers(self, ledgers: Mapping[str, Ledger]) -> tuple[dict[str, list[Use]], tuple[str, ...]]:
        """By path: what records of other commits have; and the topic's records that have nothing in the sources."""
        here = self._topic_files.snapshot.commit
        found: dict[str, list[Use]] = {}
        elsewhere: list[str] = []
        for topic, ledger in ledgers.items():
            for state in ledger.records:
                at = False
                for revision in state.revisions:
                    if here is not None and revision.commit == here:
                        at = at or not revision.paths().isdisjoint(self._files)
                        continue
                    for path, role, start, end, exact in self._places(topic, revision.id):
                        status = self._seen[topic].state(state).status
                        use = Use(topic, state.record, status, role, start, end, exact)
                        found.setdefault(path, []).append(use)
                        at = True
                if not at and topic == self._topic_files.topic and state.status != "retracted":
                    elsewhere.append(state.record)
        return found, tuple(elsewhere)

    def _places(self, topic: str, revision: str) -> tuple[_Place, ...]:
        known = self._moved.get(revision)
        if known is None:
            try:
                event = self._topic_files.project.store.fetch(topic, revision)
            except StoreError:
                return ()  # a damaged line: whoever shows the record says so
            known = tuple(self._placed(event)) if isinstance(event, Revision) else ()
            self._moved[revision] = known
        return known

    def _placed(self, revision: Revision) -> Iterator[_Place]:
        data, at = revision.block.text.encode("utf-8"), 0
        for span in revision.block.spans:
            at += len(span.joint.encode("utf-8"))
            piece = data[at : at + span.end - span.start]
            at += len(piece)
            if span.role == "import":
                continue
            file = self.units(span.path)
            place = file.place(span, piece) if file is not None else None
            if place is not None:
                yield (span.path, span.role, *place)
                continue
            for other in self._known():  # the file was renamed, or the item moved to another
                index = other.digests.get(span.sha256)
                if index is not None:
                    item = other.items[index]
                    yield (other.source.path, span.role, item.start, item.end, True)
                    break

    def _skipped(self, skips: Iterable[Skip]) -> dict[str, list[tuple[Unit, Skip]]]:
        found: dict[str, list[tuple[Unit, Skip]]] = {}
        for skip in skips:
            file = self.units(skip.path)
            units = file.skipped(skip) if file is not None else ()
            if file is None:
                units = next((same for other in self._known() if (same := other.same(skip.sha256))), ())
            for unit in units:
                found.setdefault(unit.path, []).append((unit, skip))
        return found


def _stop_if(cancelled: Callable[[], bool], cause: BackspanError | None = None) -> None:
    if cancelled():
        raise Cancelled("counting what is left was cancelled") from cause


def _crate_root(snapshot: Snapshot, path: str) -> str | None:
    """The nearest folder around a file that has a Cargo.toml; None if none has."""
    folder = posixpath.dirname(path)
    while posixpath.join(folder, "Cargo.toml") not in snapshot:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder


def _within(path: str, roots: Collection[str]) -> bool:
    return any(not root or path.startswith(f"{root}/") for root in roots)
