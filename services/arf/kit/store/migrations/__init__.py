"""Alembic's environment; arf.kit.store.migrate is how it is run."""
