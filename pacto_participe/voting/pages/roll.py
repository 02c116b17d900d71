"""The roll of a vote, as the public reads it and as those who answer for the vote do. Never a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pacto_participe.accounts.domain.people import Method, RollCounts
from pacto_participe.accounts.queries import RollNews
from pacto_participe.voting.charter import Charter, VoteState
from pacto_participe.voting.publication.roll import Roll, RollPart
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.services.counting import names_to_tell
from pacto_participe.voting.wording import publication as words
from pacto_participe.voting.wording.fingerprints import in_groups
from pacto_participe.web.sentences import ToldProblems
from pacto_participe.web.templating import told_plain


@dataclass(frozen=True, slots=True)
class RollPartShown:
    """The roll at one moment, its fingerprint in groups to compare aloud."""

    people: int
    at: datetime
    fingerprint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollShown:
    """The roll as it was frozen, and after the close with those who came until then."""

    frozen: RollPartShown
    closed: RollPartShown | None
    left: int

    @property
    def added(self) -> int:
        return self.closed.people - self.frozen.people if self.closed else 0


def roll_shown(roll: Roll | None) -> RollShown | None:
    """A roll as it was fixed."""
    if roll is None:
        return None
    return RollShown(_part(roll.frozen), _part(roll.closed) if roll.closed else None, roll.left)


def _part(part: RollPart) -> RollPartShown:
    return RollPartShown(part.people, part.at, in_groups(part.fingerprint))


def roll_of_result(result: Mapping[str, Any]) -> RollShown | None:
    """The same from result.json; None for a vote that had none."""
    told = result.get("roll")
    if not told:
        return None
    frozen, closed = (
        RollPart(part["people"], part["fingerprint"], datetime.fromisoformat(part["at"]))
        for part in (told["frozen"], told["closed"])
    )
    return roll_shown(Roll(frozen, closed, told["left"]))


@dataclass(frozen=True, slots=True)
class RollPage:
    """For staff: who may vote today by how and where they were verified, and the freezing."""

    template: ClassVar[str] = "voting/roll.html"

    charter: Charter
    state: VoteState
    total: int
    by_method: tuple[tuple[str, int], ...]
    by_area: tuple[tuple[str, int], ...]
    elsewhere: int  # people of the areas that are not told apart
    news: RollNews
    roll: RollShown | None
    may_freeze: bool
    who: tuple[str, ...]
    reason: str = ""
    problems: ToldProblems = ()

    @property
    def problem(self) -> str:
        return next((said for place, said in self.problems if place == "reason"), "")


def roll_page(
    vote: Vote,
    now: datetime,
    counts: RollCounts,
    news: RollNews,
    roll: Roll | None,
    *,
    may_freeze: bool,
    who: tuple[str, ...],
    reason: str = "",
    problems: ToldProblems = (),
) -> RollPage:
    """Areas of fewer than thirty are added up, and so many with them that the sum names nobody."""
    told = names_to_tell(counts.by_district)
    areas = sorted(told, key=lambda area: (-counts.by_district[area], area))
    return RollPage(
        charter=vote.charter,
        state=vote.state(now),
        total=counts.total,
        by_method=tuple(
            (words.method_words(method.value), counts.by_method[method.value])
            for method in Method
            if method.value in counts.by_method
        ),
        by_area=tuple(
            (told_plain(vote.charter.area_name(area)), counts.by_district[area]) for area in areas
        ),
        elsewhere=sum(number for area, number in counts.by_district.items() if area not in told),
        news=news,
        roll=roll_shown(roll),
        may_freeze=may_freeze,
        who=who,
        reason=reason,
        problems=problems,
    )


@dataclass(frozen=True, slots=True)
class RollLine:
    """One vote in the list of rolls."""

    charter: Charter
    state: VoteState


@dataclass(frozen=True, slots=True)
class RollsPage:
    """The votes of a town, each with the way to its roll."""

    template: ClassVar[str] = "voting/rolls.html"

    votes: tuple[RollLine, ...]
