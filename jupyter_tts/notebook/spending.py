"""What a text costs at a server that counts: asked about before, told afterwards."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError

from ..client.cost import Cost, Quota, ask_quota, is_costly
from ..client.keys import Key
from ..client.speech import Speech
from ..wire.errors import NotConfirmed
from .engine import ENGINE
from .settings import SETTINGS

if TYPE_CHECKING:
    from .playback import Playback

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
        One that is not complete has no cost that is known.
    account : Key or None
        The key that is charged; None where nobody is.
    playback : Playback or None
        Its player.

    Returns
    -------
    Future or None
        Done when the server has told; None where nothing is asked, as of an engine that ends.
    """
    if account is None or not speech.complete or not ENGINE.running:
        return None
    speech.cost = Cost(len(speech.text) + speech.timeline.repeated)
    return ENGINE.submit(_settle(speech, speech.cost.sent, account, playback))


async def _settle(speech: Speech, sent: int, account: Key, playback: Playback | None) -> None:
    speech.cost = Cost(sent, quota=await _ask(speech.request.server, account))
    if playback is not None:
        playback.refresh()


async def _ask(server: str, account: Key) -> Quota | None:
    quota = _KNOWN[server, hash(account)] = await ask_quota(server, account)
    return quota


# What each server has told last of an account.
_KNOWN: dict[tuple[str, int], Quota | None] = {}
