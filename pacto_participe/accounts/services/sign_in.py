"""Signing in by a code to a phone or an address. One phone may serve a family: the number is not the person.

The code is made from the id of the sign-in and a key outside the database: no row, job or backup
holds it. It is bound to the browser that asked by a random text in a cookie. The link of an e-mail holds
the signed id and is the same sign-in: whichever comes first, link or code, uses up both.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import RowMapping, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts import queries
from pacto_participe.accounts.domain.identity import nonce_fingerprint
from pacto_participe.accounts.domain.people import Contact, ContactKind
from pacto_participe.accounts.domain.slips import login_code, read_login_code
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.people import adding_contact, making_person, noting_proof
from pacto_participe.accounts.tables import LOGIN_CODE
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.jobs import asked
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Record, Sql, instant
from pacto_participe.storage.steps import Step, Steps, follow_in
from pacto_participe.storage.unit_of_work import NATION, UnitOfWork
from pacto_participe.web import sessions

LOGIN_KEY = "login"
CODE_MINUTES = 10
CODE_LIFE = timedelta(minutes=CODE_MINUTES)
TRIES_PER_CODE = 5
SIGN_IN = "sign-in"
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


_BEGIN = Sql(
    "INSERT INTO login_code "
    "(code_id, nonce, kind, value, language, purpose, tries_left, expires_at) "
    "VALUES (:code, :nonce, :kind, :value, :language, :purpose, :tries, :end) ON CONFLICT (nonce) DO NOTHING"
)
_TRY = Sql(
    "UPDATE login_code SET tries_left = tries_left - 1 "
    "WHERE nonce = :nonce AND purpose = :purpose AND proved_at IS NULL AND expires_at > :now "
    "AND tries_left > 0 RETURNING code_id, kind, value, tries_left"
)
_WHAT_CODE = Sql("SELECT proved_at, expires_at, tries_left FROM login_code WHERE nonce = :nonce")
_PROVE = Sql("UPDATE login_code SET proved_at = :now WHERE code_id = :code")
_USE = Sql(
    "UPDATE login_code SET used_at = :now WHERE nonce = :nonce AND purpose = :purpose "
    "AND proved_at IS NOT NULL AND used_at IS NULL AND expires_at > :now RETURNING kind, value"
)


def asking(
    now: datetime,
    contact: Contact,
    nonce: str,
    code_id: str,
    *,
    language: str,
    purpose: str = SIGN_IN,
) -> Steps[None]:
    """Begin a sign-in (or what else a code is for) and have its code sent after the commit. Two statements.

    Nothing tells whether the contact is known: the same happens for all. `code_id` comes from outside, so
    that steps taken twice (a commit that was not heard of) begin one sign-in and send one message.
    """
    yield Step(
        _BEGIN,
        {
            "code": code_id,
            "nonce": nonce_fingerprint(nonce),
            "kind": contact.kind.value,
            "value": contact.value,
            "language": language,
            "purpose": purpose,
            "tries": TRIES_PER_CODE,
            "end": now + CODE_LIFE,
        },
    )
    yield asked(SEND_CODE, collectivity_id=NATION, due_at=now, key=code_id, code_id=code_id)


def new_code_id() -> str:
    """The name of a new sign-in, from which its code is made."""
    return uuid4().hex


def trying(
    now: datetime, secrets: Secrets, nonce: str, typed: str, *, purpose: str = SIGN_IN
) -> Steps[CodeAnswer]:
    """Try a code in the browser that asked for it. At most two statements.

    A try is taken by a condition that the database checks, so that fifty at once are five. Never
    raises for a wrong code: the caller lets the transaction commit, then calls `require()`.
    """
    mine = {"nonce": nonce_fingerprint(nonce), "purpose": purpose, "now": now}
    taken = yield Step(_TRY, mine)
    if not taken:
        found = yield Step(_WHAT_CODE, {"nonce": mine["nonce"]})
        return CodeAnswer(refusal=_why_no_try(found, now))
    code_id, left = taken[0]["code_id"], taken[0]["tries_left"]
    expected = login_code(secrets.get_or_make(LOGIN_KEY), code_id)
    if not hmac.compare_digest(expected.encode(), read_login_code(typed).encode()):
        refusal = Refusal.CODE_WRONG if left else Refusal.CODE_TRIED_TOO_OFTEN
        return CodeAnswer(refusal=refusal, tries_left=left)
    yield Step(_PROVE, {"code": code_id, "now": now})
    return CodeAnswer(contact=contact_of(taken[0]))


def _why_no_try(found: Sequence[Record], now: datetime) -> Refusal:
    if not found:
        return Refusal.CODE_NOT_ASKED_HERE
    if found[0]["proved_at"] is not None:
        return Refusal.CODE_USED
    is_over = instant(found[0]["expires_at"]) <= now
    return Refusal.CODE_EXPIRED if is_over else Refusal.CODE_TRIED_TOO_OFTEN


def signing_in_as(
    now: datetime, nonce: str, person_id: str | None, *, language: str, most: int
) -> Steps[str]:
    """Use a proved contact, once, to sign in as one of its people, or as someone new (None).

    Returns the person. Raises Refused: not proved, not one of them, or the phone is full.
    """
    mine = {"nonce": nonce_fingerprint(nonce), "purpose": SIGN_IN, "now": now}
    used = yield Step(_USE, mine)
    if not used:
        raise Refused(Problem(Refusal.CODE_EXPIRED))
    contact = contact_of(used[0])
    if person_id is None:
        newcomer = yield from making_person(now, language=language)
        yield from adding_contact(now, contact, newcomer, most=most)
        return newcomer
    people = yield from queries.those_on(contact)
    if person_id not in {person.person_id for person in people}:
        raise Refused(Problem(Refusal.NOT_ON_THIS_PHONE, "person"))
    yield from noting_proof(now, contact, person_id)
    return person_id


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: what binds it to its code, and what it brings along.

    `session_id`: the session it had, which ends. `person_with_second_factor`: who showed the second
    factor under that session need not show it again.
    """

    nonce: str
    language: str
    days: int
    most: int
    device: str = ""
    session_id: str | None = None
    person_with_second_factor: str = ""


def entering(now: datetime, browser: Browser, person_id: str | None) -> Steps[str]:
    """Sign in as one of the people of a proved contact, or as someone new. Returns the ticket."""
    who = yield from signing_in_as(
        now, browser.nonce, person_id, language=browser.language, most=browser.most
    )
    return (
        yield from sessions.starting(
            person_id=who,
            now=now,
            days=browser.days,
            device=browser.device,
            instead_of=browser.session_id,
            has_second_factor=browser.person_with_second_factor == who,
        )
    )


def going_straight_in(
    now: datetime, browser: Browser, contact: Contact, *, is_newcomer: bool = False
) -> Steps[str | None]:
    """Sign in when it is clear who it is. Returns the ticket; None when several share the phone."""
    people = yield from queries.those_on(contact)
    if len(people) > 1 and not is_newcomer:
        return None
    one = people[0].person_id if people and not is_newcomer else None
    return (yield from entering(now, browser, one))


def entering_by_code(
    now: datetime, secrets: Secrets, browser: Browser, typed: str, *, is_newcomer: bool = False
) -> Steps[tuple[CodeAnswer, str | None]]:
    """Try a code and, right, go straight in. What became of the try, and the ticket if there is one."""
    answer = yield from trying(now, secrets, browser.nonce, typed)
    if answer.contact is None:
        return answer, None
    ticket = yield from going_straight_in(now, browser, answer.contact, is_newcomer=is_newcomer)
    return answer, ticket


async def ask_code(
    uow: UnitOfWork, contact: Contact, nonce: str, *, language: str, purpose: str = SIGN_IN
) -> None:
    """Ask for a code within this transaction. Two statements."""
    steps = asking(uow.now(), contact, nonce, new_code_id(), language=language, purpose=purpose)
    await follow_in(uow.session, steps)


async def try_code(
    uow: UnitOfWork, secrets: Secrets, nonce: str, typed: str, *, purpose: str = SIGN_IN
) -> CodeAnswer:
    """Try a code within this transaction. At most two statements."""
    steps = trying(uow.now(), secrets, nonce, typed, purpose=purpose)
    return await follow_in(uow.session, steps)


async def proved_contact(session: AsyncSession, nonce: str, *, now: datetime) -> Contact:
    """The contact that this browser has proved and not used yet. Raises Refused. One statement."""
    code = LOGIN_CODE.c
    statement = select(code.kind, code.value).where(
        code.nonce == nonce_fingerprint(nonce),
        code.purpose == SIGN_IN,
        code.proved_at.is_not(None),
        code.used_at.is_(None),
        code.expires_at > now,
    )
    found = (await session.execute(statement)).mappings().one_or_none()
    if found is None:
        raise Refused(Problem(Refusal.CODE_EXPIRED))
    return contact_of(found)


def contact_of(row: Record | RowMapping) -> Contact:
    """The contact of a stored sign-in."""
    return Contact(ContactKind(row["kind"]), row["value"])
