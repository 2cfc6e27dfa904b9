"""Infrastructure that knows nothing of calls. Imports nothing else of arf but the generated v1."""
