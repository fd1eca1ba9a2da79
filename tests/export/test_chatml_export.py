"""What leaves a project, to the byte, and what stays and why."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from app.errors import StoreError, UsageError
from app.export.report import ExportReport, TopicPlan
from app.export.writing import ALLOWED, export_chatml
from app.records.chatml import parse_line
from app.records.events import Revision, event_line
from app.records.history.light import Event
from app.store.journal import track
from app.store.journal.store import JournalStore
from tests.store.events import record_id, retraction, review, revision

GOLDEN = Path(__file__).parent / "golden"
SYSTEM = "You are the maintainer of pauses."
PLAN = TopicPlan("retry", SYSTEM, "retry.jsonl")
OTHER = TopicPlan("jitter", SYSTEM, "jitter.jsonl")

FULL = revision(
    1,
    user='Write a pause.\n\n- seven\n- "exact" \\ U+2028 \u2028 é 漢 🦀',
    think="Seven, because tokio says so.\n\tAnd a tab.",
    code='/// Waits.\r\nfn pause() -> &\'static str {\r\n\t"\u2029\u0085\\u{7f}"\r\n}',
)
PLAIN = revision(2, second=5, by="cy")
RETURNED, REJECTED, OPEN = revision(3, second=6), revision(4, second=7), revision(5, second=8)
GONE, TORN = revision(6, second=9), revision(7, second=10)
ALL: tuple[Event, ...] = (
    OPEN,
    PLAIN,
    FULL,
    review(FULL),
    review(PLAIN, "accept", 50),
    RETURNED,
    review(RETURNED, "return", 51),
    REJECTED,
    review(REJECTED, "reject", 52),
    GONE,
    retraction((GONE,), 53),
    TORN,
    revision(7, 54, (TORN,), user="One."),
    revision(7, 55, (TORN,), user="Two."),
)


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    (tmp_path / "datasets").mkdir()
    store = JournalStore(tmp_path / "datasets")
    store.append("retry", ALL)
    return store


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def _texts(path: Path) -> list[str]:
    return [parse_line(text).user for text in path.read_text(encoding="utf-8").split("\n")[:-1]]


def test_the_accepted_records_leave_to_the_byte(store: JournalStore, out: Path) -> None:
    summary = export_chatml([PLAN], store, out)
    data = (out / "retry.jsonl").read_bytes()
    assert data == (GOLDEN / "accepted.jsonl").read_bytes()
    [topic] = summary.topics
    assert (topic.topic, topic.path, topic.written, topic.size) == (
        "retry",
        out / "retry.jsonl",
        2,
        len(data),
    )
    assert [path.name for path in out.iterdir()] == ["retry.jsonl"]
    assert summary.warnings == ()


def test_a_line_that_only_looks_like_an_event_keeps_no_accepted_record_back(
    store: JournalStore, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long journals are taken lightly at first; what leaves goes by what each line was proven to be."""
    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)
    forged = event_line(revision(1, 70, (FULL,), user="A longer pause.")).replace(b"longer", b"larger")
    with store.path("retry").open("ab") as file:
        file.write(forged)
    fresh = JournalStore(store.folder)
    [topic] = export_chatml([PLAN], fresh, out).topics
    assert (out / "retry.jsonl").read_bytes() == (GOLDEN / "accepted.jsonl").read_bytes()
    assert [damage.line for damage in topic.damaged] == [len(ALL) + 1]


def test_what_is_asked_for_by_name_leaves_as_well(store: JournalStore, out: Path) -> None:
    export_chatml([PLAN], store, out, include=ALLOWED)
    assert (out / "retry.jsonl").read_bytes() == (GOLDEN / "allowed.jsonl").read_bytes()
    export_chatml([PLAN], store, out, include=["submitted"])
    assert _texts(out / "retry.jsonl") == [OPEN.user]


def test_each_line_holds_the_very_texts_of_its_record(store: JournalStore, out: Path) -> None:
    export_chatml([PLAN], store, out)
    lines = (out / "retry.jsonl").read_bytes().split(b"\n")
    assert lines[-1] == b""
    for line, record in zip(lines, (FULL, PLAIN), strict=False):
        value = json.loads(line)
        assert [message["role"] for message in value["messages"]] == ["system", "user", "assistant"]
        assert value["messages"][1]["content"] == record.user
        assert value["messages"][2]["content"] == (
            f"<think>\n{record.think}\n</think>\n\n{record.block.text}"
        )


def test_the_summary_says_why_each_of_the_others_stayed(store: JournalStore, out: Path) -> None:
    [topic] = export_chatml([PLAN], store, out).topics
    assert [(left.record, left.status) for left in topic.left_out] == [
        (record_id(3), "returned"),
        (record_id(4), "rejected"),
        (record_id(5), "submitted"),
        (record_id(6), "retracted"),
        (record_id(7), "conflict"),
    ]
    assert len({left.reason for left in topic.left_out}) == 5


def test_the_order_of_the_journal_does_not_change_a_byte(
    store: JournalStore, out: Path, tmp_path: Path
) -> None:
    export_chatml([PLAN], store, out)
    (tmp_path / "again").mkdir()
    again = JournalStore(tmp_path / "again")
    again.append("retry", [*reversed(ALL), *ALL])
    export_chatml([PLAN], again, tmp_path / "out2")
    assert (tmp_path / "out2" / "retry.jsonl").read_bytes() == (out / "retry.jsonl").read_bytes()


def test_a_spec_that_asks_for_two_accepts_gets_them(store: JournalStore, out: Path) -> None:
    store.append("retry", [review(PLAIN, "accept", 60, "dee")])
    export_chatml([TopicPlan("retry", SYSTEM, "retry.jsonl", reviews=2)], store, out)
    assert _texts(out / "retry.jsonl") == [PLAIN.user]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (revision(8, think="so </think> it is"), "“</think>” stands in the reasoning"),
        (revision(8, code="fn a() { /* </think> */ }"), "“</think>” stands in the code"),
        (revision(8, user=" "), "request is empty"),
        (revision(8, user="a\0b"), "NUL"),
    ],
)
def test_an_accepted_record_that_breaks_the_line_stays(
    store: JournalStore, out: Path, record: Revision, reason: str
) -> None:
    store.append("retry", [record, review(record)])
    [topic] = export_chatml([PLAN], store, out).topics
    assert topic.written == 2
    [left] = [left for left in topic.left_out if left.record == record.record]
    assert reason in left.reason


@pytest.mark.parametrize(
    ("include", "why"),
    [
        (["conflict"], "settle the conflict"),
        (["retracted"], "withdrawn"),
        (["accepted", "rejected"], "never leave"),
        (["draft"], "no status"),
        ([], "No status"),
    ],
)
def test_what_may_never_leave_is_refused_with_the_reason(
    store: JournalStore, out: Path, include: list[str], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        export_chatml([PLAN], store, out, include=include)
    assert not out.exists()


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/b", "/etc/passwd", "a\\b", "C:a", ".hidden", "a\nb", "a\x1b", "x" * 300],
)
def test_an_output_that_is_no_bare_name_is_refused(store: JournalStore, out: Path, name: str) -> None:
    with pytest.raises(UsageError, match="bare file name"):
        export_chatml([TopicPlan("retry", SYSTEM, name)], store, out)
    assert not out.exists()


@pytest.mark.parametrize("name", ["retry.jsonl", "RETRY.jsonl"])
def test_two_topics_with_one_output_are_refused(store: JournalStore, out: Path, name: str) -> None:
    with pytest.raises(UsageError, match="retry and jitter"):
        export_chatml([PLAN, TopicPlan("jitter", SYSTEM, name)], store, out)
    assert not out.exists()


def test_an_earlier_export_is_replaced_and_nothing_else_is(store: JournalStore, out: Path) -> None:
    export_chatml([PLAN], store, out, include=ALLOWED)
    export_chatml([PLAN], store, out)
    assert len(_texts(out / "retry.jsonl")) == 2
    (out / "jitter.jsonl").write_text("my notes")
    with pytest.raises(StoreError, match="not an earlier export"):
        export_chatml([OTHER, PLAN], store, out)
    assert (out / "jitter.jsonl").read_text() == "my notes"


def test_the_projects_own_folder_is_kept_out(store: JournalStore, tmp_path: Path) -> None:
    before = (tmp_path / "datasets" / "retry.jsonl").read_bytes()
    with pytest.raises(StoreError, match="not an earlier export"):
        export_chatml([PLAN], store, tmp_path / "datasets")
    with pytest.raises(UsageError, match="own data"):
        export_chatml(
            [OTHER], store, tmp_path / "datasets", keep_out=[tmp_path / "datasets", tmp_path / "no"]
        )
    assert (tmp_path / "datasets" / "retry.jsonl").read_bytes() == before
    assert not (tmp_path / "datasets" / "jitter.jsonl").exists()


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_file_is_not_replaced(store: JournalStore, out: Path, tmp_path: Path, kind: str) -> None:
    out.mkdir()
    path = out / "retry.jsonl"
    (tmp_path / "mine").write_text("")
    if kind == "link":
        path.symlink_to(tmp_path / "mine")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(StoreError, match="link, a folder or a device"):
        export_chatml([PLAN], store, out)
    assert (tmp_path / "mine").read_text() == ""


def test_a_folder_that_cannot_be_made_is_named(store: JournalStore, out: Path) -> None:
    out.write_text("")
    with pytest.raises(StoreError, match=r"Nothing can be exported to .*out"):
        export_chatml([PLAN], store, out)


def test_a_full_disk_leaves_every_earlier_export_whole(
    store: JournalStore, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append("jitter", [revision(20), review(revision(20))])
    export_chatml([OTHER, PLAN], store, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    store.append("jitter", [revision(21), review(revision(21))])
    write, left = os.write, [2]

    def full(handle: int, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, data)

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        with pytest.raises(StoreError, match="disk is full"):
            export_chatml([OTHER, PLAN], store, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_that_cannot_be_replaced_leaves_no_rubbish(
    store: JournalStore, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", broken)
        with pytest.raises(StoreError, match="cannot be replaced"):
            export_chatml([OTHER, PLAN], store, out)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("after", [0, 3, 7, 8])
def test_calling_it_off_touches_nothing(store: JournalStore, out: Path, after: int) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > after

    summary = export_chatml([PLAN, OTHER], store, out, cancelled=cancelled)
    assert summary == ExportReport(cancelled=True)
    assert list(out.iterdir()) == []


def test_progress_is_told(store: JournalStore, out: Path) -> None:
    told: list[tuple[str, int, int]] = []
    export_chatml([PLAN, OTHER], store, out, progress=lambda *step: told.append(step))
    assert told == [*(("retry", done, 7) for done in range(8)), ("jitter", 0, 0)]


def test_damage_and_emptiness_are_said_aloud(store: JournalStore, out: Path, tmp_path: Path) -> None:
    journal = tmp_path / "datasets" / "retry.jsonl"
    journal.write_bytes(b"x\n" * 7 + journal.read_bytes() + b'{"torn')
    store.append("third", [revision(30)])
    summary = export_chatml([PLAN, OTHER, TopicPlan("third", SYSTEM, "third.jsonl")], store, out)
    assert sum(topic.written for topic in summary.topics) == 2
    assert len(summary.topics[0].damaged) == 8
    assert summary.warnings == (
        "The journal of retry has lines that cannot be read (1, 2, 3, 4, 5 and 3 more).",
        "jitter has no journal, so jitter.jsonl is empty.",
        "Nothing of third was to leave, so third.jsonl is empty.",
    )
    assert (out / "third.jsonl").read_bytes() == b""
