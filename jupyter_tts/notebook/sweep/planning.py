"""What a sweep is going to measure, with the notebook's settings where nothing else is said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from ...client.sweep.axes import HERE, NOT_VARIED, Axis, axes_of
from ...client.sweep.numbers import whole_number
from ...client.sweep.plan import Plan, check_order
from ...client.sweep.prompts import PROMPTS, Prompt, choose_prompts
from ...wire.errors import ParameterError
from ...wire.hosts import LOCAL
from ...wire.parameters import PARAMETERS
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.account_voices import account_voices
from ..speaking.request import make_request

__all__ = ["make_plan"]

_UNSENT: Final = "Nothing was sent."
_LANGUAGES: Final = frozenset(prompt.language for prompt in PROMPTS)


def make_plan(
    session: Session,
    given: dict[str, Any],
    texts: int | str | Iterable[str],
    repeat: int,
    seed: int,
    *checks: Callable[[], None],
) -> Plan:
    """Return the plan of a sweep, whose conditions say all that the notebook's settings would.

    Parameters
    ----------
    session : Session
    given : dict
        What varies, and what holds for all.
    texts : int, str or iterable of str
    repeat, seed : int
    *checks : callable
        Refuse what else was given.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    faults: list[str] = []
    axes: tuple[Axis, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    with _noting(faults):
        axes = axes_of(given)
    with _noting(faults):
        prompts = choose_prompts(texts)
    with _noting(faults):
        check_order(repeat, seed)
    for check in checks:
        with _noting(faults):
            check()
    if not given:
        faults.append("nothing varies: latency=[0, 1, 2, 3, 4], say")
    if faults:
        raise ParameterError(faults, hint=_UNSENT)
    axes += _fixed(session, axes)
    if whole_number(texts):
        prompts = choose_prompts(texts, language=_language(axes))
    plan = Plan(axes, prompts, repeat, seed)
    for condition in plan.conditions:
        if condition.get("network", HERE) != HERE and condition["server"] != LOCAL:
            raise ParameterError(
                ["only the embedded voice simulates a network; another's is the one there is"],
                hint=f'Add server="local". {_UNSENT}',
            )
    return plan


@contextlib.contextmanager
def _noting(faults: list[str]) -> Iterator[None]:
    """Add what is refused to the faults."""
    try:
        yield
    except ParameterError as refused:
        faults += refused.faults


def _fixed(session: Session, axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """Return what holds for all conditions, by the notebook's settings."""
    varied = {axis.name for axis in axes}
    first = {axis.name: axis.values[0] for axis in axes if axis.name not in ("network", "arrival")}
    request, plain = make_request(session, first), SpeechRequest()
    values = {declared.name: getattr(request, declared.name) for declared in PARAMETERS}
    fixed = {
        name: value
        for name, value in values.items()
        if name == "server" or (value != getattr(plain, name) and name not in NOT_VARIED)
    }
    if "server" not in varied:  # each has voices of its own
        fixed.setdefault("voice", _voice(session, request))
    return tuple(
        Axis(name, (value,))
        for name, value in fixed.items()
        if value is not None and name not in varied
    )


def _voice(session: Session, request: SpeechRequest) -> str | None:
    """Return the voice that speaks where none is named; an account is asked for its own."""
    choosing = session.event_loop.submit(account_voices(session).choose(request))
    chosen = choosing.result()
    return chosen.id if chosen else request.sent.get("voice")


def _language(axes: Sequence[Axis]) -> str:
    """Return the language of the built-in texts that are spoken first."""
    values = {axis.name: axis.values[0] for axis in axes}
    named = str(values.get("language") or values.get("voice") or "")
    code = named.partition("-")[0]
    return code if code in _LANGUAGES else "en"
