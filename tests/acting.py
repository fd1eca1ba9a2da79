"""A person who judges, says and adds events, with all of it at hand, as tests want it."""

from __future__ import annotations

from typing import Self

from app.project.topics.spec import Spec
from app.review.acts.remarks import Remarks
from app.review.acts.verdicts import Judge
from app.store.signer import HasStore, Signer


class Acting(Judge):
    """One person at one topic."""

    def __init__(self, project: HasStore, topic: str, reviews: int, by: str, own: bool = False) -> None:
        """As `Signer` takes them."""
        super().__init__(Signer(project, topic, reviews, by, own))
        signer, remarks = self.signer, Remarks(self.signer)
        self.by, self.topic, self.follower = signer.by, signer.topic, signer.follower
        self.ledger, self.state, self.text, self.fetch = (
            signer.ledger,
            signer.state,
            signer.text,
            signer.fetch,
        )
        self.stamp, self.append = signer.stamp, signer.append
        self.comment, self.withdraw_comment = remarks.comment, remarks.withdraw_comment

    @classmethod
    def of(cls, project: HasStore, topic: str, spec: Spec, by: str) -> Self:
        """A person who acts by the rules of a topic's spec."""
        return cls(project, topic, spec.reviews, by, spec.review.own)
