"""The event flow: one port, a log in a SQLite file or on Kafka behind it, and the worker that every stage runs.

`port` says what a bus is, `sqlite` and `kafka` are one each, `topics` names what flows, `ids` and `partitioner` are
pure functions, `worker` is the consume-process-produce loop, `done` what makes a stage's output unique, `dlq` what
becomes of poisonous records. docs/adr says why each input has exactly one output.
"""
