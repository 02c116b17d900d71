"""A polling desk on a shared device: opened by a clerk, handed over, cleared, ended.

The device holds no session, neither the clerk's nor a resident's: only the ticket of the desk. Whoever
holds it can vote while a turn runs, in this vote alone; identifying the next person asks for the PIN.
"""

import secrets as chance
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, or_, update

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts import services as people
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.people import NOTHING_SAID, Facts
from pacto_participe.accounts.services.passwords import check_password, is_pin
from pacto_participe.accounts.services.tries import Limit, wrong_tries
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.decisions import Denied, require
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import VoteState
from pacto_participe.voting.events import DeskClosed, DeskOpened
from pacto_participe.voting.policies import DeskRefusal, VoteRefusal, may_keep_desk
from pacto_participe.voting.queries import Desk, Vote
from pacto_participe.voting.services.casting import Booth, require_eligible, require_open
from pacto_participe.voting.tables import DeskRow
from pacto_participe.web.desks import HOURS
from pacto_participe.web.rate_limits import give_back
from pacto_participe.web.sessions import fingerprint

PIN_DIGITS = 6
TURN = timedelta(minutes=10)  # since the last page of the voter
RECEIPT = timedelta(seconds=60)
WRONG_PINS = Limit("desk:pin", 10, 900)


def read_pin(typed: str) -> str:
    """Six digits, in any digits that keyboards have. Raises Refused for another shape."""
    written = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed.strip())
    if len(written) != PIN_DIGITS or not written.isdecimal() or len(set(written)) == 1:
        raise Refused(Problem(DeskRefusal.PIN_SHAPE, "pin"))
    return written


async def open_desk(uow: UnitOfWork, vote: Vote, hashed_pin: str) -> str:
    """Make this device a desk of an open vote; the clerk's own session ends. The ticket for the cookie.

    `hashed_pin` is made before the transaction (`hash_of_pin`). Raises NotAllowed and Refused.
    """
    charter = vote.charter
    require(may_keep_desk(uow.actor, charter.collectivity_id))
    if vote.state(uow.now()) is not VoteState.OPEN or vote.sealed_at is not None:
        raise Refused(Problem(DeskRefusal.NO_VOTE, "vote"))
    ticket, desk_id = chance.token_urlsafe(32), uuid4().hex
    uow.session.add(
        DeskRow(
            collectivity_id=charter.collectivity_id,
            desk_id=desk_id,
            vote_id=charter.vote_id,
            ticket=fingerprint(ticket),
            pin=hashed_pin,
            opened_by=uow.actor.person_id or "",
            opened_at=uow.now(),
            expires_at=uow.now() + timedelta(hours=HOURS),
        )
    )
    await uow.session.flush()
    if uow.actor.session_id is not None:
        await people.sign_out(uow, uow.actor.session_id)
    uow.record(DeskOpened(charter.vote_id, desk_id), collectivity_id=charter.collectivity_id)
    return ticket


async def require_pin(
    database: Database, secrets: Secrets, clock: Clock, desk: Desk, typed: str
) -> None:
    """Whoever holds the device is the clerk. Raises Refused, and TooMany after ten wrong ones."""
    async with wrong_tries(database, secrets, clock, WRONG_PINS, desk.desk_id):
        try:
            pin = read_pin(typed)
        except Refused:
            pin = ""
        if not pin or not await is_pin(desk.pin, pin):
            raise Refused(Problem(DeskRefusal.PIN_WRONG, "pin"))


async def clerk_of(uow: UnitOfWork, desk: Desk) -> Actor:
    """Who opened the desk, with the roles that still run. Raises NotAllowed when none does."""
    clerk = await _with_roles(uow, desk, desk.opened_by)
    require(may_keep_desk(clerk, desk.collectivity_id))
    return clerk


async def _with_roles(uow: UnitOfWork, desk: Desk, person_id: str) -> Actor:
    roles = await accounts.roles_of(uow.session, desk.collectivity_id, person_id, uow.now())
    return Actor(person_id=person_id, roles=roles)


@dataclass(frozen=True, slots=True)
class Shown:
    """What someone shows at the desk: a card that the clerk has seen, or the code of a slip."""

    cnie: str = ""
    birth_date: str = ""
    district: str = ""
    code: str = ""
    facts: Facts = NOTHING_SAID


async def receive(uow: UnitOfWork, secrets: Secrets, desk: Desk, shown: Shown) -> str:
    """Identify whoever stands at the desk. The residence. Raises NotAllowed and Refused."""
    uow.actor = await clerk_of(uow, desk)
    if shown.code:
        slip = await people.activate_slip(uow, secrets, desk.collectivity_id, shown.code, None)
        return slip.residence_id
    if not shown.cnie and not shown.birth_date:
        raise Refused(Problem(DeskRefusal.CARD_MISSING, "cnie"))
    present = await people.identify(
        uow,
        secrets,
        desk.collectivity_id,
        shown.cnie,
        shown.birth_date,
        shown.district,
        shown.facts,
    )
    return present.residence_id


async def begin_turn(
    uow: UnitOfWork, database: Database, secrets: Secrets, desk: Desk, vote: Vote, residence_id: str
) -> None:
    """The device is this resident's for the turn. Raises Refused: too young, closed, or in use.

    The condition of the update is the guard: of two who begin a turn at once, one does.
    """
    resident = await accounts.resident_in(uow.session, desk.collectivity_id, residence_id)
    if resident is None:
        raise Refused(Problem(VoteRefusal.NOT_A_RESIDENT))
    booth = Booth(database, secrets, vote, resident, uow.now())
    require_eligible(booth)
    require_open(booth)
    begun = await uow.rows_changed(
        update(DeskRow)
        .where(
            *_row(desk),
            col(DeskRow.expires_at) > uow.now(),
            or_(
                col(DeskRow.residence_id).is_(None),
                col(DeskRow.turn_until) <= uow.now(),
                col(DeskRow.has_cast),
            ),
        )
        .values(
            residence_id=residence_id,
            turn=uuid4().hex,
            turn_until=uow.now() + TURN,
            has_cast=False,
            turns=col(DeskRow.turns) + 1,
        )
    )
    if begun != 1:
        raise Refused(Problem(DeskRefusal.BUSY))


async def note_cast(uow: UnitOfWork, desk: Desk) -> None:
    """The ballot of this turn is counted: a minute for the receipt is left."""
    await _change(uow, desk, has_cast=True, turn_until=uow.now() + RECEIPT)


async def give_time(uow: UnitOfWork, desk: Desk) -> None:
    """The voter is still there."""
    span = RECEIPT if desk.has_cast else TURN
    await _change(uow, desk, col(DeskRow.has_cast) == desk.has_cast, turn_until=uow.now() + span)


async def clear(uow: UnitOfWork, desk: Desk) -> None:
    """The turn is over, whoever asks for it: nobody holds the device."""
    await _change(uow, desk, residence_id=None, turn="", turn_until=None, has_cast=False)


async def _change(
    uow: UnitOfWork,
    desk: Desk,
    *if_also: ColumnElement[bool],
    **values: str | bool | datetime | None,
) -> None:
    """Only in the turn that was seen: a late request of a former voter changes nothing of the next."""
    same = (*_row(desk), col(DeskRow.turn) == desk.turn, *if_also)
    await uow.session.execute(update(DeskRow).where(*same).values(**values))


async def keeper_by_password(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    *,
    email: str,
    password: str,
    client: str,
) -> str:
    """Whose password it is, when the PIN is forgotten: the person. Nobody is signed in by it.

    Without the second step, as a desk that ends opens nothing. Raises Refused and TooMany.
    """
    contact = read_contact(email)
    right = await check_password(database, secrets, clock, contact, password, client=client)
    await give_back(database, right.tries)
    return right.person_id


async def end_desk(uow: UnitOfWork, desk: Desk, keeper: str = "") -> None:
    """The device is no desk any more, by whoever opened it, whose PIN was asked for before, or by another
    `keeper` of the same place. Raises Refused.
    """
    ending = await _with_roles(uow, desk, keeper or desk.opened_by)
    decision = may_keep_desk(ending, desk.collectivity_id)
    if keeper and isinstance(decision, Denied):
        raise Refused(Problem(decision.reason, "email"))
    ended = await uow.session.execute(
        delete(DeskRow).where(*_row(desk)).returning(col(DeskRow.turns))
    )
    turns = ended.scalar_one_or_none()
    if turns is None:
        return  # ended in another window
    uow.actor = ending
    uow.record(DeskClosed(desk.vote_id, desk.desk_id, turns), collectivity_id=desk.collectivity_id)


def _row(desk: Desk) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        col(DeskRow.collectivity_id) == desk.collectivity_id,
        col(DeskRow.desk_id) == desk.desk_id,
    )
