"""Control tokens of models: found in texts and in code, and not where the brackets are a language's own."""

from __future__ import annotations

import pytest

from app.checks import Context, Texts, check_record
from app.checks.reading import BlockCode
from app.checks.registry import SAMPLE
from app.checks.words.control_tokens import code_tokens, control_tokens, listed_tokens

LISTED = sorted(listed_tokens())
SURE = [token for token in LISTED if not listed_tokens()[token][1]]
SHAPES = ["<|im_end|>", "<|image start|>", "<｜tool▁sep｜>", "</seed:tool_call>", "<minimax:tool_call>"]


def said(user: str = "", think: str = "", block: str = "") -> list[tuple[str, str, str]]:
    """Code, severity and text of what is said of tokens and tags."""
    texts = Texts(SAMPLE.user + user, SAMPLE.think + think, block or SAMPLE.block)
    fields = {"user": texts.user, "think": texts.think, "block": texts.block}
    return [
        (found.code, found.severity, fields[found.field][found.start : found.end])
        for found in check_record(texts, Context())
        if found.code in ("BS110", "BS111", "BS112", "BS113")
    ]


@pytest.mark.parametrize("token", [*SURE, *SHAPES])
def test_a_control_token_is_an_error_in_texts_and_a_warning_in_code(token: str) -> None:
    token = token.replace("#", "17")
    assert said(user=f" Put {token} there.") == [("BS112", "error", token)]
    assert said(think=f" ({token})") == [("BS112", "error", token)]
    string = f'fn f() -> &str {{\n    g();\n    "x{token}y"\n}}'
    assert said(block=string) == [("BS113", "warning", token)]


@pytest.mark.parametrize("token", ["[ARGS]", "[PREFIX]", "<mask>", "<filename>"])
def test_what_people_write_with_another_meaning_is_a_warning_and_nothing_in_code(token: str) -> None:
    assert said(user=f" Call it with {token} too.") == [("BS112", "warning", token)]
    assert said(block=f'fn f() {{\n    g();\n    h("{token}")\n}}') == []


@pytest.mark.parametrize(
    "code",
    [
        "fn f<pad>(x: Option<pad>) -> Vec<s> { x.into::<unk>() }",
        "impl<eos> Queue for Memory<eos> {}",
        "let last = table[INST]; grid()[EOS]; rows[1][PAD];",
        "#[test] fn f() { vec![PAD] }",
        "let x = <eos>::default();",
        "a < s > b; /// an `Option<pad>` of bytes",
        "fn f(x: &[T]) -> impl Fn(<T as X>::Y) { |a| a | b }",
    ],
)
def test_brackets_of_the_language_are_no_tokens(code: str) -> None:
    assert list(code_tokens(BlockCode(code))) == []


@pytest.mark.parametrize(
    "code", ["// ends with <eos>", "/* [INST] */", "// <|im_end|>", 'f("a[INST]")', "<pad>"]
)
def test_comments_and_strings_are_looked_into(code: str) -> None:
    assert len(list(code_tokens(BlockCode(code)))) == 1


@pytest.mark.parametrize(
    "text", ["Vec<T>", "[test]", "<always>", "[inst]", "a <| b |> c", "<|>", "<||>", "<| x|>", "[0]", "<b>"]
)
def test_other_words_in_brackets_are_no_tokens(text: str) -> None:
    assert list(control_tokens(text)) == []


def test_a_message_names_the_family_of_models() -> None:
    [found] = [one for one in check_record(Texts("Put <eos> there.", "", "")) if one.code == "BS112"]
    assert found.message == "“<eos>” in the request is a special token of some models (gemma)."


@pytest.mark.parametrize("tag", ["<think/>", "<THINK>", "<think >", "</ Think>"])
def test_what_is_nearly_a_think_tag_is_odd_and_no_more(tag: str) -> None:
    assert said(think=f" Put {tag} there.") == [("BS112", "hint", tag)]
    assert said(block=f'fn f() {{\n    g();\n    h("{tag}")\n}}') == []


def test_a_tag_that_begins_thinking_is_a_warning_in_code_and_one_that_ends_it_an_error() -> None:
    assert said(think=" Put <think> there.") == [("BS110", "error", "<think>")]
    assert said(block='fn f() {\n    g();\n    h("<think>")\n}') == [("BS113", "warning", "<think>")]
    assert said(block='fn f() {\n    g();\n    h("</think>")\n}') == [("BS111", "error", "</think>")]
