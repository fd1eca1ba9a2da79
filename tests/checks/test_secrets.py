"""Keys and tokens: found where they stand, and ordinary code let be."""

from __future__ import annotations

import base64

import pytest

from app.checks import secrets as module
from app.checks.secrets import has_library, secrets, secrets_in_prose

KEYS = {
    "AWS": "AKIA" + "Q3EGSIXLMBH4TT5C",
    "GitHub": "ghp_" + "a1B2" * 9,
    "webhook": "whsec_" + "C2FVsBQIhrscChlQIMV+b5sS",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "password": "postgres://larkspur:hunter2@db.internal",
    "Slack": "xoxb-" + "123456789012-abcdefghijkl",
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_found_with_its_place_behind_wide_characters(name: str) -> None:
    text = f'// 🦀 größer\nlet key = "{KEYS[name]}";\n'
    [(kind, start, end)] = secrets(text)
    assert name in kind
    assert text[start:end] in text[text.index('"') :]
    assert text.index(KEYS[name]) <= start < end <= text.index(KEYS[name]) + len(KEYS[name]) + 1


@pytest.mark.parametrize(
    "code",
    [
        'const URI: &str = "amqp://guest:guest@localhost:5672";',
        'let url = format!("{scheme}://{user}:{password}@{host}");',
        'let secret = env::var("STRIPE_KEY")?; // password: see the vault',
        "fn token(token: &Token) -> [u8; 32] { Sha256::digest(token) }",
        'const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";',
        'let prefix = "whsec_";',
    ],
)
def test_ordinary_code_holds_no_secret(code: str) -> None:
    assert secrets(code) == ()


def forget() -> None:
    """Let go of what was found with other detectors."""
    secrets.cache_clear()
    module._window.cache_clear()


def test_the_library_knows_more_and_without_it_the_rest_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_library(), "the development group installs it"
    token = "SG." + "a1B2c3D4e5F6g7H8i9J0k1" + "." + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V"
    assert secrets(f'"{token}"')
    monkeypatch.setattr(module, "_detectors", lambda: ())
    forget()
    assert not secrets(f'"{token}"')
    assert secrets(f'"{KEYS["AWS"]}"')
    forget()


@pytest.mark.parametrize("before", [0, 990, 1_490, 5_000])
@pytest.mark.parametrize("after", [0, 700])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_in_a_long_line_is_found_once_with_its_place(name: str, before: int, after: int) -> None:
    text = "é " * (before // 2) + KEYS[name] + " é" * (after // 2)
    [(_, start, end)] = secrets(text)
    assert start == text.index(KEYS[name]) and end <= start + len(KEYS[name])


def test_detectors_are_given_short_pieces_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    class Detector:
        secret_type = "any"

        def analyze_string(self, line: str) -> list[str]:
            lengths.append(len(line))
            return []

    monkeypatch.setattr(module, "_detectors", lambda: (Detector(),))
    forget()
    secrets("/" * 20_000 + "\n" + "=" * 700)
    forget()
    assert max(lengths) == 1_000 and sum(lengths) < 3 * 20_700


def test_a_token_of_a_thousand_brackets_raises_nothing() -> None:
    token = base64.urlsafe_b64encode(b'{"' + b"[" * 20_000).decode().rstrip("=")
    assert token.startswith("eyJ")
    assert secrets(f'"{token}.{token}.a"') == ()


def test_of_very_many_only_some_are_told() -> None:
    assert len(secrets("\n".join(f"AKIA{n:016d}" for n in range(300)))) == 50


@pytest.mark.parametrize("before", ["", "word " * 300, "é " * 40, "first line\n"])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_in_prose_is_found_with_its_place(name: str, before: str) -> None:
    text = f"{before}Use {KEYS[name]} and no other."
    [(_, start, end)] = secrets_in_prose(text)
    assert start == text.index(KEYS[name]) and end <= start + len(KEYS[name])


def test_long_words_and_names_of_code_in_prose_are_no_keys() -> None:
    assert (
        secrets_in_prose("Internationalisation of `spawn_blocking_with_permits` at https://example.org/a.")
        == ()
    )
    assert len(secrets_in_prose(" ".join(f"AKIA{n:016d}" for n in range(90)))) == 50


def test_what_stands_before_a_word_may_tell_that_it_is_a_key() -> None:
    value = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzR3mPq9vTa"
    [(_, start, end)] = secrets_in_prose(f"It is set by aws key '{value}' and not otherwise.")
    assert end - start == len(value)
