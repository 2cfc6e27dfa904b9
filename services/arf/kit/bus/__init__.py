"""The event bus: one port, a log in a SQLite file or on Kafka behind it, and the worker that every stage runs.

`port` defines a bus, `sqlite` and `kafka` implement it, `loop` is the consume-process-produce loop and `kinds` what it
does with records, `done` keeps a stage from doing an event twice, `dlq` holds dead letters. docs/adr says why each
input has exactly one output.
"""
