"""Measuring conditions against each other: plan, run, statistics, batch. Imports no IPython."""
