"""Tests of the embedded voice's server."""
