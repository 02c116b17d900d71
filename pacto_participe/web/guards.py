"""Doors: who may come to a page at all. Behind each door, the service's own lock still decides."""

from enum import StrEnum

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.routing import Door


class Refusal(StrEnum):
    """Why a door stays shut."""

    NOT_YOURS = "not_yours"


WORDING = {
    Refusal.NOT_YOURS: _("This page is for the staff of this collectivity."),
}


def _anyone(actor: Actor, collectivity_id: str | None) -> bool:
    return True


def _signed_in(actor: Actor, collectivity_id: str | None) -> bool:
    return actor.is_signed_in


# The page is the same for everybody and can be kept: nobody is asked who they are.
public = Door("public", _anyone, asks_who=False, keeps=True)
# Open to all, but the page depends on who looks.
anyone = Door("anyone", _anyone)
signed_in = Door("signed in", _signed_in)
# The way of a ballot: one statement finds session and residence together, so the door asks nothing and
# the handler sends whoever is not entitled to the identity page.
voter = Door("voter", _anyone, asks_who=False)


# The pages of a polling desk: the desk's own cookie says who it is, and its services ask for the PIN.
desk = Door("desk", _anyone, asks_who=False)


def staff(*roles: Role) -> Door:
    """People with one of these roles in the collectivity of the path (any role when none is named)."""
    wanted = roles or tuple(Role)

    def opens(actor: Actor, collectivity_id: str | None) -> bool:
        return collectivity_id is not None and actor.has_role(collectivity_id, *wanted)

    return Door(f"staff: {', '.join(wanted)}", opens, roles=wanted)


def _operator(actor: Actor, collectivity_id: str | None) -> bool:
    return actor.is_operator


operator = Door("operator", _operator)
