"""Measuring on the workers of an executor, of Dask or of ipyparallel."""
