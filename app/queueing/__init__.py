"""The queue behind its list: rows as one person may see them, in sections and orders, filtered, and judged in bulk."""

from __future__ import annotations

from app.queueing.bulk import Bulk
from app.queueing.checked import check_texts
from app.queueing.known import KeptFacts
from app.queueing.listing import Desk, Listing, viewer_of
from app.queueing.saved import Saved, SavedFilters
from app.queueing.shown import Shown, Wish

__all__ = [
    "Bulk",
    "Desk",
    "KeptFacts",
    "Listing",
    "Saved",
    "SavedFilters",
    "Shown",
    "Wish",
    "check_texts",
    "viewer_of",
]
