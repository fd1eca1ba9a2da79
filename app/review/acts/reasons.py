"""What may be given as a reason for leaving an item out, or for calling a topic complete: one rule on every way in."""

from __future__ import annotations

from app.errors import UsageError
from app.records.events import REASON


def wrong_reason(said: str, ask: str = "say why") -> str:
    """Why this is no reason, for a line in which it is being given; empty if it is one. `ask`: what is missing."""
    if not said.strip():
        return ask
    return f"say it in {REASON:,} characters; these are {len(said):,}" if len(said) > REASON else ""


def kept_reason(said: str, what: str, ask: str = "say why") -> str:
    """The reason as it is kept. Raises `UsageError` where it is none; `what` is what wants one."""
    reason = said.strip()
    if not reason:
        raise UsageError(f"{what} for a reason", ask)
    if len(reason) > REASON:
        raise UsageError(f"the reason has {len(reason)} characters", f"say it in {REASON}")
    return reason
