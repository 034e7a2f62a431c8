"""two approvers

A rule of a project, what a first signature was given with, and one acceptance and one decline for each person.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-23 04:02:17.402611

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NO_SIGN_OFF = sa.text("kind <> 'sign_off'")


def replace_index(columns):
    """Once more with these columns; neither database can change the one that is there."""
    op.drop_index("uq_approval_revision", "approval")
    op.create_index(
        "uq_approval_revision",
        "approval",
        columns,
        unique=True,
        sqlite_where=NO_SIGN_OFF,
        postgresql_where=NO_SIGN_OFF,
    )


def upgrade():
    """Only additions; the index allows more than it did."""
    op.add_column("project", sa.Column("second_approval", sa.JSON(), nullable=True))
    op.add_column("approval", sa.Column("terms", sa.JSON(), nullable=True))
    replace_index(["revision_id", "person_id", "kind"])


def downgrade():
    """Back, while nobody has declined what they accepted first."""
    replace_index(["revision_id", "person_id"])
    op.drop_column("approval", "terms")
    op.drop_column("project", "second_approval")
