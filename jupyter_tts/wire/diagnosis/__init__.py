"""The parts of :func:`jupyter_tts.wire.diagnose.check_url`, one a part of the URL."""
