"""Agreement, gathered record by record: the same as of all reviews at once; and what a blind topic's figures tell."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.progress.agreement import Given, Marked, byte_iou, from_reviews, report
from app.progress.stats.agreement_data import agreement
from app.progress.stats.board import WHOLE, Board, Gathering
from app.project.project import Project, init_project
from app.records.events import Review, Revision, Verdict
from app.records.history.ledger import Ledger
from tests.store.events import review, revision

VERDICTS: tuple[Verdict, ...] = ("accept", "return", "reject", "clear")
REVIEWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(VERDICTS),
        st.integers(1, 60),
        st.sampled_from(("bob", "cleo", "dov")),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(REVIEWS)
def test_record_by_record_it_is_the_report_of_all_reviews(
    told: list[tuple[int, Verdict, int, str]],
) -> None:
    texts = [revision(number, second=number, user=f"Text {number}.") for number in range(4)]
    reviews = [review(texts[at], verdict, second, by) for at, verdict, second, by in told]
    given = [Given("t", one.revision, one.by, one.verdict, one.at, one.id) for one in reviews]
    expected = report({"t": from_reviews(given).get("t", ())})
    found = agreement({"t": Ledger([*texts, *reviews]).records})
    assert found.as_json() == expected.as_json()


def test_revisions_that_say_the_same_are_one_thing_that_was_judged() -> None:
    one = revision(1)
    twin = revision(1, second=5, by="eva")
    assert twin.id != one.id
    found = agreement(
        {
            "t": Ledger(
                [one, twin, review(one, "accept", 9, "bob"), review(twin, "return", 10, "cleo")]
            ).records
        }
    )
    assert (found.counts.units, found.counts.shared, found.counts.alike) == (1, 1, 0)


def test_two_people_s_bytes_for_one_item_are_compared() -> None:
    longer = "fn pause() -> u64 {\n    7\n}\n// and more"
    mine, theirs = revision(1, by="ada"), revision(2, second=1, by="eva", code=longer)
    found = agreement({"t": Ledger([mine, theirs]).records})
    span, other = mine.block.spans[0], theirs.block.spans[0]
    assert (found.items, found.identical) == (1, 0)
    iou = byte_iou({"a": [(span.start, span.end)]}, {"a": [(other.start, other.end)]})
    expected = report(
        {"t": ()},
        [
            Marked("x", "ada", {"a": [(span.start, span.end)]}),
            Marked("x", "eva", {"a": [(other.start, other.end)]}),
        ],
    )
    assert iou is not None and iou < 1
    assert found.as_json()["spans"] == expected.as_json()["spans"]


def test_one_person_s_two_records_of_an_item_are_no_agreement() -> None:
    found = agreement({"t": Ledger([revision(1), revision(2, second=1)]).records})
    assert found.items == 0


# -- gathering


def project_with(root: Path, *events: Revision | Review, blind: bool = False) -> Project:
    project = init_project(root)[0]
    path = project.specs_dir / "practice.toml"
    if blind:
        path.write_text(path.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    project.store.append("practice", events)
    return Project(project.root)


def boards(gathering: Gathering) -> list[Board]:
    return list(gathering.steps(lambda what, done, total: None))


def test_the_figures_of_the_ledger_come_first_and_each_step_knows_more(tmp_path: Path) -> None:
    found = boards(Gathering(project_with(tmp_path, revision(1)), "ada"))
    first, last = found[0].topics["practice"], found[-1].topics["practice"]
    assert first.ledger.records == 1 and first.texts is None and not found[0].reports
    assert last.texts is not None and last.coverage is not None and last.findings is not None
    assert found[-1].clusters is not None and WHOLE in found[-1].reports


def test_what_is_known_stays_in_sight_while_it_is_gathered_again(tmp_path: Path) -> None:
    project = project_with(tmp_path, revision(1))
    gathering = Gathering(project, "ada")
    boards(gathering)
    project.store.append("practice", [revision(2, second=5)])
    again = list(gathering.steps(lambda what, done, total: None, costly=False))
    assert again[0].topics["practice"].ledger.records == 2
    assert again[0].topics["practice"].findings is not None and again[0].stale
