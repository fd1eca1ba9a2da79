"""Where a repository's URL is on this machine: a checkout the person mapped it to, or a clone of ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.base.cancelling import never
from app.base.folders import data_dir, private_folder
from app.base.text import shown
from app.base.toml_lines import check_depth
from app.errors import SourceError
from app.repository.git.kept_refs import PREFIX, is_object_id, keep, kept
from app.repository.git.login import joined, login_of, parted, recalled, remember
from app.repository.git.run import run_git
from app.repository.git.transfer import quiet, transfer
from app.repository.git.urls import canonical_url, check_url, is_url, without_credentials
from app.repository.repository import Cancelled, Progress, open_repository

if TYPE_CHECKING:
    import tomlkit

__all__ = [
    "Cancelled",
    "Progress",
    "canonical_url",
    "clone",
    "clone_path",
    "is_ours",
    "is_url",
    "locate",
    "map_file",
    "map_source",
    "mappings",
    "shown_url",
    "unmap",
    "update",
]

_TABLE = "sources"
_HEADER = "Where repositories are on this machine: URL = folder. Written by 'backspan source map'."
_BRANCHES = "+refs/heads/*:refs/heads/*"


def map_file() -> Path:
    """The file that holds the mappings, whether or not it is there."""
    return data_dir() / "sources.toml"


def clone_path(url: str) -> Path:
    """Where our clone of the URL is, or would be."""
    canonical = canonical_url(url)
    name = re.sub(r"[^A-Za-z0-9]+", "-", canonical.rpartition("://")[2]).strip("-")[-60:].strip("-")
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return data_dir() / "clones" / f"{name or 'repository'}-{digest}.git"


def shown_url(url: str) -> str:
    """The URL without credentials, safe to print."""
    return shown(without_credentials(url))


def locate(url_or_path: str, project_root: Path) -> Path | None:
    """Where the repository is on this machine; None for a URL that is neither mapped nor cloned.

    A path is given back, from the project's root if it is relative, whether or not anything is there: opening
    it says what is wrong. Raises SourceError if the map file is broken.
    """
    if not is_url(url_or_path):
        return project_root / Path(url_or_path).expanduser()
    mapped = mappings().get(canonical_url(url_or_path))
    if mapped is not None:
        return mapped
    cloned = clone_path(url_or_path)
    if cloned.is_dir():
        return cloned
    if url_or_path.startswith("file:///"):
        local = Path(unquote(url_or_path.removeprefix("file://")))
        return local if local.is_dir() else None
    return None


def mappings() -> dict[str, Path]:
    """Canonical URL to folder, in the file's order. Raises SourceError if the file cannot be read."""
    table = _load().get(_TABLE, {})
    if not isinstance(table, dict):
        raise _broken(f"'{_TABLE}' must be a table")
    found: dict[str, Path] = {}
    for url, place in table.items():
        if not isinstance(place, str):
            raise _broken(f"the value of {shown(str(url))} must be a path in quotes")
        found[canonical_url(str(url))] = Path(str(place)).expanduser()
    return found


def map_source(url: str, path: Path) -> Path:
    """Remember that the URL's repository is at `path`; gives the absolute path that was noted.

    Raises SourceError: not a URL, no usable folder there, the map file cannot be read or written.
    """
    check_url(url)
    place = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - a link stays the link the person chose
    open_repository(place).close()
    try:
        str(place).encode("utf-8")
    except UnicodeEncodeError:
        raise SourceError(f"{shown(str(place))} has a name that is not UTF-8", "rename the folder") from None
    with _changed_map() as table:
        _drop(table, url)
        table[without_credentials(url)] = str(place)
    return place


def unmap(url: str) -> bool:
    """Forget the URL's mapping; False if there was none. Its folder is not touched. Raises SourceError."""
    if canonical_url(url) not in mappings():
        return False
    with _changed_map() as table:
        return _drop(table, url)


def clone(
    url: str,
    progress: Callable[[Progress], None] = quiet,
    cancelled: Callable[[], bool] = never,
    commit: str | None = None,
) -> Path:
    """A bare clone of the URL, without the files' contents if the server can leave them out.

    It is made aside and moved into place when whole, so half a clone never counts, and a second call starts
    clean. One that is already there is used, and fetched into only if it lacks `commit`.
    Raises Cancelled, and SourceError (a URL that is refused, git's failure, no such commit).
    """
    check_url(url)
    final = clone_path(url)
    with _alone(final, cancelled):
        if final.is_dir():
            if is_ours(final):
                remember(final, parted(url)[1])
            if commit and not _holds(final, commit):
                _check_ours(final)
                _bring(final, commit, progress, cancelled)
            return final
        _clean(final)
        part = final.with_name(f".{final.name}.part-{secrets.token_hex(4)}")
        try:
            _clone_into(part, url, progress, cancelled)
            remember(part, parted(url)[1])
            if commit and not _holds(part, commit):
                _bring(part, commit, progress, cancelled)
            part.rename(final)
        except OSError as error:
            raise _disk(final, error) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return final


def update(
    path: Path,
    progress: Callable[[Progress], None] = quiet,
    cancelled: Callable[[], bool] = never,
    commit: str | None = None,
    recorded: Iterable[str] = (),
) -> list[str]:
    """Fetch a clone's branches, and `commit` (id or tag) if they do not bring it.

    `recorded` are ids of commits to be kept, whatever becomes of the branches: what is here gets its ref before
    anything is fetched, what is not is asked for by itself. Gives back those that cannot be had. Only clones of ours
    are changed. Raises SourceError and Cancelled.
    """
    _check_ours(path)
    with _alone(path, cancelled):
        lost = [one for one in sorted(set(recorded) - kept(path)) if not _kept_here(path, one)]
        _bring(path, commit, progress, cancelled)
        return [
            one
            for one in lost
            if not is_object_id(one) or _fetch(path, f"+{one}:{PREFIX}{one}", progress, cancelled)
        ]


def _kept_here(path: Path, commit: str) -> bool:
    """Give a commit its ref, if the clone has it. Raises SourceError where the clone cannot be written."""
    if not is_object_id(commit) or not _holds(path, commit):
        return False
    keep(path, [commit])
    return True


def is_ours(path: Path) -> bool:
    """Whether this is a clone that backspan made, which it may change; one that a link leads to is somebody's."""
    return path.parent == data_dir() / "clones" and path.is_dir() and not path.is_symlink()


def _check_ours(path: Path) -> None:
    if not is_ours(path):
        raise SourceError(
            f"{shown(str(path))} is not a clone that backspan made, so it is left as it is",
            "run 'git fetch' there yourself",
        )


def _clone_into(
    part: Path, url: str, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> None:
    answer = transfer(
        [
            "clone",
            "--bare",
            "--filter=blob:none",
            "--no-tags",
            "--progress",
            "--template=",
            "--",
            parted(url)[0],
            str(part),
        ],
        progress=progress,
        cancelled=cancelled,
        login=login_of(url),
        private=True,
    )
    if answer.code:
        raise SourceError(
            f"{shown_url(url)} could not be cloned: {_no_secrets(answer.complaint, url)}",
            "check the URL and the network, or point to a clone you have: "
            f"backspan source map {shown_url(url)} PATH",
        )


def _bring(
    path: Path, commit: str | None, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> None:
    """Fetch all branches, then the commit by itself: one that was pushed over is on no branch any more."""
    _part_credentials(path)
    answer = _fetch(path, _BRANCHES, progress, cancelled)
    url = _origin(path)
    if answer:
        raise SourceError(
            f"{shown_url(url)} could not be fetched: {_no_secrets(answer, url)}",
            f"check the network, or point to a clone you have: backspan source map {shown_url(url)} PATH",
        )
    if not commit or _holds(path, commit):
        return
    if is_object_id(commit):
        refspec = f"+{commit}:{PREFIX}{commit}"  # it may be on no branch: then only a ref of ours keeps it
    elif re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*", commit):
        refspec = f"+refs/tags/{commit}:refs/tags/{commit}"
    else:
        refspec = ""
    if not refspec or _fetch(path, refspec, progress, cancelled) or not _holds(path, commit):
        raise SourceError(
            f"commit {shown(commit)} is not in {shown_url(url)}",
            "check the commit's id; an abbreviated one is found only on a branch",
        )


def _fetch(
    path: Path, refspec: str, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> str:
    """Git's complaint; empty if all went well."""
    answer = transfer(
        ["fetch", "--progress", "--no-tags", "--no-write-fetch-head", "origin", refspec],
        git_dir=path,
        progress=progress,
        cancelled=cancelled,
        login=login_of(joined(_origin(path), recalled(path))),
    )
    return (answer.complaint or "git gave no reason") if answer.code else ""


def _holds(path: Path, commit: str) -> bool:
    with open_repository(path) as repository:
        return repository.has_commit(commit)


def _origin(path: Path) -> str:
    answer = run_git(["config", "--local", "--get", "remote.origin.url"], git_dir=path)
    return answer.out.decode("utf-8", "replace").strip() or str(path)


def _part_credentials(path: Path) -> None:
    """Take credentials out of a clone's configuration, where earlier versions had them. Raises SourceError."""
    url, credentials = parted(before := _origin(path))
    if url != before:
        try:
            remember(path, credentials)
        except OSError as error:
            raise _disk(path, error) from None
        run_git(["config", "--local", "remote.origin.url", url], git_dir=path)


def _no_secrets(text: str, url: str) -> str:
    """Git's words without the URL's credentials, in whichever way it spelled the URL."""
    user = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    text = text.replace(url, without_credentials(url))
    return text.replace(f"{user}@", "") if ":" in user or (url.startswith("http") and user) else text


@contextlib.contextmanager
def _alone(final: Path, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock of one clone: two workstations must not clone the same URL at once."""
    from filelock import FileLock, Timeout

    try:
        private_folder(data_dir(), "clones", *([final.name] if is_ours(final) else ()))
        lock = FileLock(final.with_name(f".{final.name}.lock"))
        while True:
            if cancelled():
                raise Cancelled("The transfer was cancelled; nothing of it was kept")
            try:
                lock.acquire(timeout=0.2)
                break
            except Timeout:
                continue
    except OSError as error:
        raise _disk(final, error) from None
    try:
        yield
    finally:
        lock.release()


def _clean(final: Path) -> None:
    """Remove what a killed clone left. Called under the lock, so nobody is working on it."""
    for part in final.parent.glob(f".{final.name}.part-*"):
        shutil.rmtree(part, ignore_errors=True)


def _disk(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{shown(str(path))} cannot be written: {error.strerror or error}",
        "check the folder's permissions and the space on the disk",
    )


def _broken(why: str) -> SourceError:
    return SourceError(f"{shown(str(map_file()))} cannot be read: {why}", "correct the file, or delete it")


def _load() -> tomlkit.TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = map_file().read_bytes().decode("utf-8")
        check_depth(text)
        return tomlkit.parse(text)
    except FileNotFoundError:
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEADER))
        return document
    except OSError as error:
        raise _broken(error.strerror or str(error)) from None
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise _broken(shown(str(error))) from None


@contextlib.contextmanager
def _changed_map() -> Iterator[dict[str, str]]:
    """The table of mappings, to be changed; written back, with the file's comments, at the end."""
    from filelock import FileLock

    target = map_file()
    try:
        private_folder(data_dir())
        with FileLock(target.with_name(f".{target.name}.lock")):
            mappings()  # refuses a file that would be read wrongly
            document = _load()
            table: dict[str, str] = document.setdefault(_TABLE, {})
            yield table
            _write(target, document.as_string().encode("utf-8"))
    except OSError as error:
        raise _disk(target, error) from None


def _drop(table: dict[str, str], url: str) -> bool:
    same = [key for key in table if canonical_url(str(key)) == canonical_url(url)]
    for key in same:
        del table[key]
    return bool(same)


def _write(target: Path, data: bytes) -> None:
    """Replace a file whole: after a crash there is the old one or the new one."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
