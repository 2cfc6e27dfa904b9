"""Fine-tuning: datasets, and the LoRA adapters trained on them."""
