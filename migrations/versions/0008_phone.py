"""telephone

Whom to call about an invoice.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-23 07:40:02.118350

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    """Nobody gave a number yet."""
    op.add_column("workspace", sa.Column("phone", sa.String(40), nullable=False, server_default=""))


def downgrade():
    """The numbers stay on what was issued."""
    op.drop_column("workspace", "phone")
