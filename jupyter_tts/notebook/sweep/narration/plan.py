"""What a batch is going to do in a session: voices and keys checked, the cache and quota asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ....client.keys import Key
from ....client.speech.cost import Quota, ask_quota
from ....client.sweep.batch.faults import RowFaults
from ....client.sweep.batch.items import Item
from ....client.sweep.batch.plan import BatchPlan
from ....wire.errors import LocalVoiceMissing, MissingKey, VoiceNotFound
from ....wire.request import SpeechRequest
from ...runtime.session import Session
from ...servers.account_voices import account_voices
from ...speaking.cache_policy import cache_policy
from ...speaking.preparation import prepare
from .row_speaker import kept

__all__ = ["make_plan"]


async def make_plan(
    session: Session, folder: Path, left: Sequence[Item], done: int, *, on_workers: bool = False
) -> BatchPlan:
    """Return what is to be done for the rows that are not done; on the event loop.

    No text is sent. The embedded voice is started if it is to speak. Workers may have the key and
    the voice that are missing here.

    Raises
    ------
    ParameterError
        If there is no such voice, with the rows that name it.
    TTSError
        If there is no key, no embedded voice, or no decoder for the format.
    """
    requests: dict[int, SpeechRequest] = {}
    accounts: dict[int, tuple[str, Key] | None] = {}
    rows: defaultdict[int, list[int]] = defaultdict(list)
    shared = {id(item.request): item.request for item in left}
    for item in left:
        rows[id(item.request)].append(item.row)
    faults = RowFaults()
    for number, request in shared.items():
        voice = await account_voices(session).choose(request)
        requests[number] = request if voice is None else voice.apply(request)
        try:
            account = (await prepare(session, request, voice)).account
        except VoiceNotFound as fault:
            hint = fault.hint.removesuffix(" Nothing was sent.").rstrip(".")
            faults.add(rows[number], [f"{fault.message.rstrip('.')} ({hint})"])
            continue
        except (MissingKey, LocalVoiceMissing):
            if not on_workers:
                raise
            account = None
        accounts[number] = None if account is None else (request.server, account)
    faults.check()
    texts = [(kept(requests[id(item.request)]), item.reading.spoken) for item in left]
    held = await asyncio.to_thread(cache_policy(session).held, texts)
    to_speak = [item for item, cached in zip(left, held, strict=True) if not cached]
    paid: defaultdict[tuple[str, Key], int] = defaultdict(int)
    for item in to_speak:
        if (payer := accounts[id(item.request)]) is not None:
            paid[payer] += item.characters
    return BatchPlan(
        folder=folder,
        done=done,
        cached=[item for item, cached in zip(left, held, strict=True) if cached],
        to_speak=to_speak,
        paid=sum(paid.values()),
        quota=await _quota(paid),
    )


async def _quota(paid: dict[tuple[str, Key], int]) -> Quota | None:
    """Return what the account has left; of several, none is the batch's."""
    if len(paid) != 1:
        return None
    ((server, key),) = paid
    return await ask_quota(server, key)
