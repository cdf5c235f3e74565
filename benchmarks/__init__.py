"""Measurements of the package; run one with ``python -m benchmarks.NAME``."""
