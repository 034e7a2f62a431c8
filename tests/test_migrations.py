"""The migrations make exactly the tables of the models, from nothing, and take them away again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from milebill.db import Base, db, reading
from tests.servers.database import new_app, settings_for

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
