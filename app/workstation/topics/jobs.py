"""What the topic list sends for: an export, a repository, a check of its spec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App

from app.base.text import printable
from app.errors import BackspanError
from app.export.deliver import deliver, summary_text
from app.project.project import Project
from app.project.topics.claims import check_claims
from app.repository import sources
from app.repository.sources import Progress
from app.review.acts.closings import WHY, close, reopen
from app.review.acts.reasons import wrong_reason
from app.store.signer import Signer
from app.workstation.screen import run_job
from widgets.dialogs.questions import Confirm, Notice, ProgressDialog, PromptLine


def _say(app: App[Any], title: str, text: str) -> None:
    app.push_screen(Notice(title, text))


def _run(app: App[Any], job: Callable[[], str], over: Callable[[str], object]) -> None:
    """Run a job in a thread; `over` is given what it says, or why it could not be done, and is always called."""

    def told(_: Callable[[], bool]) -> str:
        try:
            return job()
        except BackspanError as error:
            return str(error)

    run_job(app, "errand", told, over, lambda error: over(str(error)), exclusive=False)


def export_topics(app: App[Any], project: Project, topics: Sequence[str]) -> None:
    """Ask for a folder, then write the accepted records of the topics (all if none is named)."""

    def chosen(folder: str | None) -> None:
        if not folder:
            return
        out = Path(folder).expanduser()
        dialog = ProgressDialog(f"Exporting to {out}")

        def update(topic: str, done: int, total: int) -> None:
            share = done / total if total else None
            app.call_from_thread(dialog.update, f"{topic}: {done} of {total}", share)

        def export() -> str:
            stopped = lambda: dialog.cancelled  # noqa: E731
            return summary_text(
                deliver(project, topics, project.root / out, progress=update, cancelled=stopped)
            )

        def over(text: str) -> None:
            dialog.dismiss(None)
            _say(app, "Export", text)

        app.push_screen(dialog)
        _run(app, export, over)

    whose = f"of {topics[0]} alone" if len(topics) == 1 else "of all topics"
    app.push_screen(PromptLine(f"Write the accepted records {whose} to folder", value="exports"), chosen)


def close_topic(app: App[Any], project: Project, topic: str, by: str, done: Callable[[], Any]) -> None:
    """Say that all code there is of a topic is recorded, and why; or take that back."""

    def act(closing: Callable[[Signer], object], said: str) -> None:
        def job() -> str:
            closing(_signer(project, topic, by))
            return said

        def over(text: str) -> None:
            app.notify(text, markup=False)
            done()

        _run(app, job, over)

    def answered(reason: str | None) -> None:
        if reason is not None:
            act(
                lambda signer: close(signer, reason),
                f"{topic}: all code there is is recorded. f takes that back.",
            )

    def ask() -> None:
        question = f"All code there is of {topic} is recorded, because …"
        app.push_screen(PromptLine(question, wrong=partial(wrong_reason, ask=WHY)), answered)

    def take_back(yes: bool | None) -> None:
        if yes:
            act(reopen, f"{topic} is open again.")

    def look() -> str:
        known = _signer(project, topic, by).ledger().skips.closing
        if known is None:
            return ""
        return f"{printable(known.by)} says that all code there is is recorded: {printable(known.reason)}"

    def known(text: str) -> None:
        if text:
            app.push_screen(Confirm(f"{text}\n\nTake that back?"), take_back)
        else:
            ask()

    _run(app, look, known)


def _signer(project: Project, topic: str, by: str) -> Signer:
    return Signer(project, topic, project.spec(topic).reviews, by)


def get_source(app: App[Any], project: Project, topic: str, done: Callable[[], Any]) -> None:
    """Clone the topic's repository, or map it to a checkout on this machine."""
    try:
        url = project.spec(topic).repository.url
    except BackspanError as error:
        _say(app, "Source", str(error))
        return

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        if answer.strip() and answer.strip() != url:
            try:
                sources.map_source(url, Path(answer.strip()).expanduser())
            except BackspanError as error:
                _say(app, "Source", str(error))
            else:
                app.notify(f"{url} is read from {answer.strip()}", markup=False)
                done()
            return
        _clone(app, url, done)

    app.push_screen(PromptLine("Path of a checkout, or enter to clone", value=url), chosen)


def _clone(app: App[Any], url: str, done: Callable[[], Any]) -> None:
    dialog = ProgressDialog(f"Cloning {url}")

    def update(step: Progress) -> None:
        share = step.percent / 100 if step.percent is not None else None
        app.call_from_thread(dialog.update, step.phase, share)

    def clone() -> str:
        path = sources.clone(url, progress=update, cancelled=lambda: dialog.cancelled)
        return f"{url}\nis now in {path}"

    def over(text: str) -> None:
        dialog.dismiss(None)
        _say(app, "Source", text)
        done()

    app.push_screen(dialog)
    _run(app, clone, over)


def check_spec(app: App[Any], project: Project, topic: str) -> None:
    """Check the spec's claims against the repository at its commit, and show what was found."""

    def check() -> str:
        spec = project.spec(topic)
        claims = check_claims(spec, project.snapshot(spec))
        return "\n".join(
            f"{c.severity}: {c.key}: {c.text}" + (f"\n  → {c.hint}" if c.hint else "") for c in claims
        )

    _run(app, check, lambda text: _say(app, f"Spec of {topic}", text or "Every claim holds."))
