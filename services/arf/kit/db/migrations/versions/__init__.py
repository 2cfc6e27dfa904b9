"""One file a schema version, numbered. They only add: release N-1 runs on schema N; nothing is renamed or dropped."""
