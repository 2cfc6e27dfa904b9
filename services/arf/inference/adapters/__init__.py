"""The adapters of the model port, one file for each kind of place where a model may run."""
