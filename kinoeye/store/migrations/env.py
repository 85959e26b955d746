"""Migrations of the decisions' database, run on the connection that the caller holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
