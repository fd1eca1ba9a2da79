"""Credentials that a URL holds, and how git gets them: never as an argument, which everybody on the machine can read.

Git is given the URL without them, and hands that on to further programs. What the server asks for comes from the
environment of the one command that needs it, by a helper that answers for this server alone. Between commands they
stand in a file that only its owner may read, beside a clone of ours; never in git's own configuration, from which
git would put them into arguments again.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from app.errors import SourceError
from app.repository.git.urls import without_credentials

FILE = "backspan-login"
"""The file in a clone's folder that holds what stood before the `@` of its URL, as it stood there."""
_LONGEST = 4096
_WEB = re.compile(r"(https?://)([^/?#]*)@([^/?#@]*)", re.IGNORECASE)
_PLACE = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+", re.IGNORECASE)
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" '
    '"$BACKSPAN_GIT_USER" "$BACKSPAN_GIT_PASSWORD"; }; f'
)


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and a password for one server."""

    place: str
    """Scheme, host and port, such as `https://example.com:8443`."""
    user: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def settings(self) -> tuple[str, ...]:
        """What git is told besides; holds no secret."""
        return (f"credential.{self.place}.helper={_HELPER}",)

    @property
    def variables(self) -> dict[str, str]:
        """What its environment holds; only its owner can read that."""
        return {"BACKSPAN_GIT_USER": self.user, "BACKSPAN_GIT_PASSWORD": self.password}


def parted(url: str) -> tuple[str, str]:
    """The URL as git may be given it, and what stood before its `@`; that is empty unless it is for a web server.

    Ssh takes no password from a URL: there one only goes.
    """
    found = _WEB.match(url)
    return without_credentials(url), found[2] if found else ""


def joined(url: str, credentials: str) -> str:
    """The URL with credentials in it, for `parted` to take apart again; unchanged unless it is a web server's."""
    found = re.match(r"https?://(?![^/?#]*@)", url, re.IGNORECASE)
    return f"{found[0]}{credentials}@{url[found.end() :]}" if found and credentials else url


def login_of(url: str) -> Login | None:
    """What a URL says of who asks; None if nothing. Raises `SourceError` for what cannot be handed on."""
    found = _WEB.match(url)
    if found is None or not found[2]:
        return None
    place = found[1].lower() + found[3].lower()
    parts = [unquote_to_bytes(part) for part in found[2].partition(":")[::2]]
    if not _PLACE.fullmatch(place) or any(byte < 32 or byte == 127 for part in parts for byte in part):
        raise SourceError(
            "the URL's user name, password or host holds a character that git cannot be told",
            "check the URL; in a password each such character is written as % and two digits",
        )
    user, password = map(os.fsdecode, parts)
    return Login(place, user, password)


def remember(clone: Path, credentials: str) -> None:
    """Keep what stood before a URL's `@` in the clone, for its owner alone, if there is any. Raises `OSError`."""
    if not credentials:
        return
    part = clone / f".{FILE}.{secrets.token_hex(4)}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(credentials.encode("utf-8", "surrogateescape") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(clone / FILE)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def recalled(clone: Path) -> str:
    """What `remember` kept; empty if there is nothing that can be read."""
    try:
        handle = os.open(clone / FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            text = file.read(_LONGEST).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
    return text.removesuffix("\n") if re.fullmatch(r"[^\s/?#]+\n", text) else ""
