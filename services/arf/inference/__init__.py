"""How models are run: one Engine port, its adapters, and the models on disk."""
