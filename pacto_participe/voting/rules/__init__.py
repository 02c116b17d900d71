"""Voting rules. To add one: write its module, then name it here."""

from pacto_participe.kernel.registry import Registry
from pacto_participe.voting.domain import BadParameter, Election, Outcome, Parameters, Profile
from pacto_participe.voting.rules.equal_shares import EQUAL_SHARES
from pacto_participe.voting.rules.most_votes import MOST_VOTES
from pacto_participe.voting.rules.pots import count_by_pots
from pacto_participe.voting.rules.protocol import VotingRule

RULES: Registry[VotingRule] = Registry("voting rule", MOST_VOTES, EQUAL_SHARES)


def count(
    election: Election, profile: Profile, parameters: Parameters, *, lot: str | None = None
) -> Outcome:
    """Count by the rule that the parameters name, pot by pot when there are pots.

    `lot` is the public seed, None while it is not known. Raises UnknownName for a rule or tie
    order that is not registered, BadParameter when the rule cannot read these ballots.
    """
    rule = RULES[parameters.rule]
    if profile.reading not in rule.readings:
        raise BadParameter("rule", rule.name, f"it does not read {profile.reading.value}")
    if parameters.pots:
        return count_by_pots(rule, election, profile, parameters, lot=lot)
    return rule.count(election, profile, parameters, lot=lot)
