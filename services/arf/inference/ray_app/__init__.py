"""vLLM on Ray Serve with LoRA adapters that change under load, in an environment of its own (docs/inference.md)."""
