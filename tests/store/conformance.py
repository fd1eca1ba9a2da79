"""What every store must do. A store's own tests subclass `StoreConformance` and give it a fixture `store`."""

from __future__ import annotations

import threading

import pytest

from app.errors import UsageError
from app.store.protocol import Store
from tests.store.events import retraction, review, revision


class StoreConformance:
    """Inherit, and define `store`: an empty store that holds nothing else."""

    def test_a_topic_without_a_journal_is_missing_and_not_merely_empty(self, store: Store) -> None:
        reading = store.read("retry")
        assert (reading.exists, reading.events, reading.damaged) == (False, (), ())
        assert store.stamp("retry") == ()
        assert store.topics() == ()

    def test_every_kind_of_event_comes_back_equal_and_in_order(self, store: Store) -> None:
        first = revision(user='line\u2028break\x85 \U0001f980 \\ " \x00\x7f', think="")
        events = (first, review(first, "return", 1), retraction((first,), 2))
        store.append("retry", events[:1])
        store.append("retry", events[1:])
        assert store.read("retry").events == events
        assert store.read("retry").exists

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

    @pytest.mark.parametrize(
        "name", ["", ".", "..", ".a", "a/b", "../a", "a\\b", "a b", "a\n", "-a", "é" * 60]
    )
    def test_a_name_that_could_leave_its_place_is_refused(self, store: Store, name: str) -> None:
        with pytest.raises(UsageError):
            store.append(name, [revision()])
        with pytest.raises(UsageError):
            store.read(name)
        assert store.topics() == ()

    def test_threads_of_one_process_lose_nothing(self, store: Store) -> None:
        def write(thread: int) -> None:
            for number in range(5):
                store.append("retry", [revision(thread * 100 + number)])
                store.read("retry")

        threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = {revision(thread * 100 + number).id for thread in range(4) for number in range(5)}
        events = store.read("retry").events
        assert {event.id for event in events} == expected
        assert len(events) == 20
