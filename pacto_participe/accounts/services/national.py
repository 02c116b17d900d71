"""The national sign-in: the State says who somebody is, the town whether they live here.

A browser carries a signed cookie with a random number from the start to the return; whatever ties the two
together is made from that number and a key. Source: docs/decisions/0018-national-sign-in.md.
"""

import hashlib
import hmac
import json
import secrets as chance
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.cards import read_birth_date, read_card_number
from pacto_participe.accounts.domain.identity import national_text
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.events import NationalIdentityMatched
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.residence import (
    Activated,
    claim,
    listed_as,
    settle_listed,
)
from pacto_participe.accounts.tables import NATIONAL_RETURN, RESIDENCE
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import links
from pacto_participe.web.national import Proved, Ties

NATIONAL_KEY = "national"
FLOW_LIFE = timedelta(minutes=10)
_FLOW, _ANSWER = "accounts/national-flow/1", "accounts/national-answer/1"


@dataclass(frozen=True, slots=True)
class Flow:
    """A national sign-in under way, as the browser's cookie says. It names no person.

    `session_id` is the fingerprint of the ticket of who is signed in there.
    """

    number: str
    slug: str
    session_id: str
    language: str
    next: str


def begin_flow(
    secrets: Secrets, slug: str, session_id: str, language: str, target: str, *, now: datetime
) -> tuple[Flow, str]:
    """A new one, and the cookie for it, good for ten minutes."""
    flow = Flow(chance.token_urlsafe(24), slug, session_id, language, target)
    return flow, links.sign(secrets, _FLOW, json.dumps(asdict(flow)), now=now)


def flow_of(secrets: Secrets, cookie: str, *, now: datetime) -> Flow | None:
    """The one that a cookie of ours carries; None when there is none, or it is too old."""
    value = links.read(secrets, _FLOW, cookie, max_age=FLOW_LIFE, now=now)
    return Flow(**json.loads(value)) if value else None


def ties_of(secrets: Secrets, flow: Flow, redirect_uri: str) -> Ties:
    """What is sent to the provider and expected back."""
    key = secrets.get_or_make(NATIONAL_KEY)
    state, nonce, verifier = (
        national_text(key, purpose, flow.number) for purpose in ("state", "nonce", "verifier")
    )
    return Ties(state, nonce, verifier, redirect_uri)


def answer_cookie(secrets: Secrets, refusal: Refusal, *, now: datetime) -> str:
    """A cookie that says how it ended, so that no address does."""
    return links.sign(secrets, _ANSWER, refusal.value, now=now)


def answer_of(secrets: Secrets, cookie: str, *, now: datetime) -> Refusal | None:
    """How it ended, when it did not end well."""
    value = links.read(secrets, _ANSWER, cookie, max_age=FLOW_LIFE, now=now)
    return Refusal(value) if value else None


async def use_flow(uow: UnitOfWork, flow: Flow) -> None:
    """Mark a return as used, by a row that only one of many at once can add. One statement.

    Raises Refused. What follows may fail: a return that was tried is used.
    """
    statement = (
        insert_or(NATIONAL_RETURN)
        .values(flow=hashlib.sha256(flow.number.encode()).hexdigest(), used_at=uow.now())
        .on_conflict_do_nothing(index_elements=["flow"])
        .returning(NATIONAL_RETURN.c.flow)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise Refused(Problem(Refusal.NATIONAL_NOT_ASKED_HERE))


async def match_national(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, person_id: str, proved: Proved
) -> Activated:
    """Find a signed-in person, whose card the State named, among those the town knows. Ten statements.

    Known are the people of its list, by number and birth date, and whoever it verified before. Raises
    Refused. A number that is in another account already is an answer: see `Activated.require`.
    """
    number = read_card_number(proved.card)
    born = read_birth_date(proved.birth_date, today=local(uow.now()).date())
    if number is None or born is None:
        raise Refused(Problem(Refusal.NATIONAL_INCOMPLETE))
    keys = await card_keys(uow, secrets, collectivity_id)
    card = keys.card(number)
    found_by = await _verified_as(uow, collectivity_id, card)
    if found_by is None:
        listed = await listed_as(uow, collectivity_id, card)
        if listed is None or not hmac.compare_digest(listed["birth"], keys.birth(number, born)):
            raise Refused(Problem(Refusal.NATIONAL_NOT_RESIDENT))
        await settle_listed(uow, collectivity_id, card, listed, Method.NATIONAL)
        found_by = Method.LIST
    activated = await claim(uow, collectivity_id, card, person_id)
    if activated.refusal is None:
        event = NationalIdentityMatched(activated.residence_id, found_by.value)
        uow.record(event, collectivity_id=collectivity_id)
    return activated


async def _verified_as(uow: UnitOfWork, collectivity_id: str, card: str) -> Method | None:
    """How the town verified this card before, if it did. One statement."""
    statement = select(RESIDENCE.c.method).where(
        RESIDENCE.c.collectivity_id == collectivity_id, RESIDENCE.c.card == card
    )
    method = (await uow.session.execute(statement)).scalar_one_or_none()
    return Method(method) if method else None
