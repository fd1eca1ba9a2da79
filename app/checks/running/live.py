"""Every check on the draft in hand, again and again while it is written: for worker threads, quick enough for keys.

What depends on the block alone is worked out once a block, what depends on the other records once a journal's change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.base.cancelling import never
from app.checks import REGISTRY, Context, Finding, Rule, Texts
from app.checks.near_duplicates import Light
from app.checks.reading import code_of, listed
from app.checks.registry import run_rules
from app.checks.running.code import Code
from app.checks.running.context import spec_context, with_code
from app.checks.running.other_records import OtherRecords, Progress, quiet, states_of
from app.errors import BackspanError, StoreError
from app.project.project import Project
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.events import Block, Effort, main_span
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import SeenRecords
from app.records.tokens import tokens_of
from app.store.follower import Follower

_KEYWORDS = listed(
    "_ as async await box break const continue crate dyn else enum extern false fn for if impl in let loop match mod "
    "move mut pub ref return self static struct super trait true type unsafe use where while yield"
)
"""Names in code that are no one's."""


class Live:
    """One topic's live checks. Any thread may ask; whoever judges while another does waits for it."""

    def __init__(
        self,
        project: Project,
        topic: str,
        spec: Spec,
        code: Code,
        followers: Mapping[str, Follower] | None = None,
        by: str | None = "",
    ) -> None:
        """Nothing is read before the first call. `followers`: of topics that are followed already, to share them.

        `by` is who writes, None for one who may see all: rejected records are others no more, which in a blind topic
        must not tell of a verdict that this person may not see yet.
        """
        self._project = project
        self._topic = topic
        self._spec = spec
        self._code = code
        self._followers: dict[str, Follower] = dict(followers or {})
        self._by = by
        self._seen: dict[str, SeenRecords] = {}
        """By topic: what this person may see of its records."""
        self._practice: frozenset[str] = frozenset()
        self._listed = False
        self._others = OtherRecords(project)
        self._ready = False
        """Whether the others are known."""
        self._refreshing = threading.Lock()
        self._judging = threading.Lock()
        self._block: Block | None = None
        self._known: Context | None = None
        """What is known of `_block`, whatever the texts are."""

    # -- the other records

    def refresh(self, cancelled: Callable[[], bool] = never, progress: Progress = quiet) -> bool:
        """Take in what the project's journals gained and lost; the first time all that they hold. May take long.

        Returns whether anything changed, so that it is worth judging again. A journal that cannot be read keeps
        what was known of it. Where `cancelled` says so it ends early and the next call goes on. Raises nothing but
        `BackspanError`.
        """
        with self._refreshing:
            ledgers: dict[str, Sequence[RecordState]] = {}
            for topic, follower in self._topics().items():
                if cancelled():
                    return False
                try:
                    follower.refresh()
                except StoreError:
                    pass  # the doctor tells of it
                ledgers[topic] = self._seen[topic].states(follower.ledger.records)
            chosen = states_of(ledgers, (self._topic,), self._practice)
            changed = self._others.update(chosen, cancelled, progress)
            if cancelled():
                return changed and self._ready
            first, self._ready = not self._ready, True
            return changed or first

    def _topics(self) -> dict[str, Follower]:
        if not self._listed:
            specs, _ = self._project.specs()
            specs[self._topic] = self._spec
            self._practice = frozenset(topic for topic, spec in specs.items() if spec.practice)
            given, self._followers = self._followers, {}
            for topic, spec in specs.items():
                if topic == self._topic or not spec.practice:
                    follower = given.get(topic)
                    if follower is None:
                        follower = Follower(self._project.store, topic, spec.reviews)
                    self._followers[topic] = follower
                    self._seen[topic] = SeenRecords(viewer_of(spec, self._by))
            self._listed = True
        return self._followers

    def close(self) -> None:
        """Let go of the files that are held open."""
        self._others.close()

    # -- the record in hand

    def judge(
        self,
        record: str,
        user: str,
        think: str,
        block: Block | None,
        effort: Effort,
        waivers: Mapping[str, str],
        cancelled: Callable[[], bool] = never,
    ) -> tuple[Finding, ...]:
        """What every check says, as `check_record` does; `block` is None while there is no code. Never raises.

        `waivers` are codes with the reasons for which their findings stand. Before the first `refresh` nothing is
        said of other records, and where the repository cannot be read nothing of it. Where `cancelled` says so it
        ends soon with nothing.
        """
        with self._judging:
            if cancelled():
                return ()
            context = replace(
                self._context(block), typed=effort.typed, pasted=effort.pasted, rapid=effort.rapid
            )
            texts = Texts(user, think, block.text if block is not None else "")
            context = replace(context, tokens=tokens_of(self._spec, user, think, texts.block))
            if cancelled():
                return ()
            if not self._ready:
                found = run_rules(_until(cancelled), texts, context, waivers)
            else:
                with self._others.held() as index:
                    path = main_span(block.spans).path if block is not None else ""
                    view = index.view(Light(record, self._topic, user, think, texts.block, path))
                    context = replace(context, others=view)
                    found = run_rules(_until(cancelled), texts, context, waivers)
            return () if cancelled() else found

    def _context(self, block: Block | None) -> Context:
        if self._known is None or not _same(self._block, block):
            context = spec_context(self._spec, block)
            if block is not None:
                try:
                    context = with_code(context, self._spec, block, self._code)
                except BackspanError:
                    pass  # what can be said without it is said
            self._block, self._known = block, context
        return self._known

    def names(self, block: Block) -> tuple[frozenset[str], frozenset[str]]:
        """The identifiers in the block's code, and those in the files it comes from; none of comments and strings.

        A file that cannot be read has none. May take long the first time.
        """
        own = _identifiers(code_of(block.text).names)
        around: set[str] = set()
        for path in dict.fromkeys(span.path for span in block.spans):
            try:
                around |= self._code.names(path)
            except BackspanError:
                continue
        return own, _identifiers(around)


def _until(cancelled: Callable[[], bool]) -> Iterator[Rule]:
    """Every rule, as long as somebody waits for the answer."""
    for code in sorted(REGISTRY):
        if cancelled():
            return
        yield REGISTRY[code]


def _same(one: Block | None, other: Block | None) -> bool:
    return one is other or (one is not None and other is not None and one == other)


def _identifiers(names: set[str] | frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if name not in _KEYWORDS and not name[0].isdigit())
