"""parts

A milestone that is done in part: what is proposed, whether the client would welcome it, and where a remainder is from.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-23 04:10:42.730116

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def added():
    """(table, column) of everything that old tables get."""
    return (
        ("submission", sa.Column("part", sa.JSON(), nullable=True)),
        ("submission", sa.Column("part_welcome", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("milestone", sa.Column("split_from", sa.Integer(), nullable=False, server_default="0")),
    )


def upgrade():
    for table, column in added():
        op.add_column(table, column)


def downgrade():
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
