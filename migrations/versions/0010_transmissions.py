"""transmissions

E-invoices on their way to an access point.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-23 07:55:02.604418

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def partial(name, columns, where, **options):
    """An index over some rows, on both databases."""
    op.create_index(
        name, "transmission", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where), **options
    )


def upgrade():
    """Only additions."""
    op.create_table(
        "transmission",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("quote_id", ID, nullable=False),
        sa.Column("invoice_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_transmission_workspace_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_transmission_quote_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_transmission_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmission")),
        sa.UniqueConstraint("key", name=op.f("uq_transmission_key")),
    )
    op.create_index(op.f("ix_transmission_invoice_id"), "transmission", ["invoice_id"])
    partial("uq_transmission_document", ["document_id"], "state <> 'refused'", unique=True)
    partial("ix_transmission_due", ["next_attempt_at"], "state IN ('queued', 'sending')")


def downgrade():
    """What was sent stays sent; that it was is forgotten, except by the history."""
    op.drop_table("transmission")
