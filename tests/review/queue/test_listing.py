"""The queue without its screen: sections, orders, filters, what is kept of the checks, many verdicts, saved filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main as cli
from app.errors import SettingsError, UsageError
from app.project.project import Project
from app.records.events import Retraction, Review, Revision, event_line
from app.records.filters.row import NO_FACTS, Row
from app.review.queue import Listing, SavedFilters, Wish, check_texts
from app.review.queue.findings_cache import NAME
from app.review.queue.saved_filters import LONGEST_NAME
from app.review.queue.shown import Ordered
from tests.quiet import quiet_project
from tests.store.events import record_id, retraction, review, revision

TOPIC = "practice"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return quiet_project(tmp_path / "project")


def write(project: Project, *events: Revision | Review | Retraction) -> None:
    project.store.append(TOPIC, list(events))


def listing(project: Project, by: str = "bob") -> Listing:
    """A person's list, read."""
    made = Listing(project, by, TOPIC)
    made.read()
    made.take()
    return made


def shown(made: Listing, wish: Wish) -> list[str]:
    """The ids of what is listed."""
    return [row.record for row in made.show(wish).rows]


def lines(project: Project) -> list[bytes]:
    return (project.datasets_dir / f"{TOPIC}.jsonl").read_bytes().splitlines()


def rule(project: Project, text: str) -> None:
    """Add to the topic's spec."""
    path = project.specs_dir / f"{TOPIC}.toml"
    path.write_text(path.read_text("utf-8") + f"\n{text}\n", "utf-8")


# -- sections, orders, filters


def test_sections_hold_what_is_theirs_and_their_counts_say_so(project: Project) -> None:
    own, judged, returned, gone = (
        revision(1, by="bob"),
        revision(2, 1),
        revision(3, 2, by="bob"),
        revision(4, 3),
    )
    fork = revision(5, 4)
    both = [revision(5, at, (fork,), by=by, user=f"{by} says.") for at, by in ((5, "ada"), (6, "cleo"))]
    write(project, own, judged, returned, gone, fork, *both, revision(6, 7))
    write(
        project, review(judged, "accept", 8), review(returned, "return", 9, by="ada"), retraction((gone,), 10)
    )
    made = listing(project)
    found = {section: shown(made, Wish(section)) for section in made.show(Wish()).counts}
    ids = {number: record_id(number) for number in range(1, 7)}
    assert found["review"] == [ids[6]]
    assert found["returned"] == [ids[3]]
    assert found["conflicts"] == [ids[5]]
    assert found["findings"] == []
    assert set(found["all"]) == set(ids.values())
    assert made.show(Wish()).counts == {section: len(records) for section, records in found.items()}
    made.close()


def test_a_filter_keeps_the_order_and_counts_what_it_leaves_out(project: Project) -> None:
    write(
        project, *(revision(number, 100 - number, user=f"Word{number % 2} here.") for number in range(1, 9))
    )
    made = listing(project)
    made.index_texts()
    oldest = [record_id(number) for number in range(8, 0, -1)]
    assert shown(made, Wish("all")) == oldest
    answer = made.show(Wish("all", "oldest", "word1 author:ada"))
    assert [row.record for row in answer.rows] == oldest[1::2]
    assert (len(answer.rows), answer.total, answer.unread) == (4, 8, 0)
    assert [answer.rows.place(record) for record in oldest] == [None, 0, None, 1, None, 2, None, 3]
    made.close()


def test_words_of_texts_that_are_not_read_yet_are_told(project: Project) -> None:
    write(project, revision(1), revision(2))
    made = listing(project)
    assert made.show(Wish("all", "oldest", "pause")).unread == 2
    made.index_texts()
    answer = made.show(Wish("all", "oldest", "pause"))
    assert (len(answer.rows), answer.unread) == (2, 0)
    made.close()


def test_a_name_that_nobody_has_is_told_where_nothing_is_found(project: Project) -> None:
    write(project, revision(1))
    made = listing(project)
    assert "did you mean ada?" in made.show(Wish("all", "oldest", "author:aada")).hint
    assert made.show(Wish("all", "oldest", "author:ada status:returned")).hint == ""
    made.close()


def test_what_comes_in_stands_at_the_end_and_what_leaves_is_gone(project: Project) -> None:
    events = [revision(number, number) for number in range(2, 6)]
    write(project, *events)
    made = listing(project)
    assert shown(made, Wish()) == [event.record for event in events]
    write(project, revision(1), review(events[1], "accept", 50))
    made.read()
    assert made.take()
    assert shown(made, Wish()) == [record_id(number) for number in (2, 4, 5, 1)]
    made.reorder()
    assert shown(made, Wish()) == [record_id(number) for number in (1, 2, 4, 5)]
    assert not made.take()
    made.close()


def test_only_the_reviewers_a_record_is_given_to_have_it_to_review(project: Project) -> None:
    rule(project, '[review]\nassign = "share"\nreviewers = ["bob", "cleo"]')
    write(project, *(revision(number, number) for number in range(1, 31)))
    parts = {by: set(shown(listing(project, by), Wish())) for by in ("bob", "cleo", "dov")}
    assert parts["bob"] | parts["cleo"] == {record_id(number) for number in range(1, 31)}
    assert not parts["bob"] & parts["cleo"]
    assert min(len(parts["bob"]), len(parts["cleo"])) > 0
    assert parts["dov"] == set()


@given(st.data())
def test_picking_of_an_order_is_going_through_it(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 30))
    rows = [Row(record_id(number)) for number in range(size)]
    order = data.draw(st.permutations(range(size)))[: data.draw(st.integers(0, size))]
    wanted = sorted(data.draw(st.sets(st.integers(0, max(size - 1, 0)), max_size=size)) & set(range(size)))
    where = {row.record: at for at, row in enumerate(rows)}
    picked = Ordered(rows, order).picked(wanted, where)
    naive = [rows[place] for place in order if place in wanted]
    assert list(picked) == picked[:] == naive
    assert [picked.place(row.record) for row in naive] == list(range(len(naive)))
    assert all(picked.place(row.record) is None for row in rows if row not in naive)


# -- blind


def everything(made: Listing) -> object:
    """All that a list tells."""
    made.index_texts()
    check_texts(made)
    made.take()
    told: list[object] = []
    for section in made.show(Wish()).counts:
        for text in ("", "verdict:accept,reject,return", "-status:submitted", "reviewer:cleo", "pause"):
            answer = made.show(Wish(section, "riskiest", text))
            bulk = made.bulk(answer.wish, answer.rows)
            told.append((answer._replace(rows=answer.rows[:]), bulk.rows, bulk.left))  # type: ignore[arg-type]
    return told


def test_blind_lists_tell_nothing_of_others_verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    told = []
    for number, with_reviews in enumerate((False, True)):
        project = quiet_project(tmp_path / f"project{number}")
        rule(project, "[review]\nblind = true")
        texts = [revision(one, one, user=f"The same pause, number {one}.") for one in range(1, 7)]
        write(project, *texts, review(texts[0], "accept", 40))
        if with_reviews:
            write(
                project, review(texts[1], "reject", 50, by="cleo"), review(texts[2], "accept", 51, by="cleo")
            )
            write(project, review(texts[3], "return", 52, by="dov"))
        made = listing(project)
        told.append(everything(made))
        made.close()
    assert told[0] == told[1]


# -- what the checks said


def test_what_the_checks_said_is_there_at_once_the_next_time(project: Project) -> None:
    write(project, revision(1), revision(2, think="Short."))
    made = listing(project)
    assert check_texts(made) == 2
    made.take()
    said = [row.facts for row in made.show(Wish("all")).rows]
    assert NO_FACTS not in said
    made.close()
    again = listing(project)
    assert again.unchecked() == []
    assert [row.facts for row in again.show(Wish("all")).rows] == said
    again.close()


def test_another_spec_asks_the_checks_anew(project: Project) -> None:
    write(project, revision(1))
    made = listing(project)
    check_texts(made)
    made.close()
    rule(project, "[checks.limits]\nnear_ratio = 80")
    again = listing(project)
    assert len(again.unchecked()) == 1
    again.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 1_000)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("spoil", [_garbage, _folder, _link])
def test_a_spoilt_cache_only_costs_asking_again(project: Project, spoil: Callable[[Path], None]) -> None:
    write(project, revision(1))
    made = listing(project)
    check_texts(made)
    made.close()
    spoil(project.work_dir / NAME)
    again = listing(project)
    assert check_texts(again) == 1
    again.take()
    assert again.show(Wish("all")).rows[0].facts != NO_FACTS
    again.close()


def test_a_check_that_is_called_off_goes_on_where_it_was(project: Project) -> None:
    write(project, *(revision(number, number) for number in range(1, 6)))
    made = listing(project)
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    done = check_texts(made, cancelled=enough)
    assert 0 < done < 5
    assert check_texts(made) == 5 - done
    made.close()


# -- many at once


def test_a_verdict_on_many_is_one_act_on_exactly_those_listed(project: Project) -> None:
    write(project, *(revision(number, number, by="bob" if number == 3 else "ada") for number in range(1, 7)))
    write(project, revision(7, 7, user="Something else."))
    made = listing(project)
    made.index_texts()
    answer = made.show(Wish("all", "oldest", '"write a pause"'))
    bulk = made.bulk(answer.wish, answer.rows)
    assert (bulk.counted, bulk.left) == ("5 records of 6 listed", "1 your own")
    made.give(bulk, "return", "Say why.")
    given = [json.loads(line) for line in lines(project)][7:]
    assert [event["record"] for event in given] == [record_id(number) for number in (1, 2, 4, 5, 6)]
    assert {(event["verdict"], event["note"], event["by"]) for event in given} == {
        ("return", "Say why.", "bob")
    }
    assert len({event["at"] for event in given}) == 1
    made.undo(TOPIC)
    made.read()
    made.take()
    assert len(made.show(Wish("all", "oldest", "status:submitted")).rows) == 7
    made.redo(TOPIC)
    made.read()
    made.take()
    assert len(made.show(Wish("all", "oldest", "status:returned")).rows) == 5
    made.close()


def test_a_record_that_changed_since_stops_them_all(project: Project) -> None:
    first = revision(1)
    write(project, first, revision(2, 1))
    made = listing(project)
    answer = made.show(Wish())
    bulk = made.bulk(answer.wish, answer.rows)
    write(project, revision(1, 5, (first,), user="Another request."))
    before = lines(project)
    with pytest.raises(UsageError, match="does not say that any more"):
        made.give(bulk, "accept")
    assert lines(project) == before
    made.close()


def test_many_at_once_are_refused_where_one_is_ones_own_whatever_was_listed(project: Project) -> None:
    write(project, revision(1, by="bob"), revision(2))
    made = listing(project)
    answer = made.show(Wish("all"))
    bulk = replace(made.bulk(answer.wish, answer.rows), rows=tuple(answer.rows[:]))
    with pytest.raises(UsageError, match=r"1 of 2 records .* is yours"):
        made.give(bulk, "accept")
    assert len(lines(project)) == 2
    made.close()


def test_whoever_said_so_already_does_not_say_it_again(project: Project) -> None:
    judged = revision(1)
    write(project, judged, revision(2, 1), review(judged, "accept", 5))
    made = listing(project)
    answer = made.show(Wish("all"))
    bulk = made.bulk(answer.wish, answer.rows)
    assert [record for record, _ in bulk.of("accept")] == [record_id(2)]
    assert [record for record, _ in bulk.of("reject")] == [record_id(1), record_id(2)]
    made.close()


# -- saved filters


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=LONGEST_NAME).map(str.strip), st.text(max_size=80), max_size=4
    )
)
def test_saved_filters_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, str]
) -> None:
    saved = SavedFilters(tmp_path_factory.mktemp("saved") / "filters.json")
    wishes = {name: Wish("all", "file", text) for name, text in wanted.items() if name and name.isprintable()}
    for name, wish in wishes.items():
        saved.save(name, wish)
    assert saved.load() == (wishes, "")


def test_a_broken_file_of_filters_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "config" / "filters.json"
    path.parent.mkdir()
    path.write_text('{"filters": {"mine": {"filter": "status:returned"},}', "utf-8")
    saved = SavedFilters(path)
    assert "cannot be read" in saved.load().problem
    assert "filters.json.broken-1" in saved.save("new", Wish())
    assert "status:returned" in path.with_name("filters.json.broken-1").read_text("utf-8")
    assert saved.load() == ({"new": Wish()}, "")


def test_what_is_not_understood_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "filters.json"
    path.write_text('{"filters": {"odd": {"section": "tomorrow"}, "good": {"filter": "x"}}}', "utf-8")
    saved = SavedFilters(path)
    assert list(saved.load().filters) == ["good"]
    assert "stay in the file" in saved.load().problem
    saved.save("new", Wish())
    saved.forget("good")
    assert list(json.loads(path.read_bytes())["filters"]) == ["odd", "new"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1b[2J", "two\nlines"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be saved under that name"):
        SavedFilters(tmp_path / "filters.json").save(name, Wish())
    assert not (tmp_path / "filters.json").exists()


def test_a_link_in_place_of_the_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").write_text('{"filters": {}}', "utf-8")
    (tmp_path / "filters.json").symlink_to(tmp_path / "target")
    with pytest.raises(SettingsError, match="link"):
        SavedFilters(tmp_path / "filters.json").save("mine", Wish())
    assert (tmp_path / "target").read_text("utf-8") == '{"filters": {}}'


# -- the command line


def queue(project: Project, *words: str) -> str:
    result = CliRunner().invoke(cli.cli, ["-C", str(project.root), "queue", TOPIC, *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_lists_what_a_filter_picks_and_nothing_a_terminal_obeys(project: Project) -> None:
    (project.datasets_dir / f"{TOPIC}.jsonl").write_bytes(
        event_line(revision(1, user="\x1b[2JWide 広い words.")) + event_line(revision(2, 1))
    )
    out = queue(project, "--filter", "広い")
    assert out.startswith(f"{record_id(1)} submitted")
    assert len(out.splitlines()) == 1
    assert "\x1b" not in out
    found = json.loads(queue(project, "--section", "all", "--json"))
    assert [row["record"] for row in found] == [record_id(1), record_id(2)]


def test_the_command_says_what_is_wrong_with_a_filter(project: Project) -> None:
    result = CliRunner().invoke(cli.cli, ["-C", str(project.root), "queue", TOPIC, "--filter", "statuz:x"])
    assert isinstance(result.exception, UsageError)
    assert "character 1" in str(result.exception)
