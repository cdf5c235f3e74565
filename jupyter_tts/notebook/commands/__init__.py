"""The magics, their options, interpolation, completion and settings."""
