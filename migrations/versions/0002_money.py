"""money

Several taxes, credit notes, corrections, amendments, refunds and bank statements.

Only additions, so that both databases take them the same way: SQLite can neither alter a constraint nor add a column
with a foreign key. Every new column that may not be empty has a default, for the rows that are there.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22 21:05:40.116043

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = ["workspace_id", "settled_on", "due_on", "currency", "gross", "paid"]


def text(name, length, default=""):
    """A short text that is never NULL."""
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def long_text(name):
    """A text that is never NULL."""
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def number(name, default=0):
    """A count, a rate or a position."""
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def minor_units(name):
    """An amount of money."""
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def moment(name):
    """A time that is not known yet."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def added():
    """(table, column) of everything that old tables get."""
    return (
        ("workspace", sa.Column("numbering", sa.JSON(), nullable=False, server_default="{}")),
        ("workspace", text("final_invoice", 10)),
        ("client", text("code", 12)),
        ("client", sa.Column("po_required", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("client", text("vendor_number", 80)),
        ("client", text("cost_centre", 80)),
        ("client", text("invoice_name", 200)),
        ("client", text("invoice_email", 254)),
        ("client", text("invoice_format", 12, "pdf")),
        ("link", moment("payable_at")),
        ("project", text("cost_centre", 80)),
        ("project", text("vendor_number", 80)),
        ("project", text("final_invoice", 10, "own_share")),
        ("project", minor_units("credited_net")),
        ("project", minor_units("credited_tax")),
        ("project", minor_units("credited_gross")),
        ("tax_group", text("reason_code", 30)),
        ("tax_group", long_text("reason")),
        ("tax_group", text("second_label", 40)),
        ("tax_group", number("second_rate")),
        ("milestone", moment("reopened_at")),
        ("milestone_amount", minor_units("second_tax")),
        ("invoice", minor_units("credited")),
        ("invoice_line", text("kind", 10, "share")),
        ("invoice_line", number("tax_group")),
        ("invoice_tax", number("tax_group")),
        ("invoice_tax", number("nth", 1)),
        ("invoice_tax", text("reason_code", 30)),
        ("invoice_tax", long_text("reason")),
        ("invoice_version", text("cost_centre", 80)),
        ("invoice_version", sa.Column("buyer", sa.JSON(), nullable=True)),
        ("invoice_version", sa.Column("restored_from", sa.Integer(), nullable=True)),
        ("invoice_version", text("side", 10, "supplier")),
        ("invoice_version", text("name", 200)),
        ("invoice_version", text("content_hash", 64)),
        ("payment", text("kind", 10, "payment")),
    )


def upgrade():
    for table, column in added():
        op.add_column(table, column)
    op.execute("UPDATE payment SET kind = 'reversal' WHERE reverses_id IS NOT NULL")
    op.drop_index("ix_invoice_open", table_name="invoice")
    op.create_index("ix_invoice_open", "invoice", [*OPEN, "credited"], unique=False)
    _create_credits()
    _create_bank()


def _create_credits():
    op.create_table(
        "credit",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("invoice_id", ID, nullable=False),
        sa.Column("credited_id", ID, nullable=False),
        sa.Column("corrected_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["corrected_id"], ["invoice.id"], name=op.f("fk_credit_corrected_id")),
        sa.ForeignKeyConstraint(["credited_id"], ["invoice.id"], name=op.f("fk_credit_credited_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_invoice_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_credit_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit")),
        sa.UniqueConstraint("corrected_id", name=op.f("uq_credit_corrected_id")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_credit_invoice_id")),
    )
    op.create_index(op.f("ix_credit_credited_id"), "credit", ["credited_id"], unique=False)
    op.create_table(
        "correction_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("invoice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("link_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_correction_request_invoice_id")),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_correction_request_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_request_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_correction_request_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
        sa.UniqueConstraint("invoice_id", "once", name=op.f("uq_correction_request_invoice_id_once")),
    )
    op.create_index(op.f("ix_correction_request_invoice_id"), "correction_request", ["invoice_id"], unique=False)


def _create_bank():
    op.create_table(
        "bank_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_bank_import_user_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_bank_import_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_import")),
        sa.UniqueConstraint("workspace_id", "sha256", name=op.f("uq_bank_import_workspace_id_sha256")),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("booked", sa.BigInteger(), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["bank_import.id"], name=op.f("fk_bank_line_import_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_bank_line_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("workspace_id", "fingerprint", name=op.f("uq_bank_line_workspace_id_fingerprint")),
    )
    op.create_index(op.f("ix_bank_line_import_id"), "bank_line", ["import_id"], unique=False)
    op.create_table(
        "bank_booking",
        sa.Column("id", ID, nullable=False),
        sa.Column("bank_line_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_line.id"], name=op.f("fk_bank_booking_bank_line_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_booking_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_booking")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_bank_booking_payment_id")),
    )
    op.create_index(op.f("ix_bank_booking_bank_line_id"), "bank_booking", ["bank_line_id"], unique=False)


def downgrade():
    op.drop_index(op.f("ix_bank_booking_bank_line_id"), table_name="bank_booking")
    op.drop_table("bank_booking")
    op.drop_index(op.f("ix_bank_line_import_id"), table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_table("bank_import")
    op.drop_index(op.f("ix_correction_request_invoice_id"), table_name="correction_request")
    op.drop_table("correction_request")
    op.drop_index(op.f("ix_credit_credited_id"), table_name="credit")
    op.drop_table("credit")
    op.drop_index("ix_invoice_open", table_name="invoice")
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
    op.create_index("ix_invoice_open", "invoice", OPEN, unique=False)
