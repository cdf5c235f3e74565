"""The parts of :func:`jupyter_tts.url_check.check.check_url`, one a part of the URL."""
