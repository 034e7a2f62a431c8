"""The first of two signatures, while the second is awaited."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from milebill.models import Approval, Person, Project, Quote, Revision, Submission
from milebill.models.approval import ApprovalKind
from milebill.models.two_approvers import shown_to_second
from milebill.prepared import Prepared, Reader

# Of the revision in force until it is decided; of a milestone until its submission is.
_WAITING = Prepared(
    select(
        Approval.id,
        Approval.person_id,
        Approval.name,
        Person.email,
        Approval.at,
        Approval.terms,
        Approval.milestone_id,
    )
    .join(Person, Person.id == Approval.person_id)
    .join(Quote, Quote.id == Approval.quote_id)
    .join(Revision, Revision.id == Approval.revision_id)
    .outerjoin(Project, Project.quote_id == Quote.id)
    .outerjoin(Submission, Submission.id == Approval.submission_id)
    .where(
        Approval.quote_id == bindparam("quote_id"),
        (
            (Approval.kind == ApprovalKind.ACCEPTANCE.value)
            & (Revision.number == Quote.revision_number)
            & Project.id.is_(None)
        )
        | ((Approval.kind == ApprovalKind.SIGN_OFF.value) & Submission.outcome.is_(None)),
    )
    .order_by(Approval.id)
)


class FirstSignature(NamedTuple):
    """Who signed first; of a milestone, or of the quote."""

    approval_id: int
    person_id: int
    name: str
    email: str
    at: datetime
    terms: dict[str, Any] | None
    milestone_id: int | None

    def hash_of(self, shown: str) -> str:
        """What the page of the second signer shows, when the first one was shown `shown`."""
        return shown_to_second(shown, self.approval_id, self.terms or {})


def load_first_signatures(connection: Reader | Connection, quote_id: int) -> tuple[FirstSignature, ...]:
    """Every signature that waits for a second one, oldest first."""
    return tuple(FirstSignature(*row) for row in _WAITING.all(connection, quote_id=quote_id))
