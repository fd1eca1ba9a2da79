"""What a whole revision tells of itself to filters: its text, the crates in it, and what the checks said, in short."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Protocol

from app.errors import StoreError
from app.records.events import Effort, Revision
from app.records.filters.row import Facts
from app.records.filters.words import spaced
from app.records.history.light import Event
from app.review.queue.text_index import Fetch

_BROUGHT_IN = re.compile(
    r"^\s*(?:pub(?:\([^)\n]{0,80}\))?\s+)?(?:use|extern\s+crate)\s+(?:::)?([a-z_][a-z0-9_]*)", re.M
)
_NONE = Effort()
_OWN = frozenset({"crate", "self", "super"})


class Said(Protocol):
    """A finding, as far as filters go."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def waived(self) -> str: ...


class Fetching(Protocol):
    """A store, as far as filters read one."""

    def fetch(self, topic: str, event: str) -> Event: ...


def text_of(revision: Revision) -> str:
    """All that full-text search looks through."""
    return "\n\n".join((revision.user, revision.think, revision.block.text))


def fetch_from(store: Fetching, topic: str) -> Fetch:
    """What brings the texts of a topic's revisions. It touches the disk and raises `StoreError`."""

    def fetch(revision: str) -> str:
        event = store.fetch(topic, revision)
        if not isinstance(event, Revision):
            raise StoreError(f"event {revision[:12]} of {topic} has no text", "name a revision")
        return text_of(event)

    return fetch


def crates_of(revision: Revision, wanted: Collection[str] = ()) -> tuple[str, ...]:
    """The crates that the code brings in by `use`, and those of `wanted` that the reasoning names; sorted."""
    found = {match for match in _BROUGHT_IN.findall(revision.block.text) if match not in _OWN}
    think = spaced(revision.think)
    return tuple(
        sorted(found | {crate for crate in wanted if spaced(crate).strip() and spaced(crate) in think})
    )


def facts_of(
    revision: Revision,
    findings: Iterable[Said] = (),
    near: int = 0,
    wanted: Collection[str] = (),
    behind: Effort = _NONE,
) -> Facts:
    """What filters and orders go by. `near`: other records that say nearly the same; `wanted`: the spec's crates.

    `behind`: what the revisions took that it comes from.
    """
    counted = [finding for finding in findings if not finding.waived]
    effort = revision.effort.plus(behind)
    not_by_hand = effort.pasted + effort.rapid
    written = effort.typed + not_by_hand
    return Facts(
        codes=tuple(sorted({finding.code for finding in counted})),
        errors=sum(finding.severity == "error" for finding in counted),
        warnings=sum(finding.severity == "warning" for finding in counted),
        crates=crates_of(revision, wanted),
        pasted=round(100 * not_by_hand / written) if written else 0,
        near=near,
    )
