"""e-invoices

Where they are delivered, their files beside the PDFs, and whether a PDF carries one.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-23 07:20:11.301744

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTIES = ("workspace", "client")
E_INVOICES = "('cii', 'ubl', 'xrechnung', 'xrechnung_cii')"


def upgrade():
    """Whoever is there has no address yet, and no PDF carries anything."""
    for table in PARTIES:
        op.add_column(table, sa.Column("electronic_scheme", sa.String(4), nullable=False, server_default=""))
        op.add_column(table, sa.Column("electronic_id", sa.String(50), nullable=False, server_default=""))
    with op.batch_alter_table("document") as batch:
        batch.alter_column("kind", existing_type=sa.String(12), type_=sa.String(20), existing_nullable=False)
        batch.add_column(sa.Column("has_facturx", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    """The e-invoices are forgotten; their files stay in the store, and they can be made again."""
    op.execute(f"DELETE FROM document WHERE kind IN {E_INVOICES}")
    with op.batch_alter_table("document") as batch:
        batch.drop_column("has_facturx")
        batch.alter_column("kind", existing_type=sa.String(20), type_=sa.String(12), existing_nullable=False)
    for table in PARTIES:
        op.drop_column(table, "electronic_id")
        op.drop_column(table, "electronic_scheme")
