"""The migrations make exactly the tables of the models, from nothing, and take them away again."""

from datetime import timedelta
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from milebill import clock
from milebill.db import Base, db, reading
from milebill.domain import payments
from milebill.domain.claiming import request_confirmation
from milebill.domain.draft import read_draft
from milebill.domain.draft_papers import ask_as_visitor, sheet_of
from milebill.domain.open_drafts import Visitor, begin_open_draft, discard_open_draft, keep_open_draft
from milebill.domain.review import remind_reviewers
from milebill.domain.sign_in import browser_hash
from milebill.models import DraftLink, Payment, Project, Receipt, Submission, Workspace
from tests.actors import a_draft, a_submitted_milestone, an_issued_invoice, sign_up
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


def test_what_was_there_before_visitors_came_stays(empty_database_url: str, tmp_path: Path) -> None:
    """Up with rows that are there; down, drafts that nobody could open any more go, and nothing else."""
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        owner = sign_up("ada")
        an_issued_invoice(owner)
        _down_and_up("0010")  # what came later is not kept
        before = everything()
        visitor = Visitor(browser_hash("browser"), "192.0.2.7", "de")
        drafts = [begin_open_draft(visitor, once, a_draft()) for once in ("asked", "printed", "discarded")]
        request_confirmation(drafts[0], "nora@example.com", "browser", "192.0.2.7")
        read = read_draft(a_draft(), "en", clock.today("UTC"))
        ask_as_visitor(drafts[1], sheet_of(read, Workspace(), 1, "en", "UTC", ""))
        discard_open_draft(drafts[2])
        with_drafts = everything()
        _down_and_up("0014")
        kept = everything()
        assert kept["draft_paper"] == []
        assert [row.saves for row in rows(DraftLink)] == [0, 0, 0]
        for name in ("quote", "revision", "mail", "event"):
            assert kept[name] == with_drafts[name]
        keep_open_draft(drafts[1], a_draft(title="Later"))
        _down_and_up("0010")
        assert everything() == before
        check_all_rules()


def test_what_was_agreed_before_reviews_is_not_reminded_of(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        upgrade(MIGRATIONS)
        old, agreed = a_submitted_milestone(owner := sign_up("ada")), a_submitted_milestone(owner, review_days="1")
        before = everything()
        _down_and_up("0016")
        assert [project.clauses for project in rows(Project)] == [{}, {}]
        after = everything()
        assert {name for name in before if after[name] != before[name]} == {"project", "submission"}
        with clock.at(clock.now() + timedelta(days=30)):
            assert remind_reviewers() == 0
        for deal in (old, agreed):
            deal.sign_off()
        check_all_rules()
