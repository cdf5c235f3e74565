"""From a text and parameters to a speech."""
