"""plans

Quotes that their suppliers keep to begin others with.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-23 08:24:10.551207

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Only additions."""
    op.create_table(
        "plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_plan_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_plan_workspace_id_name")),
    )


def downgrade():
    """Quotes that began with them stay."""
    op.drop_table("plan")
