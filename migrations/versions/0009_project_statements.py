"""project statements

Where a project's money stood whenever somebody asked for it as a document.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-23 07:44:05.120771

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Nobody has asked yet."""
    op.create_table(
        "project_statement",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_project_statement_workspace_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_statement_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_statement")),
        sa.UniqueConstraint("project_id", "content_hash", name=op.f("uq_project_statement_project_id_content_hash")),
    )


def downgrade():
    """Their PDFs go too: nothing else says what they are of."""
    op.execute("DELETE FROM document WHERE kind = 'statement'")
    op.drop_table("project_statement")
