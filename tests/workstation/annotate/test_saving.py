"""Saving without a terminal: what is on disk, what is asked first, and what waits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.annotate.composer import Composition
from app.annotate.session_events import CheckedDraft, RecordSaved
from app.errors import InvalidRecordError, StoreError
from app.project.project import Project
from app.records.draft import Draft
from app.records.finding import Finding
from app.rust.items import find_item
from app.workstation.annotate.host import Host
from app.workstation.annotate.saving import Saving
from tests.desk import Desk
from tests.workstation.driver import THINK, TOPIC, USER
from tests.workstation.standin import StandIn
from widgets.dialogs.choose import Choose

RETRY = "src/retry.rs"
WARNING = Finding("BS702", "warning", "user", 0, 4, "a stock phrase", "Say it plainly.")


class Around:
    """The other parts, as far as saving speaks to them."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.kept = 0
        self.forgotten: list[Draft] = []
        self.gone_to: list[Finding] = []
        self.judged_: list[CheckedDraft] = []

    def take_texts(self) -> None:
        """What stands in the editors is the draft already."""

    def keep(self) -> None:
        self.kept += 1

    def judge(self, draft: Draft, composition: Composition) -> CheckedDraft:
        return CheckedDraft(draft, self.findings, {}, {}, None)

    def judged(self, found: CheckedDraft) -> None:
        self.judged_.append(found)

    def go_to(self, finding: Finding) -> None:
        self.gone_to.append(finding)

    def forget(self, draft: Draft) -> None:
        self.forgotten.append(draft)

    def set_saved(self, texts: tuple[str, str, str]) -> None:
        """The preview shows them."""


@pytest.fixture
def desk(project: Project) -> Desk:
    made = Desk(project, TOPIC, "ada")
    items = made.files.parsed(RETRY).items
    at = items.index(find_item(items, "enum Class"))
    piece = made.composer.piece(RETRY, items[at].start, items[at].end, at)
    made.draft = made.draft.pick(piece, "toggle").write("user", USER).write("think", THINK)
    made.composition = made.composer.compose(made.draft)
    return made


@pytest.fixture
def screen() -> StandIn:
    return StandIn()


@pytest.fixture
def around() -> Around:
    return Around()


@pytest.fixture
def saving(screen: StandIn, desk: Desk, around: Around) -> Saving:
    panes = SimpleNamespace(status=screen.line, preview=around)
    one: Any = around
    part = Saving(cast(Host, screen), desk, cast(Any, panes), one, one, one)
    part.listen()
    return part


def saved(project: Project) -> int:
    """How many events the journal holds."""
    path = project.datasets_dir / f"{TOPIC}.jsonl"
    return len(path.read_bytes().splitlines()) if path.exists() else 0


def test_it_is_told_once_it_is_on_disk(
    saving: Saving, screen: StandIn, desk: Desk, project: Project, around: Around
) -> None:
    told = list[int]()
    desk.announcer.on(RecordSaved, lambda _: told.append(saved(project)))
    sent = desk.draft
    saving.begin()
    assert saving.under_way and screen.line.state == ("saving", "") and saved(project) == 0
    saving.begin()
    screen.work()
    assert told == [1], "a second key while it is saved is no second record"
    assert screen.line.state[0] == "saved" and not desk.dirty and around.forgotten == [sent]
    saving.begin()
    assert screen.said == ["Nothing has changed since the last save."] and screen.jobs == []


def test_warnings_are_asked_about_once_and_nothing_is_written_before(
    saving: Saving, screen: StandIn, project: Project, around: Around
) -> None:
    around.findings = (WARNING,)
    saving.begin()
    screen.work()
    assert isinstance(screen.pushed[-1], Choose) and saved(project) == 0
    assert around.kept == 1 and not saving.under_way
    screen.answer("look")
    assert around.gone_to == [WARNING]
    saving.begin()
    screen.work()
    assert saved(project) == 1, "whoever was asked has seen it"


def test_what_cannot_be_saved_as_it_is_says_why_in_the_header(
    saving: Saving, screen: StandIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invalid(*_: object) -> None:
        raise InvalidRecordError("practice: user: the request is empty")

    monkeypatch.setattr(desk, "signed", invalid)
    saving.begin()
    screen.work()
    assert screen.line.state == ("unsaved", "the request is empty (practice: user)")
    assert not saving.under_way and saving.waiting == 0


def test_a_full_disk_is_tried_again_with_the_very_same_event(
    saving: Saving, screen: StandIn, desk: Desk, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    append = desk.append

    def full(revision: Any) -> None:
        tried.append(revision.id)
        if len(tried) < 3:
            raise StoreError("practice: the disk is full")
        append(revision)

    clock = [100.0]
    monkeypatch.setattr(desk, "append", full)
    monkeypatch.setattr("app.workstation.annotate.saving.monotonic", lambda: clock[0])
    saving.begin()
    screen.work()
    assert saving.waiting == 1 and "the disk is full" in screen.line.state[1]
    assert ("To a file", "write_out") in screen.line.buttons
    (retry,) = screen.timers
    retry.go()
    assert screen.jobs == [], "it is not due yet"
    for _ in range(2):
        clock[0] += 60
        retry.go()
        screen.work()
    assert len(set(tried)) == 1 and len(tried) == 3
    assert saving.waiting == 0 and saved(project) == 1 and retry.stopped
    assert len([said for said in screen.said if "the disk is full" in said]) == 1, "told once"


def test_another_s_text_is_shown_before_one_s_own_stands_beside_it(
    saving: Saving, screen: StandIn, desk: Desk, project: Project
) -> None:
    saving.begin()
    screen.work()
    other = Desk(project, TOPIC, "bob")
    theirs, _ = other.load(desk.draft.record)
    changed = theirs.write("user", "Stop after the last wait, says bob.")
    other.append(other.composer.revision(changed, other.composer.compose(changed)))
    desk.draft = desk.draft.write("user", "Stop after the last wait, says ada.")
    looked: list[str] = []
    saving.look_at = looked.append
    saving.begin()
    screen.work()
    assert isinstance(screen.pushed[-1], Choose) and saved(project) == 2
    screen.answer("look")
    assert looked == [desk.draft.record] and saved(project) == 2
    saving.begin()
    screen.work()
    screen.answer("save")
    screen.work()
    assert saved(project) == 3 and desk.in_conflict(desk.draft.record)
