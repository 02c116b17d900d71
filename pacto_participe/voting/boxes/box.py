"""What a box does, whichever kind it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Voter:
    """Someone entitled to vote: the keyed identity of the person, and their area for the turnout.

    `turn` names one turn at a polling desk: its draft is its own, so that what someone chose at home does not
    appear on a device that others hold.
    """

    identity: str
    area: str = ""
    channel: str = "web"
    turn: str = ""

    @property
    def of_draft(self) -> str:
        """Under what the draft is found."""
        return f"{self.identity}/{self.turn}" if self.turn else self.identity


@dataclass(frozen=True, slots=True)
class Counted:
    """A receipt that stands: the code, and when the ballot was counted."""

    code: str
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a voter stands, in the one vocabulary of the vote: nothing yet, saved, counted.

    `draft` and `ballot` are contents as the ballot kind encodes them.
    """

    draft: str | None = None
    counted: Counted | None = None


class CastAnswer(StrEnum):
    """What became of a confirmation."""

    COUNTED = "counted"
    SAME = "same"  # this very confirmation had arrived before
    ALREADY = "already"  # another ballot of this voter was counted meanwhile
    SEALED = "sealed"  # the box was emptied for the count


@dataclass(frozen=True, slots=True)
class Cast:
    """The answer to a confirmation, with the receipt that stands now (None when there is none)."""

    answer: CastAnswer
    receipt: Counted | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What was in the box when it was sealed: how many ballots say what, and how many came from where."""

    weights: Mapping[str, int]
    by_channel: Mapping[str, int] = field(default_factory=dict)
    by_area: Mapping[str, int] = field(default_factory=dict)

    @property
    def ballots(self) -> int:
        return sum(self.weights.values())


class Box(Protocol):
    """The interface between a vote and the place where its ballots lie.

    All of it works for one vote of one collectivity, named by (collectivity_id, vote_id).
    """

    @property
    def name(self) -> str: ...

    def prepare(self, secrets: Secrets, vote_id: str) -> None:
        """Make the keys of a vote, before it opens."""

    def order_seed(self, secrets: Secrets, vote_id: str, voter: Voter) -> bytes:
        """A secret of this voter in this vote, for the order of the projects."""

    async def standing(
        self, database: Database, secrets: Secrets, vote: tuple[str, str], voter: Voter
    ) -> Standing:
        """Draft and receipt of a voter."""

    async def ballot_of(
        self, database: Database, secrets: Secrets, vote: tuple[str, str], voter: Voter
    ) -> str | None:
        """The content of the voter's own counted ballot, to show it to them or to change it."""

    async def is_counted(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        confirmation: str,
    ) -> bool:
        """Whether the voter's standing receipt is that of this very confirmation."""

    async def save_draft(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        content: str,
    ) -> bool:
        """Keep choices that are not counted. False when the box is sealed."""

    async def cast(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        *,
        content: str,
        confirmation: str,
        replaces: str,
        now: datetime,
    ) -> Cast:
        """Put a ballot in the box; answered when it is on the disk.

        `confirmation` names this act of confirming, so that sending it twice gives one receipt.
        `replaces` is the code of the receipt that the voter means to replace, "" for a first ballot.
        """

    async def turnout(self, database: Database, vote: tuple[str, str]) -> int:
        """How many ballots lie in the box. Nothing else is told before the close."""

    async def seal(self, session: AsyncSession, vote: tuple[str, str]) -> Contents:
        """Empty the box: what it held, by content; every trace from voters to ballots is deleted."""

    def destroy_keys(self, secrets: Secrets, vote_id: str) -> None:
        """After the sealing is committed: nobody can link a voter to a receipt or a ballot again."""
