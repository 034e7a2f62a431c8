"""The migrations make exactly the tables of the models, from nothing, and take them away again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from milebill.db import Base, db, reading
from milebill.domain import payments
from milebill.models import Payment
from tests.actors import an_issued_invoice, sign_up
from tests.rules import check_all_rules, rows
from tests.servers.database import new_app, settings_for
from tests.snapshots import everything

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")


def test_up_from_nothing_and_down_again(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        upgrade(MIGRATIONS)
        with reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        assert set(Base.metadata.tables) < set(inspect(db.engine).get_table_names())
        downgrade(MIGRATIONS, revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade(MIGRATIONS)


def test_what_is_there_survives_money(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        owner = sign_up("ada")
        deal = an_issued_invoice(owner)
        deal.pay(100, "k")
        invoice_id = deal.invoice_ids()[0]
        payments.reverse_payment(owner.workspace_id, owner.actor, invoice_id, rows(Payment)[0].id)
        before = everything()
        db.engine.dispose()  # a driver may know its statements' old columns
        downgrade(MIGRATIONS, revision="0001")
        assert "kind" not in {column["name"] for column in inspect(db.engine).get_columns("payment")}
        db.engine.dispose()
        upgrade(MIGRATIONS)
        assert [row.kind for row in rows(Payment)] == ["payment", "reversal"]
        assert everything() == before
        check_all_rules()
