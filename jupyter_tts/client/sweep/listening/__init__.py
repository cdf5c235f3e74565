"""Blind listening: what is asked in which order, the answers, and what they say."""
