"""Narrating a table: each row's text becomes files. Imports no IPython."""
