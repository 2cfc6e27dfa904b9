"""How the editor reaches others: one module a port and technology."""
