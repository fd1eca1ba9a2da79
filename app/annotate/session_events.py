"""What happens to the draft in hand, as the session tells it to whoever shows it or works beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from app.annotate.composer import Composition
from app.annotate.session import Opening
from app.annotate.watcher import News
from app.project.topic_files import FileSyntax
from app.records.draft import Draft
from app.records.events import Revision
from app.records.finding import Finding
from app.store.efforts import Behind


class CheckedDraft(NamedTuple):
    """What the checks said of one state of the draft."""

    draft: Draft
    findings: tuple[Finding, ...]
    crates: dict[str, bool]
    """The spec's crates, and whether the reasoning names them."""
    traits: dict[str, bool]
    """The spec's traits, and whether the reasoning treats them."""
    tokens: int | None
    """Of the line's contents; None where the spec has none counted, or they cannot be."""
    behind: Behind = Behind()
    """What the saved revisions took that the draft comes from."""


@dataclass(frozen=True, slots=True)
class FileShown:
    """Another file of the repository is in the source pane."""

    path: str


@dataclass(frozen=True, slots=True)
class FileParsed:
    """The file in the source pane has its syntax now."""

    file: FileSyntax


@dataclass(frozen=True, slots=True)
class DraftOpened:
    """Another draft is in hand."""

    opening: Opening


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """The draft in hand says something else."""

    before: Draft
    after: Draft

    @property
    def block(self) -> bool:
        """Whether other code is chosen: it is composed next."""
        return self.before.selection != self.after.selection


@dataclass(frozen=True, slots=True)
class BlockComposed:
    """The chosen code is a block, or known not to be one."""

    composition: Composition


@dataclass(frozen=True, slots=True)
class DraftChecked:
    """The findings on screen are other ones, or are known anew."""

    found: CheckedDraft


@dataclass(frozen=True, slots=True)
class RecordSaved:
    """A record is in the journal."""

    sent: Draft
    """What was saved."""
    revision: Revision
    here: bool
    """Whether it is the record in hand."""


@dataclass(frozen=True, slots=True)
class NewsHeard:
    """Something is new on disk, by anybody."""

    news: News
