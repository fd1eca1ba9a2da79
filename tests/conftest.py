"""What all tests share: laws are tried by their examples, never by how fast the machine is."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


os.environ["GIT_CONFIG_GLOBAL"] = str(Path(__file__).with_name("gitconfig"))
"""On every machine somebody signs, and it is the same person: nobody is asked at a start that is about other things."""


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: no collection of garbage goes through them any more.

    The workstation lets go of what it had put out of the collector's sight whenever it looks at its topics, and goes
    through all of it. In a process of its own that is little; here it is every test there is, at each start of an
    application, and what one put out of sight would never be freed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)  # what is left is little, and would be gone through all the more often
    for name in ("freeze", "unfreeze"):
        setattr(gc, name, lambda: None)
