"""reviews

The clauses of an accepted quote, and until when a submission is reviewed.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-23 14:20:12.310442

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WAITS = sa.text("outcome IS NULL AND remind_at IS NOT NULL")


def upgrade():
    """Nothing was agreed on reviews in what is there, so nobody is reminded of it."""
    op.add_column("project", sa.Column("clauses", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("submission", sa.Column("review_until", sa.Date(), nullable=True))
    op.add_column("submission", sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("submission", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_submission_remind_at", "submission", ["remind_at"], postgresql_where=WAITS, sqlite_where=WAITS)


def downgrade():
    """The clauses stay in the quote's content; what was submitted meanwhile is not reminded of."""
    op.drop_index("ix_submission_remind_at", "submission")
    op.drop_column("submission", "remind_at")
    op.drop_column("submission", "reminded")
    op.drop_column("submission", "review_until")
    op.drop_column("project", "clauses")
