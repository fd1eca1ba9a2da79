"""The queue behind its list: rows as one person may see them, in sections and orders, filtered, and judged in bulk."""

from __future__ import annotations

from app.review.queue.bulk import Bulk
from app.review.queue.checking import check_texts
from app.review.queue.findings_cache import KeptFacts
from app.review.queue.listing import Listing, TopicQueue
from app.review.queue.saved_filters import Saved, SavedFilters
from app.review.queue.shown import Shown, Wish

__all__ = [
    "Bulk",
    "KeptFacts",
    "Listing",
    "Saved",
    "SavedFilters",
    "Shown",
    "TopicQueue",
    "Wish",
    "check_texts",
]
