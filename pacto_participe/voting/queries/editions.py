"""Questions about an edition as everybody may read it: by its frozen rules, or as it is announced before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pacto_participe.consultations.domain import Stage, next_change_of
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.voting.charter import Charter, VoteState, next_change, state_of_announced
from pacto_participe.voting.queries.prepared import Announcement
from pacto_participe.voting.queries.votes import COLUMNS, Vote, read_charter, vote_of_row


@dataclass(frozen=True, slots=True)
class Edition:
    """What everybody may read. `vote` is None while the rules are not frozen, `announcement` from then on.

    The charter of an edition without a vote is a proposal: it has no fingerprint that anybody could hold
    somebody to, no roll and no ballot.
    """

    charter: Charter
    vote: Vote | None
    announcement: Announcement | None

    @property
    def is_frozen(self) -> bool:
        return self.vote is not None

    @property
    def is_imported(self) -> bool:
        return self.vote is not None and self.vote.is_imported

    @property
    def summary(self) -> Texts | None:
        """What it is about, while nothing but the announcement says it."""
        return self.announcement.summary if self.announcement else None

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.announcement.stages if self.announcement else ()

    @property
    def projects_told(self) -> Mapping[int, Texts]:
        """What each project is, by its number, as it is announced."""
        return self.announcement.projects if self.announcement else {}

    def state(self, now: datetime) -> VoteState:
        return self.vote.state(now) if self.vote else state_of_announced(self.charter, now)

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant at which its pages read otherwise by the clock alone."""
        instants = (next_change(self.charter, now), next_change_of(self.stages, now))
        return min((instant for instant in instants if instant is not None), default=None)


# One statement, so that nobody meets the instant between a draft that is gone and a vote that is there.
_EDITION = Sql(
    f"SELECT {COLUMNS}, NULL AS announcement FROM vote "
    "WHERE collectivity_id = :town AND edition = :edition "
    "UNION ALL SELECT charter, consultation_id, NULL, NULL, FALSE, NULL, FALSE, announcement "
    "FROM prepared_vote WHERE collectivity_id = :town AND edition = :edition "
    "AND consultation_id IS NOT NULL"
)


@lru_cache(maxsize=32)
def _announcement(text: str) -> Announcement:
    return Announcement.from_text(text)


async def edition_for_all(database: Database, town: str, edition: str) -> Edition | None:
    """None for a draft that is not announced, as for what does not exist. One quick statement."""
    row = await database.quick.one(_EDITION, town=town, edition=edition)
    if row is None:
        return None
    if row["announcement"] is None:
        vote = vote_of_row(row)
        return Edition(vote.charter, vote, None)
    return Edition(read_charter(row["charter"]), None, _announcement(row["announcement"]))
