"""What the server's handlers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from .access.limits import Limits
from .access.sound_budget import SoundBudget
from .access.tokens import SingleUseTokens
from .engines.engine import Engine
from .simulation.account import Account
from .simulation.simulation import Simulation
from .websocket.socket import WebSocket

__all__ = ["STATE", "ServerState"]


@dataclass(frozen=True)
class ServerState:
    """What the handlers share.

    Attributes
    ----------
    engine : Engine
    key : str or None
        The API key that every request must carry.
    limits : Limits
    simulation : Simulation
    tokens : SingleUseTokens
    streams : set of WebSocket
        The open ones.
    unproven : set of WebSocket
        Those of them whose client has not shown the key.
    requests : set of str
        The ids of the HTTP requests that are being spoken, of clients that have the key.
    unproven_requests : set of str
        Those of the others: of voices' previews.
    kept : dict
        Answers that need no key, by a name: each is made once. The previews are 80 kB each.
    sound : SoundBudget
        How much sound the requests have.
    """

    engine: Engine
    key: str | None
    limits: Limits
    simulation: Simulation
    tokens: SingleUseTokens = field(default_factory=SingleUseTokens)
    streams: set[WebSocket] = field(default_factory=set)
    unproven: set[WebSocket] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    unproven_requests: set[str] = field(default_factory=set)
    kept: dict[str, bytes] = field(default_factory=dict)
    sound: SoundBudget = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sound", SoundBudget(self.limits))

    @property
    def account(self) -> Account:
        """Counts what is spoken."""
        return self.simulation.account

    @property
    def speaking(self) -> int:
        """How many streams and requests are being spoken, of clients that have shown the key."""
        return len(self.streams) - len(self.unproven) + len(self.requests)

    @property
    def is_full(self) -> bool:
        """Whether there are as many as `Limits.streams` allows."""
        return self.speaking >= self.limits.streams


STATE: Final = web.AppKey("state", ServerState)
