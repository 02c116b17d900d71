"""Becoming a verified resident: by a slip given at the counter, or by the list the commune imported."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.cards import (
    CardNumber,
    adult_on,
    read_birth_date,
    read_card_number,
)
from pacto_participe.accounts.domain.cases import Clash
from pacto_participe.accounts.domain.identity import slip_fingerprint
from pacto_participe.accounts.domain.people import (
    NOTHING_SAID,
    FactReason,
    Facts,
    Method,
    Nationality,
    Tie,
)
from pacto_participe.accounts.domain.slips import read_slip, shown_slip, slip_code
from pacto_participe.accounts.events import (
    SlipIssued,
)
from pacto_participe.accounts.policies import Refusal, may_verify
from pacto_participe.accounts.services.batches import find_code, is_code_elsewhere
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.cases import open_conflict
from pacto_participe.accounts.services.changes import held_residence, revive
from pacto_participe.accounts.services.facts import facts_of_line, said_of, tell_facts
from pacto_participe.accounts.services.linking import (
    is_someone_else,
    leave_behind,
    link,
    locked_residence,
)
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import ACTIVATION_SLIP, LISTED_PERSON, RESIDENCE
from pacto_participe.collectivities.domain.folding import fold
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, Refused, refuse_if
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

SLIP_KEY = "slip"
SLIP_DAYS = 90


@dataclass(frozen=True, slots=True)
class Activated:
    """Whose account the residence belongs to now. A caller signs that person in when it is another
    than the one who was signed in, or when nobody was."""

    person_id: str
    residence_id: str
    refusal: Refusal | None = None

    def require(self) -> None:
        """Raises Conflict when nothing was activated. For callers outside the transaction: that a
        number is in another account is written down for the counter, and must be committed."""
        if self.refusal is not None:
            raise Conflict(Problem(self.refusal))


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as it is handed over. `code` reads XXXX-XXXX and is shown this once."""

    slip_id: str
    residence_id: str
    code: str
    expires_at: datetime
    is_new_resident: bool
    is_unusual_number: bool
    differs_from_list: bool = False

    def __repr__(self) -> str:
        return f"Slip({self.slip_id})"


async def issue_slip(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    cnie: str,
    birth_date: str,
    district: str = "",
    *,
    method: Method = Method.COUNTER,
    days: int = SLIP_DAYS,
    facts: Facts = NOTHING_SAID,
) -> Slip:
    """Verify someone who shows a card, and give a slip. At most seventeen statements.

    The same number gives the same residence, running again if it had ended; slips given earlier and
    not used are worth nothing any more. Raises NotAllowed and Refused (unreadable number or date).
    """
    require(may_verify(uow.actor, collectivity_id))
    number, born = read_card(cnie, birth_date, uow.now())
    residence_id, is_new = await verified(
        uow, secrets, collectivity_id, number, born, district, method, facts
    )
    await uow.session.execute(
        update(ACTIVATION_SLIP)
        .where(
            ACTIVATION_SLIP.c.collectivity_id == collectivity_id,
            ACTIVATION_SLIP.c.residence_id == residence_id,
            ACTIVATION_SLIP.c.used_at.is_(None),
            ACTIVATION_SLIP.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=uow.now())
    )
    slip_id = uuid4().hex
    key = secrets.get_or_make(SLIP_KEY)
    code = slip_code(key, slip_id)
    expires_at = uow.now() + timedelta(days=days)
    await uow.session.execute(
        ACTIVATION_SLIP.insert().values(
            collectivity_id=collectivity_id,
            slip_id=slip_id,
            code=slip_fingerprint(key, code),
            residence_id=residence_id,
            issued_by=uow.acting_role(collectivity_id),
            issued_at=uow.now(),
            expires_at=expires_at,
        )
    )
    uow.record(SlipIssued(residence_id, method.value, is_new), collectivity_id=collectivity_id)
    differs = await _compare_with_list(
        uow,
        secrets,
        collectivity_id,
        residence_id,
        (number, born),
        district,
        takes_tie=is_new and facts.tie is None,
    )
    return Slip(
        slip_id, residence_id, shown_slip(code), expires_at, is_new, number.is_unusual, differs
    )


async def _compare_with_list(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    residence_id: str,
    card: tuple[CardNumber, date],
    district: str,
    *,
    takes_tie: bool,
) -> bool:
    """Whether the list says otherwise of a card that was seen: somebody has to look, later.

    What nobody noted of nationality and tie is taken from the line, unless it is of another birth date.
    """
    keys = await card_keys(uow, secrets, collectivity_id)
    listed = await listed_as(uow, collectivity_id, keys.card(card[0]))
    if listed is None:
        return False
    if not hmac.compare_digest(listed["birth"], keys.birth(*card)):
        await open_conflict(uow, collectivity_id, Clash.BIRTH_DIFFERS, residence_id)
        return True
    await facts_of_line(uow, collectivity_id, residence_id, listed, takes_tie=takes_tie)
    if district and listed["district"] and fold(district) != fold(listed["district"]):
        await open_conflict(uow, collectivity_id, Clash.DISTRICT_DIFFERS, residence_id)
        return True
    return False


async def _as_written_here(uow: UnitOfWork, collectivity_id: str, district: str) -> str:
    """The quarter as most residents have it, where only capitals, spaces or marks differ. One statement.

    Each new spelling is a place of its own on the roll, and of few people: numbers of them are told together
    with those of the smallest other place, so that one slip of the pen would hide a whole quarter.
    """
    wanted = fold(district)
    if not wanted:
        return district
    people = func.count()
    known = await uow.session.execute(
        select(RESIDENCE.c.district, people)
        .where(RESIDENCE.c.collectivity_id == collectivity_id)
        .group_by(RESIDENCE.c.district)
        .order_by(people.desc(), RESIDENCE.c.district)
    )
    same = (name for name, _ in known if fold(name) == wanted)
    return next(same, district)


async def verified(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    number: CardNumber,
    born: date,
    district: str,
    method: Method,
    facts: Facts = NOTHING_SAID,
) -> tuple[str, bool]:
    """The residence of a number, made or running again, and whether it is new. At most seven statements.

    Two clerks who verify one person at once end with one row: the database decides. Of someone known
    already the nationality and the tie change only when `facts` says them.
    """
    district = await _as_written_here(uow, collectivity_id, district)
    keys = await card_keys(uow, secrets, collectivity_id)
    candidate, card = uuid4().hex, keys.card(number)
    seen = {"district": district, "adult_on": adult_on(born, today=local(uow.now()).date())}
    row = insert_or(RESIDENCE).values(
        collectivity_id=collectivity_id,
        residence_id=candidate,
        identity=candidate,
        card=card,
        **seen,
        method=method,
        verified_by=uow.acting_role(collectivity_id),
        verified_at=uow.now(),
        nationality=facts.nationality or Nationality.UNKNOWN,
        tie=facts.tie or Tie.LIVES,
    )
    # The card is written again where it is known: so the row is held, and its id comes back.
    statement = row.on_conflict_do_update(
        index_elements=["collectivity_id", "card"], set_={"card": card}
    ).returning(RESIDENCE.c.residence_id)
    found = str((await uow.session.execute(statement)).scalar_one())
    if found == candidate:
        return found, True
    held = await held_residence(uow, collectivity_id, found)
    said = said_of(facts)
    await revive(uow, held, seen | said)
    tell_facts(uow, held, said, FactReason.CARD_SEEN)
    return found, False


async def activate_slip(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, code: str, person_id: str | None
) -> Activated:
    """Use a slip, once. Alone it signs in: the person is made when there is none.

    Someone signed in keeps their account, unless it already belongs to another human being here (a
    family's phone): then the slip's own person is meant. A new slip brings a residence back to its
    person, whichever account it was in; it stays the same residence, so the same ballot.
    Call it inside `identity_tries`. Raises Refused. At most eleven statements.
    """
    residence = await _use_slip(uow, secrets, collectivity_id, code)
    if residence["ended_at"] is not None:
        raise Refused(Problem(Refusal.RESIDENCE_ENDED))
    target = person_id
    if target is None or await is_someone_else(uow, collectivity_id, target, residence):
        target = residence["person_id"] or await make_person(uow)
        if person_id is not None and residence["person_id"] is None:
            await _look_at_letter(uow, collectivity_id, person_id, target)
    before = await link(uow, collectivity_id, residence, target)
    if before is not None:
        await leave_behind(uow, collectivity_id, residence["residence_id"], before, target)
    return Activated(target, residence["residence_id"])


async def _look_at_letter(
    uow: UnitOfWork, collectivity_id: str, person_id: str, target: str
) -> None:
    """A slip made an account from one that a letter had verified: of a family, or of one person whose
    letter had another number. The counter looks. At most two statements."""
    home = RESIDENCE.c
    statement = select(home.residence_id).where(
        home.collectivity_id == collectivity_id,
        home.person_id == person_id,
        home.method == Method.LETTER,
        home.ended_at.is_(None),
    )
    by_letter = (await uow.session.execute(statement)).scalar_one_or_none()
    if by_letter is not None:
        await open_conflict(
            uow,
            collectivity_id,
            Clash.LETTER_AND_SLIP,
            by_letter,
            person_id=person_id,
            other_person_id=target,
        )


async def _use_slip(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, typed: str
) -> RowMapping:
    """Mark the slip as used, by a condition that only one of many at once can meet.

    The residence is locked before the slip, as by who gives a newer slip at this very instant: in
    another order the two would wait for each other for ever. Three statements.
    """
    code = read_slip(typed)
    if code is None:
        raise Refused(Problem(Refusal.SLIP_UNREADABLE, "code"))
    fingerprint = slip_fingerprint(secrets.get_or_make(SLIP_KEY), code)
    slip = ACTIVATION_SLIP.c
    this = (slip.collectivity_id == collectivity_id, slip.code == fingerprint)
    of_slip = select(slip.residence_id).where(*this).scalar_subquery()
    residence = await locked_residence(uow, collectivity_id, RESIDENCE.c.residence_id == of_slip)
    statement = (
        update(ACTIVATION_SLIP)
        .where(
            *this,
            slip.used_at.is_(None),
            slip.withdrawn_at.is_(None),
            slip.expires_at > uow.now(),
        )
        .values(used_at=uow.now())
        .returning(slip.slip_id)
    )
    used = (await uow.session.execute(statement)).scalar_one_or_none()
    if used is None or residence is None:
        raise Refused(Problem(await _why_not(uow, collectivity_id, fingerprint), "code"))
    return residence


async def _why_not(uow: UnitOfWork, collectivity_id: str, fingerprint: str) -> Refusal:
    slip = ACTIVATION_SLIP.c
    found = (
        await uow.session.execute(
            select(slip.collectivity_id, slip.used_at, slip.withdrawn_at).where(
                slip.code == fingerprint
            )
        )
    ).all()
    if not found:
        return await _why_no_slip(uow, collectivity_id, fingerprint)
    ours = [row for row in found if row.collectivity_id == collectivity_id]
    if not ours:
        return Refusal.SLIP_OF_ANOTHER_TOWN
    if ours[0].used_at is not None:
        return Refusal.SLIP_USED
    return Refusal.SLIP_WITHDRAWN if ours[0].withdrawn_at is not None else Refusal.SLIP_EXPIRED


async def _why_no_slip(uow: UnitOfWork, collectivity_id: str, fingerprint: str) -> Refusal:
    """The code may be of a letter or of a mediator: those are typed with more than the code."""
    batch = await find_code(uow, collectivity_id, fingerprint)
    if batch is not None:
        is_letter = batch[0] is Method.LETTER
        return Refusal.CODE_OF_A_LETTER if is_letter else Refusal.CODE_OF_A_MEDIATOR
    if await is_code_elsewhere(uow, fingerprint):
        return Refusal.SLIP_OF_ANOTHER_TOWN
    return Refusal.SLIP_UNKNOWN


async def match_list(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    person_id: str,
    cnie: str,
    birth_date: str,
) -> Activated:
    """Find a signed-in person in the list that the commune imported. At most ten statements.

    A wrong date and an absent number get the same answer, so that nobody learns who is on the list.
    Call it inside `identity_tries`. Raises Refused. A number that is in another account already is an
    answer and no exception: see `Activated.require`.
    """
    number, born = read_card(cnie, birth_date, uow.now())
    keys = await card_keys(uow, secrets, collectivity_id)
    card = keys.card(number)
    listed = await listed_as(uow, collectivity_id, card)
    if listed is None or not hmac.compare_digest(listed["birth"], keys.birth(number, born)):
        raise Refused(Problem(Refusal.NOT_ON_THE_LIST))
    await settle_listed(uow, collectivity_id, card, listed, Method.LIST)
    return await claim(uow, collectivity_id, card, person_id)


async def linked_to_another(
    uow: UnitOfWork, collectivity_id: str, residence: RowMapping, person_id: str
) -> Activated:
    """A residence that another account has: it stays there, and the counter looks. One statement."""
    await open_conflict(
        uow,
        collectivity_id,
        Clash.TWO_ACCOUNTS,
        residence["residence_id"],
        person_id=residence["person_id"],
        other_person_id=person_id,
    )
    return Activated(person_id, residence["residence_id"], Refusal.LINKED_TO_ANOTHER)


async def settle_listed(
    uow: UnitOfWork,
    collectivity_id: str,
    card: str,
    listed: RowMapping | Mapping[str, Any],
    method: Method,
    *,
    by: str = "",
) -> bool:
    """Somebody of the list is a resident from now on, unless they are already. Whether they are new.
    One statement."""
    candidate = uuid4().hex
    made = await uow.session.execute(
        insert_or(RESIDENCE)
        .values(
            collectivity_id=collectivity_id,
            residence_id=candidate,
            identity=candidate,
            card=card,
            district=listed["district"],
            adult_on=listed["adult_on"],
            method=method,
            verified_by=by,
            verified_at=uow.now(),
            nationality=listed["nationality"],
            tie=listed["tie"],
        )
        .on_conflict_do_nothing(index_elements=["collectivity_id", "card"])
        .returning(RESIDENCE.c.residence_id)
    )
    return made.scalar_one_or_none() is not None


async def claim(uow: UnitOfWork, collectivity_id: str, card: str, person_id: str) -> Activated:
    """Put the residence of a card in an account, or leave it where it is and write the conflict down.

    Raises Refused when it has ended, Conflict when the account is somebody else's. At most six statements.
    """
    residence = await locked_residence(uow, collectivity_id, RESIDENCE.c.card == card)
    if residence is None or residence["ended_at"] is not None:
        raise Refused(Problem(Refusal.RESIDENCE_ENDED))
    if residence["person_id"] not in {None, person_id}:
        return await linked_to_another(uow, collectivity_id, residence, person_id)
    if await is_someone_else(uow, collectivity_id, person_id, residence):
        raise Conflict(Problem(Refusal.ALREADY_SOMEONE_HERE))
    await link(uow, collectivity_id, residence, person_id)
    return Activated(person_id, residence["residence_id"])


async def take_facts_of_list(
    uow: UnitOfWork,
    collectivity_id: str,
    residence_id: str,
    card: str,
    birth: str,
    *,
    takes_tie: bool,
) -> None:
    """What the list says of a resident beside what was noted, when it has this number and this date.
    At most two statements."""
    listed = await listed_as(uow, collectivity_id, card)
    if listed is not None and hmac.compare_digest(listed["birth"], birth):
        await facts_of_line(uow, collectivity_id, residence_id, listed, takes_tie=takes_tie)


async def listed_as(uow: UnitOfWork, collectivity_id: str, card: str) -> RowMapping | None:
    """What the list says of a card: its birth date as a fingerprint, its district. One statement."""
    listed = LISTED_PERSON.c
    statement = select(
        listed.birth, listed.district, listed.adult_on, listed.nationality, listed.tie
    ).where(listed.collectivity_id == collectivity_id, listed.identity == card)
    return (await uow.session.execute(statement)).mappings().one_or_none()


def read_card(cnie: str, birth_date: str, now: datetime) -> tuple[CardNumber, date]:
    """The number and the birth date as they were typed. Raises Refused for what cannot be read."""
    number = read_card_number(cnie)
    born = read_birth_date(birth_date, today=local(now).date())
    problems = []
    if number is None:
        problems.append(Problem(Refusal.CARD_UNREADABLE, "cnie"))
    if born is None:
        problems.append(Problem(Refusal.BIRTH_UNREADABLE, "birth_date"))
    refuse_if(tuple(problems))
    assert number is not None  # noqa: S101  refused above otherwise
    assert born is not None  # noqa: S101  refused above otherwise
    return number, born
