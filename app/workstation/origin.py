"""Where the selected code came from: the commits that touched its lines, or when a text first appeared at all.

Git is asked in a thread, told to stop when the person leaves, and every commit is shown as it is found. Nothing
of what is shown goes into the editors by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Footer

from app.errors import BackspanError
from app.repository.appearances import MissingHistoryError, Search, first_appearance
from app.repository.crate_uses import CrateFacts, beginning, crate_facts, introduction, item_name, line_range
from app.repository.history import Commit, History, line_history
from app.repository.repository import Cancelled, Progress, Snapshot
from app.rust.source import SourceFile
from app.workstation.screen import run_job
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.steady import SteadyScreen
from widgets.dialogs.questions import PromptLine
from widgets.panels.commits import CommitList, CommitPanel, CommitRow

Question = Literal["lines", "first"]
_BUTTONS = (("Lines", "lines"), ("First seen", "first"), ("Stop", "cancel"), ("Back", "back"))
_TOLD_CRATES = 6


@dataclass(frozen=True, slots=True)
class OriginQuestion:
    """What is asked about."""

    path: str
    """From the repository's root."""
    start: int
    end: int
    """Bytes, end exclusive."""
    item: str = ""
    """Item path; empty for plain lines."""


class OriginScreen(SteadyScreen[CommitRow | None]):
    """Asks about the lines at once; about a text when it is told which."""

    HELP_SCOPES = ("origin",)
    BINDINGS = [*bindings_for("origin")]

    def __init__(self, snapshot: Snapshot, selection: OriginQuestion, text: str = "") -> None:
        """`text`: ask when this first appeared, instead of beginning with the lines."""
        super().__init__()
        self._snapshot = snapshot
        self._selection = selection
        self._text = text
        self._question: Question = "first" if text else "lines"
        self._everywhere = False
        self._lines = (0, 0)
        """First and last, 1-based, once the file is read."""
        self._offer = text
        """What the question for a text begins with."""
        self._stop = threading.Event()
        """Tells the search under way to end; each search has its own."""
        self._asked = 0
        """Counts searches, so that what comes late is dropped."""
        self._found: list[Commit] = []
        self._introduced = ""
        self._facts = ""

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=_BUTTONS)
        yield StatusLine(id="facts")
        yield CommitPanel()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(CommitList))
        self._ask()
        run_job(self, "origin-facts", self._read_facts, self._show_facts, self._no_facts)

    def on_unmount(self) -> None:
        self._stop.set()

    # -- asking

    def _ask(self, fetch: bool = False) -> None:
        """Begin the search for the question as it stands; one under way ends."""
        self._stop.set()
        self._stop = threading.Event()
        self._asked += 1
        self._found = []
        self._introduced = ""
        self.query_one(CommitPanel).set_commits(())
        self._say_where("looking…")
        self._search(self._asked, self._stop, fetch)

    @work(thread=True, group="origin", exit_on_error=False)
    def _search(self, asked: int, stop: threading.Event, fetch: bool) -> None:
        def found(commit: Commit) -> None:
            self._tell(asked, self._show_one, commit)

        try:
            if self._question == "lines":
                history = self._ask_lines(asked, stop, found)
            else:
                history = first_appearance(
                    self._snapshot,
                    self._text,
                    everywhere=self._everywhere,
                    fetch=fetch,
                    found=found,
                    progress=lambda search: self._tell(asked, self._say_where, _progress(search)),
                    cancelled=stop.is_set,
                )
        except Cancelled:
            self._tell(asked, self._ended, "stopped; what was found so far is shown")
        except MissingHistoryError as error:
            self._tell(asked, self._ended, f"{error.what}; f fetches them")
        except BackspanError as error:
            self._tell(asked, self._failed, error)
        else:
            self._tell(asked, self._done, history)

    def _ask_lines(self, asked: int, stop: threading.Event, found: Callable[[Commit], None]) -> History:
        chosen = self._selection
        source = SourceFile.of(chosen.path, self._snapshot.read(chosen.path).data)
        self._lines = first, last = line_range(source, chosen.start, chosen.end)

        def progress(step: Progress) -> None:
            self._tell(asked, self._say_where, _transfer(step))

        return line_history(
            self._snapshot,
            chosen.path,
            first,
            last,
            found=found,
            progress=progress,
            cancelled=stop.is_set,
        )

    def _tell(self, asked: int, what: Callable[..., None], *values: object) -> None:
        """From the search's thread: call `what` on the interface's, unless another search was begun."""

        def call() -> None:
            if asked == self._asked and self.is_attached:
                what(*values)

        if self.is_attached:
            self.app.call_later(call)

    # -- showing

    def _show_one(self, commit: Commit) -> None:
        self._found.append(commit)
        if len(self._found) == 1 or len(self._found) % 10 == 0:
            self._show()

    def _show(self) -> None:
        self.query_one(CommitPanel).set_commits([_row(one, self._mark_of(one)) for one in self._found])

    def _mark_of(self, commit: Commit) -> str:
        if commit.oid == self._introduced:
            name = item_name(self._selection.item)
            return f"★ introduced {name}" if self._question == "lines" else "★ the text first appeared here"
        return "history ends here: the clone is shallow, and this may be older" if commit.boundary else ""

    def _done(self, history: History) -> None:
        self._found = list(history.commits)
        lines = self._question == "lines"
        first = introduction(history.commits, self._selection.item) if lines else beginning(history)
        self._introduced = first.oid if first else ""
        many = len(history.commits)
        told = f"{many:,} commit{'' if many == 1 else 's'}" if many else self._nothing()
        self._ended(" · ".join([told, *history.notes]))

    def _nothing(self) -> str:
        return (
            "no commit touched these lines"
            if self._question == "lines"
            else "the text never came or went in "
            + ("any file" if self._everywhere else "a Rust file; w looks in all files")
        )

    def _ended(self, why: str) -> None:
        self._show()
        self._say_where(why)

    def _failed(self, error: BackspanError) -> None:
        self._ended(error.what)
        self.notify(str(error), severity="error", markup=False, timeout=15)

    def _say_where(self, state: str) -> None:
        chosen, (first, last) = self._selection, self._lines
        name = chosen.item or chosen.path.rpartition("/")[2]
        if self._question == "lines":
            place = f"{chosen.path}:{first}-{last}" if first else chosen.path
            title = "touched these lines, newest first"
        else:
            place = f"“{' '.join(self._text.split())}” in {'all files' if self._everywhere else 'Rust files'}"
            title = "the text came or went, oldest first"
        self.query_one(StatusLine).set_left(f"{name} · {state} · {place}")
        self.query_one(CommitPanel).set_title(title)

    # -- the crate

    def _read_facts(self, _: Callable[[], bool]) -> tuple[str, str]:
        """The crate in words, and a text to ask about."""
        chosen = self._selection
        facts = crate_facts(self._snapshot, chosen.path, [(chosen.start, chosen.end)])
        data = self._snapshot.read(chosen.path).data
        return _crate_words(facts), _offered(chosen, data)

    def _show_facts(self, found: tuple[str, str]) -> None:
        told, offer = found
        self._offer = self._offer or offer
        self.query_one("#facts", StatusLine).set_left(told)

    def _no_facts(self, error: BackspanError) -> None:
        self._show_facts((error.what, ""))

    # -- what the person does

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        actions: dict[str, Callable[[], None]] = {
            "lines": self.action_lines,
            "first": self.action_first,
            "cancel": self.action_cancel,
            "back": self.action_back,
        }
        actions[event.action_id]()

    def action_lines(self) -> None:
        """Ask about the lines."""
        self._question = "lines"
        self._ask()

    def action_first(self) -> None:
        """Ask for a text, then when it first appeared."""

        def chosen(text: str | None) -> None:
            if text and text.strip():
                self._text = self._offer = text
                self._question = "first"
                self._ask()

        self.app.push_screen(PromptLine("When did this text first appear?", value=self._offer), chosen)

    def action_widen(self) -> None:
        """Every file, or Rust files only."""
        self._everywhere = not self._everywhere
        if self._question == "first":
            self._ask()
        else:
            where = "every file" if self._everywhere else "Rust files only"
            self.notify(f"Texts are looked for in {where}.", markup=False)

    def action_introduced(self) -> None:
        """Mark the commit that introduced the item or the text."""
        if self._introduced:
            self.query_one(CommitPanel).mark(self._introduced)
        else:
            self.notify("None of these commits is known to have introduced it.", markup=False)

    def action_fetch(self) -> None:
        """Bring what the clone lacks, then look again."""
        self._ask(fetch=True)

    def action_cancel(self) -> None:
        """Stop the search under way."""
        self._stop.set()

    def action_keep(self) -> None:
        """Go back and have the marked commit beside the editors. Nothing of it goes into them."""
        chosen = self.query_one(CommitPanel).chosen
        if chosen is None:
            self.notify("There is no commit to keep beside.", markup=False)
            return
        self._stop.set()
        self.dismiss(chosen)

    def action_copy_line(self) -> None:
        """Copy the marked line."""
        self.query_one(CommitPanel).copy_line()

    @on(CommitPanel.CopyRequested)
    def _copy(self, event: CommitPanel.CopyRequested) -> None:
        self.app.copy_to_clipboard(event.text)
        self.notify("One line sent to the terminal's clipboard.", markup=False)

    def action_next_pane(self) -> None:
        """The list, or what the commit says."""
        self.query_one(CommitPanel).next_pane()

    def action_next_change(self) -> None:
        """Mark the next change."""
        self.query_one(CommitPanel).change_near(1)

    def action_previous_change(self) -> None:
        """Mark the change before."""
        self.query_one(CommitPanel).change_near(-1)

    def action_back(self) -> None:
        """Stop and go back."""
        self._stop.set()
        self.dismiss(None)


def _crate_words(facts: CrateFacts) -> str:
    crate, licence = facts.crate, facts.licence
    words = [f"crate {crate.name} {crate.version}".rstrip() if crate else "no crate"]
    words.append(
        f"licence {licence.expression} ({licence.source})" if licence.expression else "no licence said"
    )
    uses = [f"{use.dependency.name} {use.dependency.version}".rstrip() for use in facts.uses]
    more = f" and {len(uses) - _TOLD_CRATES} more" if len(uses) > _TOLD_CRATES else ""
    words.append(f"uses {', '.join(uses[:_TOLD_CRATES])}{more}" if uses else "uses no other crate")
    return " · ".join(words)


def _row(commit: Commit, mark: str) -> CommitRow:
    day = commit.at.strftime("%Y-%m-%d") if commit.at else ""
    return CommitRow(
        commit.oid,
        day,
        commit.author,
        commit.subject,
        commit.body,
        commit.difference,
        commit.pull_request,
        mark,
    )


def _progress(search: Search) -> str:
    if search.transfer is not None:
        return _transfer(search.transfer)
    percent = 100 * search.done // max(search.total, 1)
    until = f", up to {search.at:%Y-%m}" if search.at else ""
    return f"looking… {percent} % of {search.total:,} commits{until}"


def _transfer(step: Progress) -> str:
    percent = f" {step.percent} %" if step.percent is not None else ""
    return f"fetching old contents: {step.phase}{percent} {step.detail}".rstrip()


def _offered(chosen: OriginQuestion, data: bytes) -> str:
    """A text that is typical of the selection: a part of one line as it is, else the item's name, else a line."""
    text = data[chosen.start : chosen.end].decode("utf-8", "replace").strip()
    if "\n" not in text:
        return text
    lines: Sequence[str] = [line.strip() for line in text.split("\n")]
    return item_name(chosen.item) or max(lines, key=len)
