"""Letters with codes: made from a file of addressees, used by whoever holds the letter and the card in it.

Nobody is verified by a letter that was sent, only by one that was used: it may come back, or lie in a
neighbour's box. Names and addresses are printed and never kept. Source: docs/decisions/0019.
"""

import asyncio
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.batches import Batch, CodeState, birth_lock
from pacto_participe.accounts.domain.cards import CardNumber, adult_on
from pacto_participe.accounts.domain.identity import CardKeys, slip_fingerprint
from pacto_participe.accounts.domain.letter_file import AddressedLine, read_addressees
from pacto_participe.accounts.domain.list_file import BadLine
from pacto_participe.accounts.domain.people import Method, Tie
from pacto_participe.accounts.domain.slips import read_slip, shown_slip
from pacto_participe.accounts.events import CodeUsed
from pacto_participe.accounts.policies import Refusal, may_make_codes
from pacto_participe.accounts.services.against_list import against_list
from pacto_participe.accounts.services.batches import (
    find_code,
    held_batch,
    is_code_elsewhere,
    make_batch,
    make_codes,
    store_codes,
    use_code,
)
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.linking import is_someone_else, link, locked_residence
from pacto_participe.accounts.services.lists import BadList, ListReport
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.services.residence import (
    SLIP_KEY,
    Activated,
    linked_to_another,
    read_card,
    take_facts_of_list,
)
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, Refused, refuse_if
from pacto_participe.storage.reckoning import reckoned
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

WHY_NOT = {
    CodeState.USED: Refusal.SLIP_USED,
    CodeState.CANCELLED: Refusal.BATCH_CANCELLED,
    CodeState.EXPIRED: Refusal.SLIP_EXPIRED,
}


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A letter as it is printed, this once. `code` reads XXXX-XXXX."""

    number: int
    name: str
    address: tuple[str, ...]
    district: str
    code: str


@dataclass(frozen=True, slots=True)
class Letters:
    """A batch that was just made, with everything that is printed of it."""

    batch: Batch
    letters: tuple[Letter, ...]
    left_out: tuple[BadLine, ...]


async def check_letters(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, lines: Iterable[str]
) -> ListReport:
    """Read a file and hold it against the list of the commune, without keeping anything.

    Raises NotAllowed and NoList. Two statements, and one for 500 lines.
    """
    require(may_make_codes(uow.actor, collectivity_id))
    good, bad = await asyncio.to_thread(_read, lines, local(uow.now()).date())
    keys = await card_keys(uow, secrets, collectivity_id)
    checked = await against_list(uow, collectivity_id, good, keys)
    return checked.report(bad)


def _read(lines: Iterable[str], today: date) -> tuple[list[AddressedLine], list[BadLine]]:
    good: list[AddressedLine] = []
    bad: list[BadLine] = []
    for found in read_addressees(lines, today=today):
        if isinstance(found, BadLine):
            bad.append(found)
        else:
            good.append(found)
    return good, bad


async def make_letters(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    batch_id: str,
    lines: Iterable[str],
    *,
    days: int,
    leave_out_bad: bool = False,
) -> Letters:
    """A code for every good line. With bad lines nothing is made, unless they may be left out.

    Bad is also a line that the list of the commune contradicts. What is stored of a line are fingerprints and
    the quarter. Five statements, and two for 500 letters.
    Raises NotAllowed, NoList, BadList, Refused (days), Conflict (the same page sent twice).
    """
    require(may_make_codes(uow.actor, collectivity_id))
    today = local(uow.now()).date()
    # Beside the loop, so that nobody waits for a long file.
    read, unread = await asyncio.to_thread(_read, lines, today)
    keys = await card_keys(uow, secrets, collectivity_id)
    checked = await against_list(uow, collectivity_id, read, keys)
    good, report = checked.good, checked.report(unread)
    if not good or (report.bad and not leave_out_bad):
        raise BadList(report)
    key = secrets.get_or_make(SLIP_KEY)
    codes = await reckoned(make_codes, key, len(good))
    rows = await reckoned(_rows, (collectivity_id, batch_id), good, codes, key, keys, today)
    batch = await make_batch(
        uow, collectivity_id, batch_id, Method.LETTER, size=len(good), days=days
    )
    await store_codes(uow, rows)
    letters = (
        Letter(number, line.name, line.address, line.district, shown_slip(code))
        for number, (line, code) in enumerate(zip(good, codes, strict=True), start=1)
    )
    return Letters(batch, tuple(letters), report.bad)


def _rows(
    batch: tuple[str, str],
    lines: list[AddressedLine],
    codes: list[str],
    key: bytes,
    keys: CardKeys,
    today: date,
) -> list[dict[str, Any]]:
    return [
        {
            "collectivity_id": batch[0],
            "batch_id": batch[1],
            "place": place,
            "code": slip_fingerprint(key, code),
            "birth_lock": birth_lock(key, code, line.born),
            "card": keys.card(line.number),
            "district": line.district,
            "adult_on": adult_on(line.born, today=today),
            "nationality": line.nationality,
            "tie": line.tie,
        }
        for place, (line, code) in enumerate(zip(lines, codes, strict=True), start=1)
    ]


async def use_letter(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    typed_code: str,
    typed_card: str,
    typed_birth: str,
    person_id: str | None,
) -> Activated:
    """Verify whoever holds a letter and knows the birth date and the card number of its addressee. Once.

    The number is asked because a file may be wrong in one digit: who is verified by a number that is not
    theirs could be verified once more by their card, and vote twice. It makes an account where there is
    none, and never takes a residence out of another: for that the counter wants to see the card. An
    unknown code and a wrong date get one answer. Call it inside `identity_tries`. Raises Refused and
    Conflict. At most fifteen statements.
    """
    code, number, born = _typed(typed_code, typed_card, typed_birth, uow.now())
    key = secrets.get_or_make(SLIP_KEY)
    fingerprint = slip_fingerprint(key, code)
    keys = await card_keys(uow, secrets, collectivity_id)  # held: no fingerprint changes meanwhile
    row = await _addressed(uow, collectivity_id, fingerprint, birth_lock(key, code, born))
    batch = await held_batch(uow, collectivity_id, row["batch_id"])
    state = batch.state_of_code(row["used_at"], uow.now())
    if state is not CodeState.GOOD:
        raise Refused(Problem(WHY_NOT[state], "code"))
    if not hmac.compare_digest(row["card"], keys.card(number)):
        raise Refused(Problem(Refusal.LETTER_OF_ANOTHER_CARD, "cnie"))
    residence = await residence_by_code(uow, collectivity_id, batch, row, keys.birth(number, born))
    holder: str | None = residence["person_id"]
    if holder not in {None, person_id}:
        return await _held_by_another(uow, collectivity_id, residence, person_id)
    target = person_id
    if target is None or await is_someone_else(uow, collectivity_id, target, residence):
        target = await make_person(uow)
    served = {"residence_id": residence["residence_id"], "card": None, "birth_lock": ""}
    if not await use_code(uow, collectivity_id, fingerprint, served):
        raise Refused(Problem(Refusal.SLIP_USED, "code"))
    uow.record(CodeUsed(batch.method.value, batch.number), collectivity_id=collectivity_id)
    await link(uow, collectivity_id, residence, target)
    return Activated(target, residence["residence_id"])


def _typed(
    typed_code: str, typed_card: str, typed_birth: str, now: datetime
) -> tuple[str, CardNumber, date]:
    code = read_slip(typed_code)
    problems = () if code else (Problem(Refusal.SLIP_UNREADABLE, "code"),)
    try:
        number, born = read_card(typed_card, typed_birth, now)
    except Refused as refused:
        raise Refused(*problems, *refused.problems) from None
    refuse_if(problems)
    assert code is not None  # noqa: S101  refused above otherwise
    return code, number, born


async def _addressed(
    uow: UnitOfWork, collectivity_id: str, fingerprint: str, lock: str
) -> RowMapping:
    """The line of a letter, for who knows its birth date."""
    found = await find_code(uow, collectivity_id, fingerprint)
    if found is None:
        elsewhere = await is_code_elsewhere(uow, fingerprint)
        refusal = Refusal.SLIP_OF_ANOTHER_TOWN if elsewhere else Refusal.LETTER_UNKNOWN
        raise Refused(Problem(refusal, "code"))
    method, row = found
    if method is not Method.LETTER:
        raise Refused(Problem(Refusal.CODE_OF_A_MEDIATOR, "code"))
    # A letter that served keeps nothing of the date: that it served is told to whoever holds it.
    if row["used_at"] is not None:
        raise Refused(Problem(Refusal.SLIP_USED, "code"))
    if not hmac.compare_digest(row["birth_lock"], lock):
        raise Refused(Problem(Refusal.LETTER_UNKNOWN, "code"))
    return row


async def residence_by_code(
    uow: UnitOfWork, collectivity_id: str, batch: Batch, row: RowMapping, birth: str
) -> RowMapping:
    """The residence of a code's card, made when there is none, and held. Raises Refused. Four statements.

    What the file of letters did not say, the list may: nobody is taken for living here whom it has as
    working here. `birth`: as the list would have it.
    Who was verified in another way meanwhile stays verified in that way.
    """
    candidate = uuid4().hex
    await uow.session.execute(
        insert_or(RESIDENCE)
        .values(
            collectivity_id=collectivity_id,
            residence_id=candidate,
            identity=candidate,
            card=row["card"],
            district=row["district"],
            adult_on=row["adult_on"],
            method=batch.method,
            verified_by=batch.made_by,
            verified_at=uow.now(),
            nationality=row["nationality"],
            tie=row["tie"],
        )
        .on_conflict_do_nothing(index_elements=["collectivity_id", "card"])
    )
    residence = await locked_residence(uow, collectivity_id, RESIDENCE.c.card == row["card"])
    if residence is None or residence["ended_at"] is not None:
        raise Refused(Problem(Refusal.RESIDENCE_ENDED, "code"))
    takes_tie = residence["residence_id"] == candidate and row["tie"] == Tie.LIVES
    await take_facts_of_list(
        uow, collectivity_id, residence["residence_id"], row["card"], birth, takes_tie=takes_tie
    )
    return residence


async def _held_by_another(
    uow: UnitOfWork, collectivity_id: str, residence: RowMapping, person_id: str | None
) -> Activated:
    """The addressee has an account already: for somebody signed in to another one, the counter looks."""
    if person_id is None:
        raise Conflict(Problem(Refusal.VERIFIED_ALREADY, "code"))
    return await linked_to_another(uow, collectivity_id, residence, person_id)
