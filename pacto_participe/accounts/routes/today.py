"""What the counter and the administrators of a town have to look at now."""

from collections.abc import Iterable
from datetime import timedelta

from pacto_participe.accounts import queries
from pacto_participe.accounts.policies import LIST_KEEPERS, VERIFIERS
from pacto_participe.accounts.wording import today as wording
from pacto_participe.web.today import Asked, TodayItem

AHEAD = timedelta(days=7)
CASE_MAY_WAIT = timedelta(days=7)


async def people_now(asked: Asked) -> Iterable[TodayItem]:
    """Cases, slips and invitations about to be worth nothing, lists taken in. One statement."""
    found = await queries.staff_day(
        asked.session, asked.collectivity_id, asked.now, asked.now + AHEAD
    )
    lines = (
        (found.cases, wording.cases_wait, "accounts:queue", VERIFIERS),
        (found.slips, wording.slips_expire, "accounts:counter", VERIFIERS),
        (found.invitations, wording.invitations_expire, "accounts:staff", LIST_KEEPERS),
        (found.lists, wording.lists_taken, "accounts:list", LIST_KEEPERS),
    )
    decide_by = found.oldest_case + CASE_MAY_WAIT if found.oldest_case else None
    return tuple(
        TodayItem(
            sentence(count),
            asked.path(route),
            decide_by if route == "accounts:queue" else None,
            roles=roles,
        )
        for count, sentence, route, roles in lines
        if count
    )
