"""Voices that are files: which there are on this machine, which can be fetched, and how."""
