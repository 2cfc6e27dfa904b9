"""The adapters of the model port, one file per kind of endpoint or engine."""
