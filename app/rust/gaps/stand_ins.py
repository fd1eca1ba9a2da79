"""Texts that stand in a file's place while its content is somewhere else, and are no code.

Git LFS and git-annex keep large files elsewhere and leave a pointer; a system without symbolic links leaves the path
that the link had. All of them are short: nothing is looked at in a file that is longer.
"""

from __future__ import annotations

import re

_LONGEST = 4096
"""Bytes of the longest that is looked for. A Git LFS pointer has less than 1,024, a path no more than this."""
_LFS = re.compile(
    rb"version https?://(?:git-lfs|hawser)\.github\.com/spec/\S+[ \t]*\r?\n"
    rb"(?:[a-z0-9.-]+ [^\r\n]*\r?\n)*?"
    rb"oid \w+:[0-9a-fA-F]+[ \t]*\r?\n"
    rb"(?:[a-z0-9.-]+ [^\r\n]*\r?\n)*?"
    rb"size (?P<size>\d{1,19})\s*"
)
"""`version` comes first, the other keys in the order of the alphabet: `ext-…` before `oid`."""
_ANNEX = re.compile(
    rb"(?:/annex/objects/[^\s/]+|(?:\.\./)*\.git/annex/objects/\S++)\s*+(?:/annex/[^\r\n]*+\s*+)*+"
)
"""What an unlocked file holds; and where a locked one points, as text."""
_LINK = re.compile(rb"\.\.?/[^\s\"'(){};:]*[^\s\"'(){};:/]\r?\n?")


def stands_in(data: bytes) -> str:
    """What a file is whose bytes only stand in for its content, to follow "it is"; empty if it is nothing such."""
    if not 0 < len(data) <= _LONGEST:
        return ""
    text = data.removeprefix(b"\xef\xbb\xbf")
    if pointer := _LFS.fullmatch(text):
        return f"a Git LFS pointer, and its content ({int(pointer['size']):,} bytes) is not here"
    if _ANNEX.fullmatch(text):
        return "a git-annex pointer, and its content is not here"
    if _LINK.fullmatch(text):
        return "the path of another file, as a symbolic link leaves it where there are none"
    return ""
