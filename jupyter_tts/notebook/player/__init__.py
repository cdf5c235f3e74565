"""The player widget's kernel side."""
