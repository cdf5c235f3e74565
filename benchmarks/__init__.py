"""Measurements of the package: ``python -m benchmarks`` makes the table, the others stand alone."""
