"""The profile `chatml`: one file a topic, one record a line, in exactly the form of `app.records.chatml`.

The same journals give the same bytes. Files are replaced whole, and only once all of them are written: what fails
or is called off before that leaves the folder as it was.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from app.checks import Texts, errors, run_checks
from app.errors import StoreError, UsageError
from app.export.report import ExportReport, LeftOut, TopicPlan, TopicSummary
from app.records.chatml import Conversation, line, parse_line
from app.records.events import Revision
from app.records.history.ledger import STATUSES, RecordState, Status
from app.records.history.light import Event
from app.store.disk.files import discard, failure, put_in_place, write_temporary
from app.store.follower import Follower
from app.store.protocol import Store

DEFAULT: frozenset[Status] = frozenset({"accepted"})
"""What leaves unless the person asks otherwise by name."""
ALLOWED: tuple[Status, ...] = ("accepted", "submitted", "returned")
"""What may leave at all."""

_BEGINNING = b'{"type":"chatml",'
_REASONS: dict[Status, str] = {
    "submitted": "It is not accepted yet.",
    "returned": "A reviewer asked for changes.",
    "rejected": "A reviewer rejected it.",
    "retracted": "It was withdrawn.",
    "conflict": "It says two things at once: settle the conflict first.",
    "accepted": "Accepted records were not asked for.",
}


class _CancelledError(Exception):
    pass


def export_chatml(
    plans: Sequence[TopicPlan],
    store: Store,
    out_dir: Path,
    include: Collection[str] = DEFAULT,
    *,
    keep_out: Collection[Path] = (),
    progress: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportReport:
    """Write one file for each plan into `out_dir` (made if need be), and tell what left and what stayed.

    `include` names statuses. `keep_out` are folders that must not be written to (journals, specs). `progress`
    gets a topic, the records done and their number. Once `cancelled` says yes, nothing is written.
    Raises `UsageError` for what must not be asked, `StoreError` for what cannot be read or written.
    """
    wanted = check_include(include)
    targets = _targets(plans, out_dir, keep_out)
    ready: list[tuple[Path, TopicSummary]] = []
    try:
        for plan, path in zip(plans, targets, strict=True):
            ready.append(_write(plan, path, store, wanted, progress, cancelled))
    except _CancelledError:
        _discard(ready)
        return ExportReport(cancelled=True)
    except BaseException:
        _discard(ready)
        raise
    for count, (temporary, topic) in enumerate(ready):
        try:
            put_in_place(temporary, topic.path)
        except OSError as error:
            _discard(ready[count:])
            done = ", ".join(other.path.name for _, other in ready[:count]) or "no file"
            raise failure(error, f"{topic.path} cannot be replaced ({done} was, before it)") from error
    return ExportReport(tuple(topic for _, topic in ready))


def check_include(include: Collection[str]) -> frozenset[Status]:
    """The statuses, if all of them may leave. Raises `UsageError` that says which may not and why."""
    for name in sorted(include):
        if name not in STATUSES:
            raise UsageError(f"{name!r} is no status of a record.", f"Choose from {', '.join(ALLOWED)}.")
        if name not in ALLOWED:
            raise UsageError(
                f"Records that are “{name}” never leave. {_REASONS[name]}",
                f"Choose from {', '.join(ALLOWED)}.",
            )
    if not include:
        raise UsageError("No status to export was named.", f"Choose from {', '.join(ALLOWED)}.")
    return frozenset(status for status in ALLOWED if status in include)


def _targets(plans: Sequence[TopicPlan], out_dir: Path, keep_out: Collection[Path]) -> tuple[Path, ...]:
    """Where each topic goes. Everything that can be refused is refused here, before a byte is written."""
    taken: dict[str, str] = {}
    for plan in plans:
        _check_name(plan)
        key = unicodedata.normalize("NFC", plan.output).casefold()
        if key in taken:
            raise UsageError(
                f"{taken[key]} and {plan.topic} both want to be exported to {plan.output!r}.",
                "Give one of them another `output` in its spec.",
            )
        taken[key] = plan.topic
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for folder in keep_out:
            if folder.exists() and any(folder.samefile(one) for one in _around(out_dir)):
                raise UsageError(
                    f"{out_dir} is in {folder.name}/, which holds the project's own data.",
                    "Export to another folder, such as exports.",
                )
        targets = tuple(out_dir / plan.output for plan in plans)
        for path in targets:
            _check_target(path)
    except OSError as error:
        raise failure(error, f"Nothing can be exported to {out_dir}") from error
    return targets


def _around(folder: Path) -> Iterator[Path]:
    """A folder that exists, and all that it is in."""
    real = folder.resolve()
    yield from (real, *real.parents)


def _check_name(plan: TopicPlan) -> None:
    name = plan.output
    bad = not name or name.startswith(".") or any(char in "/\\:" or not char.isprintable() for char in name)
    if bad or len(os.fsencode(name)) > 255:
        raise UsageError(
            f"The output of {plan.topic}, {name!r}, is not a bare file name.",
            f"Write `output` in its spec as a name such as {plan.topic}.jsonl.",
        )


def _check_target(path: Path) -> None:
    """Only an earlier export may be replaced. Raises `StoreError` for anything else, or `OSError`."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(
            f"{path} is a link, a folder or a device.", "Move it away, or export to another folder."
        )
    with path.open("rb") as file:
        start = file.read(len(_BEGINNING))
    if start not in (b"", _BEGINNING):
        raise StoreError(
            f"{path} is not an earlier export, so it is not replaced.", "Move it away, or export elsewhere."
        )


def _write(
    plan: TopicPlan,
    path: Path,
    store: Store,
    wanted: frozenset[Status],
    progress: Callable[[str, int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[Path, TopicSummary]:
    """Write a topic to a temporary file. Raises `_CancelledError` and `StoreError`, and leaves nothing then."""
    store.verify(plan.topic, cancelled=cancelled)  # a line that is no event must not stand for its record
    follower = Follower(store, plan.topic, plan.reviews)
    found = follower.refresh()
    records = follower.ledger.records
    left_out: list[LeftOut] = []
    sizes: list[int] = []

    def lines() -> Iterator[bytes]:
        for done, state in enumerate(records):
            if cancelled and cancelled():
                raise _CancelledError
            if progress:
                progress(plan.topic, done, len(records))
            text, reason = _line(plan, state, wanted, partial(store.fetch, plan.topic))
            if text is None:
                left_out.append(LeftOut(state.record, state.status, reason))
                continue
            data = text.encode("utf-8") + b"\n"
            sizes.append(len(data))
            yield data
        if cancelled and cancelled():
            raise _CancelledError
        if progress:
            progress(plan.topic, len(records), len(records))

    try:
        temporary = write_temporary(path, lines())
    except OSError as error:
        raise failure(error, f"Nothing was exported: {path} cannot be written") from error
    return temporary, TopicSummary(
        plan.topic,
        path,
        len(sizes),
        sum(sizes),
        tuple(left_out),
        found.damaged,
        found.exists,
        plan.target,
        follower.ledger.skips.closing is not None,
    )


def _line(
    plan: TopicPlan, state: RecordState, wanted: frozenset[Status], fetch: Callable[[str], Event]
) -> tuple[str | None, str]:
    """A record's line, or None and why it has none. Raises `StoreError`."""
    if state.status not in wanted:
        return None, _REASONS[state.status]
    head = fetch(state.heads[0].id)
    if not isinstance(head, Revision):
        return None, _REASONS["retracted"]
    texts = Texts(head.user, head.think, head.block.text)
    wrong = errors(run_checks(texts))
    if wrong:
        return None, " ".join(finding.message for finding in wrong)
    text = line(plan.system, texts.user, texts.think, texts.block)
    try:
        same = parse_line(text) == Conversation(plan.system, texts.user, texts.think, texts.block)
    except ValueError as error:
        return None, f"Its line cannot be read back: {error}."
    return (text, "") if same else (None, "Its line does not read back as it was written.")


def _discard(ready: Sequence[tuple[Path, TopicSummary]]) -> None:
    for temporary, _ in ready:
        discard(temporary)
