"""The batch loop of `arf run` and its report."""
