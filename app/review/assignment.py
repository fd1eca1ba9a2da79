"""Who is to review a record, by the rule of its topic's spec. Pure: names and hashes only, so all machines agree.

- `round-robin`: people take turns in the order of the list; whose turn it is tells the hash of the record's id, since
  no machine knows all records. One name more deals all records anew.
- `share`: each record goes to people drawn by hash, so that in time everybody shares records with everybody. One name
  more takes its part from the others, and nothing else moves.
- `file`: as `share`, but drawn by the file's path, so that one file's records are read by the same people.

Whatever the rule, `overlap` per cent of the records, drawn by their ids, go to all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import lru_cache

from app.project.topics.spec import ReviewRules


def assigned(
    record: str, path: str, rules: ReviewRules, reviews: int, authors: Collection[str] = ()
) -> frozenset[str] | None:
    """The people who are to judge a record: at least `reviews` of them where there are as many. None: everybody.

    `path` is the file of its main code. `authors`, who wrote what it says, are passed over unless people may judge
    their own; where nobody else is left, it is for everybody.
    """
    if rules.assign == "all" or not rules.reviewers:
        return None
    names = rules.reviewers
    if authors and not rules.own:
        names = tuple(name for name in names if name not in authors)
    if reviews >= len(names) or _percent(record) < rules.overlap:
        return frozenset(names) or None
    if rules.assign == "round-robin":
        first = _number("turn", record) % len(names)
        return frozenset(names[(first + step) % len(names)] for step in range(reviews))
    if rules.assign == "file":
        return _drawn_for_file(path, names, reviews)
    return _drawn(record, names, reviews)


def _percent(record: str) -> float:
    """Where a record stands among all, 0 to below 100."""
    return _number("overlap", record) * 100 / 2**64


def _drawn(key: str, names: tuple[str, ...], count: int) -> frozenset[str]:
    """Rendezvous hashing: everybody draws a number for the key, and the highest have it."""
    return frozenset(sorted(names, key=lambda name: (_number(name, key), name))[-count:])


@lru_cache(maxsize=4096)
def _drawn_for_file(path: str, names: tuple[str, ...], count: int) -> frozenset[str]:
    return _drawn(path, names, count)


def _number(drawer: str, key: str) -> int:
    """64 bits that differ for each drawer and key."""
    # A length keeps ("ab", "c") and ("a", "bc") apart.
    data = f"{len(drawer)}:{drawer}{key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
