"""Upstreams and stores as the proxy's ports want them."""
