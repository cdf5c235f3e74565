"""The natural voice: a small neural model of American English, from the package hibari-tts."""
