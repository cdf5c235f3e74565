"""What a sweep takes of the account that pays for it."""

from __future__ import annotations

from collections.abc import Sequence

from ...client.speech.cost import Quota, ask_quota, is_costly
from ...client.sweep.plan import Plan
from ...client.sweep.rows import Row
from ...wire.errors import ParameterError
from ...wire.hosts import LOCAL
from ..runtime.session import Session
from ..speaking.costs import ask_consent

__all__ = ["check_payment", "paid_servers", "quota_of"]


def paid_servers(plan: Plan) -> list[str]:
    """Return the servers of a plan whose account pays."""
    servers = {str(condition["server"]) for condition in plan.conditions}
    return sorted(server for server in servers if server != LOCAL)


def quota_of(session: Session, plan: Plan) -> Quota | None:
    """Return what the account that pays has left, None where none does or it is not told.

    Raises
    ------
    MissingKey
        If there is no key for it.
    """
    for server in paid_servers(plan):
        if key := session.keys.find(server):
            return session.event_loop.submit(ask_quota(server, key)).result()
    return None


def check_payment(session: Session, plan: Plan, rows: Sequence[Row], *, yes: bool) -> None:
    """Make sure that what is left of a plan can be paid, and that its user agrees to it.

    Parameters
    ----------
    session : Session
    plan : Plan
    rows : sequence of Row
        What was measured.
    yes : bool
        Whether nobody is asked.

    Raises
    ------
    ParameterError
        If the account has too few characters left.
    NotConfirmed
        If it was not agreed to.
    """
    quota, characters = quota_of(session, plan), plan.characters_left(rows)
    if quota is not None and characters > quota.left:
        raise ParameterError(
            [f"the plan needs {characters:,} characters, and the account has {quota}"],
            hint="Take fewer texts, conditions or repetitions. Nothing was sent.",
        )
    most = session.settings.confirm_above if paid_servers(plan) else None
    if not yes and is_costly(characters, quota, most):
        left = f", and the account has {quota}" if quota else ""
        ask_consent(f"This sweep sends {characters:,} characters{left}.")
