"""The link of an e-mail: the same sign-in as its code. Whichever comes first uses up both."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.identity import nonce_fingerprint
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.sign_in import (
    CODE_LIFE,
    SIGN_IN,
    Browser,
    contact_of,
    going_straight_in,
)
from pacto_participe.accounts.tables import LOGIN_CODE
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, follow_in, only
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import links

SIGN_IN_LINK = "pacto/sign-in/1"

_USE_LINK = Sql(
    "UPDATE login_code SET proved_at = :now WHERE code_id = :code AND nonce = :nonce "
    "AND purpose = :purpose AND proved_at IS NULL AND expires_at > :now AND tries_left > 0 "
    "RETURNING kind, value"
)


def link_token(secrets: Secrets, code_id: str, *, expires_at: datetime) -> str:
    """What the link of a sign-in ends with. Its time is the code's, however late it is sent."""
    return links.sign(secrets, SIGN_IN_LINK, code_id, now=expires_at - CODE_LIFE)


def code_of_link(secrets: Secrets, token: str, *, now: datetime) -> str:
    """The sign-in that a link is of. Raises Refused: not ours, not for signing in, too old."""
    code_id = links.read(secrets, SIGN_IN_LINK, token, max_age=CODE_LIFE, now=now)
    if code_id is None:
        raise Refused(Problem(Refusal.LINK_OVER))
    return code_id


async def use_link(uow: UnitOfWork, browser: Browser, code_id: str) -> str | None:
    """Use up a sign-in by its link, as its code would, and go straight in. Raises Refused.

    Returns the ticket; None when several share the address.
    """
    now = uow.now()
    mine = {
        "code": code_id,
        "nonce": nonce_fingerprint(browser.nonce),
        "purpose": SIGN_IN,
        "now": now,
    }
    proved = await follow_in(uow.session, only(Step(_USE_LINK, mine)))
    if not proved:
        await require_open_link(uow.session, browser.nonce, code_id, now=now)
        raise Refused(Problem(Refusal.LINK_USED))
    return await follow_in(uow.session, going_straight_in(now, browser, contact_of(proved[0])))


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
