"""Sweeps in a notebook: what the user holds, its progress, its results, listening."""
