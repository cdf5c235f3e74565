"""How much one client may use of the server: every bound by name."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The server's bounds.

    Attributes
    ----------
    connections : int
        Open TCP connections, whatever they ask for; one more gets HTTP 503.
    streams : int
        Open streams among them, of clients that have shown the key; one more gets HTTP 429.
    unproven_connections : int
        Connections and WebSockets that have not shown the key, or where there is none have not sent
        a whole request: for one more the oldest is closed. They are none of the `streams`.
    unproven_seconds : float
        Within which a connection must have done so, its TLS handshake included; otherwise it is
        closed, a WebSocket with 1008.
    unproven_requests : int
        Voices' previews that are made at once for clients without the key; one more gets HTTP 429.
    arrival_seconds : float
        For which such a connection is not closed for another one: many that arrive at once need
        some time to be read. Meanwhile only `connections` bounds them.
    handshake_seconds : float
        Within which a request must have sent its body, and after which an idle connection is
        closed.
    frame_bytes : int
        The longest message a client may send; a longer one closes the stream with 1009. More than
        three times ElevenLabs' longest text (40,000 characters) with every character escaped.
    text_characters : int
        The longest text of one HTTP request; a longer one gets HTTP 400. ElevenLabs' limit for the
        model that is its default over HTTP (documentation, models).
    sound_seconds : float
        The longest sound of one HTTP request. One that is surely longer, by its text, gets HTTP 400
        before it is spoken; one that turns out longer gets it as soon as it does, or is cut off
        where its answer has begun. 10,000 Chinese characters at the slowest pace are shorter.
    account_seconds : float
        How much sound all HTTP requests that are being answered may have together; one more gets
        HTTP 429.
    memory_bytes : int
        How much of an answer that is sent whole is held in memory; more is held in a temporary
        file until it is sent.
    stored_bytes : int
        How much of all such answers may be held at once; the request that exceeds it gets HTTP 503.
    waiting_characters : int
        Above so much text that waits to be spoken the client is not read until speech catches up.
    unsent_bytes : int
        How much is handed to a socket before the client must have taken some of it.
    kernel_bytes : int
        How much more the operating system may hold for a client (SO_SNDBUF). Left to itself Linux
        lets it grow to 4 MB per client.
    reader_seconds : float
        Within which a client must take the next message; otherwise the stream is closed with 1008.
    closing_seconds : float
        Within which a client must read everything that was sent and answer the close frame; long,
        for one that plays while it reads.
    ping_seconds : float
        A client that has sent nothing for so long, with more input to come, is sent a ping.
    pong_seconds : float
        Within which it must then send something, counted from the end of the audio it was sent: a
        client that plays while it reads comes to the ping after the audio.
    """

    connections: int = 512
    streams: int = 256
    unproven_connections: int = 64
    unproven_seconds: float = 5.0
    unproven_requests: int = 2
    arrival_seconds: float = 1.0
    handshake_seconds: float = 10.0
    frame_bytes: int = 2**20
    text_characters: int = 10_000
    sound_seconds: float = 3_600.0
    account_seconds: float = 8 * 3_600.0
    memory_bytes: int = 2**21
    stored_bytes: int = 2**30
    waiting_characters: int = 100_000
    unsent_bytes: int = 2**16
    kernel_bytes: int = 2**18
    reader_seconds: float = 60.0
    closing_seconds: float = 60.0
    ping_seconds: float = 20.0
    pong_seconds: float = 40.0
