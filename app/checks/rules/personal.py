"""Language, continued: what must not leave a project in prose, secrets and what belongs to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks.findings import Context, Hit, shown
from app.checks.reading import Reading
from app.checks.registry import Example, check
from app.checks.rules.structure import some
from app.checks.secrets import secrets_in_prose
from app.records.finding import Field

_MAIL = re.compile(
    r"(?<![\w.+-])(?!git@)[A-Za-z0-9][\w.+-]{0,63}@(?!example\.(?:com|org|net)\b)"
    r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@])"
)
"""An address at `example.org` itself is nobody's."""
_GROUP = r"(?:[ ./-]|[ ]?[-/][ ]?)"
_PHONE = re.compile(
    rf"(?<![\w.:/#-])(?:\+[1-9]\d{{0,2}}(?:{_GROUP}?\(?0?\d{{1,4}}\)?)(?:{_GROUP}?\d{{2,5}}){{2,4}}"
    rf"|\(0?\d{{2,4}}\)[ ]?\d{{3,4}}(?:{_GROUP}\d{{3,5}})+"
    rf"|0[1-9]\d{{1,3}}{_GROUP}\d{{3,4}}(?:{_GROUP}?\d{{2,5}}){{1,2}}"
    r"|[2-9]\d\d-[2-9]\d\d-\d{4})(?![\w:%]|[.-]\d)"
)


def _texts(reading: Reading) -> tuple[tuple[Field, str], ...]:
    return (("user", reading.texts.user), ("think", reading.texts.think))


@check(
    code="BS707", family="language", severity="error", title="secret in a text",
    why="What is trained on is public for ever: a key in it must be taken for stolen.",
    remedy="Delete it, and have the key replaced; waive this if it is no secret.",
    good=Example(user="Receivers need time: a wait must grow, and a key that begins with whsec_ never leaves us."),
    bad=Example(user="Receivers need time: the wait must grow for ghp" + "_a8Kd03LmQz71XyRt5Vw2Nb6Hs9Jc4Pf0Ge1U, up to "
                     "5 minutes."),
)  # fmt: skip
def secret_in_text(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, text in _texts(reading):
        for name, start, end in secrets_in_prose(text):
            yield Hit(field, f"This looks like a secret ({name}).", start, end)


@check(
    code="BS708", family="language", severity="warning", title="a person's data",
    why="An address or a telephone number belongs to somebody who was not asked, and a model says it again.",
    remedy="Say who it was by what they do: a customer, a receiver. Of examples, example.org is nobody's.",
    good=Example(user="Mails to admin@example.org must wait 0.5 s, then 10 000 ms; since 2026-01-02."),
    bad=Example(user="Ms. Ibarra (m.ibarra@acme-parcels.io) must not be sent a message more than once in five "
                     "minutes."),
)  # fmt: skip
def persons_data(reading: Reading, context: Context) -> Iterator[Hit]:
    for field, text in _texts(reading):
        for match in some(_MAIL, text) if "@" in text else ():
            yield Hit(field, f"“{shown(match[0])}” is somebody's address.", match.start(), match.end())
        for match in some(_PHONE, text):
            said = f"“{shown(match[0])}” looks like a telephone number."
            yield Hit(field, said, match.start(), match.end())
