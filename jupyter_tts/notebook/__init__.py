"""IPython: the engine thread, the magics, the player and the saved view."""
