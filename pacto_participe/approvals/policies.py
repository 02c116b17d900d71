"""Who asks and who confirms."""

from enum import StrEnum

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import Allowed, Decision, Denied

APPROVERS = (Role.ADMINISTRATOR,)


class Refusal(StrEnum):
    """Why not."""

    ADMINISTRATORS_APPROVE = "administrators_approve"


def may_approve(actor: Actor, collectivity_id: str) -> Decision:
    """The administrators of this very collectivity ask, confirm and decline."""
    if actor.has_role(collectivity_id, *APPROVERS):
        return Allowed()
    return Denied(Refusal.ADMINISTRATORS_APPROVE)
