"""What a word is to full-text search, in one place: the index, the filter and its tests must agree.

A word is an unbroken row of letters and digits of any script, whatever its case; everything else, `_` included, parts
words. So `retry_after` is two words, and both are found alone. A letter and its mark are one letter, however
that is written.
"""

from __future__ import annotations

import re

from app.base.letters import folded

_APART = re.compile(r"[\W_]+")


def spaced(text: str) -> str:
    """The words of a text, folded, each between single blanks: ` like this `; for no words a blank."""
    words = _APART.sub(" ", folded(text)).strip()
    return f" {words} " if words else " "


def phrase(text: str) -> str:
    """What `spaced` of a text must hold for it to be found: the words in a row, the last perhaps only begun.

    A last word of one letter is meant whole: nearly every text has a word that begins so.
    """
    words = spaced(text)
    return words if words[-3:-2] == " " else words[:-1]
