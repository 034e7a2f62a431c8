"""checked by

Of each criterion, how it is checked and by what evidence.

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-23 14:20:05.311872

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    """Only an addition: of what was agreed before, nothing is said."""
    op.add_column("criterion", sa.Column("checked_by", sa.Text(), nullable=False, server_default=""))


def downgrade():
    """The frozen contents still have it."""
    op.drop_column("criterion", "checked_by")
