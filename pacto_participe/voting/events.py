"""What happens to votes. No event holds both who and what; casting a ballot leaves none at all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class VotePrepared:
    """Somebody began to prepare a vote. Only its staff sees it."""

    tag: ClassVar[str] = "voting:vote:prepared"

    edition: str


@dataclass(frozen=True, slots=True)
class VoteRedrafted:
    """A draft was replaced by another of the same name, before it was announced."""

    tag: ClassVar[str] = "voting:vote:redrafted"

    edition: str
    revision: int


@dataclass(frozen=True, slots=True)
class VoterRuleChosen:
    """Who may vote was decided, before the rules are frozen. `who` as in the charter, `ties` a VoterTies."""

    tag: ClassVar[str] = "voting:vote:voter-rule-chosen"

    edition: str
    revision: int
    minimum_age: int
    who: str
    ties: str


@dataclass(frozen=True, slots=True)
class RulesFrozen:
    """A vote's charter was fixed and published."""

    tag: ClassVar[str] = "voting:vote:frozen"

    vote_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RollFrozen:
    """Who may vote was fixed before the opening: numbers and a fingerprint, never names."""

    tag: ClassVar[str] = "voting:roll:frozen"

    vote_id: str
    people: int
    fingerprint: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RollClosed:
    """The roll at the close: how many came on it since it was frozen, and how many left the town."""

    tag: ClassVar[str] = "voting:roll:closed"

    vote_id: str
    people: int
    added: int
    left: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class DeskOpened:
    """A shared device was made a polling desk of a vote."""

    tag: ClassVar[str] = "voting:desk:opened"

    vote_id: str
    desk_id: str


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """It is a device like any other again. How many turns there were, never whose."""

    tag: ClassVar[str] = "voting:desk:closed"

    vote_id: str
    desk_id: str
    turns: int


@dataclass(frozen=True, slots=True)
class BoxSealed:
    """The box was emptied and its key destroyed."""

    tag: ClassVar[str] = "voting:box:sealed"

    vote_id: str
    ballots: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LotAwaited:
    """Ties that decide who wins wait for the public draw: the keys of the equal projects of each."""

    tag: ClassVar[str] = "voting:lot:awaited"

    vote_id: str
    tied: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LotCompleted:
    """What was drawn in public, which completes the lot."""

    tag: ClassVar[str] = "voting:lot:completed"

    vote_id: str
    completion: str


@dataclass(frozen=True, slots=True)
class ResultPublished:
    """The count was published with everything needed to redo it."""

    tag: ClassVar[str] = "voting:result:published"

    vote_id: str
    funded: int
    ballots: int
