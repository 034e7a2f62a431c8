"""What a visitor with no account sees of their drafts, and what a mail that claims one leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from milebill.errors import LinkUnknown, LinkUsed
from milebill.models import DraftLink, LoginLink, Membership, MembershipRole, Quote, Revision, User
from milebill.models.revision import Draft
from milebill.queries.rows import AnyRow

_OPEN = (
    select(
        DraftLink.id,
        DraftLink.locale,
        DraftLink.time_zone,
        DraftLink.used_at,
        DraftLink.claimed_at,
        Revision.title,
        Revision.currency,
        Revision.draft,
        Revision.known_to,
        Revision.updated_at,
    )
    .outerjoin(Quote, Quote.draft_link_id == DraftLink.id)
    .outerjoin(Revision, Revision.quote_id == Quote.id)
    .where(DraftLink.id == bindparam("link_id"))
)
_OF_PAGE = select(DraftLink.id).where(DraftLink.once_key == bindparam("once_key"), DraftLink.claimed_at.is_(None))
_OF_BROWSER = (
    select(DraftLink.id, Revision.title, DraftLink.used_at)
    .join(Quote, Quote.draft_link_id == DraftLink.id)
    .join(Revision, Revision.quote_id == Quote.id)
    .where(DraftLink.browser_hash == bindparam("browser_hash"), DraftLink.claimed_at.is_(None))
    .order_by(DraftLink.used_at.desc(), DraftLink.id.desc())
    .limit(20)
)
_CONFIRMATION = select(
    LoginLink.browser_hash, LoginLink.expires_at, LoginLink.redeemed_at, LoginLink.email, LoginLink.draft_link_id
).where(LoginLink.id == bindparam("id"), LoginLink.claims)
_WORKSPACE = (
    select(Membership.workspace_id)
    .join(User, User.id == Membership.user_id)
    .where(User.email == bindparam("email"), Membership.role != MembershipRole.VIEWER.value)
    .order_by(Membership.id)
    .limit(1)
)


@dataclass(frozen=True)
class OpenDraft:
    """A draft that a link opens, and how its amounts and dates are to be read."""

    link_id: int
    locale: str
    time_zone: str
    saved_at: datetime
    title: str
    currency: str
    draft: Draft
    known_to: str
    """Which pages know it as it is, see domain/draft_pages.py."""
    changed_at: datetime


def load_open_draft(connection: Connection, link_id: int) -> OpenDraft:
    """Raises LinkUnknown, also once it was discarded; LinkUsed once it was claimed."""
    row = connection.execute(_OPEN, {"link_id": link_id}).one_or_none()
    if row is not None and row.claimed_at is not None:
        raise LinkUsed
    if row is None or row.draft is None:
        raise LinkUnknown
    return OpenDraft(
        row.id,
        row.locale,
        row.time_zone,
        row.used_at,
        row.title,
        row.currency,
        row.draft,
        row.known_to,
        row.updated_at,
    )


def link_of_page(connection: Connection, once_key: str) -> int | None:
    """The draft that was begun from the page with that key."""
    return connection.scalar(_OF_PAGE, {"once_key": once_key}) if once_key else None


def drafts_of_browser(connection: Connection, browser_hash: str) -> Sequence[AnyRow]:
    """Its unclaimed drafts, the last one changed first: id, title, used_at."""
    return connection.execute(_OF_BROWSER, {"browser_hash": browser_hash}).all()


def load_confirmation(connection: Connection, login_link_id: int) -> AnyRow | None:
    """What a mail that claims a draft was asked for with; None if there is none."""
    return connection.execute(_CONFIRMATION, {"id": login_link_id}).one_or_none()


def workspace_of(connection: Connection, email: str) -> int | None:
    """Where a draft of whoever reads `email` would go; None if that is still to be made."""
    return connection.scalar(_WORKSPACE, {"email": email})
