"""message files

What was attached to a message.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-23 04:38:40.214007

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    """Messages that are there have none."""
    op.add_column("message", sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))


def downgrade():
    """What was attached is forgotten; the files stay in the store."""
    op.drop_column("message", "files")
