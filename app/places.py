"""Where backspan keeps what is not in the project: settings, clones, caches. Makes no folder by itself."""

from __future__ import annotations

import os
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


def cache_dir() -> Path:
    """The folder of what can be made again at any time: the index of repositories."""
    return _home("cache", platformdirs.user_cache_dir("backspan", appauthor=False))
