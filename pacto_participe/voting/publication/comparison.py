"""Another way of counting: what the other rule would have funded, and who gets something under each."""

from collections.abc import Mapping
from typing import Any

from pacto_participe.voting.ballots import BALLOT_KINDS, profile_of
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Outcome, Parameters, Profile
from pacto_participe.voting.rules import RULES, count

OTHER = {"most-votes": "equal-shares", "equal-shares": "most-votes"}


def other_parameters(parameters: Parameters) -> Parameters | None:
    """The other rule with the same score, thresholds and ties; None when there is none."""
    other = OTHER.get(parameters.rule)
    if other is None or other not in RULES or parameters.pots:
        return None
    return parameters.changed(rule=other, mes_increment=1 if other == "equal-shares" else 0)


def with_a_winner(profile: Profile, winners: frozenset[int]) -> int:
    """How many ballots name at least one of the winners."""
    return sum(
        weight
        for row, weight in zip(profile.rows, profile.weights, strict=True)
        if not winners.isdisjoint(row)
    )


def comparison_of(
    charter: Charter,
    profile: Profile,
    outcome: Outcome,
    areas: Mapping[str, Mapping[str, int]],
    *,
    lot: str | None,
) -> dict[str, Any] | None:
    """Winners of the other rule, and voters with at least one project, overall and by area."""
    parameters = other_parameters(charter.parameters)
    if parameters is None:
        return None
    other = count(charter.election, profile, parameters, lot=lot)
    keys = [project.key for project in charter.projects]
    ours, theirs = frozenset(outcome.winners), frozenset(other.winners)
    kind = BALLOT_KINDS[charter.ballot_kind]

    def figures(name: str, people: Profile) -> dict[str, Any]:
        return {
            "name": name,
            "ballots": people.ballots,
            "ours": with_a_winner(people, ours),
            "other": with_a_winner(people, theirs),
        }

    by_area = [
        figures(area, profile_of(kind, charter.election, contents.items()))
        for area, contents in sorted(areas.items())
    ]
    return {
        "rule": parameters.rule,
        "winners": [keys[index] for index in other.winners],
        "spent_cents": str(other.spent),
        "overall": figures("", profile),
        "by_area": by_area,
    }
