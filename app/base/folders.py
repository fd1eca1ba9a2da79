"""Where backspan keeps what is not in the project: settings, clones, caches. Makes no folder unasked."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

import platformdirs


def _home(kind: str, usual: str) -> Path:
    root = os.environ.get("BACKSPAN_HOME")
    return Path(root) / kind if root else Path(usual)


def config_dir() -> Path:
    """The folder of `settings.toml` (`BACKSPAN_HOME/config` if that variable is set)."""
    return _home("config", platformdirs.user_config_dir("backspan", appauthor=False))


def data_dir() -> Path:
    """The folder of clones and of the map from repository URLs to local checkouts."""
    return _home("data", platformdirs.user_data_dir("backspan", appauthor=False))


def state_dir() -> Path:
    """The folder of what helps but may be deleted: where each topic was left, drafts that had no other place."""
    return _home("state", platformdirs.user_state_dir("backspan", appauthor=False))


def private_folder(home: Path, *below: str) -> Path:
    """Make a folder of ours, and one in it for each further name, all closed to others; gives back the innermost.

    One that is there already is closed too, if it is this person's and the disk knows of such things. Raises `OSError`.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    here = home
    for here in (home, *(home.joinpath(*below[: count + 1]) for count in range(len(below)))):
        with contextlib.suppress(FileExistsError):
            here.mkdir(mode=0o700)
        found = here.stat()
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(20, os.strerror(20), str(here))
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            with contextlib.suppress(OSError):
                here.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    return here


def close_below(folder: Path) -> None:
    """Take from everybody else the right to what is in a folder of ours; a link, or what cannot be changed, stays."""
    for here, folders, names in os.walk(folder):
        for path in (Path(here, name) for name in (*folders, *names)):
            with contextlib.suppress(OSError):
                mode = path.lstat().st_mode
                if mode & 0o077 and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    path.chmod(stat.S_IMODE(mode) & 0o700)


def cache_dir() -> Path:
    """The folder of what can be made again at any time: the index of repositories."""
    return _home("cache", platformdirs.user_cache_dir("backspan", appauthor=False))
