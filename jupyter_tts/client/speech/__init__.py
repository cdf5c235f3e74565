"""The finished speech: events, timeline, word positions, cost, files, subtitles."""
