"""The prompt document in the project: read safely or refused with the reason, copied and never over another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import BackspanError, SpecError
from app.project.topics.prompt_document import MOST, check_place, copy_document, read_document

PLACE = "prompts/retry.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project" / "prompts").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("not yours")
    return tmp_path / "project"


def put(root: Path, data: bytes, place: str = PLACE) -> Path:
    path = root / place
    path.write_bytes(data)
    return path


def test_it_is_read_as_it_stands(root: Path) -> None:
    put(root, "\ufeffRole: you\r\n\x1b[31m漢\n".encode())
    assert read_document(root, PLACE) == "Role: you\r\n\x1b[31m漢\n"


@pytest.mark.parametrize(
    "place",
    [
        "../secret.txt",
        "prompts/../../secret.txt",
        "/etc/passwd",
        "C:/x.txt",
        "a\\b",
        "a\nb",
        "a\x00b",
        ".",
        "./",
    ],
)
def test_a_place_outside_the_project_is_none(root: Path, place: str) -> None:
    with pytest.raises(ValueError, match="must"):
        check_place(place)
    with pytest.raises(SpecError):
        read_document(root, place)


def test_a_link_is_followed_only_within_the_project(root: Path) -> None:
    (root / PLACE).symlink_to(root.parent / "secret.txt")
    with pytest.raises(SpecError, match="leads out of the project"):
        read_document(root, PLACE)
    (root / "out").symlink_to(root.parent)
    with pytest.raises(SpecError, match="leads out of the project"):
        read_document(root, "out/secret.txt")
    put(root, b"ours", "prompts/real.txt")
    (root / "prompts" / "also.txt").symlink_to("real.txt")
    assert read_document(root, "prompts/also.txt") == "ours"
    (root / "prompts" / "round.txt").symlink_to("round.txt")
    with pytest.raises(SpecError):
        read_document(root, "prompts/round.txt")


def test_a_project_behind_a_link_is_a_project(root: Path) -> None:
    put(root, b"ours")
    (root.parent / "link").symlink_to(root)
    assert read_document(root.parent / "link", PLACE) == "ours"


def test_what_is_no_text_of_a_few_pages_is_refused_with_the_reason(root: Path) -> None:
    with pytest.raises(SpecError, match="is not there"):
        read_document(root, PLACE)
    with pytest.raises(SpecError, match="is not a file"):
        read_document(root, "prompts")
    os.mkfifo(root / "prompts" / "pipe")
    with pytest.raises(SpecError, match="is not a file"):
        read_document(root, "prompts/pipe")
    put(root, b"one\ntw\xff")
    with pytest.raises(SpecError, match=r"line 2: byte 0xff is not UTF-8"):
        read_document(root, PLACE)
    put(root, b"x" * MOST)
    assert len(read_document(root, PLACE)) == MOST
    put(root, b"x" * (MOST + 1))
    with pytest.raises(SpecError, match="larger than"):
        read_document(root, PLACE)


def test_a_copy_is_made_once_and_over_nothing(root: Path, tmp_path: Path) -> None:
    (root / "prompts").rmdir()
    source = tmp_path / "retry.txt"
    source.write_bytes(b"Role: you\r\n")
    assert copy_document(source, root) == (PLACE, True)
    assert (root / PLACE).read_bytes() == b"Role: you\r\n"
    assert copy_document(source, root) == (PLACE, False)
    source.write_bytes(b"Role: others\n")
    with pytest.raises(SpecError, match="is there already and says something else"):
        copy_document(source, root)
    assert (root / PLACE).read_bytes() == b"Role: you\r\n"
    assert copy_document(root / PLACE, root) == (PLACE, False), "it lies in the project"


def test_a_copy_goes_through_no_link(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "retry.txt"
    source.write_bytes(b"new")
    (root / PLACE).symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(SpecError, match="is there already"):
        copy_document(source, root)
    assert not (tmp_path / "elsewhere.txt").exists()
    (root / PLACE).unlink()
    (root / "prompts").rmdir()
    (root / "prompts").symlink_to(tmp_path)
    with pytest.raises(SpecError, match="leads out of the project"):
        copy_document(source, root)


def test_what_could_not_be_shown_is_not_copied(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "long.txt"
    source.write_bytes(b"x" * (MOST + 1))
    with pytest.raises(SpecError, match="larger than"):
        copy_document(source, root)
    with pytest.raises(BackspanError, match="cannot be copied"):
        copy_document(tmp_path / "gone.txt", root)
