"""An export of a project's topics, and what to say of it: the command line and the palette share this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from app.base.text import bounds, many, printable
from app.errors import StoreError, UsageError
from app.export.report import ExportReport, TopicPlan, TopicSummary
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
        TopicPlan(topic, spec.system, spec.output, spec.reviews, (spec.target.min, spec.target.max))
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
    if not summary.cancelled:
        _say_what_it_is(out, remarks)
    return replace(summary, remarks=tuple(remarks))


ABOUT = "README.txt"
"""The file that says what an export's folder holds."""
_ABOUT = """\
Training data, exported by backspan: one file a topic, one conversation a line.

Only records that the export was asked for are here (accepted ones, unless somebody named others). These files are made
anew by each export. What people wrote, reviewed and withdrew, with its whole history, is kept in the project's folder
datasets/: files there have like names and are no training data.
"""


def _say_what_it_is(out: Path, remarks: list[str]) -> None:
    """Put a note beside the files, so that nobody takes them for journals; one that is there stays as it is."""
    try:
        with (out / ABOUT).open("x", encoding="utf-8") as file:
            file.write(_ABOUT)
    except FileExistsError:
        return
    except OSError as error:
        remarks.append(f"{ABOUT} could not be written beside the files: {error.strerror}.")


def _of_target(topic: TopicSummary) -> str:
    """`6 records of 15-25 (all code there is)`."""
    said = many(topic.written, "record") + (f" of {bounds(*topic.target)}" if any(topic.target) else "")
    return f"{said} (all code there is)" if topic.closed else said


def summary_text(summary: ExportReport) -> str:
    """What left, what stayed and why, for people."""
    if summary.cancelled:
        return "Cancelled: no file was touched."
    lines: list[str] = []
    for topic in summary.topics:
        lines.append(
            f"{topic.topic}: {_of_target(topic)}, {many(topic.size, 'byte')} -> training data: {topic.path}"
        )
        reasons = Counter((left.status, left.reason) for left in topic.left_out)
        lines += [f"  stayed: {number} {status}. {why}" for (status, why), number in sorted(reasons.items())]
    lines += [f"note: {warning}" for warning in summary.warnings]
    return "\n".join(lines) or "There is no topic to export."
