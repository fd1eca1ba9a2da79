"""An export of a project's topics, and what to say of it: the command line and the palette share this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from app.base.text import many, printable
from app.errors import StoreError, UsageError
from app.export.report import ExportReport, TopicPlan
from app.export.writing import export_chatml
from app.project.project import Project
from app.store.backups.missing import look


def deliver(
    project: Project,
    topics: Sequence[str],
    out: Path,
    include: Collection[str] = (),
    *,
    progress: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportReport:
    """Write the accepted records of `topics` (all but practice if none is named), and those of statuses in `include`.

    Raises `UsageError` for unknown topics and statuses, `SpecError`, and `StoreError`, also where a journal lacks
    what was seen of it: a file that is short without anybody knowing is the worst that can leave.
    """
    good, bad = project.specs()
    for topic in topics:
        if topic in bad:
            raise bad[topic]
        if topic not in good:
            raise UsageError(f"no topic {printable(topic)!r}", f"topics here: {', '.join(good) or 'none'}")
    plans = [
        TopicPlan(topic, spec.system, spec.output, spec.reviews)
        for topic, spec in good.items()
        if topic in topics or (not topics and not spec.practice)
    ]
    remarks: list[str] = []
    for plan in plans:
        alarm, problem = look(project.store, project.memory, plan.topic)
        if alarm is not None:
            raise StoreError(f"Nothing was exported. {alarm.what}", alarm.remedy)
        remarks += [problem] if problem and problem not in remarks else []
    summary = export_chatml(
        plans,
        project.store,
        out,
        {"accepted", *include},
        keep_out=(project.datasets_dir, project.specs_dir),
        progress=progress,
        cancelled=cancelled,
    )
    return replace(summary, remarks=tuple(remarks))


def summary_text(summary: ExportReport) -> str:
    """What left, what stayed and why, for people."""
    if summary.cancelled:
        return "Cancelled: no file was touched."
    lines: list[str] = []
    for topic in summary.topics:
        lines.append(
            f"{topic.topic}: {many(topic.written, 'record')}, {many(topic.size, 'byte')} -> {topic.path}"
        )
        reasons = Counter((left.status, left.reason) for left in topic.left_out)
        lines += [f"  stayed: {number} {status}. {why}" for (status, why), number in sorted(reasons.items())]
    lines += [f"note: {warning}" for warning in summary.warnings]
    return "\n".join(lines) or "There is no topic to export."
