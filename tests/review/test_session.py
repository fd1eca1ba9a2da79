"""A pass over records without any screen: reading time, what may be seen, acts and the way back, and a sudden end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UsageError
from app.project.project import Project
from app.records.events import Review, Revision, Verdict, make_comment, make_review
from app.records.history.ledger import Ledger
from app.records.history.viewpoint import Viewer, opened, viewpoint
from app.review import IDLE, Attention, Reviewing, left_off
from app.review.passes import Plan
from tests.quiet import quiet_project
from tests.store.events import moment, record_id, review, revision

TOPIC = "practice"
ONE, TWO, THREE = (revision(record=number, second=number, user=f"Pause {number}.") for number in (1, 2, 3))
R1, R2, R3 = (record_id(number) for number in (1, 2, 3))
NEWER = revision(record=1, second=60, parents=(ONE,), by="bob", user="Pause no more.")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    made = quiet_project(tmp_path / "project")
    made.store.append(TOPIC, [ONE, TWO, THREE])
    return made


def rules(project: Project, lines: str) -> None:
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(f"{spec.read_text('utf-8')}\n[review]\n{lines}\n", "utf-8")


def going(project: Project, by: str = "eve", plan: Plan | None = None) -> Reviewing:
    made = Reviewing(project, TOPIC, by, plan)
    made.refresh()
    return made


# -- reading time


@given(st.lists(st.floats(0, 200), max_size=20))
def test_of_every_silence_only_the_beginning_is_reading(silences: list[float]) -> None:
    attention, now = Attention(), 5.0
    attention.begin(now)
    for silence in silences:
        now += silence
        attention.touch(now)
    assert (
        attention.seconds(now) == int(sum(min(silence, IDLE) for silence in silences) + 1e-9) or not silences
    )


def test_what_covers_a_record_is_no_reading() -> None:
    attention = Attention()
    attention.begin(0)
    attention.pause(4)
    attention.touch(20)
    attention.resume(50)
    assert attention.seconds(56) == 10
    attention.begin(60)
    assert attention.seconds(61) == 1


# -- what may be seen

PEOPLE = ("ada", "bob", "eve")


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """One record of two texts, and verdicts of anybody on either."""
    events: list[Revision | Review] = [ONE, NEWER]
    for second in range(draw(st.integers(0, 6))):
        verdict = draw(st.sampled_from(["accept", "return", "reject", "clear"]))
        events.append(
            make_review(
                record=R1,
                by=draw(st.sampled_from(PEOPLE)),
                revision=draw(st.sampled_from([ONE.id, NEWER.id])),
                verdict=verdict,  # type: ignore[arg-type]
                at=moment(100 + second),
            )
        )
    return Ledger(events)


@given(ledgers(), st.sampled_from(PEOPLE), st.booleans())
def test_comments_are_open_just_where_others_verdicts_are(ledger: Ledger, me: str, own: bool) -> None:
    state = ledger.get(R1)
    assert state is not None
    viewer = Viewer(me, blind=True, judges_own=own)
    seen = viewpoint(state, viewer).events
    for event in state.events.values():
        if isinstance(event, Review) and event.by != me:
            assert (event.id in seen) == opened(state, event.revision, viewer)


def test_blind_others_comments_come_with_ones_own_verdict(project: Project) -> None:
    rules(project, "blind = true")
    said = make_comment(
        record=R1, by="bob", comment=record_id(9), revision=ONE.id, about="note", note="hm", at=moment(9)
    )
    project.store.append(TOPIC, [said, review(ONE, "reject", second=10, by="bob")])
    mine = going(project)
    sheet = mine.open(R1)
    assert sheet.comments == () and sheet.state.status == "submitted" and mine.open_count == 3
    mine.verdict(sheet, "accept")
    after = mine.open(R1)
    assert after.comments == (said,) and after.state.status == "rejected"
    mine.undo()
    assert mine.open(R1).comments == ()


# -- acts and the way back


@pytest.mark.parametrize(
    "kept", [None, 7, "x", [], {}, {"record": R1}, {"record": R1, "order": "oldest", "key": 3}]
)
def test_a_damaged_place_is_no_place(project: Project, kept: object) -> None:
    project.save_session({"reviews": {TOPIC: kept}})
    assert left_off(project, TOPIC) is None
    assert going(project).resume() == R1


def test_a_place_says_in_which_list_it_is(project: Project) -> None:
    mine = going(project)
    mine.keep_place(R2, "findings", "crate:tokio")
    left = left_off(project, TOPIC)
    assert left is not None and (left.mark.record, left.section, left.filter) == (
        R2,
        "findings",
        "crate:tokio",
    )
    session = project.session()
    session["reviews"][TOPIC] |= {"section": "elsewhere", "filter": ["x"]}
    project.save_session(session)
    left = left_off(project, TOPIC)
    assert left is not None and (left.mark.record, left.section, left.filter) == (R2, "review", "")
    assert left_off(project, "other") is None


def test_a_pass_goes_on_with_what_is_open(project: Project) -> None:
    mine = going(project)
    assert (mine.resume(), mine.open_count, mine.records) == (R1, 3, (R1, R2, R3))
    mine.verdict(mine.open(R2), "accept", seconds=7)
    assert (mine.next(R1), mine.next(R2, -1), mine.open_count) == (R3, R1, 2)
    assert mine.neighbour(R1, 1) == R2 and mine.neighbour(R3, 1) is None
    mine.keep_place(R2)
    assert going(project).resume() == R3
    assert not mine.changed()  # its own acts are no news
    project.store.append(TOPIC, [revision(record=4, second=80)])
    assert mine.changed() and not mine.changed()
    mine.refresh()
    assert mine.records == (R1, R2, R3, record_id(4))


def test_the_session_keeps_what_others_put_there(project: Project) -> None:
    project.save_session({"topic": TOPIC, "reviews": {"other": {"record": "x"}}})
    mine = going(project)
    mine.keep_place(R2)
    session = project.session()
    assert session["topic"] == TOPIC and set(session["reviews"]) == {"other", TOPIC}
    assert going(project).resume() == R2


def test_undo_takes_this_pass_back_and_nothing_older(project: Project) -> None:
    before = going(project)
    before.verdict(before.open(R3), "reject", "no")
    mine = going(project)
    mine.verdict(mine.open(R1), "accept")
    mine.comment(mine.open(R2), "hm")
    mine.flag(mine.open(R2))
    mine.edit(mine.open(R1), "Pause 1.", "Another reasoning, because tokio wants it.")
    assert [mine.undo().deed for _ in range(4)] == ["edited", "flagged", "commented on", "accepted"]
    with pytest.raises(UsageError, match="nothing of this pass"):
        mine.undo()
    assert mine.open(R3).state.status == "rejected"
    assert mine.open(R2).comments == () and mine.open(R1).texts[1] == ONE.think
    assert [mine.redo().deed for _ in range(4)] == ["accepted", "commented on", "flagged", "edited"]
    assert mine.open(R1).texts[1].startswith("Another") and len(mine.open(R2).comments) == 2
    assert mine.undo().deed == "edited"
    mine.verdict(mine.open(R2), "accept")
    with pytest.raises(UsageError, match="nothing of this pass was taken back"):
        mine.redo()


def test_what_was_done_elsewhere_since_is_not_undone_here(project: Project) -> None:
    mine, elsewhere = going(project), going(project)
    mine.verdict(mine.open(R1), "accept")
    elsewhere.comment(elsewhere.open(R1), "from another window")
    with pytest.raises(UsageError, match="elsewhere"):
        mine.undo()
    assert len(mine.open(R1).comments) == 1


def test_a_verdict_is_bound_to_the_text_that_was_read(project: Project) -> None:
    mine = going(project)
    sheet = mine.open(R1)
    project.store.append(TOPIC, [NEWER])
    with pytest.raises(UsageError, match="does not say that any more"):
        mine.verdict(sheet, "accept")
    with pytest.raises(UsageError, match="does not say that any more"):
        mine.edit(sheet, "x", "y")
    assert mine.comment(sheet, "of the old text").record == R1
    now = mine.open(R1)
    assert [comment.revision for comment in now.comments] == [ONE.id] and now.here == ()


@pytest.mark.parametrize("verdict", ["accept", "return", "reject"])
def test_in_a_pass_nobody_judges_their_own_text(project: Project, verdict: Verdict) -> None:
    mine = going(project, "ada", Plan("all"))
    with pytest.raises(UsageError, match=r"is yours.*\n.*own = true"):
        mine.verdict(mine.open(R1), verdict, "no")
    assert mine.open(R1).state.status == "submitted"
    with pytest.raises(UsageError, match="nothing of this pass"):
        mine.undo()
    rules(project, "own = true")
    mine = going(project, "ada", Plan("all"))
    assert mine.verdict(mine.open(R1), verdict, "no").record == R1


def test_blind_an_edit_that_was_taken_back_shows_nothing_of_others(project: Project) -> None:
    """Its text is the author's again: whoever may judge it has not seen what others said."""
    rules(project, "blind = true")
    project.store.append(TOPIC, [review(ONE, "reject", second=10, by="bob")])
    mine = going(project)
    mine.edit(mine.open(R1), "Pause 1.", "Another reasoning, because tokio wants it.")
    mine.undo()
    sheet = mine.open(R1)
    assert sheet.state.status == "submitted" and not sheet.row.mine
    mine.verdict(sheet, "accept")
    assert mine.open(R1).state.status == "rejected"


def test_what_a_text_is_compared_with(project: Project) -> None:
    mine = going(project)
    assert mine.open(R1).earlier is None
    mine.verdict(mine.open(R1), "return", "shorter")
    between = revision(record=1, second=50, parents=(ONE,), user="Pause between.")
    last = revision(record=1, second=70, parents=(between,), user="Pause at last.")
    project.store.append(TOPIC, [between, last])
    judged = mine.open(R1).earlier
    assert judged is not None and (judged.revision, judged.judged) == (ONE.id, True)
    other = going(project, "zed").open(R1)
    assert other.earlier is not None and (other.earlier.revision, other.earlier.judged) == (between.id, False)
    found = going(project, "zed").earlier(other)
    assert found is not None and found.user == "Pause between."


def test_only_records_that_are_assigned_are_in_the_queue(project: Project) -> None:
    rules(project, 'assign = "share"\nreviewers = ["eve", "zed"]')
    both = [set(going(project, by).records) for by in ("eve", "zed")]
    assert both[0] | both[1] == {R1, R2, R3} and not both[0] & both[1]


def test_what_the_checks_say_is_of_the_text_on_the_sheet(project: Project) -> None:
    mine = going(project)
    mine.learn()
    studied = mine.study(mine.open(R1))
    assert studied is not None and studied.revision == ONE.id
    assert studied.lines == (None,) and "not on this machine" in studied.remark
    assert mine.study(mine.open(R2)).remark == studied.remark  # type: ignore[union-attr]
    wrong = mine.problems(mine.open(R1), "", "")
    assert {found.field for found in wrong} >= {"user", "think"}
    mine.close()


def test_blind_the_checks_do_not_tell_of_others_verdicts(project: Project) -> None:
    """A rejected record is no other record to its twin any more: that alone would tell of the verdict."""
    spec = project.specs_dir / f"{TOPIC}.toml"
    spec.write_text(spec.read_text("utf-8").split("[checks.severities]")[0], "utf-8")
    rules(project, "blind = true")
    twin = revision(record=5, second=5, user="Pause 1.")
    project.store.append(TOPIC, [twin])

    def codes() -> list[str]:
        mine = going(project)
        mine.learn()
        studied = mine.study(mine.open(R1))
        assert studied is not None
        return [found.code for found in studied.findings]

    before = codes()
    project.store.append(TOPIC, [review(twin, "reject", second=20, by="bob")])
    assert codes() == before and any(code.startswith("BS4") for code in before)


_KILLED = """
import os, sys
from pathlib import Path
from app.project.project import Project
from app.review import Reviewing
mine = Reviewing(Project(Path(sys.argv[1])), "practice", "eve")
mine.refresh()
record = mine.resume()
mine.keep_place(record)
mine.verdict(mine.open(record), "accept")
if sys.argv[2] == "placed":
    mine.keep_place(mine.next(record))
print(record, flush=True)
os._exit(9)
"""


@pytest.mark.parametrize("when", ["placed", "before"])
def test_a_killed_pass_loses_no_verdict_and_goes_on_at_the_right_record(project: Project, when: str) -> None:
    seen = []
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED, str(project.root), when],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )
        assert ended.returncode == 9, ended.stderr
        seen.append(ended.stdout.strip())
    assert seen == [R1, R2, R3]
    state = going(project, plan=Plan("all")).open(R3).state
    assert state.status == "accepted" and going(project).open_count == 0
