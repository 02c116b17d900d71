"""Tries are counted in the database, by keyed fingerprints of who tries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.identity import tries_fingerprint
from pacto_participe.accounts.domain.slips import read_slip
from pacto_participe.accounts.policies import UNREADABLE, Refusal
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql
from pacto_participe.web.rate_limits import Try, count_tries, give_back

log = structlog.get_logger()

TRIES_KEY = "tries"
SAY_WHEN_LEFT = 5
Asked = tuple[Try, ...]  # counted, and given back if what was tried is right


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in a window of so many seconds."""

    what: str
    most: int
    seconds: int


# Many people share one address of a mobile operator, so only what fails is counted against it.
WRONG_BY_ADDRESS = Limit("identity:address", 60, 600)
# A slip has 40 bits: guessing from any number of addresses finds nothing at this pace.
WRONG_BY_TOWN = Limit("identity:town", 3_000, 3_600)
# Who knows a neighbour's number could try every birth date: the counter is the way out.
WRONG_BY_CARD = Limit("identity:card", 5, 86_400)
# Who finds a letter could try every birth date.
WRONG_BY_CODE = Limit("identity:code", 5, 86_400)
CODES_BY_CONTACT = Limit("code:contact", 5, 900)
# Five tries each: in a day somebody's six digits are guessed once in 6,600, from however many addresses.
CODES_BY_CONTACT_AND_DAY = Limit("code:contact-day", 30, 86_400)
CODES_BY_ADDRESS = Limit("code:address", 120, 3_600)
WRONG_LINKS_BY_ADDRESS = Limit("link:address", 60, 600)
WRONG_PASSKEYS_BY_ADDRESS = Limit("passkey:address", 60, 600)
PASSWORDS_BY_CONTACT = Limit("password:contact", 10, 900)
PASSWORDS_BY_ADDRESS = Limit("password:address", 100, 900)
# Three of a million codes are right at any moment: fifty tries a day find one in eighteen years.
SECOND_BY_PERSON = Limit("second:person", 10, 900)
SECOND_BY_PERSON_AND_DAY = Limit("second:person-day", 50, 86_400)
# Each try asks another server something; nobody signs in there by mistake twenty times an hour.
NATIONAL_BY_PERSON = Limit("national:person", 20, 3_600)

_TRIED = Sql(
    "SELECT tries FROM rate_limit WHERE what = :what AND who = :who AND window_start = :start"
)


def fingerprint(secrets: Secrets, who: str) -> str:
    """Whose tries these are, as the table keeps it."""
    return tries_fingerprint(secrets.get_or_make(TRIES_KEY), who)


async def count(
    database: Database, secrets: Secrets, clock: Clock, *tries: tuple[Limit, str]
) -> Asked:
    """Count tries in a transaction of their own. Raises TooMany, and the count stays.

    What is over one limit is not counted against those after it: who asks and asks within a minute does
    not use up the day of whoever it is about.
    """
    asked = _asked(secrets, tries)
    await count_tries(database, asked, now=clock.now())
    return asked


async def forgive(database: Database, secrets: Secrets, *tries: tuple[Limit, str]) -> None:
    """Give back tries that turned out right. One statement each, in a transaction of their own.

    What they opened is done by now (a slip is spent). Whatever goes wrong here, the tries stay counted:
    nobody is told to try again what serves only once.
    """
    try:
        await give_back(database, _asked(secrets, tries))
    except Exception:
        log.exception("tries_stay_counted", what=[limit.what for limit, _ in tries])


def _asked(secrets: Secrets, tries: tuple[tuple[Limit, str], ...]) -> Asked:
    return tuple(
        Try(limit.what, fingerprint(secrets, who), limit.most, limit.seconds)
        for limit, who in tries
    )


@asynccontextmanager
async def wrong_tries(
    database: Database, secrets: Secrets, clock: Clock, limit: Limit, who: str
) -> AsyncIterator[None]:
    """Around a try, outside its transaction: what is refused inside counts as one wrong try of `who`.

    Counted before it is made and given back when it is right, as `identity_tries` does. Raises TooMany
    before anything is tried.
    """
    await count(database, secrets, clock, (limit, who))
    try:
        yield
    except Refused:
        raise
    except BaseException:
        await forgive(database, secrets, (limit, who))
        raise
    await forgive(database, secrets, (limit, who))


@asynccontextmanager
async def identity_tries(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    *,
    collectivity_id: str,
    client: str,
    cnie: str = "",
    code: str = "",
) -> AsyncIterator[None]:
    """Around a try at a slip, a letter or the list, outside its transaction. `code`: of a letter.

    What is refused inside counts as one wrong try of the letter, of the card's number, of `client`
    (web.client.client_of) and of the town, and the refusal says how many are left when they are few: of
    who tries and of what is tried, never of the town, which would tell how many others guess there. What is
    right, or could not even be read, costs nothing. A try is counted before it is made and given back
    afterwards, so that a thousand at once are as many as one after the other. Raises TooMany before
    anything is tried; what is tried too often itself takes nothing from its neighbours on one address.
    """
    counted = []
    letter = read_slip(code)
    if letter is not None:
        counted.append((WRONG_BY_CODE, f"{collectivity_id}:{letter}"))
    number = read_card_number(cnie)
    if number is not None:
        counted.append((WRONG_BY_CARD, f"{collectivity_id}:{number.text}"))
    counted += [(WRONG_BY_ADDRESS, client), (WRONG_BY_TOWN, collectivity_id)]
    await count(database, secrets, clock, *counted)
    try:
        yield
    except Refused as refused:
        if all(problem.code in UNREADABLE for problem in refused.problems):
            await forgive(database, secrets, *counted)
            raise
        now = clock.now()
        *own, of_town = [await _left(database, secrets, now, limit, who) for limit, who in counted]
        still = min(own)
        # More than the town has left would not be true.
        if still <= min(SAY_WHEN_LEFT, of_town):
            more = Problem(Refusal.TRIES_LEFT, values={"left": still})
            raise type(refused)(*refused.problems, more) from refused
        raise
    except BaseException:
        await forgive(database, secrets, *counted)  # a fault of ours is nobody's try
        raise
    await forgive(database, secrets, *counted)


async def _left(database: Database, secrets: Secrets, now: datetime, limit: Limit, who: str) -> int:
    """How many tries are left in this window, 0 at least. One statement."""
    instant = int(now.astimezone(UTC).timestamp())
    start = instant - instant % limit.seconds
    row = await database.quick.one(
        _TRIED, what=limit.what, who=fingerprint(secrets, who), start=start
    )
    return max(0, limit.most - (row["tries"] if row else 0))
