"""Which URLs git is ever given, and how they are shown."""

from __future__ import annotations

import re

from app.base.text import shown
from app.errors import SourceError

SCHEMES = ("https", "http", "ssh", "git", "file")
"""What may be cloned from, besides `host:path`."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_SCP = re.compile(r"(?:([^/\s:@]+)@)?([^/\s:@]{2,}):(?!//|:)(.+)", re.DOTALL)
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")


def is_url(text: str) -> bool:
    """Is this a URL (or `host:path`), rather than a path on this machine?"""
    return bool(_URL.match(text) or _HELPER.match(text) or _SCP.fullmatch(text))


def check_url(url: str) -> None:
    """Raises SourceError for a URL that git must not be given."""
    if re.search(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]", url):
        raise SourceError(f"the URL {_safe(url)} holds a space or a control character", "check the URL")
    found = _URL.fullmatch(url)
    scp = None if found else _SCP.fullmatch(url)
    if scp and scp[2].lower() in SCHEMES:  # https:/host lacks a stroke: it is no host called https
        scp = None
    if url.startswith("-") or _HELPER.match(url) or not (found or scp):
        raise SourceError(f"{_safe(url)} is not a URL that can be cloned", _allowed())
    if found and found[1].lower() not in SCHEMES:
        raise SourceError(f"{shown(without_credentials(url))} has the scheme {shown(found[1])}", _allowed())
    rest = found[2] if found else url
    host = rest.split("/", 1)[0].rpartition("@")[2]
    if host.startswith("-") or rest.startswith("-") or (scp and scp[3].startswith("-")):
        raise SourceError(
            f"{shown(without_credentials(url))} has a host that begins with '-'", "check the URL"
        )


def _safe(text: str) -> str:
    """What was given for a URL, without anything that may have been meant as a password."""
    return shown(re.sub(r"[^/\s]*:[^/\s]*@", "", without_credentials(text)))


def _allowed() -> str:
    return f"use {', '.join(scheme + '://' for scheme in SCHEMES)} or host:path"


def without_credentials(url: str) -> str:
    """The URL as it may be shown and recorded: no password, and no user name where that may be a token."""
    found = _URL.fullmatch(url)
    if not found:
        return url
    place, slash, path = found[2].partition("/")
    user, at, host = place.rpartition("@")
    if not at:
        return url
    kept = "" if found[1].lower() in ("http", "https") else f"{user.partition(':')[0]}@"
    return f"{found[1]}://{kept}{host}{slash}{path}"


def canonical_url(url: str) -> str:
    """One spelling of a repository's URLs: no credentials, no final `.git` or `/`, host in lower case."""
    text = without_credentials(url.strip()).rstrip("/").removesuffix(".git").rstrip("/")
    found = _URL.fullmatch(text)
    if found:
        place, slash, path = found[2].partition("/")
        return f"{found[1].lower()}://{place.lower()}{slash}{path}"
    scp = _SCP.fullmatch(text)
    if scp:
        user = f"{scp[1]}@" if scp[1] else ""
        return f"{user}{scp[2].lower()}:{scp[3]}"
    return text
