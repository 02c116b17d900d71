"""What the votes of a town need of its staff now."""

from collections.abc import Iterable
from datetime import timedelta

from pacto_participe.kernel.clock import days_left
from pacto_participe.voting import queries
from pacto_participe.voting.charter import VoteState
from pacto_participe.voting.policies import PREPARERS
from pacto_participe.voting.queries.prepared import PreparedVote, prepared_of
from pacto_participe.voting.services.counting import GRACE
from pacto_participe.voting.wording import today as wording
from pacto_participe.web.i18n import written
from pacto_participe.web.today import VOTES, Asked, TodayItem

SOON = timedelta(days=14)
PREPARED_SOON = timedelta(days=30)  # residents need time to read the rules
COUNT_TAKES = timedelta(minutes=15)


async def votes_now(asked: Asked) -> Iterable[TodayItem]:
    """Votes that are to open, open or close soon, wait for a draw, or are not counted. Two statements."""
    prepared = await prepared_of(asked.session, asked.collectivity_id)
    votes = await asked.once(
        VOTES, lambda: queries.votes_of(asked.web.database, asked.collectivity_id)
    )
    drafts = (_draft(each, asked) for each in prepared)
    found = (_item(vote, asked) for vote in votes if not vote.is_imported)
    return tuple(item for item in (*drafts, *found) if item is not None)


def _draft(prepared: PreparedVote, asked: Asked) -> TodayItem | None:
    """For its administrators: a draft whose day has passed waits for nothing any more."""
    charter, now = prepared.charter, asked.now
    if not now < charter.opens_at <= now + PREPARED_SOON:
        return None
    title = charter.title.in_language(written().code)[0]
    sentence = wording.rules_wait(title, days_left(now, charter.opens_at))
    address = asked.path("voting:vote", edition=charter.edition)
    return TodayItem(sentence, address, charter.opens_at, roles=PREPARERS)


def _item(vote: queries.Vote, asked: Asked) -> TodayItem | None:
    charter, now = vote.charter, asked.now
    title = charter.title.in_language(written().code)[0]
    edition = asked.path("voting:edition", edition=charter.edition)
    state = vote.state(now)
    if state is VoteState.SOON and charter.opens_at - now <= SOON:
        sentence = wording.opens_in(title, days_left(now, charter.opens_at))
        return TodayItem(sentence, edition, charter.opens_at)
    if state is VoteState.OPEN:
        sentence = wording.closes_in(title, days_left(now, charter.closes_at))
        return TodayItem(sentence, edition, charter.closes_at)
    if state is VoteState.AWAITS_LOT:
        page = asked.path("voting:vote", edition=charter.edition)
        return TodayItem(wording.awaits_draw(title), page, is_late=True)
    if state is VoteState.CLOSED:
        counted_by = charter.closes_at + GRACE + COUNT_TAKES
        return TodayItem(wording.not_counted(title), edition, counted_by)
    return None
