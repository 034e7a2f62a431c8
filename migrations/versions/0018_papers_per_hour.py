"""papers per hour

How many drafts a workspace had printed within the hour.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-23 14:44:02.518223

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    """Counting begins with the next one."""
    op.add_column("workspace", sa.Column("papers", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("workspace", sa.Column("papers_from", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    """Nobody is counted any more."""
    op.drop_column("workspace", "papers_from")
    op.drop_column("workspace", "papers")
