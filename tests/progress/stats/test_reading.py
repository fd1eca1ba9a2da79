"""Reading texts quickly gives what reading them strictly gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.cancelling import Cancelled
from app.errors import StoreError
from app.progress.stats import text_reading as reading
from app.progress.stats.text_reading import RevisionTexts, texts
from app.store.journal.store import JournalStore
from tests.memory import MemoryStore
from tests.store.events import retraction, review, revision

TEXTS = [revision(number, number, user=f"Ask {number} \u2028 ü\ud7ff.") for number in range(30)]
IDS = [text.id for text in TEXTS]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JournalStore:
    monkeypatch.setattr(reading, "_FEW", 3)  # so that a short journal is walked
    store = JournalStore(tmp_path)
    store.append("t", [*TEXTS, review(TEXTS[0]), retraction((TEXTS[1],))])
    return store


def told(store: JournalStore | MemoryStore, wanted: list[str]) -> dict[str, RevisionTexts]:
    return {one.revision: one for one in texts(store, "t", wanted)}


def test_a_walk_gives_what_strict_reading_gives(store: JournalStore) -> None:
    memory = MemoryStore()
    memory.append("t", TEXTS)
    assert told(store, IDS) == told(memory, IDS)
    assert told(store, IDS)[IDS[7]].user == TEXTS[7].user


def test_each_text_comes_once_and_no_other(store: JournalStore) -> None:
    store.append("t", TEXTS[:5])
    assert sorted(one.revision for one in texts(store, "t", IDS[:10])) == sorted(IDS[:10])


def test_a_line_that_only_a_strict_reading_understands_is_found(store: JournalStore) -> None:
    path = store.path("t")
    # An editor put a mark of byte order at the start of the file, which is at the start of the first event.
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"not an event\n\n")
    assert set(told(JournalStore(path.parent), IDS)) == set(IDS)


def test_what_is_not_there_is_left_out(store: JournalStore) -> None:
    assert set(told(store, [*IDS[:4], "f" * 64])) == set(IDS[:4])
    assert told(store, []) == {}


def test_it_says_how_far_it_is_and_stops_when_told(store: JournalStore) -> None:
    far: list[tuple[int, int]] = []
    list(texts(store, "t", IDS, lambda done, total: far.append((done, total))))
    assert far[0] == (0, 30)
    assert far[-1] == (30, 30)
    with pytest.raises(Cancelled):
        list(texts(store, "t", IDS, cancelled=lambda: True))


def test_a_link_in_the_journals_place_is_not_followed(store: JournalStore, tmp_path: Path) -> None:
    path = store.path("t")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError):
        list(texts(store, "t", IDS))
