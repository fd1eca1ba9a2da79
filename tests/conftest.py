"""What all tests share: laws are tried by their examples, never by how fast the machine is."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: no collection of garbage goes through them any more."""
    gc.collect()
    gc.freeze()
