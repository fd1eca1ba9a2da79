"""How far people agree: over verdicts, and over the bytes they took for one item. Pure: knows no store and no screen.

`from_reviews` gives the verdicts that count, and `report` what is said of them; `docs/agreement.md` says what it means.
"""

from app.progress.agreement.figures import MINIMUM, Figure
from app.progress.agreement.ratings import VERDICTS, Given, Rating, from_reviews
from app.progress.agreement.report import AgreementReport, Counts, report
from app.progress.agreement.spans import Marked, byte_iou, edge_iou

__all__ = [
    "MINIMUM",
    "VERDICTS",
    "AgreementReport",
    "Counts",
    "Figure",
    "Given",
    "Marked",
    "Rating",
    "byte_iou",
    "edge_iou",
    "from_reviews",
    "report",
]
