"""open drafts

Drafts of visitors with no account: where they come from, when they are claimed, and the mails that claim them.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-23 08:12:37.402115

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Until now nobody could make a link of a draft, and every login link was for signing in."""
    with op.batch_alter_table("draft_link") as table:
        table.add_column(sa.Column("once_key", sa.String(40), nullable=True))
        table.add_column(sa.Column("browser_hash", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("address", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("locale", sa.String(16), nullable=False, server_default="en"))
        table.add_column(sa.Column("time_zone", sa.String(64), nullable=False, server_default="UTC"))
        table.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_draft_link_once_key"), ["once_key"])
        table.create_index(op.f("ix_draft_link_browser_hash"), ["browser_hash"])
        table.create_index(op.f("ix_draft_link_used_at"), ["used_at"])
        table.create_index("ix_draft_link_address_created_at", ["address", "created_at"])
    with op.batch_alter_table("login_link") as table:
        table.add_column(sa.Column("draft_link_id", ID, nullable=True))
        table.add_column(sa.Column("claims", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(op.f("fk_login_link_draft_link_id"), "draft_link", ["draft_link_id"], ["id"])
        table.create_index(op.f("ix_login_link_draft_link_id"), ["draft_link_id"])


def downgrade():
    """The drafts themselves go: nobody could open them any more."""
    op.execute("DELETE FROM mail WHERE kind = 'confirm_draft'")
    op.execute("DELETE FROM login_link WHERE claims")
    op.execute("DELETE FROM revision WHERE quote_id IN (SELECT id FROM quote WHERE draft_link_id IS NOT NULL)")
    op.execute("DELETE FROM quote WHERE draft_link_id IS NOT NULL")
    op.execute("DELETE FROM draft_link")
    with op.batch_alter_table("login_link") as table:
        table.drop_index(op.f("ix_login_link_draft_link_id"))
        table.drop_constraint(op.f("fk_login_link_draft_link_id"), type_="foreignkey")
        table.drop_column("claims")
        table.drop_column("draft_link_id")
    with op.batch_alter_table("draft_link") as table:
        table.drop_index("ix_draft_link_address_created_at")
        table.drop_index(op.f("ix_draft_link_used_at"))
        table.drop_index(op.f("ix_draft_link_browser_hash"))
        table.drop_constraint(op.f("uq_draft_link_once_key"), type_="unique")
        for name in ("claimed_at", "time_zone", "locale", "address", "browser_hash", "once_key"):
            table.drop_column(name)
