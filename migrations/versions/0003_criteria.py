"""criteria

Evidence and decisions by acceptance criterion, pictures, and what was hashed of a submission.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-23 03:30:11.205117

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def added():
    """(table, column) of everything that old tables get."""
    return (
        ("submission", sa.Column("content", sa.JSON(), nullable=True)),
        ("deliverable", sa.Column("criterion", sa.Integer(), nullable=False, server_default="0")),
        ("deliverable", sa.Column("text", sa.Text(), nullable=False, server_default="")),
        ("deliverable", sa.Column("width", sa.Integer(), nullable=False, server_default="0")),
        ("deliverable", sa.Column("height", sa.Integer(), nullable=False, server_default="0")),
    )


def upgrade():
    for table, column in added():
        op.add_column(table, column)
    op.create_table(
        "criterion_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("criterion", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_criterion_decision_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_criterion_decision_person_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_criterion_decision_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_decision")),
        sa.UniqueConstraint("submission_id", "criterion", name=op.f("uq_criterion_decision_submission_id_criterion")),
    )


def downgrade():
    op.drop_table("criterion_decision")
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
