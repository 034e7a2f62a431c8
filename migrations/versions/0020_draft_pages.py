"""draft pages

Which pages know a draft as it stands, so that none overwrites what it never showed.

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-23 14:20:11.201344

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    """No page is known to have saved what is there: the first one to do so may."""
    op.add_column("revision", sa.Column("known_to", sa.String(length=400), server_default="", nullable=False))


def downgrade():
    """The last one to save wins again."""
    op.drop_column("revision", "known_to")
