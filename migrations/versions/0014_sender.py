"""sender

In whose name clients get mail, and where their answers go.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-23 11:22:40.530911

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    """Everybody so far goes on under the name of the business and its own address."""
    op.add_column("workspace", sa.Column("sender_name", sa.String(length=100), server_default="", nullable=False))
    op.add_column("workspace", sa.Column("reply_to", sa.String(length=254), server_default="", nullable=False))


def downgrade():
    """Names and addresses for answers are forgotten."""
    op.drop_column("workspace", "reply_to")
    op.drop_column("workspace", "sender_name")
