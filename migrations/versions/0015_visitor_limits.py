"""visitor limits

How often a visitor's draft was saved within a minute, and from where a login mail was asked for.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-23 11:12:48.206715

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    """Whatever is there was not counted yet."""
    op.add_column("draft_link", sa.Column("saves", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("draft_link", sa.Column("saves_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("login_link", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_login_link_address_created_at", "login_link", ["address", "created_at"])


def downgrade():
    """Only the counts go."""
    op.drop_index("ix_login_link_address_created_at", "login_link")
    op.drop_column("login_link", "address")
    op.drop_column("draft_link", "saves_from")
    op.drop_column("draft_link", "saves")
