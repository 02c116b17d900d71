"""Signing in by a code to a phone or an address. One phone may serve a family: the number is not the person.

The code is made from the id of the sign-in and a key outside the database: no row, job or backup
holds it. It is bound to the browser that asked by a random text in a cookie. The link of an e-mail holds
the signed id and is the same sign-in: whichever comes first, link or code, uses up both.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, RowMapping, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts import queries
from pacto_participe.accounts.domain.identity import nonce_fingerprint
from pacto_participe.accounts.domain.people import Contact, ContactKind
from pacto_participe.accounts.domain.slips import login_code, read_login_code
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.people import add_contact, make_person, note_proof
from pacto_participe.accounts.tables import LOGIN_CODE
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import NATION, UnitOfWork
from pacto_participe.web import links

LOGIN_KEY = "login"
CODE_MINUTES = 10
CODE_LIFE = timedelta(minutes=CODE_MINUTES)
TRIES_PER_CODE = 5
SIGN_IN = "sign-in"
SIGN_IN_LINK = "pacto/sign-in/1"
SEND_CODE = "accounts:send-code"


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What became of a try at a code. A wrong try must be kept, so it is an answer and no exception."""

    contact: Contact | None = None
    refusal: Refusal | None = None
    tries_left: int = 0

    def require(self) -> Contact:
        """The proved contact. Raises Refused, for callers outside the transaction."""
        if self.contact is None:
            problem = Problem(self.refusal or Refusal.CODE_WRONG, "code", {"left": self.tries_left})
            raise Refused(problem)
        return self.contact


async def ask_code(
    uow: UnitOfWork, contact: Contact, nonce: str, *, language: str, purpose: str = SIGN_IN
) -> None:
    """Begin a sign-in (or what else a code is for) and have its code sent after the commit. Two statements.

    Nothing tells whether the contact is known: the same happens for all.
    """
    code_id = uuid4().hex
    await uow.session.execute(
        insert(LOGIN_CODE).values(
            code_id=code_id,
            nonce=nonce_fingerprint(nonce),
            kind=contact.kind,
            value=contact.value,
            language=language,
            purpose=purpose,
            tries_left=TRIES_PER_CODE,
            expires_at=uow.now() + CODE_LIFE,
        )
    )
    await ask(
        uow.session,
        SEND_CODE,
        collectivity_id=NATION,
        due_at=uow.now(),
        key=code_id,
        code_id=code_id,
    )


async def try_code(
    uow: UnitOfWork, secrets: Secrets, nonce: str, typed: str, *, purpose: str = SIGN_IN
) -> CodeAnswer:
    """Try a code in the browser that asked for it. At most two statements.

    A try is taken by a condition that the database checks, so that fifty at once are five. Never
    raises for a wrong code: the caller lets the transaction commit, then calls `require()`.
    """
    code = LOGIN_CODE.c
    statement = (
        update(LOGIN_CODE)
        .where(
            code.nonce == nonce_fingerprint(nonce),
            code.purpose == purpose,
            code.proved_at.is_(None),
            code.expires_at > uow.now(),
            code.tries_left > 0,
        )
        .values(tries_left=code.tries_left - 1)
        .returning(code.code_id, code.kind, code.value, code.tries_left)
    )
    taken = (await uow.session.execute(statement)).mappings().one_or_none()
    if taken is None:
        return CodeAnswer(refusal=await _why_no_try(uow, nonce))
    expected = login_code(secrets.get_or_make(LOGIN_KEY), taken["code_id"])
    if not hmac.compare_digest(expected.encode(), read_login_code(typed).encode()):
        left = taken["tries_left"]
        refusal = Refusal.CODE_WRONG if left else Refusal.CODE_TRIED_TOO_OFTEN
        return CodeAnswer(refusal=refusal, tries_left=left)
    await uow.session.execute(
        update(LOGIN_CODE).where(code.code_id == taken["code_id"]).values(proved_at=uow.now())
    )
    return CodeAnswer(contact=_contact_of(taken))


async def _why_no_try(uow: UnitOfWork, nonce: str) -> Refusal:
    code = LOGIN_CODE.c
    statement = select(code.proved_at, code.expires_at, code.tries_left).where(
        code.nonce == nonce_fingerprint(nonce)
    )
    found = (await uow.session.execute(statement)).one_or_none()
    if found is None:
        return Refusal.CODE_NOT_ASKED_HERE
    if found.proved_at is not None:
        return Refusal.CODE_USED
    return Refusal.CODE_EXPIRED if found.expires_at <= uow.now() else Refusal.CODE_TRIED_TOO_OFTEN


def link_token(secrets: Secrets, code_id: str, *, expires_at: datetime) -> str:
    """What the link of a sign-in ends with. Its time is the code's, however late it is sent."""
    return links.sign(secrets, SIGN_IN_LINK, code_id, now=expires_at - CODE_LIFE)


def code_of_link(secrets: Secrets, token: str, *, now: datetime) -> str:
    """The sign-in that a link is of. Raises Refused: not ours, not for signing in, too old."""
    code_id = links.read(secrets, SIGN_IN_LINK, token, max_age=CODE_LIFE, now=now)
    if code_id is None:
        raise Refused(Problem(Refusal.LINK_OVER))
    return code_id


async def use_link(uow: UnitOfWork, nonce: str, code_id: str) -> Contact:
    """Use up a sign-in by its link, as its code would. Raises Refused. At most two statements."""
    code = LOGIN_CODE.c
    statement = (
        update(LOGIN_CODE)
        .where(
            code.code_id == code_id,
            code.nonce == nonce_fingerprint(nonce),
            code.purpose == SIGN_IN,
            code.proved_at.is_(None),
            code.expires_at > uow.now(),
            code.tries_left > 0,
        )
        .values(proved_at=uow.now())
        .returning(code.kind, code.value)
    )
    proved = (await uow.session.execute(statement)).mappings().one_or_none()
    if proved is None:
        await require_open_link(uow.session, nonce, code_id, now=uow.now())
        raise Refused(Problem(Refusal.LINK_USED))
    return _contact_of(proved)


async def require_open_link(
    session: AsyncSession, nonce: str, code_id: str, *, now: datetime
) -> None:
    """Raises Refused unless a link would sign this browser in. Changes nothing. One statement."""
    code = LOGIN_CODE.c
    statement = select(code.nonce, code.proved_at, code.expires_at, code.tries_left).where(
        code.code_id == code_id, code.purpose == SIGN_IN
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None or found.expires_at <= now:
        raise Refused(Problem(Refusal.LINK_OVER))
    if found.proved_at is not None:
        raise Refused(Problem(Refusal.LINK_USED))
    if found.nonce != nonce_fingerprint(nonce):
        raise Refused(Problem(Refusal.LINK_NOT_ASKED_HERE))
    if found.tries_left <= 0:
        raise Refused(Problem(Refusal.CODE_TRIED_TOO_OFTEN))


async def proved_contact(uow: UnitOfWork, nonce: str) -> Contact:
    """The contact that this browser has proved and not used yet. Raises Refused. One statement."""
    code = LOGIN_CODE.c
    statement = select(code.kind, code.value).where(*_is_proved(uow, nonce))
    found = (await uow.session.execute(statement)).mappings().one_or_none()
    if found is None:
        raise Refused(Problem(Refusal.CODE_EXPIRED))
    return _contact_of(found)


async def sign_in_as(
    uow: UnitOfWork, nonce: str, person_id: str | None, *, language: str, most: int
) -> str:
    """Use a proved contact, once, to sign in as one of its people, or as someone new (None).

    Returns the person. Raises Refused: not proved, not one of them, or the phone is full.
    """
    code = LOGIN_CODE.c
    statement = (
        update(LOGIN_CODE)
        .where(*_is_proved(uow, nonce))
        .values(used_at=uow.now())
        .returning(code.kind, code.value)
    )
    used = (await uow.session.execute(statement)).mappings().one_or_none()
    if used is None:
        raise Refused(Problem(Refusal.CODE_EXPIRED))
    contact = _contact_of(used)
    if person_id is None:
        newcomer = await make_person(uow, language=language)
        await add_contact(uow, contact, newcomer, most=most)
        return newcomer
    people = await queries.people_on(uow.session, contact)
    if person_id not in {person.person_id for person in people}:
        raise Refused(Problem(Refusal.NOT_ON_THIS_PHONE, "person"))
    await note_proof(uow, contact, person_id)
    return person_id


def _is_proved(uow: UnitOfWork, nonce: str) -> tuple[ColumnElement[bool], ...]:
    code = LOGIN_CODE.c
    return (
        code.nonce == nonce_fingerprint(nonce),
        code.purpose == SIGN_IN,
        code.proved_at.is_not(None),
        code.used_at.is_(None),
        code.expires_at > uow.now(),
    )


def _contact_of(row: RowMapping) -> Contact:
    return Contact(ContactKind(row["kind"]), row["value"])
