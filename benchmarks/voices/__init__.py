"""The embedded voices, measured: how well they are understood, what settings do, what they cost."""
