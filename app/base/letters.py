"""One form of what looks the same: for names of people, and for words that are sought.

Unicode writes an ë as one character, or as an e and a mark (UAX #15). Both are one text to whoever reads them, and so
one name and one word here: what is compared is composed (NFC). Joiners (U+200C, U+200D) between letters belong to the
spelling of Persian, Hindi and others, and stay; anywhere else they are unseen characters like any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

ZWJ = "\u200d"
JOINERS = "\u200c" + ZWJ
_SPELT_OUT = re.compile(r"\\u200[cd]")
_VIRAMA = 9
"""The combining class of signs that leave a consonant without its vowel: a joiner behind one says how that is drawn."""


def composed(text: str) -> str:
    """The text composed (NFC): the one form of all texts that are canonically the same."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """The text as it is compared where neither capitals matter nor how letters are composed."""
    return text.lower() if text.isascii() else composed(composed(text).casefold())


def joins(text: str, at: int) -> bool:
    """Whether the character at `at` (0-based) is a joiner that belongs to a word's spelling.

    Between two letters of ASCII it does not: there it only makes what looks like another name, or another's code.
    """
    if text[at] not in JOINERS or at == 0:
        return False
    before, after = text[at - 1], text[at + 1 : at + 2]
    if before.isascii() and after.isascii():
        return False
    return unicodedata.combining(before) == _VIRAMA or (lettered(before) and lettered(after))


def lettered(char: str) -> bool:
    """Whether a character (or nothing) is a letter, or a mark on one."""
    return bool(char) and unicodedata.category(char)[0] in "LM"


def spelt_out(text: str, seen: Callable[[str], bool] = str.isprintable) -> str:
    """The text with each character that is not `seen` as its escape, such as `\\x1b`; joiners between letters stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if seen(char) or joins(text, at) else char.encode("unicode_escape").decode("ascii")
        for at, char in enumerate(text)
    )


@lru_cache(maxsize=4096)
def person(name: str) -> str:
    """The one form of a person's name, in which it is compared, counted, signed and shown.

    Backspans before this one wrote a joiner as the six characters `\\u200c`: those are the joiner again.
    """
    if name.isascii() and "\\" not in name:
        return name
    for found in reversed(list(_SPELT_OUT.finditer(name))):
        joined = f"{name[: found.start()]}{_joiner(found[0])}{name[found.end() :]}"
        name = joined if joins(joined, found.start()) else name
    return composed(name)


def _joiner(spelt: str) -> str:
    return JOINERS[spelt[-1] == "d"]


def spellings(name: str) -> tuple[str, ...]:
    """How backspan may have written a person's name in the past, the one form first; each once."""
    one = person(name)
    spelt = "".join(f"\\u{ord(char):04x}" if char in JOINERS else char for char in one)
    forms = (one, unicodedata.normalize("NFD", one), spelt, unicodedata.normalize("NFD", spelt))
    return tuple(dict.fromkeys(forms))
