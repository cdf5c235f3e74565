"""What a text costs at a server that counts: asked about before, told afterwards."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError

from ...client.keys import Key
from ...client.speech.cost import Cost, Quota, ask_quota, is_costly
from ...client.speech.speech import Speech
from ...wire.errors import NotConfirmed
from ..runtime.event_loop import EVENT_LOOP
from ..runtime.settings import SETTINGS

if TYPE_CHECKING:
    from ..player.playback import Playback

__all__ = ["ask_consent", "price", "settle"]

# Characters below which no answer of the account is waited for, should it not be known yet.
SMALL = 500


async def price(server: str, account: Key | None, text: str) -> str:
    """Return what is to be said of a text's cost before it is sent, "" where it is not large.

    Parameters
    ----------
    server : str
    account : Key or None
        The key that is charged; None where nobody is.
    text : str
    """
    if account is None or SETTINGS.confirm_above is None:
        return ""
    characters = len(text)
    if (server, hash(account)) not in _KNOWN and characters > SMALL:
        await _ask(server, account)
    quota = _KNOWN.get((server, hash(account)))
    if not is_costly(characters, quota, SETTINGS.confirm_above):
        return ""
    left = f", and the account has {quota}" if quota else ""
    return f"This text has {characters:,} characters{left}."


def ask_consent(said: str) -> None:
    """Ask whether a text is to be sent, where somebody can be asked.

    Raises
    ------
    NotConfirmed
        If nobody can, or the answer is no. Nothing was sent.
    """
    try:
        answer = input(f"{said} Send it? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        raise NotConfirmed(
            said,
            hint="Nobody can be asked here, so nothing was sent: add --yes (or yes=True), or set "
            "%config TTS.confirm_above.",
        ) from None
    if answer.strip().lower() not in ("y", "yes"):
        raise NotConfirmed("Nothing was sent.")


def settle(speech: Speech, account: Key | None, playback: Playback | None) -> Future[None] | None:
    """Take down what a speech has cost; a server that does not tell is no fault.

    Parameters
    ----------
    speech : Speech
        Of one that is not complete only what was sent is known.
    account : Key or None
        The key that is charged; None where nobody is.
    playback : Playback or None
        Its player.

    Returns
    -------
    Future or None
        Done when the server has told; None where nothing is asked: nothing was sent, or the
        engine ends.
    """
    cost = Cost(speech.timeline.sent, complete=speech.complete)
    if account is None or not (cost.sent or cost.complete) or not EVENT_LOOP.running:
        return None
    speech.cost = cost
    return EVENT_LOOP.submit(_settle(speech, cost, account, playback))


async def _settle(speech: Speech, cost: Cost, account: Key, playback: Playback | None) -> None:
    if playback is not None:
        playback.refresh()
    quota = await _ask(speech.request.server, account, cost.sent)
    speech.cost = replace(cost, quota=quota)
    if playback is not None:
        playback.refresh()


async def _ask(server: str, account: Key, sent: int = 0) -> Quota | None:
    """Ask for a quota; what is known of it is counted down where the server does not tell."""
    before = _KNOWN.get((server, hash(account)))
    told = await ask_quota(server, account)
    counted = before.after(sent) if before else None
    _KNOWN[server, hash(account)] = told or counted
    return told


# What is known of an account at each server.
_KNOWN: dict[tuple[str, int], Quota | None] = {}
