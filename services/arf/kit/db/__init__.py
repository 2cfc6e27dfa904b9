"""What services remember: one database, SQLite by default, PostgreSQL by URL, and one repository for each concern.

`database` runs transactions, `migrate` brings the schema forward, `tables` says what it is. Each other module is one
port with its SQL behind it. Text of calls is in here only sealed (arf.privacy.seal).
Everything blocks: call it from a thread.
"""
