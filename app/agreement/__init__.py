"""How far people agree: over verdicts, and over the bytes they took for one item. Pure: knows no store and no screen.

`from_reviews` gives the verdicts that count, and `report` what is said of them; `docs/agreement.md` says what it means.
"""

from app.agreement.figures import MINIMUM, Figure
from app.agreement.ratings import VERDICTS, Given, Rating, from_reviews
from app.agreement.report import Counts, Report, report
from app.agreement.spans import Marked, byte_iou, edge_iou

__all__ = [
    "MINIMUM",
    "VERDICTS",
    "Counts",
    "Figure",
    "Given",
    "Marked",
    "Rating",
    "Report",
    "byte_iou",
    "edge_iou",
    "from_reviews",
    "report",
]
