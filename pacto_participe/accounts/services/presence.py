"""Someone stands at a desk with their card: verified already, or verified now as at the counter."""

from dataclasses import dataclass

from sqlalchemy import select

from pacto_participe.accounts.domain.people import NOTHING_SAID, FactReason, Facts, Method
from pacto_participe.accounts.events import ResidentVerified
from pacto_participe.accounts.policies import may_verify
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.facts import note_facts
from pacto_participe.accounts.services.residence import read_card, take_facts_of_list, verified
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.decisions import require
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Present:
    """Whose card was seen."""

    residence_id: str
    is_new_resident: bool


async def identify(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    cnie: str,
    birth_date: str,
    district: str = "",
    facts: Facts = NOTHING_SAID,
) -> Present:
    """The resident whose card a clerk has seen. Ten statements at most.

    Of someone who is verified already nothing is written but what `facts` says otherwise, and what the
    list says of a nationality that nobody noted. Whoever is not,
    or not any more, is verified as at the counter, and the journal has a line of it. Raises NotAllowed, and
    Refused (unreadable).
    """
    require(may_verify(uow.actor, collectivity_id))
    number, born = read_card(cnie, birth_date, uow.now())
    keys = await card_keys(uow, secrets, collectivity_id)
    card, birth = keys.card(number), keys.birth(number, born)
    known = await uow.session.execute(
        select(RESIDENCE.c.residence_id).where(
            RESIDENCE.c.collectivity_id == collectivity_id,
            RESIDENCE.c.card == card,
            RESIDENCE.c.ended_at.is_(None),
        )
    )
    residence_id = known.scalar_one_or_none()
    if residence_id is not None:
        await note_facts(uow, collectivity_id, residence_id, facts, FactReason.CARD_SEEN)
        await take_facts_of_list(uow, collectivity_id, residence_id, card, birth, takes_tie=False)
        return Present(str(residence_id), is_new_resident=False)
    residence_id, is_new = await verified(
        uow, secrets, collectivity_id, number, born, district, Method.COUNTER, facts
    )
    await take_facts_of_list(
        uow, collectivity_id, residence_id, card, birth, takes_tie=is_new and facts.tie is None
    )
    uow.record(
        ResidentVerified(residence_id, Method.COUNTER.value, is_new),
        collectivity_id=collectivity_id,
    )
    return Present(residence_id, is_new)
