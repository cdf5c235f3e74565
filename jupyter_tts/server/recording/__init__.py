"""Record, proxy and replay."""
