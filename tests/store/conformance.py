"""What every store must do. A store's own tests subclass `StoreConformance` and give it a fixture `store`."""

from __future__ import annotations

import threading

import pytest

from app.errors import StoreError, UsageError
from app.records.history.light import light
from app.store.follower import Follower
from app.store.protocol import Store
from tests.store.events import comment, record_id, retraction, review, revision


class StoreConformance:
    """Inherit, and define `store`: an empty store that holds nothing else."""

    def test_a_topic_without_a_journal_is_missing_and_not_merely_empty(self, store: Store) -> None:
        reading = store.read("retry")
        assert (reading.exists, reading.events, reading.damaged) == (False, (), ())
        assert store.stamp("retry") == ()
        assert store.topics() == ()

    def test_every_kind_of_event_comes_back_equal_and_in_order(self, store: Store) -> None:
        first = revision(user='line\u2028break\x85 \U0001f980 \\ " \x00\x7f', think="")
        events = (first, review(first, "return", 1), retraction((first,), 2), comment(first, "a\u2028b", 3))
        store.append("retry", events[:1])
        store.append("retry", events[1:])
        assert store.read("retry").events == events
        assert store.read("retry").exists

    # Light: surveys, fetching, verifying, following.

    def test_a_survey_of_no_journal_is_missing_and_not_merely_empty(self, store: Store) -> None:
        survey = store.survey("retry")
        assert (survey.exists, list(survey.entries), survey.damaged, survey.unproven) == (False, [], (), 0)
        assert store.verify("retry") == ()

    def test_a_survey_holds_the_same_events_in_the_same_order_without_their_texts(self, store: Store) -> None:
        first = revision(user=" line\u2028break\x85 \U0001f980\n\n" + "word " * 90, think="")
        events = (first, review(first, "return", 1), comment(first), retraction((first,), 2), revision(2))
        store.append("retry", events[:2])
        store.append("retry", events[2:])
        survey = store.survey("retry")
        assert list(survey.entries) == [light(event) for event in events]
        assert survey.entries[0] == light(first)
        assert survey.exists

    def test_a_later_survey_of_the_same_generation_begins_with_the_earlier(self, store: Store) -> None:
        store.append("retry", [revision(1)])
        early = store.survey("retry")
        store.append("retry", [revision(2), revision(3)])
        late = store.survey("retry")
        assert late.generation == early.generation
        assert list(late.entries) == [light(revision(number)) for number in (1, 2, 3)]
        assert list(late.entries[len(early.entries) :]) == [light(revision(2)), light(revision(3))]
        assert list(early.entries) == [light(revision(1))]

    def test_an_event_is_fetched_whole_by_its_id(self, store: Store) -> None:
        first = revision(user="a\u2028b", think="c")
        events = (first, review(first, "accept", 1), retraction((first,), 2), comment(first, second=3))
        store.append("retry", events)
        store.append("other", [revision(9)])
        for event in events:
            assert store.fetch("retry", event.id) == event
            assert store.fetch("retry", event.id) == event
        assert store.fetch("other", revision(9).id) == revision(9)

    def test_an_event_that_is_not_there_cannot_be_fetched(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.fetch("retry", revision().id)
        store.append("retry", [revision(1)])
        store.append("other", [revision(2)])
        with pytest.raises(StoreError, match=revision(2).id[:12]):
            store.fetch("retry", revision(2).id)
        with pytest.raises(StoreError):
            store.fetch("retry", "\x1b[31m")

    def test_an_event_just_appended_can_be_fetched_without_a_survey(self, store: Store) -> None:
        store.append("retry", [revision(1)])
        store.survey("retry")
        store.append("retry", [revision(2)])
        assert store.fetch("retry", revision(2).id) == revision(2)

    def test_verifying_what_is_valid_changes_nothing(self, store: Store) -> None:
        store.append("retry", [revision(1), revision(2)])
        before = store.survey("retry")
        assert store.verify("retry") == ()
        after = store.survey("retry")
        assert (after.generation, list(after.entries)) == (before.generation, list(before.entries))
        assert after.unproven == 0

    def test_a_follower_takes_in_what_is_new_and_names_the_records(self, store: Store) -> None:
        follower = Follower(store, "retry")
        nothing = follower.refresh()
        assert (nothing.exists, nothing.records, follower.ledger.records) == (False, (), ())
        store.append("retry", [revision(1), revision(2)])
        first = follower.refresh()
        assert (first.exists, first.anew, first.records) == (True, True, (record_id(1), record_id(2)))
        ledger = follower.ledger
        store.append("retry", [review(revision(2))])
        store.append("retry", [revision(1)])  # known already
        second = follower.refresh()
        assert (second.anew, second.records) == (False, (record_id(2),))
        assert follower.ledger is ledger
        assert ledger.counts()["accepted"] == 1
        assert follower.refresh().records == ()

    def test_a_follower_names_a_record_of_which_only_a_comment_came(self, store: Store) -> None:
        first = revision(1)
        store.append("retry", [first, revision(2)])
        follower = Follower(store, "retry")
        follower.refresh()
        before = follower.ledger.get(record_id(1))
        store.append("retry", [comment(first)])
        assert follower.refresh().records == (record_id(1),)
        assert follower.ledger.comments.of(record_id(1)) == (comment(first),)
        assert follower.ledger.get(record_id(1)) is before
        store.append("retry", [comment(first)])  # known already
        assert follower.refresh().records == ()

    def test_topics_are_listed_and_kept_apart(self, store: Store) -> None:
        store.append("b", [revision(1)])
        store.append("a", [revision(2)])
        assert store.topics() == ("a", "b")
        assert store.read("a").events == (revision(2),)

    def test_appending_nothing_makes_nothing(self, store: Store) -> None:
        store.append("retry", [])
        assert not store.read("retry").exists

    def test_an_event_appended_twice_does_no_harm(self, store: Store) -> None:
        store.append("retry", [revision()])
        store.append("retry", [revision()])
        assert {event.id for event in store.read("retry").events} == {revision().id}

    def test_the_stamp_tells_that_something_was_added(self, store: Store) -> None:
        store.append("retry", [revision(1)])
        before = store.stamp("retry")
        assert store.stamp("retry") == before
        store.append("retry", [revision(2)])
        assert store.stamp("retry") != before

    def test_a_later_reading_of_the_same_generation_begins_with_the_earlier(self, store: Store) -> None:
        store.append("retry", [revision(1)])
        early = store.read("retry")
        store.append("retry", [revision(2), revision(3)])
        late = store.read("retry")
        assert late.generation == early.generation
        assert late.events == (*early.events, revision(2), revision(3))

    def test_a_check_looks_last_of_all_and_keeps_everything_out(self, store: Store) -> None:
        store.append("retry", [revision(1)])
        seen: list[int] = []

        def check() -> None:
            seen.append(len(store.survey("retry").entries))
            if len(seen) > 1:
                raise UsageError("it is not so any more", "look again")

        store.append("retry", [revision(2)], check)
        with pytest.raises(UsageError, match="not so any more"):
            store.append("retry", [revision(3), revision(4)], check)
        assert seen == [1, 2]
        assert store.read("retry").events == (revision(1), revision(2))
        store.append("retry", [revision(3)])
        assert len(store.survey("retry").entries) == 3

    @pytest.mark.parametrize(
        "name", ["", ".", "..", ".a", "a/b", "../a", "a\\b", "a b", "a\n", "-a", "é" * 60]
    )
    def test_a_name_that_could_leave_its_place_is_refused(self, store: Store, name: str) -> None:
        with pytest.raises(UsageError):
            store.append(name, [revision()])
        with pytest.raises(UsageError):
            store.read(name)
        with pytest.raises(UsageError):
            store.survey(name)
        with pytest.raises(UsageError):
            store.fetch(name, revision().id)
        with pytest.raises(UsageError):
            store.verify(name)
        assert store.topics() == ()

    def test_threads_of_one_process_lose_nothing(self, store: Store) -> None:
        def write(thread: int) -> None:
            for number in range(5):
                store.append("retry", [revision(thread * 100 + number)])
                store.read("retry")
                assert store.fetch("retry", revision(thread * 100 + number).id).by == "ada"
                follower.refresh()

        follower = Follower(store, "retry")

        threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = {revision(thread * 100 + number).id for thread in range(4) for number in range(5)}
        events = store.read("retry").events
        assert {event.id for event in events} == expected
        assert len(events) == 20
        assert len(store.survey("retry").entries) == 20
        assert len(follower.ledger.records) == 20
