"""What travels on the wire, and nothing that moves it: no event loop, no socket, no IPython."""
