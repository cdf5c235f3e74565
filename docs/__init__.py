"""Pages for readers, and what makes those that are generated."""
