"""Blobs that git is asked for ahead of their reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.repository.git.blobs import BlobMissing, BlobReader, BlobTooLarge
from app.repository.index.codebase import Codebase
from tests.gitfixtures import make_repo
from tests.repository.index.code import no

CONTENTS = {f"f{n}.rs": bytes([97 + n]) * n * 40_000 for n in range(6)}
ABSENT = "0" * 40


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A repository, and its blobs' ids with their bytes."""
    root = tmp_path_factory.mktemp("code")
    make_repo(root, CONTENTS, bare=True)
    keys = Codebase.at(root).keys(no)
    return root, {keys[name]: data for name, data in CONTENTS.items()}


@pytest.fixture
def reader(blobs: tuple[Path, dict[str, bytes]]) -> Iterator[BlobReader]:
    reader = BlobReader(blobs[0])
    yield reader
    reader.close()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_expected_what_is_read_is_right(
    blobs: tuple[Path, dict[str, bytes]], data: st.DataObject
) -> None:
    root, known = blobs
    ids: Sequence[str] = [*known, ABSENT]
    reader = BlobReader(root)
    try:
        for _ in range(3):
            reader.expect(data.draw(st.lists(st.sampled_from(ids), max_size=8)))
            for oid in data.draw(st.lists(st.sampled_from(ids), max_size=6)):
                if oid == ABSENT:
                    with pytest.raises(BlobMissing):
                        reader.read(oid, 1 << 20)
                else:
                    assert reader.read(oid, 1 << 20) == known[oid]
    finally:
        reader.close()


def test_reading_as_expected_starts_git_once(
    reader: BlobReader, blobs: tuple[Path, dict[str, bytes]]
) -> None:
    reader.expect([*blobs[1], ABSENT])
    first = reader.pid
    for oid, data in blobs[1].items():
        assert reader.read(oid, 1 << 20) == data
    with pytest.raises(BlobMissing):
        reader.read(ABSENT, 1)
    assert reader.pid == first is not None


def test_one_that_is_too_large_spoils_nothing(
    reader: BlobReader, blobs: tuple[Path, dict[str, bytes]]
) -> None:
    reader.expect(list(blobs[1]))
    for oid, data in blobs[1].items():
        if len(data) > 100_000:
            with pytest.raises(BlobTooLarge):
                reader.read(oid, 100_000)
        else:
            assert reader.read(oid, 100_000) == data


def test_a_snapshot_lists_its_blobs_and_a_folder_has_none(
    blobs: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    listed = Codebase.at(blobs[0]).snapshot.blob_ids()
    assert {name: blobs[1][oid] for name, oid in listed.items()} == CONTENTS
    (tmp_path / "a.rs").write_bytes(b"fn a() {}")
    assert Codebase.at(tmp_path).snapshot.blob_ids() == {"a.rs": ""}
