"""The event-loop thread, interrupts, the front end, settings."""
