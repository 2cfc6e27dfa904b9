"""How models are reached and run: one port, its adapters, and the models on disk."""
