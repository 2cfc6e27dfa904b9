"""ARF: analyze, revise, finetune. Distils an expensive LLM's call summaries into a small model that errs less."""
