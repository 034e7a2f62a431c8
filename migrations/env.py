"""Runs the migrations on the application's own engine, inside of the caller's process.

It leaves logging alone: Alembic's usual fileConfig() would silence the loggers of the process that migrates itself.
"""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]


def run_offline() -> None:
    """Print the SQL instead of running it."""
    url = migrate.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=migrate.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Bring the database to the newest revision, or compare it with the models."""
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=migrate.db.metadata, **migrate.configure_args)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
