"""The bus on Kafka, by kafka-python: the only package of ARF that imports it."""
