"""Piper's voices: neural models of many languages, from files that the user has added."""
