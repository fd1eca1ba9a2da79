"""Opening records, and what is asked about them: drafts that were left, histories, conflicts."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple

from app.annotate.composer import Composer
from app.annotate.session import AnnotateSession, Opening
from app.annotate.session_events import RecordSaved
from app.errors import BackspanError, UsageError
from app.project.project import Project
from app.project.topic_files import TopicFiles
from app.records.draft import Draft
from app.repository.search.trail import LinePlace
from app.review.acts.verdicts import Judge
from app.store.presence.claims import Claims
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.coverage import Coverage, Offered
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.host import Host
from app.workstation.annotate.others import OtherPeople
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.records.difference import DifferenceScreen
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.records.records_screen import RecordsScreen
from app.workstation.records.settling import ConflictResult
from widgets.dialogs.choose import GRACE, Choose


class FoundDraft(NamedTuple):
    """A draft to begin with, and where to begin."""

    opening: Opening
    conflict: bool
    """Whether its record is in conflict."""
    path: str
    """The file to show; empty where the repository holds none."""
    line: int
    """0-based."""


class BegunTopic(NamedTuple):
    """A topic that is open."""

    session: AnnotateSession
    judge: Judge
    found: FoundDraft
    stop: str
    """Which pane had the focus when the topic was left."""


def last_place(project: Project, topic: str) -> dict[str, object]:
    """Where a topic was left; the file may hold anything."""
    topics = project.session().get("topics")
    place = topics.get(topic) if isinstance(topics, dict) else None
    return place if isinstance(place, dict) else {}


def begin(project: Project, topic: str, by: str, record: str | None, claims: Claims) -> BegunTopic:
    """Open a topic with a record that was asked for, else where one was. Raises `BackspanError`. Worker threads only.

    A record that is not there any more is no reason not to begin.
    """
    files = TopicFiles(project, topic)
    judge = Judge.of(project, topic, files.spec, by)
    session = AnnotateSession(Composer(files), judge.signer)
    place = last_place(project, topic)
    last = place.get("record")
    try:
        opening = _opening(session, record, last if isinstance(last, str) else None, claims)
    except UsageError:
        opening = _opening(session, None, None, claims)
    found = _found(session, opening, place if not record else {})
    return BegunTopic(session, judge, found, str(place.get("stop", "source")))


def _opening(session: AnnotateSession, record: str | None, last: str | None, claims: Claims) -> Opening:
    left = _left(last_place(session.files.project, session.files.topic))
    return session.opening(record, last, left, claims.others())


def _found(session: AnnotateSession, opening: Opening, place: dict[str, object]) -> FoundDraft:
    conflict = session.in_conflict(opening.draft.record)
    return FoundDraft(opening, conflict, *_first_place(session, place, opening.draft))


def _first_place(session: AnnotateSession, place: dict[str, object], draft: Draft) -> tuple[str, int]:
    files = session.files
    path, line = place.get("path"), place.get("line")
    if isinstance(path, str) and path in files.snapshot:
        return path, line if isinstance(line, int) else 0
    for piece in sorted(draft.selection.pieces, key=lambda piece: piece.role != "main"):
        if piece.path in files.snapshot:
            return piece.path, files.open(piece.path).source.line_at(piece.start)
    there = files.sources() or files.related() or files.snapshot.files()
    return (there[0], 0) if there else ("", 0)


def _left(place: dict[str, object]) -> datetime | None:
    """When the topic was last left in good order, as the session file says; the file may hold anything."""
    try:
        moment = datetime.fromisoformat(str(place.get("at")))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


class Records:
    """Takes records in hand, and leads to their histories and conflicts."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        browsing: Browsing,
        editing: Editing,
        coverage: Coverage,
        others: OtherPeople,
        judge: Judge,
        claims: Claims,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self._editing = editing
        self._coverage = coverage
        self._others = others
        self._judge = judge
        self._claims = claims
        others.load = self.load

    def listen(self) -> None:
        """A save may stand beside another's."""
        self._session.announcer.on(RecordSaved, lambda saved: self._settle_if_needed(saved.revision.record))

    # -- a new record

    def begin_new(self) -> None:
        """Begin a new record at the next open item."""
        if self._editing.kept():
            here = self._browsing.here
            self._host.run("open", lambda _: self._next_open(here), self._begun)

    def _next_open(self, here: LinePlace) -> tuple[Offered | None, str]:
        """The next open item, and why it is not known."""
        try:
            return self._coverage.next_open(here), ""
        except BackspanError as error:
            return None, str(error)

    def _begun(self, found: tuple[Offered | None, str]) -> None:
        following, why = found
        if why:
            self._host.warn(why)
        self._editing.take_up(Opening(self._session.fresh(), None))
        if following is not None:
            self._browsing.visit(following.place)
            self._host.say(following.said)
        self._panes.show("source")
        self._panes.focus(self._panes.source)

    # -- a record that is there

    def list(self) -> None:
        """List the topic's records; the one chosen is opened."""
        if not self._editing.kept():
            return

        def chosen(record: str | None) -> None:
            if record is not None:
                self.load(record)
            else:
                self._coverage.refresh()

        self._host.push(RecordsScreen(self._session, self._judge), chosen)

    def load(self, record: str) -> None:
        """Open a record of the topic."""
        self._host.run("open", lambda _: self._find(record), self._loaded)

    def _find(self, record: str) -> FoundDraft:
        return _found(self._session, _opening(self._session, record, None, self._claims), {})

    def _loaded(self, found: FoundDraft) -> None:
        self._put(found.opening, found.path, found.line)
        self.opened(found)

    def _put(self, opening: Opening, path: str = "", line: int = 0) -> None:
        self._editing.take_up(opening)
        if path and path != self._browsing.path:
            self._browsing.show(path, line)

    # -- what is asked about what was opened

    def opened(self, found: FoundDraft) -> None:
        """Ask about a draft that was found, or have its record's conflict settled."""
        if found.opening.offer is not None:
            self._ask(found.opening, found.opening.offer.answers)
        elif found.conflict:
            self._open_conflict(found.opening.draft.record)

    def _ask(self, opening: Opening, answers: tuple[tuple[str, str], ...]) -> None:
        offer = opening.offer
        assert offer is not None

        def chosen(answer: str | None) -> None:
            if answer == "look":
                self._show_difference(opening)
            elif answer is not None and answer != offer.harmless:
                self._take_answer(opening, answer)

        first = offer.first if any(name == offer.first for name, _ in answers) else answers[0][0]
        question = Choose(offer.title, offer.body, answers, first=first, harmless=offer.harmless, grace=GRACE)
        self._host.push(question, chosen)

    def _take_answer(self, opening: Opening, answer: str) -> None:
        offer = opening.offer
        assert offer is not None

        def taken(answered: Opening) -> None:
            self._put(answered)
            if answer == "open":
                said = "The draft is in the trash; “Trash” in the list of records (F5, then t) gets it back."
                self._host.say(said, timeout=12)

        self._host.run("open", lambda _: self._session.take(offer, answer), taken)

    def _show_difference(self, opening: Opening) -> None:
        offer = opening.offer
        assert offer is not None
        self._host.push(
            DifferenceScreen(opening.revision, offer.kept.draft, self._session.composer),
            lambda _: self._ask(opening, offer.after_looking or offer.answers),
        )

    # -- history and conflicts

    def action_history(self) -> None:
        """Show the record's history."""
        if not self._editing.kept():
            return
        if self._session.revision is None:
            self._host.warn("this record was never saved: it has no history yet")
        else:
            self.look_at(self._session.draft.record)

    def look_at(self, record: str) -> None:
        """Show a record's history, in which it may be changed."""
        self._host.push(HistoryScreen(JudgeActs(self._judge), record), partial(self.came_back, record))

    def came_back(self, record: str, changed: str | None) -> None:
        """From a screen that may have changed a record."""
        self._coverage.refresh()
        if changed is not None and self._session.draft.record == record:
            if self._session.dirty:
                self._others.check_heads()
            else:
                self.load(record)

    def _settle_if_needed(self, record: str) -> None:
        def conflict(there: bool) -> None:
            if there:
                self._open_conflict(record)

        def unknown(error: BackspanError) -> None:
            """Whoever reads the journal next says why it cannot be read."""

        self._host.run(
            "heads", lambda _: self._session.in_conflict(record), conflict, unknown, exclusive=False
        )

    def _open_conflict(self, record: str) -> None:
        def left(result: ConflictResult | None) -> None:
            if result is None:
                self._host.say("The conflict stands; nothing was changed.")
            elif result.outcome == "edit" and result.text is not None:
                self._edit_settling(result.record, result.text, result.parents)
            else:
                self.came_back(result.record, result.record)

        self._host.push(ConflictScreen(JudgeActs(self._judge), record), left)

    def _edit_settling(self, record: str, text: str, parents: tuple[str, ...]) -> None:
        self._host.run("open", lambda _: self._session.begun_from(record, text, parents), self._put)
