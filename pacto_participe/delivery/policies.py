"""Who says what became of a project."""

from enum import StrEnum

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import Allowed, Decision, Denied

# Who studied and costed the projects knows the services that carry them out.
KEEPERS = (Role.REVIEWER, Role.ADMINISTRATOR)


class Refusal(StrEnum):
    """Why not."""

    KEEPERS_ONLY = "delivery_keepers_only"


def may_follow_up(actor: Actor, collectivity_id: str) -> Decision:
    """The reviewers and administrators of this very collectivity."""
    if actor.has_role(collectivity_id, *KEEPERS):
        return Allowed()
    return Denied(Refusal.KEEPERS_ONLY)
