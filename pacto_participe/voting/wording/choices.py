"""What a town decides about a counting rule before a vote, in the words that its edition page would use.

Each choice tries its parameters one way after the other and tells what each way changes in the sentences
of the rule: so that the page of a rule and the page of an edition cannot say different things.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Pot,
    Score,
    Start,
    Transfer,
    Unaffordable,
    Utility,
    dotted,
)
from pacto_participe.voting.wording.rules import TIES, Said, counting_rules
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.i18n import mark

Way = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to decide, and the ways to decide it. `names`: as rules.json calls its parameters."""

    heading: str
    ways: tuple[Way, ...]
    also: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        return frozenset().union(self.also, *self.ways)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(dotted(name) for name in self.fields))


_SCORE = Choice(
    mark("What a ballot says"),
    (
        {"score": Score.VOTES},
        {"score": Score.POINTS},
        {"score": Score.BORDA},
        {"score": Score.BORDA, "borda_top": 5},
    ),
)
_UNAFFORDABLE = Choice(
    mark("When a project costs more than what is left"),
    (
        {"unaffordable": Unaffordable.SKIP},
        {"unaffordable": Unaffordable.STOP},
        {"unaffordable": Unaffordable.STOP_THEN_FUND_NEXT, "fund_next_share": Fraction(4, 5)},
    ),
)
_NEXT = Choice(
    mark("Which project comes next"),
    ({"mes_utility": Utility.COST}, {"mes_utility": Utility.CARDINALITY}),
)
_SHARES = Choice(
    mark("The share of each voter"),
    (
        {},
        {"mes_start": Start.FLOOR},
        {"mes_increment": 1},
        {"mes_increment": 1, "mes_stop_when_exhaustive": True},
    ),
)
_REST = Choice(
    mark("Money that the shares do not spend"),
    ({}, {"mes_completion": Completion.UTILITARIAN}),
)
_COMPARED = Choice(
    mark("A comparison with most votes"),
    (
        {},
        {"mes_comparison": Comparison.SATISFACTION},
        {"mes_comparison": Comparison.EXCLUSION_RATIO},
    ),
)
_SUPPORT = Choice(
    mark("How much support a project needs"),
    (
        {},
        {"threshold_votes": 25},
        {"threshold_score": Fraction(100)},
        {"threshold_share": Fraction(1, 20)},
        {"threshold_cost": Fraction(1, 2)},
    ),
)
_TWINS = Choice(
    mark("Projects that exclude each other"),
    ({"exclusive_groups": True}, {"exclusive_groups": False}),
)
_AREAS = Choice(
    mark("When each area has its own budget"),
    tuple({"pots": (Pot("1", 1),), "transfer": transfer} for transfer in Transfer),
)

CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "most-votes": (_SCORE, _UNAFFORDABLE, _SUPPORT, _TWINS, _AREAS),
    "equal-shares": (_NEXT, _SCORE, _SHARES, _REST, _COMPARED, _SUPPORT, _TWINS, _AREAS),
}


@dataclass(frozen=True, slots=True)
class ToldChoice:
    """A choice in the language of the request, one sentence or two for each way."""

    heading: str
    names: tuple[str, ...]
    ways: Said


def told_choices(charter: Charter) -> tuple[ToldChoice, ...]:
    """What can be decided about the rule of this charter, and the tie orders to choose from."""
    with_twins = replace(
        charter, projects=tuple(replace(project, group="1") for project in charter.projects)
    )
    ties = ToldChoice(_("When projects are equal"), ("ties",), tuple(map(_, TIES.values())))
    return (
        *(
            ToldChoice(_(choice.heading), choice.names, tuple(_told(with_twins, choice)))
            for choice in CHOICES[charter.parameters.rule]
        ),
        ties,
    )


def _told(charter: Charter, choice: Choice) -> Iterator[str]:
    """Each way by the sentences that not all ways share."""
    said = [
        counting_rules(replace(charter, parameters=charter.parameters.changed(**way)))
        for way in choice.ways
    ]
    common = set(said[0]).intersection(*said)
    told = (" ".join(s for s in sentences if s not in common) for sentences in said)
    return (sentence for sentence in told if sentence)
