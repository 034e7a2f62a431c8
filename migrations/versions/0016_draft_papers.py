"""draft papers

Drafts as PDFs that are marked as such, and how often a visitor asked for one.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-23 11:36:20.514903

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = sa.text("state IN ('queued', 'rendering')")


def upgrade():
    """Only additions."""
    op.add_column("draft_link", sa.Column("papers", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("draft_link", sa.Column("papers_from", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "draft_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_draft_paper_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_paper")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_draft_paper_revision_id")),
    )
    op.create_index("ix_draft_paper_due", "draft_paper", ["next_attempt_at"], postgresql_where=DUE, sqlite_where=DUE)
    op.create_index(op.f("ix_draft_paper_asked_at"), "draft_paper", ["asked_at"])


def downgrade():
    """They can be asked for again."""
    op.drop_table("draft_paper")
    op.drop_column("draft_link", "papers_from")
    op.drop_column("draft_link", "papers")
