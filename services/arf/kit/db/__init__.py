"""The database of the services: SQLite by default, PostgreSQL by URL.

`database` runs transactions, `migrate` upgrades the schema, `registry` collects the tables that packages declare in
their `store.py`. Text of calls is stored only sealed (arf.privacy.seal). All calls block: make them from a thread.
"""
