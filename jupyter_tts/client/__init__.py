"""asyncio: sockets, text sources, the timeline and the finished speech. Knows no notebook."""
