"""Refs of backspan's own in a clone of its own: what they name, no tidying up of git's takes away.

A branch that is rewritten, merged and deleted, or a tag that is moved, leaves commits that nothing reaches any more;
git drops them when it next tidies up. Each commit that a record was taken from has a ref of ours, named by its id. In a
clone without contents the same holds for those contents, though their commit is there: git goes by what the server
once promised, forgets what was fetched by itself, and asks again, perhaps in vain. So they have refs too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from app.base.text import shown
from app.errors import SourceError
from app.repository.git.run import run_git

PREFIX = "refs/backspan/kept/"
"""What the refs' names begin with; the object's full id follows."""
_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def is_object_id(text: str) -> bool:
    """Whether this is a full id: only such are made part of a ref's name."""
    return bool(_OBJECT.fullmatch(text))


def kept(git_dir: Path) -> frozenset[str]:
    """The objects that refs of ours keep in a clone; none where they cannot be read."""
    answer = run_git(["for-each-ref", "--format=%(refname)", PREFIX], git_dir=git_dir)
    names = answer.out.decode("utf-8", "replace").splitlines()
    return frozenset(name.removeprefix(PREFIX) for name in names)


def here(git_dir: Path, oids: Iterable[str]) -> set[str]:
    """Which of the objects the clone holds. Asks nobody else: all there is, is listed. Raises SourceError."""
    wanted = set(oids)
    if not wanted:
        return set()
    listing = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"]
    answer = run_git(listing, git_dir=git_dir, timeout=600.0)
    if answer.code:
        raise SourceError(
            f"the objects of {shown(str(git_dir))} cannot be listed: {answer.complaint}",
            "run 'git fsck' there",
        )
    return wanted.intersection(answer.out.decode("ascii", "replace").split())


def keep(git_dir: Path, oids: Iterable[str]) -> None:
    """Give objects their refs, all or none; one that has its ref stays as it is. Only for clones of ours.

    Raises SourceError: one is not here, or the clone cannot be written.
    """
    wanted = sorted(set(oids) - kept(git_dir))
    for oid in wanted:
        if not is_object_id(oid):
            raise SourceError(f"{shown(oid)} is no full id of git's, so it cannot be kept")
    told = "".join(f"update {PREFIX}{oid}\0{oid}\0\0" for oid in wanted).encode("ascii")
    answer = run_git(["update-ref", "--no-deref", "-z", "--stdin"], git_dir=git_dir, stdin=told)
    # Another process may have been quicker, and have held a lock just then.
    if answer.code and not kept(git_dir).issuperset(wanted):
        raise SourceError(
            f"code that records were taken from cannot be kept in {shown(str(git_dir))}: {answer.complaint}",
            "see that the clone is whole and can be written; 'backspan doctor' says what is at risk",
        )
