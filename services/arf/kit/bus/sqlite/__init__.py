"""The bus in one SQLite file: several processes of one machine share it, nothing needs to run."""
