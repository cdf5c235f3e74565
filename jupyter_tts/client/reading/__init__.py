"""From a text as it is written to what is spoken of it, and back."""
