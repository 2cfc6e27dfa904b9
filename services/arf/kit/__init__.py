"""What every part shares: errors, records, text, prompts. Imports nothing else of arf but the generated v1."""
