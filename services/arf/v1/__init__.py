"""Generated from protos/arf/v1 by `make protos`. Never edited by hand."""
