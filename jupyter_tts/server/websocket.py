"""A WebSocket that says why it closes."""

from __future__ import annotations

from typing import Final

from aiohttp import WSCloseCode, web

from .limits import Limits

__all__ = ["WebSocket"]

_REASONS: Final[dict[int, str]] = {
    WSCloseCode.PROTOCOL_ERROR: "A frame broke the WebSocket protocol (RFC 6455).",
    WSCloseCode.INVALID_TEXT: "A text frame was not UTF-8.",
}


class WebSocket(web.WebSocketResponse):
    """The server's end of one stream.

    Pings and pongs are handed to the reader as well, who answers them.

    Parameters
    ----------
    limits
        The server's.
    """

    def __init__(self, limits: Limits) -> None:
        super().__init__(
            # Compression would only undo base64, at several times the cost in CPU.
            compress=False,
            max_msg_size=limits.frame_bytes,
            writer_limit=limits.unsent_bytes,
            timeout=limits.farewell_seconds,
            autoping=False,
        )
        self._reasons = _REASONS | {
            WSCloseCode.MESSAGE_TOO_BIG: f"A message may have {limits.frame_bytes} bytes at most."
        }

    async def close(
        self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True
    ) -> bool:
        """Close; where aiohttp finds a fault by itself it gives only the code: add the reason."""
        reason = message or self._reasons.get(code, "").encode()
        return await super().close(code=code, message=reason, drain=drain)
