"""Which file systems are worth a word, and that the right mount is asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.store.disk.mounts import kind_of, mount_of, remark


def table(tmp_path: Path, *mounts: tuple[str, str]) -> Path:
    """A mountinfo file of these mount points and types, over a usual root."""
    lines = [b"22 1 254:0 / / rw,relatime - ext4 /dev/vda rw"]
    for number, (point, kind) in enumerate(mounts, 30):
        lines.append(f"{number} 22 0:{number} /sub {point} rw shared:7 master:1 - {kind} src rw".encode())
    path = tmp_path / "mountinfo"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


@pytest.mark.parametrize(
    ("filesystem", "kind", "words"),
    [
        ("tmpfs", "temporary", "gone when the machine stops"),
        ("ramfs", "temporary", "gone when the machine stops"),
        ("overlay", "container", "container"),
        ("nfs4", "network", "locks"),
        ("cifs", "network", "locks"),
        ("smb3", "network", "locks"),
        ("ceph", "network", "locks"),
        ("afs", "network", "locks"),
        ("fuse.sshfs", "network", "locks"),
        ("9p", "shared", "locks"),
        ("virtiofs", "shared", "flush"),
        ("fuse.something-new", "user-space", "locks"),
    ],
)
def test_what_is_worth_a_word_gets_it(tmp_path: Path, filesystem: str, kind: str, words: str) -> None:
    assert kind_of(filesystem) == kind
    said = remark(tmp_path / "datasets", table(tmp_path, (str(tmp_path.resolve()), filesystem)))
    assert said is not None
    assert words in said
    assert f"({filesystem})" in said
    assert said.startswith(str(tmp_path / "datasets"))


@pytest.mark.parametrize("filesystem", ["ext4", "xfs", "btrfs", "zfs", "apfs", "fuseblk", "fuse.gocryptfs"])
def test_a_usual_disk_gets_none(tmp_path: Path, filesystem: str) -> None:
    assert remark(tmp_path, table(tmp_path, (str(tmp_path.resolve()), filesystem))) is None


def test_the_longest_mount_point_counts_and_a_name_that_only_begins_alike_does_not(tmp_path: Path) -> None:
    here = tmp_path.resolve()
    for name in ("data", "database", "data/inner"):
        (here / name).mkdir()
    mounts = table(tmp_path, (f"{here}/data/inner", "nfs"), (f"{here}/data", "tmpfs"))
    kinds = {
        name: (mount_of(here / name, mounts) or pytest.fail(name)).filesystem
        for name in ("data", "database", "data/inner")
    }
    assert kinds == {"data": "tmpfs", "database": "ext4", "data/inner": "nfs"}


def test_of_two_mounts_at_one_place_the_later_lies_on_top(tmp_path: Path) -> None:
    here = str(tmp_path.resolve())
    mount = mount_of(tmp_path, table(tmp_path, (here, "nfs"), (here, "ext4")))
    assert mount is not None
    assert mount.filesystem == "ext4"


def test_blanks_and_bytes_that_the_table_escapes_are_read(tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "my data\\x"
    folder.mkdir()
    escaped = str(folder).replace("\\", "\\134").replace(" ", "\\040")
    mount = mount_of(folder, table(tmp_path, (escaped, "nfs")))
    assert mount is not None
    assert (mount.point, mount.filesystem) == (str(folder), "nfs")


def test_a_link_is_followed_to_where_its_files_are(tmp_path: Path) -> None:
    real = tmp_path.resolve() / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    mount = mount_of(tmp_path / "link", table(tmp_path, (str(real), "tmpfs")))
    assert mount is not None
    assert mount.filesystem == "tmpfs"


def test_a_folder_that_is_not_there_yet_is_judged_by_where_it_would_be(tmp_path: Path) -> None:
    mounts = table(tmp_path, (str(tmp_path.resolve()), "tmpfs"))
    assert remark(tmp_path / "not" / "yet", mounts) is not None


@pytest.mark.parametrize("content", [b"", b"\x00\xff\n", b"1 2 3 - \n", b"a b c d\n - nfs\n"])
def test_a_table_that_makes_no_sense_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mountinfo").write_bytes(content)
    assert remark(tmp_path, tmp_path / "mountinfo") is None


def test_without_the_table_nothing_is_said(tmp_path: Path) -> None:
    assert remark(tmp_path, tmp_path / "none") is None


@pytest.mark.skipif(not os.path.ismount("/dev/shm"), reason="no file system in memory here")
def test_the_real_table_knows_the_file_system_in_memory() -> None:
    assert "in memory (tmpfs)" in (remark(Path("/dev/shm")) or "")
