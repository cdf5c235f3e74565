"""The voice engines: what all of them share, and one folder per engine."""
