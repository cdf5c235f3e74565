"""Blind listening in a notebook: the page plays and asks, the kernel knows which is which."""
