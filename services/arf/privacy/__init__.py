"""Protects personal data: masking, redaction, sealing and keys."""
