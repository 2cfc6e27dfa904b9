"""Personal data and keys: masking, redaction and sealing."""
