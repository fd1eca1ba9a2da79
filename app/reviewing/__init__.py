"""Going over a topic's records one after the other: what a reviewer is shown, and what they do. No screen here."""

from __future__ import annotations

from app.reviewing.attention import IDLE, Attention
from app.reviewing.going import Acted, Reviewing
from app.reviewing.leaving import Left, left_off
from app.reviewing.sheet import Colour, Sheet
from app.reviewing.study import Studied

__all__ = ["IDLE", "Acted", "Attention", "Colour", "Left", "Reviewing", "Sheet", "Studied", "left_off"]
