"""The list of a server's voices: what is in it, and how it is shown."""
