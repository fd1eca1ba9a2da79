"""Going over a topic's records one after the other: what a reviewer is shown, and what they do. No screen here."""

from __future__ import annotations

from app.review.attention import IDLE, Attention
from app.review.bookmarks import Left, left_off
from app.review.evidence import Studied
from app.review.session import Acted, Reviewing
from app.review.sheet import Colour, Sheet

__all__ = ["IDLE", "Acted", "Attention", "Colour", "Left", "Reviewing", "Sheet", "Studied", "left_off"]
