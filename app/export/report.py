"""What an export is asked to do, and what it says it did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.records.history.ledger import Status
from app.store.protocol import Damaged


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """What an export has to know of a topic's spec."""

    topic: str
    system: str
    """The exact system message."""
    output: str
    """The file's bare name."""
    reviews: int = 1
    """Accepts a record needs."""
    target: tuple[int, int] = (0, 0)
    """The least and the most records that the spec asks for; 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that stayed."""

    record: str
    status: Status
    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """What came of one topic."""

    topic: str
    path: Path
    written: int
    """Records."""
    size: int
    """Bytes."""
    left_out: tuple[LeftOut, ...] = ()
    """By record id."""
    damaged: tuple[Damaged, ...] = ()
    """Lines of the journal that could not be read: what they hold did not leave."""
    exists: bool = True
    """Whether the topic has a journal at all."""
    target: tuple[int, int] = (0, 0)
    """The least and the most records that the spec asks for; 0 where it is not known."""
    closed: bool = False
    """Whether a person says that all code there is is recorded."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did."""

    topics: tuple[TopicSummary, ...] = ()
    cancelled: bool = False
    """It was called off, and no file was touched."""
    remarks: tuple[str, ...] = ()
    """What else the person should know."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person should know before using the files, one sentence each."""
        said: list[str] = list(self.remarks)
        for topic in self.topics:
            if topic.damaged:
                lines = ", ".join(str(damage.line) for damage in topic.damaged[:5])
                more = "" if len(topic.damaged) <= 5 else f" and {len(topic.damaged) - 5} more"
                said.append(f"The journal of {topic.topic} has lines that cannot be read ({lines}{more}).")
            if not topic.exists:
                said.append(f"{topic.topic} has no journal, so {topic.path.name} is empty.")
            elif not topic.written:
                said.append(f"Nothing of {topic.topic} was to leave, so {topic.path.name} is empty.")
        return tuple(said)
