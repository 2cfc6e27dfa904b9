"""Language models: one asynchronous port, its adapters, and the models on disk."""
