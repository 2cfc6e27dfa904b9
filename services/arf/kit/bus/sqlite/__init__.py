"""The bus in one SQLite file, shared by the processes of one machine; needs no server."""
