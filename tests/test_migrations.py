"""The migrations make exactly the tables of the models, from nothing, and take them away again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from milebill.db import Base, db, reading
from milebill.domain import payments
from milebill.models import Payment, Receipt, Submission
from tests.actors import a_submitted_milestone, an_issued_invoice, sign_up
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


def _down_and_up(revision: str) -> None:
    db.engine.dispose()  # a driver may know its statements' old columns
    downgrade(MIGRATIONS, revision=revision)
    db.engine.dispose()
    upgrade(MIGRATIONS)


def test_what_was_submitted_before_criteria_were_decided_is_signed_off(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        owner = sign_up("ada")
        whole, rejected = a_submitted_milestone(owner), a_submitted_milestone(owner)
        before = everything()
        _down_and_up("0002")
        assert {row.content for row in rows(Submission)} == {None}
        after = everything()
        assert {name for name in before if after[name] != before[name]} == {"submission"}
        whole.sign_off()
        criteria = rows(Receipt)[-1].content["subject"]["criteria"]
        assert [(item["text"], item["submission"]) for item in criteria] == [("It is there.", 1), ("It works.", 1)]
        rejected.decide(second="Not yet.")
        rejected.submit(2, "Now.")
        rejected.sign_off()
        assert [item["submission"] for item in rows(Receipt)[-1].content["subject"]["criteria"]] == [1, 2]
        check_all_rules()


def test_what_is_there_survives_money(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        owner = sign_up("ada")
        deal = an_issued_invoice(owner)
        deal.pay(100, "k")
        invoice_id = deal.invoice_ids()[0]
        payments.reverse_payment(owner.workspace_id, owner.actor, invoice_id, rows(Payment)[0].id)
        _down_and_up("0002")  # what came later is not kept
        before = everything()
        db.engine.dispose()  # a driver may know its statements' old columns
        downgrade(MIGRATIONS, revision="0001")
        assert "kind" not in {column["name"] for column in inspect(db.engine).get_columns("payment")}
        db.engine.dispose()
        upgrade(MIGRATIONS)
        assert [row.kind for row in rows(Payment)] == ["payment", "reversal"]
        assert everything() == before
        check_all_rules()
