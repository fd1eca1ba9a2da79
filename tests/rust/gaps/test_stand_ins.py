"""Texts that only stand in for a file's content are no code, and code that looks a little like them is."""

from __future__ import annotations

import pytest

from app.rust.source import SourceFile

OID = b"oid sha256:" + b"0" * 64 + b"\n"
LFS = b"version https://git-lfs.github.com/spec/v1\n" + OID + b"size 12345\n"
LFS_SAID = "a Git LFS pointer, and its content (12,345 bytes) is not here"
ANNEX = b"/annex/objects/SHA256E-s12345--" + b"0" * 64 + b".rs\n"
ANNEX_SAID = "a git-annex pointer, and its content is not here"
LINK_SAID = "the path of another file, as a symbolic link leaves it where there are none"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(LFS, LFS_SAID, id="lfs"),
        pytest.param(LFS.replace(b"\n", b"\r\n"), LFS_SAID, id="crlf"),
        pytest.param(LFS.rstrip(), LFS_SAID, id="no last line feed"),
        pytest.param(b"\xef\xbb\xbf" + LFS, LFS_SAID, id="byte order mark"),
        pytest.param(LFS.replace(b"oid", b"ext-0-foo sha256:" + b"1" * 64 + b"\noid"), LFS_SAID, id="extension"),
        pytest.param(LFS.replace(b"git-lfs.", b"hawser."), LFS_SAID, id="the first version's name"),
        pytest.param(ANNEX, ANNEX_SAID, id="annex"),
        pytest.param(ANNEX.replace(b"\n", b"\r\n"), ANNEX_SAID, id="annex crlf"),
        pytest.param(ANNEX + b"/annex/v1\n", ANNEX_SAID, id="annex with a further line"),
        pytest.param(b"../../.git/annex/objects/f1/2k/SHA1-x/SHA1-x", ANNEX_SAID, id="annex link"),
        pytest.param(b"../common/lib.rs", LINK_SAID, id="link"),
        pytest.param(b"./lib.rs\n", LINK_SAID, id="link with a line feed"),
    ],
)  # fmt: skip
def test_what_stands_in_for_a_file_cannot_be_annotated_and_says_what_it_is(data: bytes, said: str) -> None:
    """A Git LFS pointer was taken as code: `v`, `down`, `space` had it in the block."""
    source = SourceFile.of("src/bindings.rs", data)
    assert source.obstacle == f"cannot be annotated: it is {said}"
    assert not source.is_code


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"// version https://git-lfs.github.com/spec/v1\nfn a() {}\n", id="named in a comment"),
        pytest.param(b'const S: &str = "' + LFS.replace(b"\n", b"\\n") + b'";\n', id="named in a text"),
        pytest.param(LFS + b"fn a() {}\n", id="code behind it"),
        pytest.param(b"fn a() {}\n" + LFS, id="code before it"),
        pytest.param(LFS.replace(b"size", b"// size"), id="no size"),
        pytest.param(b"// /annex/objects/x\n", id="annex named in a comment"),
        pytest.param(b"..a", id="a range"),
        pytest.param(b"../x()\n", id="a division of nothing"),
        pytest.param(LFS + b"\n" * 5000, id="too long for a pointer"),
    ],
)
def test_what_only_looks_a_little_like_it_is_code(data: bytes) -> None:
    source = SourceFile.of("src/bindings.rs", data)
    assert source.obstacle == "" and source.is_code


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_pointer_in_another_encoding_is_refused_for_its_bytes(encoding: str) -> None:
    source = SourceFile.of("src/bindings.rs", LFS.decode().encode(encoding))
    assert source.obstacle.endswith(("is not UTF-8", "is a NUL"))


def test_lines_that_nearly_match_cost_no_more_than_others() -> None:
    """A pattern that tries every way to share blanks out would not come back from this."""
    nearly = b"/annex/objects/x\n" + b"/annex/ " * 400 + b"\nfn a() {}"
    assert SourceFile.of("a.rs", nearly).obstacle == ""
