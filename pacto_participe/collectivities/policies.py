"""Who may set up the pages of a collectivity."""

from enum import StrEnum

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import Allowed, Decision, Denied

SET_UP_BY = (Role.ADMINISTRATOR,)


class Refusal(StrEnum):
    """Why not."""

    ADMINISTRATORS_SET_UP = "administrators_set_up"


def may_set_up(actor: Actor, collectivity_id: str) -> Decision:
    """An administrator of this very collectivity."""
    if actor.has_role(collectivity_id, *SET_UP_BY):
        return Allowed()
    return Denied(Refusal.ADMINISTRATORS_SET_UP)
