"""Sheets of codes that a mediator takes to a douar. A code there is a claim, and the list or the counter
confirms it: whoever holds a sheet could type numbers that are nobody's. Source: docs/decisions/0019.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pacto_participe.accounts.domain.batches import MOST_STRIPS, Batch, CodeState
from pacto_participe.accounts.domain.cards import (
    adult_on,
)
from pacto_participe.accounts.domain.identity import slip_fingerprint
from pacto_participe.accounts.domain.list_file import LONGEST_DISTRICT
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.domain.slips import read_slip, shown_slip
from pacto_participe.accounts.events import CodeUsed
from pacto_participe.accounts.policies import Refusal, may_make_codes
from pacto_participe.accounts.services.batches import (
    find_code,
    held_batch,
    is_code_elsewhere,
    make_batch,
    make_codes,
    problems_of_days,
    store_codes,
    use_code,
)
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.cases import open_meeting
from pacto_participe.accounts.services.letters import WHY_NOT
from pacto_participe.accounts.services.residence import (
    SLIP_KEY,
    Activated,
    claim,
    listed_as,
    read_card,
    settle_listed,
)
from pacto_participe.accounts.tables import (
    RESIDENCE,
)
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, Refused, refuse_if
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A sheet as it is printed, this once. Codes read XXXX-XXXX."""

    batch: Batch
    codes: tuple[str, ...]


async def make_sheet(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    batch_id: str,
    *,
    district: str,
    size: int,
    days: int,
) -> Sheet:
    """Codes for a mediator. Raises NotAllowed, Refused, and Conflict for a page sent twice."""
    require(may_make_codes(uow.actor, collectivity_id))
    problems = []
    if not 0 < len(district) <= LONGEST_DISTRICT:
        problems.append(Problem(Refusal.DISTRICT_MISSING, "district"))
    if not 1 <= size <= MOST_STRIPS:
        problems.append(Problem(Refusal.SIZE_UNREADABLE, "size", {"most": MOST_STRIPS}))
    refuse_if((*problems, *problems_of_days(days)))
    batch = await make_batch(
        uow, collectivity_id, batch_id, Method.MEDIATOR, district=district, size=size, days=days
    )
    key = secrets.get_or_make(SLIP_KEY)
    codes = make_codes(key, size)
    rows = [
        {
            "collectivity_id": collectivity_id,
            "batch_id": batch_id,
            "place": place,
            "code": slip_fingerprint(key, code),
            "district": district,
        }
        for place, code in enumerate(codes, start=1)
    ]
    await store_codes(uow, rows)
    return Sheet(batch, tuple(map(shown_slip, codes)))


async def use_sheet(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    person_id: str,
    typed_code: str,
    cnie: str,
    birth_date: str,
) -> Activated | None:
    """Use a code of a mediator, once. On the list one is verified at once; None: the counter confirms.

    Which of the two tells nobody who is on the list: the code is used up either way. Call it inside
    `identity_tries`. Raises Refused and Conflict. At most fourteen statements.
    """
    code = read_slip(typed_code)
    if code is None:
        raise Refused(Problem(Refusal.SLIP_UNREADABLE, "code"))
    number, born = read_card(cnie, birth_date, uow.now())
    keys = await card_keys(uow, secrets, collectivity_id)
    fingerprint = slip_fingerprint(secrets.get_or_make(SLIP_KEY), code)
    batch = await _good_batch(uow, collectivity_id, fingerprint)
    await _require_nobody_yet(uow, collectivity_id, person_id)
    card, birth = keys.card(number), keys.birth(number, born)
    listed = await listed_as(uow, collectivity_id, card)
    activated: Activated | None = None
    values: dict[str, Any]
    if listed is not None and hmac.compare_digest(listed["birth"], birth):
        await settle_listed(uow, collectivity_id, card, listed, Method.MEDIATOR)
        activated = await claim(uow, collectivity_id, card, person_id)
        if activated.refusal is not None:
            return activated
        values = {"residence_id": activated.residence_id}
    else:
        case_id = await open_meeting(uow, collectivity_id, person_id)
        of_age = adult_on(born, today=local(uow.now()).date())
        values = {"card": card, "birth": birth, "adult_on": of_age, "case_id": case_id}
    if not await use_code(uow, collectivity_id, fingerprint, values):
        raise Refused(Problem(Refusal.SLIP_USED, "code"))
    uow.record(CodeUsed(batch.method.value, batch.number), collectivity_id=collectivity_id)
    return activated


async def _good_batch(uow: UnitOfWork, collectivity_id: str, fingerprint: str) -> Batch:
    """The sheet of a code that can be used, held against being cancelled. Raises Refused."""
    found = await find_code(uow, collectivity_id, fingerprint)
    if found is None:
        elsewhere = await is_code_elsewhere(uow, fingerprint)
        refusal = Refusal.SLIP_OF_ANOTHER_TOWN if elsewhere else Refusal.SLIP_UNKNOWN
        raise Refused(Problem(refusal, "code"))
    method, row = found
    if method is not Method.MEDIATOR:
        raise Refused(Problem(Refusal.CODE_OF_A_LETTER, "code"))
    batch = await held_batch(uow, collectivity_id, row["batch_id"])
    state = batch.state_of_code(row["used_at"], uow.now())
    if state is not CodeState.GOOD:
        raise Refused(Problem(WHY_NOT[state], "code"))
    return batch


async def _require_nobody_yet(uow: UnitOfWork, collectivity_id: str, person_id: str) -> None:
    """An account that is a resident's already is asked no more. One statement."""
    statement = select(RESIDENCE.c.residence_id).where(
        RESIDENCE.c.collectivity_id == collectivity_id, RESIDENCE.c.person_id == person_id
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is not None:
        raise Conflict(Problem(Refusal.ALREADY_SOMEONE_HERE, "code"))
