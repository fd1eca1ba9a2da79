"""What a record leaves in an index: the words that the checks read too, whatever the text is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.checks.imprints import SKETCH, folded_code, imprint
from app.checks.reading import BlockCode, Prose

CODE = st.lists(
    st.sampled_from(
        [
            '"a b"',
            'r#"x "y"#',
            "r#fn",
            "'a'",
            "'static",
            "b'\\n'",
            "//c d\n",
            "/* e */",
            "f_1",
            "0x1F",
            "::",
            "ß",
            "É",
        ]
    )
    | st.text(max_size=5),
    max_size=12,
)


@given(CODE)
def test_code_is_taken_apart_as_the_checks_do(parts: list[str]) -> None:
    for text in ("".join(parts), " ".join(parts)):
        assert tuple(folded_code(text)) == BlockCode(text).folded


@given(st.text(max_size=300), st.text(max_size=300))
def test_prose_is_folded_as_the_checks_do(user: str, think: str) -> None:
    left = imprint(user, think, "")
    assert left.user == " ".join(Prose(user).folded)
    assert left.think == " ".join(Prose(think).folded)
    assert (left.digest, list(left.sketch)) == (b"", [])


@given(st.text(max_size=200), st.text(max_size=200))
def test_fingerprints_ascend_and_each_stands_once(text: str, code: str) -> None:
    left = imprint(text, text, code)
    for marks in (left.user_marks, left.think_marks, left.sketch):
        assert list(marks) == sorted(set(marks))
    assert len(left.sketch) <= SKETCH


def test_fingerprints_are_the_same_in_every_process() -> None:
    left = imprint("Wait longer after each failure, then stop.", "", "fn f() { g(1) }")
    assert list(left.user_marks) == [198259386, 980337366]
    assert left.digest.hex() == "80b941eca77f5e22aa00a8d8c826bba2"
