"""on behalf

Acceptances that came on paper or by mail, recorded by the supplier.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-23 08:34:02.118340

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    """Whatever was signed so far was signed by the client's own hand."""
    op.add_column("approval", sa.Column("on_behalf", sa.JSON(), nullable=True))


def downgrade():
    """The receipts still say it."""
    op.drop_column("approval", "on_behalf")
