"""Fine-tuning: the dataset, and the LoRA adapter trained on it."""
