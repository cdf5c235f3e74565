"""A text on its way: the stream, its attempts, the receiving side, what is sent when."""
