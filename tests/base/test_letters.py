"""One form of names and words: canonical equivalents are one, joiners between letters stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.letters import JOINERS, composed, folded, joins, person, spellings, spelt_out
from app.base.letters import spelt_out as printable_line
from app.base.text import printable, shown
from app.records.prose import matches
from app.settings.person import Settings, annotator

ZOE, ZOE_APART = "Zo\u00eb", "Zoe\u0308"
ALI = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
"""A Persian name, with the joiner that its spelling needs."""
SRI = "\u0dc1\u0dca\u200d\u0dbb\u0dd3"
"""A Sinhala name, whose joiner stands behind a virama."""
CHILLU = "\u0d05\u0d35\u0d28\u0d4d\u200d"
"""A Malayalam word that ends in a joiner behind a virama."""
KHANDA = "\u09b0\u200d\u09cd\u09af"
"""Bengali: a joiner between a letter and a virama."""
JOINED = (ALI, SRI, CHILLU, KHANDA)
_LETTERS = "aeZ \u00eb\u0308\u0301\u1e69\u0323\u0307\u212b\u0131\u01f0\u200c\u200d\u0639\u0dca"
TEXTS = st.text(st.sampled_from(_LETTERS) | st.characters(), max_size=12)


@given(TEXTS)
def test_what_is_canonically_the_same_is_the_same(text: str) -> None:
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        assert composed(other) == composed(text)
        assert folded(other) == folded(text)
        assert person(other) == person(text)


@given(TEXTS, TEXTS)
def test_what_is_not_canonically_the_same_stays_apart(one: str, other: str) -> None:
    alike = unicodedata.normalize("NFD", one) == unicodedata.normalize("NFD", other)
    assert (composed(one) == composed(other)) is alike


@given(TEXTS)
def test_a_form_is_final(text: str) -> None:
    assert person(person(text)) == person(text) == composed(person(text))
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("name", JOINED)
def test_a_joiner_between_letters_is_signed_and_shown_as_itself(name: str) -> None:
    assert [
        one for one in (printable(name), printable_line(name), shown(name), spelt_out(name)) if one != name
    ] == []
    assert annotator(Settings(name=name), lambda: "") == name
    assert annotator(Settings(), lambda: shown(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "\u200c" + ALI,  # nothing before it
        ALI + "\u200c",  # nothing behind it
        "\u0639\u200c\u200c\u0631",  # two of them
        "A\u200cda",  # no script that joins
        "\u0639 \u200d\u0631",  # behind a blank
        "\U0001f469\u200d\U0001f467",  # no letters
        "1\u200c2",
        "\u0639\u200b\u0631",  # another unseen character
    ],
)
def test_any_other_unseen_character_is_spelt_out(text: str) -> None:
    for spelt in (printable(text), printable_line(text), shown(text)):
        assert any(f"\\u200{last}" in spelt for last in "bcd")
        kept = [at for at, char in enumerate(spelt) if char in JOINERS]
        assert all(joins(spelt, at) for at in kept)


def test_a_name_that_an_older_backspan_signed_with_an_escape_is_the_same_persons() -> None:
    for name in (ALI, SRI):
        old = name.replace("\u200c", "\\u200c").replace("\u200d", "\\u200d")
        assert old != name
        assert person(old) == person(name) == name
    assert person("A\\u200cda") == "A\\u200cda"
    assert person("a\\b") == "a\\b"


@given(TEXTS)
def test_the_spellings_of_a_name_are_all_the_same_persons(name: str) -> None:
    forms = spellings(name)
    assert forms[0] == person(name)
    assert len(set(forms)) == len(forms)
    assert {person(form) for form in forms} == {person(name)}


def test_a_letter_that_folds_apart_is_composed_again() -> None:
    assert folded("J\u030c") == folded("\u01f0") == "\u01f0"  # there is no such capital in one character


def test_a_name_of_ascii_has_one_spelling() -> None:
    assert spellings("Ada Lovelace <ada@example.org>") == ("Ada Lovelace <ada@example.org>",)
    assert set(spellings(ZOE)) == {ZOE, ZOE_APART}


def test_words_in_prose_are_found_however_their_letters_are_composed() -> None:
    text = f"Ask {ZOE}, {ZOE_APART.upper()} and {ZOE_APART}."
    for wanted in (ZOE.lower(), ZOE_APART.lower()):
        assert [text[start:end] for start, end in matches(text, wanted)] == [
            ZOE,
            ZOE_APART.upper(),
            ZOE_APART,
        ]
    assert [text[start:end] for start, end in matches(text, ZOE)] == [ZOE, ZOE_APART]
