"""What the topic list sends for: a topic's records, an export, a repository, a check of its spec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from textual.app import App

from app.annotate.composer import Composer
from app.annotate.session import AnnotateSession
from app.errors import BackspanError, SourceError
from app.export.deliver import deliver, summary_text
from app.project.project import Project
from app.project.topic_files import TopicFiles
from app.project.topics.claims import check_claims
from app.repository import sources
from app.review.acts.verdicts import Judge
from app.workstation.records.records_screen import RecordsScreen
from widgets.dialogs.questions import Notice, ProgressDialog, PromptLine


def _say(app: App[Any], title: str, text: str) -> None:
    app.push_screen(Notice(title, text))


def show_records(
    app: App[Any], project: Project, topic: str, by: str, open_record: Callable[[str, str], None]
) -> None:
    """List a topic's records; the one chosen is opened."""

    def chosen(record: str | None) -> None:
        if record is not None:
            open_record(topic, record)

    def work() -> None:
        try:
            files = TopicFiles(project, topic)
        except BackspanError as error:
            app.call_from_thread(_say, app, f"{topic} cannot be opened", str(error))
            return
        judge = Judge.of(project, topic, files.spec, by)
        session = AnnotateSession(Composer(files), judge)
        app.call_from_thread(app.push_screen, RecordsScreen(session, judge), chosen)

    app.run_worker(work, thread=True, exclusive=True, group="errand", exit_on_error=False)


def export_topics(app: App[Any], project: Project, topics: Sequence[str]) -> None:
    """Ask for a folder, then write the accepted records of the topics (all if none is named)."""

    def chosen(folder: str | None) -> None:
        if not folder:
            return
        out = Path(folder).expanduser()
        dialog = ProgressDialog(f"Exporting to {out}")

        def work() -> None:
            try:
                summary = deliver(
                    project,
                    topics,
                    project.root / out,
                    progress=lambda topic, done, total: app.call_from_thread(
                        dialog.update, f"{topic}: {done} of {total}", done / total if total else None
                    ),
                    cancelled=lambda: dialog.cancelled,
                )
                text = summary_text(summary)
            except BackspanError as error:
                text = str(error)
            app.call_from_thread(dialog.dismiss, None)
            app.call_from_thread(_say, app, "Export", text)

        app.push_screen(dialog)
        app.run_worker(work, thread=True, exclusive=True, group="errand", exit_on_error=False)

    app.push_screen(PromptLine("Write the accepted records to folder", value="exports"), chosen)


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

    def work() -> None:
        try:
            path = sources.clone(
                url,
                progress=lambda p: app.call_from_thread(
                    dialog.update, p.phase, p.percent / 100 if p.percent is not None else None
                ),
                cancelled=lambda: dialog.cancelled,
            )
            text = f"{url}\nis now in {path}"
        except SourceError as error:
            text = str(error)
        app.call_from_thread(dialog.dismiss, None)
        app.call_from_thread(_say, app, "Source", text)
        app.call_from_thread(done)

    app.push_screen(dialog)
    app.run_worker(work, thread=True, exclusive=True, group="errand", exit_on_error=False)


def check_spec(app: App[Any], project: Project, topic: str) -> None:
    """Check the spec's claims against the repository at its commit, and show what was found."""

    def work() -> None:
        try:
            spec = project.spec(topic)
            claims = check_claims(spec, project.snapshot(spec))
            text = "\n".join(
                f"{c.severity}: {c.key}: {c.text}" + (f"\n  → {c.hint}" if c.hint else "") for c in claims
            )
        except BackspanError as error:
            text = str(error)
        app.call_from_thread(_say, app, f"Spec of {topic}", text or "Every claim holds.")

    app.run_worker(work, thread=True, exclusive=True, group="errand", exit_on_error=False)
