"""Sweeps on the workers of Dask and ipyparallel, in an environment of their own."""
