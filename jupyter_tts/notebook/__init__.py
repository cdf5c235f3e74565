"""IPython: the event-loop thread, the magics, the player and the saved view."""
