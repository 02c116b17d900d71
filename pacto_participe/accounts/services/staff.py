"""Who works for a collectivity."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.events import OperatorEnded, OperatorMade, RoleEnded, RoleGiven
from pacto_participe.accounts.policies import Refusal, may_give_roles
from pacto_participe.accounts.services.passwords import set_password
from pacto_participe.accounts.services.people import add_contact, make_person
from pacto_participe.accounts.tables import CONTACT, MEMBERSHIP, PERSON
from pacto_participe.approvals.domain import Act
from pacto_participe.approvals.services import require_second_person
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import sessions

MOST_ON_AN_ADDRESS = 4


async def add_staff(
    uow: UnitOfWork,
    collectivity_id: str,
    contact: Contact,
    role: Role,
    password_hash: str,
    *,
    name: str = "",
) -> str:
    """A person with a role and a password (see passwords.hash_of). At most seven statements.

    Whoever has an account on this contact already gets the role in it. Raises NotAllowed.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    person_id = await _known_or_new(uow, contact, name=name)
    await set_password(uow, person_id, password_hash)
    await give_role(uow, collectivity_id, person_id, role)
    return person_id


async def give_role(
    uow: UnitOfWork,
    collectivity_id: str,
    person_id: str,
    role: Role,
    *,
    until: datetime | None = None,
) -> None:
    """Someone works for the collectivity, until a date or an end. Raises NotAllowed.

    Where two people are needed, an administrator is made by an offer that the second one confirmed: here
    that is Refused to whoever is signed in. At most three statements.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    await may_become(uow, collectivity_id, role, person_id)
    await keep_role(uow, collectivity_id, person_id, role, until=until)
    uow.record(RoleGiven(role.value), collectivity_id=collectivity_id)


async def may_become(uow: UnitOfWork, collectivity_id: str, role: Role, subject: str) -> None:
    """The lock before a role is given. Raises Refused for an administrator whom two did not agree on.

    `subject` is the offer that they agreed on. At most two statements.
    """
    if role is Role.ADMINISTRATOR:
        await require_second_person(uow, collectivity_id, Act.GIVE_ADMINISTRATOR, subject)


async def keep_role(
    uow: UnitOfWork, collectivity_id: str, person_id: str, role: Role, *, until: datetime | None
) -> None:
    """Write a role down; who may give it has been asked. One statement."""
    row = insert_or(MEMBERSHIP).values(
        collectivity_id=collectivity_id,
        person_id=person_id,
        role=role,
        since=uow.now(),
        until=until,
    )
    await uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["collectivity_id", "person_id", "role"],
            set_={"since": row.excluded.since, "until": row.excluded.until},
        )
    )


async def end_role(uow: UnitOfWork, collectivity_id: str, person_id: str, role: Role) -> None:
    """Someone does not work here any more, from now on. Raises NotAllowed and NotFound.

    The only administrator stays: Refused. Two who end each other at once are told apart by a lock.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    if role is Role.ADMINISTRATOR:
        await _refuse_the_last(uow, collectivity_id, person_id)
    member = MEMBERSHIP.c
    statement = (
        update(MEMBERSHIP)
        .where(
            member.collectivity_id == collectivity_id,
            member.person_id == person_id,
            member.role == role,
        )
        .values(until=uow.now())
        .returning(member.person_id)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise NotFound
    uow.record(RoleEnded(role.value), collectivity_id=collectivity_id)


async def end_own_roles(uow: UnitOfWork, person_id: str) -> None:
    """Whoever closes their account works nowhere any more; the journal of each town is told. Two statements.

    Raises Refused while they are the only administrator of a town: nobody could be invited there any more.
    Two who close at once are told apart by the lock.
    """
    member = MEMBERSHIP.c
    theirs = select(member.collectivity_id).where(
        member.person_id == person_id, member.role == Role.ADMINISTRATOR
    )
    administrators = await _locked_administrators(uow, member.collectivity_id.in_(theirs))
    if any(people == {person_id} for people in administrators.values()):
        raise Refused(Problem(Refusal.LAST_ADMINISTRATOR_LEAVES, "sure"))
    ended = (
        delete(MEMBERSHIP)
        .where(member.person_id == person_id)
        .returning(member.collectivity_id, member.role, member.until)
    )
    now = uow.now()
    for town, role, until in sorted((await uow.session.execute(ended)).all()):
        if until is None or until > now:
            # The door is open to everybody; what they end here is their own work.
            acting = Actor(person_id=person_id, roles=frozenset({(town, Role(role))}))
            uow.record(RoleEnded(Role(role).value), collectivity_id=town, by=acting)


async def _refuse_the_last(uow: UnitOfWork, collectivity_id: str, person_id: str) -> None:
    here = MEMBERSHIP.c.collectivity_id == collectivity_id
    administrators = await _locked_administrators(uow, here)
    if administrators.get(collectivity_id) == {person_id}:
        raise Refused(Problem(Refusal.LAST_ADMINISTRATOR))


async def _locked_administrators(
    uow: UnitOfWork, where: ColumnElement[bool]
) -> dict[str, set[str]]:
    """Who is an administrator now, town by town, held until the transaction ends. One statement.

    Now is asked after the lock: a role that ended while we waited for it has ended.
    """
    member = MEMBERSHIP.c
    statement = (
        select(member.collectivity_id, member.person_id, member.until)
        .where(member.role == Role.ADMINISTRATOR, where)
        .order_by(member.collectivity_id, member.person_id)
        .with_for_update()
    )
    held = (await uow.session.execute(statement)).all()
    now, people = uow.now(), defaultdict[str, set[str]](set)
    for town, person_id, until in held:
        if until is None or until > now:
            people[town].add(person_id)
    return dict(people)


async def make_operator(uow: UnitOfWork, contact: Contact, password_hash: str) -> str:
    """Someone runs this installation: said on the command line only. At most five statements.

    Whoever has an account on this contact already keeps it. Their work needs the second factor, which
    they are led to set up.
    """
    person_id = await _known_or_new(uow, contact)
    await set_password(uow, person_id, password_hash)
    await uow.session.execute(
        update(PERSON).where(PERSON.c.person_id == person_id).values(is_operator=True)
    )
    uow.record(OperatorMade())
    return person_id


async def end_operator(uow: UnitOfWork, contact: Contact) -> bool:
    """They run it no more, and are signed out. False when nobody on this contact did."""
    theirs = select(CONTACT.c.person_id).where(CONTACT.c.value == contact.value)
    statement = (
        update(PERSON)
        .where(PERSON.c.person_id.in_(theirs), PERSON.c.is_operator)
        .values(is_operator=False)
        .returning(PERSON.c.person_id)
    )
    ended = list((await uow.session.execute(statement)).scalars())
    for person_id in ended:
        await sessions.end_all(uow.session, person_id)
        uow.record(OperatorEnded())
    return bool(ended)


async def _known_or_new(uow: UnitOfWork, contact: Contact, *, name: str = "") -> str:
    """The first account on a contact, or a new one."""
    statement = select(CONTACT.c.person_id).where(CONTACT.c.value == contact.value)
    known = (await uow.session.execute(statement.order_by(CONTACT.c.place))).scalars().first()
    if known is not None:
        return str(known)
    person_id = await make_person(uow, name=name)
    await add_contact(uow, contact, person_id, most=MOST_ON_AN_ADDRESS)
    return person_id
