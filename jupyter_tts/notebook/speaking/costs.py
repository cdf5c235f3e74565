"""What a text costs at a paid server: the question before, the figures afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from IPython.core.error import StdinNotImplementedError

from ...client.keys import Key
from ...client.speech.cost import PATIENCE, Cost, Quota, ask_quota, is_costly
from ...client.speech.speech import Speech
from ...wire.errors import NotConfirmed
from ..runtime.session import Session

__all__ = ["Costs", "ask_consent", "costs"]

# Characters below which an unknown quota is not worth waiting for.
SMALL = 500


class Costs:
    """What a session knows about the accounts that pay for its speeches.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._settings = session.settings
        self._event_loop = session.event_loop
        self._quotas: dict[tuple[str, int], Quota | None] = {}
        self._asking: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def question(self, server: str, account: Key | None, text: str) -> str:
        """Return what to ask about a text's cost before it is sent, "" where it is not large.

        Parameters
        ----------
        server : str
        account : Key or None
            The key that is charged; None where nobody is.
        text : str
        """
        most = self._settings.confirm_above
        if account is None or most is None:
            return ""
        characters = len(text)
        if (server, hash(account)) not in self._quotas and characters > SMALL:
            await self._ask(server, account)
        quota = self._quotas.get((server, hash(account)))
        if not is_costly(characters, quota, most):
            return ""
        quota_clause = f", and the account has {quota}" if quota else ""
        return f"This text has {characters:,} characters{quota_clause}."

    def settle(
        self, speech: Speech, account: Key | None, changed: Callable[[], object]
    ) -> Future[None] | None:
        """Note what a speech has cost; a server need not report its quota.

        Parameters
        ----------
        speech : Speech
            If it is not complete, only what was sent is known.
        account : Key or None
            The key that is charged; None where nobody is.
        changed : callable
            Called on the event loop whenever more of the cost is known.

        Returns
        -------
        Future or None
            Done when the server has answered; None where nothing is asked: nothing was sent, or
            the event loop ends.
        """
        cost = Cost(speech.timeline.sent, complete=speech.complete)
        if account is None or not (cost.sent or cost.complete):
            return None
        speech.cost = cost
        if not self._event_loop.running:
            return None
        return self._event_loop.submit(self._settle(speech, cost, account, changed))

    async def _settle(
        self, speech: Speech, cost: Cost, account: Key, changed: Callable[[], object]
    ) -> None:
        changed()
        quota = await self._ask(speech.request.server, account, cost.sent)
        speech.cost = replace(cost, quota=quota)
        changed()

    async def _ask(self, server: str, account: Key, sent: int = 0) -> Quota | None:
        """Ask for a quota; where the server gives none, the last known one is counted down."""
        before = self._quotas.get((server, hash(account)))
        answer = None
        # One at a time, so that however many speeches end leave no more requests behind than one.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._asking[server, hash(account)]:
                answer = await ask_quota(server, account)
        counted = before.after(sent) if before else None
        self._quotas[server, hash(account)] = answer or counted
        return answer


def costs(session: Session) -> Costs:
    """Return a session's costs."""
    return session.part(Costs)


def ask_consent(question: str) -> None:
    """Ask the user whether to send a text.

    Raises
    ------
    NotConfirmed
        If nobody can be asked, or the answer is no. Nothing was sent.
    """
    try:
        answer = input(f"{question} Send it? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        raise NotConfirmed(
            question,
            hint="Nobody can be asked here, so nothing was sent: add --yes (or yes=True), or set "
            "%config TTS.confirm_above.",
        ) from None
    if answer.strip().lower() not in ("y", "yes"):
        raise NotConfirmed("Nothing was sent.")
