"""Every address of this feature × every role × own and other town."""

import pytest

from pacto_participe.accounts.routes import ROUTES as ACCOUNT_ROUTES
from pacto_participe.approvals.routes import ROUTES as APPROVAL_ROUTES
from pacto_participe.audit import routes as journal
from pacto_participe.collectivities.routes import settings, today
from pacto_participe.kernel.actors import VISITOR, Actor, Role
from pacto_participe.voting.routes import acts, desk, rolls, votes

ROUTES = (
    *ACCOUNT_ROUTES,
    *APPROVAL_ROUTES,
    *settings.ROUTES,
    *today.ROUTES,
    *rolls.ROUTES,
    *votes.ROUTES,
    *acts.ROUTES,
    *desk.ROUTES,
    *journal.ROUTES,
)

TOWN, OTHER = "01.051.01.01", "01.051.01.03"
EVERYONE = {"visitor", "resident", *(role.value for role in Role)}
SIGNED_IN = EVERYONE - {"visitor"}
COUNTER = {"clerk", "administrator"}
ADMINISTRATION = {"administrator"}
WATCHING = {"administrator", "observer"}

# What a councillor can read: who may come to which door.
MAY = {
    "/sign-in": EVERYONE, "/sign-in/code": EVERYONE, "/sign-in/who": EVERYONE,
    "/sign-in/link/{token}": EVERYONE, "/sign-in/passkey": EVERYONE,
    "/sign-in/password": EVERYONE, "/sign-out": EVERYONE, "/demo/outbox": EVERYONE,
    "/c/{slug}/residence": EVERYONE,
    # Who is not signed in is sent to do so; where it is switched off, there is nothing.
    "/c/{slug}/residence/national": EVERYONE, "/residence/national": EVERYONE,
    "/account": SIGNED_IN, "/account/data": SIGNED_IN, "/account/session-end": SIGNED_IN,
    "/account/sign-out": SIGNED_IN, "/account/closure": SIGNED_IN, "/account/role": SIGNED_IN,
    "/account/password": SIGNED_IN, "/account/my-data": SIGNED_IN, "/account/contact": SIGNED_IN,
    "/account/contact/code": SIGNED_IN, "/account/contact/removal": SIGNED_IN,
    "/d": SIGNED_IN, "/account/messages": SIGNED_IN, "/account/correction": SIGNED_IN,
    "/sign-in/second-step": SIGNED_IN, "/account/second-factor": SIGNED_IN,
    "/account/second-factor/confirm": SIGNED_IN, "/account/second-factor/codes": SIGNED_IN,
    "/account/second-factor/off": SIGNED_IN, "/sign-in/second-step/passkey": SIGNED_IN,
    "/account/second-factor/passkeys": SIGNED_IN,
    "/account/second-factor/passkeys/removal": SIGNED_IN,
    "/staff/{slug}/": EVERYONE - {"visitor", "resident"},
    "/staff/{slug}/settings": ADMINISTRATION,
    "/staff/{slug}/approvals": ADMINISTRATION,
    "/staff/{slug}/approvals/{approval}/decision": ADMINISTRATION,
    "/staff/{slug}/counter": COUNTER, "/staff/{slug}/resident": COUNTER,
    "/staff/{slug}/resident/end": COUNTER, "/staff/{slug}/resident/facts": COUNTER,
    "/staff/{slug}/resident/report": COUNTER,
    "/staff/{slug}/queue": COUNTER, "/staff/{slug}/queue/{case}": COUNTER,
    "/staff/{slug}/queue/{case}/taking": COUNTER, "/staff/{slug}/queue/{case}/decision": COUNTER,
    "/staff/{slug}/sheets": ADMINISTRATION, "/staff/{slug}/meetings": COUNTER,
    "/staff/{slug}/letters": ADMINISTRATION, "/staff/{slug}/codes/{batch}": ADMINISTRATION,
    "/staff/{slug}/codes/{batch}/cancellation": ADMINISTRATION,
    "/staff/{slug}/list": ADMINISTRATION, "/staff/{slug}/people": ADMINISTRATION,
    "/staff/{slug}/people/offer-end": ADMINISTRATION,
    "/staff/{slug}/people/role-end": ADMINISTRATION,
    "/staff/{slug}/votes": EVERYONE - {"visitor", "resident"},
    "/staff/{slug}/votes/{edition}": EVERYONE - {"visitor", "resident"},
    "/staff/{slug}/votes/{edition}/voters": ADMINISTRATION,
    "/staff/{slug}/votes/{edition}/publication": ADMINISTRATION,
    "/staff/{slug}/votes/{edition}/rules": ADMINISTRATION,
    "/staff/{slug}/votes/{edition}/draw": ADMINISTRATION,
    "/staff/{slug}/rolls": WATCHING, "/staff/{slug}/votes/{edition}/roll": WATCHING,
    "POST /staff/{slug}/votes/{edition}/roll": ADMINISTRATION,
    "/c/{slug}/journal": EVERYONE,
    "/staff/{slug}/journal": WATCHING, "/staff/{slug}/journal/export": WATCHING,
    "/staff/{slug}/desk": COUNTER,
    # The cookie of the desk opens these, and the PIN: nobody is asked who they are.
    "/desk/{slug}/": EVERYONE, "/desk/{slug}/clear": EVERYONE, "/desk/{slug}/more": EVERYONE,
    "/desk/{slug}/end": EVERYONE,
}  # fmt: skip


def person(name: str, town: str) -> Actor:
    if name == "visitor":
        return VISITOR
    roles = frozenset() if name == "resident" else frozenset({(town, Role(name))})
    return Actor(person_id="p", roles=roles)


@pytest.mark.parametrize("name", sorted(EVERYONE))
@pytest.mark.parametrize("address", ROUTES, ids=lambda found: f"{found.method} {found.path}")
def test_who_may_come_to_which_door(address, name):
    named = f"{address.method} {address.path}"
    allowed = MAY[named if named in MAY else address.path]  # nobody listed it: KeyError

    assert address.may.opens(person(name, TOWN), TOWN) is (name in allowed)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "address",
    [found for found in ROUTES if found.path.startswith("/staff/")],
    ids=lambda found: f"{found.method} {found.path}",
)
def test_a_role_of_the_neighbour_town_opens_nothing_here(address, role):
    assert not address.may.opens(person(role.value, OTHER), TOWN)
    assert not address.may.opens(person(role.value, OTHER), None)
