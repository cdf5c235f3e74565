"""Record another server's streams in a proxy, and replay them.

Imported only where one of the two is asked for; the rest of the server uses the names below alone.
"""

from __future__ import annotations

from .proxy import Proxy
from .recording import Recorder, read_recording
from .replay import Replay
from .upstream import Upstream

__all__ = ["Proxy", "Recorder", "Replay", "Upstream", "read_recording"]
