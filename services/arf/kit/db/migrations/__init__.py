"""Alembic's environment; arf.kit.db.migrate is how it is run."""
